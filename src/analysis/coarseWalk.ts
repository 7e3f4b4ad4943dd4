/**
 * One function walked quickly for the kinds of lock that are held where it calls others: no objects, no fields, only
 * whether variables are zero. Good enough for what callers hold, and a hundred times cheaper than the walk in flow.ts.
 */
import {
  AT_ENTRY,
  type CoarseLocks,
  changed,
  composed,
  either,
  expectedBy,
  isSame,
  NO_PATH,
} from './coarseLocks';
import type { LockClass } from './lockClasses';
import { classOfField } from './lockClasses';
import { ALSO_FOLLOWED, GIVES_CONDITION, PRIMITIVES, type Primitive, TRANSPARENT } from './lockTable';
import type { CallExpression, Expression, Program, ProgramNode } from './program';

export type Fact = 'zero' | 'set' | 'error';

/** A group of paths. */
interface State {
  readonly locks: CoarseLocks;
  /** What is known of variables, by name, and of fields that were set to 0 or false, as `variable.field`. */
  readonly facts: ReadonlyMap<string, Fact>;
}

interface Outcome {
  readonly state: State;
  readonly fact: Fact | undefined;
}

/** How a function is left. */
export interface CoarseExit {
  readonly locks: CoarseLocks;
  /** What is known of the value that it returns. */
  readonly fact: Fact | undefined;
  /** What is known of fields of what its parameters point at, as `parameter.field`. */
  readonly fields: ReadonlyMap<string, Fact>;
}

/** A call as it is made. */
export interface CoarseArguments {
  /** What is known of the values. */
  readonly facts: readonly (Fact | undefined)[];
  /** Variables that are handed on, or their addresses; empty for other expressions. */
  readonly names: readonly string[];
  /** What is known of fields, as `variable.field`. */
  readonly fields: ReadonlyMap<string, Fact>;
}

export interface CoarseCall {
  readonly callee: string;
  readonly isIndirect: boolean;
  /** What may be held there, over all paths. */
  readonly locks: CoarseLocks;
}

export interface CoarseResult {
  readonly exits: readonly CoarseExit[];
  readonly calls: ReadonlyMap<number, CoarseCall>;
  /** Locks that an assert in it or below it takes for held on entry, on some path. */
  readonly expected: CoarseLocks;
  /** True when the walk took too many steps: the calls that it did not come to are missing. */
  readonly isPartial: boolean;
}

/** What a called function does; undefined where it leaves all as it was, but for the fields in `writes`. */
export interface FollowedCall {
  readonly exits: readonly CoarseExit[] | undefined;
  readonly expected: CoarseLocks;
  /** Undefined: nobody knows. */
  readonly writes: ReadonlySet<string> | undefined;
  /** Names of its parameters. */
  readonly parameters: readonly string[];
}

export type FollowCall = (call: CallExpression, made: CoarseArguments) => FollowedCall;

/** Groups kept apart at one step; beyond it they are thrown together. */
const MAX_GROUPS = 12;
/** Steps, for each of the program. */
const MAX_ROUNDS = 120;
/** Outcomes of one expression. */
const MAX_OUTCOMES = 24;
const FATAL = /^(?:BUG|panic|unreachable|__builtin_unreachable|do_exit)$/;

function factsKey(facts: ReadonlyMap<string, Fact>): string {
  return [...facts]
    .map(([name, fact]) => `${name}=${fact}`)
    .sort()
    .join();
}

function stateKey({ locks, facts }: State): string {
  return `${locks.join()}/${factsKey(facts)}`;
}

function commonFacts(a: ReadonlyMap<string, Fact>, b: ReadonlyMap<string, Fact>): ReadonlyMap<string, Fact> {
  return new Map([...a].filter(([name, fact]) => b.get(name) === fact));
}

function lastName(expression: Expression | undefined): string {
  switch (expression?.kind) {
    case 'name':
    case 'field':
      return expression.name;
    case 'address':
    case 'pointee':
      return lastName(expression.of);
    default:
      return '';
  }
}

