/**
 * Integers of C as JavaScript values. A value is a number as long as that is exact, and a bigint beyond: ordinary addresses and
 * counters stay fast, while ULONG_MAX and errno pointers are what they are in C. Every value is kept in the range of its type.
 */
import type { IntType } from './types';

export type Value = number | bigint;

const TWO32 = 2 ** 32;

/** The value as a number if that is exact. */
export function normal(value: bigint): Value {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** `value` converted to an integer type of C: reduced modulo its size. */
export function wrap(value: Value, type: IntType): Value {
  if (typeof value === 'number') {
    switch (type.code) {
      case 'bool':
        return value === 0 ? 0 : 1;
      case 'i32':
        return value | 0;
      case 'u32':
        return value >>> 0;
      case 'u8':
        return value & 0xff;
      case 'i8':
        return (value << 24) >> 24;
      case 'u16':
        return value & 0xffff;
      case 'i16':
        return (value << 16) >> 16;
      case 'i64':
        return value;
      case 'u64':
        return value >= 0 ? value : BigInt.asUintN(64, BigInt(value));
    }
  }
  return wrapBig(value, type);
}

function wrapBig(value: bigint, type: IntType): Value {
  if (type.code === 'bool') return value === 0n ? 0 : 1;
  const bits = type.size * 8;
  return normal(type.signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
}

/** A double that may have lost digits, from an operation on `a` and `b` that is exact on bigints. */
function exact(result: number, type: IntType, big: () => bigint): Value {
  return Number.isSafeInteger(result) ? wrap(result, type) : wrapBig(big(), type);
}

export function add(a: Value, b: Value, type: IntType): Value {
  if (typeof a === 'number' && typeof b === 'number') return exact(a + b, type, () => BigInt(a) + BigInt(b));
  return wrapBig(BigInt(a) + BigInt(b), type);
}

export function subtract(a: Value, b: Value, type: IntType): Value {
  if (typeof a === 'number' && typeof b === 'number') return exact(a - b, type, () => BigInt(a) - BigInt(b));
  return wrapBig(BigInt(a) - BigInt(b), type);
}

export function multiply(a: Value, b: Value, type: IntType): Value {
  if (typeof a === 'number' && typeof b === 'number') return exact(a * b, type, () => BigInt(a) * BigInt(b));
  return wrapBig(BigInt(a) * BigInt(b), type);
}

/** Quotient, truncated towards zero. The caller has made sure that `b` is not 0. */
export function divide(a: Value, b: Value, type: IntType): Value {
  if (typeof a === 'number' && typeof b === 'number') return wrap(Math.trunc(a / b), type);
  return wrapBig(BigInt(a) / BigInt(b), type);
}

/** Remainder with the sign of `a`. The caller has made sure that `b` is not 0. */
export function remainder(a: Value, b: Value, type: IntType): Value {
  if (typeof a === 'number' && typeof b === 'number') return wrap(a % b || 0, type);
  return wrapBig(BigInt(a) % BigInt(b), type);
}

export type BitOperator = '&' | '|' | '^';

function bits32(operator: BitOperator, a: number, b: number): number {
  if (operator === '&') return a & b;
  return operator === '|' ? a | b : a ^ b;
}

/** Bitwise and, or, exclusive or. */
export function bitwise(operator: BitOperator, a: Value, b: Value, type: IntType): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    if ((a | 0) === a && (b | 0) === b) return wrap(bits32(operator, a, b), type);
    if (a >= 0 && b >= 0) {
      const high = bits32(operator, Math.floor(a / TWO32), Math.floor(b / TWO32));
      const low = bits32(operator, (a % TWO32) | 0, (b % TWO32) | 0) >>> 0;
      return wrap(high * TWO32 + low, type);
    }
  }
  const [x, y] = [BigInt(a), BigInt(b)];
  if (operator === '&') return wrapBig(x & y, type);
  return wrapBig(operator === '|' ? x | y : x ^ y, type);
}

export function complement(a: Value, type: IntType): Value {
  if (typeof a === 'number' && type.code !== 'u64') return wrap(-a - 1, type);
  return wrapBig(~BigInt(a), type);
}

export function negate(a: Value, type: IntType): Value {
  return typeof a === 'number' ? wrap(a === 0 ? 0 : -a, type) : wrapBig(-a, type);
}

/** Shifts by a count that the caller has checked to be below the width of the type. */
export function shiftLeft(a: Value, count: number, type: IntType): Value {
  if (typeof a === 'number') {
    const result = a * 2 ** count;
    if (Number.isSafeInteger(result)) return wrap(result, type);
  }
  return wrapBig(BigInt(a) << BigInt(count), type);
}

export function shiftRight(a: Value, count: number, type: IntType): Value {
  return typeof a === 'number' ? wrap(Math.floor(a / 2 ** count), type) : wrapBig(a >> BigInt(count), type);
}

/** Equality of two values of one type: a value has only one form, so that numbers and bigints never meet as equals. */
export function same(a: Value, b: Value): boolean {
  return a === b;
}

/** `value` as a number for uses that need one, such as an address or a shift count; infinite when it has no exact one. */
export function numberOf(value: Value): number {
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
}
