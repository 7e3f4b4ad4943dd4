/**
 * What an expression does to a world: each outcome is a world and the value that the expression has in it. Conditions split
 * worlds, primitives take and release locks, calls of functions of the tree are handed to `CallFollower`.
 */

import type { LockPrimitives } from './lockPrimitives';
import {
  ALSO_FOLLOWED,
  DEBUG_CHECK,
  GIVES_CONDITION,
  NEVER_NULL,
  PRIMITIVES,
  type Primitive,
  TRANSPARENT,
} from './lockTable';
import type { CallExpression, Comparison, Expression, Program } from './program';
import {
  constant,
  truthOf,
  type World,
  withFieldWritten,
  withFresh,
  withLocal,
  withMemory,
  withTruth,
} from './world';

export interface Outcome {
  readonly world: World;
  readonly value: string;
}

/** Follows a call of a function that is no primitive. */
export interface CallFollower {
  /** Outcomes of the call with these argument values (`pointer`: what the field called through holds); undefined where there is nothing to follow. */
  follow(
    call: CallExpression,
    world: World,
    values: readonly string[],
    hint: string,
    pointer: string,
  ): readonly Outcome[] | undefined;
  /** `world` after what a call that is not followed may have done; `before` is what it was called in. */
  sideEffects(
    call: CallExpression,
    world: World,
    values: readonly string[],
    pointer: string,
    before: World,
  ): World;
  /** Told of every call that is reached, with the world in which it is. */
  reached(call: CallExpression, world: World): void;
}

const YES = '#1';
const NO = '0';
/** Characters of the name of a value whose bits are told apart. */
const MAX_MASKED = 80;
/** Functions that do not come back. */
const FATAL = /^(?:BUG|panic|unreachable|__builtin_unreachable|do_exit)$/;

export class Evaluator {
  readonly #program: Program;
  readonly #calls: CallFollower;
  readonly #primitives: LockPrimitives;
  #depth = 0;

  constructor(program: Program, calls: CallFollower, primitives: LockPrimitives) {
    this.#program = program;
    this.#calls = calls;
    this.#primitives = primitives;
  }

  /** Forgets where it was, after it was broken off. */
  beginAnew(): void {
    this.#depth = 0;
  }

  /** Worlds in which `test` is true, and those in which it is not. */
  split(test: Expression, world: World): { readonly yes: World[]; readonly no: World[] } {
    const yes: World[] = [];
    const no: World[] = [];
    for (const outcome of this.evaluate(test, world)) {
      const sides = sidesOf(outcome.world, outcome.value);
      if (sides.set) yes.push(sides.set);
      if (sides.zero) no.push(sides.zero);
    }
    return { yes, no };
  }

