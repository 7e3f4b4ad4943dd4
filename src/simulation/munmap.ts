/**
 * munmap(2): split what is mapped only in part, detach what lies inside, unmap, unlink and free it. mm/vma.c.
 */
import { EINVAL } from './errno';
import type { Kernel } from './kernel';
import { mmap_read_unlock, mmap_write_downgrade, mmap_write_lock, mmap_write_unlock } from './locks';
import { type mm_struct, type vm_area_struct, vmaName } from './objects';
import { start_write } from './vmaPrepare';
import { find_vma_intersection } from './vmaTree';

/** struct vma_munmap_struct, as far as it is needed. */
interface vma_munmap_struct {
  readonly mm: mm_struct;
  readonly start: number;
  readonly end: number;
  /** Detached so far, by address. */
  readonly detached: vm_area_struct[];
  readonly unlock: boolean;
}

/** The system call: 0 or a negative errno. */
export function __vm_munmap(k: Kernel, mm: mm_struct, start: number, len: number): number {
  k.enter('__vm_munmap', () => `unmap ${start}-${start + len} of ${mm.name}`);
  k.at('call:mmap_write_lock_killable', 'lock', () => `lock the address space of ${mm.name}`);
  mmap_write_lock(k, mm);
  k.at('call:do_vmi_munmap', 'statement', () => 'unmap');
  const ret = k.f.do_vmi_munmap(k, mm, start, len, true);
  if (ret) {
    k.at('call:mmap_write_unlock', 'unlock', () => `unlock the address space of ${mm.name}`);
    mmap_write_unlock(k, mm);
  }
  k.leave('return:ret');
  return ret;
}

/** Unmaps [start, start + len), mapped or not. 0 or a negative errno. */
export function do_vmi_munmap(k: Kernel, mm: mm_struct, start: number, len: number, unlock: boolean): number {
  k.enter('do_vmi_munmap', () => `unmap ${start}-${start + len} of ${mm.name}`);
  const end = start + len;
  if (end === start) {
    k.leave('return:-EINVAL #2', () => 'no length');
    return -EINVAL;
  }
  const vma = find_vma_intersection(mm, start, end);
  k.at('call:vma_find', 'statement', () =>
    vma ? `${vmaName(vma)} is the first there` : 'nothing is mapped there',
  );
  if (!vma) {
    if (unlock) {
      k.at('call:mmap_write_unlock', 'unlock', () => `unlock the address space of ${mm.name}`);
      mmap_write_unlock(k, mm);
    }
    k.leave('return:0');
    return 0;
  }
  k.at('call:do_vmi_align_munmap', 'statement', () => 'go on from there');
  const error = do_vmi_align_munmap(k, vma, { mm, start, end, detached: [], unlock });
  k.leave('return call:do_vmi_align_munmap');
  return error;
}

function do_vmi_align_munmap(k: Kernel, vma: vm_area_struct, vms: vma_munmap_struct): number {
  const { mm, detached } = vms;
  k.enter('do_vmi_align_munmap', () => `gather what is mapped in ${vms.start}-${vms.end}, then let it go`);
  k.at('call:vms_gather_munmap_vmas', 'statement', () => 'all that can fail comes first');
  const error = vms_gather_munmap_vmas(k, vma, vms);
  if (error) {
    k.leave('return:error', () => 'nothing has been unmapped');
    return error;
  }
  k.at('call:vma_iter_clear_gfp', 'list', () => `${mm.name} has nothing at ${vms.start}-${vms.end} any more`);
  for (const gone of detached) k.remove(mm, 'mm_mt', gone);
  k.at('call:vms_complete_munmap_vmas', 'statement', () => 'the point of no return');
  vms_complete_munmap_vmas(k, vms);
  k.leave('return:0');
  return 0;
}

/** Splits at both ends where needed, and detaches all that lies between. On failure all is attached again. */
function vms_gather_munmap_vmas(k: Kernel, first: vm_area_struct, vms: vma_munmap_struct): number {
  const { mm, start, end, detached } = vms;
  k.enter('vms_gather_munmap_vmas', () => `detach the VMAs of ${start}-${end}`);
  if (start > first.vm_start) {
    k.at('call:__split_vma #1', 'statement', () => `${vmaName(first)} begins before the range`);
    const error = k.f.__split_vma(k, first, start, true);
    if (error) {
      k.leave('return:error', () => 'out of memory: nothing has changed');
      return error;
    }
  }
  for (const vma of mm.mm_mt.filter((one) => one.vm_start < end && one.vm_end > start)) {
    if (vma.vm_end > end) {
      k.at('call:__split_vma #2', 'statement', () => `${vmaName(vma)} ends behind the range`);
      const error = k.f.__split_vma(k, vma, end, false);
      if (error) {
        reattach_vmas(k, vms);
        k.leave('return:error', () => 'out of memory; what has been split below stays split');
        return error;
      }
    }
    start_write(k, 'call:vma_start_write', vma);
    k.at('call:vma_mark_detached', 'write', () => `${vmaName(vma)} can no longer be found by page faults`);
    k.set(vma, 'attached', false);
    detached.push(vma);
  }
  k.leave('return:0');
  return 0;
}

function reattach_vmas(k: Kernel, vms: vma_munmap_struct): void {
  if (vms.detached.length === 0) return;
  k.at('call:reattach_vmas', 'write', () => 'put back what was detached');
  for (const vma of vms.detached) k.set(vma, 'attached', true);
}

/** The point of no return is behind: unmap, unlink, free. */
function vms_complete_munmap_vmas(k: Kernel, vms: vma_munmap_struct): void {
  const { mm, detached, unlock } = vms;
  k.enter(
    'vms_complete_munmap_vmas',
    () => `let ${detached.length} VMA${detached.length === 1 ? '' : 's'} go`,
  );
  k.at('set:mm->map_count', 'write', () => `${detached.length} fewer in ${mm.name}`);
  k.set(mm, 'map_count', mm.map_count - detached.length);
  if (unlock) {
    k.at(
      'call:mmap_write_downgrade',
      'unlock',
      () => `${mm.name} can be read meanwhile: what goes is out of reach`,
    );
    mmap_write_downgrade(k, mm);
    for (const vma of detached) if (vma.vm_lock === -1) k.up_write(vma, 'vm_lock');
  }
  k.at('call:vms_clear_ptes', 'statement', () => 'their pages go first');
  k.f.unmap_region(k, detached, !unlock);
  for (const vma of detached) {
    k.at('call:remove_vma', 'statement', () => `${vmaName(vma)} is unlinked: free it`);
    k.f.remove_vma(k, vma);
  }
  if (unlock) {
    k.at('call:mmap_read_unlock', 'unlock', () => `unlock the address space of ${mm.name}`);
    mmap_read_unlock(k, mm);
  }
  k.leave('end');
}
