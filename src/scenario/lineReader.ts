/**
 * Reads the pieces of one statement from left to right. A piece that is wrong is reported and skipped, so that one
 * statement can show several errors.
 */
import { closest } from './closest';
import { NAME } from './language';
import type { LexedLine, Piece } from './lexer';
import type { Fix, Problem, TextRange, Token } from './syntax';

const NUMBER = /^(?:0x[0-9a-fA-F]+|[0-9]+)$/;

export class LineReader {
  readonly tokens: Token[] = [];
  readonly problems: Problem[] = [];
  private at = 0;
  private ranOut = false;

  constructor(
    /** From 1. */
    readonly line: number,
    private readonly source: string,
    private readonly lexed: LexedLine,
  ) {}

  /** The statement as a whole, blanks around it left out. */
  get range(): TextRange {
    const first = this.lexed.pieces[0];
    const last = this.lexed.pieces.at(-1);
    return { line: this.line, start: first?.start ?? 0, end: last?.end ?? 0 };
  }

  get text(): string {
    return this.source.slice(this.range.start, this.range.end);
  }

  /** The piece `ahead` places further on. */
  peek(ahead = 0): Piece | undefined {
    return this.lexed.pieces[this.at + ahead];
  }

  isMark(char: string, ahead = 0): boolean {
    const piece = this.peek(ahead);
    return piece?.type === 'mark' && piece.text === char;
  }

  isWord(word: string, ahead = 0): boolean {
    const piece = this.peek(ahead);
    return piece?.type === 'word' && piece.text === word;
  }

  /** Takes the next piece as a token of a kind. */
  take(kind: Token['kind']): Piece | undefined {
    const piece = this.peek();
    if (!piece) return undefined;
    this.at += 1;
    this.tokens.push({ kind, range: this.rangeOf(piece), text: piece.text });
    return piece;
  }

  /** Takes all pieces up to the next blank, or to the end of the line, as one token. */
  takeRaw(kind: Token['kind'], toEnd: boolean): string | null {
    const first = this.peek();
    if (!first) return null;
    let end = first.end;
    this.at += 1;
    for (let next = this.peek(); next && (toEnd || next.start === end); next = this.peek()) {
      end = next.end;
      this.at += 1;
    }
    const text = this.source.slice(first.start, end);
    this.tokens.push({ kind, range: { line: this.line, start: first.start, end }, text });
    return text;
  }

  /** A decimal or 0x number. `what` names it in messages, e.g. `a page number`. */
  number(what: string, usage: string): number | null {
    const piece = this.peek();
    if (!piece) return this.missing(what, usage);
    if (piece.type === 'mark' && piece.text === '-') {
      this.skipNegative(what);
      return null;
    }
    this.take('number');
    if (piece.type !== 'word' || !NUMBER.test(piece.text)) {
      this.report(piece, `Write ${what} here, decimal or 0x hex, instead of ${quote(piece.text)}: ${usage}`);
      return null;
    }
    const value = Number(piece.text);
    if (!Number.isSafeInteger(value)) {
      this.report(piece, `Write a smaller number than ${piece.text}: the largest is 0x1fffffffffffff.`);
      return null;
    }
    return value;
  }

  /** One of a few words. */
  choice<T extends string>(choices: readonly T[], what: string, usage: string): T | null {
    const piece = this.peek();
    if (!piece) return this.missing(what, usage);
    this.take('keyword');
    const found = choices.find((choice) => choice === piece.text);
    if (found === undefined) {
      const near = closest(piece.text, choices);
      const hint = near === null ? `write ${listOf(choices)}` : `did you mean ${near}?`;
      this.report(
        piece,
        `${quote(piece.text)} is not ${what}: ${hint}`,
        near === null ? undefined : this.change(piece, near),
      );
      return null;
    }
    return found;
  }

  /** A name as the language defines it. */
  name(what: string, usage: string, kind: Token['kind'] = 'name'): string | null {
    const piece = this.peek();
    if (!piece) return this.missing(what, usage);
    this.take(kind);
    if (piece.type !== 'word' || !NAME.test(piece.text)) {
      this.report(
        piece,
        `Write ${what} here, letters, digits and _ that do not begin with a digit, instead of ${quote(piece.text)}.`,
      );
      return null;
    }
    return piece.text;
  }

  /** A mark such as `:`. Reports when something else stands there. */
  mark(char: string, usage: string): boolean {
    const piece = this.peek();
    if (!piece) {
      this.missing(quote(char), usage);
      return false;
    }
    if (!this.isMark(char)) {
      this.report(piece, `Write ${quote(char)} here instead of ${quote(piece.text)}: ${usage}`);
      return false;
    }
    this.take('operator');
    return true;
  }

  /** Reports everything that is left over. */
  end(usage: string): void {
    const piece = this.peek();
    if (!piece || this.problems.length > 0) return;
    const last = this.lexed.pieces.at(-1) ?? piece;
    const range = { line: this.line, start: piece.start, end: last.end };
    const text = this.source.slice(range.start, range.end);
    this.problems.push({
      range,
      severity: 'error',
      message: `Remove ${quote(text)}: ${usage} ends before it.`,
      fix: { title: `Remove ${quote(text)}`, range, text: '' },
    });
  }

  report(piece: Piece | null, message: string, fix?: Fix): void {
    const range = piece ? this.rangeOf(piece) : this.range;
    this.problems.push({ range, severity: 'error', message, ...(fix ? { fix } : {}) });
  }

  /** The fix that puts another word in place of a piece. */
  change(piece: Piece, text: string): Fix {
    return { title: `Change to ${text}`, range: this.rangeOf(piece), text };
  }

  /** The fix that inserts something before column `at`. */
  insert(at: number, text: string, title: string): Fix {
    return { title, range: { line: this.line, start: at, end: at }, text };
  }

  /** Reports, once for the line, that it ends too early. */
  missing(what: string, usage: string): null {
    if (!this.ranOut) {
      this.ranOut = true;
      const end = this.range.end;
      const range = { line: this.line, start: Math.max(0, end - 1), end: Math.max(1, end) };
      this.problems.push({ range, severity: 'error', message: `Add ${what}: ${usage}` });
    }
    return null;
  }

  private skipNegative(what: string): void {
    const minus = this.take('operator');
    const digits = this.peek();
    if (!minus) return;
    const glued = digits && digits.start === minus.end ? this.take('number') : undefined;
    const range = { line: this.line, start: minus.start, end: glued?.end ?? minus.end };
    this.problems.push({
      range,
      severity: 'error',
      message: `Write ${what} without a sign: numbers begin at 0.`,
      fix: { title: 'Remove the sign', range: { ...range, end: minus.end }, text: '' },
    });
  }

  private rangeOf(piece: Piece): TextRange {
    return { line: this.line, start: piece.start, end: piece.end };
  }
}

/** A piece of the file in quotation marks, shortened. */
export function quote(text: string): string {
  return text.length > 40 ? `“${text.slice(0, 37)}…”` : `“${text}”`;
}

/** `a, b or c`. */
export function listOf(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
