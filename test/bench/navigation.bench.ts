// Navigation: what a keystroke and a question cost, beside the parse alone; the first index of a tree beside ctags and
// cscope on the same files; the first answer beside clangd's; memory over many edits.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { treePath } from '../../scripts/kernelTrees.mjs';
import { incomingCalls } from '../../src/source/navigation/callGraph';
import { foldsOf } from '../../src/source/navigation/folding';
import type { Navigator } from '../../src/source/navigation/navigator';
import { outlineOf } from '../../src/source/navigation/outline';
import type { KernelParser } from '../../src/source/parser';
import { SourceFile } from '../../src/source/sourceFile';
import { positionAt } from '../../src/source/text';
import { navigatorOfKernel } from '../source/navigation/support';
import { createParser, demandedText } from '../source/support';
import { clangdTimes } from './clangd';

export const title = 'navigation: the files of 7.3 that the reverse map touches';

const PATH = 'mm/rmap.c';
const EDITS = 10_000;
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

interface FirstAnswers {
  /** Milliseconds from the start of the process until the question. */
  readonly start: number;
  readonly definition: number;
  readonly definitions: number;
  readonly references: number;
  readonly found: number;
}

/**
 * From the question, wasm included, to a definition, and from there to references, as the editor makes them: the first is
 * answered from the few nearest files.
 */
export async function firstAnswers(): Promise<FirstAnswers> {
  const start = performance.now();
  const fresh = await createParser();
  const first = navigatorOfKernel(fresh, '7.3');
  await first.nearby(PATH);
  const offset = demandedText('7.3', PATH).indexOf('\nint anon_vma_clone(') + '\nint '.length;
  const near = first.nearDefinitions(PATH, offset);
  const definition = performance.now() - start;
  const asked = performance.now();
  await first.ready(PATH);
  const target = first.targetAt(PATH, offset)?.target;
  const definitions = near?.definitions ?? [];
  const found = target && definitions.length > 0 ? first.references(target, PATH).length : 0;
  const times = {
    start,
    definition,
    definitions: definitions.length,
    references: performance.now() - asked,
    found,
  };
  first.tree.delete();
  fresh.delete();
  return times;
}

/** The same in a process of its own, which has compiled nothing yet; the median of several. */
function inFreshProcess(): FirstAnswers {
  const code = `const { firstAnswers } = await import(${JSON.stringify(import.meta.url)}); console.log(JSON.stringify(await firstAnswers()));`;
  const all = Array.from({ length: TRIES }, () => {
    const text = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    return JSON.parse(text) as FirstAnswers;
  });
  const sorted = all.sort((a, b) => a.definition - b.definition);
  const middle = sorted[TRIES >> 1];
  if (!middle || middle.definitions === 0) {
    throw new Error('The fresh process has found no definition.');
  }
  return middle;
}

async function clangdFigures(): Promise<string[]> {
  const own = inFreshProcess();
  const lines = [
    `first definition in ${PATH}, fresh process, wasm included: ${ms(own.definition)}, after ${ms(own.start)} in which the process started; first references after it: ${ms(own.references)}, ${own.found} places`,
  ];
  if (!isThere('clangd')) {
    return [...lines, '  clangd is not installed (Debian: apt-get install clangd): not compared'];
  }
  const index = navigator.tree.file(PATH);
  const { line, column } = positionAt(index?.lineStarts ?? [0], at);
  const theirs = await clangdTimes('clangd', treePath('7.3') ?? '', PATH, text, {
    line,
    character: column + 2,
  });
  const hover =
    theirs.firstHover === undefined
      ? 'no hover within 90 s'
      : `first hover ${ms(theirs.firstHover)}; ours takes × ${(own.definition / theirs.firstHover).toFixed(2)}`;
  return [
    ...lines,
    `  clangd, no build, same file: ${hover}`,
    `  clangd, references: ${ms(theirs.references)}, ${theirs.found} places; ours takes × ${(own.references / theirs.references).toFixed(2)}`,
  ];
}

/** Memory after a tenth of the edits and after all of them, with garbage collected. */
function memoryFigures(): string[] {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const measured: number[] = [];
  for (let i = 1; i <= EDITS; i++) {
    typeKey();
    symbols();
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
  return [...(await indexFigures()), ...(await clangdFigures()), ...memoryFigures()];
}

export function teardown(): Promise<void> {
  bare?.delete();
  navigator.tree.delete();
  parser.delete();
  return Promise.resolve();
}
