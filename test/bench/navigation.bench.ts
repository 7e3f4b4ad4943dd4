// Navigation: what a keystroke and a question cost, beside the parse alone; the first index of a tree beside ctags and
// cscope on the same files; the first answer beside clangd's; memory over many edits.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { treePath } from '../../scripts/kernelTrees.mjs';
import { LOCK_FILES, LockAnalysis } from '../../src/analysis/lockAnalysis';
import { lockHints } from '../../src/analysis/lockHints';
import { SAMPLES } from '../../src/scenario/samples';
import { incomingCalls } from '../../src/source/navigation/callGraph';
import { foldsOf } from '../../src/source/navigation/folding';
import type { Navigator } from '../../src/source/navigation/navigator';
import { outlineOf } from '../../src/source/navigation/outline';
import type { KernelParser } from '../../src/source/parser';
import { SourceFile } from '../../src/source/sourceFile';
import { positionAt } from '../../src/source/text';
import { SampleRuns } from '../../src/vscode/recordings';
import { simulator } from '../../src/vscode/simulator';
import { navigatorOfKernel } from '../source/navigation/support';
import { createParser, demandedText } from '../source/support';
import { activationFigures } from './activation';
import { type ClangdTimes, clangdTimes } from './clangd';
import {
  answer as answerFirst,
  cardOf,
  type FirstAnswer,
  type FirstQuestion,
  inFreshProcess,
} from './firstAnswers';

export const title = 'navigation: the files of 7.3 that the reverse map touches';

const PATH = 'mm/rmap.c';
/** In an extension host: test/integration/memory.node.test.ts with EDITS=10000. */
const EDITS = 2000;
const TRIES = 3;

let parser: KernelParser;
let navigator: Navigator;
let text = '';
let at = 0;
let keys = 0;

export async function setup(): Promise<void> {
  parser = await createParser();
  navigator = navigatorOfKernel(parser, '7.3');
  await navigator.ready();
  text = demandedText('7.3', PATH);
  at = text.indexOf('\nint anon_vma_clone(') + '\nint '.length;
}

/** The text with something typed into anon_vma_clone(): never the same twice, so that nothing is known of it already. */
function typed(count: number): string {
  const place = text.indexOf('return 0;', at);
  return `${text.slice(0, place)}/* ${count} */${text.slice(place)}`;
}

function typeKey(): void {
  navigator.tree.update(PATH, typed(keys++));
}

function symbols(): number {
  const index = navigator.tree.file(PATH);
  return index ? outlineOf(index).length : 0;
}

/** All uses of anon_vma_clone() in the tree. */
function references(): number {
  const found = navigator.targetAt(PATH, at);
  return found ? navigator.references(found.target, PATH).length : 0;
}

let analysis: LockAnalysis | undefined;
const runs = new SampleRuns(SAMPLES, simulator);

function lockAnalysis(): LockAnalysis {
  analysis ??= new LockAnalysis(navigator.tree, (path) => LOCK_FILES.slice(0, 7).includes(path));
  return analysis;
}

/** Locks beside all lines of the file. */
function hintsOfFile(): number {
  let count = 0;
  for (const one of lockAnalysis().functionsIn(PATH)) {
    const found = lockAnalysis().function(PATH, one.function);
    if (found) count += lockHints(found, navigator.tree.body(one)).length;
  }
  return count;
}

/** The card of anon_vma_clone(). */
function card(): number {
  return cardOf(navigator, runs, lockAnalysis()).length;
}

let bare: SourceFile | undefined;
let bareKeys = 0;

function parseAfterKey(): void {
  bare ??= new SourceFile(parser, PATH, text);
  bare.update(typed(bareKeys++));
  void bare.parsed.tree;
}

export const benches: readonly { name: string; reference?: boolean; run(): unknown }[] = [
  { name: 'keystroke: dialect pass and parse alone', reference: true, run: parseAfterKey },
  {
    name: 'keystroke: index and document symbols',
    run: () => {
      typeKey();
      return symbols();
    },
  },
  {
    name: 'keystroke: lock hints of the whole file',
    run: () => {
      typeKey();
      return hintsOfFile();
    },
  },
  { name: 'hover: card of a function', run: card },
  { name: 'folding of the file', run: () => foldsOf(text) },
  {
    name: 'keystroke, then references over the tree',
    run: () => {
      typeKey();
      return references();
    },
  },
  { name: 'references over the tree', run: references },
  { name: 'callers over the tree', run: () => incomingCalls(navigator, 'anon_vma_clone') },
];

async function median(run: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < TRIES; i++) {
    const began = performance.now();
    await run();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[TRIES >> 1] ?? 0;
}

const ms = (time: number): string => `${Math.round(time)} ms`;

