/**
 * The rules of the dialect pass: one walk over the tokens, knowing at each whether it stands at file level, in a
 * function's body, in a struct, an enum, an initialiser or in parentheses, and replacing what the grammar does not know.
 */

import { AttributeFinder, type FrameKind } from './attributeFinder';
import { DialectRewriter } from './dialectRewriter';
import { ITERATOR_NAME, isBasicType, STATEMENT_KEYWORDS, STORAGE_WORDS, TAKES_TYPES } from './dialectTables';
import type { Tokens } from './lexer';
import { LiveTokens } from './liveTokens';
import type { Replacement, ReplacementKind } from './replacement';
import type { Span } from './text';

interface Frame {
  readonly kind: FrameKind;
  /** True where a name before parentheses is a call and not a declarator. */
  readonly isExpression: boolean;
  /** True for the block of `do { … }`. */
  readonly isDo?: boolean;
}

const FILE: Frame = { kind: 'file', isExpression: false };
const CONTROL = new Set(['if', 'while', 'for', 'switch']);
const TYPE_OPERATORS = new Set(['offsetof', '__alignof__', '__alignof', '_Alignof', 'alignof']);
const SCOPE_NAME = /^scoped_/;

class DialectRules {
  readonly #tokens: LiveTokens;
  readonly #rewriter: DialectRewriter;
  readonly #attributes: AttributeFinder;
  readonly #frames: Frame[] = [];
  readonly #bodies: Span[] = [];
  readonly #misplaced: number[] = [];
  /** Closing parentheses of `if (…)` and the like: a statement follows. */
  readonly #headEnds = new Set<number>();
  /** Closing parentheses of `struct_group(…)`: they close nothing that the parser sees. */
  readonly #vanishedCloses = new Set<number>();
  /** Closing brace of the last `do { … }`. */
  #doEnd = -1;
  /** The last two tokens that were not blanked. */
  #previous = -1;
  #beforePrevious = -1;
  /** At file level: nothing of an item has been seen yet; or only storage words. */
  #atItemStart = true;
  #sawEquals = false;
  #next = 0;

  constructor(tokens: LiveTokens) {
    this.#tokens = tokens;
    this.#rewriter = new DialectRewriter(tokens);
    this.#attributes = new AttributeFinder(tokens);
  }

  run(): RewrittenTokens {
    while (this.#next < this.#tokens.count) {
      const token = this.#next++;
      if (this.#tokens.isName(token)) {
        this.#name(token);
      } else if (this.#tokens.isPunctuation(token)) {
        this.#punctuation(token);
      } else {
        this.#rewriter.sizeNumber(token);
        this.#see(token);
      }
    }
    const bodies = this.#tokens.isBalanced ? this.#bodies : undefined;
    return { replacements: this.#rewriter.replacements, bodies, misplaced: this.#misplaced };
  }

  get #frame(): Frame {
    return this.#frames.at(-1) ?? FILE;
  }

