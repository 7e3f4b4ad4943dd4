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

/** Where invariants are put to the test. */
export interface Exercises {
  /** By invariant, in any function. */
  readonly anywhere: ReadonlyMap<string, Sighting>;
  /** By function and invariant (`exerciseKey`), for the functions in which the invariant stands. */
  readonly within: ReadonlyMap<string, Sighting>;
}

export function exerciseKey(role: string, invariant: string): string {
  return `${role} ${invariant}`;
}

/**
 * The first step at which each invariant is put to the test, in the first run in which one does: where it is suspended
 * or a kernel assert of that id is evaluated, else where a field that it speaks of changes. For a function in which it
 * stands also where the function is entered, if nothing of that happens in it: it relies on the invariant there.
 */
export function exercisesOf(examples: readonly Example[]): Exercises {
  const strong = new Finds();
  const weak = new Finds();
  const entered = new Map<string, Sighting>();
  const standing = new Map<string, readonly string[]>();
  for (const { id, title, trace, evaluation } of examples) {
    const at = (step: number): Sighting => ({ sample: id, title, step });
    const roleAt = (step: number): string | undefined => trace.steps[step]?.anchor?.role;
    for (const [invariant, step] of assertSteps(trace)) strong.note(invariant, roleAt(step), at(step));
    for (const { invariant, step } of writersOf(trace, evaluation.invariants))
      weak.note(invariant, roleAt(step), at(step));
    for (const invariant of evaluation.invariants) {
      standing.set(invariant.id, rolesOf(invariant));
      for (const { status, fromStep } of evaluation.spans[invariant.id] ?? [])
        if (status === 'suspended') strong.note(invariant.id, roleAt(fromStep), at(fromStep));
    }
    for (const { anchor, number } of trace.steps)
      if (anchor?.pattern === 'entry') note(entered, anchor.role, at(number));
  }
  const relied = [...standing].flatMap(([invariant, roles]) =>
    roles.flatMap((role): [string, Sighting][] => {
      const sighting = entered.get(role);
      return sighting ? [[exerciseKey(role, invariant), sighting]] : [];
    }),
  );
  return {
    anywhere: new Map([...weak.anywhere, ...strong.anywhere]),
    within: new Map([...relied, ...weak.within, ...strong.within]),
  };
}

/** The first find of each invariant, anywhere and in each function. */
class Finds {
  readonly anywhere = new Map<string, Sighting>();
  readonly within = new Map<string, Sighting>();

  note(invariant: string, role: string | undefined, sighting: Sighting): void {
    note(this.anywhere, invariant, sighting);
    if (role !== undefined) note(this.within, exerciseKey(role, invariant), sighting);
  }
}

function rolesOf({ places }: InvariantInfo): readonly string[] {
  return [...new Set(places.map(({ role }) => role))];
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

/** The first step that writes a field which an invariant speaks of, in any function and in each in which it stands. */
function writersOf(
  { steps }: Trace,
  invariants: readonly InvariantInfo[],
): readonly { readonly invariant: string; readonly step: number }[] {
  const kinds = new Map<ObjectId, string>();
  const found: { readonly invariant: string; readonly step: number }[] = [];
  const known = new Set<string>();
  const seen = new Set<string>();
  const standing = new Map<string, InvariantInfo[]>();
  for (const invariant of invariants)
    for (const role of rolesOf(invariant)) standing.set(role, [...(standing.get(role) ?? []), invariant]);
  const look = (among: readonly InvariantInfo[], role: string, field: string, step: number): void => {
    const key = `${role} ${field}`;
    if (seen.has(key)) return;
    seen.add(key);
    const dot = field.indexOf('.');
    for (const invariant of among) {
      const one = exerciseKey(role, invariant.id);
      if (known.has(one) || !speaksOfField(invariant, field.slice(0, dot), field.slice(dot + 1))) continue;
      known.add(one);
      found.push({ invariant: invariant.id, step });
    }
  };
  for (const step of steps) {
    const among = step.anchor && standing.get(step.anchor.role);
    for (const field of fieldsWritten(step, kinds)) {
      look(invariants, '', field, step.number);
      if (step.anchor && among) look(among, step.anchor.role, field, step.number);
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
