/**
 * The prototypes of the simulated kernel functions, under their names of the newest kernel: the header that all
 * of them call each other through, so that a kernel profile can replace any of them. Functions return as in C:
 * 0 or a negative errno, a pointer or null.
 */
import type { Kernel, Gfp } from './kernel';
import type { anon_vma, anon_vma_chain, file, folio, mm_struct, vm_area_struct } from './objects';

export type vma_operation = 'VMA_OP_SPLIT' | 'VMA_OP_MERGE_UNFAULTED' | 'VMA_OP_REMAP' | 'VMA_OP_FORK';

/** struct rmap_walk_control, as far as a walk that visits every VMA needs it. */
export interface rmap_walk_control {
  readonly rmap_one: (vma: vm_area_struct, address: number) => boolean;
  readonly try_lock: boolean;
}

/** mm/rmap.c: src/simulation/anonVma.ts */
export interface RmapFunctions {
  anon_vma_alloc(k: Kernel): anon_vma | null;
  anon_vma_free(k: Kernel, anon_vma: anon_vma): void;
  anon_vma_chain_alloc(k: Kernel, gfp: Gfp): anon_vma_chain | null;
  anon_vma_chain_free(k: Kernel, avc: anon_vma_chain): void;
  anon_vma_chain_assign(k: Kernel, vma: vm_area_struct, avc: anon_vma_chain, anon_vma: anon_vma): void;
  anon_rmap_tree_insert(k: Kernel, avc: anon_vma_chain, anon_vma: anon_vma): void;
  anon_rmap_tree_remove(k: Kernel, avc: anon_vma_chain, anon_vma: anon_vma): void;
  /** First page offset by which the anon interval tree knows the VMA. */
  anon_rmap_start(vma: vm_area_struct): number;
  get_anon_vma(k: Kernel, anon_vma: anon_vma): void;
  put_anon_vma(k: Kernel, anon_vma: anon_vma): void;
  anon_vma_lock_write(k: Kernel, anon_vma: anon_vma): void;
  anon_vma_unlock_write(k: Kernel, anon_vma: anon_vma): void;
  /** The inline test before __anon_vma_prepare(). */
  anon_vma_prepare(k: Kernel, vma: vm_area_struct): number;
  __anon_vma_prepare(k: Kernel, vma: vm_area_struct): number;
  check_anon_vma_clone(k: Kernel, dst: vm_area_struct, src: vm_area_struct, operation: vma_operation): void;
  maybe_reuse_anon_vma(k: Kernel, dst: vm_area_struct, anon_vma: anon_vma): void;
  anon_vma_clone(k: Kernel, dst: vm_area_struct, src: vm_area_struct, operation: vma_operation): number;
  anon_vma_fork(k: Kernel, vma: vm_area_struct, pvma: vm_area_struct): number;
  cleanup_partial_anon_vmas(k: Kernel, vma: vm_area_struct): void;
  unlink_anon_vmas(k: Kernel, vma: vm_area_struct): void;
  folio_lock_anon_vma_read(k: Kernel, folio: folio): anon_vma | null;
  rmap_walk_anon(k: Kernel, folio: folio, rwc: rmap_walk_control): void;
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
  just_expand: boolean;
  give_up_on_oom: boolean;
  skip_vma_uprobe: boolean;
  __adjust_middle_start: boolean;
  __adjust_next_start: boolean;
  __remove_middle: boolean;
  __remove_next: boolean;
}

/** mm/vma.c: src/simulation/vma*.ts */
export interface VmaFunctions {
  vm_area_alloc(k: Kernel, mm: mm_struct): vm_area_struct | null;
  vm_area_dup(k: Kernel, orig: vm_area_struct): vm_area_struct | null;
  vm_area_free(k: Kernel, vma: vm_area_struct): void;
  find_mergeable_anon_vma(k: Kernel, vma: vm_area_struct): anon_vma | null;
  reusable_anon_vma(k: Kernel, old: vm_area_struct, a: vm_area_struct, b: vm_area_struct): anon_vma | null;
  anon_vma_compatible(k: Kernel, a: vm_area_struct, b: vm_area_struct): boolean;
  dup_anon_vma(
    k: Kernel,
    dst: vm_area_struct,
    src: vm_area_struct,
    dup: { vma: vm_area_struct | null },
  ): number;
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
    vma: vm_area_struct,
    start: number,
    end: number,
    vm_flags: number,
  ): vm_area_struct | number;
  copy_vma(
    k: Kernel,
    vma: vm_area_struct,
    addr: number,
    len: number,
    pgoff: number,
    anon_pgoff: number,
    keep_source: boolean,
  ): vm_area_struct | null;
  /** Removes the page tables' entries of [start, end): folios lose a mapping. */
  unmap_region(k: Kernel, mm: mm_struct, start: number, end: number): void;
  /** free_pgtables(): unlinks each VMA from its anon_vmas (and file). */
  free_pgtables(k: Kernel, vmas: readonly vm_area_struct[]): void;
  do_vmi_munmap(k: Kernel, mm: mm_struct, start: number, len: number): number;
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
    start: number,
    end: number,
    newflags: number,
  ): number;
  mremap_to(k: Kernel, mm: mm_struct, old: number, len: number, to: number, dontunmap: boolean): number;
  do_madvise(k: Kernel, mm: mm_struct, start: number, len: number, advice: string): number;
  do_mprotect_pkey(k: Kernel, mm: mm_struct, start: number, len: number, vm_flags: number): number;
}

/** mm/memory.c, kernel/fork.c or mm/mmap.c: src/simulation/{fault,fork}.ts */
export interface MemoryFunctions {
  /** Read fault, if one is needed. */
  handle_read(k: Kernel, mm: mm_struct, page: number): number;
  /** Write fault, if one is needed. */
  handle_write(k: Kernel, mm: mm_struct, page: number): number;
  /** The folio loses the mapping of one page table entry. */
  folio_remove_rmap_pte(k: Kernel, folio: folio): void;
  /** change_protection() of the entries of a VMA in [start, end) after its flags changed. */
  change_protection(k: Kernel, vma: vm_area_struct, start: number, end: number): void;
  dup_mmap(k: Kernel, mm: mm_struct, oldmm: mm_struct): number;
  copy_page_range(k: Kernel, dst: vm_area_struct, src: vm_area_struct): number;
  exit_mmap(k: Kernel, mm: mm_struct): void;
}

export type KernelFunctions = RmapFunctions & VmaFunctions & MemoryFunctions;
