/**
 * Which locks are held at each statement of the functions of a tree, and what each function expects, takes, releases and
 * gives back: the public face of this room. Everything is computed from the text when it is asked for and kept until an
 * edit touches something that it depended on.
 */
import type { FunctionFact, StatementFact } from '../source/facts';
import type { FunctionPlace, TreeIndex } from '../source/treeIndex';
import { Callers, type Observation, type Observed } from './callers';
import type { TreeFunction } from './callGraph';
import { addMore, drained, type EngineProblem, type FunctionRun, LockEngine } from './engine';
import type { LockClass, LockMode } from './lockClasses';
import { type LockShown, lockLabel, shownLocks } from './lockSets';
import { EMPTY_WORLD, type Held, lockKey, type Origin, UNKNOWN_OBJECT, type World } from './world';

/** Files from which the locks of the reverse map's functions can be told; those that a tree lacks do not matter. */
export const LOCK_FILES: readonly string[] = [
  'mm/rmap.c',
  'mm/internal.h',
  'include/linux/rmap.h',
  'include/linux/mmap_lock.h',
  'include/linux/mm.h',
  'include/linux/fs.h',
  'mm/mmap_lock.c',
  'mm/vma.c',
  'mm/vma.h',
  'mm/mmap.c',
  'mm/mremap.c',
  'mm/memory.c',
  'mm/vma_exec.c',
  'mm/mprotect.c',
  'mm/madvise.c',
  'mm/util.c',
  'mm/ksm.c',
  'mm/huge_memory.c',
  'mm/page_idle.c',
  'mm/userfaultfd.c',
  'kernel/fork.c',
  'fs/exec.c',
  'mm/migrate.c',
  'mm/migrate_device.c',
  'mm/memory-failure.c',
  'mm/swapfile.c',
  'mm/hugetlb.c',
  'mm/filemap.c',
  'mm/mempolicy.c',
  'mm/mlock.c',
  'mm/debug.c',
  'mm/pgtable-generic.c',
  'mm/vma_init.c',
];

/** A lock that a function wants to be held when it is entered. */
export interface Expectation {
  readonly lock: LockClass;
  readonly mode: LockMode;
  /** The object, by an expression in the function's parameters; empty when only the kind is known. */
  readonly object: string;
  /** Where the text says so, in the function or below it. */
  readonly origins: readonly Origin[];
  /** True when every path says so; false when only some do. */
  readonly isCertain: boolean;
}

export interface EntryLocks {
  readonly expected: readonly Expectation[];
  /** What callers hold; undefined while nobody has looked (`learnCallers`). */
  readonly observed: Observed | undefined;
}

/** Locks around one statement. */
export interface StatementLocks {
  readonly before: readonly LockShown[];
  readonly after: readonly LockShown[];
}

/** What a function does about locks, for a card. */
export interface LockContract {
  readonly entry: EntryLocks;
  /** Held on entry, by asserts and by callers. */
  readonly atEntry: readonly LockShown[];
  /** Taken in it or below it, in the order of the text. */
  readonly taken: readonly LockShown[];
  /** Held on entry and no longer when it returns. */
  readonly released: readonly LockShown[];
  /** Taken and still held when it returns (`maybe`: on some returns), besides what was held on entry. */
  readonly returnedHeld: readonly LockShown[];
  readonly problems: readonly EngineProblem[];
  /** True when it has too many paths: nothing else counts then. */
  readonly gaveUp: boolean;
}

/** Everything known about one function. Offsets count from its first character. */
export interface FunctionLocks {
  readonly path: string;
  readonly name: string;
  readonly entry: EntryLocks;
  readonly run: FunctionRun;
  /** What is held on entry, as it is shown. */
  readonly atEntry: readonly LockShown[];
  /** Locks around the statement that begins at this offset; undefined where no path was seen to come. */
  at(offset: number): StatementLocks | undefined;
}

interface Kept {
  readonly locks: FunctionLocks;
  readonly dependsOn: ReadonlySet<string>;
}

interface EntryParts {
  readonly expected: readonly Expectation[];
  readonly dependsOn: ReadonlySet<string>;
}

export class LockAnalysis {
  readonly engine: LockEngine;
  readonly #expected = new Map<string, EntryParts>();
  readonly #kept = new Map<string, Kept>();
  readonly #callers: Callers;
  /** Counts edits that were taken over. */
  #edits = 0;

  /**
   * `index` stays the caller's; what is not read there is not followed.
   * @param isRead which files of the index count; others may be in it for other reasons
   */
  constructor(index: TreeIndex, isRead: (path: string) => boolean = () => true) {
    this.engine = new LockEngine(index, isRead);
    this.#callers = new Callers(this.engine.graph, (one) => this.engine.program(one));
  }

