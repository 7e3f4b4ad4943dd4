/**
 * dup_mmap() of Linux 6.1 (kernel/fork.c): there are no per-VMA locks, and VMAs are stored one by one. exit_mmap() of an
 * address space without VMAs returns at once.
 */
import { ENOMEM } from '../errno';
import type { Kernel } from '../kernel';
import { mmap_write_lock, mmap_write_unlock } from '../locks';
import { type mm_struct, VM_DONTCOPY, VM_WIPEONFORK, type vm_area_struct, vmaName } from '../objects';

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
  k.at('call:mmap_write_unlock #1', 'unlock', () => `${mm.name} may be used`);
  mmap_write_unlock(k, mm);
  k.at('call:mmap_write_unlock #2', 'unlock', () => `${oldmm.name} may change again`);
  mmap_write_unlock(k, oldmm);
  k.leave('return:retval', () => (retval ? 'no memory' : 'all VMAs are copied'));
  return retval;
}

/** One round of the loop. */
function dup_one(k: Kernel, mm: mm_struct, mpnt: vm_area_struct): number {
  if (mpnt.vm_flags & VM_DONTCOPY) {
    k.at('call:vm_stat_account', 'statement', () => `${vmaName(mpnt)} is not copied (MADV_DONTFORK)`);
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
  k.at('call:copy_page_range', 'statement', () => `share the pages of ${vmaName(mpnt)}`);
  return k.f.copy_page_range(k, tmp, mpnt);
}

function link_dup(k: Kernel, mm: mm_struct, mpnt: vm_area_struct, tmp: vm_area_struct): void {
  k.at('call:mas_store', 'list', () => `${vmaName(tmp)} is part of ${mm.name}`);
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

export function exit_empty_mmap(k: Kernel): void {
  k.leave('return');
}
