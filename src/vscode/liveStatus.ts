/**
 * Status of invariants at a position of a run.
 */
import type { Run } from '../scenario/run';
import type { Span, Status } from '../trace/evaluation';

/** An invariant at one position. */
export interface LiveStatus {
  readonly status: Status;
  readonly span: Span | null;
}

/** Status of an invariant of a run at a position. */
export function statusAt(run: Run, id: string, position: number): LiveStatus {
  const spans = run.evaluation.spans[id] ?? [];
  let found: Span | null = null;
  for (const span of spans) {
    if (span.fromStep > position) break;
    found = span;
  }
  return { status: found?.status ?? 'holds', span: found };
}
