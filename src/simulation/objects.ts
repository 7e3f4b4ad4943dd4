/**
 * The kernel objects of the anonymous reverse map, with the fields that matter to it and their kernel names
 * (include/linux/mm_types.h, include/linux/rmap.h). All addresses and offsets are in pages.
 *
 * Lists are arrays with the list head's next entry first, interval trees are arrays in walking order. Fields
 * are written through `Kernel` only, which reports every change.
 */

/** A lock word: 0 free, -1 held for writing, n > 0 held by n readers. */
export type LockWord = number;

export type PteFolio = folio | 'zero' | PageCacheFolio;

/** A page of the page cache, as the snapshot names it. */
export type PageCacheFolio = `file:${string}`;

/** What a page table entry maps. Entries are replaced, never written in place. */
export interface pte {
  readonly folio: PteFolio;
  readonly writable: boolean;
}

export class mm_struct {
  readonly kind = 'mm';
  freed = false;
  mmap_lock: LockWord = 0;
  page_table_lock: LockWord = 0;
  map_count = 0;
  /** The VMA tree, sorted by start. */
  readonly mm_mt: vm_area_struct[] = [];
  /** Page tables: page number → entry. */
  readonly ptes = new Map<number, pte>();
  constructor(
    readonly id: number,
    readonly name: string,
  ) {}
}

/** A file with its address_space in one, since the reverse map needs no more of it. */
export class file {
  readonly kind = 'file';
  freed = false;
  i_mmap_rwsem: LockWord = 0;
  readonly i_mmap: vm_area_struct[] = [];
  constructor(
    readonly id: number,
    readonly name: string,
  ) {}
}

/** Bits of vm_flags that decide about merging, forking and faulting. Values are ours. */
export const VM_READ = 1;
export const VM_WRITE = 2;
export const VM_ACCOUNT = 4;
export const VM_DONTCOPY = 8;
export const VM_WIPEONFORK = 16;
export const VM_SOFTDIRTY = 32;

export class vm_area_struct {
  readonly kind = 'vma';
  freed = false;
  vm_start = 0;
  /** Exclusive. */
  vm_end = 0;
  vm_pgoff = 0;
  /** Page offset by which the anonymous reverse map knows the first page; kept apart from vm_pgoff since 7.3. */
  anon_pgoff = 0;
  vm_flags = 0;
  vm_file: file | null = null;
  anon_vma: anon_vma | null = null;
  /** AVCs linked by same_vma, list head first. */
  readonly anon_vma_chain: anon_vma_chain[] = [];
  /** In the VMA tree of its mm. */
  attached = false;
  /** Per-VMA lock: -1 while write-locked. */
  vm_lock: LockWord = 0;
  constructor(
    readonly id: number,
    public vm_mm: mm_struct,
  ) {}
}

export class anon_vma {
  readonly kind = 'anon_vma';
  freed = false;
  /** `A0`, `A1`, … given when it is first linked; null before. */
  label: string | null = null;
  root: anon_vma;
  parent: anon_vma;
  rwsem: LockWord = 0;
  refcount = 0;
  num_children = 0;
  num_active_vmas = 0;
  /** The one counter that stood for the two above in kernels before 6.0. */
  degree = 0;
  /** AVCs of the interval tree, in walking order. */
  readonly rb_root: anon_vma_chain[] = [];
  constructor(readonly id: number) {
    this.root = this;
    this.parent = this;
  }
}

export class anon_vma_chain {
  readonly kind = 'anon_vma_chain';
  freed = false;
  vma: vm_area_struct | null = null;
  anon_vma: anon_vma | null = null;
  /** First and last page offset under which the tree holds it, both inclusive; null while in no tree. */
  rb_start: number | null = null;
  rb_last: number | null = null;
  constructor(readonly id: number) {}
}

export class folio {
  readonly kind = 'folio';
  freed = false;
  label: string | null = null;
  /** The anon_vma that `folio->mapping` is tagged with. */
  mapping: anon_vma | null = null;
  index = 0;
  mapcount = 0;
  exclusive = false;
  /** Folio lock, as the read side of the reverse map wants it. */
  locked = false;
  constructor(readonly id: number) {}
}

export type KernelObject = mm_struct | vm_area_struct | anon_vma | anon_vma_chain | folio | file;

/** Names of the fields that hold a list of objects. */
export type ListField = 'mm_mt' | 'anon_vma_chain' | 'rb_root' | 'i_mmap';

/** `P@16-20`, end exclusive: how the contracts name a VMA. */
export function vmaName(vma: vm_area_struct): string {
  return `${vma.vm_mm.name}@${vma.vm_start}-${vma.vm_end}`;
}

/** Label of an anon_vma, or a word for one that is not linked anywhere yet. */
export function anonVmaName(anon: anon_vma | null): string {
  return anon === null ? 'no anon_vma' : (anon.label ?? 'the new anon_vma');
}

/** Label of a folio, or a word for one that is not mapped yet. */
export function folioName(page: folio): string {
  return page.label ?? 'the new folio';
}

/** `AVC (P@16-20, A0)`. */
export function avcName(avc: anon_vma_chain): string {
  return avc.vma === null ? 'the new AVC' : `AVC (${vmaName(avc.vma)}, ${anonVmaName(avc.anon_vma)})`;
}

export function vma_pages(vma: vm_area_struct): number {
  return vma.vm_end - vma.vm_start;
}
