/**
 * Values that a trace can hold: plain JSON data, plus references to traced objects.
 *
 * A trace knows no kernel struct by name. Objects are numbered over the whole run, never reused, and
 * a field is reached by its name (`num_children`, `anon_vma_chain`, `ptes.16`).
 */

/** Number of an object in one trace, given at creation, starting from 1. */
export type ObjectId = number;

/** A pointer to another object of the same trace. */
export interface Ref {
  readonly ref: ObjectId;
}

/** Anything a field can hold. A pointer is a `Ref` or null; a list of pointers is an array of `Ref`. */
export type Value = null | boolean | number | string | Ref | readonly Value[] | ValueRecord;

/** A small compound value, such as a page table entry. Never has a key named `ref`. */
export interface ValueRecord {
  readonly [key: string]: Value;
}

export function isRef(value: Value | undefined): value is Ref {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'ref' in value;
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Structural equality of two values. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a) || isList(b)) {
    return isList(a) && isList(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  }
  if (isRef(a) || isRef(b)) return isRef(a) && isRef(b) && a.ref === b.ref;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameValue(a[key], b[key]));
}
