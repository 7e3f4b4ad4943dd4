/**
 * Tells attributes from names: those of the tables anywhere, and unknown ones where C has no place for a name, so that
 * only an attribute macro can stand there.
 */
import {
  ATTRIBUTE_CALLS,
  ATTRIBUTES,
  PRIMITIVE_TYPES,
  QUALIFYING_WORDS,
  STATEMENT_KEYWORDS,
} from './dialectTables';
import type { LiveTokens } from './liveTokens';

/** What the brackets around a token are. */
export type FrameKind = 'file' | 'body' | 'aggregate' | 'enum' | 'initializer' | 'paren';

/** Where a token stands. */
export interface AttributeContext {
  readonly frame: FrameKind;
  /** The last token that was not blanked; -1 at the start. */
  readonly previous: number;
  /** At file level: nothing of the item, or only storage words, has been seen. */
  readonly isAtItemStart: boolean;
  /** At file level: behind an `=`. */
  readonly isInInitializer: boolean;
}

export class AttributeFinder {
  readonly #tokens: LiveTokens;

  constructor(tokens: LiveTokens) {
    this.#tokens = tokens;
  }

  /** Last token of the attribute that begins at the name `token`; undefined when none does. */
  endOf(token: number, context: AttributeContext): number | undefined {
    const tokens = this.#tokens;
    const word = tokens.word(token);
    const close = this.#closeOfArguments(token);
    if (close !== undefined && (ATTRIBUTE_CALLS.has(word) || this.#isUnknownCall(word, context))) {
      return close;
    }
    return ATTRIBUTES.has(word) || this.#isUnknown(token, word, context) ? token : undefined;
  }

  /** First token from `token` on that belongs to no attribute of the tables. */
  after(token: number): number {
    const tokens = this.#tokens;
    let i = token;
    for (;;) {
      const word = tokens.isName(i) ? tokens.word(i) : '';
      const close = ATTRIBUTE_CALLS.has(word) ? this.#closeOfArguments(i) : undefined;
      if (close !== undefined) {
        i = close + 1;
      } else if (ATTRIBUTES.has(word)) {
        i++;
      } else {
        return i;
      }
    }
  }

  #closeOfArguments(token: number): number | undefined {
    const close = this.#tokens.is(token + 1, '(') ? this.#tokens.partner(token + 1) : -1;
    return close > 0 ? close : undefined;
  }

  /** `__foo(…)` behind the parameters of a function. */
  #isUnknownCall(
    word: string,
    { frame, previous, isAtItemStart, isInInitializer }: AttributeContext,
  ): boolean {
    const isBehindParameters = frame === 'file' && !isAtItemStart && !isInInitializer;
    return isBehindParameters && word.startsWith('__') && this.#tokens.is(previous, ')');
  }

  #isUnknown(token: number, word: string, { frame, previous, isAtItemStart }: AttributeContext): boolean {
    const tokens = this.#tokens;
    if (STATEMENT_KEYWORDS.has(word) || QUALIFYING_WORDS.has(word) || PRIMITIVE_TYPES.has(word)) {
      return false;
    }
    if (tokens.is(previous, ')')) {
      return frame === 'file' && word.startsWith('__') && !isAtItemStart && !tokens.is(token + 1, '(');
    }
    if (tokens.is(previous, ']')) {
      return frame === 'file' || frame === 'aggregate';
    }
    const after = this.after(token + 1);
    if (!tokens.isName(after)) {
      return false;
    }
    if (isAtItemStart && frame === 'file' && this.#beginsType(tokens.word(after), word)) {
      return true;
    }
    const before = tokens.word(previous);
    const isBehindType =
      tokens.isName(previous) && !QUALIFYING_WORDS.has(before) && !STATEMENT_KEYWORDS.has(before);
    if (word.startsWith('__')) {
      return isBehindType || before === '*';
    }
    return isBehindType && frame === 'file' && !isAtItemStart;
  }

  /** True when `after`, behind `word`, shows that `word` is not the type itself. */
  #beginsType(after: string, word: string): boolean {
    if (after === 'const' || after === 'volatile') {
      return word === word.toUpperCase();
    }
    return PRIMITIVE_TYPES.has(after) || QUALIFYING_WORDS.has(after);
  }
}
