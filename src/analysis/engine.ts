/**
 * Runs functions of a tree: keeps their programs, follows calls into the functions that matter for locks, and remembers the
 * result of each way of calling one. After an edit only what depended on the changed functions is forgotten.
 */
import type { TreeIndex } from '../source/treeIndex';
import { CallGraph, type ReachedFacts, type TreeFunction } from './callGraph';
import { type CallFollower, Evaluator, type Outcome } from './evaluator';
import { holdsAny, locksHandedOver, toldApart } from './exits';
import { type Exit, type FlowResult, type FlowWatcher, type LockSet, runFlow } from './flow';
import { enter, leave } from './frame';
import { asserted, type LockEvent, LockPrimitives } from './lockPrimitives';
import { keepsLocks, mapsPageTable } from './lockTable';
import { programOf } from './lowering';
import { listedFunctions } from './names';
import type { CallExpression, Program } from './program';
import { assertedOnAll, isNeutral, vmaLockOf, withVmaLock } from './summaries';
import {
  EMPTY_WORLD,
  type Held,
  locksKey,
  type Origin,
  truthOf,
  type World,
  withFieldWritten,
  withFresh,
  withLocal,
  withLocks,
} from './world';

/** Calls nested in one another that are followed. */
const MAX_DEPTH = 60;

/** A note on what could not be followed, at an offset of the function. */
export interface EngineProblem {
  readonly start: number;
  readonly end: number;
  readonly reason: string;
  /** `rule`: a rule of ours stands for what the text that is read does not tell; `left out`: not looked at on purpose. */
  readonly kind?: 'rule' | 'left out';
}

/** A call that was reached, with the locks held there by group of paths. */
export interface ReachedCall {
  readonly call: CallExpression;
  readonly sets: Map<string, LockSet>;
}

export interface FunctionRun extends FlowResult {
  readonly program: Program;
  readonly events: readonly LockEvent[];
  readonly calls: ReadonlyMap<number, ReachedCall>;
  readonly problems: readonly EngineProblem[];
  /** Functions that are called but not among the files read, or are called through an unknown pointer. */
  readonly unread: ReadonlySet<string>;
  /** Keys of all functions whose text was looked at. */
  readonly dependsOn: ReadonlySet<string>;
}

interface CalleeResult {
  /** Key of the function that was entered. */
  readonly own: string;
  /** The run with nothing known on entry, when nothing cut it short; for what a function does by itself only. */
  readonly run: FunctionRun | undefined;
  /** True when it leaves the locks as it found them, whatever they are, but for per-VMA write locks that it takes. */
  readonly isNeutral: boolean;
  /** Whether it takes per-VMA write locks, which stay until the mmap lock is released: on all paths, on some, on none. */
  readonly vmaLock: 'held' | 'maybe' | undefined;
  readonly exits: readonly Exit[];
  readonly events: readonly LockEvent[];
  readonly dependsOn: ReadonlySet<string>;
  readonly gaveUp: boolean;
  /** Functions around it at which a recursion was cut short: it says the same below all of them only. */
  readonly cutAt: ReadonlySet<string>;
}

/** What an edit made old. */
export interface Refreshed {
  /** Keys of functions that are to be looked at again. */
  readonly own: ReadonlySet<string>;
  /** Keys of those of which all that depend on them are, too. */
  readonly dependents: ReadonlySet<string>;
  /** What functions that depended on the first one depend on now. */
  readonly more: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Thrown where the result of a call is not known yet: it is worked out, then the step that needs it is run again. */
class Wanted {
  constructor(
    readonly one: TreeFunction,
    readonly entry: string,
    readonly world: World,
    /** Keys of the functions around it. */
    readonly stack: readonly string[],
  ) {}
}

const BY_ITSELF = 'by itself';

class Frame implements CallFollower, FlowWatcher {
  events: LockEvent[] = [];
  #seenEvents = new Set<string>();
  calls = new Map<number, ReachedCall>();
  problems: EngineProblem[] = [];
  readonly unread = new Set<string>();
  /** True when something was left out that may take or release locks. */
  isPartial = false;
  readonly dependsOn: Set<string>;
  readonly #engine: LockEngine;
  readonly #function: TreeFunction;
  readonly #stack: readonly string[];
  /** Functions around this one, or itself, into which a call was not followed again. */
  readonly cutAt = new Set<string>();

