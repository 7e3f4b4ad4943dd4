/**
 * A watched series as a drawing: the paths of its line and its area, and bands for values that are no numbers.
 */
import type { Stretch } from './lockRows';
import type { Series } from './watchSeries';

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

export interface Chart {
  readonly line: string;
  readonly area: string;
  /** Ends of the scale; null when there are no numbers. */
  readonly scale: { readonly low: number; readonly high: number } | null;
  /** Values that are no numbers, alternating. */
  readonly names: readonly { readonly x: number; readonly width: number; readonly shade: 0 | 1 }[];
}

/** Draws what a stretch shows of a series, in a box of that size. */
export function chartOf(series: Series, { from, to }: Stretch, width: number, height: number): Chart {
  const { points, least, most } = series;
  const x = (step: number) => (Math.max(0, step - from) / Math.max(1, to - from)) * width;
  const low = Math.min(0, least ?? 0);
  const high = Math.max(most ?? 1, low + 1);
  const y = (value: number) => height - 1 - ((value - low) / (high - low)) * (height - 3);
  let line = '';
  let area = '';
  let before: Piece | null = null;
  const names: { x: number; width: number; shade: 0 | 1 }[] = [];
  for (const [index, { step, value }] of points.entries()) {
    const begin = Math.max(step, from);
    const end = Math.min(points[index + 1]?.step ?? to, to);
    if (value === null || end <= begin) continue;
    if (typeof value === 'string') {
      names.push({ x: x(begin), width: Math.max(1, x(end) - x(begin)), shade: index % 2 === 0 ? 0 : 1 });
      continue;
    }
    const piece: Piece = { from: begin, to: end, value: Number(value) };
    line += `${before?.to === begin ? 'L' : 'M'}${x(begin)} ${y(piece.value)}H${x(end)}`;
    area += `M${x(begin)} ${y(0)}V${y(piece.value)}H${x(end)}V${y(0)}Z`;
    before = piece;
  }
  return { line, area, scale: least === null ? null : { low, high }, names };
}
