/**
 * Runs the worlds of one function through its program until nothing new comes: a fixed point over the graph, in which
 * worlds with the same locks (and the same outcome of conditions that are tested again) are joined where they meet.
 */
import type { Evaluator } from './evaluator';
import type { LockClass } from './lockClasses';
import { ranksOf } from './order';
import type { Expression, Program, ProgramNode } from './program';
import { type Held, joined, locksKey, merged, plainTruth, truthOf, type World, withLocal } from './world';

/** Groups of paths kept apart at one step before conditions are forgotten, and before the analysis gives up. */
const MAX_GROUPS_FINE = 32;
/** Steps, for each of the program, that telling paths apart by conditions may take. */
const MAX_FINE_ROUNDS = 25;
/** The same where they are told apart by their locks alone. */
const MAX_ROUNDS = 400;
const MAX_GROUPS = 96;
/**
 * Groups at one step beyond which those that differ by folio locks alone are joined. Folios are locked by the dozen (all of a
 * list, both of each pair that is migrated), and which ones are would otherwise multiply.
 */
const MAX_GROUPS_BY_FOLIO = 16;

export type LockSet = ReadonlyMap<string, Held>;

/** How a function is left. */
export interface Exit {
  readonly world: World;
  /** Value that it returns; undefined where it returns nothing. */
  readonly value: string | undefined;
  /** Offset of the `return`, or of the closing brace. */
  readonly offset: number;
}

/** Locks before and after the statement that begins at an offset, by group of paths. */
export interface StatementSets {
  readonly before: Map<string, LockSet>;
  readonly after: Map<string, LockSet>;
}

export interface FlowResult {
  readonly exits: readonly Exit[];
  readonly statements: ReadonlyMap<number, StatementSets>;
  /** True when there were too many paths to tell them all. */
  readonly gaveUp: boolean;
}

/** Told of how a run goes. */
export interface FlowWatcher {
  /**
   * The function is run again: calls and events of the run before do not count, unless what is given back is called, by which
   * they are all that counts.
   */
  forget(): () => void;
  /** Work that has to be done before a step can be run to its end, when that is what it was broken off by. */
  missing(thrown: unknown): Generator<void> | undefined;
}

const RETURNED = '%return';

class Flow {
  readonly #program: Program;
  readonly #evaluator: Evaluator;
  readonly #watcher: FlowWatcher;
  readonly #isFine: boolean;
  readonly #states: Map<string, World>[];
  readonly #ranks: readonly number[];
  /** Groups of paths that wait at a step, by its rank. */
  readonly #waiting: Map<string, { readonly node: number; readonly key: string }>[];
  /** Nothing waits at a step of a lower rank. */
  #lowest = 0;
  readonly #names = new WeakMap<LockSet, string>();
  readonly #exits = new Map<string, Exit>();
  readonly statements = new Map<number, StatementSets>();
  tooMany = false;
  #steps = 0;

  constructor(
    program: Program,
    ranks: readonly number[],
    evaluator: Evaluator,
    watcher: FlowWatcher,
    isFine: boolean,
  ) {
    this.#program = program;
    this.#watcher = watcher;
    this.#ranks = ranks;
    this.#evaluator = evaluator;
    this.#isFine = isFine;
    this.#waiting = Array.from({ length: program.nodes.length + 1 }, () => new Map());
    this.#states = program.nodes.map(() => new Map<string, World>());
  }

  /** Stops behind each step, so that others get their turn. */
  *run(entries: readonly World[]): Generator<void, readonly Exit[]> {
    for (const world of entries) {
      this.#arrive(this.#program.entry, world);
    }
    for (let item = this.#next(); item && !this.tooMany; item = this.#next()) {
      const world = this.#states[item.node]?.get(item.key);
      const node = this.#program.nodes[item.node];
      const rounds = this.#isFine ? MAX_FINE_ROUNDS : MAX_ROUNDS;
      if (++this.#steps > rounds * this.#program.nodes.length) {
        this.tooMany = true;
      } else if (world && node) {
        const work = this.#attempt(node, world);
        if (work) {
          this.#steps--;
          this.#wait(item);
          yield* work;
        }
      }
      yield;
    }
    return [...this.#exits.values()];
  }

  /** Runs a step; gives the work that has to be done first when it could not be run to its end. Running it again is harmless. */
  #attempt(node: ProgramNode, world: World): Generator<void> | undefined {
    try {
      this.#process(node, world);
      return undefined;
    } catch (thrown) {
      const work = this.#watcher.missing(thrown);
      if (!work) {
        throw thrown;
      }
      this.#evaluator.beginAnew();
      return work;
    }
  }

