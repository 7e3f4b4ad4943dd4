/**
 * Splits one line of a scenario into pieces with their columns, and takes its comment off.
 * Contract: docs/scenario-language.md, section 1.
 */

/** A piece of a line. `word` is a run of letters, digits and `_`; `mark` is any other single character. */
export interface Piece {
  readonly type: 'word' | 'string' | 'mark';
  /** As written; a string with its quotes. */
  readonly text: string;
  /** Columns from 0; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface LexedLine {
  readonly pieces: readonly Piece[];
  /** Column at which the comment begins, or the length of the line. */
  readonly codeEnd: number;
  /** From `#` on, trailing blanks removed; null without a comment. */
  readonly comment: string | null;
  /** Column of a `"` that no other closes; null when there is none. */
  readonly openString: number | null;
}

const BLANK = /[\s\uFEFF]/;
const WORD = /[A-Za-z0-9_]+/y;

/** Lines of a text, without their ends (LF or CRLF). The end of the last line may be missing. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function lexLine(line: string): LexedLine {
  const pieces: Piece[] = [];
  let openString: number | null = null;
  let at = 0;
  while (at < line.length) {
    const char = line.charAt(at);
    if (char === '#') break;
    if (BLANK.test(char)) {
      at += 1;
      continue;
    }
    let end = at + 1;
    let type: Piece['type'] = 'mark';
    if (char === '"') {
      const close = line.indexOf('"', at + 1);
      type = 'string';
      if (close < 0) openString = at;
      end = close < 0 ? line.length : close + 1;
    } else {
      WORD.lastIndex = at;
      const word = WORD.exec(line);
      if (word) {
        type = 'word';
        end = at + word[0].length;
      } else if (isHighSurrogate(line, at)) end = at + 2;
    }
    pieces.push({ type, text: line.slice(at, end), start: at, end });
    at = end;
  }
  const comment = at < line.length ? line.slice(at).trimEnd() : null;
  return { pieces, codeEnd: at, comment, openString };
}

function isHighSurrogate(line: string, at: number): boolean {
  const unit = line.charCodeAt(at);
  return unit >= 0xd800 && unit < 0xdc00 && at + 1 < line.length;
}
