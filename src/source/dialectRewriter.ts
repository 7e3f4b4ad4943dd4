/**
 * Writes the dialect pass's replacements: each method turns one construct at a given token into text of equal length
 * that the C grammar takes, and says whether it could.
 */

import {
  DECLARING_MACROS,
  type DeclaringShape,
  HEAD_MACRO,
  ITERATOR_NAME,
  MEMBER_GROUPS,
  PRIMITIVE_TYPES,
  TYPE_KEYWORDS,
} from './dialectTables';
import type { LiveTokens } from './liveTokens';
import type { Replacement, ReplacementKind } from './replacement';
import { blanksFor, type Span } from './text';

/** Statements given to macros as arguments, such as the `return -EINTR` of a conditional guard. */
const JUMPS: ReadonlySet<string> = new Set(['return', 'goto', 'break', 'continue']);
const SIZE_NUMBER = /^[1-9][0-9]*[kKMG]$/;
const CONSTANT_NAME = /^_*[A-Z][A-Z0-9_]*$/;

export class DialectRewriter {
  readonly replacements: Replacement[] = [];
  readonly #tokens: LiveTokens;

  constructor(tokens: LiveTokens) {
    this.#tokens = tokens;
  }

  /** Blanks the tokens from `first` to `last`. */
  blank(kind: ReplacementKind, name: string, first: number, last: number): void {
    this.#add(kind, name, this.#tokens.start(first), this.#tokens.end(last), '');
  }

  /** Puts `text` where the tokens from `first` to `last` stand, filled up with blanks; it has to be short enough. */
  put(kind: ReplacementKind, name: string, first: number, last: number, text: string): void {
    this.#add(kind, name, this.#tokens.start(first), this.#tokens.end(last), text);
  }

  /** Line breaks of the replaced piece stay; `text` stands before the first of them. */
  #add(kind: ReplacementKind, name: string, start: number, end: number, text: string, nameSpan?: Span): void {
    const filled = text + blanksFor(this.#tokens.text, start + text.length, end);
    this.replacements.push({ kind, name, start, end, text: filled, ...(nameSpan ? { nameSpan } : {}) });
  }

  /** `list_for_each_entry(…) {` → `while (…) {`. False when the arguments are empty: there is no room for a condition. */
  blockMacro(token: number, kind: 'iterator' | 'scope'): boolean {
    const word = this.#tokens.word(token);
    const instead = word.length >= 'while'.length ? 'while' : 'if';
    if (this.#tokens.partner(token + 1) === token + 2 || word.length < instead.length) {
      return false;
    }
    this.put(kind, word, token, token, instead);
    return true;
  }

  /** A size such as `8k`, which macros paste into a name, becomes a plain number. */
  sizeNumber(token: number): void {
    const tokens = this.#tokens;
    if (tokens.isNumber(token) && SIZE_NUMBER.test(tokens.word(token))) {
      const word = tokens.word(token);
      this.put('word', word, token, token, `${word.slice(0, -1)}0`);
    }
  }

  /** Types among the arguments in the parentheses at `open` become single names. */
  typeArguments(open: number): void {
    for (const { first, last } of this.#tokens.segments(open)) {
      if (this.#isType(first, last) || JUMPS.has(this.#tokens.word(first))) {
        this.#joinType(first, last);
      }
    }
  }