  #wait(item: { readonly node: number; readonly key: string }): void {
    const rank = this.#ranks[item.node] ?? 0;
    this.#waiting[rank]?.set(`${item.node} ${item.key}`, item);
    this.#lowest = Math.min(this.#lowest, rank);
  }

  #next(): { readonly node: number; readonly key: string } | undefined {
    for (; this.#lowest < this.#waiting.length; this.#lowest++) {
      const [first] = this.#waiting[this.#lowest] ?? [];
      if (first) {
        this.#waiting[this.#lowest]?.delete(first[0]);
        return first[1];
      }
    }
    return undefined;
  }

  /** Name of the locks of `world`. */
  #locksOf({ locks }: World): string {
    const known = this.#names.get(locks);
    if (known !== undefined) {
      return known;
    }
    const name = locksKey(locks);
    this.#names.set(locks, name);
    return name;
  }

  #keyOf(world: World, locks = this.#locksOf(world)): string {
    if (!this.#isFine) {
      return locks;
    }
    return `${locks}/${this.#program.testedOften.map((test) => plainTruth(truthOf(world, this.#peek(test, world))) ?? '').join()}`;
  }

  /** Value of a name or field, without any effect. */
  #peek(test: Expression, world: World): string {
    return this.#evaluator.evaluate(test, world)[0]?.value ?? '';
  }

  #arrive(index: number, world: World): void {
    const states = this.#states[index];
    if (!states) {
      return;
    }
    const exact = this.#keyOf(world);
    const isOneMore = !states.has(exact) && states.size >= MAX_GROUPS_BY_FOLIO;
    const key = isOneMore ? `≈${this.#keyOf(world, locksKey(world.locks, isNoFolio))}` : exact;
    const known = states.get(key);
    const next = !known ? world : isOneMore ? joined(known, world, index) : merged(known, world, index);
    if (next === known) {
      return;
    }
    states.set(key, next);
    if (states.size > (this.#isFine ? MAX_GROUPS_FINE : MAX_GROUPS)) {
      this.tooMany = true;
      return;
    }
    this.#wait({ node: index, key });
  }

  #setsAt(at: number): StatementSets {
    const known = this.statements.get(at);
    if (known) {
      return known;
    }
    const sets: StatementSets = { before: new Map(), after: new Map() };
    this.statements.set(at, sets);
    return sets;
  }

  #process(node: ProgramNode, world: World): void {
    const sets = this.#setsAt(node.at);
    sets.before.set(this.#locksOf(world), world.locks);
    const leave = (to: number, after: World): void => {
      sets.after.set(this.#locksOf(after), after.locks);
      this.#arrive(to, after);
    };
    switch (node.kind) {
      case 'evaluate': {
        const after = node.expression
          ? this.#evaluator.evaluate(node.expression, world).map((one) => one.world)
          : [world];
        for (const one of after) leave(node.next, one);
        break;
      }
      case 'branch': {
        const { yes, no } = this.#evaluator.split(node.test, world);
        for (const one of yes) leave(node.yes, one);
        for (const one of no) leave(node.no, one);
        break;
      }
      case 'switch':
        for (const { world: after } of this.#evaluator.evaluate(node.subject, world)) {
          for (const target of new Set(node.targets)) leave(target, after);
        }
        break;
      case 'each':
        this.#each(node, world, leave);
        break;
      case 'return':
        this.#return(node, world);
        break;
      case 'end':
        this.#leave(world, undefined, node.at);
        break;
    }
  }

  #each(node: ProgramNode & { kind: 'each' }, world: World, leave: (to: number, after: World) => void): void {
    for (const { world: looked } of this.#evaluator.evaluate(
      { kind: 'sequence', parts: node.parts.filter((part) => !node.variables.includes(part)) },
      world,
    )) {
      let worlds = [looked];
      node.variables.forEach((variable, index) => {
        const name = variable.kind === 'name' ? variable.name : 'item';
        worlds = worlds.flatMap((one) =>
          this.#evaluator
            .store(variable, this.#evaluator.fresh(one, name, node.at + index))
            .map((outcome) => outcome.world),
        );
      });
      for (const one of worlds) {
        leave(node.body, one);
        leave(node.next, one);
      }
    }
  }

  #return(node: ProgramNode & { kind: 'return' }, world: World): void {
    const sets = this.#setsAt(node.at);
    const outcomes = node.value ? this.#evaluator.evaluate(node.value, world) : [{ world, value: undefined }];
    for (const { world: after, value } of outcomes) {
      sets.after.set(this.#locksOf(after), after.locks);
      this.#leave(after, value, node.at);
    }
  }

  /** Exits with the same locks and the same kind of value are one. */
  #leave(world: World, value: string | undefined, offset: number): void {
    const truth = value === undefined ? '' : (plainTruth(truthOf(world, value)) ?? '?');
    const key = `${this.#locksOf(world)}/${truth}`;
    const known = this.#exits.get(key);
    if (!known) {
      this.#exits.set(key, { world, value, offset });
      return;
    }
    if (value === undefined || known.value === undefined) {
      this.#exits.set(key, {
        world: merged(known.world, world, offset),
        value: known.value,
        offset: known.offset,
      });
      return;
    }
    const both = merged(
      withLocal(known.world, RETURNED, known.value),
      withLocal(world, RETURNED, value),
      this.#program.nodes.length,
    );
    this.#exits.set(key, { world: both, value: both.locals.get(RETURNED) ?? value, offset: known.offset });
  }
}

function isNoFolio(lock: LockClass): boolean {
  return lock !== 'folio';
}

/** True when the locks depend on conditions that were thrown together: something is held on some paths only. */
function isBlurred(statements: ReadonlyMap<number, StatementSets>): boolean {
  return [...statements.values()].some(({ before }) => before.size > 1);
}

/**
 * Runs `entries` through `program`: first with paths told apart by their locks alone, and where that leaves something open
 * also by the conditions that are tested more than once. Stops now and then, so that others get their turn.
 */
export function* runFlow(
  program: Program,
  evaluator: Evaluator,
  entries: readonly World[],
  watcher: FlowWatcher,
): Generator<void, FlowResult> {
  const ranks = ranksOf(program);
  const coarse = new Flow(program, ranks, evaluator, watcher, false);
  const exits = yield* coarse.run(entries);
  const result = { exits, statements: coarse.statements, gaveUp: coarse.tooMany };
  if (coarse.tooMany || program.testedOften.length === 0 || !isBlurred(coarse.statements)) {
    return result;
  }
  const restore = watcher.forget();
  const fine = new Flow(program, ranks, evaluator, watcher, true);
  const fineExits = yield* fine.run(entries);
  if (!fine.tooMany) {
    return { exits: fineExits, statements: fine.statements, gaveUp: false };
  }
  restore();
  return result;
}
