/**
 * Page faults where nothing is mapped yet: mm/memory.c from handle_pte_fault() down. What happens to a page that is
 * mapped but write-protected is in faultCopy.ts. One folio is one page, and page tables never run out of memory.
 */
import { EFAULT, ENOMEM } from './errno';
import type { Kernel } from './kernel';
import { mmap_read_lock, mmap_read_unlock } from './locks';
import {
  type folio,
  folioName,
  type mm_struct,
  VM_READ,
  VM_WRITE,
  type vm_area_struct,
  vmaName,
} from './objects';
import { linear_page_index } from './vmaRange';
import { vma_lookup } from './vmaTree';

/**
 * What a load or a store of the process does: nothing when its page table entry allows it, else a page fault.
 * 0, -EFAULT (no VMA, or not allowed) or -ENOMEM.
 */
export function touch_page(k: Kernel, mm: mm_struct, page: number, write: boolean): number {
  const allowed = ((vma_lookup(mm, page)?.vm_flags ?? 0) & (write ? VM_WRITE : VM_READ)) !== 0;
  const entry = mm.ptes.get(page);
  if (allowed && entry && (entry.writable || !write)) return 0;
  const vma = k.f.lock_vma_under_rcu(k, mm, page);
  if (!vma) return -EFAULT;
  const ret = allowed ? k.f.handle_pte_fault(k, vma, page, write) : -EFAULT;
  k.f.vma_end_read(k, vma);
  return ret;
}

export function handle_pte_fault(k: Kernel, vma: vm_area_struct, page: number, write: boolean): number {
  k.enter('handle_pte_fault', () => `${write ? 'write' : 'read'} fault on page ${page} of ${vmaName(vma)}`);
  if (!vma.vm_mm.ptes.has(page)) {
    k.at('call:do_pte_missing|do_anonymous_page', 'statement', () => 'nothing is mapped there yet');
    const ret = do_pte_missing(k, vma, page, write);
    k.leave('call:do_pte_missing|do_anonymous_page');
    return ret;
  }
  k.at('call:do_wp_page', 'statement', () => 'the page is mapped, but must not be written');
  const ret = k.f.do_wp_page(k, vma, page);
  k.leave('call:do_wp_page');
  return ret;
}

function do_pte_missing(k: Kernel, vma: vm_area_struct, page: number, write: boolean): number {
  if (!vma.vm_file) return k.f.do_anonymous_page(k, vma, page, write);
  return write ? k.f.do_cow_fault(k, vma, page) : k.f.do_read_fault(k, vma, page);
}

/** First touch of an anonymous page: the zero page to read, a folio of its own to write. */
export function do_anonymous_page(k: Kernel, vma: vm_area_struct, page: number, write: boolean): number {
  k.enter('do_anonymous_page', () => `page ${page} of ${vmaName(vma)} is touched for the first time`);
  if (!write) {
    k.at('call:set_pte_at|set_ptes', 'write', () => 'reading needs no memory: map the zero page, read-only');
    k.set_pte(vma.vm_mm, page, { folio: 'zero', writable: false });
    k.leave('return:ret #2');
    return 0;
  }
  k.at('call:vmf_anon_prepare', 'statement', () => `see that ${vmaName(vma)} has an anon_vma`);
  if (k.f.vmf_anon_prepare(k, vma)) {
    k.leave('return:ret #1', () => 'no memory for the anon_vma');
    return -ENOMEM;
  }
  k.at('call:alloc_anon_folio', 'alloc', () => 'allocate a folio');
  const folio = k.alloc_folio();
  if (!folio) {
    k.leave('return:VM_FAULT_OOM #2', () => `no memory for it; ${vmaName(vma)} keeps its anon_vma`);
    return -ENOMEM;
  }
  k.at('call:map_anon_folio_pte_pf', 'statement', () => 'map it');
  k.f.map_anon_folio_pte_nopf(k, folio, vma, page);
  k.leave('return:ret #2');
  return 0;
}

