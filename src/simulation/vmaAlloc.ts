/**
 * Allocating, copying and freeing a VMA: mm/vma_init.c (kernel/fork.c in 6.x).
 */
import type { Kernel } from './kernel';
import { type mm_struct, type vm_area_struct, vmaName } from './objects';

/** A zeroed VMA of `mm`, detached; null when out of memory. */
export function vm_area_alloc(k: Kernel, mm: mm_struct): vm_area_struct | null {
  k.enter('vm_area_alloc', () => `a VMA for ${mm.name}`);
  k.at('call:kmem_cache_alloc', 'alloc', () => 'allocate a VMA');
  const vma = k.alloc_vma(mm);
  if (!vma) {
    k.leave('return:NULL #1', () => 'out of memory');
    return null;
  }
  k.leave('return:vma', () => 'the new VMA is detached, unfaulted and has an empty chain');
  return vma;
}

/**
 * A detached copy of a VMA: same range, offsets, flags, file and anon_vma, but an empty chain. null when out of
 * memory.
 */
export function vm_area_dup(k: Kernel, orig: vm_area_struct): vm_area_struct | null {
  k.enter('vm_area_dup', () => `a copy of ${vmaName(orig)}`);
  k.at('call:kmem_cache_alloc', 'alloc', () => 'allocate a VMA');
  const copy = k.alloc_vma(orig.vm_mm);
  if (!copy) {
    k.leave('return:NULL #1', () => 'out of memory');
    return null;
  }
  k.at('call:vm_area_init_from|memcpy', 'write', () => 'copy every field but the chain');
  copyFields(k, copy, orig);
  k.leave('return:new', () =>
    orig.anon_vma
      ? 'the copy names the anon_vma of the original without being linked to it'
      : 'the copy is unfaulted',
  );
  return copy;
}

/** What struct assignment copies, as far as the model has it. */
export function copyFields(k: Kernel, copy: vm_area_struct, orig: vm_area_struct): void {
  k.set(copy, 'vm_start', orig.vm_start);
  k.set(copy, 'vm_end', orig.vm_end);
  k.set(copy, 'vm_pgoff', orig.vm_pgoff);
  k.f.vma_set_anon_pgoff(k, copy, orig.anon_pgoff);
  k.set(copy, 'vm_flags', orig.vm_flags);
  if (orig.vm_file) k.set(copy, 'vm_file', orig.vm_file);
  if (orig.anon_vma) k.set(copy, 'anon_vma', orig.anon_vma);
}

/** Gives the memory of a VMA back; it must be in no VMA tree. */
export function vm_area_free(k: Kernel, vma: vm_area_struct): void {
  k.enter('vm_area_free', () => `free ${vmaName(vma)}`);
  k.at('call:vma_assert_detached', 'assert', () => `${vmaName(vma)} is detached`);
  k.warn_on('vma_assert_detached', 'vma', vma.attached);
  k.at('call:kmem_cache_free', 'free', () => `${vmaName(vma)} is gone`);
  k.free(vma);
  k.leave('end');
}
