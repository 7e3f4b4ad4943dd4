/**
 * As many random scenarios as one likes, on one tree: `npm run soak`. The same comparison as in simulation.test.ts and
 * interpreter.test.ts, with their three kinds of scenarios in turn, and a seed of its own for every chunk, so that whatever is found can be had again.
 */
import { createParser } from '../source/support';
import type { GeneratorOptions } from './generate';
import { openTree, runText } from './interpret';
import { type SearchOptions, search } from './search';
import { runSimulation } from './simulate';

export interface SoakOptions {
  readonly version: string;
  readonly engine: 'simulation' | 'interpreter';
  readonly scenarios: number;
  /** Of the first chunk; every chunk takes as many seeds as it has batches. */
  readonly seed: number;
}

export interface SoakResult {
  readonly scenarios: number;
  readonly operations: number;
  /** The shortest scenario that differs, and how to get at it again; null: all equal. */
  readonly report: string | null;
}

/** Scenarios between two lines of progress. */
const CHUNK = 10_000;

/** Of ten chunks: seven as in `npm test`, two in which every third operation runs out of memory, one with calls. */
const KINDS: readonly { readonly name: string; readonly options: GeneratorOptions }[] = [
  ...Array.from({ length: 7 }, () => ({ name: 'mixed', options: {} })),
  ...Array.from({ length: 2 }, () => ({ name: 'out of memory', options: { faultPercent: 35 } })),
  { name: 'calls', options: { calls: true } },
];

/** Compares until a difference is found or all scenarios agree. `log` gets a line for each chunk. */
export async function soak(options: SoakOptions, log: (line: string) => void): Promise<SoakResult> {
  const { version } = options;
  const engine = await engineNamed(options);
  let scenarios = 0;
  let operations = 0;
  for (let chunk = 0; scenarios < options.scenarios; chunk++) {
    const kind = KINDS[chunk % KINDS.length] ?? { name: 'mixed', options: {} };
    const count = Math.min(CHUNK, options.scenarios - scenarios);
    const seed = options.seed + chunk * CHUNK;
    const result = await search({
      version,
      scenarios: count,
      seed,
      engine,
      ...kind.options,
    });
    scenarios += result.scenarios;
    operations += result.operations;
    log(
      `${version}: ${scenarios.toLocaleString('en')} scenarios, ${operations.toLocaleString('en')} operations equal so far ` +
        `(${kind.name}, seed ${seed}, ${result.seconds.toFixed(0)} s)`,
    );
    if (result.found) return { scenarios, operations, report: result.found.report };
  }
  return { scenarios, operations, report: null };
}

async function engineNamed({ engine, version }: SoakOptions): Promise<SearchOptions['engine']> {
  if (engine === 'simulation') return runSimulation;
  const text = openTree(version, await createParser());
  return (scenario) => runText(text, scenario);
}
