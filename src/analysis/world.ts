/**
 * What is known on one group of paths through a function: the locks held, what variables and fields hold, and which values
 * are zero. Worlds are never changed; every operation gives a new one.
 *
 * Values have names. `⟨vma⟩` is what a parameter came with, `⟨avc@120⟩` what was made at offset 120, `⟨vma⟩->anon_vma` a
 * field of it. When a place makes a new value, the older one from there is renamed to `⟨avc@120′⟩`; when a field is
 * written, values that were read from it before are renamed to `…->anon_vma°`. So one name never means two values at a
 * time, but for older ones that are thrown together.
 */
import type { LockClass, LockMode } from './lockClasses';

/** Where a lock came from. */
export type OriginKind =
  /** Taken in the function or in one that it calls. */
  | 'taken'
  /** An assert says that it is held. */
  | 'asserted'
  /** Callers hold it. */
  | 'observed';

export interface Origin {
  readonly kind: OriginKind;
  /** Offset of the call from the start of the function that is looked at; undefined for what callers hold. */
  readonly offset: number | undefined;
  /** Names of the functions from that call down to the primitive; for `observed` the caller. */
  readonly via: readonly string[];
}

export interface Held {
  readonly lock: LockClass;
  /** Name of the object's value; `?` when only the kind is known (from callers). */
  readonly object: string;
  readonly mode: LockMode;
  /** At most `ORIGINS_KEPT`. */
  readonly origins: readonly Origin[];
  /** True while it may already have been released: another lock of the kind was, and which one is not known. */
  readonly isDoubtful: boolean;
  /** How many times it is held at once, where that may be more than once (RCU); 1 when it does not stand here. */
  readonly depth?: number;
  /**
   * True when a call left it held that on other paths gives back the same without it: here it is held, but whether the
   * path exists at all depends on what is not followed.
   */
  readonly isOnSomeReturns?: boolean;
}

/**
 * `error`: an error as a pointer; `object`: neither that nor NULL, since it was looked into or is known to be there;
 * `nothing`: NULL or an error.
 */
export type Truth = 'zero' | 'nonzero' | 'error' | 'object' | 'nothing';

const ORIGINS_KEPT = 6;
export const UNKNOWN_OBJECT = '?';

export interface World {
  /** By `lock|object`. */
  readonly locks: ReadonlyMap<string, Held>;
  /** Values of the function's own variables, by name. */
  readonly locals: ReadonlyMap<string, string>;
  /** Values of fields that were written, by the name that they would otherwise have. */
  readonly memory: ReadonlyMap<string, string>;
  /** What is known of values. */
  readonly truths: ReadonlyMap<string, Truth>;
}

export const EMPTY_WORLD: World = {
  locks: new Map(),
  locals: new Map(),
  memory: new Map(),
  truths: new Map(),
};

export function lockKey(lock: LockClass, object: string): string {
  return `${lock}|${object}`;
}

/** A value known by its text: `0`, `#-ENOMEM`, `#5`. */
export function constant(value: number, text: string): string {
  return value === 0 ? '0' : `#${text}`;
}

export function truthOf(world: World, value: string): Truth | undefined {
  if (value === '0') {
    return 'zero';
  }
  if (value.startsWith('#') || value.startsWith('&')) {
    return 'nonzero';
  }
  return world.truths.get(value);
}

/** What a caller, or a condition that is tested again, tells values apart by. */
export function plainTruth(truth: Truth | undefined): Truth | undefined {
  return truth === 'object' ? 'nonzero' : truth;
}