  #decide(test: Expression, world: World, isNegated: boolean): Outcome[] {
    const { yes, no } = this.split(test, world);
    return [
      ...yes.map((one): Outcome => ({ world: one, value: isNegated ? NO : YES })),
      ...no.map((one): Outcome => ({ world: one, value: isNegated ? YES : NO })),
    ];
  }

  /** A value that is new here; `name` is what people would call it. */
  fresh(world: World, name: string, at: number): Outcome {
    const base = `${name}@${at}`;
    return { world: withFresh(world, base), value: `⟨${base}⟩` };
  }

  /** `hint` names what the value is assigned to. */
  evaluate(expression: Expression, world: World, hint = ''): readonly Outcome[] {
    switch (expression.kind) {
      case 'number':
        return [{ world, value: constant(expression.value, expression.text) }];
      case 'name':
        return [{ world, value: this.#variable(expression.name, world) }];
      case 'field':
        return this.#field(expression, world);
      case 'address':
        return this.place(expression.of, world).map((one) => ({
          world: one.world,
          value: `&${one.value}`,
        }));
      case 'pointee':
        return this.place(expression, world).map((one) => this.#load(one));
      case 'not':
        return this.#decide(expression.of, world, true);
      case 'and':
      case 'or':
        return this.#shortCircuit(expression.kind, expression.left, expression.right, world);
      case 'compare':
        return this.#compare(expression.operator, expression.left, expression.right, world);
      case 'assign':
        return this.#assign(expression, world);
      case 'choose': {
        const { yes, no } = this.split(expression.test, world);
        return [
          ...yes.flatMap((one) => this.evaluate(expression.yes, one, hint)),
          ...no.flatMap((one) => this.evaluate(expression.no, one, hint)),
        ];
      }
      case 'sequence':
        return this.#sequence(expression.parts, world, hint);
      case 'other':
        return this.#all(expression.parts, world).map(({ world: after, values: [of = '', flag = ''] }) =>
          expression.isMask && of.length <= MAX_MASKED
            ? { world: after, value: maskedValue(of, flag) }
            : this.fresh(after, hint === '' ? 'value' : hint, expression.at),
        );
      case 'call':
        return this.#call(expression, world, hint);
    }
  }

  #variable(name: string, world: World): string {
    const value = world.locals.get(name);
    if (value !== undefined) {
      return value;
    }
    const { locals, parameters } = this.#program;
    return locals.has(name) || parameters.includes(name) ? `⟨${name}⟩` : (world.memory.get(name) ?? name);
  }

  #load({ world, value: place }: Outcome): Outcome {
    const local = /^⟨(\w+)⟩$/.exec(place)?.[1];
    const stored = world.memory.get(place);
    if (stored !== undefined) {
      return { world, value: stored };
    }
    return { world, value: local !== undefined ? this.#variable(local, world) : place };
  }

  #field(expression: Expression & { kind: 'field' }, world: World): Outcome[] {
    return this.place(expression, world).map((one) => {
      const read = this.#load(one);
      const isSet = NEVER_NULL.has(expression.name) && truthOf(read.world, read.value) === undefined;
      return isSet ? { ...read, world: withTruth(read.world, read.value, 'nonzero') } : read;
    });
  }

  /** Where an lvalue lies, by name. */
  place(expression: Expression, world: World): Outcome[] {
    switch (expression.kind) {
      case 'name': {
        const { locals, parameters } = this.#program;
        const isOwn = locals.has(expression.name) || parameters.includes(expression.name);
        return [{ world, value: isOwn ? `⟨${expression.name}⟩` : expression.name }];
      }
      case 'field': {
        if (!expression.isArrow) {
          return this.place(expression.base, world).map((one) => ({
            world: one.world,
            value: `${one.value}.${expression.name}`,
          }));
        }
        return this.evaluate(expression.base, world).map(({ world: after, value }) => ({
          // what is looked into is there
          world: withObject(after, value),
          value: value.startsWith('&')
            ? `${value.slice(1)}.${expression.name}`
            : `${value}->${expression.name}`,
        }));
      }
      case 'pointee':
        return this.evaluate(expression.of, world).map(({ world: after, value }) => ({
          world: after,
          value: value.startsWith('&') ? value.slice(1) : `*${value}`,
        }));
      default:
        return this.evaluate(expression, world).map((one) => ({ ...one, value: `*&(${one.value})` }));
    }
  }

  #shortCircuit(kind: 'and' | 'or', left: Expression, right: Expression, world: World): Outcome[] {
    const { yes, no } = this.split(left, world);
    const goesOn = kind === 'and' ? yes : no;
    const stops = kind === 'and' ? no : yes;
    return [
      ...stops.map((one): Outcome => ({ world: one, value: kind === 'and' ? NO : YES })),
      ...goesOn.flatMap((one) => this.#decide(right, one, false)),
    ];
  }

  #compare(operator: Comparison, left: Expression, right: Expression, world: World): Outcome[] {
    return this.#all([left, right], world).flatMap(({ world: after, values: [a = '', b = ''] }) => {
      if (operator === '==' || operator === '!=') {
        if (a === b && (isReadAnew(left) || isReadAnew(right))) {
          return [
            { world: after, value: YES },
            { world: after, value: NO },
          ];
        }
        return equality(after, a, b, operator === '!=');
      }
      return ordering(after, operator, a, b);
    });
  }

  #sequence(parts: readonly Expression[], world: World, hint: string): readonly Outcome[] {
    let outcomes: readonly Outcome[] = [{ world, value: NO }];
    for (const part of parts) {
      outcomes = outcomes.flatMap((one) => this.evaluate(part, one.world, hint));
    }
    return outcomes;
  }

  /** Values of several expressions in order; a value survives what the later ones rename. */
  #all(
    parts: readonly Expression[],
    world: World,
  ): { readonly world: World; readonly values: readonly string[] }[] {
    const first = parts[0];
    if (parts.length === 1 && first) {
      return this.evaluate(first, world).map((one) => ({ world: one.world, values: [one.value] }));
    }
    if (parts.every((part, index) => index === 0 || isPlainRead(part))) {
      return this.#allPlain(parts, world);
    }
    const slot = (index: number): string => `%${this.#depth}.${index}`;
    this.#depth++;
    let worlds = [world];
    parts.forEach((part, index) => {
      worlds = worlds.flatMap((one) =>
        this.evaluate(part, one).map((outcome) => withLocal(outcome.world, slot(index), outcome.value)),
      );
    });
    const read = worlds.map((one) => {
      const values = parts.map((_, index) => one.locals.get(slot(index)) ?? '');
      const locals = new Map(one.locals);
      parts.forEach((_, index) => void locals.delete(slot(index)));
      return { world: { ...one, locals }, values };
    });
    this.#depth--;
    return read;
  }

  /** The same where nothing that is evaluated later renames values. */
  #allPlain(
    parts: readonly Expression[],
    world: World,
  ): { readonly world: World; readonly values: readonly string[] }[] {
    let all: { readonly world: World; readonly values: readonly string[] }[] = [{ world, values: [] }];
    for (const part of parts) {
      all = all.flatMap(({ world: before, values }) =>
        this.evaluate(part, before).map((one) => ({ world: one.world, values: [...values, one.value] })),
      );
    }
    return all;
  }

  #assign(expression: Expression & { kind: 'assign' }, world: World): Outcome[] {
    const { target, at } = expression;
    const hint = target.kind === 'name' ? target.name : target.kind === 'field' ? target.name : 'value';
    const values = expression.value
      ? this.evaluate(expression.value, world, hint)
      : [this.fresh(world, hint, at)];
    return values.flatMap((one) => this.store(target, one));
  }

  /** Writes a value. */
  store(target: Expression, { world, value }: Outcome): Outcome[] {
    const { locals, parameters } = this.#program;
    if (target.kind === 'name' && (locals.has(target.name) || parameters.includes(target.name))) {
      return [{ world: withLocal(world, target.name, value), value }];
    }
    if (isPlainRead(target)) {
      return this.place(target, world).flatMap(({ world: found, value: at }) => {
        const scalar = /^⟨(\w+)⟩$/.exec(at)?.[1];
        return scalar !== undefined && locals.has(scalar)
          ? [{ world: withLocal(found, scalar, value), value }]
          : [storeAt(found, at, value)];
      });
    }
    const slot = `%store${this.#depth}`;
    return this.place(target, withLocal(world, slot, value)).map(({ world: found, value: at }) => {
      const scalar = /^⟨(\w+)⟩$/.exec(at)?.[1];
      const own = found.locals.get(slot) ?? value;
      const cleared = new Map(found.locals);
      cleared.delete(slot);
      const clear = { ...found, locals: cleared };
      if (scalar !== undefined && locals.has(scalar)) {
        return { world: withLocal(clear, scalar, own), value: own };
      }
      return storeAt(clear, at, own);
    });
  }

  #call(call: CallExpression, world: World, hint: string): readonly Outcome[] {
    const { callee } = call;
    const first = call.arguments[0];
    const transparent = call.isIndirect ? undefined : TRANSPARENT.get(callee);
    if (transparent && first) {
      return transparent === 'value'
        ? this.evaluate(first, world, hint)
        : this.evaluate({ kind: 'pointee', of: first }, world, hint);
    }
    if (!call.isIndirect) {
      const known = this.#knownMacro(call, first, world);
      if (known) {
        return known;
      }
    }
    const parts = call.pointer ? [call.pointer, ...call.arguments] : call.arguments;
    return this.#all(parts, world).flatMap(({ world: ready, values }) => {
      this.#calls.reached(call, ready);
      const name = hint === '' ? callee : hint;
      return call.pointer
        ? this.#apply(call, ready, values.slice(1), name, values[0] ?? '')
        : this.#apply(call, ready, values, name, '');
    });
  }

  #knownMacro(
    call: CallExpression,
    first: Expression | undefined,
    world: World,
  ): readonly Outcome[] | undefined {
    const { callee } = call;
    if (FATAL.test(callee)) {
      return [];
    }
    if (callee === 'BUG_ON' && first) {
      return this.split(first, world).no.map((one) => ({ world: one, value: NO }));
    }
    if (GIVES_CONDITION.test(callee) && first) {
      return this.#decide(first, world, false);
    }
    if (DEBUG_CHECK.test(callee)) {
      return this.#debugCheck(first, world);
    }
    return undefined;
  }

  /** `VM_WARN_ON_FOLIO(!folio_test_locked(folio), folio)` is an assert; of others only the asserts in what they call count. */
  #debugCheck(condition: Expression | undefined, world: World): readonly Outcome[] {
    const tested = condition?.kind === 'not' ? condition.of : undefined;
    if (tested?.kind === 'call') {
      const primitive = PRIMITIVES.get(tested.callee);
      if (primitive?.does === 'test') {
        return this.#all(tested.arguments, world).map((one) => ({
          world: this.#primitives.assert(primitive, tested, one.world, one.values),
          value: NO,
        }));
      }
      return this.evaluate(tested, world);
    }
    return [{ world, value: NO }];
  }

  #apply(
    call: CallExpression,
    world: World,
    values: readonly string[],
    hint: string,
    pointer: string,
  ): readonly Outcome[] {
    const { callee } = call;
    const at = call.extent.start;
    const [value = ''] = values;
    switch (call.isIndirect ? '' : callee) {
      case 'IS_ERR':
      case 'IS_ERR_VALUE':
        return isError(world, value, false);
      case 'IS_ERR_OR_NULL':
        return isError(world, value, true);
      case 'ERR_PTR': {
        const made = this.fresh(world, hint, at);
        return [{ ...made, world: withTruth(made.world, made.value, 'error') }];
      }
      case 'PTR_ERR': {
        const made = this.fresh(world, hint, at);
        return [{ ...made, world: withTruth(made.world, made.value, 'nonzero') }];
      }
      case 'WRITE_ONCE':
      case 'smp_store_release':
      case 'rcu_assign_pointer':
      case 'RCU_INIT_POINTER':
        return this.#storeMacro(call, world, values);
      default:
    }
    const primitive = call.isIndirect ? undefined : PRIMITIVES.get(callee);
    if (primitive) {
      const followed = ALSO_FOLLOWED.has(callee)
        ? this.#calls.follow(call, world, values, hint, pointer)
        : undefined;
      if (followed && primitive.success === 'true') {
        return followed.flatMap((one) => this.#attempt(primitive, call, one, values));
      }
      return worldsOf(followed, world)
        .flatMap((one) => this.#primitives.apply(primitive, call, one, values))
        .map((one) => (one.value === '' ? this.fresh(one.world, hint, at) : one));
    }
    const followed = this.#calls.follow(call, world, values, hint, pointer);
    if (followed) {
      return followed;
    }
    const written = this.#changedThrough(world, values, at);
    const changed = this.#calls.sideEffects(call, written, values, pointer, world);
    return [this.fresh(changed, hint, at)];
  }

  /** A primitive that tells by its result whether it took the lock, after its own text was followed to that result. */
  #attempt(
    primitive: Primitive,
    call: CallExpression,
    { world, value }: Outcome,
    values: readonly string[],
  ): readonly Outcome[] {
    const truth = truthOf(world, value);
    if (truth === 'zero' || truth === 'error' || truth === 'nothing') {
      return [{ world, value }];
    }
    const [taken] = this.#primitives.apply(primitive, call, world, values);
    const yes = taken ? [{ world: withTruth(taken.world, value, 'object'), value }] : [];
    return truth ? yes : [...yes, { world: withTruth(world, value, 'zero'), value }];
  }

  #storeMacro(call: CallExpression, world: World, values: readonly string[]): readonly Outcome[] {
    const target = call.arguments[0];
    if (!target) {
      return [{ world, value: NO }];
    }
    const place: Expression = target.kind === 'address' ? target.of : target;
    return this.store(place, { world, value: values[1] ?? NO });
  }

  /** Variables whose address is given away may come back changed. */
  #changedThrough(world: World, values: readonly string[], at: number): World {
    let after = world;
    for (const value of values) {
      const name = /^&⟨(\w+)⟩$/.exec(value)?.[1];
      if (name !== undefined && !this.#program.structs.has(name) && this.#program.locals.has(name)) {
        const made = this.fresh(after, name, at);
        after = withLocal(made.world, name, made.value);
      }
    }
    return after;
  }
}

