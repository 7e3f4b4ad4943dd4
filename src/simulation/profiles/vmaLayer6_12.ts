/**
 * The VMA layer of Linux 6.12 where it differs from that of 7.2 (mm/vma.c, mm/mmap.c, kernel/fork.c; mremap.c is in
 * mremap6.ts): an unfaulted VMA takes over a faulted neighbour's anon_vma only when a mapping between two VMAs joins
 * them, a moved VMA is merged like any new mapping, and mmap is one long function.
 */

import { ENOMEM } from '../errno';
import type { Kernel, VmaFunctions, vma_merge_struct } from '../kernel';
import { vma_link_file } from '../mmap';
import {
  anonVmaName,
  type file,
  type mm_struct,
  VM_ACCOUNT,
  VM_WRITE,
  type vm_area_struct,
  vmaName,
} from '../objects';
import { type Obstacle, vmg_range_state } from '../vmaMergeState';
import { init_vma_prep, start_write } from '../vmaPrepare';
import { vma_set_range, vma_set_range_unchecked } from '../vmaRange';
import { find_vma_prev, vma_iter_store_new } from '../vmaTree';
import { do_mremap, dontunmap_complete, mremap_to, unmap_source_vma } from './mremap6';

/** kernel/fork.c: readers under RCU may still look at it for a while. */
export function vm_area_free(k: Kernel, vma: vm_area_struct): void {
  k.enter('vm_area_free', () => `free ${vmaName(vma)}`);
  k.at('call:call_rcu', 'free', () => `${vmaName(vma)} is gone, after a grace period`);
  k.free(vma);
  k.leave('end');
}

/** An unfaulted neighbour has an empty chain, so that a faulted range never merges with it. */
export function is_mergeable_anon_vma(_k: Kernel, vmg: vma_merge_struct, merge_next: boolean): Obstacle {
  const vma = merge_next ? vmg.next : vmg.prev;
  const theirs = vma?.anon_vma ?? null;
  if (vmg.anon_vma === theirs) return null;
  if ((!vmg.anon_vma || !theirs) && vma?.anon_vma_chain.length === 1) return null;
  if (!theirs) return 'the range is faulted, it is not';
  if (!vmg.anon_vma) return 'it has more than one AVC';
  return `${anonVmaName(vmg.anon_vma)} and ${anonVmaName(theirs)} are two anon_vmas`;
}

/** include/linux/rmap.h */
export function anon_vma_merge(k: Kernel, vma: vm_area_struct, next: vm_area_struct): void {
  k.enter('anon_vma_merge', () => `unlink ${vmaName(next)}, which ${vmaName(vma)} has swallowed`);
  k.at('call:VM_BUG_ON_VMA', 'assert', () => 'both use the same anon_vma');
  k.warn_on('VM_BUG_ON_VMA', 'vma->anon_vma != next->anon_vma', vma.anon_vma !== next.anon_vma);
  k.at('call:unlink_anon_vmas', 'statement', () => `unlink ${vmaName(next)}`);
  k.f.unlink_anon_vmas(k, next);
  k.leave('end');
}

/** Not a function of its own: what is moved is merged like any new mapping. */
export function vma_merge_copied_range(k: Kernel, vmg: vma_merge_struct): vm_area_struct | null {
  vmg.middle = null;
  return k.f.vma_merge_new_range(k, vmg);
}

export function vma_expand(k: Kernel, vmg: vma_merge_struct): number {
  const { target, next } = vmg;
  if (!target) return 0; // callers always name one
  k.enter('vma_expand', () => `grow ${vmaName(target)} to ${vmg.start}-${vmg.end}`);
  start_write(k, 'call:vma_start_write has:vma', target);
  if (next && target !== next && vmg.end === next.vm_end) {
    vmg.__remove_next = true;
    start_write(k, 'call:vma_start_write has:next', next);
    k.at('call:dup_anon_vma', 'statement', () => `${vmaName(next)} will be swallowed`);
    const ret = k.f.dup_anon_vma(k, target, next, { vma: null });
    if (ret) {
      k.leave('return:ret', () => 'out of memory: nothing has changed');
      return ret;
    }
  }
  k.at('call:commit_merge', 'statement', () => 'nothing can fail from here on');
  k.f.commit_merge(k, vmg);
  k.leave('return:0', () => `${vmaName(target)} covers the range`);
  return 0;
}

