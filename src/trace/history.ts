/**
 * Who wrote what, when: for every field of every object, the steps that wrote it.
 */
import type { Change } from './step';
import type { Trace } from './trace';
import type { ObjectId } from './value';

/** Steps that wrote one field, ascending. */
export type Writers = readonly number[];

export class History {
  private readonly byObject = new Map<
    ObjectId,
    { readonly all: number[]; readonly fields: Map<string, number[]> }
  >();
  /** Steps that have been gone through. */
  private indexed = 0;

  /** Nothing is gone through before it is asked for. */
  constructor(private readonly trace: Trace) {}

  /** Goes through the steps before `to` that it has not seen, for whoever wants to do it in parts. */
  index(to: number): void {
    const { steps } = this.trace;
    for (; this.indexed < Math.min(to, steps.length); this.indexed += 1) {
      const step = steps[this.indexed];
      if (step) for (const change of step.changes) this.add(change, step.number);
    }
  }

  private add(change: Change, step: number): void {
    let known = this.byObject.get(change.object);
    if (!known) {
      known = { all: [], fields: new Map() };
      this.byObject.set(change.object, known);
    }
    pushOnce(known.all, step);
    if (change.op === 'free') return;
    const fields = change.op === 'create' ? Object.keys(change.fields) : [change.field];
    for (const field of fields) {
      const steps = known.fields.get(field);
      if (steps) pushOnce(steps, step);
      else known.fields.set(field, [step]);
    }
  }

  private of(object: ObjectId) {
    this.index(this.trace.steps.length);
    return this.byObject.get(object);
  }

  /** Steps that wrote the field, creation included. */
  writers(object: ObjectId, field: string): Writers {
    return this.of(object)?.fields.get(field) ?? [];
  }

  /** Steps that created, wrote or freed the object. */
  touched(object: ObjectId): Writers {
    return this.of(object)?.all ?? [];
  }

  /** The step that last wrote the field at or before `position`, or null. */
  lastWriter(object: ObjectId, field: string, position: number): number | null {
    return lastAtOrBefore(this.writers(object, field), position);
  }

  /** The next step after `position` that writes the field, or null. */
  nextWriter(object: ObjectId, field: string, position: number): number | null {
    return this.writers(object, field).find((step) => step > position) ?? null;
  }

  /** The last step before `position` that wrote the field, or null. */
  previousWriter(object: ObjectId, field: string, position: number): number | null {
    return lastAtOrBefore(this.writers(object, field), position - 1);
  }
}

function pushOnce(steps: number[], step: number): void {
  if (steps.at(-1) !== step) steps.push(step);
}

function lastAtOrBefore(steps: Writers, position: number): number | null {
  for (let i = steps.length - 1; i >= 0; i -= 1) {
    const step = steps[i];
    if (step !== undefined && step <= position) return step;
  }
  return null;
}
