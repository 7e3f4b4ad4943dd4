/** Reading and writing places by type, and conversions between types. */
import type { Code, Context, Frame, Run, Storage } from './compilation';
import type { Memory } from './memory';
import type { Place } from './problem';
import { type CType, type IntType, isScalar, sizeOf, ULONG } from './types';
import { type Value, wrap } from './value';

export function loader(memory: Memory, type: CType): (address: number) => Value {
  if (type.kind === 'pointer') return (address) => memory.u64(address);
  if (type.kind !== 'int') return (address) => address;
  switch (type.code) {
    case 'bool':
    case 'u8':
      return (address) => memory.u8(address);
    case 'i8':
      return (address) => (memory.u8(address) << 24) >> 24;
    case 'u16':
      return (address) => memory.u16(address);
    case 'i16':
      return (address) => (memory.u16(address) << 16) >> 16;
    case 'u32':
      return (address) => memory.u32(address);
    case 'i32':
      return (address) => memory.i32(address);
    case 'u64':
      return (address) => memory.u64(address);
    case 'i64':
      return (address) => memory.i64(address);
  }
}

/** Stores a value that was converted to `type`; of a struct its address is given, and its bytes are copied. */
export function storer(memory: Memory, type: CType): (address: number, value: Value) => void {
  if (type.kind === 'pointer') return (address, value) => memory.setU64(address, value);
  if (type.kind !== 'int') {
    const size = sizeOf(type) ?? 0;
    return (address, value) => memory.copy(address, Number(value), size);
  }
  switch (type.size) {
    case 1:
      return (address, value) => memory.setU8(address, Number(value));
    case 2:
      return (address, value) => memory.setU16(address, Number(value));
    case 4:
      return (address, value) => memory.setU32(address, Number(value));
    default:
      return (address, value) => memory.setU64(address, value);
  }
}

/** Cuts a value down to the bits of a bit field. */
function fitBits(value: Value, bits: number, type: IntType): Value {
  if (bits >= type.size * 8 || type.code === 'bool') return value;
  const cut = type.signed ? BigInt.asIntN(bits, BigInt(value)) : BigInt.asUintN(bits, BigInt(value));
  return Number(cut);
}

export function readPlace(context: Context, place: Storage, type: CType, at: () => Place): Run {
  const { runtime } = context;
  if (place.kind === 'slot') {
    const { index, name } = place;
    return (frame) => {
      const value = frame.slots[index];
      if (value !== undefined) return value;
      runtime.uninitialised(name, at());
      return 0;
    };
  }
  const { address, behind } = place;
  const { memory } = runtime;
  const load = loader(memory, type);
  const isWord = type.kind === 'pointer' || (type.kind === 'int' && type.code === 'u64');
  // the most frequent ones take a call or two less
  if (behind) {
    const { slot, bytes } = behind;
    const slow = (frame: Frame): Value => load(Number(address(frame)));
    if (isWord)
      return (frame) => {
        const base = frame.slots[slot];
        return typeof base === 'number' ? memory.u64(base + bytes) : slow(frame);
      };
    return (frame) => {
      const base = frame.slots[slot];
      return typeof base === 'number' ? load(base + bytes) : slow(frame);
    };
  }
  if (isWord) return (frame) => memory.u64(Number(address(frame)));
  if (type.kind === 'int' && type.code === 'i32') return (frame) => memory.i32(Number(address(frame)));
  return (frame) => load(Number(address(frame)));
}

export function writePlace(
  context: Context,
  place: Storage,
  type: CType,
): (frame: Frame, value: Value) => void {
  if (place.kind === 'slot') {
    const { index } = place;
    return (frame, value) => {
      frame.slots[index] = value;
    };
  }
  const { address, bits } = place;
  const store = storer(context.runtime.memory, type);
  if (bits !== undefined && type.kind === 'int')
    return (frame, value) => store(Number(address(frame)), fitBits(value, bits, type));
  return (frame, value) => store(Number(address(frame)), value);
}

/** Does every value of `from` fit `to` as it is? */
function fits(from: IntType, to: IntType): boolean {
  if (from.code === to.code) return true;
  if (to.code === 'bool') return false;
  return from.signed === to.signed ? from.size <= to.size : !from.signed && from.size < to.size;
}

/** A code that gives the value as `to`; a pointer counts as an unsigned long. */
export function convert(code: Code, to: CType): Code {
  const { type: from, run, constant } = code;
  const target = to.kind === 'int' ? to : to.kind === 'pointer' ? ULONG : undefined;
  const source = from.kind === 'int' ? from : from.kind === 'pointer' ? ULONG : undefined;
  if (!target || !source || fits(source, target))
    return { type: to, run, ...(constant === undefined ? {} : { constant }) };
  if (constant !== undefined) {
    const value = wrap(constant, target);
    return { type: to, run: () => value, constant: value };
  }
  if (target.code === 'i32')
    return {
      type: to,
      run: (frame) => {
        const value = run(frame);
        return typeof value === 'number' ? value | 0 : wrap(value, target);
      },
    };
  return { type: to, run: (frame) => wrap(run(frame), target) };
}

/** The value used as a condition. */
export function truth(code: Code): (frame: Frame) => boolean {
  const { run, constant, test } = code;
  if (constant !== undefined) {
    const value = constant !== 0;
    return () => value;
  }
  if (test) return test;
  return (frame) => run(frame) !== 0;
}

export function constantCode(type: CType, value: Value): Code {
  return { type, run: () => value, constant: value };
}

/** Integers and pointers, arrays decayed, can be computed with. */
export function isUsable(type: CType): boolean {
  return isScalar(type);
}
