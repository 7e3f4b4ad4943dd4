/**
 * A run and everything that is worked out once for it: cursor, history, calls, locks, page axis, timeline.
 */
import type { InvariantInfo, RunData, RunPlaceData } from '../../protocol/messages';
import { Cursor } from '../../trace/cursor';
import { History } from '../../trace/history';
import type { Step } from '../../trace/step';
import type { ObjectId } from '../../trace/value';
import { type Axis, axisOf, offsetAxisOf } from '../model/axis';
import { type Calls, callsOf } from '../model/calls';
import { StepsByLine } from '../model/code';
import { Frame } from '../model/frame';
import { type Identities, identitiesOf } from '../model/identity';
import { firstViolations, type SpansById, spansById } from '../model/invariants';
import { type Allocation, allocationsOf } from '../model/lockRows';
import { type LockSpan, lockSpansOf } from '../model/locks';
import { FIELD, KIND } from '../model/objects';
import { type Lane, timelineOf } from '../model/timeline';

/** What is worked out from the trace alone: it stays when only places in the source change. */
class Derived {
  readonly cursor: Cursor;
  readonly history: History;
  readonly calls: Calls;
  readonly locks: readonly LockSpan[];
  readonly axis: Axis;
  /** Of page offsets, for the interval trees. */
  readonly offsets: Axis;
  readonly identities: Identities;
  readonly spans: SpansById;
  readonly firstViolations: ReadonlyMap<string, number>;
  /** By step: index in `locks` of the anon_vma lock under which it runs, or -1. */
  readonly treeLocks: Int32Array;
  readonly timeline: readonly Lane[];
  /** Does this kernel count `degree` instead of children and active VMAs? */
  readonly countsDegree: boolean;

  readonly allocations: readonly Allocation[];
  readonly lastLabels: ReadonlyMap<ObjectId, string>;

  constructor(data: RunData) {
    const { trace } = data;
    this.cursor = new Cursor(trace);
    this.history = new History(trace);
    this.calls = callsOf(trace);
    this.locks = lockSpansOf(trace);
    this.axis = axisOf(trace);
    this.offsets = offsetAxisOf(trace);
    this.identities = identitiesOf(trace);
    this.spans = spansById(data.timelines);
    this.firstViolations = firstViolations(data.timelines);
    this.treeLocks = treeLocksOf(this.locks, trace.steps.length);
    // names are those that the objects have at the end, when all have theirs
    this.cursor.seek(trace.steps.length - 1);
    const last = new Frame(this.cursor);
    this.timeline = timelineOf(trace, this.calls, this.locks, data.violations, (id) => last.label(id));
    this.allocations = allocationsOf(trace);
    this.lastLabels = new Map(this.locks.map(({ object }) => [object, last.label(object)]));
    this.countsDegree = trace.steps.some((step) => step.changes.some(writesDegree));
  }
}

export class RunModel {
  readonly cursor: Cursor;
  readonly history: History;
  readonly calls: Calls;
  readonly locks: readonly LockSpan[];
  readonly axis: Axis;
  readonly offsets: Axis;
  readonly identities: Identities;
  readonly spans: SpansById;
  readonly timeline: readonly Lane[];
  readonly allocations: readonly Allocation[];
  readonly countsDegree: boolean;
  readonly firstViolations: ReadonlyMap<string, number>;
  readonly invariants: ReadonlyMap<string, InvariantInfo>;

  constructor(
    readonly data: RunData,
    private readonly derived = new Derived(data),
  ) {
    this.cursor = derived.cursor;
    this.history = derived.history;
    this.calls = derived.calls;
    this.locks = derived.locks;
    this.axis = derived.axis;
    this.offsets = derived.offsets;
    this.identities = derived.identities;
    this.spans = derived.spans;
    this.timeline = derived.timeline;
    this.allocations = derived.allocations;
    this.countsDegree = derived.countsDegree;
    this.firstViolations = derived.firstViolations;
    this.invariants = new Map(data.invariants.map((info) => [info.id, info]));
  }

  /** The same run with other places in the source. */
  withPlaces({ tree, locations, places, invariantPlaces }: RunPlaceData): RunModel {
    const byId = new Map(invariantPlaces.map((one) => [one.id, one.places]));
    const invariants = this.data.invariants.map((info) => ({
      ...info,
      places: byId.get(info.id) ?? [],
    }));
    return new RunModel({ ...this.data, tree, locations, places, invariants }, this.derived);
  }

  private lines: StepsByLine | null = null;

  /** Which steps stand on which line; worked out when it is first asked for. */
  get stepsByLine(): StepsByLine {
    this.lines ??= new StepsByLine(this.data);
    return this.lines;
  }

  /** The anon_vma lock under which a step runs: taken before or by it, and not yet released after it. */
  treeLock(step: number): LockSpan | null {
    return this.locks[this.derived.treeLocks[step] ?? -1] ?? null;
  }

  /** Name of something that is locked in this run, as it is at the end. */
  lastLabel(object: ObjectId): string {
    return this.derived.lastLabels.get(object) ?? `#${object}`;
  }

  get steps(): readonly Step[] {
    return this.data.trace.steps;
  }

  /** A frame for a step; earlier frames must not be used any more. */
  frameAt(position: number): Frame {
    this.cursor.seek(position);
    return new Frame(this.cursor);
  }
}

function treeLocksOf(spans: readonly LockSpan[], steps: number): Int32Array {
  const found = new Int32Array(steps).fill(-1);
  for (const [index, { kind, field, from, to }] of spans.entries()) {
    if (kind !== KIND.anonVma || field !== FIELD.anonVma.lock) continue;
    for (let step = Math.max(0, from); step < to; step += 1) if (found[step] === -1) found[step] = index;
  }
  return found;
}

function writesDegree(change: Step['changes'][number]): boolean {
  return change.op === 'set' && change.field === FIELD.anonVma.degree;
}