class CoarseWalk {
  readonly #program: Program;
  readonly #follow: FollowCall;
  readonly #states: Map<string, State>[];
  readonly #queue: { readonly node: number; readonly state: State }[] = [];
  readonly #exits = new Map<string, CoarseExit>();
  readonly #calls = new Map<number, CoarseCall>();
  #expected: CoarseLocks = NO_PATH;

  constructor(program: Program, follow: FollowCall) {
    this.#program = program;
    this.#follow = follow;
    this.#states = program.nodes.map(() => new Map<string, State>());
  }

  run(facts: ReadonlyMap<string, Fact>): CoarseResult {
    this.#arrive(this.#program.entry, { locks: AT_ENTRY, facts });
    let left = this.#program.nodes.length * MAX_ROUNDS;
    for (let item = this.#queue.pop(); item && left > 0; item = this.#queue.pop()) {
      left--;
      const node = this.#program.nodes[item.node];
      // a group that was thrown together with others since then comes with them
      if (node && this.#states[item.node]?.has(stateKey(item.state))) this.#process(node, item.state);
    }
    return {
      exits: [...this.#exits.values()],
      calls: this.#calls,
      expected: this.#expected,
      isPartial: left <= 0,
    };
  }

  #arrive(index: number, state: State): void {
    const states = this.#states[index];
    if (!states) return;
    const key = stateKey(state);
    if (states.has(key)) return;
    if (states.size < MAX_GROUPS && !states.has('')) {
      states.set(key, state);
      this.#queue.push({ node: index, state });
      return;
    }
    const all = [...states.values()].reduce(
      (sum, one) => ({ locks: either(sum.locks, one.locks), facts: commonFacts(sum.facts, one.facts) }),
      state,
    );
    const known = states.get('');
    if (known && isSame(known.locks, all.locks) && known.facts.size === all.facts.size) return;
    states.clear();
    states.set('', all);
    states.set(stateKey(all), all);
    this.#queue.push({ node: index, state: all });
  }

  #process(node: ProgramNode, state: State): void {
    switch (node.kind) {
      case 'evaluate': {
        const after = node.expression ? this.#evaluate(node.expression, state) : [{ state, fact: undefined }];
        for (const one of after) this.#arrive(node.next, one.state);
        break;
      }
      case 'branch':
        for (const { state: after, fact } of this.#test(node.test, state)) {
          if (fact !== 'zero') this.#arrive(node.yes, after);
          if (fact === 'zero' || fact === undefined) this.#arrive(node.no, after);
        }
        break;
      case 'switch':
        for (const { state: after } of this.#evaluate(node.subject, state)) {
          for (const target of new Set(node.targets)) this.#arrive(target, after);
        }
        break;
      case 'each': {
        const looked = this.#sequence(
          node.parts.filter((part) => !node.variables.includes(part)),
          state,
        );
        for (const { state: after } of looked) {
          const next = node.variables.reduce((one, variable) => withFact(one, variable, undefined), after);
          this.#arrive(node.body, next);
          this.#arrive(node.next, next);
        }
        break;
      }
      case 'return': {
        const outcomes = node.value ? this.#evaluate(node.value, state) : [{ state, fact: undefined }];
        for (const one of outcomes) this.#leave(one);
        break;
      }
      case 'end':
        this.#leave({ state, fact: undefined });
        break;
    }
  }

  #leave({ state: { locks, facts }, fact }: Outcome): void {
    const { parameters } = this.#program;
    const fields = new Map(
      [...facts].filter(([key]) => parameters.some((name) => key.startsWith(`${name}.`))),
    );
    this.#exits.set(`${locks.join()}/${fact}/${factsKey(fields)}`, { locks, fact, fields });
  }

  /** `test` with both of its outcomes, and what they tell of a variable. */
  #test(test: Expression, state: State): readonly Outcome[] {
    return this.#evaluate(test, state).flatMap((one): Outcome[] => {
      if (one.fact !== undefined || test.kind !== 'name') return [one];
      return [
        { state: withFact(one.state, test, 'set'), fact: 'set' },
        { state: withFact(one.state, test, 'zero'), fact: 'zero' },
      ];
    });
  }

  #evaluate(expression: Expression, state: State): readonly Outcome[] {
    const outcomes = this.#outcomes(expression, state);
    return outcomes.length > 1 ? fewer(outcomes) : outcomes;
  }

  #outcomes(expression: Expression, state: State): readonly Outcome[] {
    switch (expression.kind) {
      case 'number':
        return [{ state, fact: expression.value === 0 ? 'zero' : 'set' }];
      case 'name':
        return [{ state, fact: state.facts.get(expression.name) }];
      case 'field':
        return this.#evaluate(expression.base, state).map((one) => ({
          ...one,
          fact: one.state.facts.get(keyOf(expression)),
        }));
      case 'address':
        return this.#evaluate(expression.of, state).map((one) => ({ ...one, fact: 'set' }));
      case 'pointee':
        return this.#evaluate(expression.of, state).map((one) => ({ ...one, fact: undefined }));
      case 'not':
        return this.#test(expression.of, state).map(({ state: after, fact }) => ({
          state: after,
          fact: fact === undefined ? undefined : fact === 'zero' ? 'set' : 'zero',
        }));
      case 'and':
      case 'or':
        return this.#test(expression.left, state).flatMap((one): readonly Outcome[] => {
          const isOver = (one.fact === 'zero') === (expression.kind === 'and') && one.fact !== undefined;
          const goesOn = isOver ? [] : this.#test(expression.right, one.state);
          const stops: Outcome[] = isOver
            ? [one]
            : one.fact === undefined
              ? [{ ...one, fact: expression.kind === 'and' ? 'zero' : 'set' }]
              : [];
          return [...stops, ...goesOn];
        });
      case 'compare':
        return this.#compare(expression, state);
      case 'assign':
        return this.#assign(expression, state);
      case 'choose':
        return this.#test(expression.test, state).flatMap(({ state: after, fact }) => [
          ...(fact === 'zero' ? [] : this.#evaluate(expression.yes, after)),
          ...(fact === 'zero' || fact === undefined ? this.#evaluate(expression.no, after) : []),
        ]);
      case 'sequence':
        return this.#sequence(expression.parts, state);
      case 'other':
        return this.#sequence(expression.parts, state).map((one) => ({ ...one, fact: undefined }));
      case 'call':
        return this.#call(expression, state);
    }
  }

  #sequence(parts: readonly Expression[], state: State): readonly Outcome[] {
    let outcomes: readonly Outcome[] = [{ state, fact: 'zero' }];
    for (const part of parts) outcomes = outcomes.flatMap((one) => this.#evaluate(part, one.state));
    return fewer(outcomes);
  }

  #compare(expression: Expression & { kind: 'compare' }, state: State): readonly Outcome[] {
    const { operator, left, right } = expression;
    const isZero = right.kind === 'number' && right.value === 0;
    if (isZero && (operator === '==' || operator === '!=')) {
      return this.#evaluate({ kind: 'not', of: left }, state).map(({ state: after, fact }) => ({
        state: after,
        fact: operator === '==' || fact === undefined ? fact : fact === 'zero' ? ('set' as const) : 'zero',
      }));
    }
    const known = isZero && (operator === '<' || operator === '>');
    return this.#evaluate(left, state).flatMap((one) =>
      this.#evaluate(right, one.state).map(({ state: after }) => ({
        state: after,
        fact: known && one.fact === 'zero' ? ('zero' as const) : undefined,
      })),
    );
  }

  #assign({ target, value }: Expression & { kind: 'assign' }, state: State): readonly Outcome[] {
    const values = value ? this.#evaluate(value, state) : [{ state, fact: undefined }];
    if (target.kind === 'name') {
      return values.map(({ state: after, fact }) => ({ state: withFact(after, target, fact), fact }));
    }
    return values.flatMap(({ state: after, fact }) =>
      this.#evaluate(target, after).map((one) => ({
        state: withFact(one.state, target, fact === 'zero' ? fact : undefined),
        fact,
      })),
    );
  }

  #call(call: CallExpression, state: State): readonly Outcome[] {
    const { callee, isIndirect } = call;
    const first = call.arguments[0];
    if (!isIndirect) {
      if (FATAL.test(callee)) return [];
      if (first && (GIVES_CONDITION.test(callee) || TRANSPARENT.get(callee) === 'value')) {
        return this.#test(first, state);
      }
      if (callee === 'BUG_ON' && first) {
        return this.#test(first, state)
          .filter(({ fact }) => fact === 'zero' || fact === undefined)
          .map((one) => ({ ...one, fact: 'zero' }));
      }
      if (/^IS_ERR(?:_VALUE|_OR_NULL)?$/.test(callee) && first) return this.#isError(call, first, state);
    }
    let ready: readonly { readonly state: State; readonly facts: readonly (Fact | undefined)[] }[] = [
      { state, facts: [] },
    ];
    for (const argument of call.arguments) {
      ready = ready.flatMap(({ state: before, facts }) =>
        this.#evaluate(argument, before).map((one) => ({ state: one.state, facts: [...facts, one.fact] })),
      );
    }
    return ready.flatMap(({ state: before, facts }) => this.#apply(call, before, facts));
  }

  #isError({ callee }: CallExpression, first: Expression, state: State): readonly Outcome[] {
    return this.#evaluate(first, state).flatMap((one): Outcome[] => {
      if (one.fact === 'error') return [{ ...one, fact: 'set' }];
      if (one.fact === 'zero') return [{ ...one, fact: callee === 'IS_ERR_OR_NULL' ? 'set' : 'zero' }];
      const isOne = { state: withFact(one.state, first, callee === 'IS_ERR_OR_NULL' ? undefined : 'error') };
      return [
        { ...isOne, fact: 'set' },
        { ...one, fact: 'zero' },
      ];
    });
  }

  #apply(call: CallExpression, before: State, facts: readonly (Fact | undefined)[]): readonly Outcome[] {
    const { callee, isIndirect, extent } = call;
    const known = this.#calls.get(extent.start);
    this.#calls.set(extent.start, {
      callee,
      isIndirect,
      locks: known ? either(known.locks, before.locks) : before.locks,
    });
    // what its address is given away of may come back changed
    const state = call.arguments.reduce(
      (one, argument) => (argument.kind === 'address' ? withoutValue(one, argument.of) : one),
      before,
    );
    if (callee === 'ERR_PTR' || callee === 'PTR_ERR') {
      return [{ state, fact: callee === 'ERR_PTR' ? 'error' : 'set' }];
    }
    const primitive = isIndirect ? undefined : PRIMITIVES.get(callee);
    if (primitive && !ALSO_FOLLOWED.has(callee)) {
      const done = primitiveOutcomes(primitive, call, state);
      if (primitive.does === 'assert') {
        for (const one of done)
          this.#expected = either(this.#expected, expectedBy(state.locks, one.state.locks));
      }
      return done;
    }
    const names = call.arguments.map((argument) => handedOn(argument));
    const { exits, expected, writes, parameters } = this.#follow(call, {
      facts,
      names,
      fields: state.facts,
    });
    this.#expected = either(this.#expected, expectedBy(state.locks, composed(state.locks, expected)));
    if (!exits) {
      const kept = [...state.facts].filter(([key]) => {
        const [base = '', field] = key.split('.');
        return field === undefined || !names.includes(base) || (writes && !writes.has(field));
      });
      const isSameFacts = kept.length === state.facts.size;
      return [{ state: isSameFacts ? state : { ...state, facts: new Map(kept) }, fact: undefined }];
    }
    return exits.map((exit) => ({
      state: {
        locks: composed(state.locks, exit.locks),
        facts: factsAfter(state.facts, exit.fields, names, parameters),
      },
      fact: exit.fact,
    }));
  }
}

