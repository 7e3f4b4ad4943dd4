/**
 * What the callers of a function hold where they call it, as far as the files read tell: every function above it is walked
 * once, coarsely (coarseWalk.ts), and what is held on entry is passed down from the functions that nobody calls.
 */
import type { CallGraph, TreeFunction } from './callGraph';
import {
  COARSE_CLASSES,
  type CoarseLocks,
  composed,
  either,
  entryOf,
  heldMode,
  isSame,
  NO_PATH,
  NOT_HELD,
} from './coarseLocks';
import {
  type CoarseArguments,
  type CoarseCall,
  type CoarseResult,
  coarseWalk,
  type Fact,
  type FollowCall,
  type FollowedCall,
} from './coarseWalk';
import { handedOver } from './handedOver';
import type { LockClass, LockMode } from './lockClasses';
import { keepsLocks, mapsPageTable } from './lockTable';
import type { Program } from './program';

/** Functions above one that are looked at. */
const MAX_ABOVE = 1500;
/** Calls nested in one another that are followed. */
const MAX_DEPTH = 24;
/** Ways of entering one function, by what is known of its arguments, that are told apart. */
const MAX_WAYS = 8;

/** What callers hold of one kind of lock. */
export interface Observation {
  readonly lock: LockClass;
  readonly mode: LockMode;
  /** True when all callers in the files read hold it on all paths. */
  readonly isCertain: boolean;
  /** Names of the callers that hold it on all paths, sorted. */
  readonly callers: readonly string[];
}

/** What is known of the callers of one function. */
export interface Observed {
  readonly list: readonly Observation[];
  /** Names of the callers in the files read, sorted. */
  readonly callers: readonly string[];
  /** Names of those above that are not understood, so that nothing can be said for sure. */
  readonly notUnderstood: readonly string[];
}

const NOBODY: Observed = { list: [], callers: [], notUnderstood: [] };

interface Walked extends CoarseResult {
  /** The text that was walked, and what was known of the parameters. */
  readonly text: string;
  readonly facts: ReadonlyMap<string, Fact>;
  /** True when a piece of it was not understood then: more of it may be now. */
  readonly isBroken: boolean;
  /** What each call meant, by the name that is called, with `->` before a field's. */
  readonly meanings: ReadonlyMap<string, string>;
  /** Functions that were followed. */
  readonly dependsOn: ReadonlySet<string>;
}

export class Callers {
  readonly #graph: CallGraph;
  readonly #program: (one: TreeFunction) => Program;
  /** By key, then by what is known of the arguments. */
  readonly #walks = new Map<string, Map<string, Walked>>();
  readonly #learnt = new Map<string, Observed>();
  /** Some text is another than when it was walked. */
  #isEdited = false;
  /** What calls mean now, by the function that they stand in and the name. */
  readonly #meanings = new Map<string, string>();

  constructor(graph: CallGraph, program: (one: TreeFunction) => Program) {
    this.#graph = graph;
    this.#program = program;
  }

  /** What was learnt of a function's callers, before the last edit perhaps; undefined when nobody has asked yet. */
  known(one: TreeFunction): Observed | undefined {
    return this.#learnt.get(one.key);
  }

  /** Takes note of an edit; it is looked at when somebody asks next. */
  refresh(): void {
    this.#isEdited = true;
    this.#meanings.clear();
  }

