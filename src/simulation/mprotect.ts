/**
 * mprotect(2): new access rights for a range, VMA by VMA. mm/mprotect.c.
 */
import { ENOMEM } from './errno';
import type { Kernel } from './kernel';
import { mmap_write_lock, mmap_write_unlock } from './locks';
import { type mm_struct, VM_ACCOUNT, VM_READ, VM_WRITE, type vm_area_struct, vmaName } from './objects';
import { start_write } from './vmaPrepare';
import { vma_is_anonymous } from './vmaRange';
import { find_vma, find_vma_intersection, vma_prev } from './vmaTree';

const VM_ACCESS_FLAGS = VM_READ | VM_WRITE;

/** The system call. `prot`: VM_READ and VM_WRITE. 0 or a negative errno; what lies before a hole has changed then. */
export function do_mprotect_pkey(k: Kernel, mm: mm_struct, start: number, len: number, prot: number): number {
  return mprotect_range(k, mm, start, len, prot, 'set:error has:ENOMEM in:if #2');
}

/** do_mprotect_pkey(). `ran_out`: where it finds that no more VMA follows. */
export function mprotect_range(
  k: Kernel,
  mm: mm_struct,
  start: number,
  len: number,
  prot: number,
  ran_out: string,
): number {
  k.enter('do_mprotect_pkey', () => `${start}-${start + len} of ${mm.name} becomes ${protName(prot)}`);
  if (len === 0) {
    k.leave('return:0', () => 'no length, nothing to do');
    return 0;
  }
  k.at('call:mmap_write_lock_killable', 'lock', () => `lock the address space of ${mm.name}`);
  mmap_write_lock(k, mm);
  const error = protect_range(k, mm, start, start + len, prot, ran_out);
  k.at('call:mmap_write_unlock', 'unlock', () => `unlock the address space of ${mm.name}`);
  mmap_write_unlock(k, mm);
  k.leave('return:error');
  return error;
}

/** The loop of do_mprotect_pkey(). */
function protect_range(
  k: Kernel,
  mm: mm_struct,
  start: number,
  end: number,
  prot: number,
  ran_out: string,
): number {
  let vma = find_vma_intersection(mm, start, end);
  if (!vma || vma.vm_start > start) {
    k.at('call:vma_find|mas_find', 'statement', () => `nothing is mapped at ${start}`);
    return -ENOMEM;
  }
  const pprev = { vma: start > vma.vm_start ? vma : vma_prev(vma) };
  let nstart = start;
  while (vma && vma.vm_start < end) {
    const newflags = prot | (vma.vm_flags & ~VM_ACCESS_FLAGS);
    const tmp = Math.min(vma.vm_end, end);
    const here: vm_area_struct = vma;
    k.at('call:mprotect_fixup', 'statement', () => `${nstart}-${tmp} lies in ${vmaName(here)}`);
    const error = k.f.mprotect_fixup(k, vma, pprev, nstart, tmp, newflags);
    if (error) return error;
    nstart = pprev.vma?.vm_end ?? tmp;
    vma = find_vma(mm, nstart);
    if (nstart >= end) return 0;
    if (vma && vma.vm_start < end && vma.vm_start !== nstart) {
      k.at('set:error has:ENOMEM in:if #1', 'statement', () => `nothing is mapped at ${nstart}`);
      return -ENOMEM;
    }
  }
  k.at(ran_out, 'statement', () => `nothing is mapped from ${nstart} on`);
  return -ENOMEM;
}

/**
 * Gives [start, end), which lies in `vma`, new flags. `pprev.vma` is the VMA before it, and then the one that the range
 * has become part of. 0 or -ENOMEM.
 */
export function mprotect_fixup(
  k: Kernel,
  vma: vm_area_struct,
  pprev: { vma: vm_area_struct | null },
  start: number,
  end: number,
  newflags: number,
): number {
  const oldflags = vma.vm_flags;
  k.enter('mprotect_fixup', () => `make ${start}-${end} of ${vmaName(vma)} ${protName(newflags)}`);
  if (newflags === oldflags) {
    pprev.vma = vma;
    k.leave('return:0 #1', () => 'it is already');
    return 0;
  }
  const flags = accountedFlags(k, vma, oldflags, newflags);
  k.at('call:vma_modify_flags', 'statement', () => 'find or make the VMA that can have them');
  const modified = k.f.vma_modify_flags(k, pprev.vma, vma, start, end, flags);
  if (typeof modified === 'number') {
    k.leave('return:error #2', () => 'out of memory: its rights stay');
    return modified;
  }
  pprev.vma = modified;
  start_write(k, 'call:vma_start_write', modified);
  k.at(
    'call:vma_flags_reset_once|vm_flags_reset',
    'write',
    () => `${vmaName(modified)} is ${protName(flags)}`,
  );
  if (modified.vm_flags !== flags) k.set(modified, 'vm_flags', flags);
  k.at('call:change_protection', 'write', () => `page table entries of ${start}-${end} follow`);
  k.f.change_protection(k, modified, start, end);
  k.leave('return:0 #2');
  return 0;
}

/**
 * Private memory is accounted from the first time it may be written; an anonymous VMA that never was faulted stops
 * being accounted when it no longer may be.
 */
function accountedFlags(k: Kernel, vma: vm_area_struct, oldflags: number, newflags: number): number {
  if (newflags & VM_WRITE) {
    if (oldflags & (VM_ACCOUNT | VM_WRITE)) return newflags;
    k.at('expr has:VMA_ACCOUNT_BIT|VM_ACCOUNT #1', 'statement', () => 'its pages will be accounted');
    return newflags | VM_ACCOUNT;
  }
  if (oldflags & VM_ACCOUNT && vma_is_anonymous(vma) && !vma.anon_vma) {
    k.at(
      'expr has:VMA_ACCOUNT_BIT|VM_ACCOUNT #2',
      'statement',
      () => 'unfaulted: its pages need not be accounted',
    );
    return newflags & ~VM_ACCOUNT;
  }
  return newflags;
}

function protName(flags: number): string {
  if (flags & VM_WRITE) return 'readable and writable';
  return flags & VM_READ ? 'read-only' : 'inaccessible';
}
