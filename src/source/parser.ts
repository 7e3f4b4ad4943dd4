/**
 * tree-sitter's C parser over the dialect pass. The parser and every parsed file own wasm objects: `delete()` them.
 */
import { Edit, Language, Parser, Query, type Tree } from 'web-tree-sitter';
import { type DialectResult, rewriteDialect } from './dialect';
import type { UnparsedFact } from './facts';
import { type Grammar, grammarOf } from './nodeTypes';
import { excerpt } from './normalise';
import callsQuery from './queries/calls.scm';
import unparsedQuery from './queries/unparsed.scm';
import { commonPrefixLength, commonSuffixLength, lineStartsOf, positionAt } from './text';

/** The bytes of `web-tree-sitter.wasm` and of `tree-sitter-c.wasm`; the caller reads them. */
export interface ParserWasm {
  readonly runtime: Uint8Array;
  readonly language: Uint8Array;
}

/** A replaced piece of text: `[start, end)` of the old text, in UTF-16 units, gives way to `text`. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text that `change` makes of `text`. */
export function applyChange(text: string, change: TextChange): string {
  return text.slice(0, change.start) + change.text + text.slice(change.end);
}

/** How one text differs from another: one replaced piece, the smallest there is. */
interface Difference {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

function differenceOf(before: string, after: string): Difference {
  const start = commonPrefixLength(before, after);
  const suffix = commonSuffixLength(before, after, start);
  return { start, oldEnd: before.length - suffix, newEnd: after.length - suffix };
}

function pointAt(lineStarts: readonly number[], offset: number): { row: number; column: number } {
  const { line, column } = positionAt(lineStarts, offset);
  return { row: line, column };
}

/** One file's text, its dialect pass and its syntax tree, kept together through edits. */
export class ParsedFile {
  readonly #parser: KernelParser;
  #text: string;
  #dialect: DialectResult;
  #lineStarts: readonly number[];
  #tree: Tree | undefined;
  #isDeleted = false;

  /** Made by `KernelParser.parse`. */
  constructor(parser: KernelParser, text: string) {
    this.#parser = parser;
    this.#text = text;
    this.#dialect = rewriteDialect(text);
    this.#lineStarts = lineStartsOf(text);
    this.#tree = parser.treeOf(this.#dialect.text, undefined);
  }

  /** The text as it stands in the file. */
  get text(): string {
    return this.#text;
  }

  /** The text that was parsed: same length, same lines. */
  get parsedText(): string {
    return this.#dialect.text;
  }

  get dialect(): DialectResult {
    return this.#dialect;
  }

  get lineStarts(): readonly number[] {
    return this.#lineStarts;
  }

  get parser(): KernelParser {
    return this.#parser;
  }

  /** The syntax tree of `parsedText`; valid until the next `update` or `delete`. Parsed again if it had been released. */
  get tree(): Tree {
    if (this.#isDeleted) {
      throw new Error('ParsedFile used after delete()');
    }
    this.#tree ??= this.#parser.treeOf(this.#dialect.text, undefined);
    return this.#tree;
  }

  /** True while a tree is held in the wasm memory. */
  get holdsTree(): boolean {
    return this.#tree !== undefined;
  }

