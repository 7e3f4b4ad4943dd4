/**
 * Kinds of lock held, without objects: what the coarse walk of callers (coarseWalk.ts) keeps for each group of paths. For
 * each kind a set of possibilities, as bits.
 */
import type { LockClass, LockMode } from './lockClasses';

/**
 * Kinds that callers are asked for. Which VMA or folio a lock belongs to is not followed, so that a caller's says nothing
 * about the callee's.
 */
export const COARSE_CLASSES: readonly LockClass[] = ['mmap', 'i_mmap', 'root', 'ptl', 'rcu'];

/** As it was on entry. */
const ENTRY = 1;
const TAKEN_READ = 2;
const TAKEN_WRITE = 4;
const TAKEN = TAKEN_READ | TAKEN_WRITE;
/** Held, and an assert said so or it was released before: when it is released, it is not held any more. */
const HELD_READ = 8;
const HELD_WRITE = 16;
const HELD_ANY = 32;
/** As it was on entry, and an assert said that it is held, for reading or writing. */
const ENTRY_HELD = 64;
const NONE = 128;
const HELD = HELD_READ | HELD_WRITE | HELD_ANY | ENTRY_HELD;

/** Possibilities by the order of `COARSE_CLASSES`. */
export type CoarseLocks = readonly number[];

export const AT_ENTRY: CoarseLocks = COARSE_CLASSES.map(() => ENTRY);
/** Nobody is known to hold anything. */
export const NOT_HELD: CoarseLocks = COARSE_CLASSES.map(() => NONE);
/** No path at all. */
export const NO_PATH: CoarseLocks = COARSE_CLASSES.map(() => 0);

function taken(bits: number, mode: LockMode): number {
  const fresh = bits & (ENTRY | ENTRY_HELD | TAKEN) ? (mode === 'read' ? TAKEN_READ : TAKEN_WRITE) : 0;
  const again =
    bits & (NONE | HELD_READ | HELD_WRITE | HELD_ANY) ? (mode === 'read' ? HELD_READ : HELD_WRITE) : 0;
  return fresh | again;
}

/** What was taken here is given back, and all is as it was on entry; what came from outside is gone. */
function released(bits: number): number {
  return (bits & TAKEN ? ENTRY : 0) | (bits & ~TAKEN ? NONE : 0);
}

function asserted(bits: number, mode: LockMode): number {
  if (mode === 'any') {
    return (bits & (TAKEN | HELD)) | (bits & ENTRY ? ENTRY_HELD : 0) | (bits & NONE ? HELD_ANY : 0);
  }
  const learns = ENTRY | ENTRY_HELD | NONE | HELD_ANY;
  return (bits & ~learns) | (bits & learns ? (mode === 'write' ? HELD_WRITE : HELD_READ) : 0);
}

function downgraded(bits: number): number {
  return (bits & TAKEN ? TAKEN_READ : 0) | (bits & ~TAKEN ? HELD_READ : 0);
}

const CHANGES = {
  take: taken,
  release: released,
  assert: asserted,
  downgrade: downgraded,
} as const;

export type CoarseChange = keyof typeof CHANGES;

export function changed(
  locks: CoarseLocks,
  lock: LockClass,
  change: CoarseChange,
  mode: LockMode,
): CoarseLocks {
  const index = COARSE_CLASSES.indexOf(lock);
  return index < 0
    ? locks
    : locks.map((bits, place) => (place === index ? CHANGES[change](bits, mode) : bits));
}

/** What is held after something that was entered with `before` and left with `exit`. */
export function composed(before: CoarseLocks, exit: CoarseLocks): CoarseLocks {
  return exit.map((bits, index) => {
    const was = before[index] ?? 0;
    return (
      (bits & ~(ENTRY | ENTRY_HELD)) |
      (bits & ENTRY ? was : 0) |
      (bits & ENTRY_HELD ? asserted(was, 'any') : 0)
    );
  });
}

/** What either of two paths may hold. */
export function either(a: CoarseLocks, b: CoarseLocks): CoarseLocks {
  return a.map((bits, index) => bits | (b[index] ?? 0));
}

export function isSame(a: CoarseLocks, b: CoarseLocks): boolean {
  return a.every((bits, index) => bits === b[index]);
}

/**
 * What an assert between `before` and `after` takes for held on entry: held now, and as on entry
 * before.
 */
export function expectedBy(before: CoarseLocks, after: CoarseLocks): CoarseLocks {
  return after.map((bits, index) => ((before[index] ?? 0) & ENTRY ? bits & HELD : 0));
}

/**
 * `expected` as locks held on entry, where each way out says that they were; what only some paths expect, or nothing is
 * expected of, is not known to be held.
 */
export function entryOf(expected: CoarseLocks, exits: readonly CoarseLocks[]): CoarseLocks {
  return expected.map((bits, index) => {
    const isOnAll = exits.length > 0 && exits.every((exit) => ((exit[index] ?? NONE) & ~HELD) === 0);
    if (!(bits & HELD) || !isOnAll) return NONE;
    const isTold = bits & (HELD_READ | HELD_WRITE);
    return isTold === 0 ? HELD_ANY : isTold;
  });
}

/** How a kind of lock is held on these paths, whatever was held on entry; undefined where it is on none. */
export function heldMode(
  locks: CoarseLocks,
  lock: LockClass,
): { readonly mode: LockMode; readonly isCertain: boolean } | undefined {
  const bits = locks[COARSE_CLASSES.indexOf(lock)] ?? 0;
  const isRead = (bits & (TAKEN_READ | HELD_READ)) !== 0;
  const isWrite = (bits & (TAKEN_WRITE | HELD_WRITE)) !== 0;
  if (!(bits & (TAKEN | HELD))) {
    return undefined;
  }
  const mode = bits & (HELD_ANY | ENTRY_HELD) || isRead === isWrite ? 'any' : isRead ? 'read' : 'write';
  return { mode, isCertain: (bits & (ENTRY | NONE)) === 0 };
}
