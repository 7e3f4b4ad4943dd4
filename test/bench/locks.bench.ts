// How long the locks of mm/rmap.c take, all at first and after a keystroke, beside what parsing the text again takes.
import { LOCK_FILES, LockAnalysis } from '../../src/analysis/lockAnalysis';
import { lockHints } from '../../src/analysis/lockHints';
import type { KernelParser } from '../../src/source/parser';
import { SourceFile } from '../../src/source/sourceFile';
import { TreeIndex } from '../../src/source/treeIndex';
import { createParser, demandedText, kernelText } from '../source/support';

export const title = 'locks: mm/rmap.c of 7.3';

const PATH = 'mm/rmap.c';
/** What the editor reads before it shows anything. */
const FILES = LOCK_FILES.slice(0, 7);

interface State {
  readonly parser: KernelParser;
  readonly text: string;
  /** Where something is typed. */
  readonly at: number;
  readonly bare: SourceFile;
  readonly index: TreeIndex;
  readonly locks: LockAnalysis;
  keys: number;
  bareKeys: number;
}

let state: State | undefined;

function bench(): State {
  if (!state) {
    throw new Error('setup() has not run');
  }
  return state;
}

export async function setup(): Promise<void> {
  const parser = await createParser();
  const text = demandedText('7.3', PATH);
  const at = text.indexOf('return 0;', text.indexOf('int anon_vma_clone('));
  const index = new TreeIndex(parser, (path) => Promise.resolve(kernelText('7.3', path)));
  await index.ensure(FILES);
  const locks = new LockAnalysis(index);
  const bare = new SourceFile(parser, PATH, text);
  void bare.parsed.tree;
  state = { parser, text, at, bare, index, locks, keys: 0, bareKeys: 0 };
  hintsOf(locks, index);
}

/** Hints of the whole file. */
function hintsOf(locks: LockAnalysis, index: TreeIndex): void {
  for (const one of locks.functionsIn(PATH)) {
    const found = locks.function(PATH, one.function);
    if (found) {
      lockHints(found, index.body(one));
    }
  }
}

/** The text with something typed into anon_vma_clone(): never the same twice, so that nothing is known of it already. */
function typed(keys: number): string {
  const { text, at } = bench();
  return `${text.slice(0, at)}/* ${keys} */${text.slice(at)}`;
}

function typeBareKey(): void {
  const { bare } = bench();
  bare.update(typed(bench().bareKeys++));
  void bare.parsed.tree;
}

function typeKey(): void {
  bench().index.update(PATH, typed(bench().keys++));
}

export const benches: readonly { name: string; reference?: boolean; run(): void }[] = [
  { name: 'keystroke: parse', reference: true, run: typeBareKey },
  { name: 'keystroke: index', run: typeKey },
  {
    name: 'keystroke: hints of the whole file',
    run: () => {
      typeKey();
      hintsOf(bench().locks, bench().index);
    },
  },
  {
    name: 'first hints of the whole file, files parsed',
    run: () => hintsOf(new LockAnalysis(bench().index), bench().index),
  },
];
