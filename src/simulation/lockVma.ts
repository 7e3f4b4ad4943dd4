/**
 * Finding and locking the VMA of a page fault: by the per-VMA lock, without the mmap lock (mm/mmap_lock.c, before 6.15
 * mm/memory.c).
 */
import type { Kernel } from './kernel';
import { vma_start_write as write_lock } from './locks';
import { type mm_struct, type vm_area_struct, vmaName } from './objects';
import { vma_lookup } from './vmaTree';

/** The VMA of a page, read-locked; null where there is none. */
export function lock_vma_under_rcu(k: Kernel, mm: mm_struct, page: number): vm_area_struct | null {
  k.enter('lock_vma_under_rcu', () => `find the VMA of page ${page} of ${mm.name} and lock it`);
  k.at('call:mas_walk', 'statement', () => 'look it up under RCU, without the mmap lock');
  const vma = vma_lookup(mm, page);
  if (!vma) {
    k.leave('return:NULL', () => 'nothing is mapped there');
    return null;
  }
  k.at('call:vma_start_read', 'lock', () => `keep ${vmaName(vma)} as it is for the time of the fault`);
  k.down_read(vma, 'vm_lock');
  k.leave('return:vma');
  return vma;
}

export function vma_end_read(k: Kernel, vma: vm_area_struct): void {
  k.enter('vma_end_read', () => `the fault in ${vmaName(vma)} is over`);
  k.at('call:vma_refcount_put|up_read', 'unlock', () => `release ${vmaName(vma)}`);
  k.up_read(vma, 'vm_lock');
  k.leave('end');
}

/** Write-locks a VMA until the mmap lock is released. Where this is one step of a caller, locks.ts is used directly. */
export function vma_start_write(k: Kernel, vma: vm_area_struct): void {
  k.enter('vma_start_write', () => `keep page faults out of ${vmaName(vma)}`);
  k.at('call:__vma_start_write|down_write', 'lock', () => `write-lock ${vmaName(vma)}`);
  write_lock(k, vma);
  k.leave('end');
}
