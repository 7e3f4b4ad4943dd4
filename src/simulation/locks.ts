/**
 * Locks that are more than one word: the mmap lock, whose release also ends every per-VMA write lock of the address
 * space, and the per-VMA lock itself (include/linux/mmap_lock.h). None of these takes a step of its own: call `k.at` at
 * the statement that locks first.
 */
import type { Kernel } from './kernel';
import type { mm_struct, vm_area_struct } from './objects';

export function mmap_write_lock(k: Kernel, mm: mm_struct): void {
  k.down_write(mm, 'mmap_lock');
}

/** Releases the mmap lock and, with it, all per-VMA write locks. */
export function mmap_write_unlock(k: Kernel, mm: mm_struct): void {
  vma_end_write_all(k, mm);
  k.up_write(mm, 'mmap_lock');
}

/** Keeps the mmap lock, for reading only: page faults may go on. Ends all per-VMA write locks. */
export function mmap_write_downgrade(k: Kernel, mm: mm_struct): void {
  vma_end_write_all(k, mm);
  k.up_write(mm, 'mmap_lock');
  k.down_read(mm, 'mmap_lock');
}

export function mmap_read_lock(k: Kernel, mm: mm_struct): void {
  k.down_read(mm, 'mmap_lock');
}

export function mmap_read_unlock(k: Kernel, mm: mm_struct): void {
  k.up_read(mm, 'mmap_lock');
}

/** Write-locks one VMA until the mmap lock is released or downgraded; nothing to do when it already is. */
export function vma_start_write(k: Kernel, vma: vm_area_struct): void {
  if (vma.vm_lock !== -1 && !k.profile.noVmaLock) k.down_write(vma, 'vm_lock');
}

function vma_end_write_all(k: Kernel, mm: mm_struct): void {
  for (const vma of mm.mm_mt) if (vma.vm_lock === -1) k.up_write(vma, 'vm_lock');
}
