/**
 * A simulated kernel: the machine, and the prototypes of the kernel functions that run on it, under their names of the newest kernel: the header that all
 * of them call each other through, so that a kernel profile can replace any of them. Functions return as in C:
 * 0 or a negative errno, a pointer or null.
 */
import type { Advice } from '../trace/engine';
import { type Gfp, type KernelTraits, Machine } from './machine';
import type { anon_vma, anon_vma_chain, file, folio, mm_struct, vm_area_struct } from './objects';

export type vma_operation = 'VMA_OP_SPLIT' | 'VMA_OP_MERGE_UNFAULTED' | 'VMA_OP_REMAP' | 'VMA_OP_FORK';

/** struct rmap_walk_control, as far as a walk that visits every VMA needs it. */
export interface rmap_walk_control {
  /** Called for each VMA with the page the folio would be at; false ends the walk. */
  readonly rmap_one: (vma: vm_area_struct, address: number) => boolean;
  readonly try_lock: boolean;
  /** Set when `try_lock` met a lock that was held. */
  contended: boolean;
}

/**
 * mm/rmap.c: src/simulation/anonVma.ts, walk.ts. Functions without a step of their own (said so) are one step at the
 * calling statement: call `k.at` first.
 */
export interface RmapFunctions {
  anon_vma_alloc(k: Kernel): anon_vma | null;
  anon_vma_free(k: Kernel, anon_vma: anon_vma): void;
  /** No step of its own. `retry`: the second try of one logical allocation. */
  anon_vma_chain_alloc(k: Kernel, gfp: Gfp, retry?: boolean): anon_vma_chain | null;
  /** No step of its own. */
  anon_vma_chain_free(k: Kernel, avc: anon_vma_chain): void;
  /** No step of its own. */
  anon_vma_chain_assign(k: Kernel, vma: vm_area_struct, avc: anon_vma_chain, anon_vma: anon_vma): void;
  /** No step of its own. */
  anon_rmap_tree_insert(k: Kernel, avc: anon_vma_chain, anon_vma: anon_vma): void;
  /** No step of its own. */
  anon_rmap_tree_remove(k: Kernel, avc: anon_vma_chain, anon_vma: anon_vma): void;
  /** First page offset by which the anon interval tree knows the VMA. */
  anon_rmap_start(vma: vm_area_struct): number;
  /** No step of its own. */
  get_anon_vma(k: Kernel, anon_vma: anon_vma): void;
  /** No step of its own; enters __put_anon_vma() when the last reference goes. */
  put_anon_vma(k: Kernel, anon_vma: anon_vma): void;
  __put_anon_vma(k: Kernel, anon_vma: anon_vma): void;
  /** No step of its own. */
  anon_vma_lock_write(k: Kernel, anon_vma: anon_vma): void;
  /** No step of its own. */
  anon_vma_unlock_write(k: Kernel, anon_vma: anon_vma): void;
  /** mmap_assert_locked(), as `expression` names the address space. Step in the function entered last. */
  assert_mmap_locked(k: Kernel, mm: mm_struct, expression: string): void;
  /** The inline test before __anon_vma_prepare(). */
  anon_vma_prepare(k: Kernel, vma: vm_area_struct): number;
  __anon_vma_prepare(k: Kernel, vma: vm_area_struct): number;
  check_anon_vma_clone(k: Kernel, dst: vm_area_struct, src: vm_area_struct, operation: vma_operation): void;
  maybe_reuse_anon_vma(k: Kernel, dst: vm_area_struct, anon_vma: anon_vma): void;
  anon_vma_clone(k: Kernel, dst: vm_area_struct, src: vm_area_struct, operation: vma_operation): number;
  anon_vma_fork(k: Kernel, vma: vm_area_struct, pvma: vm_area_struct): number;
  /** Chain and tree of a child's own anon_vma. Steps in anon_vma_fork(). */
  link_forked(k: Kernel, vma: vm_area_struct, avc: anon_vma_chain, anon_vma: anon_vma): void;
  cleanup_partial_anon_vmas(k: Kernel, vma: vm_area_struct): void;
  unlink_anon_vmas(k: Kernel, vma: vm_area_struct): void;
  /** The second loop of unlink_anon_vmas(), which all kernels have in common. Steps in the function entered last. */
  drop_empty_anon_vmas(k: Kernel, vma: vm_area_struct): void;
  folio_get_anon_vma(k: Kernel, folio: folio): anon_vma | null;
  folio_lock_anon_vma_read(k: Kernel, folio: folio, rwc: rmap_walk_control | null): anon_vma | null;
  rmap_walk(k: Kernel, folio: folio, rwc: rmap_walk_control): void;
  rmap_walk_anon(k: Kernel, folio: folio, rwc: rmap_walk_control): void;
  /** Asserted by everything that goes from a folio to its anon_vma. Step in the function entered last. */
  assert_folio_locked(k: Kernel, folio: folio): void;
  /** Where the VMA maps the page offset, or -EFAULT; asserted by the walk. Step in the function entered last. */
  assert_vma_anon_address(k: Kernel, vma: vm_area_struct, address: number): void;
}

