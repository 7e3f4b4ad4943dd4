/**
 * mmap() of Linux 6.1 (mm/mmap.c): the VMA after the new mapping is asked first, and the one before has to fit what the
 * first has said; vma_expand() does the work of the merge by itself.
 */
import { ENOMEM } from '../errno';
import type { Kernel } from '../kernel';
import {
  anonVmaName,
  type file,
  type mm_struct,
  VM_ACCOUNT,
  VM_WRITE,
  type vm_area_struct,
  vmaName,
} from '../objects';
import { anon_rmap_tree_post_update_vma, anon_rmap_tree_pre_update_vma } from '../vmaPrepare';
import {
  find_vma_prev,
  mapping_rmap_tree_insert,
  mapping_rmap_tree_remove,
  vma_iter_store_new,
} from '../vmaTree';
import { can_vma_merge_after, can_vma_merge_before, type Range } from './vmaAdjust6_1';

export function __mmap_region(
  k: Kernel,
  mm: mm_struct,
  addr: number,
  len: number,
  prot: number,
  pgoff: number,
  file: file | null,
): number {
  const end = addr + len;
  k.enter('__mmap_region', () => `map ${addr}-${end} of ${mm.name}`);
  const vm_flags = prot & VM_WRITE ? prot | VM_ACCOUNT : prot;
  if (vm_flags !== prot) {
    k.at('expr has:VM_ACCOUNT', 'statement', () => 'private and writable: its pages are accounted');
  }
  const { prev, vma: next } = find_vma_prev(mm, addr);
  const range: Range = { mm, prev, addr, end, vm_flags, anon_vma: null, file, pgoff };
  if (expand_neighbour(k, range, next)) {
    k.leave('return:addr');
    return 0;
  }
  k.at('call:vm_area_alloc', 'statement', () => 'it takes a VMA of its own');
  const vma = k.f.vm_area_alloc(k, mm);
  if (!vma) {
    k.leave('return:error', () => 'out of memory');
    return -ENOMEM;
  }
  k.at('set:vma->vm_start', 'write', () => `it is ${mm.name}@${addr}-${end}`);
  k.set(vma, 'vm_start', addr);
  k.set(vma, 'vm_end', end);
  k.set(vma, 'vm_pgoff', pgoff);
  k.at('set:vma->vm_flags #1', 'write', () => 'with these rights');
  k.set(vma, 'vm_flags', vm_flags);
  link_new(k, mm, vma, file);
  k.leave('return:addr');
  return 0;
}

/** Grows prev, else next, over the range, and prev over next as well, if their anon_vmas allow it. */
function expand_neighbour(k: Kernel, range: Range, next: vm_area_struct | null): boolean {
  const { prev, addr, end, pgoff } = range;
  const above = next?.vm_start === end && can_vma_merge_before(range, next) === null ? next : null;
  k.at('if call:can_vma_merge_before', 'statement', () => say(above, 'above'));
  const asked: Range = above ? { ...range, anon_vma: above.anon_vma } : range;
  const below = prev?.vm_end === addr && can_vma_merge_after(asked, prev) === null ? prev : null;
  k.at('if call:can_vma_merge_after', 'statement', () => say(below, 'below'));
  const vma = below ?? above;
  if (!vma) return false;
  const [from, to] = [below ? below.vm_start : addr, above ? above.vm_end : end];
  k.at('call:vma_expand', 'statement', () => `${vmaName(vma)} is to cover ${from}-${to}`);
  return vma_expand(k, vma, from, to, below ? below.vm_pgoff : pgoff, next) === 0;
}

function say(vma: vm_area_struct | null, side: string): string {
  return vma ? `can merge with ${vmaName(vma)} ${side}` : `no merge ${side}`;
}

function link_new(k: Kernel, mm: mm_struct, vma: vm_area_struct, file: file | null): void {
  if (file) {
    k.at('set:vma->vm_file #1', 'write', () => `it maps file ${file.name} from page ${vma.vm_pgoff} on`);
    k.set(vma, 'vm_file', file);
    k.at('call:i_mmap_lock_write', 'lock', () => `lock the VMAs of file ${file.name}`);
    k.down_write(file, 'i_mmap_rwsem');
  }
  k.at('call:vma_mas_store', 'list', () => `${vmaName(vma)} enters the VMA tree`);
  vma_iter_store_new(k, mm, vma);
  k.at('set:mm->map_count', 'write', () => 'one VMA more');
  k.set(mm, 'map_count', mm.map_count + 1);
  if (!file) return;
  k.at('call:vma_interval_tree_insert', 'tree', () => `${vmaName(vma)} joins the VMAs of the file`);
  mapping_rmap_tree_insert(k, vma, file);
  k.at('call:i_mmap_unlock_write', 'unlock', () => 'and unlock them');
  k.up_write(file, 'i_mmap_rwsem');
}