  constructor(engine: LockEngine, one: TreeFunction, stack: readonly string[]) {
    this.#engine = engine;
    this.#function = one;
    this.#stack = stack;
    this.dependsOn = new Set([one.key]);
  }

  forget(): () => void {
    const { events, calls, problems, isPartial } = this;
    const seen = this.#seenEvents;
    this.events = [];
    this.#seenEvents = new Set();
    this.calls = new Map();
    this.problems = [];
    this.isPartial = false;
    return () => {
      this.events = events;
      this.#seenEvents = seen;
      this.calls = calls;
      this.problems = problems;
      this.isPartial = isPartial;
    };
  }

  missing(thrown: unknown): Generator<void> | undefined {
    return thrown instanceof Wanted ? this.#engine.provide(thrown) : undefined;
  }

  /** What a function does when it is entered so from here. */
  #result(target: TreeFunction, entry: string, world: World): CalleeResult {
    const stack = [...this.#stack, this.#function.key];
    const known = this.#engine.known(target, entry, stack);
    if (!known) {
      throw new Wanted(target, entry, world, stack);
    }
    return known;
  }

  event(event: LockEvent): void {
    const held = [...new Set([...event.world.locks.values()].map(({ lock }) => lock))].sort().join();
    const key = `${event.kind} ${event.lock} ${event.offset} ${held}`;
    if (!this.#seenEvents.has(key)) {
      this.#seenEvents.add(key);
      this.events.push(event);
    }
  }

  reached(call: CallExpression, world: World): void {
    const { start } = call.extent;
    let known = this.calls.get(start);
    if (!known) {
      known = { call, sets: new Map() };
      this.calls.set(start, known);
    }
    known.sets.set(locksKey(world.locks), world.locks);
  }

  #problem(call: CallExpression, reason: string, kind?: 'rule'): void {
    const { start, end } = call.extent;
    if (!this.problems.some((one) => one.start === start && one.reason === reason)) {
      this.problems.push({ start, end, reason, ...(kind ? { kind } : {}) });
    }
  }

