/**
 * One colour for each anon_vma, the same everywhere and for the whole run. The letter that goes with it is its
 * label, so that nothing is told by colour alone.
 */
import type { Trace } from '../../trace/trace';
import type { ObjectId } from '../../trace/value';
import { FIELD, KIND } from './objects';

/** Colours in `styles/identity.css`. */
export const HUES = 8;

/** Hue by anon_vma, in the order in which they were first linked; those that never were have none. */
export type Identities = ReadonlyMap<ObjectId, number>;

export function identitiesOf(trace: Trace): Identities {
  const kinds = new Map<ObjectId, string>();
  const hues = new Map<ObjectId, number>();
  const name = (id: ObjectId) => {
    if (!hues.has(id)) hues.set(id, hues.size % HUES);
  };
  for (const { changes } of trace.steps) {
    for (const change of changes) {
      if (change.op === 'create') {
        kinds.set(change.object, change.kind);
        if (change.kind === KIND.anonVma && typeof change.fields[FIELD.anonVma.label] === 'string')
          name(change.object);
      } else if (
        change.op === 'set' &&
        change.field === FIELD.anonVma.label &&
        kinds.get(change.object) === KIND.anonVma
      )
        name(change.object);
    }
  }
  return hues;
}

/** Class that gives an element the colour of an anon_vma. */
export function hueClass(identities: Identities, id: ObjectId | null): string {
  const hue = id === null ? undefined : identities.get(id);
  return hue === undefined ? 'hue-none' : `hue-${hue}`;
}
