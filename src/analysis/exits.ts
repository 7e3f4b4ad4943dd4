/** What a caller can tell of the locks that a call leaves held, and of those that it was handed. */
import type { Exit } from './flow';
import type { LockClass } from './lockClasses';
import { type Held, plainTruth, truthOf, type World, withLocks } from './world';

/** True when some lock of the kind is held. */
export function holdsAny(world: World, lock: LockClass): boolean {
  return [...world.locks.values()].some((held) => held.lock === lock);
}

/**
 * Locks whose object a call with these values gets, or something that the object is reached from. Where none is named so, the
 * only mmap lock that is held is meant: a VMA leads to its address space, by whatever name it goes.
 */
export function locksHandedOver(
  { locks }: World,
  values: readonly string[],
): readonly (readonly [string, Held])[] {
  const named = [...locks].filter(([, { object }]) =>
    values.some((value) => value !== '' && (object === value || object.startsWith(`${value}->`))),
  );
  const spaces = [...locks].filter(([, { lock }]) => lock === 'mmap');
  return named.length > 0 || spaces.length > 1 ? named : spaces;
}

/** An exit whose locks say which of them other exits do not hold that give back the same. */
export function toldApart(exit: Exit, exits: readonly Exit[]): Exit {
  const kind = kindOfResult(exit);
  const same = exits.filter((other) => other !== exit && kindOfResult(other) === kind);
  const unsure = [...exit.world.locks].filter(
    ([, { lock, origins }]) =>
      origins.some(({ kind: how }) => how === 'taken') && same.some(({ world }) => !holdsAny(world, lock)),
  );
  if (unsure.length === 0) {
    return exit;
  }
  const locks = new Map(exit.world.locks);
  for (const [key, held] of unsure) locks.set(key, { ...held, isOnSomeReturns: true });
  return { ...exit, world: withLocks(exit.world, locks) };
}

/** What a caller can tell an exit by. */
function kindOfResult({ world, value }: Exit): string {
  return value === undefined ? '' : (plainTruth(truthOf(world, value)) ?? 'unknown');
}
