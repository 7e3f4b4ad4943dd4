/**
 * Page faults of Linux 6.1 (mm/memory.c, mm/rmap.c): they hold the mmap lock for reading, and speak of pages.
 */
import { ENOMEM } from '../errno';
import type { Kernel } from '../kernel';
import { mmap_read_lock, mmap_read_unlock } from '../locks';
import {
  anonVmaName,
  type folio,
  folioName,
  type mm_struct,
  VM_WRITE,
  type vm_area_struct,
  vmaName,
} from '../objects';
import { linear_page_index } from '../vmaRange';
import { vma_lookup } from '../vmaTree';

/** There is no per-VMA lock: the mmap lock keeps the VMA for the time of the fault. */
export function lock_vma_under_rcu(k: Kernel, mm: mm_struct, page: number): vm_area_struct | null {
  k.enter('mmap_read_lock', () => `a fault on page ${page} of ${mm.name}`);
  k.at('call:down_read', 'lock', () => 'keep the VMAs as they are for the time of the fault');
  mmap_read_lock(k, mm);
  k.leave('end');
  const vma = vma_lookup(mm, page);
  if (!vma) unlock(k, mm);
  return vma;
}

/** No per-VMA lock to take. */
export function vma_start_write(): void {}

export function vma_end_read(k: Kernel, vma: vm_area_struct): void {
  unlock(k, vma.vm_mm);
}

function unlock(k: Kernel, mm: mm_struct): void {
  k.enter('mmap_read_unlock', () => 'the fault is over');
  k.at('call:up_read', 'unlock', () => `unlock ${mm.name}`);
  mmap_read_unlock(k, mm);
  k.leave('end');
}

/** The mmap lock is held already. */
export function vmf_anon_prepare(k: Kernel, vma: vm_area_struct): number {
  return k.f.anon_vma_prepare(k, vma);
}

export function do_anonymous_page(k: Kernel, vma: vm_area_struct, page: number, write: boolean): number {
  k.enter('do_anonymous_page', () => `page ${page} of ${vmaName(vma)} is touched for the first time`);
  if (!write) {
    k.at('call:set_pte_at', 'write', () => 'reading needs no memory: map the zero page, read-only');
    k.set_pte(vma.vm_mm, page, { folio: 'zero', writable: false });
    k.leave('return:ret');
    return 0;
  }
  k.at('call:anon_vma_prepare', 'statement', () => `see that ${vmaName(vma)} has an anon_vma`);
  if (k.f.vmf_anon_prepare(k, vma)) {
    k.leave('return:VM_FAULT_OOM #2', () => 'no memory for the anon_vma');
    return -ENOMEM;
  }
  k.at('call:alloc_zeroed_user_highpage_movable', 'alloc', () => 'allocate a page');
  const page_allocated = k.alloc_folio();
  if (!page_allocated) {
    k.leave('return:VM_FAULT_OOM #2', () => `no memory for it; ${vmaName(vma)} keeps its anon_vma`);
    return -ENOMEM;
  }
  k.at('call:page_add_new_anon_rmap', 'statement', () => 'make it anonymous memory of the VMA');
  k.f.folio_add_new_anon_rmap(k, page_allocated, vma, page);
  k.at('call:set_pte_at', 'write', () => `page ${page} maps ${folioName(page_allocated)}`);
  k.set_pte(vma.vm_mm, page, { folio: page_allocated, writable: (vma.vm_flags & VM_WRITE) !== 0 });
  k.leave('return:ret');
  return 0;
}

export function do_read_fault(k: Kernel, vma: vm_area_struct, page: number): number {
  const pgoff = linear_page_index(vma, page);
  k.enter('do_read_fault', () => `page ${page} of ${vmaName(vma)} is read for the first time`);
  k.at('call:finish_fault', 'statement', () => 'map the page of the page cache');
  k.enter('set_pte_range', () => `map page ${pgoff} of ${vma.vm_file?.name}`);
  k.at('call:set_pte_at', 'write', () => 'read-only: it belongs to the file');
  k.set_pte(vma.vm_mm, page, { folio: `file:${vma.vm_file?.name ?? ''}:${pgoff}`, writable: false });
  k.leave('end');
  k.leave('return:ret #3');
  return 0;
}