/** `of & flag`, by name: of 0 it is 0, and a flag that was put there alone is set. */
function maskedValue(of: string, flag: string): string {
  return of === '0' ? NO : of === flag ? YES : `(${of}&${flag})`;
}

/** `world` where `value` is not 0, and where it is; undefined for what cannot be. */
function sidesOf(
  world: World,
  value: string,
): { readonly set: World | undefined; readonly zero: World | undefined } {
  const truth = truthOf(world, value);
  switch (truth) {
    case undefined:
    case 'nothing':
      return {
        set: withTruth(world, value, truth ? 'error' : 'nonzero'),
        zero: withTruth(world, value, 'zero'),
      };
    case 'zero':
      return { set: undefined, zero: world };
    default:
      return { set: world, zero: undefined };
  }
}

/** True for an expression that only reads: what is evaluated before it keeps its name. */
function isPlainRead(expression: Expression): boolean {
  switch (expression.kind) {
    case 'name':
    case 'number':
      return true;
    case 'field':
      return isPlainRead(expression.base);
    case 'address':
    case 'pointee':
      return isPlainRead(expression.of);
    default:
      return false;
  }
}

/** True for `READ_ONCE(…)`, inside of casts and hints: what it reads may have changed since it was read before. */
function isReadAnew(expression: Expression): boolean {
  return (
    expression.kind === 'call' && (expression.callee === 'READ_ONCE' || expression.arguments.some(isReadAnew))
  );
}

