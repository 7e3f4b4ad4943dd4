/**
 * The VMA layer of Linux 6.1 (mm/mmap.c, mm/mprotect.c, mm/memory.c, kernel/fork.c) apart from vma_merge() and
 * __vma_adjust(), which are in vmaAdjust6_1.ts, and mremap() (mremap6.ts, copyVma6_1.ts). No VMA has a lock, a failed
 * duplication is a merge that cannot be, and what munmap cuts in two keeps its object where the pages stay.
 */

import { EINVAL, ENOMEM } from '../errno';
import type { Kernel, VmaFunctions } from '../kernel';
import { mmap_read_unlock, mmap_write_downgrade, mmap_write_lock, mmap_write_unlock } from '../locks';
import { mprotect_range } from '../mprotect';
import { type mm_struct, VM_ACCOUNT, VM_WRITE, type vm_area_struct, vmaName } from '../objects';
import { unmap_region } from '../unmap';
import { copyFields } from '../vmaAlloc';
import { linear_page_index } from '../vmaRange';
import { find_vma_intersection, mapping_rmap_tree_remove } from '../vmaTree';
import { copy_vma, move_ptes, unmap_source_vma } from './copyVma6_1';
import { __mmap_region } from './mmap6_1';
import { do_mremap, dontunmap_complete, mremap_to } from './mremap6';
import { __vma_adjust, type Range, vma_merge } from './vmaAdjust6_1';
import { anon_vma_merge } from './vmaLayer6_12';

/** kernel/fork.c */
export function vm_area_alloc(k: Kernel, mm: mm_struct): vm_area_struct | null {
  k.enter('vm_area_alloc', () => `a VMA for ${mm.name}`);
  k.at('call:kmem_cache_alloc', 'alloc', () => 'allocate a VMA');
  const vma = k.alloc_vma(mm);
  k.leave('return:vma', () => (vma ? 'it is unfaulted and has an empty chain' : 'out of memory'));
  return vma;
}

/** kernel/fork.c */
export function vm_area_dup(k: Kernel, orig: vm_area_struct): vm_area_struct | null {
  k.enter('vm_area_dup', () => `a copy of ${vmaName(orig)}`);
  k.at('call:kmem_cache_alloc', 'alloc', () => 'allocate a VMA');
  const copy = k.alloc_vma(orig.vm_mm);
  if (copy) {
    k.at('set:*new', 'write', () => 'copy every field but the chain');
    copyFields(k, copy, orig);
  }
  k.leave('return:new', () => (copy ? 'its chain is empty' : 'out of memory'));
  return copy;
}

/** kernel/fork.c */
export function vm_area_free(k: Kernel, vma: vm_area_struct): void {
  k.enter('vm_area_free', () => `free ${vmaName(vma)}`);
  k.at('call:kmem_cache_free', 'free', () => `${vmaName(vma)} is gone`);
  k.free(vma);
  k.leave('end');
}

/** mm/memory.c: each VMA leaves its file by itself. */
export function free_pgtables(k: Kernel, vmas: readonly vm_area_struct[], _mm_wr_locked: boolean): void {
  const PMD_PAGES = 512;
  k.enter('free_pgtables', () => 'hide what goes from the reverse maps');
  let before: vm_area_struct | null = null;
  for (const vma of vmas) {
    const which: string = before && vma.vm_start <= before.vm_end + PMD_PAGES ? '#2' : '#1';
    k.at(`call:unlink_anon_vmas ${which}`, 'statement', () => `unlink ${vmaName(vma)}`);
    k.f.unlink_anon_vmas(k, vma);
    k.at(`call:unlink_file_vma ${which}`, 'statement', () => 'and from its file, if it has one');
    unlink_file_vma(k, vma);
    before = vma;
  }
  k.leave('end');
}

function unlink_file_vma(k: Kernel, vma: vm_area_struct): void {
  const { vm_file: file } = vma;
  if (!file) return;
  k.enter('unlink_file_vma', () => `unlink ${vmaName(vma)} from file ${file.name}`);
  k.at('call:i_mmap_lock_write', 'lock', () => `lock the VMAs of file ${file.name}`);
  k.down_write(file, 'i_mmap_rwsem');
  k.at('call:__remove_shared_vm_struct', 'tree', () => `${vmaName(vma)} leaves them`);
  mapping_rmap_tree_remove(k, vma, file);
  k.at('call:i_mmap_unlock_write', 'unlock', () => 'and unlock them');
  k.up_write(file, 'i_mmap_rwsem');
  k.leave('end');
}

