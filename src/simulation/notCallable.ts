/**
 * Modelled functions of mm/rmap.c and of the VMA layer that `call` does not offer, and why: each is run by an operation or
 * by a function that it does offer.
 */

const REASONS: readonly (readonly [reason: string, functions: readonly string[]])[] = [
  [
    'what it returns belongs to its caller, which a scenario is not; `__anon_vma_prepare`, `anon_vma_clone`, `anon_vma_fork` and `put_anon_vma` run it',
    ['anon_vma_alloc', 'anon_vma_free', 'anon_vma_chain_alloc', 'anon_vma_chain_free'],
  ],
  [
    'it takes an AVC, which a scenario cannot name; `anon_vma_clone` and `unlink_anon_vmas` run it',
    ['anon_vma_chain_assign', 'anon_rmap_tree_insert', 'anon_rmap_tree_remove'],
  ],
  [
    'alone it would leave the lock held, or release one that nobody holds; `anon_vma_clone` and `unlink_anon_vmas` run it',
    ['anon_vma_lock_write', 'anon_vma_unlock_write'],
  ],
  ['it calls `rmap_walk_anon`, which can be called; the operation `walk` runs it', ['rmap_walk']],
  [
    'a VMA without a place is an argument (`new`), and is given back when nothing was linked to it',
    ['vm_area_alloc', 'vm_area_dup', 'vm_area_free', 'remove_vma'],
  ],
  [
    'it only answers, without a step or a trace; `reusable_anon_vma`, `copy_vma` and the operations that merge ask it',
    ['anon_vma_compatible', 'is_mergeable_anon_vma', 'needs_adjacent_anon_pgoff', 'assert_sane_pgoff'],
  ],
  [
    'one half of a change of ranges leaves the trees and the locks between two states; `__split_vma` and `copy_vma` run it',
    ['vma_prepare', 'vma_complete', 'commit_merge', 'vma_set_anon_pgoff', 'anon_vma_merge'],
  ],
  [
    'its argument is a merge state (`struct vma_merge_struct`) that its caller has filled; `copy_vma` and the operations `mmap`, `mprotect`, `madvise`, `mremap` run it',
    ['vma_merge_existing_range', 'vma_merge_new_range', 'vma_merge_copied_range', 'vma_expand'],
  ],
  [
    'it takes an iterator and flags of its caller; the operations `mprotect` and `madvise` run it',
    ['vma_modify_flags', 'mprotect_fixup'],
  ],
  [
    'it is a part of a move, and takes the state of that (`struct vma_remap_struct` or `struct pagetable_move_control`); the operation `mremap` runs it',
    ['move_page_tables', 'move_ptes', 'dontunmap_complete', 'unmap_source_vma', 'mremap_to'],
  ],
  [
    'it takes VMAs that have left the tree, and an MMU gather; the operations `munmap` and `exit` run it',
    ['unmap_region', 'unmap_vmas', 'free_pgtables'],
  ],
  [
    'it is an operation of the language: `mmap`, `munmap`, `mprotect`, `mremap`, `madvise`',
    [
      ...['vm_mmap_pgoff', '__mmap_region', '__vm_munmap', 'do_vmi_munmap'],
      ...['do_mprotect_pkey', 'do_mremap', 'do_madvise'],
    ],
  ],
];

/** Why each of them cannot be called alone, by name; a clause that goes on after "because". */
export const NOT_CALLABLE: ReadonlyMap<string, string> = new Map(
  REASONS.flatMap(([reason, functions]) => functions.map((name) => [name, reason] as const)),
);

/** The same, one entry a reason, in the order of the page on fidelity. */
export const NOT_CALLABLE_REASONS = REASONS;
