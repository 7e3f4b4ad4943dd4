/** Where a name stands in a text: comments, strings and `#include` lines do not count, bodies of `#define`s do. */
import { lex, TokenKind, type Tokens } from '../lexer';
import type { Span } from '../text';

export interface WordFact extends Span {
  /** True in a preprocessor line, such as the body of a `#define`. */
  readonly isInDirective: boolean;
}

const WORD_UNIT = /[A-Za-z0-9_$\u0080-\uffff]/;

/** The name that `offset` stands in or right behind; undefined when there is none. */
export function wordSpanAt(text: string, offset: number): Span | undefined {
  let start = offset;
  while (start > 0 && WORD_UNIT.test(text.charAt(start - 1))) {
    start--;
  }
  let end = offset;
  while (end < text.length && WORD_UNIT.test(text.charAt(end))) {
    end++;
  }
  return end > start && !/[0-9]/.test(text.charAt(start)) ? { start, end } : undefined;
}

/** Offsets at which `name` stands as a whole word, wherever that is. */
export function* occurrencesOf(text: string, name: string): Generator<number> {
  if (name === '') {
    return;
  }
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const before = at > 0 ? text.charAt(at - 1) : ' ';
    const after = text.charAt(at + name.length);
    if (!WORD_UNIT.test(before) && (after === '' || !WORD_UNIT.test(after))) {
      yield at;
    }
  }
}

function tokenAt({ count, start, end }: Tokens, offset: number): number {
  let low = 0;
  let high = count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((start[middle] ?? 0) > offset) {
      high = middle - 1;
    } else if ((end[middle] ?? 0) <= offset) {
      low = middle + 1;
    } else {
      return middle;
    }
  }
  return -1;
}

function liesInAny(spans: readonly Span[], offset: number): boolean {
  let low = 0;
  let high = spans.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const span = spans[middle];
    if (!span || span.start > offset) {
      high = middle - 1;
    } else if (span.end <= offset) {
      low = middle + 1;
    } else {
      return true;
    }
  }
  return false;
}

const NO_CODE = /^#\s*(?:include|error|warning|pragma)\b/;

/** Counts quotes between `from` and `to`: an odd number means that `to` lies in a string. */
function isInString(text: string, from: number, to: number): boolean {
  return (text.slice(from, to).replace(/\\./g, '').split('"').length - 1) % 2 === 1;
}

/** What kind of place `offset` is, given the tokens of `text`: code, a preprocessor line, or none that counts. */
export function placeOf(text: string, tokens: Tokens, offset: number): 'code' | 'directive' | undefined {
  const token = tokenAt(tokens, offset);
  if (token < 0 || liesInAny(tokens.comments, offset)) {
    return undefined;
  }
  if (tokens.kind[token] === TokenKind.name) {
    return 'code';
  }
  if (tokens.kind[token] !== TokenKind.directive) {
    return undefined;
  }
  const start = tokens.start[token] ?? 0;
  return NO_CODE.test(text.slice(start, start + 40)) || isInString(text, start, offset)
    ? undefined
    : 'directive';
}

/** All places where `name` stands in code. `tokens` are those of `text`, when they are at hand. */
export function wordsNamed(text: string, name: string, tokens?: Tokens): WordFact[] {
  const offsets = [...occurrencesOf(text, name)];
  if (offsets.length === 0) {
    return [];
  }
  const all = tokens ?? lex(text);
  return offsets.flatMap((start) => {
    const place = placeOf(text, all, start);
    return place ? [{ start, end: start + name.length, isInDirective: place === 'directive' }] : [];
  });
}
