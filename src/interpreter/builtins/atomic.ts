/** linux/atomic.h, linux/refcount.h: counters. With one thread everything is atomic. */
import type { Memory } from '../memory';
import { address, type BuiltinHeader, type Native } from './host';

/** A native that reads a counter, may change it, and returns something. */
function counter(work: (value: number, argument: number, memory: Memory, at: number) => number): Native {
  return ({ memory }, [first, second]) => {
    // atomic_set(v, i), but atomic_add(i, v): the pointer is the one that is told by order
    const at = address(first);
    return work(memory.i32(at), Number(second ?? 0), memory, at);
  };
}

/** As counter(), for functions that take the amount first. */
function amountFirst(work: (value: number, amount: number, memory: Memory, at: number) => number): Native {
  return ({ memory }, [amount, pointer]) => {
    const at = address(pointer);
    return work(memory.i32(at), Number(amount ?? 0), memory, at);
  };
}

const set: Native = ({ memory }, [pointer, value = 0]) => {
  memory.setU32(address(pointer), Number(value) >>> 0);
  return 0;
};

/** Adds and returns `result` of old and new value. */
function adding(delta: number, result: (before: number, after: number) => number): Native {
  return counter((value, _, memory, at) => {
    const after = (value + delta) | 0;
    memory.setU32(at, after >>> 0);
    return result(value, after);
  });
}

function addingAmount(sign: number, result: (after: number) => number): Native {
  return amountFirst((value, amount, memory, at) => {
    const after = (value + sign * amount) | 0;
    memory.setU32(at, after >>> 0);
    return result(after);
  });
}

const incNotZero: Native = counter((value, _, memory, at) => {
  if (value === 0) return 0;
  memory.setU32(at, (value + 1) >>> 0);
  return 1;
});

const nothing = (): number => 0;

export const atomic: BuiltinHeader = {
  header: 'include/linux/atomic.h',
  doc: 'atomic counters',
  c: `
typedef struct { int counter; } atomic_t;
typedef struct { long counter; } atomic64_t;
typedef struct { long counter; } atomic_long_t;
#define ATOMIC_INIT(i) { (i) }
#define ATOMIC_LONG_INIT(i) { (i) }
int atomic_read(const atomic_t *v);
void atomic_set(atomic_t *v, int i);
void atomic_inc(atomic_t *v);
void atomic_dec(atomic_t *v);
void atomic_add(int i, atomic_t *v);
void atomic_sub(int i, atomic_t *v);
int atomic_inc_return(atomic_t *v);
int atomic_dec_return(atomic_t *v);
int atomic_add_return(int i, atomic_t *v);
int atomic_sub_return(int i, atomic_t *v);
int atomic_inc_not_zero(atomic_t *v);
int atomic_dec_and_test(atomic_t *v);
int atomic_inc_and_test(atomic_t *v);
int atomic_sub_and_test(int i, atomic_t *v);
int atomic_fetch_inc(atomic_t *v);
int atomic_fetch_dec(atomic_t *v);
int atomic_inc_unless_negative(atomic_t *v);
int atomic_dec_unless_positive(atomic_t *v);
#define atomic_read_acquire(v) atomic_read(v)
#define atomic_set_release(v, i) atomic_set(v, i)
#define atomic_long_read(v) ((v)->counter)
#define atomic_long_set(v, i) ((v)->counter = (i))
#define atomic_long_inc(v) ((v)->counter++)
#define atomic_long_dec(v) ((v)->counter--)
#define atomic_long_add(i, v) ((v)->counter += (i))
#define atomic_long_sub(i, v) ((v)->counter -= (i))
#define atomic64_read(v) ((v)->counter)
#define atomic64_set(v, i) ((v)->counter = (i))
#define atomic64_add(i, v) ((v)->counter += (i))
`,
  natives: {
    atomic_read: counter((value) => value),
    atomic_set: set,
    atomic_inc: adding(1, nothing),
    atomic_dec: adding(-1, nothing),
    atomic_add: addingAmount(1, nothing),
    atomic_sub: addingAmount(-1, nothing),
    atomic_inc_return: adding(1, (_, after) => after),
    atomic_dec_return: adding(-1, (_, after) => after),
    atomic_add_return: addingAmount(1, (after) => after),
    atomic_sub_return: addingAmount(-1, (after) => after),
    atomic_inc_not_zero: incNotZero,
    atomic_dec_and_test: adding(-1, (_, after) => Number(after === 0)),
    atomic_inc_and_test: adding(1, (_, after) => Number(after === 0)),
    atomic_sub_and_test: addingAmount(-1, (after) => Number(after === 0)),
    atomic_fetch_inc: adding(1, (before) => before),
    atomic_fetch_dec: adding(-1, (before) => before),
    atomic_inc_unless_negative: counter((value, _, memory, at) => {
      if (value < 0) return 0;
      memory.setU32(at, (value + 1) >>> 0);
      return 1;
    }),
    atomic_dec_unless_positive: counter((value, _, memory, at) => {
      if (value > 0) return 0;
      memory.setU32(at, (value - 1) >>> 0);
      return 1;
    }),
  },
};

export const refcount: BuiltinHeader = {
  header: 'include/linux/refcount.h',
  doc: 'reference counts and krefs',
  c: `
typedef struct { atomic_t refs; } refcount_t;
struct kref { refcount_t refcount; };
#define REFCOUNT_INIT(n) { .refs = ATOMIC_INIT(n) }
#define REFCOUNT_MAX 0x7fffffff
unsigned int refcount_read(const refcount_t *r);
void refcount_set(refcount_t *r, int n);
void refcount_inc(refcount_t *r);
void refcount_dec(refcount_t *r);
bool refcount_inc_not_zero(refcount_t *r);
bool refcount_dec_and_test(refcount_t *r);
#define refcount_set_release(r, n) refcount_set(r, n)
#define kref_read(k) refcount_read(&(k)->refcount)
#define kref_get(k) refcount_inc(&(k)->refcount)
#define kref_put(k, release) (refcount_dec_and_test(&(k)->refcount) ? ((release)(k), 1) : 0)
`,
  natives: {
    refcount_read: counter((value) => value),
    refcount_set: set,
    refcount_inc: adding(1, nothing),
    refcount_dec: adding(-1, nothing),
    refcount_inc_not_zero: incNotZero,
    refcount_dec_and_test: adding(-1, (_, after) => Number(after === 0)),
  },
};
