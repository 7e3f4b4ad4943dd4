/** linux/bitmap.h, linux/bitops.h: sets of bits in arrays of words. */
import type { Memory } from '../memory';
import type { Value } from '../value';
import { address, type BuiltinHeader, type Native } from './host';

const WORD = 64;
const FULL = (1n << 64n) - 1n;

/** The words of a bitmap that hold its first `bits` bits, with a mask of those that count. */
function* words(bits: number): Generator<{ readonly offset: number; readonly mask: bigint }> {
  for (let at = 0; at < bits; at += WORD)
    yield { offset: at / 8, mask: bits - at >= WORD ? FULL : (1n << BigInt(bits - at)) - 1n };
}

function word(memory: Memory, at: number): bigint {
  return BigInt(memory.u64(at));
}

function store(memory: Memory, at: number, value: bigint): void {
  memory.setU64(at, BigInt.asUintN(64, value));
}

/** to = a OP b. Returns whether anything is left, as bitmap_and() does. */
function combine(operation: (a: bigint, b: bigint) => bigint): Native {
  return ({ memory }, [to, a, b, bits]) => {
    let any = 0n;
    for (const { offset, mask } of words(Number(bits))) {
      const value = operation(word(memory, address(a) + offset), word(memory, address(b) + offset)) & mask;
      store(memory, address(to) + offset, value);
      any |= value;
    }
    return any === 0n ? 0 : 1;
  };
}

/** Does something hold for all words of two bitmaps? */
function every(holds: (a: bigint, b: bigint) => boolean): Native {
  return ({ memory }, [a, b, bits]) => {
    for (const { offset, mask } of words(Number(bits)))
      if (!holds(word(memory, address(a) + offset) & mask, word(memory, address(b) + offset) & mask))
        return 0;
    return 1;
  };
}

function filling(value: bigint): Native {
  return ({ memory }, [to, bits]) => {
    for (const { offset } of words(Number(bits))) store(memory, address(to) + offset, value);
    return 0;
  };
}

function one(bit: Value | undefined): { offset: number; mask: bigint } {
  const number = Number(bit ?? 0);
  return { offset: Math.floor(number / WORD) * 8, mask: 1n << BigInt(number % WORD) };
}

/** Changes one bit; returns whether it was set. */
function changing(change: (value: bigint, mask: bigint) => bigint): Native {
  return ({ memory }, [bit, bitmap]) => {
    const { offset, mask } = one(bit);
    const at = address(bitmap) + offset;
    const value = word(memory, at);
    store(memory, at, change(value, mask));
    return value & mask ? 1 : 0;
  };
}

const set = changing((value, mask) => value | mask);
const clear = changing((value, mask) => value & ~mask);

const empty: Native = ({ memory }, [a, bits]) => {
  for (const { offset, mask } of words(Number(bits))) if (word(memory, address(a) + offset) & mask) return 0;
  return 1;
};

export const bitmap: BuiltinHeader = {
  header: 'include/linux/bitmap.h',
  doc: 'bitmaps and single bits',
  c: `
bool bitmap_and(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int bits);
void bitmap_or(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int bits);
void bitmap_xor(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int bits);
bool bitmap_andnot(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int bits);
bool bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int bits);
bool bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned int bits);
bool __rl_bitmap_disjoint(const unsigned long *a, const unsigned long *b, unsigned int bits);
#define bitmap_intersects(a, b, bits) (!__rl_bitmap_disjoint(a, b, bits))
bool bitmap_empty(const unsigned long *a, unsigned int bits);
unsigned int bitmap_weight(const unsigned long *a, unsigned int bits);
void bitmap_zero(unsigned long *to, unsigned int bits);
void bitmap_fill(unsigned long *to, unsigned int bits);
void bitmap_copy(unsigned long *to, const unsigned long *from, unsigned int bits);
bool test_bit(unsigned long bit, const unsigned long *bitmap);
void set_bit(unsigned long bit, unsigned long *bitmap);
void clear_bit(unsigned long bit, unsigned long *bitmap);
bool test_and_set_bit(unsigned long bit, unsigned long *bitmap);
bool test_and_clear_bit(unsigned long bit, unsigned long *bitmap);
#define __set_bit(bit, bitmap) set_bit(bit, bitmap)
#define __clear_bit(bit, bitmap) clear_bit(bit, bitmap)
#define __test_and_set_bit(bit, bitmap) test_and_set_bit(bit, bitmap)
#define __test_and_clear_bit(bit, bitmap) test_and_clear_bit(bit, bitmap)
`,
  natives: {
    bitmap_and: combine((a, b) => a & b),
    bitmap_or: combine((a, b) => a | b),
    bitmap_xor: combine((a, b) => a ^ b),
    bitmap_andnot: combine((a, b) => a & ~b),
    bitmap_equal: every((a, b) => a === b),
    bitmap_subset: every((a, b) => (a & ~b) === 0n),
    __rl_bitmap_disjoint: every((a, b) => (a & b) === 0n),
    bitmap_empty: empty,
    bitmap_weight({ memory }, [a, bits]) {
      let count = 0;
      for (const { offset, mask } of words(Number(bits)))
        for (let value = word(memory, address(a) + offset) & mask; value; value &= value - 1n) count++;
      return count;
    },
    bitmap_zero: filling(0n),
    bitmap_fill: filling(FULL),
    bitmap_copy({ memory }, [to, from, bits]) {
      for (const { offset } of words(Number(bits)))
        store(memory, address(to) + offset, word(memory, address(from) + offset));
      return 0;
    },
    test_bit({ memory }, [bit, bitmapAddress]) {
      const { offset, mask } = one(bit);
      return word(memory, address(bitmapAddress) + offset) & mask ? 1 : 0;
    },
    set_bit: set,
    clear_bit: clear,
    test_and_set_bit: set,
    test_and_clear_bit: clear,
  },
};
