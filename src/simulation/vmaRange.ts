/**
 * The range of a VMA and the page offsets that move with it: vma_set_range(), vma_add_pgoff(), … of mm/vma.c and
 * mm/vma.h. Since 7.3 a VMA has two offsets, that in its file and that in the anonymous reverse map; a kernel that
 * keeps one overrides vma_set_anon_pgoff() and anon_rmap_start(). Steps are the caller's.
 */
import type { Kernel } from './kernel';
import { type vm_area_struct, vma_pages } from './objects';

/** linear_page_index(): offset in the file (or of the anonymous mapping) of a page of the VMA. */
export function linear_page_index(vma: vm_area_struct, page: number): number {
  return vma.vm_pgoff + (page - vma.vm_start);
}

/** Offset of a page of the VMA as the anonymous reverse map knows it. */
export function linear_anon_pgoff(k: Kernel, vma: vm_area_struct, page: number): number {
  return k.f.anon_rmap_start(vma) + (page - vma.vm_start);
}

export function vma_end_pgoff(vma: vm_area_struct): number {
  return vma.vm_pgoff + vma_pages(vma);
}

export function vma_end_anon_pgoff(k: Kernel, vma: vm_area_struct): number {
  return k.f.anon_rmap_start(vma) + vma_pages(vma);
}

/** Private anonymous memory, as opposed to a mapping of a file. */
export function vma_is_anonymous(vma: vm_area_struct): boolean {
  return vma.vm_file === null;
}

/** mm/vma.h: 7.3 checks each offset that is written. Call after the writes, so that these stay in the caller's step. */
export function assert_sane_pgoff(k: Kernel, vma: vm_area_struct, pgoff: number): void {
  if (!vma_is_anonymous(vma) || vma.anon_vma || pgoff === vma.vm_start) return;
  k.enter('assert_sane_pgoff', () => 'is this an offset that an unfaulted anonymous VMA may have');
  k.at('call:VM_WARN_ON_ONCE', 'assert', () => `the offset ${pgoff} is not the address ${vma.vm_start}`);
  k.warn_on('VM_WARN_ON_ONCE', 'pgoff != vma->vm_start >> PAGE_SHIFT', true);
  k.leave('end');
}

/** mm/vma.h: the low and the high half of the anonymous offset at once. */
export function vma_set_anon_pgoff(k: Kernel, vma: vm_area_struct, pgoff: number): void {
  k.set(vma, 'anon_pgoff', pgoff);
}

/** __vma_set_range(): without the offsets. */
export function __vma_set_range(k: Kernel, vma: vm_area_struct, start: number, end: number): void {
  if (vma.vm_start !== start) k.set(vma, 'vm_start', start);
  if (vma.vm_end !== end) k.set(vma, 'vm_end', end);
}

export function vma_set_range(
  k: Kernel,
  vma: vm_area_struct,
  start: number,
  end: number,
  pgoff: number,
  anon_pgoff: number,
): void {
  vma_set_range_unchecked(k, vma, start, end, pgoff, anon_pgoff);
  k.f.assert_sane_pgoff(k, vma, pgoff);
}

/** vma_set_range() of a VMA that is to map a file, which it does not know yet. */
export function vma_set_range_unchecked(
  k: Kernel,
  vma: vm_area_struct,
  start: number,
  end: number,
  pgoff: number,
  anon_pgoff: number,
): void {
  __vma_set_range(k, vma, start, end);
  if (k.f.anon_rmap_start(vma) !== anon_pgoff) k.f.vma_set_anon_pgoff(k, vma, anon_pgoff);
  if (vma.vm_pgoff !== pgoff) k.set(vma, 'vm_pgoff', pgoff);
}

/** vma_add_pgoff() and vma_sub_pgoff(): both offsets move by `delta` pages, up or down. */
export function vma_add_pgoff(k: Kernel, vma: vm_area_struct, delta: number): void {
  const pgoff = vma.vm_pgoff + delta;
  k.f.vma_set_anon_pgoff(k, vma, k.f.anon_rmap_start(vma) + delta);
  k.set(vma, 'vm_pgoff', pgoff);
  k.f.assert_sane_pgoff(k, vma, pgoff);
}