  /** Takes over edits of the index; done by every question, so that it need not be called. */
  refresh(): void {
    const changed = this.engine.refresh();
    if (changed === 'all' || changed.own.size > 0) {
      this.#edits++;
      this.#callers.refresh();
    }
    if (changed === 'all') {
      this.#expected.clear();
      this.#kept.clear();
      return;
    }
    const { own, dependents, more } = changed;
    if (own.size === 0) {
      return;
    }
    refreshed(this.#expected, own, dependents, more);
    refreshed(this.#kept, own, dependents, more);
  }

  /**
   * Finds out what the callers of a file's functions hold; answers count it from then on. Stops now and then, so that others
   * get their turn, and must not be continued after an edit. What was learnt before an edit stays until it is learnt anew.
   * @returns whether something else is known than before
   */
  *learnCallers(path: string): Generator<void, boolean> {
    const changed = yield* this.#callers.learn(this.functionsIn(path));
    for (const key of changed) this.#kept.delete(key);
    return changed.size > 0;
  }

  /** All functions of a file of the index, in source order. */
  functionsIn(path: string): readonly TreeFunction[] {
    this.refresh();
    return this.engine.graph.functionsIn(path);
  }

  /** Locks of a function of the present index; undefined for a prototype. */
  function(path: string, definition: FunctionFact): FunctionLocks | undefined {
    return drained(this.functionInTurns(path, definition));
  }

  /**
   * The same, stopping every now and then, so that others get their turn. Gives undefined also when the text was edited meanwhile.
   */
  *functionInTurns(path: string, definition: FunctionFact): Generator<void, FunctionLocks | undefined> {
    this.refresh();
    const one = this.engine.graph.find(path, definition);
    if (!one) {
      return undefined;
    }
    const edits = this.#edits;
    const work = this.#analyse(one);
    let step = work.next();
    while (!step.done) {
      yield;
      this.refresh();
      if (edits !== this.#edits) {
        return undefined;
      }
      step = work.next();
    }
    return step.value;
  }

  /** Locks around `statement` of `place.function`; undefined where no path comes or nothing was understood. */
  locksAt(place: FunctionPlace, statement: StatementFact): StatementLocks | undefined {
    const found = this.function(place.path, place.function);
    if (!found) {
      return undefined;
    }
    if (statement.kind === 'entry') {
      return { before: found.atEntry, after: found.atEntry };
    }
    return found.at(statement.span.start - place.function.span.start);
  }

  /** What a function expects on entry, takes, releases and gives back. */
  lockContract(place: FunctionPlace): LockContract | undefined {
    return drained(this.lockContractInTurns(place));
  }

  /** The same, stopping every now and then. Gives undefined also when the text was edited meanwhile. */
  *lockContractInTurns(place: FunctionPlace): Generator<void, LockContract | undefined> {
    const found = yield* this.functionInTurns(place.path, place.function);
    if (!found) {
      return undefined;
    }
    const { run, entry, atEntry } = found;
    const taken = run.events
      .filter(({ kind }) => kind === 'taken')
      .map((event) => new Map([[lockKey(event.lock, event.object), heldOf(event)]]));
    const exits = run.exits.map(({ world }) => world.locks);
    const isEntry = (shown: LockShown): boolean => shown.origins.every(({ kind }) => kind !== 'taken');
    const leaving = shownLocks(exits);
    return {
      ...{ entry, atEntry, gaveUp: run.gaveUp },
      taken: oncePerLabel(taken.flatMap((set) => shownLocks([set]))),
      released: atEntry.filter((one) => !leaving.some((other) => other.lock === one.lock)),
      returnedHeld: leaving.filter((one) => !isEntry(one)),
      problems: run.problems,
    };
  }

  *#analyse(one: TreeFunction): Generator<void, FunctionLocks> {
    const known = this.#kept.get(one.key);
    if (known) {
      return known.locks;
    }
    const { expected, dependsOn } = yield* this.#expectations(one);
    const entry: EntryLocks = { expected, observed: this.#callers.known(one) };
    const entries = entryWorlds(entry);
    // nothing held on entry: that run has been made already
    const isBare = entries.length === 1 && entries[0]?.locks.size === 0;
    const run = yield* isBare ? this.engine.byItself(one) : this.engine.run(one, entries);
    const locks = functionLocks(one, entry, run, entries);
    this.#kept.set(one.key, { locks, dependsOn: new Set([...dependsOn, ...run.dependsOn]) });
    return locks;
  }

  /** What the function's own text, and that below it, says must be held. */
  *#expectations(one: TreeFunction): Generator<void, EntryParts> {
    const known = this.#expected.get(one.key);
    if (known) {
      return known;
    }
    const run = yield* this.engine.byItself(one);
    const found = new Map<string, { held: Held; origins: Origin[] }>();
    const note = (held: Held, origin: Origin): void => {
      const key = lockKey(held.lock, held.object);
      const same = found.get(key);
      if (!same) {
        found.set(key, { held, origins: [origin] });
      } else {
        same.origins.push(origin);
        if (same.held.mode === 'any' && held.mode !== 'any') same.held = held;
      }
    };
    for (const { kind, lock, object, mode, offset, via } of run.events) {
      const isAssert = kind === 'asserted';
      if ((isAssert || kind === 'released from entry') && isEntryName(one, object)) {
        note({ lock, object, mode, origins: [], isDoubtful: false }, { kind: 'asserted', offset, via });
      }
    }
    const expected = [...found].map(([key, { held, origins }]): Expectation => {
      const isCertain =
        run.exits.length > 0 &&
        run.exits.every(
          ({ world }) =>
            world.locks.get(key)?.origins.some(({ kind }) => kind === 'asserted') ||
            world.locals.has(`%entry ${held.lock}`),
        );
      // on some paths a weaker assert may be all there is
      const isWrite = run.exits.every(({ world }) => world.locks.get(key)?.mode !== 'any');
      const mode = isCertain && !isWrite ? 'any' : held.mode;
      return { lock: held.lock, mode, object: held.object, origins, isCertain };
    });
    const parts = { expected, dependsOn: run.dependsOn };
    this.#expected.set(one.key, parts);
    return parts;
  }
}

/** Takes away what an edit made old. */
function refreshed<R extends { readonly dependsOn: ReadonlySet<string> }>(
  results: Map<string, R>,
  own: ReadonlySet<string>,
  dependents: ReadonlySet<string>,
  more: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (const [key, result] of results) {
    if (own.has(key) || [...dependents].some((one) => result.dependsOn.has(one))) {
      results.delete(key);
      continue;
    }
    const dependsOn = addMore(result.dependsOn, more);
    if (dependsOn !== result.dependsOn) results.set(key, { ...result, dependsOn });
  }
}

/** A lock that is taken in several places stands once. */
function oncePerLabel(taken: readonly LockShown[]): readonly LockShown[] {
  return [...new Map(taken.map((one) => [lockLabel(one), one])).values()];
}

function heldOf(event: {
  lock: LockClass;
  object: string;
  mode: LockMode;
  offset: number;
  via: readonly string[];
}): Held {
  const { lock, object, mode, offset, via } = event;
  return { lock, object, mode, origins: [{ kind: 'taken', offset, via }], isDoubtful: false };
}

/** True for a value that the function was entered with: a parameter, what hangs on it, or something global. */
function isEntryName(one: TreeFunction, object: string): boolean {
  const bases = object.match(/⟨[^⟩]*⟩/g) ?? [];
  return (
    !object.includes('°') &&
    bases.every((base) => one.function.parameters.some(({ name }) => base === `⟨${name}⟩`))
  );
}

/** Worlds with which the function is run: what certainly is held on entry, and the same with what only may be. */
function entryWorlds({ expected, observed }: EntryLocks): World[] {
  // what only some callers hold is told in words: shown as "maybe" it would stand at nearly every helper
  const sureOfCallers = (observed?.list ?? []).filter(({ isCertain }) => isCertain);
  const certain = new Map<string, Held>();
  const possible = new Map<string, Held>();
  for (const { lock, mode, object, origins, isCertain } of expected) {
    const seen = sureOfCallers.find((one) => one.lock === lock);
    const known = mode === 'any' && seen ? seen.mode : mode;
    const held: Held = {
      lock,
      object,
      mode: known,
      origins: [...origins.slice(0, 3), ...(seen ? [observedOrigin(seen)] : [])],
      isDoubtful: false,
    };
    const isOnly = expected.filter((one) => one.lock === lock).length === 1;
    const into = isCertain || (seen && isOnly) ? certain : possible;
    into.set(lockKey(lock, object), held);
  }
  for (const seen of sureOfCallers) {
    if (!expected.some(({ lock }) => lock === seen.lock)) {
      const held: Held = {
        lock: seen.lock,
        object: UNKNOWN_OBJECT,
        mode: seen.mode,
        origins: [observedOrigin(seen)],
        isDoubtful: false,
      };
      certain.set(lockKey(seen.lock, UNKNOWN_OBJECT), held);
    }
  }
  const sure: World = { ...EMPTY_WORLD, locks: certain };
  return possible.size === 0 ? [sure] : [sure, { ...EMPTY_WORLD, locks: new Map([...certain, ...possible]) }];
}

function observedOrigin({ callers }: Observation): Origin {
  return { kind: 'observed', offset: undefined, via: callers };
}

function functionLocks(
  one: TreeFunction,
  entry: EntryLocks,
  run: FunctionRun,
  entries: readonly World[],
): FunctionLocks {
  const made = new Map<number, StatementLocks>();
  return {
    path: one.path,
    name: one.function.name,
    entry,
    run,
    atEntry: shownLocks(entries.map(({ locks }) => locks)),
    at(offset) {
      const known = made.get(offset);
      // of some paths only nothing can be told
      const sets = run.gaveUp ? undefined : run.statements.get(offset);
      if (known || !sets) {
        return known;
      }
      const before = shownLocks([...sets.before.values()]);
      const after = sets.after.size === 0 ? before : shownLocks([...sets.after.values()]);
      const locks = { before, after };
      made.set(offset, locks);
      return locks;
    },
  };
}
