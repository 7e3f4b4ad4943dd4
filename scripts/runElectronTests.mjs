// `npm run test:electron`: the Node integration suite inside a desktop VS Code, through @vscode/test-electron.
//
// VSCODE_EXECUTABLE names an installed VS Code (its binary, not the shell script `code`); without it, one is downloaded,
// which needs more of a network than `npm test` does. This is for people with a desktop and no part of `npm test`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideNodeModules } from './install.mjs';
import { ROOT } from './places.mjs';

async function main() {
  const problem = await provideNodeModules({ log: console.error });
  if (problem) return problem;
  const { build } = await import('./build.mjs');
  const problems = await build({ tests: true });
  if (problems.length > 0) return problems.join('\n');
  const { copyOfKernel, TEST_KERNEL } = await import('./runVscodeTests.mjs');
  const { runTests } = await import('@vscode/test-electron');
  const executable = process.env.VSCODE_EXECUTABLE;
  if (executable && !existsSync(executable))
    return `VSCODE_EXECUTABLE names ${executable}, which does not exist.`;
  const work = mkdtempSync(join(tmpdir(), 'rmap-lens-electron-'));
  const record = join(work, 'record.json');
  try {
    const folder = await copyOfKernel(TEST_KERNEL, join(work, `linux-${TEST_KERNEL}`));
    await runTests({
      ...(executable ? { vscodeExecutablePath: executable } : {}),
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: join(ROOT, 'dist/integration/node/index.js'),
      extensionTestsEnv: { RMAP_LENS_TEST_RECORD: record },
      launchArgs: [folder, '--disable-extensions', '--user-data-dir', join(work, 'user')],
    });
  } catch (error) {
    if (!existsSync(record))
      return `VS Code could not be run: ${error.message}. VSCODE_EXECUTABLE can name an installed one.`;
  } finally {
    if (existsSync(record)) {
      const { results } = JSON.parse(readFileSync(record, 'utf8'));
      const count = (state) => results.filter((result) => result.state === state).length;
      for (const { state, title, error } of results)
        if (state === 'failed') console.log(`FAILED: ${title}\n${error}`);
      console.log(`${count('passed')} passed, ${count('failed')} failed`);
      process.exitCode = count('failed') > 0 || count('passed') === 0 ? 1 : 0;
    }
    rmSync(work, { recursive: true, force: true });
  }
  return undefined;
}

const problem = await main();
if (problem) {
  console.error(problem);
  process.exitCode = 1;
}
