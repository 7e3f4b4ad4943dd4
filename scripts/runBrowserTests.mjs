// Browser tests (test/e2e): the packaged extension in a fresh profile of a real VS Code, driven through Chromium.
//
//   node scripts/runBrowserTests.mjs [--no-build] [--grep TEXT] [WORD…]      words choose files by path
//
// Screenshots go to artifacts/screenshots/. Exit status 1 when a test fails or none ran.
import { resolve } from 'node:path';
import { filesBelow } from './build.mjs';
import { provideVscode } from './installVscode.mjs';
import { runMocha } from './mochaRun.mjs';
import { readOptions } from './options.mjs';
import { packageExtension } from './packageExtension.mjs';
import { artifacts } from './places.mjs';

/** A VS Code on a busy machine now and then misses a click: a test fails when it fails twice. */
const RETRIES = 1;

/** Milliseconds for one test: VS Code has to start in it. */
const TEST_LIMIT = 120_000;

/** @returns {Promise<{passed: number, failed: number, skipped: object[], output: string}>} */
export async function runBrowserTests({ alreadyBuilt = false, words = [], grep, show = false } = {}) {
  await provideVscode({ log: console.error });
  const { vsix, problems } = await packageExtension({ alreadyBuilt });
  if (problems.length > 0) return { passed: 0, failed: 1, skipped: [], output: problems.join('\n') };
  const files = filesBelow('test/e2e', /\.test\.ts$/).filter(
    (file) => words.length === 0 || words.some((word) => file.includes(word)),
  );
  const env = { RMAP_LENS_VSIX: vsix, RMAP_LENS_SCREENSHOTS: artifacts('screenshots') };
  return await runMocha(files, { timeout: TEST_LIMIT, retries: RETRIES, grep, env, show });
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  const { values, positionals } = readOptions({
    allowPositionals: true,
    options: { 'no-build': { type: 'boolean' }, grep: { type: 'string', short: 'g' } },
  });
  const options = { alreadyBuilt: values['no-build'], grep: values.grep, words: positionals, show: true };
  const { passed, failed, output } = await runBrowserTests(options);
  if (passed + failed <= 1) process.stdout.write(output);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
