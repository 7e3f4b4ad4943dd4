/** Which calls count as asserts, and which as stores: the kernel's macros by name. */

const WARNING = /^(?:[A-Z0-9]+_)*(?:WARN|BUG)(?:_[A-Z0-9_]+)?$/;
const ASSERTION = /(?:^|_)assert(?:_|$)/i;
const CONFIGURATION = /^CONFIG_/;

/** True for `VM_WARN_ON_ONCE`, `BUG_ON`, `WARN`, `mmap_assert_locked`, `lockdep_assert_held`, `static_assert`, … */
export function isAssertName(name: string): boolean {
  return (WARNING.test(name) && !CONFIGURATION.test(name)) || ASSERTION.test(name);
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