export function __split_vma(k: Kernel, vma: vm_area_struct, addr: number, new_below: boolean): number {
  k.enter(
    '__split_vma',
    () => `split ${vmaName(vma)} at ${addr}; the new VMA gets the ${new_below ? 'lower' : 'upper'} part`,
  );
  k.at('call:vm_area_dup', 'statement', () => 'begin with a copy');
  const created = k.f.vm_area_dup(k, vma);
  if (!created) {
    k.leave('return:-ENOMEM', () => `out of memory: ${vmaName(vma)} stays whole`);
    return -ENOMEM;
  }
  const delta = addr - vma.vm_start;
  if (new_below) {
    k.at('set:new->vm_end', 'write', () => `the new VMA ends at ${addr}`);
    k.set(created, 'vm_end', addr);
  } else {
    k.at('set:new->vm_start #1', 'write', () => `the new VMA starts at ${addr}`);
    k.set(created, 'vm_start', addr);
    k.at('set:new->vm_pgoff #1', 'write', () => `and so its offset is ${delta} higher`);
    k.set(created, 'vm_pgoff', created.vm_pgoff + delta);
  }
  k.at('call:anon_vma_clone', 'statement', () => 'link it to every anon_vma of the old one');
  const err = k.f.anon_vma_clone(k, created, vma, 'VMA_OP_SPLIT');
  if (err) {
    k.at('goto:out_free_mpol', 'statement', () => 'no memory for the links of the new VMA');
    k.f.vm_area_free(k, created);
    k.leave('return:err #2', () => `${vmaName(vma)} stays whole`);
    return err;
  }
  k.at(`call:vma_adjust ${new_below ? '#1' : '#2'}`, 'statement', () => `cut ${vmaName(vma)}`);
  if (new_below) __vma_adjust(k, vma, addr, vma.vm_end, vma.vm_pgoff + delta, created, null);
  else __vma_adjust(k, vma, vma.vm_start, addr, vma.vm_pgoff, created, null);
  k.leave('return:0');
  return 0;
}

/** No function yet: mprotect_fixup() and madvise_update_vma() each merge or split themselves; steps within them. */
export function vma_modify_flags(
  k: Kernel,
  prev: vm_area_struct | null,
  vma: vm_area_struct,
  start: number,
  end: number,
  vm_flags: number,
): vm_area_struct | number {
  const range: Range = {
    mm: vma.vm_mm,
    prev,
    addr: start,
    end,
    vm_flags,
    anon_vma: vma.anon_vma,
    file: vma.vm_file,
    pgoff: linear_page_index(vma, start),
  };
  const merged = vma_merge(k, range);
  if (merged) return merged;
  if (start !== vma.vm_start) {
    k.at('call:split_vma|__split_vma #1', 'statement', () => `${vmaName(vma)} begins too early`);
    const error = k.f.__split_vma(k, vma, start, true);
    if (error) return error;
  }
  if (end !== vma.vm_end) {
    k.at('call:split_vma|__split_vma #2', 'statement', () => `${vmaName(vma)} ends too late`);
    const error = k.f.__split_vma(k, vma, end, false);
    if (error) return error;
  }
  return vma;
}

export function do_mprotect_pkey(k: Kernel, mm: mm_struct, start: number, len: number, prot: number): number {
  return mprotect_range(k, mm, start, len, prot, 'set:error has:ENOMEM in:if #1');
}

/** Memory that was accounted once stays so. */
export function mprotect_fixup(
  k: Kernel,
  vma: vm_area_struct,
  pprev: { vma: vm_area_struct | null },
  start: number,
  end: number,
  newflags: number,
): number {
  const oldflags = vma.vm_flags;
  k.enter('mprotect_fixup', () => `new rights for ${start}-${end} of ${vmaName(vma)}`);
  if (newflags === oldflags) {
    pprev.vma = vma;
    k.leave('return:0 #1', () => 'it has them already');
    return 0;
  }
  let flags = newflags;
  if (newflags & VM_WRITE && !(oldflags & (VM_ACCOUNT | VM_WRITE))) {
    k.at('expr has:VM_ACCOUNT', 'statement', () => 'its pages will be accounted');
    flags |= VM_ACCOUNT;
  }
  k.at('call:vma_merge', 'statement', () => 'merging is tried first');
  const modified = k.f.vma_modify_flags(k, pprev.vma, vma, start, end, flags);
  if (typeof modified === 'number') {
    pprev.vma = vma;
    k.leave('return:error #2', () => 'out of memory: its rights stay');
    return modified;
  }
  pprev.vma = modified;
  k.at('set:vma->vm_flags', 'write', () => `${vmaName(modified)} has them now`);
  if (modified.vm_flags !== flags) k.set(modified, 'vm_flags', flags);
  k.at('call:change_protection', 'write', () => `page table entries of ${start}-${end} follow`);
  k.f.change_protection(k, modified, start, end);
  k.leave('return:0 #2');
  return 0;
}