export function commit_merge(k: Kernel, vmg: vma_merge_struct): number {
  const { target, middle, next, mm } = vmg;
  const adjust = vmg.__adjust_middle_start ? middle : vmg.__adjust_next_start ? next : null;
  const vma = vmg.__adjust_next_start ? middle : target;
  if (!vma || !target) return 0; // both are there in every merge
  k.enter('commit_merge', () => `${vmaName(vma)} becomes ${vmg.start}-${vmg.end}`);
  const vp = init_vma_prep(vma);
  const removed = [vmg.__remove_middle ? middle : null, vmg.__remove_next ? next : null].filter(isVma);
  vp.remove = removed[0] ?? null;
  vp.remove2 = removed[1] ?? null;
  vp.adj_next = adjust;
  if (adjust) {
    vp.anon_vma ??= adjust.anon_vma;
    k.at('call:VM_WARN_ON', 'assert', () => 'both sides of the border share an anon_vma, or one has none');
    k.warn_on(
      'VM_WARN_ON',
      'vp.anon_vma && adjust && adjust->anon_vma && vp.anon_vma != adjust->anon_vma',
      vp.anon_vma !== null && adjust.anon_vma !== null && vp.anon_vma !== adjust.anon_vma,
    );
  }
  k.at('call:vma_prepare', 'statement', () => 'ranges are about to change');
  k.f.vma_prepare(k, vp);
  k.at('call:vma_set_range', 'write', () => `from now on it is ${mm.name}@${vmg.start}-${vmg.end}`);
  vma_set_range(k, vma, vmg.start, vmg.end, vmg.pgoff, vmg.anon_pgoff);
  if (!vmg.__adjust_next_start) {
    k.at('call:vma_iter_store #1', 'list', () => `the VMA tree has ${vmaName(vma)} there`);
    for (const gone of removed) k.remove(mm, 'mm_mt', gone);
  }
  if (adjust) move_start(k, vmg, adjust);
  k.at('call:vma_complete', 'statement', () => 'they have changed');
  k.f.vma_complete(k, vp, mm);
  k.leave('return:0');
  return 0;
}

/** The other side of the border, whose offset follows its start. */
function move_start(k: Kernel, vmg: vma_merge_struct, adjust: vm_area_struct): void {
  const delta = vmg.end - adjust.vm_start;
  k.at('set:adjust->vm_start', 'write', () => `${vmaName(adjust)} starts at ${vmg.end}`);
  k.set(adjust, 'vm_start', vmg.end);
  k.at('set:adjust->vm_pgoff', 'write', () => 'and its offset moves along');
  k.set(adjust, 'vm_pgoff', adjust.vm_pgoff + delta);
  if (delta < 0) k.at('call:vma_iter_store #2', 'list', () => `the VMA tree has ${vmaName(adjust)} there`);
}

function isVma(vma: vm_area_struct | null): vma is vm_area_struct {
  return vma !== null;
}

/** mm/vma.c: vms_clear_ptes() does what became unmap_region(). */
export function unmap_region(k: Kernel, vmas: readonly vm_area_struct[], mm_wr_locked: boolean): void {
  k.enter('vms_clear_ptes', () => 'remove page table entries and links');
  k.at('call:unmap_vmas', 'statement', () => 'page table entries go');
  k.f.unmap_vmas(k, vmas);
  k.at('call:free_pgtables', 'statement', () => 'then the links of the reverse maps');
  k.f.free_pgtables(k, vmas, mm_wr_locked);
  k.leave('end');
}

/** mm/mmap.c */
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
  const { prev, vma: next } = find_vma_prev(mm, addr);
  const vm_flags = prot & VM_WRITE ? prot | VM_ACCOUNT : prot;
  if (vm_flags !== prot) {
    k.at('expr has:VM_ACCOUNT', 'statement', () => 'private and writable: its pages are accounted');
  }
  k.at('call:vma_merge_new_range #1', 'statement', () => 'try to do with the VMAs there are');
  const range = { start: addr, end, pgoff, file, vm_flags, prev, next };
  if (k.f.vma_merge_new_range(k, vmg_range_state(mm, range))) {
    k.leave('return:addr');
    return 0;
  }
  k.at('call:vm_area_alloc', 'statement', () => 'it takes a VMA of its own');
  const vma = k.f.vm_area_alloc(k, mm);
  if (!vma) {
    k.leave('return:error', () => 'out of memory');
    return -ENOMEM;
  }
  k.at('call:vma_set_range', 'write', () => `it is ${mm.name}@${addr}-${end}`);
  if (file) vma_set_range_unchecked(k, vma, addr, end, pgoff, addr);
  else vma_set_range(k, vma, addr, end, pgoff, addr);
  k.at('call:vm_flags_init', 'write', () => 'with these rights');
  k.set(vma, 'vm_flags', vm_flags);
  if (file) {
    k.at('set:vma->vm_file #1', 'write', () => `it maps file ${file.name} from page ${pgoff} on`);
    k.set(vma, 'vm_file', file);
  }
  link_new(k, mm, vma);
  k.leave('return:addr');
  return 0;
}

function link_new(k: Kernel, mm: mm_struct, vma: vm_area_struct): void {
  const { vm_file } = vma;
  start_write(k, 'call:vma_start_write', vma);
  k.at('call:vma_iter_store', 'list', () => `${vmaName(vma)} enters the VMA tree`);
  vma_iter_store_new(k, mm, vma);
  k.at('set:mm->map_count', 'write', () => 'one VMA more');
  k.set(mm, 'map_count', mm.map_count + 1);
  if (vm_file) {
    k.at('call:vma_link_file', 'statement', () => `let walks of file ${vm_file.name} find it`);
    vma_link_file(k, vma, vm_file);
  }
}

/** What 6.12 has instead of the functions of 7.2. */
export const vmaFunctions6_12 = {
  vm_area_free,
  is_mergeable_anon_vma,
  anon_vma_merge,
  vma_merge_copied_range,
  vma_expand,
  commit_merge,
  unmap_region,
  __mmap_region,
  do_mremap,
  mremap_to,
  dontunmap_complete,
  unmap_source_vma,
} satisfies Partial<VmaFunctions>;

/** C names of 6.12 where they differ from the roles. */
export const vmaNames6_12: Readonly<Record<string, string>> = { do_mremap: 'mremap' };
