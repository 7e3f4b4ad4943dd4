/**
 * Write faults on pages that are mapped read-only: reuse or copy (mm/memory.c, do_wp_page()), and what mprotect does to
 * page table entries (mm/mprotect.c). A folio counts as unshared when it is mapped once.
 */
import { ENOMEM } from './errno';
import type { Kernel } from './kernel';
import { type folio, folioName, type pte, VM_WRITE, type vm_area_struct, vmaName } from './objects';

/** The anonymous folio that an entry maps, if it maps one. */
function anonFolio(entry: pte | undefined): folio | null {
  return entry === undefined || typeof entry.folio === 'string' ? null : entry.folio;
}

export function do_wp_page(k: Kernel, vma: vm_area_struct, page: number): number {
  const folio = anonFolio(vma.vm_mm.ptes.get(page));
  k.enter('do_wp_page', () => `write to the write-protected page ${page} of ${vmaName(vma)}`);
  if (folio && can_reuse(k, folio, vma)) {
    if (!folio.exclusive) {
      k.at(
        'call:SetPageAnonExclusive',
        'write',
        () => `${folioName(folio)} belongs to ${vma.vm_mm.name} alone again`,
      );
      k.set(folio, 'exclusive', true);
    }
    k.at('call:wp_page_reuse', 'statement', () => 'no copy is needed');
    k.f.wp_page_reuse(k, vma, page);
    k.leave('return:0 #2');
    return 0;
  }
  k.at('call:wp_page_copy', 'statement', () =>
    folio ? `${folioName(folio)} is shared: copy it` : 'a page that is not ours: copy it',
  );
  const ret = k.f.wp_page_copy(k, vma, page);
  k.leave('call:wp_page_copy');
  return ret;
}

function can_reuse(k: Kernel, folio: folio, vma: vm_area_struct): boolean {
  k.at('call:wp_can_reuse_anon_folio', 'statement', () =>
    folio.exclusive ? `${folioName(folio)} is exclusive: reuse it` : `may ${folioName(folio)} be reused?`,
  );
  return folio.exclusive || k.f.wp_can_reuse_anon_folio(k, folio, vma);
}

/** A folio that only this VMA maps any more is taken over by its anon_vma. */
export function wp_can_reuse_anon_folio(k: Kernel, folio: folio, vma: vm_area_struct): boolean {
  k.enter('wp_can_reuse_anon_folio', () => `is ${folioName(folio)} mapped by ${vmaName(vma)} only?`);
  if (folio.mapcount > 1) {
    k.leave('return:false #1', () => `no: ${folio.mapcount} entries map it`);
    return false;
  }
  k.at('call:folio_trylock', 'lock', () => `yes: lock ${folioName(folio)}`);
  k.set(folio, 'locked', true);
  k.at('call:folio_move_anon_rmap', 'statement', () => `${vmaName(vma)} takes it over`);
  k.f.folio_move_anon_rmap(k, folio, vma);
  k.at('call:folio_unlock #2', 'unlock', () => `unlock ${folioName(folio)}`);
  k.set(folio, 'locked', false);
  k.leave('return:true');
  return true;
}

export function wp_page_reuse(k: Kernel, vma: vm_area_struct, page: number): void {
  k.enter('wp_page_reuse', () => `write to page ${page} of ${vmaName(vma)} where it is`);
  k.at('call:ptep_set_access_flags', 'write', () => `page ${page} may be written`);
  const entry = vma.vm_mm.ptes.get(page);
  if (entry) k.set_pte(vma.vm_mm, page, { folio: entry.folio, writable: true });
  k.leave('end');
}

/** Copies a shared folio, the zero page, or a page of the page cache into a new folio of the VMA's anon_vma. */
export function wp_page_copy(k: Kernel, vma: vm_area_struct, page: number): number {
  const old = anonFolio(vma.vm_mm.ptes.get(page));
  k.enter('wp_page_copy', () => `copy page ${page} of ${vmaName(vma)} before it is written`);
  k.at('call:vmf_anon_prepare', 'statement', () => `see that ${vmaName(vma)} has an anon_vma`);
  if (k.f.vmf_anon_prepare(k, vma)) {
    k.leave('return:ret', () => 'no memory for the anon_vma');
    return -ENOMEM;
  }
  k.at('call:folio_prealloc', 'alloc', () => 'allocate a folio for the copy');
  const copy = k.alloc_folio();
  if (!copy) {
    k.leave('return:ret', () => 'no memory for it: the page stays as it was');
    return -ENOMEM;
  }
  k.at('call:folio_add_new_anon_rmap', 'statement', () => 'the copy is anonymous memory of the VMA');
  k.f.folio_add_new_anon_rmap(k, copy, vma, page);
  k.at('call:set_pte_at', 'write', () => `page ${page} maps ${folioName(copy)} instead`);
  k.set_pte(vma.vm_mm, page, { folio: copy, writable: true });
  if (old) {
    k.at('call:folio_remove_rmap_pte', 'write', () => `${folioName(old)} loses a mapping`);
    k.f.folio_remove_rmap_pte(k, old);
  }
  k.leave('return:0');
  return 0;
}

/** mprotect: without write access entries are protected, with it exclusive folios may be written at once. */
export function change_protection(k: Kernel, vma: vm_area_struct, start: number, end: number): void {
  const { ptes } = vma.vm_mm;
  const mayWrite = (vma.vm_flags & VM_WRITE) !== 0;
  for (const page of pagesMapped(vma, start, end)) {
    const entry = ptes.get(page);
    if (!entry) continue;
    const writable = mayWrite && (entry.writable || anonFolio(entry)?.exclusive === true);
    if (writable !== entry.writable) k.set_pte(vma.vm_mm, page, { folio: entry.folio, writable });
  }
}

/** Pages of [start, end) that have a page table entry, ascending. */
export function pagesMapped(vma: vm_area_struct, start: number, end: number): number[] {
  const { ptes } = vma.vm_mm;
  const pages: number[] = [];
  if (end - start <= ptes.size) {
    for (let page = start; page < end; page += 1) if (ptes.has(page)) pages.push(page);
    return pages;
  }
  for (const page of ptes.keys()) if (page >= start && page < end) pages.push(page);
  return pages.sort((a, b) => a - b);
}
