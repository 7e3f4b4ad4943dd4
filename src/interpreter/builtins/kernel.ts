/** linux/kernel.h and the small headers it draws in: arithmetic macros, pages, error pointers, error numbers, memory functions. */
import type { Value } from '../value';
import { address, type BuiltinHeader, type NativeMachine } from './host';

const COUNT = 32;

/** Parameters and numbers by which a macro counts its arguments. */
const COUNT_PARAMETERS = Array.from({ length: COUNT }, (_, i) => `_${i}`).join(', ');
const COUNT_NUMBERS = Array.from({ length: COUNT }, (_, i) => COUNT - i).join(', ');

export const kernel: BuiltinHeader = {
  header: 'include/linux/kernel.h',
  doc: 'arithmetic macros, container_of, bits, settings, pages',
  c: `
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define container_of_const(ptr, type, member) container_of(ptr, type, member)
#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define min(a, b) ({ typeof(a) __rl_a = (a); typeof(b) __rl_b = (b); __rl_a < __rl_b ? __rl_a : __rl_b; })
#define max(a, b) ({ typeof(a) __rl_a = (a); typeof(b) __rl_b = (b); __rl_a > __rl_b ? __rl_a : __rl_b; })
#define min_t(type, a, b) ({ type __rl_a = (a); type __rl_b = (b); __rl_a < __rl_b ? __rl_a : __rl_b; })
#define max_t(type, a, b) ({ type __rl_a = (a); type __rl_b = (b); __rl_a > __rl_b ? __rl_a : __rl_b; })
#define clamp(v, lo, hi) min(max(v, lo), hi)
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)
#define abs(x) ({ long __rl_x = (x); __rl_x < 0 ? -__rl_x : __rl_x; })
#define abs_diff(a, b) ((a) > (b) ? (a) - (b) : (b) - (a))
#define swap(a, b) do { typeof(a) __rl_swap = (a); (a) = (b); (b) = __rl_swap; } while (0)
#define __ALIGN_KERNEL(x, a) (((x) + ((typeof(x))(a) - 1)) & ~((typeof(x))(a) - 1))
#define ALIGN(x, a) __ALIGN_KERNEL(x, a)
#define ALIGN_DOWN(x, a) ((x) & ~((typeof(x))(a) - 1))
#define IS_ALIGNED(x, a) (((x) & ((typeof(x))(a) - 1)) == 0)
#define round_up(x, y) ALIGN(x, y)
#define round_down(x, y) ALIGN_DOWN(x, y)
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define BIT(n) (1ul << (n))
#define BIT_ULL(n) (1ul << (n))
#define _BITUL(n) (1ul << (n))
#define GENMASK(h, l) ((~0ul << (l)) & (~0ul >> (63 - (h))))
#define PAGE_SHIFT 12
#define PAGE_SIZE (1ul << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PHYS_PFN(x) ((unsigned long)((x) >> PAGE_SHIFT))
#define PFN_PHYS(x) ((unsigned long)(x) << PAGE_SHIFT)
#define TASK_SIZE (1ul << 47)
#define __RL_SET_1 0,
#define __rl_second(a, b, ...) b
#define __rl_enabled2(one_or_junk) __rl_second(one_or_junk 1, 0)
#define __rl_enabled1(value) __rl_enabled2(__RL_SET_##value)
#define __rl_enabled(value) __rl_enabled1(value)
#define IS_ENABLED(option) __rl_enabled(option)
#define IS_BUILTIN(option) __rl_enabled(option)
#define IS_REACHABLE(option) __rl_enabled(option)
#define __rl_count(${COUNT_PARAMETERS}, n, ...) n
#define COUNT_ARGS(...) __rl_count(__VA_ARGS__, ${COUNT_NUMBERS}, 0)
#define __RL_JOIN(a, b) a##b
#define CONCATENATE(a, b) __RL_JOIN(a, b)
#define __stringify(x...) #x
#define might_sleep() ((void)0)
#define might_sleep_if(c) ((void)0)
#define might_fault() ((void)0)
#define might_alloc(gfp) ((void)0)
#define cond_resched() ((void)0)
#define pr_warn(...) ((void)0)
#define pr_warn_once(...) ((void)0)
#define pr_err(...) ((void)0)
#define pr_emerg(...) ((void)0)
#define pr_info(...) ((void)0)
#define pr_debug(...) ((void)0)
#define pr_alert(...) ((void)0)
#define printk(...) ((void)0)
#define dump_stack() ((void)0)
#define IS_ERR_VALUE(x) ((unsigned long)(void *)(x) >= (unsigned long)-4095)
static inline void *ERR_PTR(long error) { return (void *)error; }
static inline long PTR_ERR(const void *ptr) { return (long)ptr; }
static inline bool IS_ERR(const void *ptr) { return (unsigned long)ptr >= (unsigned long)-4095; }
static inline bool IS_ERR_OR_NULL(const void *ptr) { return !ptr || (unsigned long)ptr >= (unsigned long)-4095; }
static inline int PTR_ERR_OR_ZERO(const void *ptr) { return (unsigned long)ptr >= (unsigned long)-4095 ? (int)(long)ptr : 0; }
#define ERR_CAST(ptr) ((void *)(ptr))
`,
  natives: {},
};

const ERRORS: Readonly<Record<string, number>> = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  E2BIG: 7,
  EBADF: 9,
  EAGAIN: 11,
  EWOULDBLOCK: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  ETXTBSY: 26,
  ENOSPC: 28,
  ERANGE: 34,
  ENOSYS: 38,
  EOVERFLOW: 75,
  EOPNOTSUPP: 95,
};

export const errno: BuiltinHeader = {
  header: 'include/linux/errno.h',
  doc: 'error numbers',
  c: Object.entries(ERRORS)
    .map(([name, number]) => `#define ${name} ${number}\n`)
    .join(''),
  natives: {},
};

function size(value: Value | undefined): number {
  return typeof value === 'number' ? value : 0;
}

export const string: BuiltinHeader = {
  header: 'include/linux/string.h',
  doc: 'memset, memcpy and their like',
  c: `
void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
int memcmp(const void *a, const void *b, size_t size);
#define __builtin_memset memset
#define __builtin_memcpy memcpy
`,
  natives: {
    memset({ memory }: NativeMachine, [to = 0, byte = 0, count]) {
      memory.fill(address(to), Number(byte) & 0xff, size(count));
      return to;
    },
    memcpy: copy,
    memmove: copy,
    memcmp({ memory }: NativeMachine, [a, b, count]) {
      for (let i = 0; i < size(count); i++) {
        const difference = memory.u8(address(a) + i) - memory.u8(address(b) + i);
        if (difference !== 0) return difference;
      }
      return 0;
    },
  },
};

function copy({ memory }: NativeMachine, [to = 0, from, count]: readonly Value[]): Value {
  memory.copy(address(to), address(from), size(count));
  return to;
}
