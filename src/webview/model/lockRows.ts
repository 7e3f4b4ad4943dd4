/**
 * Locks as swim-lanes over a stretch of the run: a row for each lock, with what was allocated while it was held.
 */
import type { Trace } from '../../trace/trace';
import type { ObjectId } from '../../trace/value';
import type { LockSpan } from './locks';

/** Steps, end exclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Allocation {
  readonly step: number;
  readonly what: string;
  readonly flags: string;
  readonly sleeps: boolean;
  readonly ok: boolean;
}

export interface LockRow {
  readonly object: ObjectId;
  readonly field: string;
  readonly spans: readonly LockSpan[];
  /** Made while it was held. */
  readonly allocations: readonly Allocation[];
}

export interface LockGroup {
  /** `mmap_lock`, `rwsem`, … */
  readonly field: string;
  readonly rows: readonly LockRow[];
}

export function allocationsOf(trace: Trace): Allocation[] {
  return trace.steps.flatMap(({ number, events }) =>
    events.flatMap((event) =>
      event.type === 'alloc'
        ? [{ step: number, what: event.what, flags: event.flags, sleeps: event.sleeps, ok: event.ok }]
        : [],
    ),
  );
}

/** The locks taken in a stretch, by kind of lock, in the order in which they were first taken. */
export function lockGroups(
  spans: readonly LockSpan[],
  allocations: readonly Allocation[],
  { from, to }: Stretch,
): LockGroup[] {
  const groups = new Map<string, Map<ObjectId, LockSpan[]>>();
  for (const span of spans) {
    if (span.to <= from || span.from >= to) continue;
    const rows = groups.get(span.field) ?? new Map<ObjectId, LockSpan[]>();
    groups.set(span.field, rows);
    const row = rows.get(span.object);
    if (row) row.push(span);
    else rows.set(span.object, [span]);
  }
  const inside = allocations.filter(({ step }) => step >= from && step < to);
  return [...groups].map(([field, rows]) => ({
    field,
    rows: [...rows].map(([object, own]) => ({
      object,
      field,
      spans: own,
      allocations: heldDuring(own, inside),
    })),
  }));
}

/** Both ascending. */
function heldDuring(spans: readonly LockSpan[], allocations: readonly Allocation[]): Allocation[] {
  let at = 0;
  return allocations.filter(({ step }) => {
    while (at < spans.length && (spans[at]?.to ?? 0) <= step) at += 1;
    const span = spans[at];
    return span !== undefined && span.from <= step;
  });
}

/** An allocation in words. */
export function allocationText({ what, flags, sleeps, ok }: Allocation): string {
  return `${what} ${ok ? 'allocated' : 'could not be allocated'}, ${flags}, ${sleeps ? 'may sleep' : 'must not sleep'}`;
}