function worldsOf(outcomes: readonly Outcome[] | undefined, otherwise: World): readonly World[] {
  return outcomes ? [...new Set(outcomes.map((one) => one.world))] : [otherwise];
}

/** Writes `value` to the place named `at`. */
function storeAt(world: World, at: string, value: string): Outcome {
  const field = /(?:->|\.)(\w+)$/.exec(at)?.[1];
  if (field === undefined) {
    return { world: withMemory(world, at, value), value };
  }
  const held = withLocal(withLocal(world, '%at', at), '%value', value);
  const struct = /^(⟨[^⟩]*⟩)\.\w+$/.exec(at)?.[1];
  const written = withFieldWritten(held, field, (base) => base === struct);
  const own = written.locals.get('%value') ?? value;
  // the place keeps its name: only what was read from it became old
  const renamedAt = written.locals.get('%at') ?? at;
  const place = renamedAt.endsWith('°') ? renamedAt.slice(0, -1) : renamedAt;
  const locals = new Map(written.locals);
  locals.delete('%at');
  locals.delete('%value');
  return { world: withMemory({ ...written, locals }, place, own), value: own };
}

function equality(world: World, a: string, b: string, isNegated: boolean): Outcome[] {
  const same: Outcome = { world, value: isNegated ? NO : YES };
  const different: Outcome = { world, value: isNegated ? YES : NO };
  if (a === b) {
    return [same];
  }
  if (isConstant(a) && isConstant(b)) {
    return [different];
  }
  if (a === '0' || b === '0') {
    return byTruth(world, a === '0' ? b : a, isNegated);
  }
  const [ta, tb] = [truthOf(world, a), truthOf(world, b)];
  const isTold = ta !== undefined && tb !== undefined && ta !== 'nothing' && tb !== 'nothing';
  if ((ta === 'zero') !== (tb === 'zero') && isTold) {
    return [different];
  }
  const name = `(${[a, b].sort().join('==')})`;
  return byTruth(world, name, !isNegated);
}