  /** What a call does is not known in full: nor is, from here on, what is held. */
  #giveUp(call: CallExpression): void {
    this.isPartial = true;
    this.#problem(call, `${call.callee}() has too many paths to tell them all`);
  }

  /**
   * Functions that the call may reach: through a pointer in a field the one that it is known to hold, or all that are ever put
   * there; through a parameter the one that it came with.
   */
  #targets(call: CallExpression, world: World, pointer: string): readonly TreeFunction[] {
    const { graph } = this.#engine;
    if (call.isIndirect) {
      const all = graph.targets(call.callee);
      const held = pointer.replace(/^&/, '');
      const known = all.filter(({ function: { name } }) => name === held);
      return known.length > 0 ? known : all;
    }
    const name = this.#isParameter(call)
      ? (world.locals.get(call.callee) ?? '').replace(/^&/, '')
      : call.callee;
    const target = graph.resolve(name, this.#function.path);
    return target ? [target] : [];
  }

  #isParameter({ callee }: CallExpression): boolean {
    return this.#function.function.parameters.some(({ name }) => name === callee);
  }

  sideEffects(
    call: CallExpression,
    world: World,
    values: readonly string[],
    pointer: string,
    before: World,
  ): World {
    const targets = this.#targets(call, world, pointer);
    if (targets.length === 0 && !call.isIndirect) {
      return this.#mayGiveBack(call, world, values, before);
    }
    let after = world;
    for (const target of targets) {
      this.dependsOn.add(target.key);
      after = written(after, target, this.#engine.graph.reached(target).writes, values);
    }
    return after;
  }

  /**
   * A function that is not read and gets the object of a held lock together with the address of a flag that is set
   * (`faultin_page_range(mm, …, &locked)`) says by it whether it gave the lock back: from here on that is not known.
   */
  #mayGiveBack(call: CallExpression, world: World, values: readonly string[], before: World): World {
    const tellsByFlag = values.some((value) => {
      const flag = before.locals.get(/^&⟨(\w+)⟩$/.exec(value)?.[1] ?? '');
      return flag !== undefined && !flag.startsWith('&') && truthOf(before, flag) === 'nonzero';
    });
    const locks = tellsByFlag ? locksHandedOver(world, values) : [];
    if (locks.length === 0) {
      return world;
    }
    this.#problem(call, `${call.callee}() is not among the files read and may give a lock back`);
    const doubtful = locks.map(([key, held]): [string, Held] => [key, { ...held, isDoubtful: true }]);
    return withLocks(world, new Map([...world.locks, ...doubtful]));
  }

  follow(
    call: CallExpression,
    world: World,
    values: readonly string[],
    hint: string,
    pointer: string,
  ): readonly Outcome[] | undefined {
    const targets = this.#targets(call, world, pointer);
    if (targets.length === 0) {
      this.unread.add(call.isIndirect ? `…->${call.callee}` : call.callee);
      // a parameter: which function it is depends on the caller
      return this.#isParameter(call) ? this.#maybeVmaLocked(call, world, hint) : undefined;
    }
    const { graph } = this.#engine;
    if (!call.isIndirect && mapsPageTable(call.callee)) {
      this.#problem(
        call,
        `the RCU read side that ${call.callee}() may hold until the page table is unmapped is not followed`,
        'rule',
      );
      return undefined;
    }
    if (targets.every((target) => graph.reached(target).locks.size === 0)) {
      return undefined;
    }
    const rule = keepsLocks(call);
    if (rule) {
      this.#problem(call, rule, 'rule');
      return undefined;
    }
    if (targets.length > 1) {
      return this.#oneOfMany(call, targets, world, hint);
    }
    const [target] = targets;
    return target && this.#into(target, call, world, values, hint);
  }

  /**
   * A pointer that may hold one of several functions. They are taken to leave the locks as they were, which is what such
   * pointers are for, but for per-VMA locks, which are released together later; that they are so taken is noted.
   */
  #oneOfMany(
    call: CallExpression,
    targets: readonly TreeFunction[],
    world: World,
    hint: string,
  ): readonly Outcome[] | undefined {
    for (const target of targets) this.dependsOn.add(target.key);
    const names = targets.map(({ function: { name } }) => name);
    this.unread.add(`…->${call.callee} (one of ${listedFunctions(names, 3)})`);
    const { graph } = this.#engine;
    const isVmaLocked = targets.some((target) => {
      if (!graph.reached(target).locks.has('vma')) {
        return false;
      }
      if (graph.closesRing(this.#function, target)) {
        return false;
      }
      if (this.#isAround(target)) {
        this.cutAt.add(target.key);
        return false;
      }
      const summary = this.#result(target, BY_ITSELF, EMPTY_WORLD);
      this.#dependOn(summary);
      return summary.vmaLock !== undefined;
    });
    return isVmaLocked ? this.#maybeVmaLocked(call, world, hint) : undefined;
  }

  /** True when `target` is being run already, above here. */
  #isAround(target: TreeFunction): boolean {
    return target.key === this.#function.key || this.#stack.includes(target.key);
  }

  #dependOn({ dependsOn, cutAt }: CalleeResult): void {
    for (const key of dependsOn) this.dependsOn.add(key);
    for (const key of cutAt) this.cutAt.add(key);
  }

  #maybeVmaLocked({ callee, extent: { start } }: CallExpression, world: World, hint: string): Outcome[] {
    const origin: Origin = { kind: 'taken', offset: start, via: [callee] };
    const base = `${hint}@${start}`;
    return [{ world: withFresh(withVmaLock(world, 'maybe', origin), base), value: `⟨${base}⟩` }];
  }

  #into(
    target: TreeFunction,
    call: CallExpression,
    world: World,
    values: readonly string[],
    hint: string,
  ): Outcome[] | undefined {
    this.dependsOn.add(target.key);
    const isClosing = this.#engine.graph.closesRing(this.#function, target);
    // a pointer that is handed on may lead back where no call in the text does
    if (isClosing || this.#isAround(target)) {
      if (!isClosing) this.cutAt.add(target.key);
      this.#problem(call, `${call.callee}() calls itself: what it does to locks is not followed here`);
      return undefined;
    }
    if (this.#stack.length >= MAX_DEPTH) {
      this.isPartial = true;
      this.#problem(call, `${call.callee}() is not followed: there are too many calls below it`);
      return undefined;
    }
    const summary = this.#result(target, BY_ITSELF, EMPTY_WORLD);
    this.#dependOn(summary);
    return summary.isNeutral
      ? this.#neutral(target, summary, call, world, values, hint)
      : this.#inContext(target, summary, call, world, values, hint);
  }

  /** A call that leaves the locks as they were: what it asserts holds, the rest of the world may have been written to. */
  #neutral(
    target: TreeFunction,
    summary: CalleeResult,
    call: CallExpression,
    world: World,
    values: readonly string[],
    hint: string,
  ): Outcome[] {
    const { parameters } = target.function;
    const { start } = call.extent;
    let after = world;
    for (const event of summary.events) {
      const object = event.object.replace(/⟨[^⟩]*⟩/g, (base) => {
        const index = parameters.findIndex(({ name }) => base === `⟨${name}⟩`);
        return values[index] ?? `${base.slice(0, -1)}@${start}.⟩`;
      });
      const own: LockEvent = {
        ...event,
        object: object.replaceAll('->&', '->'),
        world: after,
        offset: start,
        via: [call.callee, ...event.via],
      };
      const onAll = event.kind === 'asserted' ? assertedOnAll(summary.exits, event) : undefined;
      if (onAll) {
        after = asserted(after, { ...own, mode: onAll }, (one) => this.event(one));
      } else if (event.kind !== 'asserted' || !holdsAny(after, event.lock)) {
        this.event(own);
      }
    }
    if (summary.gaveUp) {
      this.#giveUp(call);
    }
    after = written(after, target, this.#engine.graph.reached(target).writes, values);
    for (const value of values) {
      const name = /^&⟨(\w+)⟩$/.exec(value)?.[1];
      const { locals, structs } = this.#engine.program(this.#function);
      if (name !== undefined && locals.has(name) && !structs.has(name)) {
        after = withLocal(withFresh(after, `${name}@${start}`), name, `⟨${name}@${start}⟩`);
      }
    }
    after = withVmaLock(after, summary.vmaLock, { kind: 'taken', offset: start, via: [call.callee] });
    const base = `${hint}@${start}`;
    return [{ world: withFresh(after, base), value: `⟨${base}⟩` }];
  }

  /** A call that takes or releases something: what it does is worked out for just these arguments. */
  #inContext(
    target: TreeFunction,
    summary: CalleeResult,
    call: CallExpression,
    world: World,
    values: readonly string[],
    hint: string,
  ): Outcome[] {
    const { graph } = this.#engine;
    const facts = graph.reached(target);
    // the values are renamed with the rest
    const withValues = new Map(world.locals);
    values.forEach((value, index) => void withValues.set(`%a${index}`, value));
    const after = written({ ...world, locals: withValues }, target, facts.writes, values);
    const carried = values.map((value, index) => after.locals.get(`%a${index}`) ?? value);
    const locals = new Map(after.locals);
    values.forEach((_, index) => void locals.delete(`%a${index}`));
    const ready = { ...after, locals };
    const program = this.#engine.program(target);
    const passage = enter(program, target.text, ready, carried, facts.locks);
    const result = this.#result(target, passage.key, passage.world);
    this.#dependOn(result);
    if (result.gaveUp) {
      this.#giveUp(call);
    }
    const { start } = call.extent;
    const givesBack = new Set(
      summary.events.flatMap(({ kind, lock }) => (kind === 'released from entry' ? [lock] : [])),
    );
    for (const event of result.events) {
      // it releases what it was entered with on other paths: which one it is may depend on what is not followed
      if (event.kind === 'taken twice' && givesBack.has(event.lock)) continue;
      const object = event.object.replace(
        /⟨[^⟩]*⟩/g,
        (base) => [...passage.names].find(([, name]) => name === base)?.[0] ?? base,
      );
      this.event({ ...event, object, world: ready, offset: start, via: [call.callee, ...event.via] });
    }
    return result.exits.map((exit) =>
      leave(ready, passage, toldApart(exit, result.exits), { callee: call.callee, offset: start, hint }),
    );
  }
}

