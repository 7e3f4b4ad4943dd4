/** Finds the comment that belongs to a definition: the one that ends right above it. */
import type { Span } from './text';

/** Index of the last of `comments` (in source order) that ends at or before `offset`; -1 when there is none. */
function lastBefore(comments: readonly Span[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.end ?? 0) <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

/**
 * Span of the comment that ends on the line above `offset` and stands on lines of its own; undefined when there is none.
 * Between the two only blanks and attribute words without arguments may stand. A run of `//` lines counts as one comment.
 */
export function docSpanBefore(text: string, comments: readonly Span[], offset: number): Span | undefined {
  const last = lastBefore(comments, offset);
  const comment = comments[last];
  if (!comment || !/^[ \t]*\r?\n[\w \t]*$/.test(text.slice(comment.end, offset))) {
    return undefined;
  }
  if (!startsItsLine(text, comment.start)) {
    return undefined;
  }
  let first = comment;
  for (let i = last - 1; text.startsWith('//', first.start) && i >= 0; i--) {
    const above = comments[i];
    const isRun =
      above !== undefined &&
      text.startsWith('//', above.start) &&
      startsItsLine(text, above.start) &&
      /^\r?\n[ \t]*$/.test(text.slice(above.end, first.start));
    if (!isRun) {
      break;
    }
    first = above;
  }
  return { start: first.start, end: comment.end };
}

/** Span of a comment that stands behind `offset` on its line, as members of structs have; undefined when there is none. */
export function docSpanBehind(text: string, comments: readonly Span[], offset: number): Span | undefined {
  const comment = comments[lastBefore(comments, offset) + 1];
  return comment && /^[ \t]*$/.test(text.slice(offset, comment.start)) ? comment : undefined;
}

function startsItsLine(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return text.slice(lineStart, offset).trim() === '';
}
