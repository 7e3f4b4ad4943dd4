/**
 * How true the simulation is, function by function: what is the kernel's, what is simplified and how, and who has
 * compared it. docs/fidelity.md is made from this. The compiler demands an entry for each function of the table; tests
 * demand one for each other function that takes steps, and check `judge` against what the oracle compiles.
 */
import type { KernelFunctions, KernelPieces, MemoryFunctions, RmapFunctions, VmaFunctions } from './kernel';

/** What runs in the oracle (test/oracle) for it: the kernel's own C, C of ours, or nothing that corresponds. */
export type Judge = 'kernel' | 'glue' | 'none';

export interface FunctionFidelity {
  /** Where it stands in the newest kernel that has it; null for a part of a function, which C does not name. */
  readonly file: string | null;
  readonly judge: Judge;
  /** What is simplified or left out, beyond what is so of everything; null: nothing that is known. */
  readonly how: string | null;
  /** Where its steps are, if not those of its statements; null: they are. */
  readonly steps: string | null;
  /** What is to be said of it in a profile that has a function of its own for it, by profile. */
  readonly profiles?: Readonly<Record<string, string>>;
}

type Entries<T> = Readonly<Record<keyof T, FunctionFidelity>>;

/** `how` and `steps` as in FunctionFidelity. */
type Said = (how?: string | null, steps?: string) => FunctionFidelity;

function entry(file: string | null, judge: Judge): Said {
  return (how = null, steps) => ({ file, judge, how, steps: steps ?? null });
}

/** A part of a function: what is said is which. */
const piece = entry(null, 'none');
const rmap = entry('mm/rmap.c', 'kernel');
const internal = entry('mm/internal.h', 'kernel');
const vmaC = entry('mm/vma.c', 'kernel');

/** A test or an assert that stands in several functions. */
const OWN_STEP = 'its steps are those of the function that it stands in';
const NO_STEP = 'no step of its own';
const TREE_ARRAY =
  'the interval tree is a sorted array: the order of a walk is the kernel’s, balance and `rb_subtree_last` do not exist';
const NO_RACE =
  'RCU sections and the pin exclude nobody, so that the second look at the mapcount is left out';

export const RMAP_FIDELITY: Entries<RmapFunctions> = {
  anon_vma_alloc: rmap('memory is always fresh: no anon_vma is handed out again under RCU'),
  anon_vma_free: rmap(),
  anon_vma_chain_alloc: rmap(null, NO_STEP),
  anon_vma_chain_free: rmap(null, NO_STEP),
  anon_vma_chain_assign: rmap(null, NO_STEP),
  anon_rmap_tree_insert: entry('mm/interval_tree.c', 'kernel')(TREE_ARRAY, NO_STEP),
  anon_rmap_tree_remove: entry('mm/interval_tree.c', 'kernel')(TREE_ARRAY, NO_STEP),
  anon_rmap_start: piece('the first key of a VMA in the anonymous reverse map'),
  get_anon_vma: internal(null, `${NO_STEP} but for \`call\``),
  put_anon_vma: internal(null, `${NO_STEP} unless the last reference goes, or for \`call\``),
  __put_anon_vma: rmap(),
  anon_vma_lock_write: internal(null, NO_STEP),
  anon_vma_unlock_write: internal(null, NO_STEP),
  assert_mmap_locked: piece(`mmap_assert_locked(); ${OWN_STEP}`),
  anon_vma_prepare: internal(null, 'inline: no step unless there is something to do'),
  __anon_vma_prepare: rmap('the branch for somebody having been faster is there, but nobody ever is'),
  check_anon_vma_clone: rmap(),
  maybe_reuse_anon_vma: rmap(),
  anon_vma_clone: rmap(),
  anon_vma_fork: rmap(),
  link_forked: piece('chain and tree of a child’s own anon_vma, in anon_vma_fork()'),
  cleanup_partial_anon_vmas: rmap(),
  unlink_anon_vmas: rmap(),
  drop_empty_anon_vmas: piece('the second loop of unlink_anon_vmas()'),
  folio_get_anon_vma: rmap(NO_RACE),
  folio_lock_anon_vma_read: rmap(NO_RACE),
  rmap_walk: entry('mm/rmap.c', 'none')('anonymous folios only: no KSM, no walk of a file’s VMAs'),
  rmap_walk_anon: rmap('every VMA is visited: no `invalid_vma`, no `done`'),
  assert_folio_locked: piece(`VM_WARN_ON_FOLIO(); ${OWN_STEP}`),
  assert_vma_anon_address: piece(`the assert that a walk meets a page of the VMA; ${OWN_STEP}`),
};

