// Runs the integration suites inside a real VS Code extension host.
//
//   node scripts/runVscodeTests.mjs [node|web] [--grep TEXT]   default: both; bundles must be there (build.mjs --tests);
//                                                              --grep picks tests by title, in the Node host only
//
// VSCODE_TESTS_VERBOSE=1 shows everything that VS Code logs; it is in artifacts/test-logs/ in any case. Exit status 1 when a test fails or a suite leaves no record.
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { format } from 'node:util';
import { launchChromium } from './chromium.mjs';
import { provideVscode } from './installVscode.mjs';
import { provideTree, VERSIONS } from './kernelTrees.mjs';
import { readOptions } from './options.mjs';
import { artifacts, ROOT } from './places.mjs';
import { newDataFolder, removeDataFolder, startServer, workbenchAddress } from './vscodeServer.mjs';

/** Milliseconds for one whole suite; SUITE_LIMIT takes another number of seconds, for long runs by hand. */
const SUITE_LIMIT = 1000 * Number(process.env.SUITE_LIMIT ?? 900);

/** The kernel that suites and browser tests work on. */
export const TEST_KERNEL = '7.3';

/** A copy of what the suites open of a kernel tree, so that no test can change the cache. */
export async function copyOfKernel(version, into) {
  const tree = await provideTree(version, { log: console.error });
  for (const part of ['Makefile', 'mm', 'include/linux', 'kernel', 'fs']) {
    mkdirSync(join(into, part, '..'), { recursive: true });
    if (existsSync(join(tree, part))) cpSync(join(tree, part), join(into, part), { recursive: true });
  }
  return into;
}

/**
 * Runs one suite.
 * @param {'node' | 'web'} kind which extension host
 * @param {{log?: (line: string) => void, grep?: string}} options grep: tests by title, in the Node host
 * @returns {Promise<{passed: number, failed: number, skipped: {title: string, reason: string}[], problems: string[]}>}
 */
export async function runSuite(kind, { log = console.log, grep = '' } = {}) {
  await provideVscode({ log: console.error });
  const bundle = join(ROOT, 'dist/integration', kind, 'index.js');
  const outcome = { passed: 0, failed: 0, skipped: [], problems: [] };
  if (!existsSync(bundle)) return { ...outcome, failed: 1, problems: [`${bundle} is missing.`] };

  const work = mkdtempSync(join(tmpdir(), 'rmap-lens-suite-'));
  const folder = join(work, `linux-${TEST_KERNEL}`);
  // the others lie beside the one that is open
  for (const version of VERSIONS) await copyOfKernel(version, join(work, `linux-${version}`));
  const recordFile = join(work, 'record.json');
  const data = newDataFolder();
  const { name, publisher } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  let server;
  let browser;
  let record;
  const logFile = join(artifacts('test-logs'), `host-${kind}.vscode.txt`);
  writeFileSync(logFile, '');
  // VS Code talks a lot; what names us is worth a look
  const tell = (line) => {
    appendFileSync(logFile, `${line}\n`);
    if (process.env.VSCODE_TESTS_VERBOSE) log(line);
    else if (/rmap-?lens/i.test(line) && !/^Error: \d+ tests failed/.test(line)) log(line.split('\n')[0]);
  };
  try {
    server = await startServer({
      data,
      testDriver: true,
      env: { RMAP_LENS_TEST_RECORD: recordFile, RMAP_LENS_TEST_GREP: grep },
      settings: kind === 'web' ? { 'remote.extensionKind': { [`${publisher}.${name}`]: ['web'] } } : {},
    });
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const done = new Promise((resolve, reject) => {
      setTimeout(
        () => reject(new Error(`The suite took longer than ${SUITE_LIMIT / 1000} s.`)),
        SUITE_LIMIT,
      ).unref();
      page.on('crash', () => reject(new Error('The page that holds VS Code crashed.')));
      page.on('pageerror', (error) => tell(`page error: ${error.message}`));
      page.exposeFunction('codeAutomationLog', (_type, args) => {
        const line = format(...args);
        if (line.startsWith('@@RECORD ')) record = JSON.parse(line.slice('@@RECORD '.length));
        else tell(line);
      });
      page.exposeFunction('codeAutomationExit', (code) => resolve(code));
    });
    const remote = (path) => `vscode-remote://${server.authority}${path}`;
    const payload = [
      ['extensionDevelopmentPath', remote(ROOT)],
      ['extensionTestsPath', remote(bundle)],
      ['enableProposedApi', ''],
    ];
    await page.goto(workbenchAddress(server, { folder, payload }));
    await done;
  } catch (error) {
    outcome.problems.push(error.message, server?.log().split('\n').slice(-15).join('\n') ?? '');
  } finally {
    await browser?.close();
    await server?.stop();
  }
  // The exit code is no verdict: a host that was killed, or a test that called process.exit, ends with 0 as well.
  if (existsSync(recordFile)) record = JSON.parse(readFileSync(recordFile, 'utf8'));
  rmSync(work, { recursive: true, force: true });
  removeDataFolder(data);

  for (const test of record?.results ?? []) {
    if (test.state === 'passed') outcome.passed++;
    else if (test.state === 'skipped') outcome.skipped.push({ title: test.title, reason: test.reason ?? '' });
    else {
      outcome.failed++;
      outcome.problems.push(`${test.title}\n${test.error ?? ''}`);
    }
  }
  if (!record?.finished) {
    outcome.failed++;
    outcome.problems.push('The suite left no complete record: did the extension host die?');
  }
  return outcome;
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  const { values, positionals } = readOptions({
    allowPositionals: true,
    options: { grep: { type: 'string', short: 'g' } },
  });
  for (const kind of positionals.length > 0 ? positionals : ['node', 'web']) {
    const { passed, failed, skipped, problems } = await runSuite(kind, { grep: values.grep });
    for (const problem of problems) console.error(problem);
    for (const { title, reason } of skipped) console.log(`skipped: ${title}${reason ? ` (${reason})` : ''}`);
    console.log(`${kind} extension host: ${passed} passed, ${failed} failed`);
    if (failed > 0 || passed === 0) process.exitCode = 1;
  }
}
