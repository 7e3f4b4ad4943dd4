/**
 * Looks up the status of an invariant at a step.
 */
import type { Evaluation, Span } from './evaluation';

/** The span that covers a step, or null when the invariant has held from the start. */
export function spanAt(evaluation: Evaluation, id: string, step: number): Span | null {
  const spans = evaluation.spans[id] ?? [];
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.fromStep ?? 0) <= step) low = middle + 1;
    else high = middle;
  }
  return spans[low - 1] ?? null;
}