export const PIECES_FIDELITY: Entries<KernelPieces> = {
  begin_clone: piece('beginning of anon_vma_clone(), before 7.0'),
  alloc_in_clone: piece('an AVC for anon_vma_clone(), before 7.0'),
  reuse_in_clone: piece('reuse in anon_vma_clone(), before the last patch of the series'),
  undo_clone: piece('what a failed anon_vma_clone() does, before 7.0'),
  undo_fork: piece('what a failed anon_vma_fork() does, before 7.0'),
  begin_unlink: piece('beginning of unlink_anon_vmas(), before 7.0'),
  exit_empty_mmap: piece('rest of exit_mmap() where there is no VMA, in 6.x'),
};

const NEVER_SPECIAL =
  'special and sticky flags, close hooks, memory policies, userfaultfd and names of anonymous VMAs never stand in the way';
const PREALLOCATED = 'preallocating nodes of the VMA tree never fails';

export const VMA_FIDELITY: Entries<VmaFunctions> = {
  vm_area_alloc: entry('mm/vma_init.c', 'kernel')(),
  vm_area_dup: entry('mm/vma_init.c', 'kernel')('fields that the model does not have are not copied'),
  vm_area_free: {
    ...entry(
      'mm/vma_init.c',
      'kernel',
    )('the memory is gone at once, also where readers under RCU may still look'),
    profiles: { '6.12': 'the grace period before it is freed takes no time', '6.1': 'nothing is asserted' },
  },
  assert_sane_pgoff: entry('mm/vma.h', 'kernel')(null, 'steps only when it fires'),
  vma_set_anon_pgoff: entry('mm/vma.h', 'kernel')('the two halves of the offset are one field', NO_STEP),
  find_mergeable_anon_vma: vmaC(),
  reusable_anon_vma: vmaC(),
  anon_vma_compatible: vmaC('memory policies are always equal', NO_STEP),
  is_mergeable_anon_vma: vmaC(null, 'no step unless its assert fires'),
  needs_adjacent_anon_pgoff: vmaC(null, NO_STEP),
  dup_anon_vma: vmaC(),
  vma_prepare: vmaC('no uprobes, no hugetlb'),
  vma_complete: vmaC('no uprobes, no hugetlb'),
  anon_vma_merge: entry('include/linux/rmap.h', 'kernel')(null, 'gone in 7.0: there without a step'),
  vma_merge_existing_range: vmaC(
    `${NEVER_SPECIAL}; ${PREALLOCATED}; the asserts at its head are steps only when they fire`,
  ),
  vma_merge_new_range: vmaC(`${NEVER_SPECIAL}; its asserts about the merge state are left out`),
  vma_merge_copied_range: {
    ...vmaC('its asserts about the merge state are left out'),
    profiles: { '6.12': 'not a function of its own: no step' },
  },
  vma_expand: vmaC(`${PREALLOCATED}; one of its asserts, and only when it fires`),
  commit_merge: vmaC(PREALLOCATED),
  __split_vma: vmaC(`${PREALLOCATED}; no VMA refuses to be split`),
  vma_modify_flags: {
    ...vmaC('split_vma() behind it is passed through: the limit on the number of VMAs is never reached'),
    profiles: { '6.1': 'not a function: steps in mprotect_fixup() and madvise_update_vma()' },
  },
  copy_vma: vmaC(`${NEVER_SPECIAL}; ${PREALLOCATED}`),
  move_page_tables: entry(
    'mm/mremap.c',
    'glue',
  )('there are entries, but no page tables: none is allocated, none is moved as a whole; no MMU notifiers'),
  move_ptes: entry('mm/mremap.c', 'none')('once for a whole move, not once for each page table'),
  dontunmap_complete: {
    ...entry('mm/mremap.c', 'kernel')('`VM_LOCKED` is never set'),
    profiles: { '6.12': 'the end of move_vma()' },
  },
  unmap_source_vma: {
    ...entry('mm/mremap.c', 'kernel')(),
    profiles: { '6.12': 'a part of move_vma()', '6.1': 'a part of move_vma()' },
  },
  reset_pgoff: piece('the last part of dontunmap_complete()'),
  unmap_region: vmaC('no MMU gather and no TLB'),
  unmap_vmas: entry(
    'mm/memory.c',
    'kernel',
  )('each entry is a step; zapping itself is ours in the oracle, too; no MMU gather, no TLB'),
  free_pgtables: entry(
    'mm/memory.c',
    'kernel',
  )('the links go, page tables there are none; batches as with 512 pages a table'),
  remove_vma: vmaC('passed through to vm_area_free(), without a step: no close hook, no file reference'),
  do_vmi_munmap: vmaC('the range has been checked before'),
  __mmap_region: vmaC(
    'mmap_region() above it is passed through; files have no mmap hook, limits are never reached, nothing is unmapped for it',
  ),
  mprotect_fixup: entry(
    'mm/mprotect.c',
    'kernel',
  )('accounting never fails; no protection keys, no arch hooks'),
  mremap_to: entry(
    'mm/mremap.c',
    'kernel',
  )('only what the language lets through: fixed place, same length, within one VMA'),
  vm_mmap_pgoff: entry('mm/util.c', 'none')('private, at a fixed place where nothing is mapped'),
  __vm_munmap: vmaC(),
  do_mprotect_pkey: entry('mm/mprotect.c', 'kernel')('no growing down or up, no protection keys'),
  do_mremap: entry('mm/mremap.c', 'kernel')('one VMA at a time: the loop over several is left out'),
  do_madvise: entry('mm/madvise.c', 'none')('four advices of all; madvise_do_behavior() is passed through'),
};

