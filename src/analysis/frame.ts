/**
 * Carries a world into a called function and back. The callee sees only what its arguments lead to, under names that do not
 * depend on the caller, so that its result can be used again wherever it is called in the same way.
 */

import type { Exit } from './flow';
import type { LockClass } from './lockClasses';
import type { Program } from './program';
import { type Held, lockKey, plainTruth, renamed, type Truth, type World, withLocal } from './world';

const BASE = /⟨[^⟩]*⟩/g;
/** A base of the caller, as the callee sees it. */
const OUTER = /^⟨\$\d+⟩$/;
/** Marks a lock that the caller holds, by its key there. */
const ENTRY_MARK = '#';
/** Prefixes of notes that a world keeps about what happened to locks. */
const NOTES = /^%(?:entry|released) /;

export interface Passage {
  readonly world: World;
  /** Names the entry, so that equal ones can be told. */
  readonly key: string;
  /** Name in the callee by name in the caller. */
  readonly names: ReadonlyMap<string, string>;
  /** Keys of the caller's locks, memory and truths that were handed over. */
  readonly passed: {
    readonly locks: ReadonlySet<string>;
    readonly memory: ReadonlySet<string>;
    readonly truths: ReadonlySet<string>;
  };
}

function basesOf(text: string): readonly string[] {
  return text.match(BASE) ?? [];
}

/** What `program`, written as `text`, is entered with when it is called with `values`. */
export function enter(
  program: Program,
  text: string,
  world: World,
  values: readonly string[],
  relevant: ReadonlySet<LockClass>,
): Passage {
  const names = new Map<string, string>();
  const rename = (text: string): string =>
    text.replace(BASE, (base) => {
      const known = names.get(base);
      if (known !== undefined) {
        return known;
      }
      const name = `⟨$${names.size}⟩`;
      names.set(base, name);
      return name;
    });
  const isKnown = (text: string): boolean => basesOf(text).every((base) => names.has(base));
  const locals = new Map(
    program.parameters.map((parameter, index): [string, string] => [
      parameter,
      rename(values[index] ?? `⟨${parameter}⟩`),
    ]),
  );
  const locks = new Map<string, Held>();
  const passedLocks = new Set<string>();
  for (const [key, held] of [...world.locks].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (relevant.has(held.lock)) {
      passedLocks.add(key);
      const object = rename(held.object);
      const origins = [{ kind: 'observed' as const, offset: undefined, via: [`${ENTRY_MARK}${key}`] }];
      locks.set(lockKey(held.lock, object), { ...held, object, origins });
    }
  }
  // only what the callee can ask for: its arguments, and fields of theirs that it names
  const roots = values.map((value) => value.replace(/^&/, ''));
  const isAsked = (value: string): boolean => {
    const [, masked, flag = ''] = /^\((.*)&(\w+)\)$/.exec(value) ?? [];
    const name = masked ?? value;
    return text.includes(flag) && isNamed(name);
  };
  const isNamed = (name: string): boolean =>
    roots.some((root) => {
      const field = name.startsWith(root) ? /^(?:->|\.)(\w+)$/.exec(name.slice(root.length))?.[1] : undefined;
      return name === root || (field !== undefined && text.includes(field));
    });
  const memory = new Map<string, string>();
  for (const [place, value] of world.memory) {
    if (basesOf(place).length > 0 && isKnown(place) && isKnown(value) && isAsked(place)) {
      memory.set(place, value);
    }
  }
  const stored = new Set(memory.values());
  const truths = new Map<string, Truth>();
  for (const [value, truth] of world.truths) {
    if (basesOf(value).length > 0 && isKnown(value) && (isAsked(value) || stored.has(value))) {
      truths.set(value, plainTruth(truth) ?? truth);
    }
  }
  const passed = {
    locks: passedLocks,
    memory: new Set(memory.keys()),
    truths: new Set(truths.keys()),
  };
  const inner = renamed({ locks: new Map(), locals: new Map(), memory, truths }, rename);
  const key = JSON.stringify([
    [...locals],
    [...locks].map(([name, { mode, isDoubtful, depth }]) => [name, mode, isDoubtful, depth]),
    [...inner.memory].sort(),
    [...inner.truths].sort(),
  ]);
  return { world: { ...inner, locks, locals }, key, names, passed };
}

