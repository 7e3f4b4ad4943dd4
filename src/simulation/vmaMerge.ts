/**
 * Merging: does a range become one with its neighbours, and which VMA survives? vma_merge_existing_range() for a part
 * of a VMA whose flags change, vma_merge_new_range() for a mapping to come, vma_merge_copied_range() for one that
 * mremap() moves. mm/vma.c, as in Linux 7.3. What may merge is decided in vmaMergeState.ts, the work is done in
 * vmaExpand.ts.
 */
import type { Kernel, vma_merge_struct } from './kernel';
import { type vm_area_struct, vmaName } from './objects';
import { answer, can_vma_merge_left, can_vma_merge_right, vmg_pages } from './vmaMergeState';
import { start_write } from './vmaPrepare';
import { vma_next } from './vmaTree';

/**
 * Merges the part [start, end) of `middle`, with its flags to be, into the VMAs around it. Returns the merged VMA, or
 * null; `state` then tells whether memory was short.
 */
export function vma_merge_existing_range(k: Kernel, vmg: vma_merge_struct): vm_area_struct | null {
  const { middle, prev, start, end } = vmg;
  if (!middle) return null; // the caller always names it
  const left_side = start === middle.vm_start;
  const right_side = end === middle.vm_end;

  k.enter('vma_merge_existing_range', () => `can ${start}-${end} of ${vmaName(middle)} join its neighbours`);
  warn_unless_sane(k, vmg, middle);
  vmg.state = 'VMA_MERGE_NOMERGE';
  if (!left_side && !right_side) {
    k.leave('return:NULL #1', () => 'no: it touches neither end of its VMA');
    return null;
  }

  let merge_left = false;
  if (left_side) {
    const obstacle = can_vma_merge_left(k, vmg);
    k.at('call:can_vma_merge_left', 'statement', () => answer('below', prev, obstacle));
    merge_left = obstacle === null;
  }
  let merge_right = false;
  if (right_side) {
    vmg.next = vma_next(middle);
    const obstacle = can_vma_merge_right(k, vmg, merge_left);
    k.at('call:can_vma_merge_right', 'statement', () => answer('above', vmg.next, obstacle));
    merge_right = obstacle === null;
  }
  if (!merge_left && !merge_right) {
    k.leave('return:NULL #2', () => 'no merge');
    return null;
  }

  vmg.__remove_middle = left_side && right_side;
  vmg.__remove_next = merge_left && merge_right;
  start_write(k, 'call:vma_start_write has:middle|vma', middle);
  const next = merge_right ? vmg.next : null;
  if (next) start_write(k, 'call:vma_start_write has:next', next);
  if (merge_left && prev) start_write(k, 'call:vma_start_write has:prev', prev);
  vmg.target = merge_left ? prev : next;

  const err = prepare_existing(k, vmg, middle, merge_left ? prev : null, next);
  return finish_existing(k, vmg, err);
}

/** The new range of the surviving VMA, and its anon_vma if it has none. 0 or -ENOMEM. */
function prepare_existing(
  k: Kernel,
  vmg: vma_merge_struct,
  middle: vm_area_struct,
  prev: vm_area_struct | null,
  next: vm_area_struct | null,
): number {
  const dup = { vma: null };
  if (prev && next) {
    spanFrom(k, vmg, prev);
    vmg.end = next.vm_end;
    const source = next.anon_vma ? next : middle;
    k.at(
      'call:dup_anon_vma #1',
      'statement',
      () => `${vmaName(prev)} will swallow ${vmaName(middle)} and ${vmaName(next)}`,
    );
    return k.f.dup_anon_vma(k, prev, source, dup);
  }
  if (prev) {
    spanFrom(k, vmg, prev);
    vmg.__adjust_middle_start = !vmg.__remove_middle;
    k.at('call:dup_anon_vma #2', 'statement', () => `${vmaName(prev)} will grow up to ${vmg.end}`);
    return k.f.dup_anon_vma(k, prev, middle, dup);
  }
  if (!next) return 0; // one of the two there is
  if (vmg.__remove_middle) {
    const pglen = vmg_pages(vmg);
    vmg.end = next.vm_end;
    vmg.pgoff = next.vm_pgoff - pglen;
    vmg.anon_pgoff = k.f.anon_rmap_start(next) - pglen;
  } else {
    const border = vmg.start;
    vmg.__adjust_next_start = true;
    spanFrom(k, vmg, middle);
    vmg.end = border;
  }
  k.at('call:dup_anon_vma #3', 'statement', () => `${vmaName(next)} will grow down`);
  return k.f.dup_anon_vma(k, next, middle, dup);
}

/** The range begins where `vma` does, offsets included. */
function spanFrom(k: Kernel, vmg: vma_merge_struct, vma: vm_area_struct): void {
  vmg.start = vma.vm_start;
  vmg.pgoff = vma.vm_pgoff;
  vmg.anon_pgoff = k.f.anon_rmap_start(vma);
}

