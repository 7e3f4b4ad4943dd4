/** Locks of several groups of paths told as one list: what is held on all of them, and what on some. */
import type { LockSet } from './flow';
import {
  LOCK_CLASSES,
  LOCK_TITLES,
  type LockClass,
  type LockMode,
  MODE_TITLES,
  MODELESS,
} from './lockClasses';
import { type Held, type Origin, originsOf, UNKNOWN_OBJECT } from './world';

export interface LockShown {
  readonly lock: LockClass;
  readonly mode: LockMode;
  /** `maybe`: on some paths only. */
  readonly certainty: 'held' | 'maybe';
  /** Expressions that name whose lock it is; several when paths differ, none when only the kind is known. */
  readonly objects: readonly string[];
  readonly origins: readonly Origin[];
}

/** A value's name as people would write it. */
export function readable(value: string): string {
  return value
    .replace(/⟨([^⟩@~]*)[^⟩]*⟩/g, '$1')
    .replaceAll('°', '')
    .replaceAll('&', '');
}

/** Kinds of lock of which several are held at a time, so that they have to be told apart by their objects. */
function severalHeld(sets: readonly LockSet[]): ReadonlySet<LockClass> {
  const several = new Set<LockClass>();
  for (const set of sets) {
    const objects = new Map<LockClass, string>();
    for (const { lock, object } of set.values()) {
      const name = readable(object);
      if ((objects.get(lock) ?? name) !== name) several.add(lock);
      objects.set(lock, name);
    }
  }
  return several;
}

/** What is held when control may come with any of `sets`. An empty list of sets gives an empty list. */
export function shownLocks(sets: readonly LockSet[]): readonly LockShown[] {
  const several = severalHeld(sets);
  const groupKey = ({ lock, mode, object }: Held): string =>
    `${lock} ${mode} ${several.has(lock) ? readable(object) : ''}`;
  const groups = new Map<
    string,
    { first: Held; objects: Set<string>; origins: readonly Origin[]; count: number }
  >();
  for (const set of sets) {
    const here = new Map<string, boolean>();
    for (const held of set.values()) {
      const key = groupKey(held);
      const group = groups.get(key) ?? { first: held, objects: new Set(), origins: [], count: 0 };
      groups.set(key, group);
      if (held.object !== UNKNOWN_OBJECT && held.object !== '') {
        group.objects.add(readable(held.object));
      }
      group.origins = originsOf(group.origins, held.origins);
      here.set(key, (here.get(key) ?? false) || !held.isDoubtful);
    }
    for (const [key, isSure] of here) {
      const group = groups.get(key);
      if (group && isSure) group.count++;
    }
  }
  const shown = [...groups.values()].map(
    ({ first, objects, origins, count }): LockShown => ({
      lock: first.lock,
      mode: first.mode,
      certainty: count === sets.length ? 'held' : 'maybe',
      objects: [...objects].sort(),
      origins,
    }),
  );
  return shown.sort(
    (a, b) =>
      LOCK_CLASSES.indexOf(a.lock) - LOCK_CLASSES.indexOf(b.lock) ||
      a.objects.join().localeCompare(b.objects.join()) ||
      a.mode.localeCompare(b.mode),
  );
}

const LETTERS: Readonly<Record<LockMode, string>> = { read: ':r', write: ':w', any: ':r/w' };

/** Short name of one lock, such as `root:w`, with `?` when it is held on some paths only: for comparing, not for people. */
export function lockLabel({ lock, mode, certainty }: LockShown): string {
  return `${lock}${MODELESS.has(lock) ? '' : LETTERS[mode]}${certainty === 'maybe' ? '?' : ''}`;
}

/** Labels of several locks: two of one kind are told apart by their objects. */
function labelsOf(locks: readonly LockShown[], labelOf: (one: LockShown) => string): readonly string[] {
  const labels = locks.map((one) => {
    const twins = locks.filter(({ lock }) => lock === one.lock);
    const areTwo = new Set(twins.map(({ objects }) => objects.join())).size > 1;
    const whose = areTwo && one.objects.length === 1 ? `(${one.objects[0]})` : '';
    const label = labelOf(one);
    return whose === '' ? label : label.replace(one.lock, `${one.lock}${whose}`);
  });
  return [...new Set(labels)];
}

/** Short text for a list of locks, `–` for none. */
export function locksLabel(locks: readonly LockShown[]): string {
  return locks.length === 0 ? '–' : labelsOf(locks, lockLabel).join(' ');
}

/** The same for people who know no signs: `mmap:w, maybe root:w`, and `none` for none. */
export function locksInWords(locks: readonly LockShown[]): string {
  const named = (certainty: LockShown['certainty']): string => {
    const some = locks.filter((one) => one.certainty === certainty);
    return labelsOf(some, (one) => lockLabel({ ...one, certainty: 'held' })).join(' ');
  };
  const [sure, maybe] = [named('held'), named('maybe')];
  const parts = [...(sure === '' ? [] : [sure]), ...(maybe === '' ? [] : [`maybe ${maybe}`])];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** What the short names of these locks stand for: `root: rwsem of the anon_vma's root, :w for writing`. */
export function legendOf(locks: readonly LockShown[]): string {
  const kinds = LOCK_CLASSES.filter((kind) => locks.some(({ lock }) => lock === kind));
  const moded = locks.filter(({ lock }) => !MODELESS.has(lock));
  const modes = (['read', 'write', 'any'] as const).filter((mode) => moded.some((one) => one.mode === mode));
  const names = kinds.map((kind) => `${kind}: ${LOCK_TITLES[kind]}`);
  return [...names, ...modes.map((mode) => `${LETTERS[mode]} ${MODE_TITLES[mode]}`)].join(', ');
}
