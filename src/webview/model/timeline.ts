/**
 * The timeline: what happened when, on one axis of steps. Computed once for a run; `mergedBars` thins it out to
 * what a screen can show.
 */
import type { ViolationInfo } from '../../protocol/messages';
import type { Trace } from '../../trace/trace';
import type { ObjectId } from '../../trace/value';
import type { Calls } from './calls';
import type { LockSpan } from './locks';
import { hasSteps } from './navigation';
import { FIELD, KIND } from './objects';

/** Rows of nested calls that are drawn. */
export const CALL_ROWS = 3;

export interface Bar {
  /** Steps, end exclusive. */
  readonly from: number;
  readonly to: number;
  readonly row: number;
  readonly text: string;
  /** What to colour it by: a verb, a lock mode; '' for none. */
  readonly tone: string;
  readonly object: ObjectId | null;
}

export interface Mark {
  readonly step: number;
  readonly ok: boolean;
  readonly text: string;
}

export type Lane =
  | {
      readonly type: 'operations' | 'calls';
      readonly label: string;
      readonly rows: number;
      readonly bars: readonly Bar[];
    }
  | {
      readonly type: 'lock';
      readonly label: string;
      readonly rows: number;
      readonly bars: readonly Bar[];
      readonly root: ObjectId | null;
    }
  | {
      readonly type: 'allocations' | 'violations';
      readonly label: string;
      readonly rows: 1;
      readonly marks: readonly Mark[];
    };

/** Most rwsem lanes that are drawn apart; with more roots they share one. */
const MAX_ROOTS = 3;

export function timelineOf(
  trace: Trace,
  calls: Calls,
  spans: readonly LockSpan[],
  violations: readonly ViolationInfo[],
  nameOf: (id: ObjectId) => string,
): Lane[] {
  const lanes: Lane[] = [
    { type: 'operations', label: 'operations', rows: 1, bars: operationBars(trace) },
    callLane(calls),
  ];
  const mmap = spans.filter(({ kind, field }) => kind === KIND.mm && field === FIELD.mm.lock);
  if (mmap.length > 0) lanes.push(lockLane('mmap_lock', mmap, nameOf, null));
  const rwsem = spans.filter(({ kind, field }) => kind === KIND.anonVma && field === FIELD.anonVma.lock);
  const roots = [...new Set(rwsem.map(({ object }) => object))];
  if (roots.length > MAX_ROOTS) lanes.push(lockLane('rwsem', rwsem, nameOf, null));
  else
    for (const root of roots) {
      const own = rwsem.filter(({ object }) => object === root);
      lanes.push(lockLane(`rwsem of ${nameOf(root)}`, own, nameOf, root));
    }
  const marks = allocationMarks(trace);
  if (marks.length > 0) lanes.push({ type: 'allocations', label: 'allocations', rows: 1, marks });
  if (violations.length > 0)
    lanes.push({ type: 'violations', label: 'violations', rows: 1, marks: violationMarks(violations) });
  return lanes;
}

function operationBars(trace: Trace): Bar[] {
  return trace.operations.filter(hasSteps).map(({ firstStep, endStep, text, verb, errno }) => ({
    from: firstStep,
    to: endStep,
    row: 0,
    // the sign stays when the bar has no room for the rest
    text: errno === null ? text : `✗ ${text} · ${errno}`,
    tone: verb,
    object: null,
  }));
}

function callLane(calls: Calls): Lane {
  const bars = calls.all
    .filter(({ depth }) => depth < CALL_ROWS)
    .map((call) => ({
      from: call.first,
      to: call.end,
      row: call.depth,
      text: call.function,
      tone: '',
      object: null,
    }));
  const rows = bars.reduce((most, { row }) => Math.max(most, row + 1), 1);
  return { type: 'calls', label: 'functions', rows, bars };
}

function lockLane(
  label: string,
  spans: readonly LockSpan[],
  nameOf: (id: ObjectId) => string,
  root: ObjectId | null,
): Lane {
  const ends: number[] = [];
  const bars = spans.map((span) => {
    // locks of one name that are held together stand below each other
    let row = ends.findIndex((end) => end <= span.from);
    if (row < 0) row = ends.push(0) - 1;
    ends[row] = span.to;
    const mode = span.mode === 'write' ? 'for writing' : 'for reading';
    return {
      from: span.from,
      to: span.to,
      row,
      text: `${span.field} of ${nameOf(span.object)}, held ${mode}`,
      tone: span.mode,
      object: span.object,
    };
  });
  return { type: 'lock', label, rows: Math.max(1, ends.length), bars, root };
}

function allocationMarks(trace: Trace): Mark[] {
  const marks: Mark[] = [];
  for (const { number, events } of trace.steps) {
    for (const event of events) {
      if (event.type !== 'alloc') continue;
      const how = `${event.what} ${event.nth}, ${event.flags}`;
      marks.push({ step: number, ok: event.ok, text: event.ok ? `allocated ${how}` : `failed: ${how}` });
    }
  }
  return marks;
}

function violationMarks(violations: readonly ViolationInfo[]): Mark[] {
  return violations.map(({ step, invariant, message }) => ({
    step,
    ok: false,
    text: `${invariant}: ${message}`,
  }));
}

/** Bars of one row that are too short to be told apart become one. `least` is in steps. */
export function mergedBars(bars: readonly Bar[], least: number): readonly Bar[] {
  if (least <= 1) return bars;
  const last = new Map<number, number>();
  const merged: Bar[] = [];
  for (const bar of bars) {
    const at = last.get(bar.row);
    const before = at === undefined ? undefined : merged[at];
    const short = bar.to - bar.from < least;
    if (
      at !== undefined &&
      before &&
      short &&
      bar.from - before.to < least &&
      before.to - before.from < least
    )
      merged[at] = { ...before, to: bar.to, text: '' };
    else {
      last.set(bar.row, merged.length);
      merged.push(bar);
    }
  }
  return merged;
}

/** Marks that would cover each other become one; a failed one is never hidden. `least` is in steps. */
export function mergedMarks(marks: readonly Mark[], least: number): readonly Mark[] {
  if (least <= 1) return marks;
  const merged: Mark[] = [];
  for (const mark of marks) {
    const before = merged.at(-1);
    if (before && mark.ok && before.ok && mark.step - before.step < least) continue;
    merged.push(mark);
  }
  return merged;
}