/** The variable that an argument hands on: itself or its address. */
function handedOn(argument: Expression): string {
  const named = argument.kind === 'address' ? argument.of : argument;
  return named.kind === 'name' ? named.name : '';
}

/** Facts after a call that was handed `names`: what it knew of their fields at its end, and what it cannot have touched. */
function factsAfter(
  facts: ReadonlyMap<string, Fact>,
  fields: ReadonlyMap<string, Fact>,
  names: readonly string[],
  parameters: readonly string[],
): ReadonlyMap<string, Fact> {
  const isHandedOn = (key: string): boolean => {
    const dot = key.indexOf('.');
    return dot >= 0 && names.includes(key.slice(0, dot));
  };
  if (fields.size === 0 && ![...facts.keys()].some(isHandedOn)) return facts;
  const after = new Map([...facts].filter(([key]) => !isHandedOn(key)));
  for (const [key, fact] of fields) {
    const [parameter = '', field = ''] = key.split('.');
    const name = names[parameters.indexOf(parameter)] ?? '';
    if (name !== '') after.set(`${name}.${field}`, fact);
  }
  return after;
}

/** Name of a variable or of a field of one; empty for other expressions. */
function keyOf(target: Expression): string {
  if (target.kind === 'name') return target.name;
  return target.kind === 'field' && target.base.kind === 'name' ? `${target.base.name}.${target.name}` : '';
}