/**
 * Parts of functions of older kernels and of the states of the patch series that change from one to the next
 * (profiles/rmap6_12.ts and later). Each takes its steps in the function entered last.
 */
export interface KernelPieces {
  /** Beginning of anon_vma_clone(). True when there is nothing to clone. */
  begin_clone(k: Kernel, dst: vm_area_struct, src: vm_area_struct): boolean;
  /** An AVC for a clone. `held.root`: the root that is locked. */
  alloc_in_clone(
    k: Kernel,
    anon_vma: anon_vma | null,
    held: { root: anon_vma | null },
  ): anon_vma_chain | null;
  /** Gives the anon_vma to a VMA that has none, if nobody uses it. */
  reuse_in_clone(k: Kernel, dst: vm_area_struct, src: vm_area_struct, anon_vma: anon_vma): void;
  /** What a clone that ran out of memory does to the VMA, whose AVCs are in the trees. */
  undo_clone(k: Kernel, dst: vm_area_struct): void;
  /** What a fork that ran out of memory does after the clone. */
  undo_fork(k: Kernel, vma: vm_area_struct): void;
  /** Beginning of unlink_anon_vmas(). True when there is nothing to unlink. */
  begin_unlink(k: Kernel, vma: vm_area_struct): boolean;
  /** Rest of exit_mmap() of an address space without VMAs. */
  exit_empty_mmap(k: Kernel, mm: mm_struct): void;
}

/** struct vma_merge_struct; addresses and offsets in pages. */
export interface vma_merge_struct {
  mm: mm_struct;
  prev: vm_area_struct | null;
  middle: vm_area_struct | null;
  next: vm_area_struct | null;
  target: vm_area_struct | null;
  copied_from: vm_area_struct | null;
  start: number;
  end: number;
  pgoff: number;
  anon_pgoff: number;
  vm_flags: number;
  file: file | null;
  /** The anon_vma that the merged VMA must be compatible with. */
  anon_vma: anon_vma | null;
  state: 'VMA_MERGE_START' | 'VMA_MERGE_ERROR_NOMEM' | 'VMA_MERGE_NOMERGE' | 'VMA_MERGE_SUCCESS';
  __adjust_middle_start: boolean;
  __adjust_next_start: boolean;
  __remove_middle: boolean;
  __remove_next: boolean;
}

/** struct vma_prepare: what a change of a VMA's range locks, takes out of the trees and puts back. */
export interface vma_prepare {
  vma: vm_area_struct;
  /** The neighbour whose start moves, if one does. */
  adj_next: vm_area_struct | null;
  file: file | null;
  anon_vma: anon_vma | null;
  /** The new VMA of a split. */
  insert: vm_area_struct | null;
  remove: vm_area_struct | null;
  remove2: vm_area_struct | null;
}

