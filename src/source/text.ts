/**
 * Offsets, spans and positions in a source text, shared by everything that reads C here. Offsets count UTF-16 code
 * units from 0, lines and columns count from 0, as VS Code does; a span is half open (`end` is the first unit after).
 */

/** Half-open piece of a text, in UTF-16 code units from the start of the file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in a text: zero-based line and column (UTF-16 units), and the offset they stand for. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** Half-open piece of a text with both ends as positions. */
export interface SourceRange {
  readonly start: Position;
  readonly end: Position;
}

const NEWLINE = 10;

/** Offsets at which the lines of `text` begin; the first is always 0. Lines end at `\n` (a `\r` before it belongs to the line). */
export function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

/** Zero-based line that `offset` lies on; offsets beyond the text lie on its last line. */
export function lineAt(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/** Position of `offset` in the text that `lineStarts` was made from. */
export function positionAt(lineStarts: readonly number[], offset: number): Position {
  const line = lineAt(lineStarts, offset);
  return { line, column: offset - (lineStarts[line] ?? 0), offset };
}

/** Range of `span` in the text that `lineStarts` was made from. */
export function rangeOf(lineStarts: readonly number[], span: Span): SourceRange {
  return { start: positionAt(lineStarts, span.start), end: positionAt(lineStarts, span.end) };
}

/** True when `offset` lies in `span` (its end excluded). */
export function contains(span: Span, offset: number): boolean {
  return span.start <= offset && offset < span.end;
}

/** Blanks of the same length as `text.slice(start, end)`, its line breaks kept, so that no offset or line moves. */
export function blanksFor(text: string, start: number, end: number): string {
  const newline = text.indexOf('\n', start);
  if (newline < 0 || newline >= end) {
    return ' '.repeat(end - start);
  }
  let out = '';
  let from = start;
  for (let at = newline; at >= 0 && at < end; at = text.indexOf('\n', at + 1)) {
    out += `${' '.repeat(at - from)}\n`;
    from = at + 1;
  }
  return out + ' '.repeat(end - from);
}

/** How long the common beginning of two texts is, in code units. */
export function commonPrefixLength(before: string, after: string): number {
  const limit = Math.min(before.length, after.length);
  let same = 0;
  while (same < limit && before.charCodeAt(same) === after.charCodeAt(same)) {
    same++;
  }
  return same;
}

/** How long the common end of two texts is, in code units, without running into the first `prefix` units. */
export function commonSuffixLength(before: string, after: string, prefix: number): number {
  const limit = Math.min(before.length, after.length) - prefix;
  let same = 0;
  while (
    same < limit &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  ) {
    same++;
  }
  return same;
}

/** True when the unit at `offset` begins a line. */
export function startsLine(text: string, offset: number): boolean {
  return offset === 0 || text.charCodeAt(offset - 1) === NEWLINE;
}

/** True when two spans share a unit. */
export function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
