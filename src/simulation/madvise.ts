/**
 * madvise(2), as far as it changes what fork does with a VMA: MADV_DONTFORK, MADV_DOFORK, MADV_WIPEONFORK,
 * MADV_KEEPONFORK. mm/madvise.c.
 */
import type { Advice } from '../trace/engine';
import { EAGAIN, EINVAL, ENOMEM } from './errno';
import type { Kernel } from './kernel';
import { mmap_write_lock, mmap_write_unlock } from './locks';
import { type mm_struct, VM_DONTCOPY, VM_WIPEONFORK, type vm_area_struct, vmaName } from './objects';
import { start_write } from './vmaPrepare';
import { find_vma, find_vma_prev } from './vmaTree';

/** struct madvise_behavior: the part of a VMA that is dealt with. `vma` becomes the one the part ends up in. */
interface madvise_behavior {
  readonly mm: mm_struct;
  readonly behavior: Advice;
  prev: vm_area_struct | null;
  vma: vm_area_struct;
  start: number;
  end: number;
}

/** The system call: 0 or a negative errno. */
export function do_madvise(k: Kernel, mm: mm_struct, start: number, len: number, advice: Advice): number {
  k.enter('do_madvise', () => `advise ${advice} for ${start}-${start + len} of ${mm.name}`);
  k.at('call:madvise_lock|mmap_write_lock_killable', 'lock', () => `lock the address space of ${mm.name}`);
  mmap_write_lock(k, mm);
  k.at('call:madvise_do_behavior|madvise_walk_vmas', 'statement', () => 'go over what is mapped there');
  const error = madvise_walk_vmas(k, mm, start, start + len, advice);
  k.at('call:madvise_unlock|mmap_write_unlock', 'unlock', () => `unlock the address space of ${mm.name}`);
  mmap_write_unlock(k, mm);
  k.leave('return:error !in:if');
  return error;
}

/** VMA by VMA; holes are stepped over and make it -ENOMEM in the end. */
export function madvise_walk_vmas(
  k: Kernel,
  mm: mm_struct,
  range_start: number,
  last_end: number,
  behavior: Advice,
): number {
  k.enter('madvise_walk_vmas', () => `every VMA of ${range_start}-${last_end}`);
  const found = find_vma_prev(mm, range_start);
  let vma = found.vma;
  let prev = vma && range_start > vma.vm_start ? vma : found.prev;
  let start = range_start;
  let unmapped_error = 0;
  for (;;) {
    if (!vma) {
      k.leave('return:-ENOMEM', () => `nothing is mapped from ${start} on`);
      return -ENOMEM;
    }
    if (start < vma.vm_start) {
      const from = start;
      unmapped_error = -ENOMEM;
      start = vma.vm_start;
      k.at(
        'set:unmapped_error !decl',
        'statement',
        () => `nothing is mapped at ${from}: remember it, and go on`,
      );
      if (start >= last_end) break;
    }
    const part: madvise_behavior = { mm, behavior, prev, vma, start, end: Math.min(vma.vm_end, last_end) };
    k.at(
      'call:madvise_vma_behavior|visit in:loop',
      'statement',
      () => `${part.start}-${part.end} lies in ${vmaName(part.vma)}`,
    );
    const error = madvise_vma_behavior(k, part);
    if (error) {
      k.leave('if has:error in:loop', () => 'the rest stays as it is');
      return error;
    }
    prev = part.vma;
    start = Math.max(part.end, part.vma.vm_end);
    if (start >= last_end) break;
    vma = find_vma(mm, part.vma.vm_end);
  }
  k.leave('return:unmapped_error', () => (unmapped_error ? 'there were holes' : 'all done'));
  return unmapped_error;
}

/** Out of memory becomes -EAGAIN. */
function madvise_vma_behavior(k: Kernel, part: madvise_behavior): number {
  const { vma, behavior } = part;
  k.enter('madvise_vma_behavior', () => `${behavior} for ${part.start}-${part.end} of ${vmaName(vma)}`);
  if (behavior === 'wipeonfork' && vma.vm_file) {
    k.leave('return:-EINVAL #2', () => 'only anonymous memory can be wiped');
    return -EINVAL;
  }
  k.at('call:madvise_update_vma', 'statement', () => 'only its flags change');
  const error = madvise_update_vma(k, advisedFlags(vma.vm_flags, behavior), part);
  k.leave('return:error', () => (error === -ENOMEM ? 'out of memory: try again' : 'done'));
  return error === -ENOMEM ? -EAGAIN : error;
}

function advisedFlags(flags: number, behavior: Advice): number {
  switch (behavior) {
    case 'dontfork':
      return flags | VM_DONTCOPY;
    case 'dofork':
      return flags & ~VM_DONTCOPY;
    case 'wipeonfork':
      return flags | VM_WIPEONFORK;
    case 'keeponfork':
      return flags & ~VM_WIPEONFORK;
  }
}

function madvise_update_vma(k: Kernel, new_flags: number, part: madvise_behavior): number {
  const { vma, prev, start, end } = part;
  k.enter('madvise_update_vma', () => `new flags for ${start}-${end} of ${vmaName(vma)}`);
  if (vma.vm_flags === new_flags) {
    k.leave('return:0 #1', () => 'it has them already');
    return 0;
  }
  k.at(
    'call:vma_modify_flags|vma_modify_flags_name|vma_merge',
    'statement',
    () => 'find or make the VMA that can have them',
  );
  const modified = k.f.vma_modify_flags(k, prev, vma, start, end, new_flags);
  if (typeof modified === 'number') {
    k.leave('return:PTR_ERR(vma)|error #1', () => 'out of memory: its flags stay');
    return modified;
  }
  part.vma = modified;
  start_write(k, 'call:vma_start_write', modified);
  k.at('expr has:flags|vm_flags_reset|vm_flags', 'write', () => `${vmaName(modified)} has them now`);
  if (modified.vm_flags !== new_flags) k.set(modified, 'vm_flags', new_flags);
  k.leave('return:0 #2');
  return 0;
}