/** struct pagetable_move_control; addresses in pages. */
export interface pagetable_move_control {
  old: vm_area_struct;
  new: vm_area_struct;
  old_addr: number;
  new_addr: number;
  len_in: number;
  need_rmap_locks: boolean;
}

/** mm/vma.c and the system calls on top of it: vma*.ts, mmap.ts, munmap.ts, mprotect.ts, mremap.ts, madvise.ts. */
export interface VmaFunctions {
  vm_area_alloc(k: Kernel, mm: mm_struct): vm_area_struct | null;
  vm_area_dup(k: Kernel, orig: vm_area_struct): vm_area_struct | null;
  /** Frees a detached VMA that is linked nowhere any more. */
  vm_area_free(k: Kernel, vma: vm_area_struct): void;
  /** Warns when an unfaulted anonymous VMA is given an offset that is not its address. No step unless it warns. */
  assert_sane_pgoff(k: Kernel, vma: vm_area_struct, pgoff: number): void;
  /** Writes the anonymous page offset, where the kernel keeps one. No step of its own. */
  vma_set_anon_pgoff(k: Kernel, vma: vm_area_struct, pgoff: number): void;
  /** A neighbour's anon_vma that the VMA may use too. */
  find_mergeable_anon_vma(k: Kernel, vma: vm_area_struct): anon_vma | null;
  reusable_anon_vma(k: Kernel, old: vm_area_struct, a: vm_area_struct, b: vm_area_struct): anon_vma | null;
  anon_vma_compatible(k: Kernel, a: vm_area_struct, b: vm_area_struct): boolean;
  /** Why the range and its next (or prev) cannot come to share an anon_vma; null when they can. No step. */
  is_mergeable_anon_vma(k: Kernel, vmg: vma_merge_struct, merge_next: boolean): string | null;
  /** Must the anonymous page offsets of merging VMAs be adjacent as well? */
  needs_adjacent_anon_pgoff(vmg: vma_merge_struct): boolean;
  dup_anon_vma(
    k: Kernel,
    dst: vm_area_struct,
    src: vm_area_struct,
    dup: { vma: vm_area_struct | null },
  ): number;
  vma_prepare(k: Kernel, vp: vma_prepare): void;
  vma_complete(k: Kernel, vp: vma_prepare, mm: mm_struct): void;
  /** Unlinks `next`, which `vma` swallows. No step of its own since 7.0. */
  anon_vma_merge(k: Kernel, vma: vm_area_struct, next: vm_area_struct): void;
  vma_merge_existing_range(k: Kernel, vmg: vma_merge_struct): vm_area_struct | null;
  vma_merge_new_range(k: Kernel, vmg: vma_merge_struct): vm_area_struct | null;
  vma_merge_copied_range(k: Kernel, vmg: vma_merge_struct): vm_area_struct | null;
  vma_expand(k: Kernel, vmg: vma_merge_struct): number;
  commit_merge(k: Kernel, vmg: vma_merge_struct): number;
  /** Splits at `addr`; `new_below` gives the new VMA the lower part. */
  __split_vma(k: Kernel, vma: vm_area_struct, addr: number, new_below: boolean): number;
  /** Merges or splits so that exactly [start, end) can take `vm_flags`. A VMA, or a negative errno. */
  vma_modify_flags(
    k: Kernel,
    prev: vm_area_struct | null,
    vma: vm_area_struct,
    start: number,
    end: number,
    vm_flags: number,
  ): vm_area_struct | number;
  /**
   * Copies a VMA, or extends a neighbour of the new place over it. `vmap.vma` is the source, replaced when the
   * source itself was merged away; `pmc.need_rmap_locks` is set. null when out of memory.
   */
  copy_vma(
    k: Kernel,
    vmap: { vma: vm_area_struct },
    addr: number,
    len: number,
    pgoff: number,
    anon_pgoff: number,
    pmc: { need_rmap_locks: boolean },
    keep_source: boolean,
  ): vm_area_struct | null;
  move_page_tables(k: Kernel, pmc: pagetable_move_control): void;
  /** Moves the entries of `pages`. */
  move_ptes(k: Kernel, pmc: pagetable_move_control, pages: readonly number[]): void;
  /** What a move of [start, end) that leaves the source mapped does to the source. */
  dontunmap_complete(
    k: Kernel,
    vma: vm_area_struct,
    new_vma: vm_area_struct,
    start: number,
    end: number,
  ): void;
  /** Unmaps [start, end) of the source of a move. */
  unmap_source_vma(k: Kernel, vma: vm_area_struct, start: number, end: number): void;
  /** The offsets of a source that dontunmap_complete() has made unfaulted. Steps within it. */
  reset_pgoff(k: Kernel, vma: vm_area_struct): void;
  /** Page table entries of detached VMAs go, and then their places in the reverse maps. */
  unmap_region(k: Kernel, vmas: readonly vm_area_struct[], mm_wr_locked: boolean): void;
  /** Removes the page table entries of the VMAs: folios lose mappings. */
  unmap_vmas(k: Kernel, vmas: readonly vm_area_struct[]): void;
  /** Unlinks each VMA from its anon_vmas and its file. `mm_wr_locked`: the mmap write lock is still held. */
  free_pgtables(k: Kernel, vmas: readonly vm_area_struct[], mm_wr_locked: boolean): void;
  /** Closes and frees a VMA. No step of its own; enters vm_area_free(). */
  remove_vma(k: Kernel, vma: vm_area_struct): void;
  /** `unlock`: the mmap lock, held for writing, is downgraded on the way and released, if nothing fails. */
  do_vmi_munmap(k: Kernel, mm: mm_struct, start: number, len: number, unlock: boolean): number;
  /** `vm_flags`: VM_READ and VM_WRITE only. The mmap lock is held for writing. */
  __mmap_region(
    k: Kernel,
    mm: mm_struct,
    addr: number,
    len: number,
    vm_flags: number,
    pgoff: number,
    file: file | null,
  ): number;
  mprotect_fixup(
    k: Kernel,
    vma: vm_area_struct,
    pprev: { vma: vm_area_struct | null },
    start: number,
    end: number,
    newflags: number,
  ): number;
  /** The mmap lock is held for writing. */
  mremap_to(k: Kernel, mm: mm_struct, old: number, len: number, to: number, dontunmap: boolean): number;