/** True when `target` writes `field` of what its parameter points at, or hands the pointer on to others. */
function mayWriteField({ text }: TreeFunction, parameter: string, field: string): boolean {
  const body = text.slice(Math.max(0, text.indexOf('{')));
  const writes = new RegExp(`\\b${parameter}->${field}\\s*(?:[-+|&]?=(?!=)|\\+\\+|--)`);
  const handsOn = new RegExp(`[(,=]\\s*${parameter}\\s*[,);]`);
  return parameter === '' || writes.test(body) || handsOn.test(body);
}

/** `world` after a call of `target` with `values`, which may have written some of `fields`. */
function written(
  world: World,
  target: TreeFunction,
  fields: ReadonlySet<string>,
  values: readonly string[],
): World {
  if (fields.size === 0) {
    return world;
  }
  const mentioned = new Set<string>();
  const look = (text: string): void => {
    for (const match of text.matchAll(/(?:->|\.)(\w+)(?!°)\b/g)) {
      mentioned.add(match[1] ?? '');
    }
  };
  for (const { object } of world.locks.values()) look(object);
  for (const value of world.locals.values()) look(value);
  for (const [key, value] of world.memory) {
    look(key);
    look(value);
  }
  for (const key of world.truths.keys()) look(key);
  const isReached = (base: string, field: string): boolean => {
    const index = values.indexOf(`&${base}`);
    return index >= 0 && mayWriteField(target, target.function.parameters[index]?.name ?? '', field);
  };
  let after = world;
  for (const field of mentioned) {
    if (fields.has(field)) {
      after = withFieldWritten(after, field, (base) => isReached(base, field));
    }
  }
  return after;
}