  /**
   * Forgets what edits changed: walks of functions whose text is another, or in which a call means something else, and of
   * those that followed them. A function that still does the same changes nothing for those that call it.
   */
  #forgetEdited(): void {
    if (!this.#isEdited) return;
    this.#isEdited = false;
    const old = [...this.#walks].filter(([key, ways]) => !this.#isGood(key, ways));
    for (const [key] of old) this.#walks.delete(key);
    const [first] = old;
    if (first && old.length === 1 && this.#doesTheSame(...first)) return;
    for (const [key, ways] of this.#walks) {
      if (old.some(([edited]) => [...ways.values()].some(({ dependsOn }) => dependsOn.has(edited)))) {
        this.#walks.delete(key);
      }
    }
  }

  /** True while the function's own text, and what its calls mean, are as they were walked. */
  #isGood(key: string, ways: ReadonlyMap<string, Walked>): boolean {
    const one = this.#graph.byKey(key);
    if (!one || one.understanding.isBroken) return false;
    return [...ways.values()].every(
      ({ text, isBroken, meanings }) =>
        !isBroken &&
        text === one.text &&
        [...meanings].every(([call, meaning]) => this.#meaningOf(call, one) === meaning),
    );
  }

  /** Functions that a call reaches, and all of what they may do that a walk asks for. `call`: `->` before a field's name. */
  #meaningOf(call: string, caller: TreeFunction): string {
    const { path } = caller;
    const place = `${caller.key} ${call}`;
    const known = this.#meanings.get(place);
    if (known !== undefined) return known;
    const direct = call.startsWith('->') ? undefined : this.#graph.resolve(call, path);
    const targets = call.startsWith('->') ? this.#graph.targets(call.slice(2)) : direct ? [direct] : [];
    const [target] = targets;
    const reached = target && targets.length === 1 ? this.#graph.reached(target) : undefined;
    const parts = reached ? [[...reached.locks].sort().join(), [...reached.writes].sort().join()] : [];
    const isCut = targets.some((one) => this.#graph.closesRing(caller, one));
    const meaning = [...targets.map(({ key }) => key), ...parts, ...(isCut ? ['closes a ring'] : [])].join(
      ';',
    );
    this.#meanings.set(place, meaning);
    return meaning;
  }

  /**
   * Finds out what callers of `wanted` hold; stops after each function so that others get their turn.
   * @returns keys of the functions of which something else is known now than before
   */
  *learn(wanted: readonly TreeFunction[]): Generator<void, ReadonlySet<string>> {
    this.#forgetEdited();
    const above = new Map(wanted.map((one) => [one.key, one]));
    const sites = new Map<string, readonly Site[]>();
    for (const one of above.values()) {
      const found: Site[] = [];
      for (const caller of this.#callersOf(one)) {
        yield* this.#prepare(caller, new Set());
        const { calls, isPartial } = this.#walk(caller, new Map(), []);
        const locks = this.#locksAtCalls(one, caller, calls);
        if (isPartial) found.push({ caller, locks: NOT_HELD, isPartial });
        else if (locks) found.push({ caller, locks, isPartial });
        if (above.size < MAX_ABOVE) above.set(caller.key, caller);
        yield;
      }
      if (found.length === 0) {
        found.push(...(yield* this.#sitesByParameter(one)));
        if (above.size < MAX_ABOVE) for (const { caller } of found) above.set(caller.key, caller);
      }
      sites.set(one.key, found);
    }
    const entries = this.#passedDown(above, sites);
    yield;
    const changed = new Set<string>();
    for (const one of wanted) {
      const observed = observedOf(sites.get(one.key) ?? [], entries);
      if (JSON.stringify(observed) !== JSON.stringify(this.#learnt.get(one.key))) changed.add(one.key);
      this.#learnt.set(one.key, observed);
    }
    return changed;
  }

  /** Calls of a function that nobody calls by name, by those that it is handed to; none when not all of them are understood. */
  *#sitesByParameter(one: TreeFunction): Generator<void, readonly Site[]> {
    const sites: Site[] = [];
    for (const { by, parameter } of handedOver(this.#graph, one) ?? []) {
      yield* this.#prepare(by, new Set());
      const { calls, isPartial } = this.#walk(by, new Map(), []);
      const locks = locksAt(calls, ({ callee, isIndirect }) => !isIndirect && callee === parameter);
      if (!locks || isPartial) return [];
      sites.push({ caller: by, locks, isPartial });
      yield;
    }
    return sites;
  }

  /** Walks what `one` calls, from below, so that no single walk takes long. */
  *#prepare(one: TreeFunction, seen: Set<string>): Generator<void, void> {
    if (seen.has(one.key) || this.#walks.has(one.key)) return;
    seen.add(one.key);
    for (const name of this.#graph.calleesOf(one)) {
      const target = this.#graph.resolve(name, one.path);
      if (target && this.#matters(target)) yield* this.#prepare(target, seen);
    }
    this.#walk(one, new Map(), []);
    yield;
  }

  /** Walks a function again in each way that it was; true when all that callers see of it is the same. */
  #doesTheSame(key: string, before: ReadonlyMap<string, Walked>): boolean {
    const one = this.#graph.byKey(key);
    if (!one) return false;
    return [...before.values()].every((old) => seenOf(this.#walk(one, old.facts, [])) === seenOf(old));
  }

  #callersOf({ function: { name } }: TreeFunction): ReadonlySet<TreeFunction> {
    const names = [name, ...this.#graph.pointersTo(name)];
    return new Set(names.flatMap((one) => this.#graph.callersOf(one)));
  }

  /** What `caller` holds where it calls `one`, over all of its calls; undefined when it does not. */
  #locksAtCalls(
    one: TreeFunction,
    caller: TreeFunction,
    calls: CoarseResult['calls'],
  ): CoarseLocks | undefined {
    const { name } = one.function;
    const fields = new Set(this.#graph.pointersTo(name));
    const isMeant = this.#graph.resolve(name, caller.path)?.key === one.key;
    return locksAt(calls, ({ callee, isIndirect }) =>
      isIndirect ? fields.has(callee) : callee === name && isMeant,
    );
  }

  /**
   * What is held on entry of each function: what its callers hold. Of one that nobody calls in the files read only what its
   * asserts, and those below it, say.
   */
  #passedDown(
    above: ReadonlyMap<string, TreeFunction>,
    sites: ReadonlyMap<string, readonly Site[]>,
  ): ReadonlyMap<string, CoarseLocks> {
    const entries = new Map<string, CoarseLocks>();
    for (const [key, one] of above) {
      const isTop = (sites.get(key) ?? []).length === 0;
      if (isTop) {
        const { expected, exits } = this.#walk(one, new Map(), []);
        const ways = exits.map(({ locks }) => locks);
        entries.set(key, entryOf(expected, ways));
      } else {
        entries.set(key, NO_PATH);
      }
    }
    for (let isStable = false; !isStable; ) {
      isStable = true;
      for (const [key, before] of entries) {
        let after = before;
        for (const { caller, locks } of sites.get(key) ?? []) {
          after = either(after, composed(entries.get(caller.key) ?? NOT_HELD, locks));
        }
        if (!isSame(before, after)) {
          isStable = false;
          entries.set(key, after);
        }
      }
    }
    return entries;
  }

  #walk(one: TreeFunction, facts: ReadonlyMap<string, Fact>, stack: readonly string[]): Walked {
    const ways = this.#walks.get(one.key) ?? new Map<string, Walked>();
    this.#walks.set(one.key, ways);
    const wanted = [...facts].map(([name, fact]) => `${name}=${fact}`).join();
    const way = ways.has(wanted) || ways.size < MAX_WAYS ? wanted : '';
    const known = ways.get(way);
    if (known) {
      return known;
    }
    const dependsOn = new Set<string>();
    const meanings = new Map<string, string>();
    const follow: FollowCall = (call, made) => {
      const name = `${call.isIndirect ? '->' : ''}${call.callee}`;
      if (!meanings.has(name)) meanings.set(name, this.#meaningOf(name, one));
      const targets = call.isIndirect ? this.#graph.targets(call.callee) : [];
      const direct = call.isIndirect ? undefined : this.#graph.resolve(call.callee, one.path);
      const target = targets.length === 1 ? targets[0] : direct;
      if (!target) return NOT_FOLLOWED;
      const facts = factsOf(target, made);
      const { writes } = this.#graph.reached(target);
      if (keepsLocks(call) || mapsPageTable(call.callee)) return { ...NOT_FOLLOWED, writes };
      if (!this.#matters(target) && !(facts.size > 0 && writes.size > 0)) return { ...NOT_FOLLOWED, writes };
      dependsOn.add(target.key);
      const isCut = this.#graph.closesRing(one, target) || stack.includes(target.key);
      if (isCut || stack.length > MAX_DEPTH) {
        return { ...NOT_FOLLOWED, writes };
      }
      const below = this.#walk(target, facts, [...stack, one.key]);
      for (const key of below.dependsOn) dependsOn.add(key);
      // of one that never returns, as far as was seen, nothing is known
      const isKnown = !below.isPartial && below.exits.length > 0;
      return {
        exits: isKnown ? below.exits : undefined,
        expected: below.expected,
        writes,
        parameters: target.function.parameters.map(({ name }) => name ?? ''),
      };
    };
    const told = way === '' ? new Map<string, Fact>() : facts;
    const walked: Walked = {
      ...coarseWalk(this.#program(one), told, follow),
      ...{ dependsOn, meanings, text: one.text, isBroken: one.understanding.isBroken, facts: told },
    };
    ways.set(way, walked);
    return walked;
  }

  #matters(target: TreeFunction): boolean {
    const { locks } = this.#graph.reached(target);
    return COARSE_CLASSES.some((lock) => locks.has(lock));
  }
}

interface Site {
  readonly caller: TreeFunction;
  readonly locks: CoarseLocks;
  readonly isPartial: boolean;
}

/** What is held at the calls that are meant, over all of them; undefined when there is none. */
function locksAt(
  calls: CoarseResult['calls'],
  isMeant: (call: CoarseCall) => boolean,
): CoarseLocks | undefined {
  const [first, ...others] = [...calls.values()].filter(isMeant).map(({ locks }) => locks);
  return first && others.reduce(either, first);
}

/** All that callers see of a function. */
function seenOf({ exits, expected, isPartial }: Walked): string {
  const ways = exits.map(({ locks, fact, fields }) => [locks, fact, [...fields]]);
  return JSON.stringify([ways, expected, isPartial]);
}

const NOT_FOLLOWED: FollowedCall = {
  exits: undefined,
  expected: NO_PATH,
  writes: undefined,
  parameters: [],
};

/** What is known of the parameters of `target`, and of their fields. That a pointer is set is no news. */
function factsOf(
  { function: { parameters } }: TreeFunction,
  { facts, names, fields }: CoarseArguments,
): ReadonlyMap<string, Fact> {
  const known = new Map<string, Fact>();
  parameters.forEach(({ name }, index) => {
    if (name === undefined) return;
    if (facts[index] === 'zero') known.set(name, 'zero');
    const handedOn = names[index] ?? '';
    for (const [key, fact] of fields) {
      if (handedOn !== '' && key.startsWith(`${handedOn}.`)) {
        known.set(`${name}${key.slice(handedOn.length)}`, fact);
      }
    }
  });
  return known;
}

function observedOf(sites: readonly Site[], entries: ReadonlyMap<string, CoarseLocks>): Observed {
  if (sites.length === 0) {
    return NOBODY;
  }
  const held = sites.map(({ caller, locks }) => ({
    name: caller.function.name,
    locks: composed(entries.get(caller.key) ?? NOT_HELD, locks),
  }));
  const all = held.reduce((sum, { locks }) => either(sum, locks), NO_PATH);
  const list = COARSE_CLASSES.flatMap((lock): Observation[] => {
    const mode = heldMode(all, lock);
    const callers = held.filter(({ locks }) => heldMode(locks, lock)?.isCertain).map(({ name }) => name);
    return mode && callers.length > 0 ? [{ lock, ...mode, callers: [...new Set(callers)].sort() }] : [];
  });
  const names = (some: readonly Site[]): string[] =>
    [...new Set(some.map(({ caller }) => caller.function.name))].sort();
  return { list, callers: names(sites), notUnderstood: names(sites.filter(({ isPartial }) => isPartial)) };
}
