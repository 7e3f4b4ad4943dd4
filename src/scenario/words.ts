/**
 * What the small words of the scenario language mean, for completion and hovers. The verbs, directives and expectations
 * are in language.ts. Contract: docs/scenario-language.md.
 */
import type { Advice, FaultKind, Prot } from '../trace/engine';
import { VERBS } from './language';
import type { CountedObject } from './syntax';

export const PROT_DOCS: Readonly<Record<Prot, string>> = {
  rw: 'Readable and writable; what mmap gives when nothing is said.',
  r: 'Read-only. Present pages are write-protected; they keep their exclusivity.',
  none: 'Neither readable nor writable.',
};

export const ADVICE_DOCS: Readonly<Record<Advice, string>> = {
  dontfork: 'MADV_DONTFORK: a child does not get this range.',
  dofork: 'MADV_DOFORK: undoes dontfork.',
  wipeonfork: 'MADV_WIPEONFORK: a child gets this range empty. Anonymous memory only, else EINVAL.',
  keeponfork: 'MADV_KEEPONFORK: undoes wipeonfork.',
};

export const FAULT_DOCS: Readonly<Record<FaultKind, string>> = {
  anon_vma: 'A struct anon_vma.',
  avc: 'A struct anon_vma_chain, which links one VMA with one anon_vma.',
  vma: 'A struct vm_area_struct, new or duplicated.',
  folio: 'The memory of a page.',
};

export const COUNTED_DOCS: Readonly<Record<CountedObject, string>> = {
  anon_vma: 'Live anon_vmas, leaked ones too.',
  anon_vma_chain: 'Live links between VMAs and anon_vmas.',
  vma: 'Live VMAs.',
  folio: 'Live folios of anonymous memory.',
  mm: 'Address spaces: one for each process that runs.',
};

/** Errnos that an operation can fail with. */
export const ERRNO_DOCS: Readonly<Record<string, string>> = {
  ENOMEM: 'An allocation failed, a range has a hole, or it lies beyond the address space.',
  EFAULT: 'Nothing is mapped there, or it may not be used like that.',
  EINVAL: 'Arguments that do not go together: a length of 0, overlapping ranges.',
  EEXIST: 'mmap over a mapping.',
  EAGAIN: 'madvise ran out of memory.',
  ESRCH: 'The process does not exist: its fork failed.',
  ENOSYS: 'This kernel has no such function, or it cannot be called alone.',
};

/** The second argument of anon_vma_clone(). */
export const VMA_OPERATION_DOCS: Readonly<Record<string, string>> = {
  VMA_OP_SPLIT: 'The new VMA is a part of the old one.',
  VMA_OP_MERGE_UNFAULTED: 'The new VMA has no anon_vma yet and grows over its neighbour.',
  VMA_OP_REMAP: 'The new VMA takes the pages of the old one to another place.',
  VMA_OP_FORK: "The new VMA is a child's.",
};

export const OTHER_DOCS: Readonly<Record<string, string>> = {
  file: 'file NAME PGOFF: a private mapping of a file, from that page of it on.',
  dontunmap: 'MREMAP_DONTUNMAP: the old range stays mapped, empty.',
  fail: 'fail KIND:N makes the N-th allocation of the kind inside this operation fail; an N that is never reached is no error.',
  nowait:
    'Only the first try, which may not sleep (GFP_NOWAIT), fails. It does nothing where the kernel makes no such try.',
  new: 'A fresh, detached VMA that copies the next VMA argument.',
};

/** `mmap ADDR LEN …` of a verb. */
export function usageOf(verb: string): string {
  return VERBS.find((known) => known.name === verb)?.usage ?? verb;
}