interface ReadProgram {
  readonly text: string;
  readonly program: Program;
  readonly isBroken: boolean;
}

export class LockEngine {
  readonly graph: CallGraph;
  readonly #index: TreeIndex;
  /** By key, with the text that was read. */
  readonly #programs = new Map<string, ReadProgram>();
  readonly #callees = new Map<string, CalleeResult>();
  readonly #summaries = new Map<string, CalleeResult>();
  /** All that callers see of functions that leave the locks as they were. */
  readonly #signatures = new Map<string, string>();

  constructor(index: TreeIndex, isRead: (path: string) => boolean) {
    this.#index = index;
    this.graph = new CallGraph(index, isRead);
  }

  /** Takes over edits. */
  refresh(): Refreshed | 'all' {
    const changed = this.graph.refresh();
    if (changed === 'all') {
      this.#callees.clear();
      this.#summaries.clear();
      this.#signatures.clear();
      for (const [key, { isBroken }] of this.#programs) {
        if (isBroken || this.graph.byKey(key)?.understanding.isBroken !== false) this.#programs.delete(key);
      }
      return 'all';
    }
    const { texts, reach } = changed;
    if (texts.size === 0) {
      return { own: texts, dependents: texts, more: new Map() };
    }
    const [first] = texts;
    const before = first === undefined || texts.size > 1 ? undefined : this.#summaries.get(first);
    const signature = this.#signatures.get(first ?? '');
    for (const key of texts) {
      this.#signatures.delete(key);
      this.#programs.delete(key);
    }
    this.#forget(({ own }) => texts.has(own));
    if (reach.size > 0) this.#forgetBelow(reach);
    const one = before && first !== undefined ? this.graph.byKey(first) : undefined;
    if (one && signature !== undefined) {
      const now = drained(this.#summarised(one, []));
      if (this.#signatures.get(one.key) === signature) {
        const more = new Map([[one.key, now.dependsOn]]);
        for (const results of [this.#callees, this.#summaries]) {
          for (const [key, result] of results) {
            const dependsOn = addMore(result.dependsOn, more);
            if (dependsOn !== result.dependsOn) results.set(key, { ...result, dependsOn });
          }
        }
        return { own: texts, dependents: reach, more };
      }
    }
    this.#forgetBelow(texts);
    return { own: texts, dependents: new Set([...texts, ...reach]), more: new Map() };
  }

  /** Forgets what depended on one of `keys`. */
  #forgetBelow(keys: ReadonlySet<string>): void {
    const all = [...keys];
    this.#forget(({ dependsOn }) => all.some((key) => dependsOn.has(key)));
  }

  #forget(isOld: (result: CalleeResult) => boolean): void {
    for (const results of [this.#callees, this.#summaries]) {
      for (const [key, result] of results) {
        if (isOld(result)) results.delete(key);
      }
    }
  }

  /** Program of a function, kept as long as its text stays the same. */
  program(one: TreeFunction): Program {
    const known = this.#programs.get(one.key);
    if (known?.text === one.text) {
      return known.program;
    }
    const file = this.#index.source(one.path);
    if (!file) {
      throw new Error(`${one.path} is not in the index`);
    }
    const program = programOf(file.parsed, one.function);
    this.#programs.set(one.key, { text: one.text, program, isBroken: one.understanding.isBroken });
    return program;
  }

  /** What a function does by itself, entered with nothing known. */
  *#summarised(one: TreeFunction, stack: readonly string[]): Generator<void, CalleeResult> {
    const known = this.#summaries.get(one.key);
    if (known) {
      return known;
    }
    const result = yield* this.#callee(new Wanted(one, BY_ITSELF, EMPTY_WORLD, stack));
    if (result.cutAt.size > 0) {
      return result;
    }
    this.#summaries.set(one.key, result);
    if (result.isNeutral) this.#signatures.set(one.key, signatureOf(result, this.graph.reached(one)));
    return result;
  }

