/** Takes and releases locks in a world, as the table of primitives (lockTable.ts) says. */
import { classOfField, type LockClass, type LockMode } from './lockClasses';
import type { Primitive } from './lockTable';
import type { CallExpression } from './program';
import {
  type Held,
  lockKey,
  type Origin,
  originsOf,
  truthOf,
  UNKNOWN_OBJECT,
  type World,
  withLocal,
  withLocks,
  withTruth,
} from './world';

/** Something about a lock that a reader wants to know of: the material of contracts and diagnostics. */
export interface LockEvent {
  readonly kind: /** Taken while this very lock is held. */
    | 'taken twice'
    /** Released although nothing on the path took it: it was held on entry. */
    | 'released from entry'
    /** Released again, after it was taken and released on the path. */
    | 'released twice'
    /** Taken, or asserted, while others are held. */
    | 'taken'
    | 'asserted';
  readonly lock: LockClass;
  readonly object: string;
  readonly mode: LockMode;
  readonly world: World;
  /** Offset of the call from the function's start. */
  readonly offset: number;
  readonly via: readonly string[];
  /** True for an attempt that does not wait. */
  readonly isTry: boolean;
}

interface Named {
  readonly lock: LockClass;
  readonly object: string;
}

type Result = { readonly world: World; readonly value: string };

/** Remembers in a world that a lock was taken and released on the way, and how. */
const RELEASED = '%released ';
/** Remembers that a lock held on entry was released. */
const CONSUMED = '%entry ';
/** RCU read sides inside of one another that are counted. */
const MAX_NESTED = 4;

export class LockPrimitives {
  readonly #report: (event: LockEvent) => void;

  constructor(report: (event: LockEvent) => void) {
    this.#report = report;
  }

  /** Outcomes of calling `primitive`; the value is `''` where it is not known. */
  apply(primitive: Primitive, call: CallExpression, world: World, values: readonly string[]): Result[] {
    const named = nameOf(primitive, values);
    if (!named) {
      return primitive.success === 'always'
        ? [{ world, value: '' }]
        : this.#either(primitive, world, world, '#1');
    }
    switch (primitive.does) {
      case 'take':
        return this.#take(primitive, named, call, world, values);
      case 'release':
        return [{ world: this.release(named, primitive.mode, call, world), value: '' }];
      case 'downgrade':
        return [{ world: this.#downgrade(named, call, world), value: '' }];
      case 'release all':
        return [{ world: releaseAll(named.lock, world), value: '' }];
      case 'assert':
        return [{ world: this.assert(primitive, call, world, values), value: '' }];
      case 'test':
        return [{ world, value: isHeldForSure(named, world) ? '#1' : '' }];
    }
  }

  #either(primitive: Primitive, taken: World, not: World, value: string): Result[] {
    return primitive.success === 'zero'
      ? [
          { world: taken, value: '0' },
          { world: not, value: '#-EINTR' },
        ]
      : [
          { world: taken, value },
          { world: not, value: '0' },
        ];
  }

  #event(
    kind: LockEvent['kind'],
    named: Named,
    mode: LockMode,
    call: CallExpression,
    world: World,
    isTry = false,
  ): void {
    this.#report({ kind, ...named, mode, world, offset: call.extent.start, via: [call.callee], isTry });
  }

  #take(
    primitive: Primitive,
    named: Named,
    call: CallExpression,
    world: World,
    values: readonly string[],
  ): Result[] {
    const key = lockKey(named.lock, named.object);
    const before = world.locks.get(key);
    const mayNest = named.lock === 'rcu' || named.lock === 'vma';
    if (before && !before.isDoubtful && !mayNest && primitive.success === 'always') {
      this.#event('taken twice', named, primitive.mode, call, world);
    }
    this.#event('taken', named, primitive.mode, call, world, primitive.success === 'true');
    const origin: Origin = { kind: 'taken', offset: call.extent.start, via: [call.callee] };
    const held: Held = {
      ...named,
      mode: primitive.mode,
      origins: [origin],
      isDoubtful: false,
    };
    const stays = before && mayNest && !before.isDoubtful ? onceMore(before) : held;
    const base =
      truthOf(world, named.object) === undefined ? withTruth(world, named.object, 'nonzero') : world;
    const locks = new Map(base.locks).set(key, stays);
    const unknown = lockKey(named.lock, UNKNOWN_OBJECT);
    // one that may have been given back, of nobody knows what: it was, and this is the same
    if (locks.get(unknown)?.isDoubtful) locks.delete(unknown);
    const taken = withLocks(base, locks);
    if (primitive.success === 'always') {
      return [{ world: taken, value: '' }];
    }
    const result = named.lock === 'vma' ? (values.at(primitive.argument) ?? '#1') : '#1';
    return this.#either(primitive, taken, world, result);
  }

  /** The lock that `named` means among those held: itself, or the only one of its kind. */
  #find(named: Named, mode: LockMode, world: World): readonly string[] {
    const key = lockKey(named.lock, named.object);
    if (world.locks.has(key)) {
      return [key];
    }
    const same = [...world.locks].filter(([, held]) => held.lock === named.lock);
    const fitting = same.filter(([, held]) => held.mode === mode || held.mode === 'any');
    return (fitting.length > 0 ? fitting : same).map(([other]) => other);
  }

  release(named: Named, mode: LockMode, call: CallExpression, world: World): World {
    const found = this.#find(named, mode, world);
    const [key] = found;
    if (key === undefined) {
      const kind = world.locals.has(`${RELEASED}${named.lock}|${named.object}`)
        ? 'released twice'
        : 'released from entry';
      this.#event(kind, named, mode, call, world);
      return withLocal(world, `${CONSUMED}${named.lock}`, named.object);
    }
    const locks = new Map(world.locks);
    if (found.length > 1) {
      for (const one of found) {
        const held = world.locks.get(one);
        if (held) locks.set(one, { ...held, isDoubtful: true });
      }
      return withLocks(world, locks);
    }
    const held = world.locks.get(key);
    if (held?.depth !== undefined) {
      return withLocks(world, locks.set(key, onceLess(held)));
    }
    locks.delete(key);
    const kinds = new Set(held?.origins.map(({ kind }) => kind));
    const after = withLocks(world, locks);
    if (kinds.has('asserted')) {
      // an assert said that it is held, and nothing on the path took it, though it may have been downgraded
      if (kinds.size === 1) this.#event('released from entry', named, mode, call, world);
      return withLocal(after, `${CONSUMED}${named.lock}`, named.object);
    }
    const isOwn = kinds.has('taken') && kinds.size === 1;
    return isOwn ? withLocal(after, `${RELEASED}${named.lock}|${named.object}`, '#1') : after;
  }

  #downgrade(named: Named, call: CallExpression, world: World): World {
    const [key = lockKey(named.lock, named.object)] = this.#find(named, 'write', world);
    const origin: Origin = { kind: 'taken', offset: call.extent.start, via: [call.callee] };
    const held = world.locks.get(key);
    if (!held) {
      this.#event('released from entry', named, 'write', call, world);
    }
    const object = held?.object ?? named.object;
    return withLocks(
      world,
      new Map(world.locks).set(key, {
        lock: named.lock,
        object,
        mode: 'read',
        origins: originsOf([origin], held?.origins.filter(({ kind }) => kind !== 'taken') ?? []),
        isDoubtful: false,
      }),
    );
  }

  /** An assert says that a lock is held. */
  assert(primitive: Primitive, call: CallExpression, world: World, values: readonly string[]): World {
    const named = nameOf(primitive, values);
    if (!named) {
      return world;
    }
    const { mode } = primitive;
    const event = {
      kind: 'asserted',
      ...named,
      mode,
      world,
      offset: call.extent.start,
      via: [call.callee],
      isTry: false,
    } as const;
    return asserted(world, event, this.#report);
  }
}

