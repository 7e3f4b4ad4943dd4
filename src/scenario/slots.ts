/**
 * What the language expects at a place of a line, by the pieces in front of it.
 * Contract: docs/scenario-language.md, sections 2 and 3.
 */
import { FAULT_KINDS } from './language';
import { lexLine, type Piece } from './lexer';

export type Expected =
  | { readonly slot: 'statement' }
  | { readonly slot: 'verb'; readonly process: string }
  /** `args` are the arguments in front, as written. */
  | {
      readonly slot: 'argument';
      readonly process: string;
      readonly verb: string;
      readonly args: readonly string[];
    }
  | { readonly slot: 'function' }
  | {
      readonly slot: 'callArgument';
      readonly process: string;
      readonly function: string;
      readonly nth: number;
    }
  | { readonly slot: 'fault'; readonly part: 'bang' | 'fail' | 'kind' | 'nth' | 'nowait' | 'more' }
  | { readonly slot: 'profile' }
  | { readonly slot: 'expectation' }
  | { readonly slot: 'errno' }
  | { readonly slot: 'invariant' }
  | { readonly slot: 'process' }
  | { readonly slot: 'page'; readonly process: string; readonly expectation: string }
  | { readonly slot: 'equals' }
  | { readonly slot: 'visited'; readonly process: string; readonly page: number; readonly first: boolean }
  | { readonly slot: 'vmaRange'; readonly process: string }
  | { readonly slot: 'labels'; readonly process: string; readonly page: number; readonly first: boolean }
  | { readonly slot: 'counted' }
  | { readonly slot: 'count'; readonly object: string };

export interface Slot {
  readonly expected: Expected;
  /** Columns of the word that stands there already; empty where none does. */
  readonly start: number;
  readonly end: number;
  /** Nothing follows on the line. */
  readonly last: boolean;
}

/** The slot at a column (UTF-16 units from 0); null in comments and strings, and where nothing can be proposed. */
export function slotAt(line: string, column: number): Slot | null {
  const { pieces, comment, openString } = lexLine(line.slice(0, column));
  if (comment !== null || openString !== null) return null;
  const end = column + (/^[A-Za-z0-9_]*/.exec(line.slice(column))?.[0].length ?? 0);
  const raw = rawSlot(pieces, line, column);
  if (raw) return raw;
  const touched = pieces.at(-1);
  const partial = touched?.type === 'word' && touched.end === column ? touched : null;
  const expected = expectedAfter(partial ? pieces.slice(0, -1) : pieces);
  if (!expected) return null;
  return { expected, start: partial?.start ?? column, end, last: blank(line.slice(end)) };
}

/** Ids hold marks, and those of asserts blanks as well: they reach to the end of the line. */
function rawSlot(pieces: readonly Piece[], line: string, column: number): Slot | null {
  const [first, second, third] = pieces;
  const isProfile = first?.text === 'profile' && first.end < column;
  const isViolation = first?.text === 'expect' && second?.text === 'violation' && second.end < column;
  if (!isProfile && !isViolation) return null;
  const start = (isProfile ? second : third)?.start ?? column;
  const end = Math.max(column, line.slice(0, lexLine(line).codeEnd).trimEnd().length);
  return { expected: { slot: isProfile ? 'profile' : 'invariant' }, start, end, last: true };
}

function blank(rest: string): boolean {
  return /^\s*(#.*)?$/.test(rest);
}

function expectedAfter(done: readonly Piece[]): Expected | null {
  const [first, second] = done;
  if (!first) return { slot: 'statement' };
  if (second?.text === ':' && first.type === 'word') return inOperation(first.text, done.slice(2));
  return first.text === 'expect' ? inExpectation(done.slice(1)) : null;
}

function inOperation(process: string, done: readonly Piece[]): Expected | null {
  const bang = done.findLastIndex(({ text }) => text === '!');
  if (bang >= 0) return inFaults(done.slice(bang + 1));
  const [verb, ...args] = done;
  if (!verb) return { slot: 'verb', process };
  if (verb.text === 'call') return inCall(process, args);
  if (args.some(({ type }) => type !== 'word')) return null;
  return { slot: 'argument', process, verb: verb.text, args: args.map(({ text }) => text) };
}

function inCall(process: string, done: readonly Piece[]): Expected | null {
  const [name, open, ...args] = done;
  if (!name) return { slot: 'function' };
  if (open?.text !== '(') return null;
  const last = args.at(-1);
  if (last?.text === ')') return { slot: 'fault', part: 'bang' };
  if (last && last.text !== ',') return null;
  const nth = args.filter(({ text }) => text === ',').length;
  return { slot: 'callArgument', process, function: name.text, nth };
}

function inFaults(done: readonly Piece[]): Expected | null {
  const last = done.at(-1);
  const before = done.at(-2)?.text;
  if (!last) return { slot: 'fault', part: 'fail' };
  if (last.text === 'fail') return { slot: 'fault', part: 'kind' };
  if (last.text === ':' && FAULT_KINDS.some((kind) => kind === before)) return { slot: 'fault', part: 'nth' };
  if (last.text === '/') return { slot: 'fault', part: 'nowait' };
  if (last.type === 'word' && (before === ':' || before === '/')) return { slot: 'fault', part: 'more' };
  return null;
}

function inExpectation(done: readonly Piece[]): Expected | null {
  const [what, ...rest] = done;
  switch (what?.text) {
    case undefined:
      return { slot: 'expectation' };
    case 'error':
      return rest.length === 0 ? { slot: 'errno' } : null;
    case 'same':
    case 'differ':
      return inPages(what.text, rest, 2);
    case 'visits':
    case 'chain':
      return inPageList(what.text, rest);
    case 'count': {
      const [object, ...more] = rest;
      if (!object) return { slot: 'counted' };
      return more.length === 0 ? { slot: 'count', object: object.text } : null;
    }
    default:
      return null;
  }
}

/** `PROC:PAGE` once or twice. */
function inPages(expectation: string, done: readonly Piece[], wanted: number): Expected | null {
  const last = done.at(-1);
  if (last?.text === ':') return { slot: 'page', process: done.at(-2)?.text ?? '', expectation };
  if (done.length % 3 !== 0) return null;
  return done.length / 3 < wanted ? { slot: 'process' } : null;
}

function inPageList(what: 'visits' | 'chain', done: readonly Piece[]): Expected | null {
  const [process, , page, equals, ...found] = done;
  if (!process || !page || page.type !== 'word') return inPages(what, done, 1);
  if (!equals) return { slot: 'equals' };
  if (equals.text !== '=') return null;
  const subject = { process: process.text, page: Number(page.text) };
  const first = found.length === 0;
  if (what === 'chain') return { slot: 'labels', ...subject, first };
  if (found.at(-1)?.text === '@') return { slot: 'vmaRange', process: found.at(-2)?.text ?? '' };
  if (found.length % 5 !== 0) return null;
  return { slot: 'visited', ...subject, first };
}
