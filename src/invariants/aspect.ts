/**
 * Three things can be looked at in an object, and each is known by a number of its own: its fields, whether it is alive, and who
 * points to it.
 */
import type { ObjectId } from '../trace/value';

/** Fields of an object, its life, or who points to it. */
export type Aspect = number;

const ASPECTS = 3;

export function fieldsOf(object: ObjectId): Aspect {
  return object * ASPECTS;
}

export function lifeOf(object: ObjectId): Aspect {
  return object * ASPECTS + 1;
}

export function referrersOf(object: ObjectId): Aspect {
  return object * ASPECTS + 2;
}