function isThere(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

async function firstIndex(): Promise<void> {
  const fresh = navigatorOfKernel(parser, '7.3');
  await fresh.ready();
  for (const path of fresh.tree.paths) {
    void fresh.tree.file(path);
  }
  fresh.tree.delete();
}

async function indexFigures(): Promise<string[]> {
  const root = treePath('7.3') ?? '';
  const paths = [...navigator.tree.paths];
  const own = await median(firstIndex);
  const lines = [`first index of ${paths.length} files: ${ms(own)}`];
  const work = mkdtempSync(join(tmpdir(), 'rmap-lens-bench-'));
  const others: readonly [string, readonly string[]][] = [
    ['ctags', ['--options=NONE', '--languages=C', '--langmap=C:.c.h', '-f', join(work, 'tags'), ...paths]],
    ['cscope', ['-b', '-k', '-f', join(work, 'cscope.out'), ...paths]],
  ];
  for (const [program, options] of others) {
    if (isThere(program)) {
      const time = await median(() => execFileSync(program, [...options], { cwd: root, stdio: 'ignore' }));
      lines.push(`  ${program} on the same files: ${ms(time)}; ours takes × ${(own / time).toFixed(2)}`);
    } else {
      lines.push(
        `  ${program} is not installed (Debian: apt-get install ${program === 'ctags' ? 'universal-ctags' : program}): not compared`,
      );
    }
  }
  rmSync(work, { recursive: true, force: true });
  return lines;
}

/** For the fresh processes, which import this bundle. */
export const answer = answerFirst;

/** Our first answers, each in processes of their own, and what clangd is asked in one. */
async function clangdFigures(): Promise<string[]> {
  const first = (question: FirstQuestion): FirstAnswer => inFreshProcess(import.meta.url, question, TRIES);
  const [lens, definition, locks, firstCard, firstReferences] = (
    ['lens', 'definition', 'locks', 'card', 'references'] as const
  ).map(first) as [FirstAnswer, FirstAnswer, FirstAnswer, FirstAnswer, FirstAnswer];
  const warm = {
    hover: await median(card),
    hoverAfterKey: await median(() => {
      typeKey();
      return card();
    }),
    hints: await median(() => {
      typeKey();
      return hintsOfFile();
    }),
    references: await median(references),
  };
  const isCompared = isThere('clangd');
  const theirs = isCompared ? await theirTimes() : undefined;
  const row = (name: string, own: number, other: number | undefined, note: string): string => {
    const ratio =
      other === undefined ? '' : `; clangd ${ms(other)}; ours takes × ${(own / other).toFixed(2)}`;
    return `${name}: ${ms(own)}${ratio}${note}`;
  };
  const firstRow = (name: string, { time, start, processor, found }: FirstAnswer): string =>
    row(
      `  ${name}`,
      time,
      theirs?.firstHover,
      `; ${ms(processor)} of processor time; Node and modules before it ${ms(start)}; found ${found}`,
    );
  return [
    `${PATH} opened in a fresh process, wasm included, beside the first hover of clangd (no build) from the start of its process:`,
    firstRow('first lenses', lens),
    firstRow('first definition', definition),
    firstRow('first locks beside anon_vma_clone()', locks),
    firstRow('first card of a function, all invariants evaluated, callers over the tree', firstCard),
    firstRow('first references over the tree', firstReferences),
    'in a process that has answered before, beside the same of clangd:',
    row('  hover: card of a function', warm.hover, theirs?.hover, ''),
    row('  keystroke, then that hover', warm.hoverAfterKey, theirs?.hoverAfterKey, ''),
    row(
      '  keystroke, then lock hints of the whole file',
      warm.hints,
      theirs && theirs.hoverAfterKey - theirs.hover + theirs.inlayHints,
      theirs ? ` (its ${theirs.hints} hints of parameters, with its time for a keystroke)` : '',
    ),
    row(
      '  references over the tree',
      warm.references,
      theirs?.references,
      `; ours ${firstReferences.found} in the tree${theirs ? `, clangd ${theirs.found}` : ''}`,
    ),
    ...(isCompared ? [] : ['clangd is not installed (Debian: apt-get install clangd): not compared']),
  ];
}

function theirTimes(): Promise<ClangdTimes> {
  const index = navigator.tree.file(PATH);
  const { line, column } = positionAt(index?.lineStarts ?? [0], at);
  return clangdTimes('clangd', treePath('7.3') ?? '', PATH, text, { line, character: column + 2 });
}

/** Memory after a tenth of the edits and after all of them, with garbage collected. */
function memoryFigures(): string[] {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const measured: number[] = [];
  for (let i = 1; i <= EDITS; i++) {
    typeKey();
    symbols();
    hintsOfFile();
    if (i === EDITS / 10 || i === EDITS) {
      collect();
      const { heapUsed, external, rss } = process.memoryUsage();
      measured.push((heapUsed + external) / 1e6, rss / 1e6);
    }
  }
  const [early = 0, earlyWhole = 0, late = 0, lateWhole = 0] = measured;
  const change = (before: number, after: number): string =>
    `${before.toFixed(1)} MB, then ${after.toFixed(1)} MB (× ${(after / before).toFixed(3)})`;
  return [
    `memory after ${EDITS / 10} and after ${EDITS} edits of ${PATH}: heap and buffers ${change(early, late)}; whole process, wasm included, ${change(earlyWhole, lateWhole)}`,
  ];
}

export async function figures(): Promise<string[]> {
  return [
    ...(await indexFigures()),
    ...(await clangdFigures()),
    ...(await activationFigures(TRIES)),
    ...memoryFigures(),
  ];
}

export function teardown(): Promise<void> {
  bare?.delete();
  navigator.tree.delete();
  parser.delete();
  return Promise.resolve();
}
