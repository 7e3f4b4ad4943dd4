/**
 * mremap(2) to a fixed place, length unchanged: unmap what lies there, copy the VMA (copyVma.ts), move its page table
 * entries, then unmap the source or, for MREMAP_DONTUNMAP, leave it empty. mm/mremap.c.
 *
 * The scenario language moves a part of one VMA at a time; the kernel's loop over several is not modelled.
 */

import { EFAULT, EINVAL, ENOMEM } from './errno';
import { pagesMapped } from './faultCopy';
import type { Kernel, pagetable_move_control } from './kernel';
import { mmap_write_lock, mmap_write_unlock, vma_start_write } from './locks';
import { anonVmaName, type mm_struct, VM_ACCOUNT, type vm_area_struct, vmaName } from './objects';
import { start_write } from './vmaPrepare';
import { linear_anon_pgoff, linear_page_index, vma_is_anonymous } from './vmaRange';
import { vma_lookup } from './vmaTree';

/** struct vma_remap_struct */
interface vma_remap_struct {
  readonly mm: mm_struct;
  readonly addr: number;
  readonly len: number;
  readonly new_addr: number;
  readonly dontunmap: boolean;
  vma: vm_area_struct;
}

/** The system call: 0 or a negative errno. Overlap is asked for first, then whether one VMA holds the whole source. */
export function do_mremap(
  k: Kernel,
  mm: mm_struct,
  old: number,
  len: number,
  to: number,
  dontunmap: boolean,
): number {
  k.enter('do_mremap', () => `move ${old}-${old + len} of ${mm.name} to ${to}`);
  if (len === 0 || (old + len > to && to + len > old)) {
    k.at('call:check_mremap_params', 'statement', () => (len === 0 ? 'no length' : 'the two places overlap'));
    k.leave('return:res #1', () => 'nothing has changed');
    return -EINVAL;
  }
  k.at('call:mmap_write_lock_killable', 'lock', () => `lock the address space of ${mm.name}`);
  mmap_write_lock(k, mm);
  k.at('call:remap_move', 'statement', () => 'the length stays as it is');
  const res = remap_move(k, mm, old, len, to, dontunmap);
  k.at('call:mmap_write_unlock #2', 'unlock', () => `unlock the address space of ${mm.name}`);
  mmap_write_unlock(k, mm);
  k.leave('return:res #2');
  return res;
}

function remap_move(
  k: Kernel,
  mm: mm_struct,
  old: number,
  len: number,
  to: number,
  dontunmap: boolean,
): number {
  k.enter('remap_move', () => `the VMA at ${old}`);
  const vma = vma_lookup(mm, old);
  if (!vma || old + len > vma.vm_end) {
    k.leave('return:-EFAULT #1', () => 'no one VMA holds the whole source');
    return -EFAULT;
  }
  k.at('call:mremap_to', 'statement', () => `${vmaName(vma)} holds the whole source`);
  const res = k.f.mremap_to(k, mm, old, len, to, dontunmap);
  k.leave(res ? 'return:res_vma' : 'return:res');
  return res;
}

/** The new place is unmapped before anything can fail. 0 or -ENOMEM. */
export function mremap_to(
  k: Kernel,
  mm: mm_struct,
  old: number,
  len: number,
  to: number,
  dontunmap: boolean,
): number {
  k.enter('mremap_to', () => `make room at ${to}-${to + len}, then move`);
  k.at('call:do_munmap', 'statement', () => `what lies at ${to}-${to + len} goes`);
  const err = k.f.do_vmi_munmap(k, mm, to, len, false);
  if (err) {
    k.leave('return:err #1', () => 'out of memory: nothing has moved');
    return err;
  }
  const vma = vma_lookup(mm, old);
  k.at('set:vma call:vma_lookup', 'statement', () => 'look the source up again, it may have been split');
  if (!vma) {
    k.leave('return:-EFAULT', () => 'it is gone');
    return -EFAULT;
  }
  k.at('call:move_vma', 'statement', () => 'there is room now');
  const res = move_vma(k, { mm, addr: old, len, new_addr: to, dontunmap, vma });
  k.leave('return:move_vma(vrm)');
  return res;
}

