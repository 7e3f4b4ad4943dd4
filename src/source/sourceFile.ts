/**
 * One file of a tree with everything known about it, made when first asked for and again after a change. Bodies of
 * functions whose text did not change are kept and moved, not read again. Owns a parsed file: `delete()` it.
 */
import { assertsAmong, callsOf } from './calls';
import {
  type AssertFact,
  type CallFact,
  type FileIndex,
  type FunctionBody,
  type FunctionFact,
  isBroken,
  type UnparsedFact,
} from './facts';
import { indexFile } from './fileIndex';
import { readBody } from './functionBody';
import { applyChange, type KernelParser, type ParsedFile, type TextChange } from './parser';

import type { Span } from './text';

/** Bodies kept besides one for each function, for texts that come back; then those not asked for since are dropped. */
const MORE_BODIES_KEPT = 50;

interface KeptBody {
  readonly start: number;
  readonly body: FunctionBody;
}

function moved<T extends { readonly span: Span }>(fact: T, by: number): T {
  return { ...fact, span: { start: fact.span.start + by, end: fact.span.end + by } };
}

/** `body` as it is after its function moved by `by` code units. */
function movedBody(body: FunctionBody, by: number): FunctionBody {
  const statements = body.statements.map((statement) => ({
    ...moved(statement, by),
    calls: statement.calls.map((call) => moved(call, by)),
    writes: statement.writes.map((write) => moved(write, by)),
  }));
  return { ...body, statements };
}

export class SourceFile {
  readonly path: string;
  readonly #parser: KernelParser;
  #text: string;
  #parsed: ParsedFile | undefined;
  #bodies = new Map<string, KeptBody>();
  /** Bodies asked for before those were. */
  #olderBodies = new Map<string, KeptBody>();
  /** Of functions of the present index. */
  readonly #brokenBodies = new WeakMap<FunctionFact, FunctionBody>();
  #index: FileIndex | undefined;
  #unparsed: readonly UnparsedFact[] | undefined;
  #calls: readonly CallFact[] | undefined;
  #asserts: readonly AssertFact[] | undefined;

  /** `path` is relative to the tree's root. Nothing is parsed until something is asked. */
  constructor(parser: KernelParser, path: string, text: string) {
    this.path = path;
    this.#parser = parser;
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  /** The parsed file, for readers of the tree itself (the interpreter). */
  get parsed(): ParsedFile {
    this.#parsed ??= this.#parser.parse(this.#text);
    return this.#parsed;
  }

  /** True while a syntax tree is held in the wasm memory. */
  get holdsTree(): boolean {
    return this.#parsed?.holdsTree ?? false;
  }

  get index(): FileIndex {
    this.#index ??= indexFile(this.path, this.parsed);
    return this.#index;
  }

  /** What was not understood, in source order. */
  get unparsed(): readonly UnparsedFact[] {
    this.#unparsed ??= this.parsed.unparsed();
    return this.#unparsed;
  }

  /** Calls in source order. */
  get calls(): readonly CallFact[] {
    this.#calls ??= callsOf(this.parsed, this.index.functions);
    return this.#calls;
  }

  /** Asserts in source order. */
  get asserts(): readonly AssertFact[] {
    this.#asserts ??= assertsAmong(this.parsed, this.calls);
    return this.#asserts;
  }

  /** True when how `definition`, one of `index.functions`, was understood depends on what stands around it. */
  isBroken({ span, bodySpan }: FunctionFact): boolean {
    const { misplaced } = this.parsed.dialect;
    return isBroken(span, this.unparsed) || (bodySpan !== undefined && misplaced.includes(bodySpan.start));
  }

  /** Statements of `definition`, one of `index.functions`. */
  body(definition: FunctionFact): FunctionBody {
    if (this.isBroken(definition)) {
      const known = this.#brokenBodies.get(definition) ?? readBody(this.parsed, definition);
      this.#brokenBodies.set(definition, known);
      return known;
    }
    const { start, end } = definition.span;
    const key = `${JSON.stringify(definition.conditions)}\0${this.text.slice(start, end)}`;
    const kept = this.#bodies.get(key);
    if (kept?.start === start) {
      return kept.body;
    }
    const older = kept ?? this.#olderBodies.get(key);
    if (older) {
      const by = start - older.start;
      return this.#keep(key, start, by === 0 ? older.body : movedBody(older.body, by));
    }
    return this.#keep(key, start, readBody(this.parsed, definition));
  }

  #keep(key: string, start: number, body: FunctionBody): FunctionBody {
    if (this.#bodies.size >= this.index.functions.length + MORE_BODIES_KEPT && !this.#bodies.has(key)) {
      this.#olderBodies = this.#bodies;
      this.#bodies = new Map();
    }
    this.#bodies.set(key, { start, body });
    return body;
  }

  /** Takes a new text; re-parses in place. */
  update(text: string): void {
    if (text !== this.text) {
      this.#text = text;
      this.#parsed?.update(text);
      this.#index = undefined;
      this.#unparsed = undefined;
      this.#calls = undefined;
      this.#asserts = undefined;
    }
  }

  /** Takes one replaced piece of the text; re-parses in place. */
  edit(change: TextChange): void {
    this.update(applyChange(this.#text, change));
  }

  /** Gives back the syntax tree's memory; facts already made stay. */
  release(): void {
    this.#parsed?.release();
  }

  delete(): void {
    this.#parsed?.delete();
    this.#parsed = undefined;
  }
}