  #isType(first: number, last: number): boolean {
    const tokens = this.#tokens;
    if (last < first || !tokens.isName(first)) {
      return false;
    }
    const word = tokens.word(first);
    const isKeyword = TYPE_KEYWORDS.has(word) || PRIMITIVE_TYPES.has(word);
    if (!isKeyword && (first === last || !tokens.is(last, '*'))) {
      return false;
    }
    for (let i = first + 1; i <= last; i++) {
      if (
        !(
          tokens.is(i, '*') ||
          (isKeyword && (tokens.isName(i) || tokens.isNumber(i) || tokens.is(i, '[') || tokens.is(i, ']')))
        )
      ) {
        return false;
      }
    }
    return true;
  }

  /** The grammar takes only a member's name in `offsetof`, and only a type in `__alignof__`: otherwise written as a call. */
  typeOperator(token: number): boolean {
    const tokens = this.#tokens;
    const word = tokens.word(token);
    const segments = tokens.segments(token + 1);
    const [type, member] = segments;
    const fits =
      word === 'offsetof'
        ? segments.length === 2 && member !== undefined && member.first === member.last
        : type !== undefined && (type.first === type.last || this.#isType(type.first, type.last));
    if (fits) {
      return false;
    }
    this.put('word', word, token, token, `x${word.slice(1)}`);
    this.typeArguments(token + 1);
    return true;
  }

  /** `struct page *` → `struct_page  `; a lone keyword or primitive gets another first letter. */
  #joinType(first: number, last: number): void {
    const tokens = this.#tokens;
    const start = tokens.start(first);
    const end = tokens.end(last);
    const original = tokens.text.slice(start, end);
    const lineStart = original.lastIndexOf('\n') + 1;
    const line = original.slice(lineStart);
    const lead = line.length - line.trimStart().length;
    const body = line.trim().replace(/[^A-Za-z0-9_]+$/, '');
    let joined = body.replace(/[^A-Za-z0-9_]/g, '_');
    if (
      joined === '' ||
      /^[0-9]/.test(joined) ||
      TYPE_KEYWORDS.has(joined) ||
      PRIMITIVE_TYPES.has(joined) ||
      JUMPS.has(joined)
    ) {
      joined = `_${joined.slice(1)}`;
    }
    const before = blanksFor(tokens.text, start, start + lineStart + lead);
    const filled = before + joined + ' '.repeat(Math.max(0, end - start - before.length - joined.length));
    this.replacements.push({ kind: 'type argument', name: original, start, end, text: filled });
  }

  /** `DECLARE_VMA_BIT(READ, 0)` in an enum → `READ`. False unless the first argument is a name. */
  enumeratorMacro(token: number): boolean {
    const tokens = this.#tokens;
    const close = tokens.partner(token + 1);
    if (!tokens.isName(token + 2) || !(tokens.is(token + 3, ',') || close === token + 3)) {
      return false;
    }
    const word = tokens.word(token);
    this.blank('declaring macro', word, token, token + 1);
    this.blank('declaring macro', word, token + 3, close);
    return true;
  }

  /** `struct_group(name, members)`: blanks what is around the members. Returns the first token of the members. */
  memberGroup(token: number): number | undefined {
    const word = this.#tokens.word(token);
    const leading = MEMBER_GROUPS.get(word);
    if (leading === undefined) {
      return undefined;
    }
    const first = this.#tokens.segments(token + 1)[leading]?.first;
    if (first === undefined) {
      return undefined;
    }
    this.blank('macro call', word, token, first - 1);
    return first;
  }

  /**
   * `DEFINE_PER_CPU(int, x)` → `int x` and the like. `fallback` is the shape for macros in no table (behind `static`);
   * without it they are left alone.
   */
  declaringMacro(token: number, fallback: DeclaringShape | undefined): boolean {
    const word = this.#tokens.word(token);
    if (!CONSTANT_NAME.test(word) && !DECLARING_MACROS.some(({ name }) => name.test(word))) {
      return false;
    }
    const entry = DECLARING_MACROS.find(({ name }) => name.test(word));
    const shape = entry?.shape ?? fallback;
    switch (shape) {
      case 'type name':
        return this.#typeThenName(token, word);
      case 'name[size]':
        return this.#nameAndSize(token, word, entry?.type ?? 'int');
      case 'name …':
        return this.#nameFirst(token, word);
      default:
        return false;
    }
  }

  #typeThenName(token: number, word: string): boolean {
    const tokens = this.#tokens;
    const [type, name] = tokens.segments(token + 1);
    if (!type || !name || !tokens.isName(name.first)) {
      return false;
    }
    const close = tokens.partner(token + 1);
    this.blank('declaring macro', word, token, token + 1);
    this.blank('declaring macro', word, name.first - 1, name.first - 1);
    this.blank('declaring macro', word, close, close);
    return true;
  }

  #nameAndSize(token: number, word: string, type: string): boolean {
    const tokens = this.#tokens;
    const [name, size] = tokens.segments(token + 1);
    const close = tokens.partner(token + 1);
    if (!name || !size || name.first !== name.last || word.length + 1 < type.length) {
      return false;
    }
    this.put('declaring macro', word, token, token + 1, type);
    this.put('declaring macro', word, size.first - 1, size.first - 1, '[');
    this.put('declaring macro', word, close, close, ']');
    return true;
  }

  #nameFirst(token: number, word: string): boolean {
    const tokens = this.#tokens;
    const name = token + 2;
    const close = tokens.partner(token + 1);
    if (!tokens.isName(name) || !(tokens.is(name + 1, ',') || name + 1 === close)) {
      return false;
    }
    this.blank('declaring macro', word, token + 1, token + 1);
    this.blank('declaring macro', word, name + 1, close);
    return true;
  }

  /** `SYSCALL_DEFINE2(name, type, a, type, b)` → `long name(type a, type b)`. */
  headMacro(token: number): boolean {
    const tokens = this.#tokens;
    const word = tokens.word(token);
    const [name, ...rest] = tokens.segments(token + 1);
    if (!HEAD_MACRO.test(word) || !name || name.first !== name.last) {
      return false;
    }
    if (rest.length === 0) {
      this.#headWithoutParameters(token, name.first);
      return true;
    }
    this.put('head macro', word, token, token + 1, 'long');
    this.put('head macro', word, name.first + 1, name.first + 1, '(');
    for (let i = 0; i < rest.length; i++) {
      const type = rest[i];
      const parameter = rest[i + 1];
      const isPairInOneMacro = type && tokens.is(type.last, ')');
      if (parameter && !isPairInOneMacro) {
        this.blank('head macro', word, parameter.first - 1, parameter.first - 1);
        i++;
      }
    }
    return true;
  }

  /** There is one parenthesis after the name and two are needed: the name moves left by one, and `nameSpan` says from where. */
  #headWithoutParameters(token: number, name: number): void {
    const tokens = this.#tokens;
    const start = tokens.start(token);
    const end = tokens.end(tokens.partner(token + 1));
    const call = `${tokens.word(name)}()`;
    const head = 'long'.padEnd(end - start - call.length) + call;
    const nameSpan = { start: tokens.start(name), end: tokens.end(name) };
    this.#add('head macro', tokens.word(token), start, end, head, nameSpan);
  }
}

/** True for names of iterator macros, such as `list_for_each_entry`. */
export function isIteratorName(name: string): boolean {
  return ITERATOR_NAME.test(name);
}