function move_vma(k: Kernel, vrm: vma_remap_struct): number {
  k.enter(
    'move_vma',
    () => `move ${vrm.addr}-${vrm.addr + vrm.len} of ${vmaName(vrm.vma)} to ${vrm.new_addr}`,
  );
  start_write(k, 'call:vma_start_write', vrm.vma);
  k.at('call:copy_vma_and_data', 'statement', () => 'copy first');
  const new_vma = copy_vma_and_data(k, vrm);
  if (!new_vma) {
    k.leave('return:err #2', () => 'out of memory: the source stays as it was');
    return -ENOMEM;
  }
  if (vrm.dontunmap) {
    k.at('call:dontunmap_complete', 'statement', () => 'the source stays, without its pages');
    k.f.dontunmap_complete(k, vrm.vma, new_vma, vrm.addr, vrm.addr + vrm.len);
  } else {
    k.at('call:unmap_source_vma', 'statement', () => 'the source goes');
    k.f.unmap_source_vma(k, vrm.vma, vrm.addr, vrm.addr + vrm.len);
  }
  k.leave('return #4');
  return 0;
}

/** The copy, with the source's page table entries in it; null when out of memory. */
function copy_vma_and_data(k: Kernel, vrm: vma_remap_struct): vm_area_struct | null {
  const { vma, addr, len, new_addr } = vrm;
  k.enter('copy_vma_and_data', () => `copy ${vmaName(vma)} and move its pages`);
  const vmap = { vma };
  const flags = { need_rmap_locks: false };
  const pgoff = linear_page_index(vma, addr);
  const anon_pgoff = linear_anon_pgoff(k, vma, addr);
  k.at('call:copy_vma', 'statement', () => `a VMA at ${new_addr}`);
  const new_vma = k.f.copy_vma(k, vmap, new_addr, len, pgoff, anon_pgoff, flags, vrm.dontunmap);
  if (!new_vma) {
    k.leave('return:-ENOMEM', () => 'out of memory');
    return null;
  }
  vrm.vma = vmap.vma;
  const { need_rmap_locks } = flags;
  k.at('call:move_page_tables #1', 'statement', () => 'pages follow');
  k.f.move_page_tables(k, {
    old: vrm.vma,
    new: new_vma,
    old_addr: addr,
    new_addr,
    len_in: len,
    need_rmap_locks,
  });
  k.leave('return:err', () => `${vmaName(new_vma)} has the pages`);
  return new_vma;
}

/** Moves page table entries as they are: folios keep their index and anon_vma. It never runs out of page tables. */
export function move_page_tables(k: Kernel, pmc: pagetable_move_control): void {
  const { old, new_addr, old_addr, len_in } = pmc;
  k.enter('move_page_tables', () => `move the entries of ${old_addr}-${old_addr + len_in} to ${new_addr}`);
  const pages = pagesMapped(old, old_addr, old_addr + len_in);
  if (pages.length > 0) {
    k.at('call:move_ptes', 'statement', () => 'there are some');
    k.f.move_ptes(k, pmc, pages);
  }
  k.leave('return:pmc_progress(pmc)|len+old_addr-old_end', () =>
    pages.length > 0 ? 'all moved' : 'there were none',
  );
}

/** All entries at once, where the kernel goes page table by page table. */
export function move_ptes(k: Kernel, pmc: pagetable_move_control, pages: readonly number[]): void {
  move_entries(k, pmc, pages);
  k.leave('return:err');
}

/** move_ptes() up to where it returns. */
export function move_entries(k: Kernel, pmc: pagetable_move_control, pages: readonly number[]): void {
  const { old, old_addr, new_addr } = pmc;
  const { vm_mm: mm } = old;
  k.enter(
    'move_ptes',
    () => `move ${pages.length === 1 ? 'one page table entry' : `${pages.length} page table entries`}`,
  );
  if (pmc.need_rmap_locks) {
    k.at('call:take_rmap_locks', 'lock', () => `no walk may miss a page of ${vmaName(old)} on its way`);
    if (old.vm_file) k.down_write(old.vm_file, 'i_mmap_rwsem');
    if (old.anon_vma) k.f.anon_vma_lock_write(k, old.anon_vma);
  }
  for (const page of pages) {
    const to = page - old_addr + new_addr;
    const entry = mm.ptes.get(page) ?? null;
    k.at('call:set_ptes|set_pte_at', 'write', () => `page ${page} is mapped at ${to} now`);
    k.set_pte(mm, page, null);
    k.set_pte(mm, to, entry);
  }
  if (pmc.need_rmap_locks) {
    k.at('call:drop_rmap_locks', 'unlock', () => 'walks may go on');
    if (old.anon_vma) k.f.anon_vma_unlock_write(k, old.anon_vma);
    if (old.vm_file) k.up_write(old.vm_file, 'i_mmap_rwsem');
  }
}