export function withTruth(world: World, value: string, truth: Truth): World {
  if (truthOf(world, value) === truth || value === '0' || /^[#&]/.test(value)) {
    return world;
  }
  return { ...world, truths: new Map(world.truths).set(value, truth) };
}

export function withLocal(world: World, name: string, value: string): World {
  return world.locals.get(name) === value
    ? world
    : { ...world, locals: new Map(world.locals).set(name, value) };
}

export function withLocks(world: World, locks: ReadonlyMap<string, Held>): World {
  return { ...world, locks };
}

function renamedMap<V>(
  map: ReadonlyMap<string, V>,
  rename: (name: string) => string,
  renameValue: (value: V) => V,
): ReadonlyMap<string, V> {
  let changed: Map<string, V> | undefined;
  for (const [key, value] of map) {
    const newKey = rename(key);
    const newValue = renameValue(value);
    if (newKey !== key || newValue !== value) {
      changed ??= new Map(map);
      if (newKey !== key) {
        changed.delete(key);
      }
      changed.set(newKey, newValue);
    }
  }
  return changed ?? map;
}

/** What is known of values under their new names: of two that become one, only what was known of both. */
function renamedTruths(world: World, rename: (name: string) => string): ReadonlyMap<string, Truth> {
  const { truths } = world;
  const changed = [...truths].filter(([value]) => rename(value) !== value);
  const others = valuesOf(world);
  let result: Map<string, Truth> | undefined;
  for (const [value, truth] of changed) {
    result ??= new Map(truths);
    const to = rename(value);
    const already = truths.get(to);
    result.delete(value);
    const both = already === undefined ? (others.has(to) ? undefined : truth) : commonTruth(already, truth);
    if (both) {
      result.set(to, both);
    } else {
      result.delete(to);
    }
  }
  // a value of which nothing was known takes the name of one of which something was
  for (const value of others) {
    const to = rename(value);
    if (to !== value && !truths.has(value) && (result ?? truths).has(to) && truths.has(to)) {
      result ??= new Map(truths);
      result.delete(to);
    }
  }
  return result ?? truths;
}

/** Values that are held somewhere. */
function valuesOf(world: World): ReadonlySet<string> {
  const values = new Set<string>(world.locals.values());
  for (const value of world.memory.values()) values.add(value);
  for (const { object } of world.locks.values()) values.add(object);
  return values;
}

/** `world` with every value name put through `rename`. */
export function renamed(world: World, rename: (name: string) => string): World {
  const locks = renamedMap(
    world.locks,
    (key) => {
      const bar = key.indexOf('|');
      return `${key.slice(0, bar + 1)}${rename(key.slice(bar + 1))}`;
    },
    (held) => {
      const object = rename(held.object);
      return object === held.object ? held : { ...held, object };
    },
  );
  return {
    locks,
    locals: renamedMap(world.locals, (key) => key, rename),
    memory: renamedMap(world.memory, rename, rename),
    truths: renamedTruths(world, rename),
  };
}

function mentions(world: World, text: string): boolean {
  for (const { object } of world.locks.values()) {
    if (object.includes(text)) return true;
  }
  for (const value of world.locals.values()) {
    if (value.includes(text)) return true;
  }
  for (const [key, value] of world.memory) {
    if (key.includes(text) || value.includes(text)) return true;
  }
  for (const key of world.truths.keys()) {
    if (key.includes(text)) return true;
  }
  return false;
}

/** `world` in which `⟨name⟩` can stand for a new value. */
export function withFresh(world: World, name: string): World {
  const base = `⟨${name}⟩`;
  if (!mentions(world, base)) {
    return world;
  }
  const older = `⟨${name}′⟩`;
  return renamed(world, (value) => value.replaceAll(base, older));
}

/** The struct variable that `text` begins with a field of: `vp` for `⟨vp⟩.file`. */
const OWN_FIELD = /^(⟨[^⟩]*⟩)\.(\w+)/;

/**
 * `world` after `field` of some object was written: what was read from a field of that name before keeps its value.
 * @param isReached whether the object may be the struct variable of this name, which only its address leads to
 */
export function withFieldWritten(world: World, field: string, isReached: (base: string) => boolean): World {
  if (!mentions(world, `->${field}`) && !mentions(world, `.${field}`)) {
    return world;
  }
  const [arrow, dot] = [`->${field}`, `.${field}`];
  const stale = new RegExp(`(->|\\.)${field}(?![\\w°])`, 'g');
  const isEntry = new RegExp(`(?:->|\\.)${field}$`);
  const rename = (value: string): string =>
    value.includes(arrow) || value.includes(dot)
      ? value.replace(/(?:->|[^()=<>!])+/g, (part) => {
          const own = OWN_FIELD.exec(part);
          if (own?.[2] === field && !isReached(own[1] ?? '')) {
            return own[0] + part.slice(own[0].length).replace(stale, `$1${field}°`);
          }
          return part.replace(stale, `$1${field}°`);
        })
      : value;
  // a field's own entry is the store that is overwritten; what it held lives on under its own name
  const memory = [...world.memory].filter(([key]) => !isEntry.test(key) || rename(key) === key);
  return renamed(
    { ...world, memory: memory.length === world.memory.size ? world.memory : new Map(memory) },
    rename,
  );
}

export function withMemory(world: World, place: string, value: string): World {
  return { ...world, memory: new Map(world.memory).set(place, value) };
}

export function originsOf(a: readonly Origin[], b: readonly Origin[]): readonly Origin[] {
  const more = b.filter(
    (one) =>
      !a.some(
        ({ kind, offset, via }) =>
          kind === one.kind && offset === one.offset && via.join() === one.via.join(),
      ),
  );
  return more.length === 0 || a.length >= ORIGINS_KEPT ? a : [...a, ...more].slice(0, ORIGINS_KEPT);
}

/** Names a set of locks, so that equal ones can be told. `isMeant`: kinds of lock that count. */
export function locksKey(
  locks: ReadonlyMap<string, Held>,
  isMeant: (lock: LockClass) => boolean = () => true,
): string {
  return [...locks]
    .filter(([, { lock }]) => isMeant(lock))
    .map(([key, { mode, isDoubtful, depth = '', origins }]) => {
      const own = origins.some(({ kind }) => kind === 'taken') ? 't' : 'e';
      return `${key}:${mode}${isDoubtful ? '?' : ''}${depth}${own}`;
    })
    .sort()
    .join(' ');
}

function mergedLocks(a: World, b: World): ReadonlyMap<string, Held> {
  let merged: Map<string, Held> | undefined;
  for (const [key, held] of a.locks) {
    const other = b.locks.get(key);
    const origins = other ? originsOf(held.origins, other.origins) : held.origins;
    const isOnSomeReturns = held.isOnSomeReturns || other?.isOnSomeReturns || false;
    if (origins !== held.origins || isOnSomeReturns !== (held.isOnSomeReturns ?? false)) {
      merged ??= new Map(a.locks);
      merged.set(key, { ...held, origins, isOnSomeReturns });
    }
  }
  return merged ?? a.locks;
}

/** Locks of two groups of paths as those of one: what only one of them holds may be held. Gives `a` when `b` adds nothing. */
function eitherLocks(a: ReadonlyMap<string, Held>, b: ReadonlyMap<string, Held>): ReadonlyMap<string, Held> {
  let either: Map<string, Held> | undefined;
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const [held, other] = [a.get(key), b.get(key)];
    const one = held ?? other;
    if (!one) continue;
    const isDoubtful = !held || !other || held.isDoubtful || other.isDoubtful;
    const origins = held && other ? originsOf(held.origins, other.origins) : one.origins;
    const isOnSomeReturns = held?.isOnSomeReturns || other?.isOnSomeReturns || false;
    if (
      held?.isDoubtful !== isDoubtful ||
      held.origins !== origins ||
      isOnSomeReturns !== (held.isOnSomeReturns ?? false)
    ) {
      either ??= new Map(a);
      either.set(key, { ...one, isDoubtful, origins, isOnSomeReturns });
    }
  }
  return either ?? a;
}

