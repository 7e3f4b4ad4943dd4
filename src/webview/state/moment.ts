/**
 * Everything that is seen from one position in the run. There are two: the one of the pictures, and the one of the columns
 * beside them, which may be a frame behind (`pace.ts`).
 */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { ObjectId } from '../../trace/value';
import { changesOf, type ObjectChange } from '../model/changes';
import { type FamilyNode, familyOf } from '../model/family';
import type { Frame } from '../model/frame';
import { type InvariantView, invariantsAt } from '../model/invariants';
import { type Lane, lanesOf } from '../model/lanes';
import { heldAt, type LockSpan } from '../model/locks';
import { type Matrix, matrixOf } from '../model/matrix';
import { type Shown, shownOf } from '../model/shown';
import { type TreeView, treesOf } from '../model/trees';
import type { RunModel } from './runModel';
import type { Saved } from './settings';
import { type Lit, litBy, NOTHING_LIT, type Target } from './target';

/** What a moment depends on beside its position. */
export interface Around {
  readonly run: ReadonlySignal<RunModel | null>;
  readonly settings: ReadonlySignal<Saved>;
  readonly selected: ReadonlySignal<Target | null>;
  /** What is pointed at or else selected. */
  readonly target: ReadonlySignal<Target | null>;
}

export class Moment {
  constructor(
    /** A step, or before the first one. */
    readonly position: ReadonlySignal<number>,
    private readonly around: Around,
  ) {}

  readonly frame: ReadonlySignal<Frame | null> = computed(
    () => this.around.run.value?.frameAt(this.position.value) ?? null,
  );
  /** What the pictures of the state show; null: everything. */
  readonly shown: ReadonlySignal<Shown> = computed(() => {
    const frame = this.frame.value;
    const { objectFilter, around } = this.around.settings.value;
    const selected = around ? this.around.selected.value : null;
    const object = selected && selected.type !== 'invariant' ? selected.id : null;
    return frame ? shownOf(frame, objectFilter, object) : null;
  });
  /** Objects that this step changes. */
  readonly touched: ReadonlySignal<ReadonlySet<ObjectId>> = computed(
    () => new Set(this.frame.value?.step?.changes.map(({ object }) => object)),
  );
  readonly lanes: ReadonlySignal<readonly Lane[]> = this.seen(lanesOf, []);
  readonly matrix: ReadonlySignal<Matrix> = this.seen((frame) => matrixOf(frame, this.family.value), {
    columns: [],
    rows: [],
    loose: [],
  });
  readonly family: ReadonlySignal<readonly FamilyNode[]> = this.seen(familyOf, []);
  readonly trees: ReadonlySignal<readonly TreeView[]> = this.seen(
    (frame) => treesOf(frame, this.family.value),
    [],
  );
  readonly changes: ReadonlySignal<readonly ObjectChange[]> = this.seen(
    (frame, run) => changesOf(frame, run.history),
    [],
  );
  readonly held: ReadonlySignal<readonly LockSpan[]> = this.seen(
    (frame, run) => heldAt(run.locks, frame.position),
    [],
  );
  readonly invariants: ReadonlySignal<readonly InvariantView[]> = this.seen(
    (frame, run) => invariantsAt(run.data.invariants, run.spans, frame.position, run.firstViolations),
    [],
  );
  readonly lit: ReadonlySignal<Lit> = computed(() => {
    const target = this.around.target.value;
    const frame = target && this.frame.value;
    return frame ? litBy(target, frame, this.invariants.value) : NOTHING_LIT;
  });

  /** Something that is worked out from the frame. */
  private seen<T>(view: (frame: Frame, run: RunModel) => T, empty: T): ReadonlySignal<T> {
    return computed(() => {
      const run = this.around.run.value;
      const frame = this.frame.value;
      return run && frame ? view(frame, run) : empty;
    });
  }
}
