/**
 * mremap() of Linux 6.x (mm/mremap.c): one function moves a VMA from beginning to end.
 */
import { EFAULT, EINVAL, ENOMEM } from '../errno';
import type { Kernel } from '../kernel';
import { mmap_write_lock, mmap_write_unlock, vma_start_write } from '../locks';
import { type mm_struct, VM_ACCOUNT, type vm_area_struct, vmaName } from '../objects';
import { start_write } from '../vmaPrepare';
import { linear_anon_pgoff, linear_page_index } from '../vmaRange';
import { vma_lookup } from '../vmaTree';

/** The system call. */
export function do_mremap(
  k: Kernel,
  mm: mm_struct,
  old: number,
  len: number,
  to: number,
  dontunmap: boolean,
): number {
  k.enter('do_mremap', () => `move ${old}-${old + len} of ${mm.name} to ${to}`);
  k.at('call:mmap_write_lock_killable', 'lock', () => `lock the address space of ${mm.name}`);
  mmap_write_lock(k, mm);
  const vma = vma_lookup(mm, old);
  let ret = -EFAULT;
  if (!vma) k.at('set:ret has:EFAULT', 'statement', () => `nothing is mapped at ${old}`);
  else {
    k.at('call:mremap_to', 'statement', () => `${vmaName(vma)} is there`);
    ret = k.f.mremap_to(k, mm, old, len, to, dontunmap);
  }
  k.at('call:mmap_write_unlock', 'unlock', () => `unlock the address space of ${mm.name}`);
  mmap_write_unlock(k, mm);
  k.leave('return:ret !in:if');
  return ret;
}

/** Checks, unmaps the new place, checks again. The language asks for what can fail beforehand. */
export function mremap_to(
  k: Kernel,
  mm: mm_struct,
  old: number,
  len: number,
  to: number,
  dontunmap: boolean,
): number {
  k.enter('mremap_to', () => `make room at ${to}-${to + len}, then move`);
  if (old + len > to && to + len > old) {
    k.leave('return:ret', () => 'the two places overlap');
    return -EINVAL;
  }
  k.at('call:do_munmap #1', 'statement', () => `what lies at ${to}-${to + len} goes`);
  const err = k.f.do_vmi_munmap(k, mm, to, len, false);
  if (err) {
    k.leave('return:ret', () => 'out of memory: nothing has moved');
    return err;
  }
  k.at('call:vma_to_resize', 'statement', () => 'look the source up again, it may have been split');
  const vma = vma_lookup(mm, old);
  if (!vma || old + len > vma.vm_end) {
    k.leave('return:ret', () => 'no one VMA holds the whole source');
    return -EFAULT;
  }
  k.at('call:move_vma', 'statement', () => 'there is room now');
  const ret = move_vma(k, vma, old, len, to, dontunmap);
  k.leave('return:ret');
  return ret;
}

function move_vma(
  k: Kernel,
  source: vm_area_struct,
  old: number,
  len: number,
  to: number,
  dontunmap: boolean,
): number {
  k.enter('move_vma', () => `move ${old}-${old + len} of ${vmaName(source)} to ${to}`);
  start_write(k, 'call:vma_start_write', source);
  const vmap = { vma: source };
  const pmc = { need_rmap_locks: false };
  const pgoff = linear_page_index(source, old);
  k.at('call:copy_vma', 'statement', () => `a VMA at ${to}`);
  const anon_pgoff = linear_anon_pgoff(k, source, old);
  const new_vma = k.f.copy_vma(k, vmap, to, len, pgoff, anon_pgoff, pmc, dontunmap);
  if (!new_vma) {
    k.leave('return:-ENOMEM #3', () => 'out of memory: the source stays as it was');
    return -ENOMEM;
  }
  const { vma } = vmap;
  k.at('call:move_page_tables #1', 'statement', () => 'pages follow');
  k.f.move_page_tables(k, {
    old: vma,
    new: new_vma,
    old_addr: old,
    new_addr: to,
    len_in: len,
    need_rmap_locks: pmc.need_rmap_locks,
  });
  if (dontunmap) {
    k.f.dontunmap_complete(k, vma, new_vma, old, old + len);
    k.leave('return:new_addr #1', () => 'the source stays, without its pages');
  } else {
    k.f.unmap_source_vma(k, vma, old, old + len);
    k.leave('return:new_addr #2');
  }
  return 0;
}

/** The last part of move_vma(): steps within it. */
export function unmap_source_vma(k: Kernel, vma: vm_area_struct, start: number, end: number): void {
  const { vm_mm: mm, vm_start, vm_end } = vma;
  const accounted = (vma.vm_flags & VM_ACCOUNT) !== 0;
  if (accounted) {
    k.at(
      'call:vm_flags_clear has:VM_ACCOUNT',
      'write',
      () => `the copy is accounted now, not ${vmaName(vma)}`,
    );
    vma_start_write(k, vma);
    k.set(vma, 'vm_flags', vma.vm_flags & ~VM_ACCOUNT);
  }
  k.at('call:do_vmi_munmap', 'statement', () => `the pages of ${start}-${end} are elsewhere`);
  if (k.f.do_vmi_munmap(k, mm, start, end - start, false) || !accounted) return;
  if (vm_start < start) account(k, '#1', vma_lookup(mm, start - 1));
  if (vm_end > end) account(k, '#2', vma_lookup(mm, end));
}

function account(k: Kernel, which: string, vma: vm_area_struct | null): void {
  if (!vma) return;
  k.at(`call:vm_flags_set ${which}`, 'write', () => `${vmaName(vma)} remains, and is accounted again`);
  vma_start_write(k, vma);
  k.set(vma, 'vm_flags', vma.vm_flags | VM_ACCOUNT);
}

/** What move_vma() does to a source that stays mapped; steps within it. */
export function dontunmap_complete(
  k: Kernel,
  vma: vm_area_struct,
  new_vma: vm_area_struct,
  start: number,
  end: number,
): void {
  k.at('call:VM_WARN_ON_ONCE', 'assert', () => 'source and copy are two VMAs');
  k.warn_on('VM_WARN_ON_ONCE', 'new_vma == vma', new_vma === vma);
  if (start !== vma.vm_start || end !== vma.vm_end) return;
  k.at('call:unlink_anon_vmas', 'statement', () => 'all of it was moved');
  k.f.unlink_anon_vmas(k, vma);
  k.f.reset_pgoff(k, vma);
}
