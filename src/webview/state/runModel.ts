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

/** Steps that are gone through between two pauses. */
const SLICE = 20_000;

/**
 * What is worked out from the trace alone: it stays when only places in the source change. A run of hundreds of thousands
 * of steps takes a while, so there are pauses in which the page can do other things.
 */
function* derive({ trace, timelines, violations }: RunData) {
  const total = trace.steps.length;
  const cursor = new Cursor(trace);
  const history = new History(trace);
  for (let to = SLICE; to < total; to += SLICE) {
    history.index(to);
    yield;
  }
  // names are those that the objects have at the end, when all have theirs
  for (let to = SLICE; to < total; to += SLICE) {
    cursor.seek(to);
    yield;
  }
  cursor.seek(total - 1);
  const last = new Frame(cursor);
  const calls = callsOf(trace);
  yield;
  const locks = lockSpansOf(trace);
  yield;
  // by step: index in `locks` of the anon_vma lock under which it runs, or -1
  const treeLocks = treeLocksOf(locks, total);
  const lastLabels = new Map(locks.map(({ object }) => [object, last.label(object)]));
  yield;
  const countsDegree = trace.steps.some((step) => step.changes.some(writesDegree));
  yield;
  const axis = axisOf(trace);
  yield;
  /** Of page offsets, for the interval trees. */
  const offsets = offsetAxisOf(trace);
  yield;
  const identities = identitiesOf(trace);
  yield;
  const timeline = timelineOf(trace, calls, locks, violations, (id) => last.label(id));
  yield;
  const allocations = allocationsOf(trace);
  yield;
  return {
    cursor,
    history,
    calls,
    locks,
    axis,
    offsets,
    identities,
    timeline,
    allocations,
    spans: spansById(timelines),
    firstViolations: firstViolations(timelines),
    treeLocks,
    lastLabels,
    countsDegree,
  };
}

type Derived = ReturnType<typeof derive> extends Generator<unknown, infer Result> ? Result : never;

export class RunModel {
  readonly invariants: ReadonlyMap<string, InvariantInfo>;

  private constructor(
    readonly data: RunData,
    private readonly derived: Derived,
  ) {
    this.invariants = new Map(data.invariants.map((info) => [info.id, info]));
  }

  /** At once. */
  static of(data: RunData): RunModel {
    const slices = RunModel.inSlices(data);
    for (;;) {
      const { done, value } = slices.next();
      if (done) return value;
    }
  }

  /** With pauses, for a long run. */
  static *inSlices(data: RunData): Generator<void, RunModel> {
    return new RunModel(data, yield* derive(data));
  }

  get cursor(): Cursor {
    return this.derived.cursor;
  }
  get history(): History {
    return this.derived.history;
  }
  get calls(): Calls {
    return this.derived.calls;
  }
  get locks(): readonly LockSpan[] {
    return this.derived.locks;
  }
  get axis(): Axis {
    return this.derived.axis;
  }
  get offsets(): Axis {
    return this.derived.offsets;
  }
  get identities(): Identities {
    return this.derived.identities;
  }
  get spans(): SpansById {
    return this.derived.spans;
  }
  get timeline(): readonly Lane[] {
    return this.derived.timeline;
  }
  get allocations(): readonly Allocation[] {
    return this.derived.allocations;
  }
  /** Does this kernel count `degree` instead of children and active VMAs? */
  get countsDegree(): boolean {
    return this.derived.countsDegree;
  }
  get firstViolations(): ReadonlyMap<string, number> {
    return this.derived.firstViolations;
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
