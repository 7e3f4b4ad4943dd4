/**
 * Splits C text into tokens for the dialect pass: names, numbers, strings, single punctuation characters, and whole
 * preprocessor lines. Comments are kept apart. Any text is accepted; what is left open ends with the text.
 */
import type { Span } from './text';

export const TokenKind = { name: 0, number: 1, string: 2, punctuation: 3, directive: 4 } as const;

/** Tokens as parallel arrays (a file of the kernel has tens of thousands); only the first `count` entries count. */
export interface Tokens {
  readonly count: number;
  readonly kind: Uint8Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly comments: readonly Span[];
}

const TAB = 9;
const NEWLINE = 10;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const HASH = 35;
const SINGLE_QUOTE = 39;
const STAR = 42;
const DOT = 46;
const SLASH = 47;
const BACKSLASH = 92;
const CARRIAGE_RETURN = 13;

const CLASS_OTHER = 0;
const CLASS_BLANK = 1;
const CLASS_NAME = 2;
const CLASS_DIGIT = 3;

function classesOfAscii(): Uint8Array {
  const classes = new Uint8Array(128);
  for (const code of [TAB, NEWLINE, 11, 12, CARRIAGE_RETURN, SPACE]) {
    classes[code] = CLASS_BLANK;
  }
  for (let code = 0; code < 128; code++) {
    if (/[A-Za-z_$]/.test(String.fromCharCode(code))) {
      classes[code] = CLASS_NAME;
    } else if (/[0-9]/.test(String.fromCharCode(code))) {
      classes[code] = CLASS_DIGIT;
    }
  }
  return classes;
}

const CLASSES = classesOfAscii();

function classOf(code: number): number {
  return code < 128 ? (CLASSES[code] ?? CLASS_OTHER) : CLASS_NAME;
}

/** End of the comment that begins at `at`, or `at` when none begins there. A line comment ends before its newline. */
function commentEnd(text: string, at: number): number {
  const second = text.charCodeAt(at + 1);
  if (second === STAR) {
    const close = text.indexOf('*/', at + 2);
    return close < 0 ? text.length : close + 2;
  }
  if (second !== SLASH) {
    return at;
  }
  let end = at;
  do {
    end = text.indexOf('\n', end + 1);
  } while (end >= 0 && isContinued(text, end));
  return end < 0 ? text.length : end;
}

/** True when the newline at `newline` is escaped by a backslash before it. */
function isContinued(text: string, newline: number): boolean {
  const before = text.charCodeAt(newline - 1);
  return before === BACKSLASH || (before === CARRIAGE_RETURN && text.charCodeAt(newline - 2) === BACKSLASH);
}

/** End of the string or character that begins at `at`; an unclosed one ends before its line break, as in C. */
function quotedEnd(text: string, at: number): number {
  const quote = text.charCodeAt(at);
  let i = at + 1;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) {
      i++;
    } else if (code === quote) {
      return i + 1;
    } else if (code === NEWLINE) {
      return i;
    }
  }
  return Math.min(i, text.length);
}

/** End of the preprocessor line that begins at `at`, its continuations included, its line break not. */
function directiveEnd(text: string, at: number, comments: Span[]): number {
  let i = at + 1;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === NEWLINE && !isContinued(text, i)) {
      return i;
    }
    if (code === SLASH) {
      const end = commentEnd(text, i);
      if (end > i) {
        comments.push({ start: i, end });
        i = end;
        continue;
      }
    } else if (code === DOUBLE_QUOTE) {
      i = quotedEnd(text, i);
      continue;
    }
    i++;
  }
  return text.length;
}

function wordEnd(text: string, at: number): number {
  let i = at + 1;
  while (i < text.length && classOf(text.charCodeAt(i)) >= CLASS_NAME) {
    i++;
  }
  return i;
}

function numberEnd(text: string, at: number): number {
  let i = at + 1;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (classOf(code) >= CLASS_NAME || code === DOT) {
      i++;
    } else {
      break;
    }
  }
  return i;
}

/** Tokens of `text`. A `#` begins a preprocessor line when only blanks and comments stand before it on its line. */
export function lex(text: string): Tokens {
  const kind = new Uint8Array(text.length + 1);
  const start = new Int32Array(text.length + 1);
  const end = new Int32Array(text.length + 1);
  const comments: Span[] = [];
  let count = 0;
  let lineIsFresh = true;
  let i = 0;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    const type = classOf(code);
    if (type === CLASS_BLANK) {
      lineIsFresh ||= code === NEWLINE;
      i++;
      continue;
    }
    if (code === SLASH) {
      const close = commentEnd(text, i);
      if (close > i) {
        comments.push({ start: i, end: close });
        i = close;
        continue;
      }
    }
    let tokenKind: number = TokenKind.punctuation;
    let tokenEnd = i + 1;
    if (type === CLASS_NAME) {
      tokenKind = TokenKind.name;
      tokenEnd = wordEnd(text, i);
    } else if (type === CLASS_DIGIT) {
      tokenKind = TokenKind.number;
      tokenEnd = numberEnd(text, i);
    } else if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
      tokenKind = TokenKind.string;
      tokenEnd = quotedEnd(text, i);
    } else if (code === HASH && lineIsFresh) {
      tokenKind = TokenKind.directive;
      tokenEnd = directiveEnd(text, i, comments);
    } else if (code === BACKSLASH) {
      i++;
      continue;
    }
    kind[count] = tokenKind;
    start[count] = i;
    end[count] = tokenEnd;
    count++;
    lineIsFresh = false;
    i = tokenEnd;
  }
  // The arrays were made for the worst case; what is kept for as long as the file is, is as long as it has to be.
  return {
    count,
    kind: kind.slice(0, count),
    start: start.slice(0, count),
    end: end.slice(0, count),
    comments,
  };
}
