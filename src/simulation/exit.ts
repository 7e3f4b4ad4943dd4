/**
 * The end of an address space: __mmput() (kernel/fork.c), exit_mmap() and tear_down_vmas() (mm/mmap.c). As in Linux 7.3.
 */
import type { Kernel } from './kernel';
import { mmap_read_lock, mmap_read_unlock, mmap_write_lock, mmap_write_unlock } from './locks';
import { type mm_struct, type vm_area_struct, vmaName } from './objects';

export function __mmput(k: Kernel, mm: mm_struct): void {
  k.enter('__mmput', () => `nobody uses the address space of ${mm.name} any more`);
  k.at('call:exit_mmap', 'statement', () => 'tear its address space down');
  k.f.exit_mmap(k, mm);
  k.at('call:mmdrop', 'free', () => `${mm.name} is gone`);
  k.free_mm(mm);
  k.leave('end');
}

export function exit_mmap(k: Kernel, mm: mm_struct): void {
  k.enter('exit_mmap', () => `tear down the address space of ${mm.name}`);
  k.at('call:mmap_read_lock', 'lock', () => 'page tables go first, for which reading is enough');
  mmap_read_lock(k, mm);
  const vmas = [...mm.mm_mt];
  if (vmas.length > 0) {
    k.at('call:unmap_vmas', 'statement', () => 'remove every page table entry');
    k.f.unmap_vmas(k, vmas);
  }
  k.at(`call:mmap_read_unlock #${vmas.length > 0 ? 2 : 1}`, 'unlock', () => 'let go');
  mmap_read_unlock(k, mm);
  k.at(
    `call:mmap_write_lock #${vmas.length > 0 ? 2 : 1}`,
    'lock',
    () => 'nobody else may look at the VMAs from here on',
  );
  mmap_write_lock(k, mm);
  if (vmas.length > 0) {
    k.at('call:free_pgtables', 'statement', () => 'unlink every VMA from the reverse maps');
    k.f.free_pgtables(k, vmas, true);
    k.at('call:tear_down_vmas', 'statement', () => 'free the VMAs');
    k.f.tear_down_vmas(k, mm, vmas);
  }
  k.at('call:mmap_write_unlock', 'unlock', () => `nothing is left of ${mm.name}`);
  mmap_write_unlock(k, mm);
  k.leave('end');
}

/** Frees VMAs that are unlinked from everything but the VMA tree, which is thrown away as a whole afterwards. */
export function tear_down_vmas(k: Kernel, mm: mm_struct, vmas: readonly vm_area_struct[]): void {
  k.enter('tear_down_vmas', () => `free the VMAs of ${mm.name}`);
  k.at('call:mmap_assert_write_locked', 'assert', () => 'the mmap lock must be held for writing');
  k.warn_on('mmap_assert_write_locked', 'mm', mm.mmap_lock !== -1);
  for (const vma of vmas) {
    k.at('call:vma_mark_detached', 'list', () => `${vmaName(vma)} is found by nobody any more`);
    k.set(vma, 'attached', false);
    k.remove(mm, 'mm_mt', vma);
    k.at('call:remove_vma', 'statement', () => `free ${vmaName(vma)}`);
    k.f.remove_vma(k, vma);
  }
  k.at('call:VM_WARN_ON_ONCE', 'assert', () => 'those were all');
  k.warn_on('VM_WARN_ON_ONCE', 'count != mm->map_count', vmas.length !== mm.map_count);
  k.leave('return:nr_accounted');
}
