/**
 * The syntax tree of a scenario: one entry per line, with positions, comments kept.
 * Contract: docs/scenario-language.md, sections 1 to 3.
 */
import type { Operation } from '../trace/engine';

/** A stretch of one line. */
export interface TextRange {
  /** From 1. */
  readonly line: number;
  /** Columns in UTF-16 units from 0; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Something the file does wrong. */
export interface Problem {
  readonly range: TextRange;
  readonly severity: 'error' | 'warning';
  /** One sentence that says what to do. */
  readonly message: string;
  /** What would put it right, where that is known. */
  readonly fix?: Fix;
}

/** A replacement of a stretch of one line that puts a problem right. */
export interface Fix {
  /** What it does, for people: `Change to write`. */
  readonly title: string;
  /** What is replaced; where it is empty, `text` is inserted. */
  readonly range: TextRange;
  /** May end in `\n`, to insert a whole line. */
  readonly text: string;
}

/** `PROC:PAGE` in an expectation. */
export interface PageRef {
  readonly process: string;
  readonly page: number;
}

/** `PROC@START-END` in an expectation; `end` is exclusive. */
export interface VmaRef {
  readonly process: string;
  readonly start: number;
  readonly end: number;
}

/** What `expect count` can count. */
export const COUNTED_OBJECTS = ['anon_vma', 'anon_vma_chain', 'vma', 'folio', 'mm'] as const;
export type CountedObject = (typeof COUNTED_OBJECTS)[number];

export type Expectation =
  | { readonly expect: 'ok' }
  | { readonly expect: 'error'; readonly errno: string }
  | { readonly expect: 'violation'; readonly id: string }
  | { readonly expect: 'clean' }
  | { readonly expect: 'same' | 'differ'; readonly a: PageRef; readonly b: PageRef }
  | { readonly expect: 'visits'; readonly page: PageRef; readonly vmas: readonly VmaRef[] }
  | { readonly expect: 'count'; readonly object: CountedObject; readonly count: number }
  | { readonly expect: 'chain'; readonly page: PageRef; readonly labels: readonly string[] };

/** A named piece of a statement, for completion, hover and highlighting. */
export interface Token {
  readonly kind: 'keyword' | 'process' | 'verb' | 'number' | 'name' | 'string' | 'id' | 'operator';
  readonly range: TextRange;
  readonly text: string;
}

export type StatementBody =
  | { readonly kind: 'scenario'; readonly title: string }
  | { readonly kind: 'profile'; readonly id: string }
  | { readonly kind: 'expect'; readonly expectation: Expectation }
  | { readonly kind: 'operation'; readonly operation: Operation };

export type Statement = StatementBody & {
  /** The statement without its comment and the blanks around it. */
  readonly range: TextRange;
  /** The same as text, as written. */
  readonly text: string;
  readonly tokens: readonly Token[];
};

/** One line of the file. A line that cannot be parsed is kept as text. */
export interface Line {
  readonly statement: Statement | null;
  /** Text of a line that could not be parsed, without its comment. */
  readonly invalid: string | null;
  /** Comment with its `#`, trailing blanks removed. */
  readonly comment: string | null;
}

/** A parsed file. `problems` holds what was not understood; the rest is usable all the same. */
export interface Scenario {
  readonly lines: readonly Line[];
  readonly problems: readonly Problem[];
}

export interface ParseOptions {
  /** Ids that `profile` may name; without them any is accepted. */
  readonly profiles?: readonly string[];
  /** Ids that `expect violation` may name, apart from `assert/…` and `comment/…`; without them any is accepted. */
  readonly invariants?: readonly string[];
}
