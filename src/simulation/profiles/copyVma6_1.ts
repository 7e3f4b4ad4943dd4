/**
 * mremap() of Linux 6.1 in mm/mmap.c and the end of move_vma() in mm/mremap.c: the copy of a VMA, and what happens to
 * its source.
 */
import type { Kernel, pagetable_move_control } from '../kernel';
import { move_entries } from '../mremap';
import { VM_ACCOUNT, type vm_area_struct, vmaName } from '../objects';
import { vma_is_anonymous } from '../vmaRange';
import { find_vma_prev, mapping_rmap_tree_insert, vma_iter_store_new, vma_next } from '../vmaTree';
import { vma_merge } from './vmaAdjust6_1';

/** A copy never merges when it touches a source that stays. */
export function copy_vma(
  k: Kernel,
  vmap: { vma: vm_area_struct },
  addr: number,
  len: number,
  old_pgoff: number,
  _anon_pgoff: number,
  pmc: { need_rmap_locks: boolean },
  keep_source: boolean,
): vm_area_struct | null {
  const { vma } = vmap;
  const { vm_mm: mm, vm_start } = vma;
  const end = addr + len;
  k.enter('copy_vma', () => `a copy of ${vmaName(vma)} at ${addr}-${end}`);
  const can_self_merge = vma_is_anonymous(vma) && !vma.anon_vma;
  let pgoff = old_pgoff;
  if (can_self_merge) {
    k.at('set:pgoff', 'statement', () => 'unfaulted: its offset can be that of the new address');
    pgoff = addr;
  }
  let merged: vm_area_struct | null = null;
  if (!(can_self_merge && keep_source && (addr === vma.vm_end || vm_start === end))) {
    const { prev } = find_vma_prev(mm, addr);
    const { vm_flags, anon_vma, vm_file: file } = vma;
    k.at('call:vma_merge', 'statement', () => 'try to do with the neighbours of the new place');
    merged = vma_merge(k, { mm, prev, addr, end, vm_flags, anon_vma, file, pgoff });
  }
  if (!merged) {
    const created = copy_alone(k, vma, addr, end, pgoff);
    pmc.need_rmap_locks = false;
    if (created) k.leave('return:new_vma', () => `${vmaName(created)} is the copy`);
    else k.leave('return:NULL #2', () => 'out of memory');
    return created;
  }
  if (merged !== vma && merged.vm_start <= vm_start && vm_start < merged.vm_end) {
    k.at('set:vmap', 'statement', () => `${vmaName(merged)} has swallowed the source as well: go on with it`);
    vmap.vma = merged;
  }
  pmc.need_rmap_locks = merged.vm_pgoff <= vmap.vma.vm_pgoff;
  k.leave('return:new_vma', () => `${vmaName(merged)} covers the copy`);
  return merged;
}

function copy_alone(
  k: Kernel,
  vma: vm_area_struct,
  addr: number,
  end: number,
  pgoff: number,
): vm_area_struct | null {
  k.at('call:vm_area_dup', 'statement', () => 'it takes a VMA of its own');
  const created = k.f.vm_area_dup(k, vma);
  if (!created) return null;
  k.at('set:new_vma->vm_start', 'write', () => `it is to be ${vma.vm_mm.name}@${addr}-${end}`);
  k.set(created, 'vm_start', addr);
  k.set(created, 'vm_end', end);
  k.set(created, 'vm_pgoff', pgoff);
  k.at('call:anon_vma_clone', 'statement', () => 'link it to every anon_vma of the source');
  if (k.f.anon_vma_clone(k, created, vma, 'VMA_OP_REMAP')) {
    k.at('goto:out_free_mempol', 'statement', () => 'no memory for its links');
    k.f.vm_area_free(k, created);
    return null;
  }
  k.at('call:vma_link', 'statement', () => 'it is complete');
  vma_link(k, created);
  return created;
}

function vma_link(k: Kernel, vma: vm_area_struct): void {
  const { vm_mm: mm, vm_file: file } = vma;
  k.enter('vma_link', () => `let others find ${vmaName(vma)}`);
  if (file) {
    k.at('call:i_mmap_lock_write', 'lock', () => `lock the VMAs of file ${file.name}`);
    k.down_write(file, 'i_mmap_rwsem');
  }
  k.at('call:vma_mas_store', 'list', () => `${vmaName(vma)} enters the VMA tree`);
  vma_iter_store_new(k, mm, vma);
  if (file) {
    k.at('call:__vma_link_file', 'tree', () => `${vmaName(vma)} joins the VMAs of file ${file.name}`);
    mapping_rmap_tree_insert(k, vma, file);
    k.at('call:i_mmap_unlock_write', 'unlock', () => 'and unlock them');
    k.up_write(file, 'i_mmap_rwsem');
  }
  k.at('set:mm->map_count', 'write', () => 'one VMA more');
  k.set(mm, 'map_count', mm.map_count + 1);
  k.leave('return:0');
}

/** The last part of move_vma(): steps within it. Relies on munmap leaving the old object where pages remain. */
export function unmap_source_vma(k: Kernel, vma: vm_area_struct, start: number, end: number): void {
  const { vm_mm: mm, vm_start, vm_end } = vma;
  const accounted = (vma.vm_flags & VM_ACCOUNT) !== 0;
  if (accounted) {
    k.at('set:vma->vm_flags #1', 'write', () => `the copy is accounted now, not ${vmaName(vma)}`);
    k.set(vma, 'vm_flags', vma.vm_flags & ~VM_ACCOUNT);
  }
  k.at('call:do_munmap', 'statement', () => `the pages of ${start}-${end} are elsewhere`);
  if (k.f.do_vmi_munmap(k, mm, start, end - start, false) || !accounted) return;
  if (vm_end - vm_start === end - start) return;
  k.at('set:vma->vm_flags #3', 'write', () => `${vmaName(vma)} remains, and is accounted again`);
  k.set(vma, 'vm_flags', vma.vm_flags | VM_ACCOUNT);
  const above = vm_start < start && vm_end > end ? vma_next(vma) : null;
  if (!above) return;
  k.at('call:find_vma', 'write', () => `so is ${vmaName(above)}`);
  k.set(above, 'vm_flags', above.vm_flags | VM_ACCOUNT);
}

/** Returns nothing yet. */
export function move_ptes(k: Kernel, pmc: pagetable_move_control, pages: readonly number[]): void {
  move_entries(k, pmc, pages);
  k.leave('end');
}
