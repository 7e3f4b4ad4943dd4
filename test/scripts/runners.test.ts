// What the runners promise: nothing found, nothing run and a process that dies are failures.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const node = (...args: string[]) =>
  spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  });

describe('runners', () => {
  it('fail when there is no test to run', () => {
    const { status, stdout } = node('scripts/mochaRun.mjs', 'no-such-test-anywhere');
    assert.equal(status, 1);
    assert.match(stdout, /^0 passed, 1 failed$/m);
  });

  it('fail on a suite that does not exist, in the last line alone', () => {
    const { status, stdout } = node('scripts/test.mjs', '--only=nonsense');
    assert.equal(status, 1);
    assert.equal(stdout.trimEnd().split('\n').at(-1), '0 passed, 1 failed');
  });

  it('leave no process behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rmap-lens-orphan-'));
    const program = join(folder, 'parent.mjs');
    writeFileSync(
      program,
      `import { spawnGroup } from ${JSON.stringify(join(ROOT, 'scripts/processes.mjs'))};
       const child = spawnGroup('sh', ['-c', 'sleep 60 & echo $!; wait'], { stdio: ['ignore', 'inherit', 'inherit'] });
       setTimeout(() => process.exit(0), 300);`,
    );
    try {
      const { stdout } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
      const grandchild = Number(stdout.trim());
      assert.ok(grandchild > 1);
      await new Promise((done) => setTimeout(done, 200));
      // gone, or dead and waiting for somebody to take note of it
      const status = `/proc/${grandchild}/stat`;
      assert.ok(!existsSync(status) || readFileSync(status, 'utf8').includes(') Z '));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
