/**
 * exit_mmap() of 6.x, which frees the VMAs itself (mm/mmap.c). A fork that failed comes here with those it had made.
 */
import type { Kernel } from '../kernel';
import { mmap_read_lock, mmap_read_unlock, mmap_write_lock, mmap_write_unlock } from '../locks';
import { type mm_struct, type vm_area_struct, vmaName } from '../objects';

export function exit_mmap(k: Kernel, mm: mm_struct): void {
  k.enter('exit_mmap', () => `tear down the address space of ${mm.name}`);
  k.at('call:mmap_read_lock', 'lock', () => 'page tables go first, for which reading is enough');
  mmap_read_lock(k, mm);
  const vmas = [...mm.mm_mt];
  if (vmas.length === 0) {
    k.at('call:mmap_read_unlock #1', 'unlock', () => 'there is nothing to tear down');
    mmap_read_unlock(k, mm);
    k.f.exit_empty_mmap(k, mm);
    return;
  }
  k.at('call:unmap_vmas', 'statement', () => 'remove every page table entry');
  k.f.unmap_vmas(k, vmas);
  k.at('call:mmap_read_unlock #2', 'unlock', () => 'let go');
  mmap_read_unlock(k, mm);
  k.at('call:mmap_write_lock !in:if', 'lock', () => 'nobody else may look at the VMAs from here on');
  mmap_write_lock(k, mm);
  k.at('call:free_pgtables', 'statement', () => 'unlink every VMA from the reverse maps');
  k.f.free_pgtables(k, vmas, true);
  free_vmas(k, mm, vmas);
  k.at('call:mmap_write_unlock', 'unlock', () => `nothing is left of ${mm.name}`);
  mmap_write_unlock(k, mm);
  k.leave('end');
}

/** A fork may fail before its first VMA. Ends exit_mmap(). */
export function exit_empty_mmap(k: Kernel, mm: mm_struct): void {
  k.at('call:mmap_write_lock in:if', 'lock', () => 'only the empty VMA tree is left');
  mmap_write_lock(k, mm);
  k.at('call:mmap_write_unlock', 'unlock', () => `nothing is left of ${mm.name}`);
  mmap_write_unlock(k, mm);
  k.leave('end');
}

function free_vmas(k: Kernel, mm: mm_struct, vmas: readonly vm_area_struct[]): void {
  for (const vma of vmas) {
    k.at('call:remove_vma', 'statement', () => `free ${vmaName(vma)}`);
    k.set(vma, 'attached', false);
    k.remove(mm, 'mm_mt', vma);
    k.f.remove_vma(k, vma);
  }
  k.at('call:BUG_ON', 'assert', () => 'those were all');
  k.warn_on('BUG_ON', 'count != mm->map_count', vmas.length !== mm.map_count);
}