/** Gives values that an earlier round of the call at `offset` made other names. */
function aged(world: World, offset: number): World {
  const mark = `@${offset}.`;
  const isOld = (base: string): boolean => base.includes(mark) && !base.includes('′');
  return renamed(world, (text) =>
    text.includes(mark)
      ? text.replace(BASE, (base) => (isOld(base) ? `${base.slice(0, -1)}′⟩` : base))
      : text,
  );
}

const VALUE = '%value';

/**
 * The caller's world after the callee was left by `exit`.
 * @param hint what the result is assigned to, or the callee's name
 */
export function leave(
  caller: World,
  { names, passed }: Passage,
  exit: Exit,
  call: { readonly callee: string; readonly offset: number; readonly hint: string },
): { readonly world: World; readonly value: string } {
  const outer = new Map([...names].map(([base, name]) => [name, base]));
  const before = aged(caller, call.offset);
  const agedBase = (base: string): string =>
    base.includes(`@${call.offset}.`) && !base.includes('′') ? `${base.slice(0, -1)}′⟩` : base;
  const result = /^⟨[^⟩$]*⟩$/.test(exit.value ?? '') ? exit.value : undefined;
  /** Names of values that were made in the callee, but for the one that it gives back. */
  const inside = new Set<string>();
  const back = (text: string): string =>
    text.replace(BASE, (base) => {
      if (OUTER.test(base)) {
        return agedBase(outer.get(base) ?? base);
      }
      if (base === result) {
        return `⟨${call.hint}@${call.offset}.⟩`;
      }
      const at = base.search(/[@~⟩]/);
      const name = `${base.slice(0, at)}@${call.offset}.${base.slice(at, -1).slice(0, MAX_TAIL)}⟩`;
      inside.add(name);
      return name;
    });
  const inner = renamed(withLocal(exit.world, VALUE, exit.value ?? ''), back);
  const value = inner.locals.get(VALUE) ?? '';
  const agedKey = (key: string): string => key.replace(BASE, agedBase);
  const without = <V>(map: ReadonlyMap<string, V>, keys: ReadonlySet<string>): Map<string, V> => {
    const gone = new Set([...keys].map(agedKey));
    return new Map([...map].filter(([key]) => !gone.has(key)));
  };
  const locks = without(before.locks, passed.locks);
  const isInside = (text: string): boolean =>
    basesOf(text).some((base) => inside.has(base) && !value.includes(base));
  for (const [key, held] of inner.locks) {
    // a folio that the caller has no name for: no expression of its can mean that lock
    if (held.lock !== 'folio' || !isInside(held.object)) locks.set(key, outward(held, caller, call));
  }
  const locals = new Map(before.locals);
  for (const [name, note] of inner.locals) {
    if (NOTES.test(name))
      locals.set(
        name.replace(BASE, (base) => back(base)),
        note,
      );
  }
  const memory = without(before.memory, passed.memory);
  for (const [place, stored] of inner.memory) memory.set(place, stored);
  const truths = without(before.truths, passed.truths);
  const isOfInterest = (text: string): boolean =>
    basesOf(text).every((base) => !base.includes(`@${call.offset}.`) || value.includes(base));
  const setBefore = (name: string): Truth | undefined => {
    const known = before.truths.get(name);
    return known === 'object' ? known : undefined;
  };
  for (const [name, truth] of inner.truths) {
    if (isOfInterest(name)) truths.set(name, truth === 'nonzero' ? (setBefore(name) ?? truth) : truth);
  }
  return { world: { locks, locals, memory, truths }, value };
}

/** How much of a nested value's own place its name keeps. */
const MAX_TAIL = 24;

/** A lock as the caller sees it: its own from before, or one that the call took or asserted. */
function outward(
  held: Held,
  caller: World,
  call: { readonly callee: string; readonly offset: number },
): Held {
  const [first] = held.origins;
  const mark = first?.kind === 'observed' ? first.via[0] : undefined;
  if (mark?.startsWith(ENTRY_MARK)) {
    const own = caller.locks.get(mark.slice(ENTRY_MARK.length));
    return { ...held, origins: own?.origins ?? [] };
  }
  return {
    ...held,
    origins: held.origins
      .filter(({ via }) => !via[0]?.startsWith(ENTRY_MARK))
      .map(({ kind, via }) => ({ kind, offset: call.offset, via: [call.callee, ...via] })),
  };
}
