/**
 * Which recorded run shows an invariant at work, and which one breaks it: what the links of a hover lead to.
 */
import { assertId } from '../invariants/assert';
import { speaksOfField } from '../invariants/subjects';
import type { InvariantInfo } from '../trace/evaluation';
import type { Step } from '../trace/step';
import type { Trace } from '../trace/trace';
import type { ObjectId } from '../trace/value';
import type { Example } from './frames';

/** A step of a sample. */
export interface Sighting {
  readonly sample: string;
  readonly title: string;
  /** From 0. */
  readonly step: number;
}

/**
 * The first step at which each invariant is put to the test, in the first run in which one does: where it is suspended
 * or a kernel assert of that id is evaluated, else where a field that it speaks of changes.
 */
export function exercisesOf(examples: readonly Example[]): ReadonlyMap<string, Sighting> {
  const strong = new Map<string, Sighting>();
  const weak = new Map<string, Sighting>();
  for (const { id, title, trace, evaluation } of examples) {
    const at = (step: number): Sighting => ({ sample: id, title, step });
    for (const [invariant, step] of assertSteps(trace)) note(strong, invariant, at(step));
    const writers = writersOf(trace, evaluation.invariants);
    for (const invariant of evaluation.invariants) {
      const suspended = evaluation.spans[invariant.id]?.find(({ status }) => status === 'suspended');
      if (suspended) note(strong, invariant.id, at(suspended.fromStep));
      const writer = writers.get(invariant.id);
      if (writer !== undefined) note(weak, invariant.id, at(writer));
    }
  }
  return new Map([...weak, ...strong]);
}

/** The step that breaks each invariant, in the first run in which one does. */
export function breaksOf(examples: readonly Example[]): ReadonlyMap<string, Sighting> {
  const found = new Map<string, Sighting>();
  for (const { id, title, evaluation } of examples)
    for (const { invariant, cause } of evaluation.violations)
      note(found, invariant, { sample: id, title, step: cause });
  return found;
}

function note(into: Map<string, Sighting>, id: string, sighting: Sighting): void {
  if (!into.has(id)) into.set(id, sighting);
}

function assertSteps({ steps }: Trace): [id: string, step: number][] {
  return steps.flatMap((step) =>
    step.events.flatMap((event): [string, number][] =>
      event.type === 'assert' ? [[assertId(step.function, event.expression), step.number]] : [],
    ),
  );
}

/** The first step that writes a field which an invariant speaks of, by its id. */
function writersOf({ steps }: Trace, invariants: readonly InvariantInfo[]): Map<string, number> {
  const kinds = new Map<ObjectId, string>();
  const found = new Map<string, number>();
  const seen = new Set<string>();
  for (const step of steps) {
    for (const field of fieldsWritten(step, kinds)) {
      if (seen.has(field)) continue;
      seen.add(field);
      const dot = field.indexOf('.');
      const [kind, name] = [field.slice(0, dot), field.slice(dot + 1)];
      for (const invariant of invariants)
        if (!found.has(invariant.id) && speaksOfField(invariant, kind, name))
          found.set(invariant.id, step.number);
    }
  }
  return found;
}

function fieldsWritten(step: Step, kinds: Map<ObjectId, string>): string[] {
  return step.changes.flatMap((change) => {
    if (change.op === 'create') {
      kinds.set(change.object, change.kind);
      return [];
    }
    return change.op === 'free' ? [] : [`${kinds.get(change.object)}.${change.field}`];
  });
}
