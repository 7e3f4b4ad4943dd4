/**
 * fork(2) as far as the address space goes: dup_mm() (kernel/fork.c), dup_mmap() (mm/mmap.c, before 6.13
 * kernel/fork.c) and copy_page_range() (mm/memory.c). As in Linux 7.3.
 */

import { ENOMEM } from './errno';
import { pagesMapped } from './faultCopy';
import type { Kernel } from './kernel';
import { mmap_write_lock, mmap_write_unlock, vma_start_write } from './locks';
import {
  type folio,
  folioName,
  type mm_struct,
  VM_DONTCOPY,
  VM_WIPEONFORK,
  type vm_area_struct,
  vmaName,
} from './objects';

export function dup_mm(k: Kernel, oldmm: mm_struct, name: string): mm_struct | null {
  k.enter('dup_mm', () => `${oldmm.name} forks ${name}`);
  k.at('call:allocate_mm', 'alloc', () => `an empty address space for ${name}`);
  const mm = k.create_mm(name);
  k.at('call:dup_mmap', 'statement', () => `copy the VMAs of ${oldmm.name} into it`);
  if (k.f.dup_mmap(k, mm, oldmm)) {
    k.at('call:mmput', 'statement', () => `${name} will not come to be`);
    k.f.__mmput(k, mm);
    k.leave('return:NULL');
    return null;
  }
  k.leave('return:mm', () => `${name} runs`);
  return mm;
}

export function dup_mmap(k: Kernel, mm: mm_struct, oldmm: mm_struct): number {
  k.enter('dup_mmap', () => `copy the VMAs of ${oldmm.name} into ${mm.name}`);
  k.at('call:mmap_write_lock_killable', 'lock', () => `nothing changes in ${oldmm.name} meanwhile`);
  mmap_write_lock(k, oldmm);
  k.at('call:mmap_write_lock_nested', 'lock', () => `nor in ${mm.name}, which nobody knows of yet`);
  mmap_write_lock(k, mm);

  let retval = 0;
  for (const mpnt of oldmm.mm_mt) {
    retval = dup_one(k, mm, mpnt);
    if (retval) break;
  }
  if (retval) k.f.undo_dup_mmap(k, mm);

  k.at('call:mmap_write_unlock #1', 'unlock', () => `${mm.name} may be used`);
  mmap_write_unlock(k, mm);
  k.at('call:mmap_write_unlock #2', 'unlock', () => `${oldmm.name} may change again`);
  mmap_write_unlock(k, oldmm);
  k.leave('return:retval', () => (retval ? 'no memory' : 'all VMAs are copied'));
  return retval;
}

/** One round of the loop of dup_mmap(). Steps in dup_mmap(). */
function dup_one(k: Kernel, mm: mm_struct, mpnt: vm_area_struct): number {
  k.at(
    'call:vma_start_write_killable|vma_start_write #1',
    'lock',
    () => `no page fault in ${vmaName(mpnt)} until fork is done`,
  );
  vma_start_write(k, mpnt);
  if (mpnt.vm_flags & VM_DONTCOPY) {
    k.at('call:vma_iter_clear_gfp', 'statement', () => `${vmaName(mpnt)} is not copied (MADV_DONTFORK)`);
    return 0;
  }
  k.at('call:vm_area_dup', 'statement', () => `a copy of ${vmaName(mpnt)}`);
  const tmp = k.f.vm_area_dup(k, mpnt);
  if (!tmp) return -ENOMEM;
  k.at('set:vm_mm', 'write', () => `it belongs to ${mm.name}`);
  k.set(tmp, 'vm_mm', mm);

  if (tmp.vm_flags & VM_WIPEONFORK) {
    k.at(
      'set:tmp->anon_vma',
      'write',
      () => `${vmaName(tmp)} begins empty (MADV_WIPEONFORK), so it is unfaulted`,
    );
    k.set(tmp, 'anon_vma', null);
  } else {
    k.at('call:anon_vma_fork', 'statement', () => `link ${vmaName(tmp)} into the reverse map`);
    if (k.f.anon_vma_fork(k, tmp, mpnt)) {
      k.at('call:vm_area_free', 'statement', () => `no memory: drop ${vmaName(tmp)}`);
      k.f.vm_area_free(k, tmp);
      return -ENOMEM;
    }
  }
  link_dup(k, mm, mpnt, tmp);
  if (tmp.vm_flags & VM_WIPEONFORK) return 0;
  k.at('call:copy_page_range', 'statement', () => `share the folios of ${vmaName(mpnt)}`);
  return k.f.copy_page_range(k, tmp, mpnt);
}