const ONE_PAGE = 'one folio is one page';
const NO_PTL = 'page tables are not locked, and never change meanwhile';

const faults = entry('mm/memory.c', 'none');

export const MEMORY_FIDELITY: Entries<MemoryFunctions> = {
  lock_vma_under_rcu: {
    ...entry('mm/mmap_lock.c', 'none')('always succeeds: no fault is tried again under the mmap lock'),
    profiles: { '6.1': 'there are no per-VMA locks: the mmap lock is taken instead' },
  },
  vma_end_read: entry('include/linux/mmap_lock.h', 'none')(),
  vma_start_write: entry(
    'include/linux/mmap_lock.h',
    'glue',
  )('never waits; a step only where it does something'),
  handle_pte_fault: faults(`${ONE_PAGE}; ${NO_PTL}; no swap, migration, NUMA hints, userfaultfd`),
  do_anonymous_page: faults(`${ONE_PAGE}; ${NO_PTL}`),
  do_read_fault: faults('every page of a file is in the page cache; nothing is mapped around it'),
  do_cow_fault: faults('every page of a file is in the page cache'),
  do_wp_page: faults(`${ONE_PAGE}; private mappings only`),
  wp_can_reuse_anon_folio: faults(
    'unshared means mapped once: no swap cache, no other references, no LRU batches',
  ),
  wp_page_reuse: faults(),
  wp_page_copy: faults(NO_PTL),
  vmf_anon_prepare: faults('the mmap lock is always to be had, so that no fault is tried again'),
  map_anon_folio_pte_nopf: faults(ONE_PAGE),
  folio_add_new_anon_rmap: entry('mm/rmap.c', 'none')(ONE_PAGE),
  folio_move_anon_rmap: rmap(),
  folio_remove_rmap_pte: entry('mm/rmap.c', 'none')('the last mapping frees the folio at once', NO_STEP),
  change_protection: entry('mm/mprotect.c', 'glue')('exclusive folios become writable at once', NO_STEP),
  dup_mm: entry('kernel/fork.c', 'none')('the address space only; making it never fails'),
  dup_mmap: entry('mm/mmap.c', 'kernel')('the VMA tree is copied one by one, and its nodes never run out'),
  undo_dup_mmap: piece('what dup_mmap() does after a failure; in 6.x nothing'),
  copy_page_range: entry(
    'mm/memory.c',
    'glue',
  )('there are entries, but no page tables: it never runs out of memory'),
  __mmput: entry(
    'kernel/fork.c',
    'none',
  )('the last user of an address space leaves at once; no OOM reaper, no khugepaged'),
  exit_mmap: entry('mm/mmap.c', 'kernel')('no MMU gather, no MMU notifiers'),
  tear_down_vmas: entry('mm/mmap.c', 'kernel')(),
};

