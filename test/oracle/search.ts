/**
 * Many random scenarios through the oracle and an engine; the first difference is shrunk and returned.
 */
import fc from 'fast-check';
import { agrees, type Difference, firstDifference, type RunEngine, report, shrink } from './compare';
import { type GeneratorOptions, scenarioArbitrary } from './generate';
import { Oracle, parseRun } from './oracle';

export interface SearchOptions extends GeneratorOptions {
  /** Kernel tree, and profile of the engine if that is another word. */
  readonly version: string;
  readonly profile?: string;
  readonly scenarios: number;
  readonly seed: number;
  readonly engine: RunEngine;
}

export interface SearchResult {
  readonly scenarios: number;
  readonly operations: number;
  readonly seconds: number;
  /** The shortest differing scenario found, and how to get at it again. */
  readonly found: {
    readonly scenario: string;
    readonly difference: Difference;
    readonly report: string;
  } | null;
}

/** Scenarios that are made, and sent to the oracle, at once. */
const BATCH = 250;

/** Compares until a difference is found or all scenarios agree. The same seed gives the same scenarios. */
export async function search(options: SearchOptions): Promise<SearchResult> {
  const { version, profile = version, engine, seed } = options;
  const oracle = new Oracle(version);
  const begun = Date.now();
  let scenarios = 0;
  let operations = 0;
  try {
    for (let batch = 0; scenarios < options.scenarios; batch++) {
      const texts = fc.sample(scenarioArbitrary(options), {
        numRuns: Math.min(BATCH, options.scenarios - scenarios),
        seed: seed + batch,
      });
      const answers = texts.map((text) => oracle.lines(text));
      for (const [index, text] of texts.entries()) {
        const mine = runEngine(engine, text, profile);
        const lines = await answers[index];
        if (!lines) continue;
        scenarios++;
        operations += lines.length - 1;
        if (agrees(lines, mine)) continue;
        const found = await shrunk(oracle, engine, profile, text, `seed ${seed + batch}, scenario ${index}`);
        return { scenarios, operations, seconds: (Date.now() - begun) / 1000, found };
      }
    }
    return { scenarios, operations, seconds: (Date.now() - begun) / 1000, found: null };
  } finally {
    oracle.close();
  }
}

/** An exception of the engine counts as a difference. */
function runEngine(engine: RunEngine, text: string, profile: string): ReturnType<RunEngine> {
  try {
    return engine(text, profile);
  } catch (error) {
    return {
      problem: `the engine threw: ${error instanceof Error ? error.stack : String(error)}`,
      operations: [],
    };
  }
}

async function shrunk(
  oracle: Oracle,
  engine: RunEngine,
  profile: string,
  text: string,
  origin: string,
): Promise<SearchResult['found']> {
  const differs = async (candidate: string): Promise<Difference | null> => {
    const kernel = parseRun(await oracle.lines(candidate));
    return kernel.end.problem ? null : firstDifference(kernel, runEngine(engine, candidate, profile));
  };
  const scenario = await shrink(text, async (candidate) => (await differs(candidate)) !== null);
  const difference = await differs(scenario);
  if (!difference) throw new Error(`A difference came and went (${origin}):\n${text}`);
  return { scenario, difference, report: `${report(scenario, profile, difference)}\n(from ${origin})` };
}