/** The copy is complete: into the child's VMA tree and into its file's tree. Steps in dup_mmap(). */
function link_dup(k: Kernel, mm: mm_struct, mpnt: vm_area_struct, tmp: vm_area_struct): void {
  k.at(
    'call:vma_start_write|vm_flags_clear has:tmp',
    'lock',
    () => `nobody may use ${vmaName(tmp)} until fork is done`,
  );
  vma_start_write(k, tmp);
  k.at('call:vma_iter_bulk_store', 'list', () => `${vmaName(tmp)} is part of ${mm.name}`);
  k.set(tmp, 'attached', true);
  k.insert(mm, 'mm_mt', mm.mm_mt.length, tmp);
  k.at('set:map_count', 'write', () => `${mm.name} has one more VMA`);
  k.set(mm, 'map_count', mm.map_count + 1);
  const mapping = tmp.vm_file;
  if (!mapping) return;
  k.at('call:i_mmap_lock_write', 'lock', () => `lock the VMAs of the file ${mapping.name}`);
  k.down_write(mapping, 'i_mmap_rwsem');
  k.at('call:mapping_rmap_tree_insert_after', 'tree', () => `behind ${vmaName(mpnt)}`);
  k.insert(mapping, 'i_mmap', mapping.i_mmap.indexOf(mpnt) + 1, tmp);
  k.at('call:i_mmap_unlock_write', 'unlock', () => `release ${mapping.name}`);
  k.up_write(mapping, 'i_mmap_rwsem');
}

/** What dup_mmap() does after a failure: the VMAs copied so far go again. Steps in dup_mmap(). */
export function undo_dup_mmap(k: Kernel, mm: mm_struct): void {
  const vmas = [...mm.mm_mt];
  if (vmas.length > 0) {
    k.at('call:unmap_region', 'statement', () => 'take back the VMAs copied so far');
    k.f.unmap_region(k, vmas, true);
    k.at('call:tear_down_vmas', 'statement', () => 'and free them');
    k.f.tear_down_vmas(k, mm, vmas);
  }
}

/** Shares the pages of a faulted VMA: both sides read-only and not exclusive. Page tables never run out of memory. */
export function copy_page_range(k: Kernel, dst: vm_area_struct, src: vm_area_struct): number {
  k.enter('copy_page_range', () => `share the folios of ${vmaName(src)} with ${dst.vm_mm.name}`);
  if (!src.anon_vma) {
    k.leave('return:0', () => `${vmaName(src)} is unfaulted: page faults can fill the copy`);
    return 0;
  }
  for (const page of pagesMapped(src, src.vm_start, src.vm_end)) {
    const entry = src.vm_mm.ptes.get(page);
    if (!entry) continue;
    const { folio } = entry;
    if (typeof folio === 'string') {
      k.at('call:copy_p4d_range', 'write', () => `page ${page} maps ${folio}, which nobody writes to`);
      k.set_pte(dst.vm_mm, page, entry);
      continue;
    }
    k.at(
      'call:copy_p4d_range',
      'write',
      () => `page ${page}: ${folioName(folio)} is shared, both sides read-only`,
    );
    share_folio(k, folio);
    const shared = { folio, writable: false };
    if (entry.writable) k.set_pte(src.vm_mm, page, shared);
    k.set_pte(dst.vm_mm, page, shared);
  }
  k.leave('return:ret !in:if');
  return 0;
}

/** folio_try_dup_anon_rmap_pte(). */
function share_folio(k: Kernel, folio: folio): void {
  if (folio.exclusive) k.set(folio, 'exclusive', false);
  k.set(folio, 'mapcount', folio.mapcount + 1);
}
