// What the editor shows first of mm/rmap.c, as the extension makes it, in a process that has compiled nothing yet.
import { execFileSync } from 'node:child_process';
import SAMPLE_TABLE from 'virtual:sample-table';
import { LOCK_FILES, LockAnalysis } from '../../src/analysis/lockAnalysis';
import { lockHints } from '../../src/analysis/lockHints';
import { contractOf } from '../../src/annotations/contract';
import { SAMPLES } from '../../src/scenario/samples';
import { incomingCalls } from '../../src/source/navigation/callGraph';
import { TreeIndex } from '../../src/source/treeIndex';
import { contractCard } from '../../src/vscode/contractText';
import { functionText } from '../../src/vscode/functionTexts';
import { SampleRuns } from '../../src/vscode/recordings';
import { simulator } from '../../src/vscode/simulator';
import { navigatorOfKernel } from '../source/navigation/support';
import { createParser, demandedText, kernelText } from '../source/support';

const VERSION = '7.3';
const PATH = 'mm/rmap.c';
const NAME = 'anon_vma_clone';
/** Files that the editor reads before it shows locks. */
const FIRST = LOCK_FILES.slice(0, 7);

/** A question to a process that has just begun; gives how many things it was answered with. */
export type FirstQuestion = 'lens' | 'definition' | 'references' | 'locks' | 'card';

export interface FirstAnswer {
  /** Milliseconds from the start of the process until the question: Node, and the modules. */
  readonly start: number;
  /** Milliseconds from the question to the answer, wasm included. */
  readonly time: number;
  /** The same in processor time, which other programs disturb less; of all threads. */
  readonly processor: number;
  readonly found: number;
}

async function freshIndex(paths: readonly string[]): Promise<TreeIndex> {
  const parser = await createParser();
  const index = new TreeIndex(parser, (path) => Promise.resolve(kernelText(VERSION, path)));
  await index.ensure(paths);
  return index;
}

/** The lenses above functions of mm/rmap.c. */
async function lens(): Promise<number> {
  const index = await freshIndex([PATH]);
  const runs = new SampleRuns(SAMPLES, simulator, [], SAMPLE_TABLE);
  await runs.prepare(VERSION, () => Promise.resolve());
  const invariants = runs.invariants(VERSION);
  return [...runs.uses(VERSION).keys()].flatMap((role) =>
    index
      .definitions(role)
      .filter(({ path }) => path === PATH)
      .map(() => invariants.filter(({ places }) => places.some((place) => place.role === role)).length),
  ).length;
}

function offsetOfName(): number {
  return demandedText(VERSION, PATH).indexOf(`\nint ${NAME}(`) + '\nint '.length;
}

/** A definition, answered from the few nearest files. */
async function definition(): Promise<number> {
  const navigator = navigatorOfKernel(await createParser(), VERSION);
  await navigator.nearby(PATH);
  return navigator.nearDefinitions(PATH, offsetOfName())?.definitions.length ?? 0;
}

async function references(): Promise<number> {
  const navigator = navigatorOfKernel(await createParser(), VERSION);
  await navigator.ready(PATH);
  const target = navigator.targetAt(PATH, offsetOfName())?.target;
  return target ? navigator.references(target, PATH).length : 0;
}

function hintsOfClone(index: TreeIndex): { readonly locks: LockAnalysis; readonly hints: number } {
  const locks = new LockAnalysis(index, (path) => LOCK_FILES.includes(path));
  const one = locks.functionsIn(PATH).find((place) => place.function.name === NAME);
  const found = one && locks.function(PATH, one.function);
  return { locks, hints: one && found ? lockHints(found, index.body(one)).length : 0 };
}

/** The locks in anon_vma_clone(), beside its lines. */
async function locks(): Promise<number> {
  return hintsOfClone(await freshIndex(FIRST)).hints;
}

/** The card of anon_vma_clone(), its callers in the tree included. */
async function card(): Promise<number> {
  const navigator = navigatorOfKernel(await createParser(), VERSION);
  await navigator.ready(PATH);
  const runs = new SampleRuns(SAMPLES, simulator, [], SAMPLE_TABLE);
  return cardOf(navigator, runs, new LockAnalysis(navigator.tree, (path) => FIRST.includes(path))).length;
}

/** Lines of the card of anon_vma_clone(). */
export function cardOf(
  navigator: ReturnType<typeof navigatorOfKernel>,
  runs: SampleRuns,
  analysis: LockAnalysis,
): string[] {
  const place = analysis.functionsIn(PATH).find((one) => one.function.name === NAME);
  const annotations = runs.annotations(VERSION);
  return contractCard({
    ...{ name: NAME, role: NAME, text: functionText(NAME), root: 'file:///linux' },
    contract: contractOf(navigator.tree, NAME, NAME, annotations, VERSION),
    locks: place && analysis.lockContract(place),
    callers: incomingCalls(navigator, NAME).map(({ caller }) => ({
      name: caller.name,
      file: caller.path,
      line: 1,
    })),
    profile: { id: VERSION, title: `Linux ${VERSION}` },
    simulated: true,
  });
}

const QUESTIONS: Readonly<Record<FirstQuestion, () => Promise<number>>> = {
  lens,
  definition,
  references,
  locks,
  card,
};

/** Runs in the fresh process. */
export async function answer(question: FirstQuestion): Promise<FirstAnswer> {
  const start = performance.now();
  const used = process.cpuUsage();
  const found = await QUESTIONS[question]();
  const { user, system } = process.cpuUsage(used);
  return { start, time: performance.now() - start, processor: (user + system) / 1000, found };
}

/** The same in processes of their own; the median of `tries`. Throws when nothing was found. */
export function inFreshProcess(module: string, question: FirstQuestion, tries: number): FirstAnswer {
  const code = `const { answer } = await import(${JSON.stringify(module)}); console.log(JSON.stringify(await answer(${JSON.stringify(question)})));`;
  const all = Array.from({ length: tries }, () => {
    const text = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    return JSON.parse(text) as FirstAnswer;
  });
  const middle = all.sort((a, b) => a.time - b.time)[tries >> 1];
  if (!middle || middle.found === 0) {
    throw new Error(`The fresh process has found nothing: ${question}.`);
  }
  return middle;
}