/** Outcomes with the same state and value are one; too many are thrown together. */
function fewer(outcomes: readonly Outcome[]): readonly Outcome[] {
  const unique = new Map(outcomes.map((one) => [`${stateKey(one.state)}/${one.fact}`, one]));
  if (unique.size <= MAX_OUTCOMES) return [...unique.values()];
  const [first, ...others] = unique.values();
  if (!first) return [];
  const state = others.reduce(
    (sum, one) => ({
      locks: either(sum.locks, one.state.locks),
      facts: commonFacts(sum.facts, one.state.facts),
    }),
    first.state,
  );
  return [{ state, fact: undefined }];
}

function withFact(state: State, target: Expression, fact: Fact | undefined): State {
  const key = keyOf(target);
  if (key === '') return state;
  const isGone = (one: string): boolean => one === key || one.startsWith(`${key}.`);
  const { facts } = state;
  if (facts.get(key) === fact && ![...facts.keys()].some((one) => one !== key && isGone(one))) return state;
  const after = new Map([...facts].filter(([one]) => !isGone(one)));
  if (fact) after.set(key, fact);
  return { ...state, facts: after };
}

/** Forgets the value of a variable, but not what is known of its fields. */
function withoutValue(state: State, target: Expression): State {
  if (target.kind !== 'name' || !state.facts.has(target.name)) return state;
  const facts = new Map(state.facts);
  facts.delete(target.name);
  return { ...state, facts };
}

function primitiveOutcomes(primitive: Primitive, call: CallExpression, state: State): readonly Outcome[] {
  const lock: LockClass | undefined =
    primitive.lock ?? classOfField(lastName(call.arguments.at(primitive.argument)));
  const { does, mode, success } = primitive;
  if (does === 'test' || does === 'release all') return [{ state, fact: undefined }];
  const done: State = lock ? { ...state, locks: changed(state.locks, lock, does, mode) } : state;
  if (does !== 'take' || success === 'always') return [{ state: done, fact: undefined }];
  return success === 'zero'
    ? [
        { state: done, fact: 'zero' },
        { state, fact: 'set' },
      ]
    : [
        { state: done, fact: 'set' },
        { state, fact: 'zero' },
      ];
}

/** Walks `program`, entered with what is known of its parameters. */
export function coarseWalk(
  program: Program,
  facts: ReadonlyMap<string, Fact>,
  follow: FollowCall,
): CoarseResult {
  return new CoarseWalk(program, follow).run(facts);
}
