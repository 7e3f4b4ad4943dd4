/**
 * Page faults of 6.12 where they differ from 7.2 (mm/memory.c): an anonymous page is mapped in one go.
 */
import { ENOMEM } from '../errno';
import type { Kernel } from '../kernel';
import { folioName, VM_WRITE, type vm_area_struct, vmaName } from '../objects';

export function do_anonymous_page(k: Kernel, vma: vm_area_struct, page: number, write: boolean): number {
  k.enter('do_anonymous_page', () => `page ${page} of ${vmaName(vma)} is touched for the first time`);
  if (!write) {
    k.at('call:set_ptes|set_pte_at', 'write', () => 'reading needs no memory: map the zero page, read-only');
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
  k.at('call:folio_add_new_anon_rmap', 'statement', () => 'make it anonymous memory of the VMA');
  k.f.folio_add_new_anon_rmap(k, folio, vma, page);
  k.at('call:set_ptes|set_pte_at', 'write', () => `page ${page} maps ${folioName(folio)}`);
  k.set_pte(vma.vm_mm, page, { folio, writable: (vma.vm_flags & VM_WRITE) !== 0 });
  k.leave('return:ret #2');
  return 0;
}
