/**
 * The VMA tree of an address space (mm->mm_mt) and the tree of a file's VMAs (i_mmap): look-ups as in mm/mmap.c and
 * include/linux/mm.h, and the few ways to change them. No function here has a step of its own.
 *
 * The maple tree is a sorted array; what it preallocates never fails, as the scenario language has no such fault.
 */
import type { Kernel } from './kernel';
import type { file, mm_struct, vm_area_struct } from './objects';

/** The first VMA that ends above `page`. */
export function find_vma(mm: mm_struct, page: number): vm_area_struct | null {
  return mm.mm_mt.find((vma) => vma.vm_end > page) ?? null;
}

/** find_vma(), and the VMA before the one it finds. */
export function find_vma_prev(
  mm: mm_struct,
  page: number,
): { readonly vma: vm_area_struct | null; readonly prev: vm_area_struct | null } {
  const index = mm.mm_mt.findIndex((vma) => vma.vm_end > page);
  if (index < 0) return { vma: null, prev: mm.mm_mt.at(-1) ?? null };
  return { vma: mm.mm_mt[index] ?? null, prev: mm.mm_mt[index - 1] ?? null };
}

/** The VMA that `page` lies in. */
export function vma_lookup(mm: mm_struct, page: number): vm_area_struct | null {
  const vma = find_vma(mm, page);
  return vma && vma.vm_start <= page ? vma : null;
}

/** The first VMA that has a page of [start, end). */
export function find_vma_intersection(mm: mm_struct, start: number, end: number): vm_area_struct | null {
  const vma = find_vma(mm, start);
  return vma && vma.vm_start < end ? vma : null;
}

/** The VMA after one of the tree. */
export function vma_next(vma: vm_area_struct): vm_area_struct | null {
  const { mm_mt } = vma.vm_mm;
  return mm_mt[mm_mt.indexOf(vma) + 1] ?? null;
}

/** The VMA before one of the tree. */
export function vma_prev(vma: vm_area_struct): vm_area_struct | null {
  const { mm_mt } = vma.vm_mm;
  return mm_mt[mm_mt.indexOf(vma) - 1] ?? null;
}

/** Puts a new VMA into the tree, where others find it from now on. Counting it is the caller's. */
export function vma_iter_store_new(k: Kernel, mm: mm_struct, vma: vm_area_struct): void {
  k.set(vma, 'attached', true);
  const index = mm.mm_mt.findIndex((other) => other.vm_start > vma.vm_start);
  k.insert(mm, 'mm_mt', index < 0 ? mm.mm_mt.length : index, vma);
}

/** Puts a VMA into its file's tree, behind those of the same offset. */
export function mapping_rmap_tree_insert(k: Kernel, vma: vm_area_struct, mapping: file): void {
  const index = mapping.i_mmap.findIndex((other) => other.vm_pgoff > vma.vm_pgoff);
  k.insert(mapping, 'i_mmap', index < 0 ? mapping.i_mmap.length : index, vma);
}

export function mapping_rmap_tree_remove(k: Kernel, vma: vm_area_struct, mapping: file): void {
  k.remove(mapping, 'i_mmap', vma);
}
