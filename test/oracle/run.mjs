// The oracle suite of `npm test`: builds the oracles, runs the self-test scenarios in cases/ on every tree, then compares
// the engines with the kernel (*.test.ts). Last line: `oracle: N passed, N failed`.
//
//   node test/oracle/run.mjs [--cases] [--show]     --cases: self-tests only; --show: what mocha prints

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, presentTrees } from './build.mjs';
import { judge } from './judge.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');

let passed = 0;
let failed = 0;
const result = (ok, text) => {
  if (ok) passed++;
  else failed++;
  if (!ok) console.log(text);
};

/** One file of cases/ on one tree: every `expect` of it, and nothing that it does not expect. */
function runCase(file, version, program) {
  const text = readFileSync(join(HERE, 'cases', file), 'utf8');
  const only = /^# trees: (.*)$/m.exec(text);
  if (only && !only[1].split(/\s+/).includes(version)) return;
  const output = execFileSync(program, [join(HERE, 'cases', file)], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const problems = judge(
    text,
    output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  result(problems.length === 0, `${version} ${file}:\n  ${problems.join('\n  ')}`);
}

async function main() {
  const versions = presentTrees();
  if (versions.length === 0) result(false, 'There is no kernel tree.');
  const cases = readdirSync(join(HERE, 'cases')).filter((file) => file.endsWith('.rmap'));
  if (cases.length === 0) result(false, 'There is no case.');
  for (const version of versions) {
    try {
      const program = await build(version);
      for (const file of cases) runCase(file, version, program);
    } catch (error) {
      result(false, error.message);
    }
  }
  if (process.argv.includes('--cases')) return;
  await runTests(versions);
}

/** Mocha on *.test.ts, twice at a time, each with half of the trees. */
async function runTests(versions) {
  const tests = readdirSync(HERE).filter((file) => file.endsWith('.test.ts'));
  if (tests.length === 0) return;
  const { runMocha } = await import('../../scripts/mochaRun.mjs');
  const files = tests.map((file) => relative(ROOT, join(HERE, file)));
  const show = process.argv.includes('--show');
  const halves = [0, 1]
    .map((half) => versions.filter((_, index) => index % 2 === half))
    .filter((half) => half.length > 0);
  const runs = await Promise.all(
    halves.map((half) =>
      runMocha(files, { timeout: 18 * 60_000, show, env: { ORACLE_VERSIONS: half.join(' ') } }),
    ),
  );
  for (const mocha of runs) {
    passed += mocha.passed;
    failed += mocha.failed;
    console.log(mocha.output.trimEnd());
  }
}

await main();
console.log(`oracle: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