  /** Remembers a token that stays. */
  #see(token: number): void {
    this.#beforePrevious = this.#previous;
    this.#previous = token;
    this.#atItemStart = false;
  }

  #blank(kind: ReplacementKind, name: string, first: number, last: number): void {
    this.#rewriter.blank(kind, name, first, last);
    this.#next = last + 1;
  }

  #name(token: number): void {
    const tokens = this.#tokens;
    const word = tokens.word(token);
    const hasArguments = tokens.is(token + 1, '(') && tokens.partner(token + 1) > 0;
    const attributeEnd = this.#attributes.endOf(token, {
      frame: this.#frame.kind,
      previous: this.#previous,
      isAtItemStart: this.#atItemStart,
      isInInitializer: this.#sawEquals,
    });
    if (attributeEnd !== undefined) {
      this.#blank('attribute', word, token, attributeEnd);
      return;
    }
    if (this.#languageWord(token, word, hasArguments)) {
      return;
    }
    if (hasArguments && this.#macroAt(token, word)) {
      return;
    }
    this.#rememberItemStart(token, word);
  }

  /** Storage words leave the item at its start, so that `static DEFINE_MUTEX(x)` is recognised. */
  #rememberItemStart(token: number, word: string): void {
    const wasAtStart = this.#atItemStart;
    this.#see(token);
    this.#atItemStart = wasAtStart && this.#frame.kind === 'file' && STORAGE_WORDS.has(word);
  }

  /** Words and constructs of GNU C or C23 that the grammar lacks. */
  #languageWord(token: number, word: string, hasArguments: boolean): boolean {
    const tokens = this.#tokens;
    if (
      hasArguments &&
      (word === 'typeof' || word === '__typeof__' || word === 'typeof_unqual' || word === '__typeof')
    ) {
      const close = tokens.partner(token + 1);
      this.#rewriter.blank('word', word, token + 1, close);
      this.#see(token);
      this.#next = close + 1;
      return true;
    }
    if (hasArguments && TYPE_OPERATORS.has(word) && this.#rewriter.typeOperator(token)) {
      this.#see(token);
      return true;
    }
    if ((word === 'auto' && tokens.is(token + 2, '=')) || word === '__auto_type') {
      this.#rewriter.put('word', word, token, token, 'int');
      this.#see(token);
      return true;
    }
    return false;
  }

  /** Handles the macro called at `token`, if it is one that the grammar cannot take. */
  #macroAt(token: number, word: string): boolean {
    switch (this.#frame.kind) {
      case 'file':
        return this.#macroAtFileLevel(token, word);
      case 'aggregate':
        return this.#macroInAggregate(token);
      case 'enum':
        if (this.#listMacro(token, word)) {
          return true;
        }
        return this.#rewriter.enumeratorMacro(token) ? this.#skipTo(this.#tokens.partner(token + 1)) : false;
      case 'body':
        if (this.#isStatementStart() && this.#macroBeforeStatement(token, word)) {
          return true;
        }
        if (
          this.#isDeclarationInBody(token) &&
          this.#rewriter.declaringMacro(token, this.#isAfterStorage() ? 'name …' : undefined)
        ) {
          return this.#skipTo(this.#tokens.partner(token + 1));
        }
        this.#typeArguments(token, word);
        return false;
      case 'paren':
      case 'initializer':
        if (this.#frame.kind === 'initializer' && this.#listMacro(token, word)) {
          return true;
        }
        if (this.#frame.isExpression) {
          this.#typeArguments(token, word);
        }
        return false;
    }
  }

  /** A macro that writes several items of a list, their commas included: an item follows at once. */
  #listMacro(token: number, word: string): boolean {
    const tokens = this.#tokens;
    const close = tokens.partner(token + 1);
    const isAtItemStart = tokens.is(this.#previous, '{') || tokens.is(this.#previous, ',');
    const after = close + 1;
    const isItemNext = !tokens.isPunctuation(after) || tokens.is(after, '[') || tokens.is(after, '.');
    if (!isAtItemStart || !isItemNext) {
      return false;
    }
    this.#blank('macro call', word, token, close);
    return true;
  }

  #skipTo(token: number): true {
    this.#see(token);
    this.#next = token + 1;
    return true;
  }

  #isDeclarationInBody(token: number): boolean {
    const tokens = this.#tokens;
    return (
      this.#isAfterStorage() || (this.#isStatementStart() && tokens.is(tokens.partner(token + 1) + 1, '='))
    );
  }

  #isAfterStorage(): boolean {
    return STORAGE_WORDS.has(this.#tokens.word(this.#previous));
  }

  #macroAtFileLevel(token: number, word: string): boolean {
    const tokens = this.#tokens;
    if (this.#sawEquals) {
      this.#typeArguments(token, word);
      return false;
    }
    const close = tokens.partner(token + 1);
    if (!this.#atItemStart || STATEMENT_KEYWORDS.has(word)) {
      return false;
    }
    if (tokens.is(this.#attributes.after(close + 1), '{')) {
      return !this.#isAfterStorage() && this.#headMacro(token);
    }
    if (this.#rewriter.declaringMacro(token, this.#isAfterStorage() ? 'name …' : undefined)) {
      return this.#skipTo(close);
    }
    if (this.#isAfterStorage()) {
      return false;
    }
    this.#blank('macro call', word, token, close);
    this.#atItemStart = true;
    return true;
  }

  /** The parameters are walked on, since attributes stand in them. */
  #headMacro(token: number): boolean {
    if (!this.#rewriter.headMacro(token)) {
      return false;
    }
    const close = this.#tokens.partner(token + 1);
    if (close === token + 3) {
      return this.#skipTo(close);
    }
    this.#frames.push({ kind: 'paren', isExpression: false });
    return this.#skipTo(token + 2);
  }

  #macroInAggregate(token: number): boolean {
    if (!this.#isMemberStart()) {
      return false;
    }
    const tokens = this.#tokens;
    const close = tokens.partner(token + 1);
    const group = this.#rewriter.memberGroup(token);
    if (group !== undefined) {
      this.#next = group;
      this.#vanishedCloses.add(close);
      return true;
    }
    if (this.#rewriter.declaringMacro(token, undefined)) {
      return this.#skipTo(close);
    }
    if (tokens.is(close + 1, ';') && (close > token + 3 || !tokens.isName(token + 2))) {
      this.#blank('macro call', tokens.word(token), token, close + 1);
      return true;
    }
    return false;
  }

  #isMemberStart(): boolean {
    const before = this.#tokens.word(this.#previous);
    return before === '{' || before === ';' || before === '}' || before === '';
  }

  #isStatementStart(): boolean {
    const tokens = this.#tokens;
    if (tokens.is(this.#previous, ')')) {
      return this.#headEnds.has(this.#previous);
    }
    const before = tokens.word(this.#previous);
    return (
      before === ';' ||
      before === '{' ||
      before === '}' ||
      before === ':' ||
      before === 'else' ||
      before === 'do'
    );
  }

  /** A macro that stands where a statement begins: iterator, scope, or a call that lacks its semicolon. */
  #macroBeforeStatement(token: number, word: string): boolean {
    const tokens = this.#tokens;
    const close = tokens.partner(token + 1);
    if (STATEMENT_KEYWORDS.has(word)) {
      if (CONTROL.has(word)) {
        this.#headEnds.add(close);
      }
      return false;
    }
    if (this.#previous === this.#doEnd && this.#rewriter.blockMacro(token, 'iterator')) {
      this.#see(token);
      return true;
    }
    const after = this.#attributes.after(close + 1);
    const isIterator = ITERATOR_NAME.test(word);
    const isBeforeBlock = tokens.is(after, '{');
    const isBeforeStatement =
      !tokens.is(after, ';') && (tokens.isName(after) || tokens.is(after, '*') || tokens.is(after, '('));
    if (isBeforeBlock || ((isIterator || SCOPE_NAME.test(word)) && isBeforeStatement)) {
      this.#headEnds.add(close);
      if (this.#rewriter.blockMacro(token, isIterator ? 'iterator' : 'scope')) {
        this.#typeArguments(token, word);
        this.#see(token);
      } else {
        this.#blank('scope', word, token, close);
      }
      return true;
    }
    if (tokens.isName(after) && tokens.isOnNewLine(after)) {
      this.#blank('macro call', word, token, close);
      return true;
    }
    return false;
  }

  /** Types among the arguments of the call at `token`. A name after a type name is a declarator, not a call. */
  #typeArguments(token: number, word: string): void {
    if (STATEMENT_KEYWORDS.has(word) || TAKES_TYPES.has(word)) {
      return;
    }
    const isPrototype =
      this.#tokens.isName(this.#previous) && !STATEMENT_KEYWORDS.has(this.#tokens.word(this.#previous));
    if (!isPrototype || this.#previous === token) {
      this.#rewriter.typeArguments(token + 1);
    }
  }

  #punctuation(token: number): void {
    const tokens = this.#tokens;
    switch (tokens.text.charAt(tokens.start(token))) {
      case '{':
        this.#openBrace(token);
        break;
      case '(':
      case '[':
        this.#frames.push({ kind: 'paren', isExpression: this.#isExpressionHere() });
        break;
      case ')':
        if (this.#vanishedCloses.has(token)) {
          this.#blank('macro call', 'struct_group', token, tokens.is(token + 1, ';') ? token + 1 : token);
          return;
        }
        this.#frames.pop();
        break;
      case ']':
        this.#frames.pop();
        break;
      case '}':
        this.#doEnd = this.#frames.pop()?.isDo ? token : this.#doEnd;
        break;
      case ':':
        if (this.#frame.kind === 'aggregate' && this.#padding(token)) {
          return;
        }
        break;
      case '.':
        if (this.#frame.kind === 'body' && tokens.is(token + 1, '.') && tokens.is(token + 2, '.')) {
          this.#rewriter.put('word', '...', token, token + 2, '|');
          this.#skipTo(token + 2);
          return;
        }
        break;
      default:
    }
    this.#see(token);
    if (this.#frames.length === 0) {
      this.#fileLevelPunctuation(token);
    }
  }

  #openBrace(token: number): void {
    const tokens = this.#tokens;
    const frame = this.#braceFrame();
    if (frame.kind === 'body' && this.#frames.length === 0) {
      this.#bodies.push({ start: tokens.end(token), end: tokens.start(tokens.partner(token)) });
    }
    if (tokens.is(this.#previous, ')') && this.#frames.some(({ kind }) => kind !== 'body')) {
      this.#misplaced.push(tokens.start(token));
    }
    this.#frames.push(frame);
  }

  /** A bit field without a name, such as `u32 : 8;`: the whole member goes. */
  #padding(colon: number): boolean {
    const tokens = this.#tokens;
    let first = colon;
    while (tokens.isName(first - 1)) {
      first--;
    }
    const isPlain = first === colon - 1 || isBasicType(tokens.word(colon - 1));
    if (first === colon || !isPlain || !/^[;{]$/.test(tokens.word(first - 1)) || !tokens.is(colon + 2, ';')) {
      return false;
    }
    this.#blank('word', ':', first, colon + 2);
    this.#previous = first - 1;
    return true;
  }

  #fileLevelPunctuation(token: number): void {
    const tokens = this.#tokens;
    if (tokens.is(token, ';')) {
      this.#atItemStart = true;
      this.#sawEquals = false;
    } else if (tokens.is(token, '}')) {
      this.#atItemStart = !this.#sawEquals;
    } else if (tokens.is(token, '=')) {
      this.#sawEquals = true;
    }
  }

  #isExpressionHere(): boolean {
    const frame = this.#frame;
    if (frame.kind === 'file') {
      return this.#sawEquals;
    }
    return frame.kind === 'body' || (frame.kind !== 'aggregate' && frame.isExpression);
  }

  /** What a `{` opens, judged by the tokens before it. */
  #braceFrame(): Frame {
    const tokens = this.#tokens;
    const tag = [tokens.word(this.#previous), tokens.word(this.#beforePrevious)];
    if (tag.includes('struct') || tag.includes('union')) {
      return { kind: 'aggregate', isExpression: false };
    }
    if (tag.includes('enum')) {
      return { kind: 'enum', isExpression: false };
    }
    const before = tag[0] ?? '';
    if (before === '=' || this.#frame.kind === 'initializer') {
      return { kind: 'initializer', isExpression: true };
    }
    if (before === ')' && this.#isCastEnd(this.#previous)) {
      return { kind: 'initializer', isExpression: true };
    }
    return { kind: 'body', isExpression: true, isDo: before === 'do' };
  }

  /** True when `)` ends a cast (so that a compound literal follows) and not a head or a call. */
  #isCastEnd(close: number): boolean {
    if (this.#frame.kind === 'file' || this.#headEnds.has(close)) {
      return false;
    }
    return !this.#tokens.isName(this.#tokens.partner(close) - 1);
  }
}

/** Where functions' bodies are, and where they are not though they look so. */
export interface Bodies {
  /** What stands between the braces of each function, in source order; undefined where brackets do not pair up. */
  readonly bodies: readonly Span[] | undefined;
  /**
   * Braces behind `)` that open inside of an initialiser, a type or parentheses. What stands in them is not read as in a
   * function's body: something before it was not closed.
   */
  readonly misplaced: readonly number[];
}

/** What the walk over the tokens gives. */
export interface RewrittenTokens extends Bodies {
  /** In source order. */
  readonly replacements: Replacement[];
}

/** Replacements for what the tokens of `text` that are not left out contain of the dialect. */
export function rewriteTokens(text: string, tokens: Tokens, isLeftOut: Uint8Array): RewrittenTokens {
  return new DialectRules(new LiveTokens(text, tokens, isLeftOut)).run();
}