export function map_anon_folio_pte_nopf(k: Kernel, folio: folio, vma: vm_area_struct, page: number): void {
  k.enter('map_anon_folio_pte_nopf', () => `map the new folio at page ${page} of ${vmaName(vma)}`);
  k.at('call:folio_add_new_anon_rmap', 'statement', () => 'make it anonymous memory of the VMA');
  k.f.folio_add_new_anon_rmap(k, folio, vma, page);
  k.at('call:set_ptes', 'write', () => `page ${page} maps ${folioName(folio)}`);
  k.set_pte(vma.vm_mm, page, { folio, writable: (vma.vm_flags & VM_WRITE) !== 0 });
  k.leave('end');
}

/** First read of a page of a file: the page of the page cache, read-only. No anon_vma is needed for that. */
export function do_read_fault(k: Kernel, vma: vm_area_struct, page: number): number {
  k.enter('do_read_fault', () => `page ${page} of ${vmaName(vma)} is read for the first time`);
  k.at('call:finish_fault', 'statement', () => 'map the page of the page cache');
  const pgoff = linear_page_index(vma, page);
  k.enter('set_pte_range', () => `map page ${pgoff} of ${vma.vm_file?.name}`);
  k.at('call:set_ptes|set_pte_at', 'write', () => 'read-only: it belongs to the file');
  k.set_pte(vma.vm_mm, page, { folio: `file:${vma.vm_file?.name ?? ''}:${pgoff}`, writable: false });
  k.leave('end');
  k.leave('return:ret #4');
  return 0;
}

/** First write to a page of a private file mapping: a copy of its own. */
export function do_cow_fault(k: Kernel, vma: vm_area_struct, page: number): number {
  k.enter('do_cow_fault', () => `page ${page} of ${vmaName(vma)} is written for the first time`);
  k.at('call:vmf_anon_prepare', 'statement', () => `see that ${vmaName(vma)} has an anon_vma`);
  if (k.f.vmf_anon_prepare(k, vma)) {
    k.leave('return:ret #1', () => 'no memory for the anon_vma');
    return -ENOMEM;
  }
  k.at('call:folio_prealloc', 'alloc', () => 'allocate a folio for the copy');
  const folio = k.alloc_folio();
  if (!folio) {
    k.leave('return:VM_FAULT_OOM', () => `no memory for it; ${vmaName(vma)} keeps its anon_vma`);
    return -ENOMEM;
  }
  k.at('call:finish_fault', 'statement', () => 'map the copy');
  k.enter('set_pte_range', () => `map the copy at page ${page} of ${vmaName(vma)}`);
  k.at('call:folio_add_new_anon_rmap', 'statement', () => 'make it anonymous memory of the VMA');
  k.f.folio_add_new_anon_rmap(k, folio, vma, page);
  k.at('call:set_ptes', 'write', () => `page ${page} maps ${folioName(folio)}`);
  k.set_pte(vma.vm_mm, page, { folio, writable: true });
  k.leave('end');
  k.leave('return:ret #3');
  return 0;
}

/** The fault holds the per-VMA lock only; preparing an anon_vma wants the mmap lock. */
export function vmf_anon_prepare(k: Kernel, vma: vm_area_struct): number {
  if (vma.anon_vma) return 0;
  const mm = vma.vm_mm;
  k.enter('__vmf_anon_prepare', () => `${vmaName(vma)} has no anon_vma yet`);
  k.at('call:mmap_read_trylock', 'lock', () => 'neighbours are looked at, so the mmap lock is needed');
  mmap_read_lock(k, mm);
  k.at('call:__anon_vma_prepare', 'statement', () => 'prepare one');
  const ret = k.f.__anon_vma_prepare(k, vma);
  k.at('call:mmap_read_unlock', 'unlock', () => 'go on under the per-VMA lock alone');
  mmap_read_unlock(k, mm);
  k.leave('return:ret');
  return ret;
}
