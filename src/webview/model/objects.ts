/**
 * The declared list of object kinds and fields that the pictures draw from, and how to read them out of a state.
 * Nothing else in the webview names a kernel field; lists, changes and cards know only what the engine declares.
 */
import type { ObjectState } from '../../trace/state';
import { isList, isRef, type ObjectId, type Value } from '../../trace/value';

export const KIND = {
  mm: 'mm',
  vma: 'vma',
  anonVma: 'anon_vma',
  avc: 'anon_vma_chain',
  folio: 'folio',
  file: 'file',
} as const;

export const FIELD = {
  mm: { name: 'name', lock: 'mmap_lock', vmas: 'mm_mt', pte: 'ptes.' },
  vma: {
    mm: 'vm_mm',
    start: 'vm_start',
    end: 'vm_end',
    pgoff: 'vm_pgoff',
    anonPgoff: 'anon_pgoff',
    flags: 'vm_flags',
    file: 'vm_file',
    anonVma: 'anon_vma',
    chain: 'anon_vma_chain',
    attached: 'attached',
  },
  anonVma: {
    label: 'label',
    root: 'root',
    parent: 'parent',
    lock: 'rwsem',
    refcount: 'refcount',
    children: 'num_children',
    active: 'num_active_vmas',
    degree: 'degree',
    tree: 'rb_root',
  },
  avc: { vma: 'vma', anonVma: 'anon_vma', first: 'rb_start', last: 'rb_last' },
  folio: { anonVma: 'mapping', exclusive: 'exclusive', mapcount: 'mapcount', index: 'index' },
  file: { name: 'name' },
} as const;

/** Record of a page table entry. */
export const PTE = { folio: 'folio', writable: 'writable', zero: 'zero', filePrefix: 'file:' } as const;

export function refOf(value: Value | undefined): ObjectId | null {
  return isRef(value) ? value.ref : null;
}

export function refField(object: ObjectState, field: string): ObjectId | null {
  return refOf(object.fields.get(field));
}

export function numberField(object: ObjectState, field: string): number {
  const value = object.fields.get(field);
  return typeof value === 'number' ? value : 0;
}

export function textField(object: ObjectState, field: string): string {
  const value = object.fields.get(field);
  return typeof value === 'string' ? value : '';
}

export function flagField(object: ObjectState, field: string): boolean {
  return object.fields.get(field) === true;
}

/** Objects on a list, those that are no references left out. */
export function refsField(object: ObjectState, field: string): ObjectId[] {
  const value = object.fields.get(field);
  return isList(value) ? value.map((item) => refOf(item)).filter((id) => id !== null) : [];
}

/** What the access rights in `vm_flags` amount to. */
export function protOf(flags: string): 'none' | 'r' | 'rw' {
  const words = flags.split(' ');
  if (words.includes('write')) return 'rw';
  return words.includes('read') ? 'r' : 'none';
}

/** Flags that people want to see on a VMA besides its access rights. */
export function notableFlags(flags: string): string[] {
  return flags.split(' ').filter((word) => word === 'dontcopy' || word === 'wipeonfork');
}
