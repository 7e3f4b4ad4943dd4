/**
 * The words of the scenario language with what they mean: the parser, completion and hovers draw from here.
 * Contract: docs/scenario-language.md.
 */
import type { Advice, FaultKind, Prot } from '../trace/engine';

export interface WordInfo {
  readonly name: string;
  /** Arguments as the contract writes them, the word itself first. */
  readonly usage: string;
  /** One or two sentences. */
  readonly doc: string;
  readonly example: string;
}

export const VERBS: readonly WordInfo[] = [
  {
    name: 'mmap',
    usage: 'mmap ADDR LEN [none|r|rw] [file NAME PGOFF]',
    doc: 'Maps LEN pages at page ADDR, private: anonymous memory, or a file from page PGOFF on. Fails with EEXIST where something is mapped.',
    example: 'P: mmap 0x10 4 rw',
  },
  {
    name: 'munmap',
    usage: 'munmap ADDR LEN',
    doc: 'Unmaps LEN pages from page ADDR on. May split a VMA; nothing mapped there is no error.',
    example: 'P: munmap 0x12 1',
  },
  {
    name: 'mprotect',
    usage: 'mprotect ADDR LEN none|r|rw',
    doc: 'Changes the access rights of LEN pages. Splits and merges VMAs; a hole in the range gives ENOMEM.',
    example: 'P: mprotect 0x10 2 r',
  },
  {
    name: 'mremap',
    usage: 'mremap OLD LEN NEW [dontunmap]',
    doc: 'Moves LEN pages from page OLD to page NEW; what lies at NEW is unmapped first. With dontunmap the old range stays mapped, empty.',
    example: 'P: mremap 0x10 2 0x40',
  },
  {
    name: 'madvise',
    usage: 'madvise ADDR LEN dontfork|dofork|wipeonfork|keeponfork',
    doc: 'Says what fork does with LEN pages from page ADDR on. A hole in the range gives ENOMEM after the rest is done.',
    example: 'P: madvise 0x10 2 dontfork',
  },
  {
    name: 'read',
    usage: 'read PAGE',
    doc: 'Reads a page: an anonymous page that is not present maps the zero page, and no anon_vma is prepared.',
    example: 'P: read 0x10',
  },
  {
    name: 'write',
    usage: 'write PAGE',
    doc: 'Writes a page: first touch, copy-on-write or reuse. No VMA there, or not writable: EFAULT.',
    example: 'P: write 0x10',
  },
  {
    name: 'fork',
    usage: 'fork CHILD',
    doc: 'Makes process CHILD, a copy of this one.',
    example: 'P: fork C',
  },
  {
    name: 'exit',
    usage: 'exit',
    doc: 'Tears the whole address space down. The name may be used again by a later fork.',
    example: 'P: exit',
  },
  {
    name: 'walk',
    usage: 'walk PAGE',
    doc: 'Walks the reverse map of the folio mapped there: reports the VMAs visited, and which of them map it.',
    example: 'P: walk 0x10',
  },
  {
    name: 'call',
    usage: 'call FUNCTION(ARGS)',
    doc: 'Calls one kernel function on VMAs of this process. A page number names the VMA there; new is a fresh, detached copy of the next VMA argument.',
    example: 'P: call anon_vma_clone(new, 0x10, VMA_OP_SPLIT)',
  },
];

export const DIRECTIVES: readonly WordInfo[] = [
  {
    name: 'scenario',
    usage: 'scenario "TITLE"',
    doc: 'Title shown to people. At most once, before any operation.',
    example: 'scenario "Fork and copy on write"',
  },
  {
    name: 'profile',
    usage: 'profile ID',
    doc: 'Kernel profile to run on when the caller names none.',
    example: 'profile 7.3',
  },
  {
    name: 'expect',
    usage: 'expect ok|error|violation|clean|same|differ|visits|count|chain …',
    doc: 'Says what must be so at this point.',
    example: 'expect clean',
  },
];

export const EXPECTATIONS: readonly WordInfo[] = [
  {
    name: 'ok',
    usage: 'expect ok',
    doc: 'The operation just above succeeded.',
    example: 'expect ok',
  },
  {
    name: 'error',
    usage: 'expect error ERRNO',
    doc: 'The operation just above failed with that errno.',
    example: 'expect error ENOMEM',
  },
  {
    name: 'violation',
    usage: 'expect violation ID',
    doc: 'An invariant with this id has been violated at or before this point.',
    example: 'expect violation anon_vma/active-count',
  },
  {
    name: 'clean',
    usage: 'expect clean',
    doc: 'No invariant has been violated so far.',
    example: 'expect clean',
  },
  {
    name: 'same',
    usage: 'expect same PROC:PAGE PROC:PAGE',
    doc: 'Both pages map the same folio.',
    example: 'expect same P:0x10 C:0x10',
  },
  {
    name: 'differ',
    usage: 'expect differ PROC:PAGE PROC:PAGE',
    doc: 'The two pages do not map the same folio.',
    example: 'expect differ P:0x10 C:0x10',
  },
  {
    name: 'visits',
    usage: 'expect visits PROC:PAGE = PROC@START-END …',
    doc: 'A walk of the reverse map of the folio there visits exactly these VMAs, in any order; END is exclusive.',
    example: 'expect visits P:0x10 = P@0x10-0x14 C@0x10-0x14',
  },
  {
    name: 'count',
    usage: 'expect count anon_vma|anon_vma_chain|vma|folio|mm N',
    doc: 'So many objects of the kind are live.',
    example: 'expect count anon_vma 2',
  },
  {
    name: 'chain',
    usage: 'expect chain PROC:PAGE = An …',
    doc: 'The anon_vmas on the chain of the VMA there, list head first.',
    example: 'expect chain C:0x10 = A1 A0',
  },
];

export const PROTS: readonly Prot[] = ['none', 'r', 'rw'];
export const ADVICES: readonly Advice[] = ['dontfork', 'dofork', 'wipeonfork', 'keeponfork'];
export const FAULT_KINDS: readonly FaultKind[] = ['anon_vma', 'avc', 'vma', 'folio'];

/** Form of names of processes, files and functions. */
export const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