  /** Run of a function with nothing known on entry. Stops now and then; not to be continued after an edit. */
  *byItself(one: TreeFunction): Generator<void, FunctionRun> {
    const { run } = yield* this.#summarised(one, []);
    return run ?? (yield* this.run(one, [EMPTY_WORLD]));
  }

  /** Result of entering a function in one way, if it has been worked out below the same recursions. */
  known(one: TreeFunction, entry: string, stack: readonly string[]): CalleeResult | undefined {
    const summary = entry === BY_ITSELF ? this.#summaries.get(one.key) : undefined;
    const known = summary ?? this.#callees.get(`${one.key} ${entry}`);
    return known && [...known.cutAt].every((around) => stack.includes(around)) ? known : undefined;
  }

  /** Works a result out, so that it is known. */
  *provide(wanted: Wanted): Generator<void> {
    if (wanted.entry === BY_ITSELF) {
      yield* this.#summarised(wanted.one, wanted.stack);
    } else {
      yield* this.#callee(wanted);
    }
  }

  *#callee({ one, entry, world, stack }: Wanted): Generator<void, CalleeResult> {
    const known = this.known(one, entry, stack);
    if (known) {
      return known;
    }
    const { frame, flow, run } = yield* this.#run(one, [world], stack);
    const { exits } = flow;
    // a recursion that begins and ends here is cut in the same way whoever calls
    frame.cutAt.delete(one.key);
    const { cutAt } = frame;
    const result: CalleeResult = {
      own: one.key,
      run: cutAt.size === 0 && world === EMPTY_WORLD ? run : undefined,
      isNeutral: isNeutral(run.program, exits, frame.events),
      vmaLock: vmaLockOf(exits),
      exits,
      events: frame.events,
      dependsOn: frame.dependsOn,
      gaveUp: run.gaveUp,
      cutAt,
    };
    this.#callees.set(`${one.key} ${entry}`, result);
    return result;
  }

  /** Runs a function by itself, with these worlds on entry. Stops now and then; not to be continued after an edit. */
  *run(one: TreeFunction, entries: readonly World[]): Generator<void, FunctionRun> {
    return (yield* this.#run(one, entries, [])).run;
  }

  *#run(
    one: TreeFunction,
    entries: readonly World[],
    stack: readonly string[],
  ): Generator<void, { readonly frame: Frame; readonly flow: FlowResult; readonly run: FunctionRun }> {
    const frame = new Frame(this, one, stack);
    const program = this.program(one);
    const primitives = new LockPrimitives((event) => frame.event(event));
    const flow = yield* runFlow(program, new Evaluator(program, frame, primitives), entries, frame);
    const run: FunctionRun = {
      ...flow,
      gaveUp: flow.gaveUp || frame.isPartial,
      program,
      events: frame.events,
      calls: frame.calls,
      problems: [
        ...program.problems.map(({ extent, ...rest }) => ({ ...extent, ...rest })),
        ...frame.problems,
      ],
      unread: frame.unread,
      dependsOn: frame.dependsOn,
    };
    return { frame, flow, run };
  }
}

/** Does work to its end, without a stop. */
export function drained<R>(work: Generator<void, R>): R {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/** Adds what functions depend on now to what depends on them. */
export function addMore(
  dependsOn: ReadonlySet<string>,
  more: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const added = [...more].flatMap(([key, others]) => (dependsOn.has(key) ? [...others] : []));
  return added.every((key) => dependsOn.has(key)) ? dependsOn : new Set([...dependsOn, ...added]);
}

/** What callers see of a function that leaves the locks as they were: two that give the same text are the same to them. */
function signatureOf({ vmaLock, exits, events, gaveUp }: CalleeResult, reached: ReachedFacts): string {
  const plain = (name: string): string => name.replace(/@\d+/g, '@');
  return JSON.stringify([
    vmaLock,
    gaveUp,
    exits.map(({ world }) => [...world.locks].map(([key, { mode }]) => `${plain(key)} ${mode}`).sort()),
    events.map(({ kind, lock, object, mode, via, isTry }) => [kind, lock, plain(object), mode, via, isTry]),
    [...reached.locks].sort(),
    [...reached.writes].sort(),
    reached.sleeping,
  ]);
}