function isHeldForSure({ lock, object }: Named, { locks }: World): boolean {
  return locks.get(lockKey(lock, object))?.isDoubtful === false;
}

/** A lock that is taken inside of itself: only the outermost release ends it. Per-VMA locks are released together. */
function onceMore(held: Held): Held {
  return held.lock === 'vma' ? held : { ...held, depth: Math.min((held.depth ?? 1) + 1, MAX_NESTED) };
}

function onceLess({ depth = 1, ...held }: Held): Held {
  return depth > 2 ? { ...held, depth: depth - 1 } : held;
}

/**
 * `world` after an assert: from here on the lock counts as held, and was so on entry if nothing here took it. A lock of the
 * kind that is held already is taken for the one that is meant.
 */
export function asserted(world: World, event: LockEvent, report: (event: LockEvent) => void): World {
  const { lock, object, mode, offset, via } = event;
  if (lock === 'vma') {
    // which VMA is meant is not followed, so that its assert says nothing about others
    return world;
  }
  const same = [...world.locks].filter(([, held]) => held.lock === lock);
  const unknown = same.find(([, held]) => held.object === UNKNOWN_OBJECT);
  const isHeld = same.some(
    ([, held]) => !held.isDoubtful && (mode === 'any' || held.mode === mode || held.mode === 'write'),
  );
  if (isHeld && !unknown) {
    return world;
  }
  const [only] = same;
  if (only && same.length === 1 && !unknown && only[1].origins.some(({ kind: how }) => how === 'taken')) {
    // taken here under another name: it is the one that is meant
    const [key, held] = only;
    return held.isDoubtful
      ? withLocks(world, new Map(world.locks).set(key, { ...held, isDoubtful: false }))
      : world;
  }
  report({ ...event, world });
  const locks = new Map(world.locks);
  if (only && same.length === 1 && !unknown) locks.delete(only[0]);
  const origin: Origin = { kind: 'asserted', offset, via };
  const origins = originsOf([origin], unknown?.[1].origins ?? []);
  if (unknown) {
    locks.delete(unknown[0]);
  }
  const known = mode === 'any' && unknown ? unknown[1].mode : mode;
  locks.set(lockKey(lock, object), { lock, object, mode: known, origins, isDoubtful: false });
  return withLocks(world, locks);
}

function releaseAll(lock: LockClass, world: World): World {
  const isOneOfSeveral = [...world.locks.values()].filter(({ lock: other }) => other === 'mmap').length > 1;
  const locks = new Map(world.locks);
  for (const [key, held] of world.locks) {
    if (held.lock === lock && held.mode === 'write') {
      if (isOneOfSeveral) {
        locks.set(key, { ...held, isDoubtful: true });
      } else {
        locks.delete(key);
      }
    }
  }
  return withLocks(world, locks);
}

/** Which lock the arguments name; undefined for one that is not followed. */
function nameOf(primitive: Primitive, values: readonly string[]): Named | undefined {
  if (primitive.lock === 'rcu') {
    return { lock: 'rcu', object: '' };
  }
  const value = values.at(primitive.argument) ?? '';
  if (primitive.lock === 'vma') {
    // VMAs are locked one by one and released together: which ones stands in the origins
    return { lock: 'vma', object: '' };
  }
  if (primitive.lock) {
    return { lock: primitive.lock, object: value };
  }
  const match = /^&?(.*?)(?:->|\.)(\w+)°?$/.exec(value);
  const lock = match ? classOfField(match[2] ?? '') : undefined;
  return lock ? { lock, object: match?.[1] ?? '' } : undefined;
}
