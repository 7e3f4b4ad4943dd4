/**
 * Who wrote what, when: for every field of every object, the steps that wrote it.
 */
import type { Trace } from './trace';
import type { ObjectId } from './value';

/** Steps that wrote one field, ascending. */
export type Writers = readonly number[];

export class History {
  private readonly byField = new Map<string, number[]>();
  private readonly byObject = new Map<ObjectId, number[]>();

  constructor(trace: Trace) {
    for (const step of trace.steps) {
      for (const change of step.changes) {
        push(this.byObject, change.object, step.number);
        if (change.op === 'create') {
          for (const field of Object.keys(change.fields))
            push(this.byField, key(change.object, field), step.number);
        } else if (change.op !== 'free') push(this.byField, key(change.object, change.field), step.number);
      }
    }
  }

  /** Steps that wrote the field, creation included. */
  writers(object: ObjectId, field: string): Writers {
    return this.byField.get(key(object, field)) ?? [];
  }

  /** Steps that created, wrote or freed the object. */
  touched(object: ObjectId): Writers {
    return this.byObject.get(object) ?? [];
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

function key(object: ObjectId, field: string): string {
  return `${object}\u0000${field}`;
}

function push<K>(map: Map<K, number[]>, at: K, step: number): void {
  const steps = map.get(at);
  if (!steps) map.set(at, [step]);
  else if (steps.at(-1) !== step) steps.push(step);
}

function lastAtOrBefore(steps: Writers, position: number): number | null {
  for (let i = steps.length - 1; i >= 0; i -= 1) {
    const step = steps[i];
    if (step !== undefined && step <= position) return step;
  }
  return null;
}
