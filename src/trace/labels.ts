/**
 * Names of traced objects for people, from the label templates that the engine declares.
 */
import type { ObjectKind } from './kinds';
import type { State } from './state';
import { isList, isRef, type ObjectId, type Value } from './value';

/** Label of an object in a state: `P@16-20`, `A0`, `AVC (P@16-20, A0)`; `new VMA` while it lacks what its label is made of. */
export function labelOf(state: State, kinds: readonly ObjectKind[], id: ObjectId): string {
  const object = state.get(id);
  if (!object) return `#${id}`;
  const kind = kinds.find((known) => known.name === object.kind);
  if (!kind) return `${object.kind} #${id}`;
  let complete = true;
  const text = kind.label.replace(/\{([^}]+)\}/g, (_, path: string) => {
    const part = followPath(state, kinds, id, path.split('.'));
    if (part === null) complete = false;
    return part ?? '';
  });
  return complete ? text : `new ${kind.short}`;
}

function followPath(
  state: State,
  kinds: readonly ObjectKind[],
  id: ObjectId,
  path: readonly string[],
): string | null {
  const [name, ...rest] = path;
  const value = name === undefined ? undefined : state.field(id, name);
  if (value === undefined || value === null) return null;
  if (isRef(value))
    return rest.length > 0 ? followPath(state, kinds, value.ref, rest) : labelOf(state, kinds, value.ref);
  return String(value);
}

/** A value as people read it: pointers by label, lists in brackets. */
export function formatValue(state: State, kinds: readonly ObjectKind[], value: Value | undefined): string {
  if (value === undefined) return 'none';
  if (value === null) return 'NULL';
  if (isRef(value)) return labelOf(state, kinds, value.ref);
  if (isList(value)) return `[${value.map((item) => formatValue(state, kinds, item)).join(', ')}]`;
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([key, part]) => `${key} ${formatValue(state, kinds, part)}`)
      .join(', ');
  }
  return String(value);
}
