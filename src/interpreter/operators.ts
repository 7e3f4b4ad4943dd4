/** Operators of C on compiled expressions: promotions, arithmetic, comparisons, pointer arithmetic. */
import type { Code, Context, Frame, Run } from './compilation';
import type { Place } from './problem';
import { constantCode, convert, truth } from './storage';
import {
  type CType,
  INT,
  type IntType,
  LONG,
  type PointerType,
  sizeOf,
  typeName,
  UINT,
  ULONG,
} from './types';
import {
  add,
  type BitOperator,
  bitwise,
  complement,
  divide,
  multiply,
  negate,
  remainder,
  shiftLeft,
  shiftRight,
  subtract,
  type Value,
} from './value';

/** Code that ends the run when it is reached. Its type is not known either, so that what builds on it ends there too. */
export function unsupported(context: Context, what: string, at: () => Place, name?: string): Code {
  const { runtime } = context;
  return {
    type: { kind: 'unknown', name: what },
    run: () => runtime.stop('unsupported', what, at(), name),
  };
}

/** True for code that can only end the run. */
export function isUnsupported({ type }: Code): boolean {
  return type.kind === 'unknown';
}

export function promoted(type: IntType): IntType {
  return type.size < 4 ? INT : type;
}

/** The type in which two operands are computed. */
export function commonType(a: IntType, b: IntType): IntType {
  const [x, y] = [promoted(a), promoted(b)];
  if (x.size !== y.size) return x.size > y.size ? x : y;
  return x.signed ? y : x;
}

function asInt(type: CType): IntType | undefined {
  if (type.kind === 'int') return type;
  return type.kind === 'pointer' ? ULONG : undefined;
}

type Compute = (a: Value, b: Value, type: IntType) => Value;

const ARITHMETIC: Readonly<Record<string, Compute>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': remainder,
};
const COMPARISON: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

/** `left operator right`, operands already decayed. */
export function binary(context: Context, operator: string, left: Code, right: Code, at: () => Place): Code {
  if (operator === '&&' || operator === '||') return logical(operator, left, right);
  if (isUnsupported(left)) return left;
  if (isUnsupported(right)) return right;
  const pointers = pointerBinary(context, operator, left, right, at);
  if (pointers) return pointers;
  const [a, b] = [asInt(left.type), asInt(right.type)];
  if (!a || !b)
    return unsupported(
      context,
      `"${operator}" on ${typeName(left.type)} and ${typeName(right.type)} is not supported`,
      at,
    );
  if (operator === '<<' || operator === '>>') return shift(operator, left, right, promoted(a));
  const type = commonType(a, b);
  const [x, y] = [convert(left, type), convert(right, type)];
  const compare = COMPARISON[operator];
  if (compare) return comparison(operator, compare, x, y);
  if (operator === '&' || operator === '|' || operator === '^') return bits(operator, x, y, type);
  const compute = ARITHMETIC[operator];
  if (!compute) return unsupported(context, `the operator "${operator}" is not supported`, at);
  if (operator === '/' || operator === '%') return division(context, operator, compute, x, y, type, at);
  if (type.code === 'u64' || type.code === 'i64') return long(operator, compute, x, y, type);
  return folded(x, y, type, (p, q) => compute(p, q, type));
}

function comparison(operator: string, compare: (a: Value, b: Value) => boolean, x: Code, y: Code): Code {
  if (x.constant !== undefined && y.constant !== undefined)
    return constantCode(INT, compare(x.constant, y.constant) ? 1 : 0);
  return tested(comparing(operator, x.run, y.run, y.constant));
}

/** One function for each operator, so that each comparison knows what it does. */
function comparing(operator: string, a: Run, b: Run, fixed: Value | undefined): (frame: Frame) => boolean {
  switch (operator) {
    case '==':
      return fixed === undefined ? (frame) => a(frame) === b(frame) : (frame) => a(frame) === fixed;
    case '!=':
      return fixed === undefined ? (frame) => a(frame) !== b(frame) : (frame) => a(frame) !== fixed;
    case '<':
      return (frame) => a(frame) < b(frame);
    case '>':
      return (frame) => a(frame) > b(frame);
    case '<=':
      return (frame) => a(frame) <= b(frame);
    default:
      return (frame) => a(frame) >= b(frame);
  }
}