export function do_cow_fault(k: Kernel, vma: vm_area_struct, page: number): number {
  k.enter('do_cow_fault', () => `page ${page} of ${vmaName(vma)} is written for the first time`);
  k.at('call:anon_vma_prepare', 'statement', () => `see that ${vmaName(vma)} has an anon_vma`);
  if (k.f.vmf_anon_prepare(k, vma)) {
    k.leave('return:VM_FAULT_OOM #1', () => 'no memory for the anon_vma');
    return -ENOMEM;
  }
  k.at('call:alloc_page_vma', 'alloc', () => 'allocate a page for the copy');
  const copy = k.alloc_folio();
  if (!copy) {
    k.leave('return:VM_FAULT_OOM #2', () => `no memory for it; ${vmaName(vma)} keeps its anon_vma`);
    return -ENOMEM;
  }
  k.at('call:finish_fault', 'statement', () => 'map the copy');
  k.enter('set_pte_range', () => `map the copy at page ${page} of ${vmaName(vma)}`);
  k.at('call:page_add_new_anon_rmap', 'statement', () => 'make it anonymous memory of the VMA');
  k.f.folio_add_new_anon_rmap(k, copy, vma, page);
  k.at('call:set_pte_at', 'write', () => `page ${page} maps ${folioName(copy)}`);
  k.set_pte(vma.vm_mm, page, { folio: copy, writable: true });
  k.leave('end');
  k.leave('return:ret #2');
  return 0;
}

export function do_wp_page(k: Kernel, vma: vm_area_struct, page: number): number {
  const entry = vma.vm_mm.ptes.get(page);
  const folio = entry === undefined || typeof entry.folio === 'string' ? null : entry.folio;
  k.enter('do_wp_page', () => `write to the write-protected page ${page} of ${vmaName(vma)}`);
  if (folio && (folio.exclusive || take_over(k, folio, vma))) {
    k.at('call:wp_page_reuse', 'statement', () => `${folioName(folio)} is exclusive: no copy is needed`);
    k.f.wp_page_reuse(k, vma, page);
    k.leave('return:VM_FAULT_WRITE');
    return 0;
  }
  const copies = entry?.folio === 'zero' ? 'call:wp_page_copy #1' : 'call:wp_page_copy #2';
  k.at(copies, 'statement', () =>
    folio ? `${folioName(folio)} is shared: copy it` : 'a page that is not ours: copy it',
  );
  const ret = k.f.wp_page_copy(k, vma, page);
  k.leave(copies);
  return ret;
}

/** The part of do_wp_page() that is wp_can_reuse_anon_folio() later. */
function take_over(k: Kernel, folio: folio, vma: vm_area_struct): boolean {
  if (folio.mapcount > 1) return false;
  k.at('call:folio_trylock', 'lock', () => `only ${vmaName(vma)} maps ${folioName(folio)}: lock it`);
  k.set(folio, 'locked', true);
  k.at('call:page_move_anon_rmap', 'statement', () => `${vmaName(vma)} takes it over`);
  k.f.folio_move_anon_rmap(k, folio, vma);
  k.at('call:folio_unlock #2', 'unlock', () => `unlock ${folioName(folio)}`);
  k.set(folio, 'locked', false);
  return true;
}

