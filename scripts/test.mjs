// `npm test`: everything from a fresh clone. Installs and fetches what is missing, builds, runs every suite, prints a
// table, and as its last line `N passed, N failed`, with an exit status to match.
//
//   node scripts/test.mjs [--only=SUITE,…]      suites: see SUITES below
//
// A suite in which no test ran has failed, and so has one whose set-up did not work.
// Only Node's own modules are imported here at first: in a fresh clone there is nothing else yet.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { provideNodeModules } from './install.mjs';
import { provideVscode, VscodeMissing } from './installVscode.mjs';
import { provideTree, TreeMissing, VERSIONS } from './kernelTrees.mjs';
import { readOptions } from './options.mjs';
import { artifacts, ROOT } from './places.mjs';
import { run } from './processes.mjs';
import { provideSystemPackages } from './systemPackages.mjs';

/** Lines of one suite's output on screen. */
const REPORT_LIMIT = 120;

/** Milliseconds for the oracle: two minutes where nothing else runs, ten times that beside a lot of other work. */
const ORACLE_LIMIT = 20 * 60_000;

const BEGIN = Date.now();
const progress = (line) =>
  console.log(`[${String(Math.round((Date.now() - BEGIN) / 1000)).padStart(4)} s] ${line}`);
const bin = (path) => join(ROOT, 'node_modules', path);
const clean = (output) =>
  stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => !/Unknown user config/.test(line))
    .join('\n')
    .trim();

/** A program that passes or fails as a whole. */
async function check(title, args) {
  const { status, output } = await run(process.execPath, args, { cwd: ROOT });
  return status === 0
    ? { passed: 1, failed: 0, lines: [] }
    : { passed: 0, failed: 1, lines: [`${title} failed:`, clean(output)] };
}

const sum = (results) => ({
  passed: results.reduce((count, { passed }) => count + passed, 0),
  failed: results.reduce((count, { failed }) => count + failed, 0),
  lines: results.flatMap(({ lines }) => lines),
});

/** What has to be there before a suite can run; each gives one sentence if it cannot be had. */
const SETUP = {
  packages: () => provideSystemPackages({ log: progress }),
  async trees() {
    try {
      for (const version of VERSIONS) await provideTree(version, { log: progress });
    } catch (error) {
      if (error instanceof TreeMissing) return error.message;
      throw error;
    }
    return undefined;
  },
  async vscode() {
    try {
      await provideVscode({ log: progress });
    } catch (error) {
      if (error instanceof VscodeMissing) return error.message;
      throw error;
    }
    return undefined;
  },
  async build() {
    const { build } = await import('./build.mjs');
    const problems = await build({
      production: true,
      tests: true,
      log: (line) => console.log(`         ${line}`),
    });
    return problems.length > 0 ? `The build failed: ${problems.join(' ')}` : undefined;
  },
};

async function suiteInHost(kind) {
  const { runSuite } = await import('./runVscodeTests.mjs');
  const { passed, failed, skipped, problems } = await runSuite(kind);
  const reasons = skipped.map(({ title, reason }) => `skipped: ${title}${reason ? ` (${reason})` : ''}`);
  return { passed, failed, lines: [...problems, ...reasons] };
}

/** Suite → what it needs, and how it runs. */
const SUITES = {
  format: {
    needs: [],
    run: () =>
      check('Formatting', [
        bin('@biomejs/biome/bin/biome'),
        'format',
        '--colors=off',
        '--reporter=summary',
        '.',
      ]),
  },
  lint: {
    needs: [],
    run: () =>
      check('Lint', [bin('@biomejs/biome/bin/biome'), 'lint', '--colors=off', '--error-on-warnings', '.']),
  },
  rooms: {
    needs: [],
    async run() {
      const { checkRooms } = await import('./rooms.mjs');
      const { passed, problems, modules } = await checkRooms();
      return { passed, failed: problems.length, lines: [...problems, `${modules} modules`] };
    },
  },
  types: {
    needs: [],
    async run() {
      const projects = ['tsconfig.core.json', 'tsconfig.webview.json', 'tsconfig.json'];
      return sum(
        await Promise.all(
          projects.map((file) =>
            check(`Type check of ${file}`, [bin('typescript/bin/tsc'), '--pretty', 'false', '-p', file]),
          ),
        ),
      );
    },
  },
  licences: {
    needs: ['build'],
    async run() {
      const { shippedPackages } = await import('./licences.mjs');
      const packages = shippedPackages();
      const failed = packages.filter(({ compatible }) => !compatible).length;
      const lines = packages.map(
        ({ name, version, licence, compatible }) =>
          `${name} ${version}: ${licence}${compatible ? '' : ', which GPL-2.0-only cannot take in'}`,
      );
      return { passed: packages.length - failed, failed, lines };
    },
  },
  package: {
    needs: ['build'],
    async run() {
      const { packageExtension } = await import('./packageExtension.mjs');
      const { bytes, files, problems } = await packageExtension({ alreadyBuilt: true });
      const size = `${(bytes / 1024).toFixed(0)} kB, ${files.length} files`;
      return { passed: problems.length === 0 ? 1 : 0, failed: problems.length, lines: [...problems, size] };
    },
  },
  unit: {
    needs: ['trees', 'build'],
    async run() {
      const { runMocha } = await import('./mochaRun.mjs');
      const { unitTestFiles } = await import('./build.mjs');
      const result = await runMocha(unitTestFiles(), { coverage: true });
      return { ...result, lines: [clean(result.output)] };
    },
  },
  oracle: {
    needs: ['packages', 'trees'],
    async run() {
      const program = join(ROOT, 'test/oracle/run.mjs');
      if (!existsSync(program)) return { passed: 0, failed: 1, lines: [`${program} is missing.`] };
      const { status, output } = await run(process.execPath, [program], { cwd: ROOT, timeout: ORACLE_LIMIT });
      const last = clean(output).split('\n').at(-1) ?? '';
      const match = /^oracle: (\d+) passed, (\d+) failed$/.exec(last);
      if (!match)
        return {
          passed: 0,
          failed: 1,
          lines: [clean(output), `The oracle ended with status ${status} and no count.`],
        };
      const [passed, failed] = [Number(match[1]), Number(match[2])];
      return { passed, failed: failed === 0 && status !== 0 ? 1 : failed, lines: [clean(output)] };
    },
  },
  'host-node': { needs: ['packages', 'trees', 'vscode', 'build'], run: () => suiteInHost('node') },
  'host-web': { needs: ['packages', 'trees', 'vscode', 'build'], run: () => suiteInHost('web') },
  browser: {
    needs: ['packages', 'build'],
    async run() {
      const { runMocha } = await import('./mochaRun.mjs');
      const { browserTestFiles } = await import('./build.mjs');
      const env = { RMAP_LENS_SCREENSHOTS: artifacts('screenshots') };
      const result = await runMocha(browserTestFiles(), { timeout: 60_000, env });
      return { ...result, lines: [clean(result.output)] };
    },
  },
  e2e: {
    needs: ['packages', 'trees', 'vscode', 'build'],
    async run() {
      const { runBrowserTests } = await import('./runBrowserTests.mjs');
      const result = await runBrowserTests({ alreadyBuilt: true });
      return { ...result, lines: [clean(result.output)] };
    },
  },
};