export function __vm_munmap(k: Kernel, mm: mm_struct, start: number, len: number): number {
  k.enter('__vm_munmap', () => `unmap ${start}-${start + len} of ${mm.name}`);
  k.at('call:mmap_write_lock_killable', 'lock', () => `lock the address space of ${mm.name}`);
  mmap_write_lock(k, mm);
  k.at('call:do_mas_munmap', 'statement', () => 'unmap');
  const ret = k.f.do_vmi_munmap(k, mm, start, len, true);
  const downgraded = mm.mmap_lock > 0;
  if (downgraded) {
    k.at('call:mmap_read_unlock', 'unlock', () => `unlock the address space of ${mm.name}`);
    mmap_read_unlock(k, mm);
  } else {
    k.at('call:mmap_write_unlock', 'unlock', () => `unlock the address space of ${mm.name}`);
    mmap_write_unlock(k, mm);
  }
  k.leave('return:ret');
  return ret;
}

/** do_mas_munmap(). `downgrade`: keep the mmap lock for reading only, once nothing can fail. */
export function do_vmi_munmap(
  k: Kernel,
  mm: mm_struct,
  start: number,
  len: number,
  downgrade: boolean,
): number {
  const end = start + len;
  k.enter('do_vmi_munmap', () => `unmap ${start}-${end} of ${mm.name}`);
  if (len === 0) {
    k.leave('return:-EINVAL #2', () => 'no length');
    return -EINVAL;
  }
  const vma = find_vma_intersection(mm, start, end);
  if (!vma) {
    k.leave('return:0', () => 'nothing is mapped there');
    return 0;
  }
  k.at('call:do_mas_align_munmap', 'statement', () => `${vmaName(vma)} is the first there`);
  const error = do_mas_align_munmap(k, vma, start, end, downgrade);
  k.leave('return call:do_mas_align_munmap');
  return error;
}

function do_mas_align_munmap(
  k: Kernel,
  first: vm_area_struct,
  start: number,
  end: number,
  downgrade: boolean,
): number {
  const { vm_mm: mm } = first;
  k.enter('do_vmi_align_munmap', () => `gather what is mapped in ${start}-${end}, then let it go`);
  const gone = gather(k, first, start, end);
  if (typeof gone === 'number') {
    k.leave('return:error', () => 'out of memory; what has been split stays split');
    return gone;
  }
  k.at('call:mas_store_prealloc', 'list', () => `${mm.name} has nothing at ${start}-${end} any more`);
  for (const vma of gone) {
    k.remove(mm, 'mm_mt', vma);
    k.set(vma, 'attached', false);
  }
  k.at('set:mm->map_count', 'write', () => `${gone.length} fewer in ${mm.name}`);
  k.set(mm, 'map_count', mm.map_count - gone.length);
  if (downgrade) {
    k.at(
      'call:mmap_write_downgrade',
      'unlock',
      () => `${mm.name} can be read meanwhile: what goes is out of reach`,
    );
    mmap_write_downgrade(k, mm);
  }
  k.at('call:unmap_region', 'statement', () => 'their pages go first');
  k.f.unmap_region(k, gone, !downgrade);
  k.at('call:remove_mt', 'statement', () => 'they are unlinked: free them');
  for (const vma of gone) k.f.remove_vma(k, vma);
  k.leave('return:downgrade?1:0');
  return 0;
}

/** The VMAs that make up [start, end), split off where they reach beyond it. Or -ENOMEM. */
function gather(k: Kernel, first: vm_area_struct, start: number, end: number): vm_area_struct[] | number {
  const { vm_mm: mm } = first;
  if (start > first.vm_start) {
    k.at('call:__split_vma #1', 'statement', () => `${vmaName(first)} begins before the range`);
    const error = k.f.__split_vma(k, first, start, false);
    if (error) return error;
  }
  const last = mm.mm_mt.find((vma) => vma.vm_start < end && vma.vm_end > end && vma.vm_end > start);
  if (last) {
    k.at('call:__split_vma #2', 'statement', () => `${vmaName(last)} ends behind the range`);
    const error = k.f.__split_vma(k, last, end, true);
    if (error) return error;
  }
  return mm.mm_mt.filter((vma) => vma.vm_start >= start && vma.vm_end <= end);
}

/** What 6.1 has instead of the functions of 7.2 or 6.12. */
export const vmaFunctions6_1 = {
  vm_area_alloc,
  vm_area_dup,
  vm_area_free,
  anon_vma_merge,
  __split_vma,
  vma_modify_flags,
  do_mprotect_pkey,
  mprotect_fixup,
  move_ptes,
  copy_vma,
  unmap_source_vma,
  dontunmap_complete,
  unmap_region,
  free_pgtables,
  __vm_munmap,
  do_vmi_munmap,
  __mmap_region,
  do_mremap,
  mremap_to,
} satisfies Partial<VmaFunctions>;

/** C names of 6.1 where they differ from the roles. */
export const vmaNames6_1: Readonly<Record<string, string>> = {
  do_vmi_munmap: 'do_mas_munmap',
  do_vmi_align_munmap: 'do_mas_align_munmap',
  do_mremap: 'mremap',
};