/** An int that is 1 where the test holds, else 0. */
function tested(test: (frame: Frame) => boolean): Code {
  return { type: INT, run: (frame) => (test(frame) ? 1 : 0), test };
}

function bits(operator: BitOperator, x: Code, y: Code, type: IntType): Code {
  return folded(x, y, type, (p, q) => bitwise(operator, p, q, type));
}

/** Sums of 64-bit numbers, which are nearly always small. */
function long(operator: string, compute: Compute, x: Code, y: Code, type: IntType): Code {
  const smallest = type.signed ? Number.MIN_SAFE_INTEGER : 0;
  if (operator === '+')
    return folded(x, y, type, (p, q) => {
      if (typeof p === 'number' && typeof q === 'number') {
        const sum = p + q;
        if (sum >= smallest && sum <= Number.MAX_SAFE_INTEGER) return sum;
      }
      return compute(p, q, type);
    });
  if (operator === '-')
    return folded(x, y, type, (p, q) => {
      if (typeof p === 'number' && typeof q === 'number') {
        const difference = p - q;
        if (difference >= smallest && difference <= Number.MAX_SAFE_INTEGER) return difference;
      }
      return compute(p, q, type);
    });
  return folded(x, y, type, (p, q) => compute(p, q, type));
}

function folded(x: Code, y: Code, type: CType, compute: (a: Value, b: Value) => Value): Code {
  if (x.constant !== undefined && y.constant !== undefined)
    return constantCode(type, compute(x.constant, y.constant));
  const [a, b] = [x.run, y.run];
  if (y.constant !== undefined) {
    const fixed = y.constant;
    return { type, run: (frame) => compute(a(frame), fixed) };
  }
  return { type, run: (frame) => compute(a(frame), b(frame)) };
}

function division(
  context: Context,
  operator: string,
  compute: Compute,
  x: Code,
  y: Code,
  type: IntType,
  at: () => Place,
): Code {
  if (x.constant !== undefined && y.constant !== undefined && y.constant !== 0)
    return constantCode(type, compute(x.constant, y.constant, type));
  const { runtime } = context;
  return {
    type,
    run: (frame) => {
      const [a, b] = [x.run(frame), y.run(frame)];
      if (b === 0) runtime.stop('oops', `"${operator}" divides by zero: the kernel would crash here`, at());
      return compute(a, b, type);
    },
  };
}

function shift(operator: '<<' | '>>', left: Code, right: Code, type: IntType): Code {
  const width = type.size * 8;
  const compute = operator === '<<' ? shiftLeft : shiftRight;
  // A count outside of the width is undefined in C; x86-64 takes it modulo the width.
  const count = (value: Value): number => ((Number(value) % width) + width) % width;
  return folded(convert(left, type), right, type, (a, b) => compute(a, count(b), type));
}

function logical(operator: string, left: Code, right: Code): Code {
  const [a, b] = [truth(left), truth(right)];
  if (left.constant !== undefined) {
    const decided = operator === '&&' ? left.constant === 0 : left.constant !== 0;
    if (decided) return constantCode(INT, operator === '&&' ? 0 : 1);
    if (right.constant !== undefined) return constantCode(INT, right.constant !== 0 ? 1 : 0);
  }
  return tested(operator === '&&' ? (frame) => a(frame) && b(frame) : (frame) => a(frame) || b(frame));
}

function pointerBinary(
  context: Context,
  operator: string,
  left: Code,
  right: Code,
  at: () => Place,
): Code | undefined {
  if (left.type.kind !== 'pointer' && right.type.kind !== 'pointer') return undefined;
  if (operator !== '+' && operator !== '-') return undefined;
  if (left.type.kind === 'pointer' && right.type.kind === 'pointer')
    return pointerDifference(context, left, right, at);
  if (left.type.kind === 'pointer')
    return displaced(context, left, right, left.type, operator === '+' ? 1 : -1, at);
  return right.type.kind === 'pointer' ? displaced(context, right, left, right.type, 1, at) : undefined;
}