/** Outcomes of `!value` (`isTrueWhenSet`: of `value != 0`). */
function byTruth(world: World, value: string, isTrueWhenSet: boolean): Outcome[] {
  const { set, zero } = sidesOf(world, value);
  return [
    ...(set ? [{ world: set, value: isTrueWhenSet ? YES : NO }] : []),
    ...(zero ? [{ world: zero, value: isTrueWhenSet ? NO : YES }] : []),
  ];
}

function isConstant(value: string): boolean {
  return value === '0' || value.startsWith('#');
}

/** Only comparisons with 0 tell something; the others are remembered by their text. */
function ordering(world: World, operator: Comparison, a: string, b: string): Outcome[] {
  const name = `(${a}${operator}${b})`;
  if (b !== '0') {
    return byTruth(world, name, true);
  }
  const isStrict = operator === '<' || operator === '>';
  if (truthOf(world, a) === 'zero') {
    return [{ world, value: isStrict ? NO : YES }];
  }
  if (a.startsWith('#')) {
    return [{ world, value: a.startsWith('#-') === operator.startsWith('<') ? YES : NO }];
  }
  return byTruth(world, name, true).map((one) =>
    isStrict === (one.value === YES) ? { ...one, world: withTruthIfNone(one.world, a) } : one,
  );
}