  /** Takes a new text and re-parses in place, reusing what did not change. */
  update(text: string): void {
    if (text === this.#text) {
      return;
    }
    const before = this.#dialect.text;
    const oldLineStarts = this.#lineStarts;
    this.#text = text;
    this.#dialect = rewriteDialect(text);
    this.#lineStarts = lineStartsOf(text);
    const old = this.#tree;
    if (!old) {
      return;
    }
    const { start, oldEnd, newEnd } = differenceOf(before, this.#dialect.text);
    if (start === oldEnd && start === newEnd) {
      return;
    }
    this.#tree = undefined;
    try {
      old.edit(
        new Edit({
          startIndex: start,
          oldEndIndex: oldEnd,
          newEndIndex: newEnd,
          startPosition: pointAt(oldLineStarts, start),
          oldEndPosition: pointAt(oldLineStarts, oldEnd),
          newEndPosition: pointAt(this.#lineStarts, newEnd),
        }),
      );
      this.#tree = this.#parser.treeOf(this.#dialect.text, old);
    } finally {
      old.delete();
    }
  }

  /** Takes one replaced piece of the text and re-parses in place. */
  edit(change: TextChange): void {
    this.update(applyChange(this.#text, change));
  }

  /** What was not understood: syntax errors, missing tokens, and `#if` branches left out of the parse. */
  unparsed(): UnparsedFact[] {
    const facts: UnparsedFact[] = this.#dialect.conditionals.regions
      .flatMap((region) => region.branches)
      .filter((branch) => !branch.isParsed)
      .map(({ span }) => ({
        kind: 'branch',
        span,
        excerpt: excerpt(this.#text.slice(span.start, span.end)),
      }));
    const { rootNode } = this.tree;
    if (rootNode.hasError) {
      for (const { name, node } of this.#parser.queries.unparsed.captures(rootNode)) {
        const span = { start: node.startIndex, end: node.endIndex };
        facts.push(
          name === 'missing'
            ? { kind: 'missing', span, excerpt: node.type }
            : { kind: 'error', span, excerpt: excerpt(this.#text.slice(span.start, span.end)) },
        );
      }
    }
    return facts.sort((a, b) => a.span.start - b.span.start);
  }

  /** Gives the tree's memory back; it is parsed again when next asked for. */
  release(): void {
    this.#tree?.delete();
    this.#tree = undefined;
  }

  /** Frees the tree. The file must not be used afterwards. */
  delete(): void {
    this.release();
    this.#isDeleted = true;
  }
}

interface Queries {
  readonly unparsed: Query;
  readonly calls: Query;
}

/** Owner of the wasm parser and of the compiled queries. */
export class KernelParser {
  readonly language: Language;
  readonly grammar: Grammar;
  readonly queries: Queries;
  readonly #parser: Parser;

  private constructor(language: Language) {
    this.language = language;
    this.grammar = grammarOf(language);
    this.#parser = new Parser();
    this.#parser.setLanguage(language);
    this.queries = {
      unparsed: new Query(language, unparsedQuery),
      calls: new Query(language, callsQuery),
    };
  }

  /** Starts the wasm runtime (once for all parsers) and loads the grammar. Rejects when the bytes are no such wasm. */
  static async create(wasm: ParserWasm): Promise<KernelParser> {
    await Parser.init({ wasmBinary: wasm.runtime });
    return new KernelParser(await Language.load(wasm.language));
  }

  /** Parses kernel C. Any text is accepted; what is not understood is in `unparsed()` of the result. */
  parse(text: string): ParsedFile {
    return new ParsedFile(this, text);
  }

  /**
   * Tree of a text that went through the dialect pass. `old` is its edited predecessor. Where errors remain, an
   * incremental parse may recover in another way than a full one: then the text is parsed in full, so that what is shown
   * depends on the text alone and not on the way it was typed.
   */
  treeOf(parsedText: string, old: Tree | undefined): Tree {
    let tree = this.#parse(parsedText, old);
    if (old && tree.rootNode.hasError) {
      tree.delete();
      tree = this.#parse(parsedText, undefined);
    }
    return tree;
  }

  #parse(parsedText: string, old: Tree | undefined): Tree {
    const tree = this.#parser.parse(parsedText, old ?? null);
    if (!tree) {
      throw new Error('the C grammar is not loaded');
    }
    return tree;
  }

  /** Frees parser and queries. Files parsed by it have to be deleted by their owners. */
  delete(): void {
    for (const query of Object.values<Query>({ ...this.queries })) {
      query.delete();
    }
    this.#parser.delete();
  }
}