function finish_existing(k: Kernel, vmg: vma_merge_struct, err: number): vm_area_struct | null {
  if (!err) {
    k.at('call:commit_merge', 'statement', () => 'nothing can fail from here on');
    k.f.commit_merge(k, vmg);
  } else {
    k.at('goto:abort', 'statement', () => 'out of memory: nothing has changed');
    vmg.state = 'VMA_MERGE_ERROR_NOMEM';
    k.leave('return:NULL #4', () => 'no merge, and an error to report');
    return null;
  }
  vmg.state = 'VMA_MERGE_SUCCESS';
  const { target } = vmg;
  k.leave('return:vmg->target|res', () => `merged into ${target ? vmaName(target) : ''}`);
  return target;
}

/** The asserts at the head of vma_merge_existing_range(); steps only when they fire. */
function warn_unless_sane(k: Kernel, vmg: vma_merge_struct, middle: vm_area_struct): void {
  const { mm, prev, start, end } = vmg;
  const check = (pattern: string, macro: string, expression: string, fires: boolean): void => {
    if (!fires) return;
    k.at(pattern, 'assert', () => 'the caller asks for a merge that makes no sense');
    k.warn_on(macro, expression, fires);
  };
  check('call:mmap_assert_write_locked', 'mmap_assert_write_locked', 'vmg->mm', mm.mmap_lock !== -1);
  check('call:VM_WARN_ON_VMG #2', 'VM_WARN_ON_VMG', 'vmg->next', vmg.next !== null);
  check(
    'call:VM_WARN_ON_VMG #3',
    'VM_WARN_ON_VMG',
    'prev && start <= prev->vm_start',
    prev !== null && start <= prev.vm_start,
  );
  check('call:VM_WARN_ON_VMG #4', 'VM_WARN_ON_VMG', 'start >= end', start >= end);
  check(
    'call:VM_WARN_ON_VMG #5',
    'VM_WARN_ON_VMG',
    'middle && ((middle != prev && vmg->start != middle->vm_start) || vmg->end > middle->vm_end)',
    (middle !== prev && start !== middle.vm_start) || end > middle.vm_end,
  );
  check('call:VM_WARN_ON_VMG #7', 'VM_WARN_ON_VMG', 'vmg->copied_from', vmg.copied_from !== null);
}

/**
 * Merges a range where nothing is mapped into the VMAs before and after it, which the caller has named. Returns the VMA
 * that covers the range, or null; running out of memory is no error here.
 */
export function vma_merge_new_range(k: Kernel, vmg: vma_merge_struct): vm_area_struct | null {
  const { prev, next } = vmg;
  k.enter('vma_merge_new_range', () => `can a mapping at ${vmg.start}-${vmg.end} join its neighbours`);
  vmg.state = 'VMA_MERGE_NOMERGE';
  if (!prev && !next) {
    k.leave('return:NULL #1', () => 'no: there are none');
    return null;
  }
  const left = can_vma_merge_left(k, vmg);
  k.at('call:can_vma_merge_left', 'statement', () => answer('below', prev, left));
  const right = can_vma_merge_right(k, vmg, left === null);
  k.at('call:can_vma_merge_right', 'statement', () => answer('above', next, right));
  if (right === null && next) {
    vmg.end = next.vm_end;
    vmg.target = next;
  }
  if (left === null && prev) {
    spanFrom(k, vmg, prev);
    vmg.target = prev;
  }
  const { target } = vmg;
  if (target) {
    k.at('call:vma_expand', 'statement', () => `${vmaName(target)} is to cover ${vmg.start}-${vmg.end}`);
    if (k.f.vma_expand(k, vmg) === 0) {
      vmg.state = 'VMA_MERGE_SUCCESS';
      k.leave('return:vmg->target|vmg->vma', () => `merged into ${vmaName(target)}`);
      return target;
    }
  }
  k.leave('return:NULL #2', () => (target ? 'out of memory: do without the merge' : 'no merge'));
  return null;
}

/** As vma_merge_new_range(), for the copy of `middle` that mremap() is about to make. */
export function vma_merge_copied_range(k: Kernel, vmg: vma_merge_struct): vm_area_struct | null {
  const { middle } = vmg;
  k.enter(
    'vma_merge_copied_range',
    () => `can the copy of ${middle ? vmaName(middle) : 'nothing'} join a neighbour`,
  );
  vmg.copied_from = middle;
  vmg.middle = null;
  k.at('call:vma_merge_new_range', 'statement', () => 'as for any new mapping');
  const merged = k.f.vma_merge_new_range(k, vmg);
  k.leave('return:vma_merge_new_range(vmg)');
  return merged;
}