/** A source that was moved as a whole has no folio left: it becomes unfaulted, with the offset of its address. */
export function dontunmap_complete(
  k: Kernel,
  vma: vm_area_struct,
  new_vma: vm_area_struct,
  start: number,
  end: number,
): void {
  k.enter('dontunmap_complete', () => `what is left of ${vmaName(vma)}`);
  k.at('call:VM_WARN_ON_ONCE', 'assert', () => 'source and copy are two VMAs');
  k.warn_on('VM_WARN_ON_ONCE', 'new_vma == vma', new_vma === vma);
  if (start === vma.vm_start && end === vma.vm_end) {
    const { anon_vma } = vma;
    k.at('call:unlink_anon_vmas', 'statement', () =>
      anon_vma ? `all of it was moved: it needs ${anonVmaName(anon_vma)} no longer` : 'all of it was moved',
    );
    k.f.unlink_anon_vmas(k, vma);
    k.f.reset_pgoff(k, vma);
  }
  k.leave('end');
}

/** The offsets of a VMA that has just become unfaulted, within dontunmap_complete(). */
export function reset_pgoff(k: Kernel, vma: vm_area_struct): void {
  k.at('call:vma_set_anon_pgoff', 'write', () => 'its anonymous offset is its address again');
  k.f.vma_set_anon_pgoff(k, vma, vma.vm_start);
  if (vma_is_anonymous(vma)) set_unfaulted_pgoff(k, vma);
}

/** As reset_pgoff(), in a kernel with one offset. */
export function set_unfaulted_pgoff(k: Kernel, vma: vm_area_struct): void {
  k.at('has:vma_set_pgoff|vm_pgoff has:pgoff_unfaulted', 'write', () => 'its offset is its address again');
  k.set(vma, 'vm_pgoff', vma.vm_start);
}

/**
 * Unmaps the source. Its pages were accounted when the copy was made, so VM_ACCOUNT is cleared meanwhile and given back
 * to what remains. Out of memory is ignored: the source stays, empty and not accounted.
 */
export function unmap_source_vma(k: Kernel, vma: vm_area_struct, addr: number, end: number): void {
  const { vm_mm: mm } = vma;
  k.enter('unmap_source_vma', () => `unmap ${addr}-${end}`);
  const accountable_move = (vma.vm_flags & VM_ACCOUNT) !== 0;
  const { vm_start, vm_end } = vma;
  if (accountable_move) {
    k.at(
      'call:vma_clear_flags|vm_flags_clear',
      'write',
      () => `the copy is accounted now, not ${vmaName(vma)}`,
    );
    vma_start_write(k, vma);
    k.set(vma, 'vm_flags', vma.vm_flags & ~VM_ACCOUNT);
  }
  k.at('call:do_vmi_munmap', 'statement', () => `the pages of ${addr}-${end} are elsewhere`);
  const err = k.f.do_vmi_munmap(k, mm, addr, end - addr, false);
  if (err) {
    k.leave('return', () => 'out of memory: it stays mapped, empty, and the move counts as done');
    return;
  }
  if (accountable_move) {
    if (vm_start < addr) account(k, '#1', vma_lookup(mm, addr - 1));
    if (vm_end > end) account(k, '#2', vma_lookup(mm, end));
  }
  k.leave('end');
}

/** What is left of the source beside the hole is accounted again. */
function account(k: Kernel, which: string, vma: vm_area_struct | null): void {
  if (!vma) return;
  k.at(
    `call:vma_set_flags|vm_flags_set ${which}`,
    'write',
    () => `${vmaName(vma)} remains, and is accounted again`,
  );
  vma_start_write(k, vma);
  k.set(vma, 'vm_flags', vma.vm_flags | VM_ACCOUNT);
}