export function wp_page_copy(k: Kernel, vma: vm_area_struct, page: number): number {
  const entry = vma.vm_mm.ptes.get(page);
  const old = entry === undefined || typeof entry.folio === 'string' ? null : entry.folio;
  k.enter('wp_page_copy', () => `copy page ${page} of ${vmaName(vma)} before it is written`);
  k.at('call:anon_vma_prepare', 'statement', () => `see that ${vmaName(vma)} has an anon_vma`);
  if (k.f.vmf_anon_prepare(k, vma)) {
    k.leave('return:VM_FAULT_OOM', () => 'no memory for the anon_vma');
    return -ENOMEM;
  }
  const allocates =
    entry?.folio === 'zero' ? 'call:alloc_zeroed_user_highpage_movable' : 'call:alloc_page_vma';
  k.at(allocates, 'alloc', () => 'allocate a page for the copy');
  const copy = k.alloc_folio();
  if (!copy) {
    k.leave('return:VM_FAULT_OOM', () => 'no memory for it: the page stays as it was');
    return -ENOMEM;
  }
  k.at('call:page_add_new_anon_rmap', 'statement', () => 'the copy is anonymous memory of the VMA');
  k.f.folio_add_new_anon_rmap(k, copy, vma, page);
  k.at('call:set_pte_at_notify', 'write', () => `page ${page} maps ${folioName(copy)} instead`);
  k.set_pte(vma.vm_mm, page, { folio: copy, writable: true });
  if (old) {
    k.at('call:page_remove_rmap', 'write', () => `${folioName(old)} loses a mapping`);
    k.f.folio_remove_rmap_pte(k, old);
  }
  k.leave('return has:page_copied');
  return 0;
}

/** page_add_new_anon_rmap(). */
export function folio_add_new_anon_rmap(k: Kernel, folio: folio, vma: vm_area_struct, page: number): void {
  k.enter('folio_add_new_anon_rmap', () => `a new page becomes page ${page} of ${vmaName(vma)}`);
  k.at('call:atomic_set #3', 'write', () => 'it is about to be mapped once');
  k.publish_folio(folio);
  k.set(folio, 'mapcount', 1);
  k.at(
    'call:__page_set_anon_rmap',
    'statement',
    () => `tell ${folioName(folio)} where its mappings are found`,
  );
  __page_set_anon_rmap(k, folio, vma, page);
  k.leave('end');
}

function __page_set_anon_rmap(k: Kernel, folio: folio, vma: vm_area_struct, page: number): void {
  k.enter('__folio_set_anon', () => `make ${folioName(folio)} one of ${anonVmaName(vma.anon_vma)}`);
  k.at('call:BUG_ON', 'assert', () => `${vmaName(vma)} must have an anon_vma`);
  k.warn_on('BUG_ON', '!anon_vma', vma.anon_vma === null);
  k.at('call:WRITE_ONCE', 'write', () => `its mappings are found through ${anonVmaName(vma.anon_vma)}`);
  k.set(folio, 'mapping', vma.anon_vma);
  k.at('set:index', 'write', () => `at page offset ${linear_page_index(vma, page)}`);
  k.set(folio, 'index', linear_page_index(vma, page));
  k.at('call:SetPageAnonExclusive', 'write', () => `${folioName(folio)} belongs to ${vma.vm_mm.name} alone`);
  k.set(folio, 'exclusive', true);
  k.leave('end');
}

/** page_move_anon_rmap() makes the page exclusive as well. */
export function folio_move_anon_rmap(k: Kernel, folio: folio, vma: vm_area_struct): void {
  k.enter('folio_move_anon_rmap', () => `move ${folioName(folio)} to ${anonVmaName(vma.anon_vma)}`);
  k.at('call:VM_BUG_ON_FOLIO', 'assert', () => `${folioName(folio)} must be locked`);
  k.warn_on('VM_BUG_ON_FOLIO', '!folio_test_locked(folio)', !folio.locked);
  k.at('call:VM_BUG_ON_VMA', 'assert', () => `${vmaName(vma)} must have an anon_vma`);
  k.warn_on('VM_BUG_ON_VMA', '!anon_vma', vma.anon_vma === null);
  k.at(
    'call:WRITE_ONCE',
    'write',
    () => `its mappings are found through ${anonVmaName(vma.anon_vma)} from now on`,
  );
  k.set(folio, 'mapping', vma.anon_vma);
  k.at(
    'call:SetPageAnonExclusive',
    'write',
    () => `${folioName(folio)} belongs to ${vma.vm_mm.name} alone again`,
  );
  k.set(folio, 'exclusive', true);
  k.leave('end');
}
