/**
 * One moment of a run: the state after a step, with names for its objects.
 */
import type { Cursor } from '../../trace/cursor';
import { type FieldKind, fieldKind, type ObjectKind } from '../../trace/kinds';
import { formatValue, labelOf } from '../../trace/labels';
import type { ObjectState, State } from '../../trace/state';
import type { Step } from '../../trace/step';
import type { OperationRecord, Trace } from '../../trace/trace';
import type { ObjectId, Value } from '../../trace/value';

export class Frame {
  readonly state: State;
  readonly position: number;
  readonly step: Step | null;
  private readonly labels = new Map<ObjectId, string>();

  /** `cursor` must stay where it is for as long as this frame is looked at. */
  constructor(cursor: Cursor) {
    this.state = cursor.state;
    this.position = cursor.position;
    this.step = cursor.step;
    this.trace = cursor.trace;
  }

  readonly trace: Trace;
  private kinds: ReadonlyMap<string, readonly ObjectState[]> | null = null;

  /** All objects of a kind that there have been, freed ones too, in order of creation. */
  ever(kind: string): readonly ObjectState[] {
    this.kinds ??= byKind(this.state);
    return this.kinds.get(kind) ?? [];
  }

  /** Live objects of a kind, in order of creation. */
  live(kind: string): readonly ObjectState[] {
    return this.ever(kind).filter(({ freed }) => !freed);
  }

  get operation(): OperationRecord | null {
    return this.step ? (this.trace.operations[this.step.operation] ?? null) : null;
  }

  label(id: ObjectId): string {
    const known = this.labels.get(id);
    if (known !== undefined) return known;
    const label = labelOf(this.state, this.trace.kinds, id);
    this.labels.set(id, label);
    return label;
  }

  format(value: Value | undefined): string {
    return formatValue(this.state, this.trace.kinds, value);
  }

  /** A field's value as people read it: locks in words. */
  formatField(id: ObjectId, field: string, value: Value | undefined): string {
    if (typeof value !== 'number' || this.fieldOf(id, field)?.type !== 'lock') return this.format(value);
    if (value === 0) return 'free';
    return value < 0 ? 'held for writing' : value === 1 ? 'held for reading' : `held by ${value} readers`;
  }

  kindOf(id: ObjectId): ObjectKind | null {
    const kind = this.state.get(id)?.kind;
    return this.trace.kinds.find((known) => known.name === kind) ?? null;
  }

  fieldOf(id: ObjectId, field: string): FieldKind | null {
    const kind = this.kindOf(id);
    return (kind && fieldKind(kind, field)) ?? null;
  }
}

/** Gone through once a frame: a long run has had many objects. */
function byKind(state: State): Map<string, ObjectState[]> {
  const kinds = new Map<string, ObjectState[]>();
  for (const object of state.all()) {
    const known = kinds.get(object.kind);
    if (known) known.push(object);
    else kinds.set(object.kind, [object]);
  }
  return kinds;
}

/** How a position is shown to people, who count steps from 1; 0 is before the first. */
export function stepNumber(position: number): number {
  return position + 1;
}
