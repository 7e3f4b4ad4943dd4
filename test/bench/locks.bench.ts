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
  readonly typed: string;
  readonly bare: SourceFile;
  readonly index: TreeIndex;
  readonly locks: LockAnalysis;
  isTyped: boolean;
  isBareTyped: boolean;
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
  const typed = `${text.slice(0, at)} ${text.slice(at)}`;
  state = { parser, text, typed, bare, index, locks, isTyped: false, isBareTyped: false };
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

function typeBareKey(): void {
  const { bare, text, typed, isBareTyped } = bench();
  bare.update(isBareTyped ? text : typed);
  void bare.parsed.tree;
  bench().isBareTyped = !isBareTyped;
}

function typeKey(): void {
  const { index, text, typed, isTyped } = bench();
  index.update(PATH, isTyped ? text : typed);
  bench().isTyped = !isTyped;
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
