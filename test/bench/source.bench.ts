// How long reading mm/rmap.c takes beside what tree-sitter alone takes for the same text, first and after a keystroke.
import { Edit, type Tree } from 'web-tree-sitter';
import { rewriteDialect } from '../../src/source/dialect';
import type { KernelParser } from '../../src/source/parser';
import { SourceFile } from '../../src/source/sourceFile';
import { lineStartsOf, positionAt } from '../../src/source/text';
import { createParser, demandedText, functionNamed } from '../source/support';

export const title = 'source: mm/rmap.c of 7.3';

const PATH = 'mm/rmap.c';
/** A blank typed in the middle of anon_vma_clone(), and taken away again. */
interface Keystroke {
  readonly at: number;
  isTyped: boolean;
}

interface State {
  readonly parser: KernelParser;
  readonly text: string;
  /** What the dialect pass makes of it: the bare parse gets this, so that both parse the same. */
  readonly plain: string;
  readonly file: SourceFile;
  readonly keystroke: Keystroke;
  tree: Tree;
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
  const plain = rewriteDialect(text).text;
  const file = new SourceFile(parser, PATH, text);
  const at = text.indexOf('return 0;', text.indexOf('int anon_vma_clone('));
  state = {
    parser,
    text,
    plain,
    file,
    keystroke: { at, isTyped: false },
    tree: parser.treeOf(plain, undefined),
  };
  readAll(file);
}

function readAll(file: SourceFile): void {
  for (const definition of file.index.functions) {
    file.body(definition);
  }
}

function typeKey(): SourceFile {
  const { file, keystroke } = bench();
  const { at } = keystroke;
  file.edit(keystroke.isTyped ? { start: at, end: at + 1, text: '' } : { start: at, end: at, text: ' ' });
  keystroke.isTyped = !keystroke.isTyped;
  return file;
}

let isBareTyped = false;

/** What tree-sitter alone does at a keystroke: edit the tree, parse again. */
function typeBareKey(): void {
  const current = bench();
  const { at } = current.keystroke;
  const typed = `${current.plain.slice(0, at)} ${current.plain.slice(at)}`;
  const { line, column } = positionAt(lineStartsOf(current.plain), at);
  const [before, after] = isBareTyped ? [1, 0] : [0, 1];
  current.tree.edit(
    new Edit({
      startIndex: at,
      oldEndIndex: at + before,
      newEndIndex: at + after,
      startPosition: { row: line, column },
      oldEndPosition: { row: line, column: column + before },
      newEndPosition: { row: line, column: column + after },
    }),
  );
  const old = current.tree;
  current.tree = current.parser.treeOf(isBareTyped ? current.plain : typed, old);
  old.delete();
  isBareTyped = !isBareTyped;
}

export const benches: readonly { name: string; reference?: boolean; run(): void }[] = [
  {
    name: 'bare tree-sitter parse',
    reference: true,
    run: () => bench().parser.treeOf(bench().plain, undefined).delete(),
  },
  { name: 'dialect pass', run: () => void rewriteDialect(bench().text) },
  {
    name: 'first index',
    run: () => {
      const file = new SourceFile(bench().parser, PATH, bench().text);
      void file.index;
      file.delete();
    },
  },
  {
    name: 'first index with all statements and calls',
    run: () => {
      const file = new SourceFile(bench().parser, PATH, bench().text);
      readAll(file);
      void file.calls;
      file.delete();
    },
  },
  { name: 'keystroke: bare incremental parse', run: typeBareKey },
  { name: 'keystroke: parse', run: () => void typeKey().parsed.tree },
  { name: 'keystroke: index', run: () => void typeKey().index },
  {
    name: 'keystroke: index and the function typed in',
    run: () => {
      const file = typeKey();
      file.body(functionNamed(file.index, 'anon_vma_clone'));
    },
  },
  { name: 'keystroke: index and all statements', run: () => readAll(typeKey()) },
];