export const TABLE_FIDELITY: Entries<KernelFunctions> = {
  ...RMAP_FIDELITY,
  ...PIECES_FIDELITY,
  ...VMA_FIDELITY,
  ...MEMORY_FIDELITY,
};

const mmapLock = entry('include/linux/mmap_lock.h', 'glue');

/** Functions that take steps, but that no profile replaces: they are in no table. By role. */
export const HELPER_FIDELITY: Readonly<Record<string, FunctionFidelity>> = {
  __folio_set_anon: rmap(),
  __mmap_new_vma: vmaC('files have no mmap hook'),
  __mmap_setup: vmaC('limits are never reached'),
  __vma_adjust: entry('mm/mmap.c (6.1)', 'kernel')(PREALLOCATED),
  __vmf_anon_prepare: faults('the mmap lock is always to be had'),
  anon_rmap_tree_post_update_vma: vmaC(),
  anon_rmap_tree_pre_update_vma: vmaC(),
  copy_vma_and_data: entry(
    'mm/mremap.c',
    'kernel',
  )('moving entries never fails, so that nothing is moved back'),
  do_mmap: entry('mm/mmap.c', 'kernel')('private mappings at a fixed place; limits are never reached'),
  do_vmi_align_munmap: vmaC(PREALLOCATED),
  init_multi_vma_prep: vmaC(null, 'steps only where a border moves'),
  ksys_mmap_pgoff: entry('mm/mmap.c', 'none')('a file is a name'),
  lock_anon_vma_root: entry('mm/rmap.c (before 7.0)', 'kernel')(),
  madvise_update_vma: entry('mm/madvise.c', 'kernel')('no names of anonymous VMAs'),
  madvise_vma_behavior: entry('mm/madvise.c', 'kernel')('four advices'),
  madvise_walk_vmas: entry('mm/madvise.c', 'kernel')(),
  mm_alloc: entry('kernel/fork.c', 'none')('how the first process comes to be'),
  mmap_read_lock: mmapLock(null, 'steps for `call` and for faults of 6.1 only'),
  mmap_read_unlock: mmapLock(null, 'steps for `call` and for faults of 6.1 only'),
  mmap_write_lock: mmapLock(null, 'steps for `call` only'),
  mmap_write_unlock: mmapLock(null, 'steps for `call` only'),
  move_vma: entry('mm/mremap.c', 'kernel')('limits are never reached, no VMA refuses to move'),
  page_idle_clear_pte_refs: entry(
    'mm/page_idle.c',
    'none',
  )('the walk of the operation `walk`: any other would do'),
  page_idle_clear_pte_refs_one: entry('mm/page_idle.c', 'none')('only whether the folio is mapped there'),
  remap_move: entry('mm/mremap.c', 'kernel')('one VMA at a time'),
  set_pte_range: faults(ONE_PAGE),
  unlink_file_vma: entry('mm/mmap.c (6.1)', 'kernel')(),
  unlink_file_vma_batch_process: vmaC(),
  vma_link: vmaC(PREALLOCATED),
  vma_link_file: vmaC(),
  vma_merge: entry('mm/mmap.c (6.1)', 'kernel')(NEVER_SPECIAL),
  vma_modify: vmaC('passes merging’s error on; split_vma() is passed through'),
  vms_clear_ptes: vmaC('in 7.x passed through to unmap_region(); in 6.12 it takes the steps of that'),
  vms_complete_munmap_vmas: vmaC('nothing is accounted but map_count'),
  vms_gather_munmap_vmas: vmaC('no limit on the number of VMAs, no sealed ones, no userfaultfd'),
};

/**
 * Functions of 7.3 with asserts that are not evaluated, not even where they stand. Most speak of what the model does not
 * have: iterators, statistics, page table flags.
 */
export const ASSERTS_LEFT_OUT: readonly string[] = [
  '__mmap_new_vma',
  '__mmput',
  'change_protection',
  'copy_page_range',
  'copy_vma',
  'find_mergeable_anon_vma',
  'folio_add_new_anon_rmap',
  'free_pgtables',
  'madvise_vma_behavior',
  'move_ptes',
  'remap_move',
  'set_pte_range',
  'unlink_file_vma_batch_process',
  'vma_expand',
  'vma_merge_copied_range',
  'vma_merge_existing_range',
  'vma_merge_new_range',
  'vma_modify',
  'vms_complete_munmap_vmas',
  'vms_gather_munmap_vmas',
  'wp_page_copy',
];
