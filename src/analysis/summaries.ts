/** What a caller sees of a function by itself: whether it leaves the locks as it found them, and what it asserts on all paths. */
import type { Exit } from './flow';
import type { LockClass, LockMode } from './lockClasses';
import type { LockEvent } from './lockPrimitives';
import type { Program } from './program';
import { type Held, lockKey, type Origin, originsOf, type World, withLocks } from './world';

/** How far an assert in a function holds on all of its paths: the weakest mode; undefined when some path lacks it. */
export function assertedOnAll(exits: readonly Exit[], { lock, object }: LockEvent): LockMode | undefined {
  const modes = exits.map(({ world }) => world.locks.get(lockKey(lock, object))?.mode);
  if (modes.length === 0 || modes.includes(undefined)) {
    return undefined;
  }
  return modes.every((mode) => mode === modes[0]) ? modes[0] : 'any';
}

const VMA_LOCK = lockKey('vma', '');

/**
 * True when a function that was entered without any lock is left without any, and released nothing that it did not take.
 * Folios for which the caller has no name do not count: no expression of its can mean their locks.
 */
export function isNeutral(
  { parameters }: Program,
  exits: readonly Exit[],
  events: readonly LockEvent[],
): boolean {
  const isNameless = (lock: LockClass, object: string, value: string): boolean =>
    lock === 'folio' &&
    (object.match(/⟨[^⟩]*⟩/g) ?? []).some(
      (base) => !parameters.includes(base.slice(1, -1)) && !value.includes(base),
    );
  const isLeft = ({ lock, mode, object, origins }: Held, value: string): boolean =>
    (lock === 'vma' && mode === 'write') ||
    origins.every(({ kind }) => kind === 'asserted') ||
    isNameless(lock, object, value);
  return (
    exits.every(({ world, value = '' }) => [...world.locks.values()].every((held) => isLeft(held, value))) &&
    events.every(
      ({ kind, lock, object }) => kind === 'taken' || kind === 'asserted' || isNameless(lock, object, ''),
    )
  );
}

/** Whether per-VMA write locks are held when a function is left: on all returns, on some, on none. */
export function vmaLockOf(exits: readonly Exit[]): 'held' | 'maybe' | undefined {
  const taken = exits.map(({ world }) => {
    const held = world.locks.get(VMA_LOCK);
    return held?.origins.some(({ kind }) => kind === 'taken') ? held : undefined;
  });
  if (taken.every((held) => held === undefined)) {
    return undefined;
  }
  return taken.every((held) => held && !held.isDoubtful) ? 'held' : 'maybe';
}

/** `world` after per-VMA write locks were taken, on all paths or on some. */
export function withVmaLock(world: World, taken: 'held' | 'maybe' | undefined, origin: Origin): World {
  const known = world.locks.get(VMA_LOCK);
  if (!taken || (known && (!known.isDoubtful || taken === 'maybe'))) {
    return world;
  }
  const held: Held = {
    lock: 'vma',
    object: '',
    mode: 'write',
    origins: originsOf(known?.origins ?? [], [origin]),
    isDoubtful: taken === 'maybe',
  };
  return withLocks(world, new Map(world.locks).set(VMA_LOCK, held));
}
