// Bundles test files, runs them with mocha in a process of their own, and takes the bundles away again.
//
//   node scripts/mochaRun.mjs [--coverage] [--grep TEXT] [WORD…]
//
// runs the unit and property tests, or with words the tests whose path holds one of them: also those of test/browser, which need
// a build and Chromium.
// Exit status 1 when a test fails or none ran.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { browserTestFiles, bundleTests, unitTestFiles } from './build.mjs';
import { readOptions } from './options.mjs';
import { ROOT } from './places.mjs';
import { run } from './processes.mjs';

/** Milliseconds for a whole run. */
const RUN_LIMIT = 20 * 60_000;

/** What `src/vscode` and `src/webview` do in VS Code and in a browser is covered there, and not counted here. */
const COVERAGE = [
  ...['--reporter=text-summary', '--reporter=html', '--reporter=lcovonly', '--reports-dir', 'coverage'],
  ...[
    '--include',
    'src/**',
    '--exclude',
    'src/**/*.d.ts',
    '--exclude',
    'src/vscode/**',
    '--exclude',
    'src/webview/**',
  ],
  ...['--all', '--src', 'src', '--exclude-after-remap'],
];

/**
 * Coverage of the sources from what V8 wrote of the bundles. c8 decides what to count by the paths in the source maps as they
 * are written, so they have to be absolute, and Node's own copies of the maps, which have addresses, must not be used.
 */
async function reportCoverage(bundles, records) {
  for (const name of readdirSync(bundles, { recursive: true }).filter((path) => path.endsWith('.map'))) {
    const file = join(bundles, name);
    const map = JSON.parse(readFileSync(file, 'utf8'));
    map.sources = map.sources.map((source) => resolve(dirname(file), source));
    writeFileSync(file, JSON.stringify(map));
  }
  for (const name of readdirSync(records)) {
    const file = join(records, name);
    const { result } = JSON.parse(readFileSync(file, 'utf8'));
    const ours = result.filter(({ url }) => url.startsWith('file://') && url.includes(bundles));
    writeFileSync(file, JSON.stringify({ result: ours }));
  }
  const c8 = join(ROOT, 'node_modules/c8/bin/c8.js');
  return await run(process.execPath, [c8, 'report', ...COVERAGE, '--temp-directory', records], { cwd: ROOT });
}

/**
 * @param {string[]} files relative to the repository
 * @param {{coverage?: boolean, grep?: string, timeout?: number, retries?: number, env?: object, show?: boolean}} options
 *   timeout: milliseconds for one test; retries: how often a test that failed is tried again
 * @returns {Promise<{passed: number, failed: number, skipped: {title: string, reason: string}[], output: string}>}
 */
export async function runMocha(
  files,
  { coverage = false, grep, timeout = 20_000, retries = 0, env = {}, show = false } = {},
) {
  if (files.length === 0) return { passed: 0, failed: 1, skipped: [], output: 'There is no test to run.\n' };
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  const outdir = mkdtempSync(join(ROOT, 'dist', 'run-'));
  const work = mkdtempSync(join(tmpdir(), 'rmap-lens-mocha-'));
  try {
    const { problems, bundles } = await bundleTests(files, outdir);
    if (problems.length > 0) return { passed: 0, failed: 1, skipped: [], output: `${problems.join('\n')}\n` };
    const recordFile = join(work, 'record.json');
    const mocha = [
      ...[join(ROOT, 'node_modules/mocha/bin/mocha.js'), '--no-config', '--timeout', String(timeout)],
      ...['--reporter', join(ROOT, 'scripts/mochaReporter.cjs')],
      ...(grep ? ['--grep', grep] : []),
      ...(retries > 0 ? ['--retries', String(retries)] : []),
      ...bundles,
    ];
    const v8 = join(work, 'v8');
    const result = await run(process.execPath, mocha, {
      cwd: ROOT,
      env: {
        NODE_ENV: 'test',
        NODE_OPTIONS: '--enable-source-maps',
        ...(coverage ? { NODE_V8_COVERAGE: v8 } : {}),
        ...env,
        RMAP_LENS_MOCHA_RECORD: recordFile,
      },
      timeout: RUN_LIMIT,
      show,
    });
    const record = existsSync(recordFile) ? JSON.parse(readFileSync(recordFile, 'utf8')) : undefined;
    if (!record?.finished) {
      const output = `${result.output}\nMocha ended with status ${result.status} before all tests had run.\n`;
      return { passed: record?.passed ?? 0, failed: (record?.failed ?? 0) + 1, skipped: [], output };
    }
    // a process that fails after its last test, say by an unhandled rejection, has failed
    const failed = result.status !== 0 && record.failed === 0 ? 1 : record.failed;
    const report = coverage ? (await reportCoverage(outdir, v8)).output : '';
    return { passed: record.passed, failed, skipped: record.skipped, output: `${result.output}${report}` };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  const { values, positionals } = readOptions({
    allowPositionals: true,
    options: { coverage: { type: 'boolean' }, grep: { type: 'string', short: 'g' } },
  });
  const files =
    positionals.length === 0
      ? unitTestFiles()
      : [...unitTestFiles(), ...browserTestFiles()].filter((file) =>
          positionals.some((word) => file.includes(word)),
        );
  const { passed, failed, output } = await runMocha(files, values);
  process.stdout.write(output);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
