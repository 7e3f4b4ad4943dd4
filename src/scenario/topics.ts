/**
 * What stands at a place of a scenario: the word there, and the statement around it. Hovers draw from it.
 */
import type { WordInfo } from './language';
import { DIRECTIVES, EXPECTATIONS, VERBS } from './language';
import { lexLine, splitLines } from './lexer';
import type { Scenario, Statement, TextRange, Token } from './syntax';
import {
  ADVICE_DOCS,
  COUNTED_DOCS,
  ERRNO_DOCS,
  FAULT_DOCS,
  OTHER_DOCS,
  PROT_DOCS,
  VMA_OPERATION_DOCS,
} from './words';

export type Topic =
  /** A verb, a directive, the form of an expectation. */
  | { readonly kind: 'word'; readonly info: WordInfo }
  /** A small word such as `rw` or `ENOMEM`. */
  | { readonly kind: 'small'; readonly word: string; readonly doc: string }
  | { readonly kind: 'invariant'; readonly id: string }
  | { readonly kind: 'profile'; readonly id: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'process'; readonly name: string };

export interface Found {
  readonly range: TextRange;
  /** null where nothing can be said of the word alone. */
  readonly topic: Topic | null;
  /** The statement that it belongs to; null when the line could not be parsed. */
  readonly statement: Statement | null;
}

const SMALL: Readonly<Record<string, string>> = {
  ...PROT_DOCS,
  ...ADVICE_DOCS,
  ...COUNTED_DOCS,
  ...ERRNO_DOCS,
  ...VMA_OPERATION_DOCS,
  ...OTHER_DOCS,
};

/**
 * What stands at a place; null on blanks and in comments.
 * @param line from 1
 * @param column UTF-16 units from 0
 */
export function topicAt(text: string, scenario: Scenario, line: number, column: number): Found | null {
  const statement = scenario.lines[line - 1]?.statement ?? null;
  if (!statement) return onBrokenLine(splitLines(text)[line - 1] ?? '', line, column);
  const at = statement.tokens.findIndex(({ range }) => range.start <= column && column < range.end);
  const token = statement.tokens[at];
  return token ? { range: token.range, topic: topicOf(statement, token, at), statement } : null;
}

function topicOf(statement: Statement, token: Token, at: number): Topic | null {
  const { text } = token;
  if (statement.kind === 'operation') {
    if (token.kind === 'verb') return word(VERBS, text);
    if (token.kind === 'process') return { kind: 'process', name: text };
    const { operation } = statement;
    if (operation.verb === 'call' && at === 3) return { kind: 'function', name: text };
    const before = statement.tokens[at - 1]?.text;
    if (before === 'fail') return fault(text);
    // a file may be called whatever it likes
    return before === 'file' ? null : small(text);
  }
  if (at === 0) return word(DIRECTIVES, text);
  if (statement.kind === 'profile') return { kind: 'profile', id: text };
  if (statement.kind !== 'expect') return null;
  if (at === 1) return word(EXPECTATIONS, text);
  if (token.kind === 'process') return { kind: 'process', name: text };
  if (statement.expectation.expect === 'violation')
    return { kind: 'invariant', id: statement.expectation.id };
  return small(text);
}

/** On a line with a mistake, the words that are known all the same. */
function onBrokenLine(source: string, line: number, column: number): Found | null {
  const { pieces, codeEnd } = lexLine(source);
  if (column >= codeEnd) return null;
  const at = pieces.findIndex(({ start, end }) => start <= column && column < end);
  const piece = pieces[at];
  if (piece?.type !== 'word') return null;
  const range = { line, start: piece.start, end: piece.end };
  const topic =
    at === 0
      ? word(DIRECTIVES, piece.text)
      : pieces[1]?.text === ':' && at === 2
        ? word(VERBS, piece.text)
        : null;
  return { range, topic: topic ?? small(piece.text), statement: null };
}

function word(words: readonly WordInfo[], name: string): Topic | null {
  const info = words.find((known) => known.name === name);
  return info ? { kind: 'word', info } : null;
}

function small(text: string): Topic | null {
  const doc = Object.hasOwn(SMALL, text) ? SMALL[text] : undefined;
  return doc === undefined ? null : { kind: 'small', word: text, doc };
}

function fault(text: string): Topic | null {
  const doc = Object.entries(FAULT_DOCS).find(([kind]) => kind === text)?.[1];
  return doc === undefined ? null : { kind: 'small', word: text, doc };
}