/** What holds in both of two worlds, and the locks that either holds. Gives `a` itself when `b` adds nothing. */
export function joined(a: World, b: World, place: number): World {
  const locks = eitherLocks(a.locks, b.locks);
  return merged(locks === a.locks ? a : { ...a, locks }, { ...b, locks }, place);
}

/** Truth of a value that is `x` in one world and `y` in the other. */
function commonTruth(a: Truth | undefined, b: Truth | undefined): Truth | undefined {
  if (a === b || a === undefined || b === undefined) {
    return a === b ? a : undefined;
  }
  const both = new Set([...COVERS[a], ...COVERS[b]]);
  return WIDER.find((one) => [...both].every((kind) => COVERS[one].includes(kind)));
}

/** What a value of which this is known may be. */
const COVERS: Readonly<Record<Truth, readonly Truth[]>> = {
  zero: ['zero'],
  error: ['error'],
  object: ['object'],
  nonzero: ['error', 'object'],
  nothing: ['zero', 'error'],
};
const WIDER: readonly Truth[] = ['nonzero', 'nothing'];

/** True when `world` knows all that `other` does of variables, fields and values. */
function hasAllOf(world: World, other: World): boolean {
  const isIn = <V>(some: ReadonlyMap<string, V>, all: ReadonlyMap<string, V>): boolean => {
    if (some === all) return true;
    for (const [key, value] of some) {
      if (all.get(key) !== value) return false;
    }
    return true;
  };
  return (
    isIn(other.locals, world.locals) && isIn(other.truths, world.truths) && isIn(other.memory, world.memory)
  );
}

/**
 * What holds in both of two worlds with the same locks. A variable with two values gets a new one, named by the place
 * where the paths meet. Gives `a` itself when `b` adds nothing.
 */
export function merged(a: World, b: World, place: number): World {
  if (a === b) {
    return a;
  }
  const locks = mergedLocks(a, b);
  if (locks === a.locks && hasAllOf(b, a)) {
    return a;
  }
  const locals = new Map<string, string>();
  const truths = new Map<string, Truth>();
  let isSame = locks === a.locks;
  for (const [name, value] of a.locals) {
    const other = b.locals.get(name);
    if (other === undefined) {
      isSame = false;
    } else if (other === value) {
      locals.set(name, value);
    } else {
      const common = `⟨${name}~${place}⟩`;
      locals.set(name, common);
      const truth = commonTruth(truthOf(a, value), truthOf(b, other));
      if (truth) {
        truths.set(common, truth);
      }
      isSame &&= value === common && a.truths.get(common) === truth;
    }
  }
  for (const [value, truth] of a.truths) {
    if (truths.has(value)) {
      continue;
    }
    const common = commonTruth(truth, b.truths.get(value));
    if (common) {
      truths.set(value, common);
    }
    isSame &&= common === truth;
  }
  const memory = new Map([...a.memory].filter(([key, value]) => b.memory.get(key) === value));
  isSame &&= memory.size === a.memory.size;
  return isSame ? a : { locks, locals, memory, truths };
}