/** What a suite has to say: all of it in artifacts/test-logs/, on screen at most REPORT_LIMIT lines. */
function report(name, lines) {
  const all = lines.filter(Boolean).join('\n').split('\n');
  const file = join(artifacts('test-logs'), `${name}.txt`);
  writeFileSync(file, `${all.join('\n')}\n`);
  const shown =
    all.length > REPORT_LIMIT
      ? [...all.slice(0, REPORT_LIMIT / 2), '…', ...all.slice(-REPORT_LIMIT / 2)]
      : all;
  for (const line of shown) if (line) console.log(`         ${line}`);
  if (all.length > REPORT_LIMIT) console.log(`         all of it: ${file}`);
}

/** Runs some suites one after the other; a suite that throws has failed. */
async function runSuites(names, setup) {
  const results = [];
  for (const name of names) {
    const { needs } = SUITES[name];
    const obstacle = needs.map((need) => setup.get(need)).find((sentence) => sentence !== undefined);
    const begun = Date.now();
    let result;
    if (obstacle !== undefined) {
      result = { passed: 0, failed: 0, lines: [], obstacle };
    } else {
      try {
        result = await SUITES[name].run();
      } catch (error) {
        result = { passed: 0, failed: 1, lines: [String(error.stack ?? error)] };
      }
      if (result.passed + result.failed === 0)
        result = { ...result, failed: 1, lines: [...result.lines, 'No test ran.'] };
    }
    const seconds = (Date.now() - begun) / 1000;
    results.push({ name, seconds, ...result });
    if (obstacle !== undefined) progress(`${name}: not run`);
    else progress(`${name}: ${result.passed} passed, ${result.failed} failed`);
    report(name, result.lines);
  }
  return results;
}

function finish(results, obstacles) {
  console.log('\nsuite            passed  failed  seconds');
  for (const { name, passed, failed, seconds, obstacle } of results) {
    const counts = obstacle
      ? '  (not run)   '
      : `${String(passed).padStart(6)}  ${String(failed).padStart(6)}`;
    console.log(`${name.padEnd(16)} ${counts}  ${seconds.toFixed(1).padStart(7)}`);
  }
  console.log(`${'all'.padEnd(32)} ${((Date.now() - BEGIN) / 1000).toFixed(1).padStart(8)}`);
  if (obstacles.length > 0) console.log(`\n${obstacles.map((sentence) => `set-up: ${sentence}`).join('\n')}`);
  const passed = results.reduce((count, result) => count + result.passed, 0);
  const failed = results.reduce((count, result) => count + result.failed, 0) + obstacles.length;
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

async function main() {
  const { values } = readOptions({ options: { only: { type: 'string' } } });
  const names = values.only ? values.only.split(',') : Object.keys(SUITES);
  const unknown = names.filter((name) => !(name in SUITES));
  if (unknown.length > 0)
    return finish(
      [],
      [`there is no suite ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}.`],
    );

  const problem = await provideNodeModules({ log: progress });
  if (problem) return finish([], [problem]);

  const needs = new Set(names.flatMap((name) => SUITES[name].needs));
  const setup = new Map(
    await Promise.all(
      [...needs].map(async (need) => [need, await SETUP[need]().catch((error) => String(error.message))]),
    ),
  );
  progress('set-up done');
  const results = await runSuites(names, setup);
  finish(
    results,
    [...setup.values()].filter((sentence) => sentence !== undefined),
  );
}

await main();
