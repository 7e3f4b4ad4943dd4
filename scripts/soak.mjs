// `npm run soak`: millions of random scenarios, an engine against the compiled kernel functions, tree by tree, several
// trees at once. `npm test` runs 20,000 a tree on the simulation and 5,000 on the interpreter; this is for a night.
//
//   node scripts/soak.mjs [--engine simulation|interpreter] [--scenarios N] [--seed N] [--trees 7.3,7.2] [--jobs N]
//
//   --engine NAME   what is compared with the compiled functions; the simulation by default
//   --scenarios N   for each tree; 1,000,000 by default
//   --seed N        of the first scenario; by default taken from the clock, and printed
//   --trees LIST    versions; all that are supported by default
//   --jobs N        trees at once; by default half as many as there are processors, since each keeps two busy
//
// Exit status: 0 all equal, 1 a difference (the shortest scenario is printed, with its seed), 2 usage, 3 something is missing.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { provideNodeModules } from './install.mjs';
import { provideTree, TreeMissing, VERSIONS } from './kernelTrees.mjs';
import { readOptions } from './options.mjs';
import { ROOT } from './places.mjs';
import { run } from './processes.mjs';
import { provideSystemPackages } from './systemPackages.mjs';

/** Milliseconds for one tree: a week. */
const LIMIT = 7 * 24 * 3600_000;

const { values } = readOptions({
  options: {
    engine: { type: 'string', default: 'simulation' },
    scenarios: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
    trees: { type: 'string', default: VERSIONS.join(',') },
    jobs: { type: 'string', default: String(Math.max(1, Math.floor(availableParallelism() / 2))) },
    bundle: { type: 'string' },
  },
});

/** A whole number of at least 1, or the end with one sentence. */
function numberOf(name) {
  const text = values[name].replaceAll(/[,_]/g, '');
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && Number.isSafeInteger(number)) return number;
  console.error(`Write a whole number from 1 on after --${name}, not ${values[name]}.`);
  process.exit(2);
}

/** One tree, in a process of its own (`--bundle` names what is run). */
async function soakTree() {
  const { soak } = await import(pathToFileURL(values.bundle).href);
  const options = {
    ...{ version: values.trees, engine: values.engine },
    ...{ scenarios: numberOf('scenarios'), seed: numberOf('seed') },
  };
  const { report } = await soak(options, (line) => console.log(line));
  if (report === null) return 0;
  console.log(report);
  return 1;
}

/** Everything that is needed, or one sentence. */
async function obstacle(versions) {
  const problem =
    (await provideNodeModules({ log: console.error })) ??
    (await provideSystemPackages({ log: console.error }));
  if (problem) return problem;
  try {
    for (const version of versions) await provideTree(version, { log: console.error });
  } catch (error) {
    if (error instanceof TreeMissing) return error.message;
    throw error;
  }
  return undefined;
}

async function main() {
  const versions = values.trees.split(',').filter(Boolean);
  const unknown = versions.filter((version) => !VERSIONS.includes(version));
  if (unknown.length > 0 || versions.length === 0) {
    console.error(
      `There is no oracle for ${unknown.join(', ') || 'no tree'}; there are ${VERSIONS.join(', ')}.`,
    );
    return 2;
  }
  if (!['simulation', 'interpreter'].includes(values.engine)) {
    console.error(`Write simulation or interpreter after --engine, not ${values.engine}.`);
    return 2;
  }
  const [scenarios, seed, jobs] = ['scenarios', 'seed', 'jobs'].map(numberOf);
  const problem = await obstacle(versions);
  if (problem) {
    console.error(problem);
    return 3;
  }
  console.log(
    `${scenarios.toLocaleString('en')} scenarios for each of ${versions.join(', ')} on the ${values.engine}, --seed ${seed}`,
  );
  const { bundleTests } = await import('./build.mjs');
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  const outdir = mkdtempSync(join(ROOT, 'dist', 'soak-'));
  process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
  const { problems, bundles } = await bundleTests(['test/oracle/soak.ts'], outdir);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const waiting = [...versions];
  let status = 0;
  const worker = async () => {
    for (let version = waiting.shift(); version !== undefined; version = waiting.shift()) {
      const args = ['--trees', version, '--engine', values.engine];
      args.push('--scenarios', String(scenarios), '--seed', String(seed));
      const result = await run(process.execPath, [import.meta.filename, '--bundle', bundles[0], ...args], {
        cwd: ROOT,
        show: true,
        timeout: LIMIT,
      });
      if (result.status === 0) console.log(`${version}: no difference`);
      else {
        status = 1;
        console.log(`${version}: ended with status ${result.status}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, versions.length) }, worker));
  return status;
}

process.exitCode = values.bundle === undefined ? await main() : await soakTree();
