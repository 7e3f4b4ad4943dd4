/**
 * The copy of a VMA at the place that mremap() moves it to: copy_vma() and vma_link() of mm/vma.c. Where a neighbour of
 * the new place can grow over it, no VMA is made.
 */
import type { Kernel } from './kernel';
import { vma_link_file } from './mmap';
import { type vm_area_struct, vmaName } from './objects';
import { vmg_vma_state } from './vmaMergeState';
import { start_write } from './vmaPrepare';
import { vma_is_anonymous, vma_set_range } from './vmaRange';
import { find_vma_prev, vma_iter_store_new } from './vmaTree';

/** The part of a VMA from `start` on, `len` pages, to be copied to `addr`, with the offsets that it has now. */
interface Copy {
  readonly addr: number;
  readonly len: number;
  readonly pgoff: number;
  readonly anon_pgoff: number;
}

/** A copy at [addr, addr + len), or the neighbour that has grown over it; null when out of memory. */
export function copy_vma(
  k: Kernel,
  vmap: { vma: vm_area_struct },
  addr: number,
  len: number,
  old_pgoff: number,
  old_anon_pgoff: number,
  pmc: { need_rmap_locks: boolean },
  keep_source: boolean,
): vm_area_struct | null {
  const { vma } = vmap;
  const old_vma_start = vma.vm_start;
  k.enter('copy_vma', () => `a copy of ${vmaName(vma)} at ${addr}-${addr + len}`);
  const copy = copied_pgoff(k, vma, { addr, len, pgoff: old_pgoff, anon_pgoff: old_anon_pgoff });
  const merged = merge_copy(k, vma, copy, keep_source);
  if (!merged) {
    const created = copy_alone(k, vma, copy);
    pmc.need_rmap_locks = false;
    if (created) k.leave('return:new_vma', () => `${vmaName(created)} is the copy`);
    else k.leave('return:NULL #2', () => 'out of memory');
    return created;
  }
  if (merged !== vma && merged.vm_start < old_vma_start && merged.vm_end > old_vma_start) {
    k.at('set:vmap', 'statement', () => `${vmaName(merged)} has swallowed the source as well: go on with it`);
    vmap.vma = merged;
  }
  pmc.need_rmap_locks = merged.vm_pgoff <= vmap.vma.vm_pgoff;
  k.at('set:need_rmap_locks #1', 'statement', () =>
    pmc.need_rmap_locks
      ? 'a walk may meet the new place before the old one: entries have to move under the rmap locks'
      : 'walks meet the old place first: entries can move without the rmap locks',
  );
  k.leave('return:new_vma', () => `${vmaName(merged)} covers the copy`);
  return merged;
}

/** An unfaulted VMA is given the offsets of its new address, so that it can merge there. */
function copied_pgoff(k: Kernel, vma: vm_area_struct, copy: Copy): Copy {
  if (vma.anon_vma) return copy;
  if (!vma_is_anonymous(vma)) return { ...copy, anon_pgoff: copy.addr };
  k.at('set:pgoff !has:vmg', 'statement', () => 'unfaulted: its offset can be that of the new address');
  return { ...copy, pgoff: copy.addr, anon_pgoff: copy.addr };
}

function merge_copy(k: Kernel, vma: vm_area_struct, copy: Copy, keep_source: boolean): vm_area_struct | null {
  const { addr, len } = copy;
  const vmg = vmg_vma_state(k, null, vma, addr, addr + len);
  const around = find_vma_prev(vma.vm_mm, addr);
  vmg.prev = around.prev;
  vmg.next = around.vma;
  vmg.pgoff = copy.pgoff;
  vmg.anon_pgoff = copy.anon_pgoff;
  if (keep_source && !vma.anon_vma && vma_is_anonymous(vma)) {
    if (vmg.prev === vma) vmg.prev = null;
    if (vmg.next === vma) vmg.next = null;
  }
  k.at(
    'call:vma_merge_copied_range|vma_merge_new_range',
    'statement',
    () => 'try to do with the neighbours of the new place',
  );
  return k.f.vma_merge_copied_range(k, vmg);
}

function copy_alone(k: Kernel, vma: vm_area_struct, copy: Copy): vm_area_struct | null {
  const { addr, len } = copy;
  k.at('call:vm_area_dup', 'statement', () => 'it takes a VMA of its own');
  const created = k.f.vm_area_dup(k, vma);
  if (!created) return null;
  k.at('call:vma_set_range', 'write', () => `it is to be ${vma.vm_mm.name}@${addr}-${addr + len}`);
  vma_set_range(k, created, addr, addr + len, copy.pgoff, copy.anon_pgoff);
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

/** Puts a complete VMA into the VMA tree and its file's. */
function vma_link(k: Kernel, vma: vm_area_struct): void {
  const { vm_mm: mm, vm_file } = vma;
  k.enter('vma_link', () => `let others find ${vmaName(vma)}`);
  start_write(k, 'call:vma_start_write', vma);
  k.at('call:vma_iter_store_new|vma_iter_store', 'list', () => `${vmaName(vma)} enters the VMA tree`);
  vma_iter_store_new(k, mm, vma);
  if (vm_file) {
    k.at('call:vma_link_file', 'statement', () => `let walks of file ${vm_file.name} find it`);
    vma_link_file(k, vma, vm_file);
  }
  k.at('set:mm->map_count', 'write', () => 'one VMA more');
  k.set(mm, 'map_count', mm.map_count + 1);
  k.leave('return:0');
}
