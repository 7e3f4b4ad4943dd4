/** Which calls count as asserts, and which as stores: the kernel's macros by name. */

const ASSERT = /^(?:\w*_)?(?:WARN|BUG)(?:_ON)?(?:_|$)|(?:^|_)assert(?:_|$)/i;
const NOT_ASSERT = /^(?:pr|dev|netdev|vma|mt)_warn|^(?:DEFINE|DECLARE|CONFIG)_/;

/** True for `VM_WARN_ON_ONCE`, `BUG_ON`, `WARN`, `mmap_assert_locked`, `lockdep_assert_held`, `static_assert`, … */
export function isAssertName(name: string): boolean {
  return ASSERT.test(name) && !NOT_ASSERT.test(name);
}

/** Macros that write through their first argument; the number tells how many leading arguments are written. */
export const STORE_MACROS: ReadonlyMap<string, number> = new Map([
  ['WRITE_ONCE', 1],
  ['smp_store_release', 1],
  ['smp_store_mb', 1],
  ['rcu_assign_pointer', 1],
  ['RCU_INIT_POINTER', 1],
  ['swap', 2],
]);
