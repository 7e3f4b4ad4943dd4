/**
 * The tokens that the parser will see (no preprocessor lines, no excluded branches), with matched brackets: the view
 * that the dialect's rules work on. Indices out of range read as the empty word.
 */
import { TokenKind, type Tokens } from './lexer';

const OPENERS = '([{';
const CLOSERS = ')]}';

export class LiveTokens {
  readonly text: string;
  readonly count: number;
  readonly #kind: Uint8Array;
  readonly #start: Int32Array;
  readonly #end: Int32Array;
  /** Index of the partner bracket, -1 when there is none or the token is no bracket. */
  readonly #partner: Int32Array;
  #isBalanced = true;

  constructor(text: string, tokens: Tokens, isLeftOut: Uint8Array) {
    this.text = text;
    this.#kind = new Uint8Array(tokens.count);
    this.#start = new Int32Array(tokens.count);
    this.#end = new Int32Array(tokens.count);
    let count = 0;
    for (let i = 0; i < tokens.count; i++) {
      if (isLeftOut[i] !== 1) {
        this.#kind[count] = tokens.kind[i] ?? 0;
        this.#start[count] = tokens.start[i] ?? 0;
        this.#end[count] = tokens.end[i] ?? 0;
        count++;
      }
    }
    this.count = count;
    this.#partner = new Int32Array(count).fill(-1);
    this.#matchBrackets();
  }

  /** A closer that fits no opener on top closes the nearest that it fits, so that one slip does not spread. */
  #matchBrackets(): void {
    const open: number[] = [];
    for (let i = 0; i < this.count; i++) {
      if (this.#kind[i] !== TokenKind.punctuation) {
        continue;
      }
      const character = this.text.charAt(this.start(i));
      if (OPENERS.includes(character)) {
        open.push(i);
        continue;
      }
      const type = CLOSERS.indexOf(character);
      if (type < 0) {
        continue;
      }
      let depth = open.length - 1;
      while (depth >= 0 && this.text.charAt(this.start(open[depth] ?? 0)) !== OPENERS.charAt(type)) {
        depth--;
      }
      const opener = open[depth];
      if (opener === undefined || depth < open.length - 1) {
        this.#isBalanced = false;
      }
      if (opener !== undefined) {
        this.#partner[opener] = i;
        this.#partner[i] = opener;
        open.length = depth;
      }
    }
    this.#isBalanced &&= open.length === 0;
  }

  /** True when every bracket has its partner, and none crosses another pair. */
  get isBalanced(): boolean {
    return this.#isBalanced;
  }

  /** Offset of the token's first unit; the text's length beyond the last token. */
  start(token: number): number {
    return token < this.count ? (this.#start[token] ?? 0) : this.text.length;
  }

  /** Offset after the token's last unit; 0 before the first token. */
  end(token: number): number {
    return token < 0 ? 0 : (this.#end[token] ?? this.text.length);
  }

  /** The token's text. */
  word(token: number): string {
    return token < 0 || token >= this.count ? '' : this.text.slice(this.#start[token], this.#end[token]);
  }

  isName(token: number): boolean {
    return token >= 0 && token < this.count && this.#kind[token] === TokenKind.name;
  }

  isNumber(token: number): boolean {
    return token >= 0 && token < this.count && this.#kind[token] === TokenKind.number;
  }

  isPunctuation(token: number): boolean {
    return token >= 0 && token < this.count && this.#kind[token] === TokenKind.punctuation;
  }

  /** True when the token is the single punctuation `character`. */
  is(token: number, character: string): boolean {
    return this.isPunctuation(token) && this.text.startsWith(character, this.#start[token]);
  }

  /** The bracket that belongs to the one at `token`, or -1. */
  partner(token: number): number {
    return this.#partner[token] ?? -1;
  }

  /** Arguments between the parentheses at `open` and its partner, as first and last token; empty ones have last < first. */
  segments(open: number): { readonly first: number; readonly last: number }[] {
    const close = this.partner(open);
    const segments: { first: number; last: number }[] = [];
    let first = open + 1;
    for (let i = open + 1; i < close; i++) {
      const partner = this.partner(i);
      if (partner > i) {
        i = partner;
      } else if (this.is(i, ',')) {
        segments.push({ first, last: i - 1 });
        first = i + 1;
      }
    }
    if (close > open + 1) {
      segments.push({ first, last: close - 1 });
    }
    return segments;
  }

  /** True when a line break lies between two neighbouring tokens. */
  isOnNewLine(token: number): boolean {
    const newline = this.text.indexOf('\n', this.end(token - 1));
    return newline >= 0 && newline < this.start(token);
  }
}
