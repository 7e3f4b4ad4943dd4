/**
 * tree-sitter's C parser over the dialect pass. The parser and every parsed file own wasm objects: `delete()` them.
 */
import { Edit, Language, Parser, Query, type Range, type Tree } from 'web-tree-sitter';
import { type DialectResult, rewriteDialect } from './dialect';
import type { UnparsedFact } from './facts';
import { HeldTree } from './heldTree';
import { type Grammar, grammarOf } from './nodeTypes';
import { excerpt } from './normalise';
import callsQuery from './queries/calls.scm';
import unparsedQuery from './queries/unparsed.scm';
import { commonPrefixLength, commonSuffixLength, lineStartsOf, positionAt, type Span } from './text';

const QUERIES = { unparsed: unparsedQuery, calls: callsQuery } as const;

export type QueryName = keyof typeof QUERIES;

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

/** One file's text, its dialect pass and its syntax trees, kept together through edits. */
export class ParsedFile {
  readonly #parser: KernelParser;
  readonly #tree: HeldTree;
  readonly #fileLevel: HeldTree;
  #text: string;
  #dialect: DialectResult;
  #lineStarts: readonly number[];
  #isDeleted = false;

  /** Made by `KernelParser.parse`. */
  constructor(parser: KernelParser, text: string) {
    this.#parser = parser;
    this.#tree = new HeldTree((...args) => parser.treeOf(...args));
    this.#fileLevel = new HeldTree((...args) => parser.treeOf(...args));
    this.#text = text;
    this.#dialect = rewriteDialect(text);
    this.#lineStarts = lineStartsOf(text);
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

  /** The syntax tree of `parsedText`; valid until the next `update`, `release` or `delete`. Parsed when first asked for. */
  get tree(): Tree {
    this.#refuseDeleted();
    return this.#tree.of(this.#dialect.text);
  }

  /**
   * The tree of what stands at file level: comments and the bodies of functions are passed over, which takes a fraction of the
   * time, and what is half typed in one function hides nothing of the next. Where brackets do not pair up, or something at
   * file level is not understood, the tree of the whole text. Valid as long as `tree` is.
   */
  get fileLevelTree(): Tree {
    this.#refuseDeleted();
    const { bodies } = this.#dialect;
    if (bodies) {
      const tree = this.#fileLevel.of(this.#dialect.text, this.#fileLevelRanges(bodies));
      if (!tree.rootNode.hasError) {
        return tree;
      }
    }
    return this.tree;
  }

  /** Everything but `bodies` and comments. */
  #fileLevelRanges(bodies: readonly Span[]): Range[] {
    const ranges: Range[] = [];
    let from = 0;
    const skip = ({ start, end }: Span): void => {
      if (start > from) {
        ranges.push(this.#range(from, start));
      }
      from = Math.max(from, end);
    };
    let body = 0;
    for (const comment of this.#dialect.tokens.comments) {
      for (let next = bodies[body]; next && next.start < comment.start; next = bodies[++body]) {
        skip(next);
      }
      skip(comment);
    }
    for (const rest of bodies.slice(body)) {
      skip(rest);
    }
    skip({ start: this.#text.length, end: this.#text.length });
    return ranges;
  }

  #range(startIndex: number, endIndex: number): Range {
    const startPosition = pointAt(this.#lineStarts, startIndex);
    return { startIndex, endIndex, startPosition, endPosition: pointAt(this.#lineStarts, endIndex) };
  }

  #refuseDeleted(): void {
    if (this.#isDeleted) {
      throw new Error('ParsedFile used after delete()');
    }
  }

  /** True while a tree is held in the wasm memory. */
  get holdsTree(): boolean {
    return this.#tree.isHeld || this.#fileLevel.isHeld;
  }

  /** Takes a new text; trees are parsed again when next asked for, reusing what did not change. */
  update(text: string): void {
    if (text === this.#text) {
      return;
    }
    const before = this.#dialect.text;
    const oldLineStarts = this.#lineStarts;
    this.#text = text;
    this.#dialect = rewriteDialect(text);
    this.#lineStarts = lineStartsOf(text);
    const { start, oldEnd, newEnd } = differenceOf(before, this.#dialect.text);
    if (start === oldEnd && start === newEnd) {
      return;
    }
    const edit = new Edit({
      startIndex: start,
      oldEndIndex: oldEnd,
      newEndIndex: newEnd,
      startPosition: pointAt(oldLineStarts, start),
      oldEndPosition: pointAt(oldLineStarts, oldEnd),
      newEndPosition: pointAt(this.#lineStarts, newEnd),
    });
    this.#tree.edit(edit);
    this.#fileLevel.edit(edit);
  }

  /** Takes one replaced piece of the text. */
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
      for (const { name, node } of this.#parser.query('unparsed').captures(rootNode)) {
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

  /** Gives the trees' memory back; they are parsed again when next asked for. */
  release(): void {
    this.#tree.release();
    this.#fileLevel.release();
  }

  /** Frees the trees. The file must not be used afterwards. */
  delete(): void {
    this.release();
    this.#isDeleted = true;
  }
}

/** Owner of the wasm parser and of the compiled queries. */
export class KernelParser {
  readonly language: Language;
  readonly grammar: Grammar;
  readonly #parser: Parser;
  readonly #queries = new Map<QueryName, Query>();

  private constructor(language: Language) {
    this.language = language;
    this.grammar = grammarOf(language);
    this.#parser = new Parser();
    this.#parser.setLanguage(language);
  }

  /** A query, compiled when first asked for. */
  query(name: QueryName): Query {
    const query = this.#queries.get(name) ?? new Query(this.language, QUERIES[name]);
    this.#queries.set(name, query);
    return query;
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
   * Tree of a text that went through the dialect pass, or of the pieces of it in `ranges`. `old` is its edited predecessor.
   * Where errors remain, an incremental parse may recover in another way than a full one: then the text is parsed in full, so
   * that what is shown depends on the text alone and not on the way it was typed.
   */
  treeOf(parsedText: string, old?: Tree, ranges?: readonly Range[]): Tree {
    let tree = this.#parse(parsedText, old, ranges);
    if (old && tree.rootNode.hasError) {
      tree.delete();
      tree = this.#parse(parsedText, undefined, ranges);
    }
    return tree;
  }

  #parse(parsedText: string, old: Tree | undefined, ranges: readonly Range[] | undefined): Tree {
    const options = ranges ? { includedRanges: [...ranges] } : undefined;
    const tree = this.#parser.parse(parsedText, old ?? null, options);
    if (!tree) {
      throw new Error('the C grammar is not loaded');
    }
    return tree;
  }

  /** Frees parser and queries. Files parsed by it have to be deleted by their owners. */
  delete(): void {
    for (const query of this.#queries.values()) {
      query.delete();
    }
    this.#queries.clear();
    this.#parser.delete();
  }
}