/** Grows `vma` to [start, end), over `next` if that ends there. 0 or -ENOMEM. */
export function vma_expand(
  k: Kernel,
  vma: vm_area_struct,
  start: number,
  end: number,
  pgoff: number,
  next: vm_area_struct | null,
): number {
  const removed = next && vma !== next && end === next.vm_end ? next : null;
  k.enter('vma_expand', () => `grow ${vmaName(vma)} to ${start}-${end}`);
  if (removed?.anon_vma && !vma.anon_vma) {
    k.at('set:vma->anon_vma', 'write', () => `${vmaName(vma)} takes ${anonVmaName(removed.anon_vma)} over`);
    k.set(vma, 'anon_vma', removed.anon_vma);
    k.at('call:anon_vma_clone', 'statement', () => 'and is linked to all that the other is linked to');
    if (k.f.anon_vma_clone(k, vma, removed, 'VMA_OP_MERGE_UNFAULTED')) {
      k.leave('return:error', () => 'out of memory: nothing has changed');
      return -ENOMEM;
    }
  }
  change_range(k, vma, start, end, pgoff, removed);
  if (removed) {
    if (removed.anon_vma) {
      k.at('call:anon_vma_merge', 'statement', () => `walks find its folios through ${vmaName(vma)} now`);
      k.f.anon_vma_merge(k, vma, removed);
    }
    k.at('set:mm->map_count', 'write', () => 'one VMA less');
    k.set(vma.vm_mm, 'map_count', vma.vm_mm.map_count - 1);
    k.at('call:vm_area_free', 'statement', () => 'nothing refers to it any more');
    k.f.vm_area_free(k, removed);
  }
  k.leave('return:0');
  return 0;
}

/** The critical section of vma_expand(). */
function change_range(
  k: Kernel,
  vma: vm_area_struct,
  start: number,
  end: number,
  pgoff: number,
  removed: vm_area_struct | null,
): void {
  const { vm_file: file, anon_vma, vm_mm: mm } = vma;
  if (file) {
    k.at('call:i_mmap_lock_write', 'lock', () => `lock the VMAs of file ${file.name}`);
    k.down_write(file, 'i_mmap_rwsem');
  }
  if (anon_vma) {
    k.at('call:anon_vma_lock_write', 'lock', () => `lock the hierarchy of ${anonVmaName(anon_vma)}`);
    k.f.anon_vma_lock_write(k, anon_vma);
    anon_rmap_tree_pre_update_vma(k, vma);
  }
  if (file) {
    k.at('call:vma_interval_tree_remove', 'tree', () => `${vmaName(vma)} leaves the VMAs of the file`);
    mapping_rmap_tree_remove(k, vma, file);
  }
  k.at('set:vma->vm_start', 'write', () => `from now on it is ${mm.name}@${start}-${end}`);
  k.set(vma, 'vm_start', start);
  k.set(vma, 'vm_end', end);
  k.set(vma, 'vm_pgoff', pgoff);
  k.at('call:vma_mas_store', 'list', () => `the VMA tree has ${vmaName(vma)} there`);
  if (removed) {
    k.remove(mm, 'mm_mt', removed);
    k.set(removed, 'attached', false);
  }
  if (file) {
    k.at('call:vma_interval_tree_insert', 'tree', () => `${vmaName(vma)} rejoins the VMAs of the file`);
    mapping_rmap_tree_insert(k, vma, file);
    if (removed) {
      k.at('call:__remove_shared_vm_struct', 'tree', () => `${vmaName(removed)} leaves them`);
      mapping_rmap_tree_remove(k, removed, file);
    }
  }
  if (anon_vma) {
    anon_rmap_tree_post_update_vma(k, vma);
    k.at('call:anon_vma_unlock_write', 'unlock', () => `unlock the hierarchy of ${anonVmaName(anon_vma)}`);
    k.f.anon_vma_unlock_write(k, anon_vma);
  }
  if (file) {
    k.at('call:i_mmap_unlock_write', 'unlock', () => 'unlock the VMAs of the file');
    k.up_write(file, 'i_mmap_rwsem');
  }
}
