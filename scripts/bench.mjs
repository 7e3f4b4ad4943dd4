// `npm run bench`: every test/bench/*.bench.ts, timed with tinybench. A file exports
//
//   export const title = 'stepping back';
//   export const benches: { name: string; reference?: boolean; run(): unknown | Promise<unknown> }[] = […];
//   export async function setup(): Promise<void> { … }        // optional
//   export async function figures(): Promise<string[]> { … }  // optional: lines printed below, of what is no duration
//   export async function teardown(): Promise<void> { … }     // optional
//
// `count` of a bench says how many things one run does, and `things` what they are: their number a second is printed too,
// and ratios are those of one thing.
// Results are ratios to the bench marked `reference` (else the first) of the same file, measured in the same run, so that
// they mean something on any machine.
//
//   node scripts/bench.mjs [WORD…]      words choose files by path
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { provideNodeModules } from './install.mjs';
import { ROOT } from './places.mjs';

const problem = await provideNodeModules({ log: console.error });
if (problem) {
  console.error(problem);
  process.exit(1);
}
const { Bench } = await import('tinybench');
const { bundleTests, filesBelow } = await import('./build.mjs');
const { provideTree } = await import('./kernelTrees.mjs');

const words = process.argv.slice(2);
const files = filesBelow('test/bench', /\.bench\.ts$/).filter(
  (file) => words.length === 0 || words.some((word) => file.includes(word)),
);
mkdirSync(join(ROOT, 'dist'), { recursive: true });
const outdir = mkdtempSync(join(ROOT, 'dist', 'bench-'));
try {
  if (files.length === 0) throw new Error('There is no bench below test/bench.');
  await provideTree('7.3', { log: console.error });
  const { problems, bundles } = await bundleTests(files, outdir);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  for (const [index, bundle] of bundles.entries()) {
    const module = await import(pathToFileURL(bundle).href);
    await module.setup?.();
    const bench = new Bench({ time: 500, warmupTime: 100 });
    for (const { name, run } of module.benches) bench.add(name, run);
    await bench.run();
    console.log(`\n${module.title ?? files[index]}`);
    const reference = module.benches.find((each) => each.reference) ?? module.benches[0];
    const named = (name) => module.benches.find((each) => each.name === name);
    const perThing = (name, duration) => duration / (named(name)?.count?.() ?? 1);
    const base = perThing(reference.name, bench.getTask(reference.name)?.result?.latency?.p50);
    for (const { name, result } of bench.tasks) {
      const latency = result?.latency;
      if (!latency) {
        console.log(`  ${name.padEnd(44)} failed: ${result?.error?.message ?? result?.state}`);
        process.exitCode = 1;
        continue;
      }
      const ratio =
        name === reference.name ? 'reference' : `× ${(perThing(name, latency.p50) / base).toFixed(2)}`;
      const spread = `± ${latency.rme.toFixed(1)} %`;
      const { count, things = 'runs' } = named(name);
      const rate = count
        ? `  ${Math.round((1000 * count()) / latency.p50).toLocaleString('en')} ${things}/s`
        : '';
      console.log(
        `  ${name.padEnd(44)} ${latency.p50.toFixed(3).padStart(10)} ms ${ratio.padStart(11)}  ${spread}${rate}`,
      );
    }
    for (const line of (await module.figures?.()) ?? []) console.log(`  ${line}`);
    await module.teardown?.();
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
