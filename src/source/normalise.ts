/**
 * C text brought to one form for display and comparison: comments and line breaks gone, blanks single or none. Strings
 * and characters stay as they are.
 */

const PIECES =
  /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|(?:\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|\\\r?\n|\s+)+/g;
const PLAIN = /^[^\s"'/\\]*(?: [^\s"'/\\]+)*$/;

/** `text` on one line: comments removed, each run of blanks one blank, none at the ends or just inside parentheses. */
export function collapse(text: string): string {
  const trimmed = text.trim();
  if (PLAIN.test(trimmed)) {
    return trimmed;
  }
  return trimmed
    .replace(PIECES, (piece) => (piece.startsWith('"') || piece.startsWith("'") ? piece : ' '))
    .trim();
}

/** `text` with comments and all blanks outside strings removed: the form in which lvalues and results are compared. */
export function squeeze(text: string): string {
  return text.replace(PIECES, (piece) => (piece.startsWith('"') || piece.startsWith("'") ? piece : ''));
}

/** First line of `text`, at most `limit` characters, for messages. */
export function excerpt(text: string, limit = 80): string {
  const line = text.trimStart().split('\n', 1)[0]?.trimEnd() ?? '';
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** The condition that holds where `condition` does not. */
export function negate(condition: string): string {
  const plain = /^(!?)(defined\(\w+\)|\w+)$/.exec(condition);
  if (plain) {
    return plain[1] === '!' ? (plain[2] ?? '') : `!${condition}`;
  }
  return `!(${condition})`;
}

const OPENING = '([{';
const CLOSING = ')]}';

/** The arguments between the first parenthesis of `call` and its partner, each on one line; [] when there is none. */
export function argumentsOf(call: string): string[] {
  const open = call.indexOf('(');
  if (open < 0) {
    return [];
  }
  const texts: string[] = [];
  let depth = 0;
  let from = open + 1;
  const quotes = /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|\/\*[\s\S]*?\*\/|[,()[\]{}]/g;
  quotes.lastIndex = open;
  for (let match = quotes.exec(call); match; match = quotes.exec(call)) {
    const piece = match[0];
    if (OPENING.includes(piece)) {
      depth++;
    } else if (CLOSING.includes(piece)) {
      depth--;
      if (depth === 0) {
        texts.push(collapse(call.slice(from, match.index)));
        break;
      }
    } else if (piece === ',' && depth === 1) {
      texts.push(collapse(call.slice(from, match.index)));
      from = match.index + 1;
    }
  }
  return texts.length === 1 && texts[0] === '' ? [] : texts;
}