/** `a < 0` being true, or `a <= 0` false, means that it is not 0. */
function withTruthIfNone(world: World, value: string): World {
  return truthOf(world, value) === undefined ? withTruth(world, value, 'nonzero') : world;
}

/** `value` is a pointer to something that is there. */
function withObject(world: World, value: string): World {
  const truth = truthOf(world, value);
  return truth === undefined || truth === 'nonzero' ? withTruth(world, value, 'object') : world;
}

function isError(world: World, value: string, orNull: boolean): Outcome[] {
  const truth = truthOf(world, value);
  if (truth === 'error' || (orNull && (truth === 'zero' || truth === 'nothing'))) {
    return [{ world, value: YES }];
  }
  if (truth === 'zero') {
    return [{ world, value: NO }];
  }
  if (truth === 'nothing') {
    return [
      { world: withTruth(world, value, 'error'), value: YES },
      { world: withTruth(world, value, 'zero'), value: NO },
    ];
  }
  const fine: Outcome = { world: orNull || truth ? withObject(world, value) : world, value: NO };
  if (value.startsWith('&') || truth === 'object') {
    return [fine];
  }
  const bad = withTruth(world, value, orNull && truth === undefined ? 'nothing' : 'error');
  return [{ world: bad, value: YES }, fine];
}
