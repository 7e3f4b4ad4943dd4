/**
 * The kinds of lock that the analysis follows, and the names under which they are shown. A lock is one of these kinds
 * together with the object it belongs to, named by an expression of the kernel's text.
 */

/** `mmap`: mmap_lock; `root`: rwsem of an anon_vma's root; `ptl`: page_table_lock; `i_mmap`: i_mmap_rwsem; `vma`: per-VMA lock. */
export type LockClass = 'mmap' | 'root' | 'ptl' | 'i_mmap' | 'vma' | 'folio' | 'rcu';

/** `any`: read or write, as an assert that takes either demands. */
export type LockMode = 'read' | 'write' | 'any';

/** In the order in which they are shown, which is also the order in which the kernel nests them (mm/rmap.c's head). */
export const LOCK_CLASSES: readonly LockClass[] = ['mmap', 'vma', 'folio', 'i_mmap', 'root', 'ptl', 'rcu'];

/** What each is, for people. */
export const LOCK_TITLES: Readonly<Record<LockClass, string>> = {
  mmap: 'mmap_lock',
  root: "rwsem of the anon_vma's root",
  ptl: 'page_table_lock',
  i_mmap: 'i_mmap_rwsem',
  vma: 'per-VMA lock',
  folio: 'folio lock',
  rcu: 'RCU read side',
};

export const MODE_TITLES: Readonly<Record<LockMode, string>> = {
  read: 'for reading',
  write: 'for writing',
  any: 'for reading or writing',
};

/** Locks that are held or not, without a mode. */
export const MODELESS: ReadonlySet<LockClass> = new Set<LockClass>(['ptl', 'folio', 'rcu']);

/** Kind of a lock by the last name of the expression that is locked; undefined for a lock that is not followed. */
export function classOfField(field: string): LockClass | undefined {
  switch (field) {
    case 'mmap_lock':
      return 'mmap';
    case 'rwsem':
      return 'root';
    case 'i_mmap_rwsem':
      return 'i_mmap';
    case 'page_table_lock':
      return 'ptl';
    default:
      return undefined;
  }
}