  // The system calls as the engine enters them: each takes and releases the mmap lock itself, as in C.

  /** mmap(2) with MAP_PRIVATE | MAP_FIXED_NOREPLACE. `prot`: VM_READ and VM_WRITE. */
  vm_mmap_pgoff(
    k: Kernel,
    mm: mm_struct,
    addr: number,
    len: number,
    prot: number,
    file: file | null,
    pgoff: number,
  ): number;
  /** munmap(2). */
  __vm_munmap(k: Kernel, mm: mm_struct, start: number, len: number): number;
  /** mprotect(2). `prot`: VM_READ and VM_WRITE. */
  do_mprotect_pkey(k: Kernel, mm: mm_struct, start: number, len: number, prot: number): number;
  /** mremap(2) with MREMAP_MAYMOVE | MREMAP_FIXED and an unchanged length. */
  do_mremap(k: Kernel, mm: mm_struct, old: number, len: number, to: number, dontunmap: boolean): number;
  /** madvise(2). */
  do_madvise(k: Kernel, mm: mm_struct, start: number, len: number, advice: Advice): number;
}

/** mm/memory.c, mm/mmap.c, mm/mmap_lock.c, mm/rmap.c: lockVma.ts, fault.ts, faultCopy.ts, folioRmap.ts, fork.ts, exit.ts */
export interface MemoryFunctions {
  /** The VMA of a page, locked for a fault; null where there is none. */
  lock_vma_under_rcu(k: Kernel, mm: mm_struct, page: number): vm_area_struct | null;
  vma_end_read(k: Kernel, vma: vm_area_struct): void;
  /** With steps of its own, for `call`. */
  vma_start_write(k: Kernel, vma: vm_area_struct): void;
  /** A page fault that has found its VMA and may access it. 0 or -ENOMEM. */
  handle_pte_fault(k: Kernel, vma: vm_area_struct, page: number, write: boolean): number;
  do_anonymous_page(k: Kernel, vma: vm_area_struct, page: number, write: boolean): number;
  do_read_fault(k: Kernel, vma: vm_area_struct, page: number): number;
  do_cow_fault(k: Kernel, vma: vm_area_struct, page: number): number;
  do_wp_page(k: Kernel, vma: vm_area_struct, page: number): number;
  wp_can_reuse_anon_folio(k: Kernel, folio: folio, vma: vm_area_struct): boolean;
  wp_page_reuse(k: Kernel, vma: vm_area_struct, page: number): void;
  wp_page_copy(k: Kernel, vma: vm_area_struct, page: number): number;
  /** Prepares the anon_vma of the VMA of a fault, if it has none. 0 or -ENOMEM. */
  vmf_anon_prepare(k: Kernel, vma: vm_area_struct): number;
  /** Maps a new folio where nothing was mapped. */
  map_anon_folio_pte_nopf(k: Kernel, folio: folio, vma: vm_area_struct, page: number): void;
  folio_add_new_anon_rmap(k: Kernel, folio: folio, vma: vm_area_struct, page: number): void;
  folio_move_anon_rmap(k: Kernel, folio: folio, vma: vm_area_struct): void;
  /** The folio loses the mapping of one page table entry, and dies with the last. No step of its own. */
  folio_remove_rmap_pte(k: Kernel, folio: folio): void;
  /** Brings the entries of [start, end) in line with the VMA's new flags. No step of its own. */
  change_protection(k: Kernel, vma: vm_area_struct, start: number, end: number): void;
  /** fork(2): the new address space, or null without memory. */
  dup_mm(k: Kernel, oldmm: mm_struct, name: string): mm_struct | null;
  /** 0, or a negative errno with no VMA left in `mm`. Takes and releases both mmap locks. */
  dup_mmap(k: Kernel, mm: mm_struct, oldmm: mm_struct): number;
  /** What dup_mmap() does after a failure. Steps in the function entered last. */
  undo_dup_mmap(k: Kernel, mm: mm_struct): void;
  copy_page_range(k: Kernel, dst: vm_area_struct, src: vm_area_struct): number;
  /** exit(2), as far as the address space goes. */
  __mmput(k: Kernel, mm: mm_struct): void;
  /** Takes and releases the mmap lock. */
  exit_mmap(k: Kernel, mm: mm_struct): void;
  tear_down_vmas(k: Kernel, mm: mm_struct, vmas: readonly vm_area_struct[]): void;
}

export type KernelFunctions = RmapFunctions & KernelPieces & VmaFunctions & MemoryFunctions;

/** One kernel: its functions, and what else differs from other kernels. */
export interface Profile extends KernelTraits {
  readonly id: string;
  /** For people: `Linux 7.3`. */
  readonly title: string;
  /** What sets it apart from its neighbours, one clause. */
  readonly note: string;
  readonly functions: KernelFunctions;
  /** Functions of the table that this kernel does not have. */
  readonly absent: readonly string[];
}

/** What every simulated function gets as its first argument. */
export class Kernel extends Machine {
  /** The functions of the kernel that is simulated: call through this table, so that profiles can override. */
  readonly f: KernelFunctions;

  constructor(readonly profile: Profile) {
    super(profile);
    this.f = profile.functions;
  }
}