/** A pointer moved by a number of the things it points to. */
function displaced(
  context: Context,
  pointer: Code,
  count: Code,
  type: PointerType,
  sign: number,
  at: () => Place,
): Code {
  const size = sizeOf(type.to);
  if (size === undefined) return unsupported(context, `the size of ${typeName(type.to)} is not known`, at);
  const index = convert(count, LONG);
  if (pointer.constant === undefined && typeof index.constant === 'number') {
    const by = index.constant * size * sign;
    const { run } = pointer;
    if (Number.isSafeInteger(by))
      return {
        type,
        run: (frame) => {
          const address = run(frame);
          if (typeof address === 'number') {
            const sum = address + by;
            if (sum >= 0 && sum <= Number.MAX_SAFE_INTEGER) return sum;
          }
          return add(address, by, ULONG);
        },
      };
  }
  return folded(pointer, index, type, (address, by) => add(address, multiply(by, size * sign, LONG), ULONG));
}

function pointerDifference(context: Context, left: Code, right: Code, at: () => Place): Code {
  const size = left.type.kind === 'pointer' ? sizeOf(left.type.to) : undefined;
  if (!size) return unsupported(context, 'the difference of these pointers has no known unit', at);
  return folded(left, right, LONG, (a, b) => divide(subtract(a, b, LONG), size, LONG));
}

/** `-x`, `~x`, `+x`, `!x`. */
export function unary(context: Context, operator: string, operand: Code, at: () => Place): Code {
  if (operator === '!') {
    if (operand.constant !== undefined) return constantCode(INT, operand.constant === 0 ? 1 : 0);
    const { run, test } = operand;
    return tested(test ? (frame) => !test(frame) : (frame) => run(frame) === 0);
  }
  if (isUnsupported(operand)) return operand;
  const int = asInt(operand.type);
  if (!int) return unsupported(context, `"${operator}" on ${typeName(operand.type)} is not supported`, at);
  const type = promoted(int);
  const value = convert(operand, type);
  if (operator === '+') return value;
  const compute = operator === '-' ? negate : complement;
  if (value.constant !== undefined) return constantCode(type, compute(value.constant, type));
  const { run } = value;
  return { type, run: (frame) => compute(run(frame), type) };
}

/** The type of `condition ? a : b`, and both as that type. */
export function unified(a: Code, b: Code): { readonly type: CType; readonly a: Code; readonly b: Code } {
  const both = (type: CType) => ({ type, a: convert(a, type), b: convert(b, type) });
  if (a.type.kind === 'int' && b.type.kind === 'int') return both(commonType(a.type, b.type));
  if (a.type.kind === 'pointer' && b.type.kind === 'pointer')
    return both(a.type.to.kind === 'void' ? b.type : a.type);
  if (a.type.kind === 'pointer') return both(a.type);
  if (b.type.kind === 'pointer') return both(b.type);
  if (isUnsupported(a)) return { type: b.type, a, b };
  return { type: a.type, a, b };
}

/** `u` and `l` behind a number, and whether it needs 64 bits, make its type. */
export function numberCode(text: string): Code | undefined {
  // The grammar takes a sign in front of a number as a part of it.
  if (text.startsWith('-')) {
    const positive = numberCode(text.slice(1).trim());
    if (positive?.constant === undefined || positive.type.kind !== 'int') return undefined;
    return constantCode(positive.type, negate(positive.constant, positive.type));
  }
  const match = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)([uUlL]*)$/.exec(text);
  if (!match) return undefined;
  const digits = match[1] ?? '0';
  const suffix = (match[2] ?? '').toLowerCase();
  const octal = /^0[0-7]+$/.test(digits);
  const big = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  const decimal = !/^0/.test(digits) || digits === '0';
  const candidates: IntType[] = suffix.includes('u')
    ? [UINT, ULONG]
    : decimal
      ? [INT, LONG]
      : [INT, UINT, LONG, ULONG];
  const least = suffix.includes('l') ? 8 : 4;
  const type =
    candidates.find(({ size, signed }) => size >= least && big < 1n << BigInt(size * 8 - (signed ? 1 : 0))) ??
    ULONG;
  return constantCode(type, big <= 9007199254740991n ? Number(big) : big);
}
