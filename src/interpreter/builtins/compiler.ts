/** linux/compiler.h, compiler_attributes.h, types.h: words that mean nothing to an interpreter of one thread, and base types. */
import type { BuiltinHeader } from './host';

const STATEMENTS = [
  'EXPORT_SYMBOL(x)',
  'EXPORT_SYMBOL_GPL(x)',
  'EXPORT_SYMBOL_FOR_MODULES(x, y)',
  'static_assert(...)',
  '_Static_assert(...)',
  'BUILD_BUG_ON(x)',
  'BUILD_BUG_ON_MSG(x, y)',
  'BUILD_BUG()',
  'ALLOW_ERROR_INJECTION(x, y)',
  'early_initcall(x)',
  'core_initcall(x)',
  'subsys_initcall(x)',
  'late_initcall(x)',
  'postcore_initcall(x)',
  'device_initcall(x)',
  'module_init(x)',
];

export const compiler: BuiltinHeader = {
  header: 'include/linux/compiler.h',
  doc: 'attributes, barriers, single reads and writes: one thread sees everything in order',
  c: `
${STATEMENTS.map((head) => `#define ${head}`).join('\n')}
#define __always_inline inline
#define __inline inline
#define __inline__ inline
#define likely(x) (x)
#define unlikely(x) (x)
#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, v) ((x) = (v))
#define data_race(expr) (expr)
#define ACCESS_PRIVATE(p, member) ((p)->member)
#define ASSERT_EXCLUSIVE_WRITER(x) ((void)0)
#define ASSERT_EXCLUSIVE_ACCESS(x) ((void)0)
#define barrier() ((void)0)
#define smp_mb() ((void)0)
#define smp_rmb() ((void)0)
#define smp_wmb() ((void)0)
#define smp_mb__after_atomic() ((void)0)
#define smp_mb__before_atomic() ((void)0)
#define smp_load_acquire(p) (*(p))
#define smp_store_release(p, v) (*(p) = (v))
#define smp_store_mb(x, v) ((x) = (v))
#define rcu_dereference(p) (p)
#define rcu_dereference_protected(p, c) (p)
#define rcu_assign_pointer(p, v) ((p) = (v))
#define __builtin_constant_p(x) 0
#define __builtin_expect(x, y) (x)
#define unreachable() ((void)0)
`,
  natives: {},
};

export const types: BuiltinHeader = {
  header: 'include/linux/types.h',
  doc: 'integer types of the kernel on a 64-bit machine',
  c: `
#define NULL ((void *)0)
typedef _Bool bool;
#define true 1
#define false 0
typedef signed char s8;
typedef unsigned char u8;
typedef short s16;
typedef unsigned short u16;
typedef int s32;
typedef unsigned int u32;
typedef long s64;
typedef unsigned long u64;
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s32 __s32;
typedef s64 __s64;
typedef unsigned char uint8_t;
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
typedef unsigned long size_t;
typedef long ssize_t;
typedef long loff_t;
typedef unsigned long uintptr_t;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef unsigned long pgoff_t;
typedef unsigned long phys_addr_t;
typedef unsigned long dma_addr_t;
typedef unsigned long vm_flags_t;
typedef unsigned int gfp_t;
typedef unsigned int slab_flags_t;
typedef unsigned int fmode_t;
typedef unsigned int vm_fault_t;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned short umode_t;
struct list_head { struct list_head *next, *prev; };
struct hlist_node { struct hlist_node *next, **pprev; };
struct hlist_head { struct hlist_node *first; };
struct rcu_head { struct rcu_head *next; void (*func)(struct rcu_head *head); };
#define callback_head rcu_head
#define CHAR_BIT 8
#define BITS_PER_BYTE 8
#define BITS_PER_LONG 64
#define BITS_PER_LONG_LONG 64
#define BITS_TO_LONGS(n) (((n) + 63) / 64)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]
#define UINT_MAX (~0u)
#define INT_MAX 0x7fffffff
#define INT_MIN (-INT_MAX - 1)
#define ULONG_MAX (~0ul)
#define LONG_MAX 0x7fffffffffffffffl
#define SIZE_MAX (~0ul)
#define U8_MAX 255
#define U16_MAX 65535
#define U32_MAX (~0u)
#define U64_MAX (~0ul)
`,
  natives: {},
};
