/**
 * What the primitive lock functions do: the only thing about locks that is not read from the kernel's text. All helpers
 * above these (mmap_write_lock_killable(), anon_vma_lock_read(), lock_anon_vma_root(), vma_prepare(), …) are derived.
 */
import type { LockClass, LockMode } from './lockClasses';
import type { CallExpression } from './program';

/** How the caller learns that a lock was taken: always, a result that is true, or a result that is 0. */
export type Success = 'always' | 'true' | 'zero';

export interface Primitive {
  readonly does: 'take' | 'release' | 'downgrade' | 'assert' | 'release all' | 'test';
  /** Fixed kind; undefined where the field that is locked tells it (`&mm->mmap_lock`). */
  readonly lock: LockClass | undefined;
  readonly mode: LockMode;
  readonly success: Success;
  /** Number of the argument that names the lock or its object, from 0; negative from the end. */
  readonly argument: number;
}

type Row = readonly [names: string, does: Primitive['does'], mode: LockMode, more?: Partial<Primitive>];

const ROWS: readonly Row[] = [
  // rw_semaphore (include/linux/rwsem.h)
  ['down_write down_write_nested down_write_nest_lock', 'take', 'write'],
  ['down_read down_read_nested down_read_non_owner', 'take', 'read'],
  ['down_write_killable down_write_killable_nested', 'take', 'write', { success: 'zero' }],
  ['down_read_killable down_read_interruptible', 'take', 'read', { success: 'zero' }],
  ['down_write_trylock', 'take', 'write', { success: 'true' }],
  ['down_read_trylock', 'take', 'read', { success: 'true' }],
  ['up_write', 'release', 'write'],
  ['up_read up_read_non_owner', 'release', 'read'],
  ['downgrade_write', 'downgrade', 'read'],
  ['rwsem_assert_held lockdep_assert_held', 'assert', 'any'],
  ['rwsem_assert_held_write lockdep_assert_held_write', 'assert', 'write'],
  ['lockdep_assert_held_read', 'assert', 'read'],
  // spinlocks (include/linux/spinlock.h)
  ['spin_lock spin_lock_nested', 'take', 'write'],
  ['spin_trylock', 'take', 'write', { success: 'true' }],
  ['spin_unlock', 'release', 'write'],
  // RCU (include/linux/rcupdate.h)
  ['rcu_read_lock', 'take', 'read', { lock: 'rcu' }],
  ['rcu_read_unlock', 'release', 'read', { lock: 'rcu' }],
  // the lock bit of a folio (include/linux/pagemap.h)
  ['folio_lock lock_page', 'take', 'write', { lock: 'folio' }],
  ['folio_trylock trylock_page', 'take', 'write', { lock: 'folio', success: 'true' }],
  ['folio_lock_killable', 'take', 'write', { lock: 'folio', success: 'zero' }],
  ['folio_unlock unlock_page', 'release', 'write', { lock: 'folio' }],
  ['folio_test_locked PageLocked', 'test', 'write', { lock: 'folio' }],
  // per-VMA locks (include/linux/mmap_lock.h): sequence numbers and counts, so that their text names no lock
  ['vma_start_write', 'take', 'write', { lock: 'vma' }],
  ['vma_start_write_killable', 'take', 'write', { lock: 'vma', success: 'zero' }],
  ['vma_start_read', 'take', 'read', { lock: 'vma', success: 'true', argument: -1 }],
  ['vma_start_read_locked vma_start_read_locked_nested', 'take', 'read', { lock: 'vma', success: 'true' }],
  ['vma_end_read', 'release', 'read', { lock: 'vma' }],
  ['vma_end_write_all', 'release all', 'write', { lock: 'vma' }],
  ['vma_assert_write_locked', 'assert', 'write', { lock: 'vma' }],
];

function tableOf(rows: readonly Row[]): ReadonlyMap<string, Primitive> {
  return new Map(
    rows.flatMap(([names, does, mode, more]) =>
      names
        .split(' ')
        .map((name): [string, Primitive] => [
          name,
          { does, mode, lock: undefined, success: 'always', argument: 0, ...more },
        ]),
    ),
  );
}

/** Primitives by name. */
export const PRIMITIVES: ReadonlyMap<string, Primitive> = tableOf(ROWS);

/**
 * Primitives whose own text is read as well: it says what has to be held when they are called, and that vma_start_read() of 7.x
 * leaves the RCU read side when it fails.
 */
export const ALSO_FOLLOWED: ReadonlySet<string> = new Set([
  'vma_start_read',
  'vma_start_write',
  'vma_start_write_killable',
  'vma_assert_write_locked',
  'vma_end_write_all',
]);

/**
 * Fields that hold a pointer as long as their object lives, so that reading NULL from them is no path: an anon_vma's root
 * is set where it is allocated and never cleared (include/linux/rmap.h says what it is for), a VMA's mm likewise.
 */
export const NEVER_NULL: ReadonlySet<string> = new Set(['root', 'vm_mm']);

/**
 * Functions that give a lock back only where a flag allows it, by the argument with the flags: called with flags that are
 * written out and do not have it they leave the locks as they were. handle_mm_fault() drops the mmap lock or the VMA's only
 * for a caller that can try again (mm/memory.c says so at its head).
 */
const RELEASES_IF: ReadonlyMap<string, { readonly argument: number; readonly flag: string }> = new Map([
  ['handle_mm_fault', { argument: 2, flag: 'FAULT_FLAG_ALLOW_RETRY' }],
]);

/** The rule, in words, by which a call whose flags are written out gives no lock back; undefined where none says so. */
export function keepsLocks({ callee, texts }: CallExpression): string | undefined {
  const rule = RELEASES_IF.get(callee);
  const flags = rule && texts[rule.argument];
  const forbids = flags !== undefined && /^[A-Z_|\s()]+$/.test(flags) && !flags.includes(rule?.flag ?? '');
  return forbids
    ? `${callee}() is taken to keep its locks, since it is called without ${rule?.flag ?? ''}`
    : undefined;
}

/**
 * Functions that map a page table. Since 6.5 they hold the RCU read side until the table is unmapped: by pte_unmap(), which
 * stands in a file that is not read, or by the macro pte_unmap_unlock(). That pair is not followed, in neither half.
 */
const MAPS_PAGE_TABLE = /^_*pte_offset_map(?:_lock|_nolock|_ro_nolock|_rw_nolock)?$/;

/** True for a function whose locks its callers are not asked to follow. */
export function mapsPageTable(callee: string): boolean {
  return MAPS_PAGE_TABLE.test(callee);
}

/** Macros that give the value of their first argument, or of what it points at. */
export const TRANSPARENT: ReadonlyMap<string, 'value' | 'pointee'> = new Map([
  ['likely', 'value'],
  ['unlikely', 'value'],
  ['READ_ONCE', 'value'],
  ['data_race', 'value'],
  ['rcu_dereference', 'value'],
  ['smp_load_acquire', 'pointee'],
]);

/** Macros that tell what they test: a warning that gives the condition back. */
export const GIVES_CONDITION = /^WARN(?:_ON)?(?:_ONCE)?$/;

/** Checks that only a kernel with debugging makes: their condition says what has to hold, but nothing depends on it. */
export const DEBUG_CHECK = /^VM_(?:WARN|BUG)_ON(?:_ONCE)?(?:_FOLIO|_PAGE|_VMA|_MM|_VMG)?(?:_ONCE)?$/;
