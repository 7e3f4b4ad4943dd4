// `npm run docs`: writes the pages below docs/ that are made from the code. A test of each fails when it is stale; here that
// test is run with leave to write.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './places.mjs';

const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts/mochaRun.mjs'), 'simulation/fidelity'], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, UPDATE_GOLDEN: '1' },
});
process.exitCode = status ?? 1;
