/**
 * How folios join and leave the anonymous reverse map: mm/rmap.c, folio_…_rmap(). One folio is one page.
 */
import type { Kernel } from './kernel';
import { anonVmaName, type folio, folioName, type vm_area_struct, vmaName } from './objects';
import { linear_anon_pgoff } from './vmaRange';

/** A folio nobody has seen yet becomes anonymous memory of the VMA: mapped once, exclusive. */
export function folio_add_new_anon_rmap(k: Kernel, folio: folio, vma: vm_area_struct, page: number): void {
  k.enter('folio_add_new_anon_rmap', () => `a new folio becomes page ${page} of ${vmaName(vma)}`);
  k.at('call:__folio_set_anon', 'statement', () => 'tell it where its mappings are found');
  __folio_set_anon(k, folio, vma, page);
  k.at('call:atomic_set #1', 'write', () => `${folioName(folio)} is about to be mapped once`);
  k.set(folio, 'mapcount', 1);
  k.at(
    'call:SetPageAnonExclusive #1',
    'write',
    () => `${folioName(folio)} belongs to ${vma.vm_mm.name} alone`,
  );
  k.set(folio, 'exclusive', true);
  k.leave('end');
}

function __folio_set_anon(k: Kernel, folio: folio, vma: vm_area_struct, page: number): void {
  k.enter('__folio_set_anon', () => `make the folio one of ${anonVmaName(vma.anon_vma)}`);
  k.at('call:BUG_ON', 'assert', () => `${vmaName(vma)} must have an anon_vma`);
  k.warn_on('BUG_ON', '!anon_vma', vma.anon_vma === null);
  k.at('call:WRITE_ONCE', 'write', () => `its mappings are found through ${anonVmaName(vma.anon_vma)}`);
  k.publish_folio(folio);
  k.set(folio, 'mapping', vma.anon_vma);
  k.at('set:index', 'write', () => `at page offset ${linear_anon_pgoff(k, vma, page)}`);
  k.set(folio, 'index', linear_anon_pgoff(k, vma, page));
  k.leave('end');
}

/** A folio that only this VMA maps any more moves to the VMA's own anon_vma. */
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
  k.leave('end');
}

/** One mapping less. Nothing else refers to a folio here, so the last mapping takes it along. */
export function folio_remove_rmap_pte(k: Kernel, folio: folio): void {
  k.set(folio, 'mapcount', folio.mapcount - 1);
  if (folio.mapcount === 0) k.free(folio);
}
