/**
 * Carrying a merge out: give the surviving VMA an anon_vma if it lacks one (dup_anon_vma), move its borders and drop
 * what it swallows (commit_merge), or grow it over a range where nothing was mapped (vma_expand). mm/vma.c.
 */
import type { Kernel, vma_merge_struct } from './kernel';
import { anonVmaName, type vm_area_struct, vmaName } from './objects';
import { init_multi_vma_prep, start_write } from './vmaPrepare';
import { __vma_set_range, vma_add_pgoff, vma_set_range } from './vmaRange';

/**
 * Makes an unfaulted `dst` known to the anon_vmas of `src`, whose folios it is about to cover. Sets `dup.vma` when it
 * did. 0 or -ENOMEM.
 */
export function dup_anon_vma(
  k: Kernel,
  dst: vm_area_struct,
  src: vm_area_struct,
  dup: { vma: vm_area_struct | null },
): number {
  k.enter('dup_anon_vma', () => `does ${vmaName(dst)} need the anon_vmas of ${vmaName(src)}`);
  const needed = src.anon_vma !== null && dst.anon_vma === null;
  k.at('if has:src has:dst', 'statement', () => whyDuplicate(dst, src));
  if (needed) {
    k.at('call:vma_assert_write_locked', 'assert', () => `${vmaName(dst)} is write-locked`);
    k.warn_on('vma_assert_write_locked', 'dst', dst.vm_lock !== -1);
    k.at('set:dst->anon_vma', 'write', () => `${vmaName(dst)} takes ${anonVmaName(src.anon_vma)} over`);
    k.set(dst, 'anon_vma', src.anon_vma);
    k.at('call:anon_vma_clone', 'statement', () => 'and is linked to all that the other is linked to');
    const ret = k.f.anon_vma_clone(k, dst, src, 'VMA_OP_MERGE_UNFAULTED');
    if (ret) {
      k.leave('return:ret', () => 'out of memory');
      return ret;
    }
    dup.vma = dst;
  }
  k.leave('return:0');
  return 0;
}

function whyDuplicate(dst: vm_area_struct, src: vm_area_struct): string {
  if (!src.anon_vma) return `no: ${vmaName(src)} is unfaulted, there is nothing to find in it`;
  if (dst.anon_vma) return `no: ${vmaName(dst)} uses ${anonVmaName(dst.anon_vma)} already`;
  return `yes: ${vmaName(src)} has folios in ${anonVmaName(src.anon_vma)}, ${vmaName(dst)} is unfaulted`;
}

/** Grows `target` to [start, end), over `next` if that lies inside. 0 or -ENOMEM, which callers put up with. */
export function vma_expand(k: Kernel, vmg: vma_merge_struct): number {
  const { target, next } = vmg;
  if (!target) return 0; // callers always name one
  k.enter('vma_expand', () => `grow ${vmaName(target)} to ${vmg.start}-${vmg.end}`);
  start_write(k, 'call:vma_start_write has:target', target);
  const removed = next && target !== next && vmg.end === next.vm_end ? next : null;
  if (target.vm_start < vmg.start || target.vm_end > vmg.end) {
    k.at('call:VM_WARN_ON_VMG #4', 'assert', () => `${vmaName(target)} would lose pages`);
    k.warn_on('VM_WARN_ON_VMG', 'target->vm_start < vmg->start || target->vm_end > vmg->end', true);
  }

  const dup = { vma: null };
  let ret = 0;
  if (removed) {
    k.at('call:dup_anon_vma #1', 'statement', () => `${vmaName(removed)} will be swallowed`);
    ret = k.f.dup_anon_vma(k, target, removed, dup);
  }
  const { copied_from } = vmg;
  if (!ret && copied_from) {
    k.at('call:dup_anon_vma #2', 'statement', () => `folios of ${vmaName(copied_from)} will move here`);
    ret = k.f.dup_anon_vma(k, target, copied_from, dup);
  }
  if (ret) {
    k.leave('return:ret', () => 'out of memory: nothing has changed');
    return ret;
  }
  if (removed) {
    start_write(k, 'call:vma_start_write has:next', removed);
    vmg.__remove_next = true;
  }
  k.at('call:commit_merge', 'statement', () => 'nothing can fail from here on');
  k.f.commit_merge(k, vmg);
  k.leave('return:0', () => `${vmaName(target)} covers the range`);
  return 0;
}

/** Moves the borders. Only the preallocation of tree nodes could fail, which is not modelled. */
export function commit_merge(k: Kernel, vmg: vma_merge_struct): number {
  const { target, middle, next } = vmg;
  const vma = vmg.__adjust_next_start ? middle : target;
  if (!vma || !target) return 0; // both are there in every merge
  k.enter('commit_merge', () => `${vmaName(vma)} becomes ${vmg.start}-${vmg.end}`);
  const vp = init_multi_vma_prep(k, vma, vmg);
  k.at('call:vma_prepare', 'statement', () => 'ranges are about to change');
  k.f.vma_prepare(k, vp);
  k.at('call:vma_set_range', 'write', () => `from now on it is ${vma.vm_mm.name}@${vmg.start}-${vmg.end}`);
  vma_set_range(k, vma, vmg.start, vmg.end, vmg.pgoff, vmg.anon_pgoff);
  if (vmg.__adjust_middle_start && middle) {
    k.at(
      'call:vmg_adjust_set_range',
      'write',
      () => `${vmaName(middle)} gives pages up, and starts at ${vmg.end}`,
    );
    adjust_start(k, middle, vmg.end);
  } else if (vmg.__adjust_next_start && next) {
    k.at(
      'call:vmg_adjust_set_range',
      'write',
      () => `${vmaName(next)} gains pages, and starts at ${vmg.end}`,
    );
    adjust_start(k, next, vmg.end);
  }
  k.at(
    'call:vma_iter_store_overwrite|vma_iter_store',
    'list',
    () => `the VMA tree has ${vmaName(target)} there`,
  );
  if (vp.remove) k.remove(vma.vm_mm, 'mm_mt', vp.remove);
  if (vp.remove2) k.remove(vma.vm_mm, 'mm_mt', vp.remove2);
  k.at('call:vma_complete', 'statement', () => 'they have changed');
  k.f.vma_complete(k, vp, vma.vm_mm);
  k.leave('return:0');
  return 0;
}

/** vmg_adjust_set_range(): the other side of the border, whose offsets follow its start. */
function adjust_start(k: Kernel, vma: vm_area_struct, start: number): void {
  const delta = start - vma.vm_start;
  __vma_set_range(k, vma, start, vma.vm_end);
  vma_add_pgoff(k, vma, delta);
}
