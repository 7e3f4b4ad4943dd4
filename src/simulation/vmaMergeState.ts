/**
 * struct vma_merge_struct and the question it is for: may a range become one with the VMA before or after it?
 * is_mergeable_vma(), is_mergeable_anon_vma(), can_vma_merge_left/right() of mm/vma.c. Answers are reasons, for the
 * steps of the merge itself; nothing here has a step of its own.
 *
 * Memory policies, userfaultfd contexts and names of anonymous VMAs are not modelled: they are always equal.
 */
import type { Kernel, vma_merge_struct } from './kernel';
import { anonVmaName, type mm_struct, VM_SOFTDIRTY, type vm_area_struct, vmaName } from './objects';
import { linear_anon_pgoff, linear_page_index, vma_end_anon_pgoff, vma_end_pgoff } from './vmaRange';

/** Why a merge cannot be; null when it can. */
export type Obstacle = string | null;

/** VMG_VMA_STATE(): the part [start, end) of a VMA, as it is. */
export function vmg_vma_state(
  k: Kernel,
  prev: vm_area_struct | null,
  vma: vm_area_struct,
  start: number,
  end: number,
): vma_merge_struct {
  return {
    mm: vma.vm_mm,
    prev,
    middle: vma,
    next: null,
    target: null,
    copied_from: null,
    start,
    end,
    pgoff: linear_page_index(vma, start),
    anon_pgoff: linear_anon_pgoff(k, vma, start),
    vm_flags: vma.vm_flags,
    file: vma.vm_file,
    anon_vma: vma.anon_vma,
    state: 'VMA_MERGE_START',
    __adjust_middle_start: false,
    __adjust_next_start: false,
    __remove_middle: false,
    __remove_next: false,
  };
}

/** VMG_MMAP_STATE(): a mapping to come between `prev` and `next`. */
export function vmg_range_state(
  mm: mm_struct,
  map: Pick<vma_merge_struct, 'start' | 'end' | 'pgoff' | 'file' | 'vm_flags' | 'prev' | 'next'>,
): vma_merge_struct {
  const { start, end, pgoff, file, vm_flags, prev, next } = map;
  return {
    mm,
    prev,
    middle: null,
    next,
    target: null,
    copied_from: null,
    start,
    end,
    pgoff,
    anon_pgoff: start,
    vm_flags,
    file,
    anon_vma: null,
    state: 'VMA_MERGE_START',
    __adjust_middle_start: false,
    __adjust_next_start: false,
    __remove_middle: false,
    __remove_next: false,
  };
}

/** Pages of the range. */
export function vmg_pages(vmg: vma_merge_struct): number {
  return vmg.end - vmg.start;
}

/** Was this VMA forked, so that it may map folios of anon_vmas other than its own? */
export function vma_is_fork_child(vma: vm_area_struct | null): boolean {
  return vma?.anon_vma != null && vma.anon_vma_chain.length !== 1;
}

/** Same file, and same flags but for soft-dirty. */
function is_mergeable_vma(vmg: vma_merge_struct, vma: vm_area_struct): Obstacle {
  if ((vma.vm_flags ^ vmg.vm_flags) & ~VM_SOFTDIRTY) return 'its flags differ';
  if (vma.vm_file !== vmg.file) return 'it maps another file, or none';
  return null;
}

/** mm/vma.c */
export function is_mergeable_anon_vma(k: Kernel, vmg: vma_merge_struct, merge_next: boolean): Obstacle {
  const tgt = merge_next ? vmg.next : vmg.prev;
  const src = vmg.middle;
  const tgt_anon = tgt?.anon_vma ?? null;
  const src_anon = vmg.anon_vma;
  if (src && src_anon !== src.anon_vma) {
    k.enter('is_mergeable_anon_vma', () => 'may both use one anon_vma');
    k.at('call:VM_WARN_ON', 'assert', () => 'the merge state names another anon_vma than the VMA it is for');
    k.warn_on('VM_WARN_ON', 'src && src_anon != src->anon_vma', true);
    k.leave('return #1');
  }
  if (!tgt_anon && src_anon) {
    const forked = [src, vmg.copied_from].find(vma_is_fork_child);
    return forked ? `${vmaName(forked)} has more than one AVC to duplicate` : null;
  }
  if (tgt && tgt_anon && !src_anon)
    return vma_is_fork_child(tgt) ? `${vmaName(tgt)} has more than one AVC` : null;
  if (src_anon === tgt_anon) return null;
  return `${anonVmaName(src_anon)} and ${anonVmaName(tgt_anon)} are two anon_vmas`;
}

/** Only of a private file mapping can the two offsets of a VMA differ. */
export function needs_adjacent_anon_pgoff(vmg: vma_merge_struct): boolean {
  return vmg.file !== null;
}

/** May the range be joined to next, below it? */
function can_vma_merge_before(k: Kernel, vmg: vma_merge_struct, next: vm_area_struct): Obstacle {
  const obstacle = is_mergeable_vma(vmg, next) ?? k.f.is_mergeable_anon_vma(k, vmg, true);
  if (obstacle !== null) return obstacle;
  if (vmg.pgoff + vmg_pages(vmg) !== next.vm_pgoff) return 'its page offset does not continue the range’s';
  const anon_end = vmg.anon_pgoff + vmg_pages(vmg);
  if (k.f.needs_adjacent_anon_pgoff(vmg) && anon_end !== k.f.anon_rmap_start(next))
    return 'its anonymous page offset does not continue the range’s';
  return null;
}

/** May the range be joined to prev, above it? */
function can_vma_merge_after(k: Kernel, vmg: vma_merge_struct, prev: vm_area_struct): Obstacle {
  const obstacle = is_mergeable_vma(vmg, prev) ?? k.f.is_mergeable_anon_vma(k, vmg, false);
  if (obstacle !== null) return obstacle;
  if (vma_end_pgoff(prev) !== vmg.pgoff) return 'the range’s page offset does not continue its own';
  if (k.f.needs_adjacent_anon_pgoff(vmg) && vma_end_anon_pgoff(k, prev) !== vmg.anon_pgoff)
    return 'the range’s anonymous page offset does not continue its own';
  return null;
}

/** May the range be merged with the VMA before it? */
export function can_vma_merge_left(k: Kernel, vmg: vma_merge_struct): Obstacle {
  if (!vmg.prev) return 'there is none';
  if (vmg.prev.vm_end !== vmg.start) return 'it does not touch the range';
  return can_vma_merge_after(k, vmg, vmg.prev);
}

/** May the range be merged with the VMA after it; and, if with the one before as well, do those two agree? */
export function can_vma_merge_right(k: Kernel, vmg: vma_merge_struct, can_merge_left: boolean): Obstacle {
  const { prev, next } = vmg;
  if (!next) return 'there is none';
  if (vmg.end !== next.vm_start) return 'it does not touch the range';
  const obstacle = can_vma_merge_before(k, vmg, next);
  if (obstacle !== null || !can_merge_left || !prev) return obstacle;
  if (!prev.anon_vma || !next.anon_vma || prev.anon_vma === next.anon_vma) return null;
  return `${vmaName(prev)} and ${vmaName(next)} have different anon_vmas, and the merge below wins`;
}

/** One sentence for the step that asks. */
export function answer(side: 'below' | 'above', vma: vm_area_struct | null, obstacle: Obstacle): string {
  if (!vma) return `no merge ${side}: nothing is mapped there`;
  return obstacle === null
    ? `can merge with ${vmaName(vma)} ${side}`
    : `cannot merge with ${vmaName(vma)} ${side}: ${obstacle}`;
}
