/**
 * Which object bears a name at a step: kept up to date from the changes of each step, so that looking a name up does not
 * go through all objects.
 */
import { labelOf } from '../../trace/labels';
import type { State } from '../../trace/state';
import type { Step } from '../../trace/step';
import type { Trace } from '../../trace/trace';
import type { ObjectId } from '../../trace/value';
import { FIELD, flagField } from './objects';

export class LabelIndex {
  private readonly labels = new Map<ObjectId, string>();
  private readonly bearers = new Map<string, ObjectId[]>();
  /** Fields that names are made of, by kind. */
  private readonly naming: ReadonlyMap<string, ReadonlySet<string>>;
  /** Kinds whose names other names are made of. */
  private readonly lent: ReadonlySet<string>;

  constructor(private readonly trace: Trace) {
    this.naming = new Map(
      trace.kinds.map(({ name, label }) => [
        name,
        new Set([...label.matchAll(/\{([^}.]+)/g)].map(([, field]) => field ?? '')),
      ]),
    );
    this.lent = new Set(trace.kinds.filter(({ label }) => /^\{[^}]+\}$/.test(label)).map(({ name }) => name));
  }

  /** Takes a step over; `state` is the one after it. True when a name may lead elsewhere now. */
  apply(step: Step, state: State): boolean {
    const touched = new Set<ObjectId>();
    for (const change of step.changes) {
      const kind = state.get(change.object)?.kind;
      if (kind === undefined) continue;
      if (change.op === 'create' || change.op === 'free') touched.add(change.object);
      else if (change.field === FIELD.vma.attached) touched.add(change.object);
      else if (this.naming.get(kind)?.has(change.field)) {
        touched.add(change.object);
        // a process that gets its name names its VMAs too
        if (this.lent.has(kind)) for (const id of this.labels.keys()) touched.add(id);
      }
    }
    for (const id of touched) this.rename(id, state);
    return touched.size > 0;
  }

  private rename(id: ObjectId, state: State): void {
    const old = this.labels.get(id);
    const object = state.get(id);
    const label = object && !object.freed ? labelOf(state, this.trace.kinds, id) : undefined;
    if (old === label) return;
    if (old !== undefined) {
      const left = this.bearers.get(old)?.filter((other) => other !== id) ?? [];
      if (left.length > 0) this.bearers.set(old, left);
      else this.bearers.delete(old);
      this.labels.delete(id);
    }
    if (label === undefined) return;
    this.labels.set(id, label);
    this.bearers.set(label, [...(this.bearers.get(label) ?? []), id]);
  }

  /** The live object of that name; of several, the one that others can find. */
  find(label: string, state: State): ObjectId | null {
    const bearers = this.bearers.get(label);
    if (!bearers) return null;
    const attached = bearers.find((id) => {
      const object = state.get(id);
      return object !== undefined && flagField(object, FIELD.vma.attached);
    });
    return attached ?? bearers[0] ?? null;
  }
}
