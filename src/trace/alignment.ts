/**
 * Lays two sequences beside each other: what is in both stands in one row, in the order of both.
 */
import { diffArrays } from 'diff';

/** Indices into the two sequences; null where one of them has nothing to set against the other. */
export interface Pair {
  readonly a: number | null;
  readonly b: number | null;
}

/** Differences (items on one side only) up to which the best alignment is looked for. */
export const EDIT_LIMIT = 4_000;

/**
 * Aligns by keys. With `joinRest`, what is left on both sides of the same place is set against each other one by one.
 * Where the two have too little in common, they are set against each other from the first to the last.
 */
export function align(a: readonly string[], b: readonly string[], joinRest: boolean): Pair[] {
  const parts = diffArrays([...a], [...b], { maxEditLength: EDIT_LIMIT });
  if (!parts) return joined(range(0, a.length), range(0, b.length), joinRest);
  const pairs: Pair[] = [];
  let atA = 0;
  let atB = 0;
  let onlyA: number[] = [];
  let onlyB: number[] = [];
  const flush = () => {
    pairs.push(...joined(onlyA, onlyB, joinRest));
    onlyA = [];
    onlyB = [];
  };
  for (const { added, removed, value } of parts) {
    if (removed) {
      onlyA.push(...range(atA, value.length));
      atA += value.length;
    } else if (added) {
      onlyB.push(...range(atB, value.length));
      atB += value.length;
    } else {
      flush();
      for (const _ of value) pairs.push({ a: atA++, b: atB++ });
    }
  }
  flush();
  return pairs;
}

function joined(a: readonly number[], b: readonly number[], joinRest: boolean): Pair[] {
  if (!joinRest) return [...a.map((at) => ({ a: at, b: null })), ...b.map((at) => ({ a: null, b: at }))];
  return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => ({
    a: a[at] ?? null,
    b: b[at] ?? null,
  }));
}

function range(from: number, length: number): number[] {
  return Array.from({ length }, (_, at) => from + at);
}
