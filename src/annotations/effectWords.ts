/**
 * What changes of the simulated objects are called in kernel terms, without naming the objects of one run: “the AVC joins
 * the VMA’s chain”. By kind and field as src/simulation/kinds.ts declares them; what no line here names is named by
 * its field.
 */
import type { State } from '../trace/state';
import type { Change, StepEvent } from '../trace/step';
import { isRef, type ObjectId, type Value } from '../trace/value';

const NEW: Readonly<Record<string, string>> = {
  mm: 'a new address space',
  vma: 'a new VMA, which nobody can find yet',
  anon_vma: 'a new anon_vma',
  anon_vma_chain: 'a new AVC, on no chain and in no tree yet',
  folio: 'a new folio, mapped nowhere yet',
};

const SHORT: Readonly<Record<string, string>> = {
  mm: 'address space',
  vma: 'VMA',
  anon_vma: 'anon_vma',
  anon_vma_chain: 'AVC',
  folio: 'folio',
  file: 'file',
};

/** Kinds of allocation. */
const WANTED: Readonly<Record<string, string>> = { avc: 'AVC', vma: 'VMA' };

const JOINS: Readonly<Record<string, string>> = {
  'mm.mm_mt': 'the VMA enters the VMA tree: it can be found',
  'vma.anon_vma_chain': 'the AVC joins the VMA’s chain',
  'anon_vma.rb_root': 'the AVC enters the anon_vma’s tree: walks find its VMA',
  'file.i_mmap': 'the VMA enters the file’s tree',
};

const LEAVES: Readonly<Record<string, string>> = {
  'mm.mm_mt': 'the VMA leaves the VMA tree: it can no longer be found',
  'vma.anon_vma_chain': 'the AVC leaves the VMA’s chain',
  'anon_vma.rb_root': 'the AVC leaves the anon_vma’s tree: walks no longer find its VMA',
  'file.i_mmap': 'the VMA leaves the file’s tree',
};

const LOCKS: Readonly<Record<string, string>> = {
  'mm.mmap_lock': 'mmap_lock',
  'mm.page_table_lock': 'page_table_lock',
  'vma.vm_lock': 'the per-VMA lock',
  'anon_vma.rwsem': 'the root’s rwsem',
  'file.i_mmap_rwsem': 'i_mmap_rwsem',
  'folio.locked': 'the folio lock',
};

/** Pointers: what it means that they are set, and that they are cleared. */
const POINTS: Readonly<Record<string, readonly [set: string, cleared: string]>> = {
  'vma.anon_vma': [
    'vma->anon_vma is set: the VMA is faulted',
    'vma->anon_vma is cleared: the VMA is unfaulted',
  ],
  'anon_vma.root': [
    'the anon_vma belongs to a root: whose lock is its lock',
    'the anon_vma has no root any more',
  ],
  'anon_vma.parent': ['the anon_vma has a parent', 'the anon_vma has no parent any more'],
  'folio.mapping': [
    'the folio’s mappings are found through the anon_vma',
    'the folio belongs to no anon_vma any more',
  ],
};

/** Fields that go without saying beside the change that they come with, or that are no state of the kernel’s. */
const SILENT: ReadonlySet<string> = new Set([
  'anon_vma.label',
  'folio.label',
  'vma.attached',
  'vma.vm_mm',
  'anon_vma_chain.vma',
  'anon_vma_chain.anon_vma',
]);

/** What a change does, or null when it goes without saying. `state` is that after the step. */
export function changeEffect(change: Change, state: State): string | null {
  switch (change.op) {
    case 'create':
      return NEW[change.kind] ?? `a new ${change.kind}`;
    case 'free':
      return `the ${shortOf(change.object, state)} is freed`;
    case 'insert': {
      const key = keyOf(change.object, change.field, state);
      return `${JOINS[key] ?? `${key} grows`}${elsewhere(key, change.value, state, 'not yet')}`;
    }
    case 'remove': {
      const key = keyOf(change.object, change.field, state);
      return `${LEAVES[key] ?? `${key} shrinks`}${elsewhere(key, change.value, state, 'still')}`;
    }
    case 'set':
      return setEffect(keyOf(change.object, change.field, state), change.old, change.new);
  }
}

/** The other of the two places an AVC is in, when it is half in and half out. */
function elsewhere(key: string, value: Value, state: State, word: 'not yet' | 'still'): string {
  if (!isRef(value)) return '';
  const inTree = state.field(value.ref, 'rb_start') !== null;
  if (key === 'vma.anon_vma_chain') {
    if (word === 'not yet') return inTree ? '' : '; not yet in the tree';
    return inTree ? '; still in the tree' : '';
  }
  return '';
}

function setEffect(key: string, before: Value | undefined, after: Value | undefined): string | null {
  if (SILENT.has(key) || LOCKS[key] !== undefined) return null;
  const pointer = POINTS[key];
  if (pointer) return pointer[after === null || after === undefined ? 1 : 0];
  if (key.startsWith('mm.ptes.')) return entryEffect(before, after);
  if (key.startsWith('anon_vma_chain.rb_')) return 're-keys the AVC in the tree';
  if (/^vma\.(vm_start|vm_end)$/.test(key)) return 'the VMA’s range changes';
  if (/pgoff$/.test(key)) return 'the VMA’s page offset changes';
  if (key === 'folio.index') return 'the folio’s index is written';
  if (key === 'vma.vm_flags') return 'the VMA’s flags change';
  if (key === 'folio.exclusive')
    return after === true
      ? 'the folio is exclusive to one process'
      : 'the folio is shared: no longer exclusive';
  const field = key.slice(key.indexOf('.') + 1);
  if (typeof before === 'number' && typeof after === 'number' && before !== after) {
    const by = Math.abs(after - before);
    return `${field} ${after > before ? '+' : '−'} ${by}`;
  }
  return `${field} is written`;
}

/** A page table entry: mapped, gone, protected, copied. */
function entryEffect(before: Value | undefined, after: Value | undefined): string {
  if (before === undefined || before === null) return 'a page table entry maps the folio';
  if (after === undefined || after === null) return 'the page table entry goes';
  const [was, is] = [record(before), record(after)];
  if (JSON.stringify(was['folio']) !== JSON.stringify(is['folio'])) return 'the entry maps another folio';
  return is['writable'] === true ? 'the entry becomes writable' : 'the entry is write-protected';
}

function record(value: Value): { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRef(value)
    ? (value as { readonly [key: string]: Value })
    : {};
}

/** What an event says of the objects, or null. */
export function eventEffect(event: StepEvent, state: State): string | null {
  switch (event.type) {
    case 'lock': {
      const lock = LOCKS[keyOf(event.object, event.field, state)] ?? event.field;
      // a spinlock has no modes
      const mode = lock === 'page_table_lock' ? '' : event.mode === 'write' ? ' for writing' : ' for reading';
      if (event.action === 'contended') return `${lock} is held by another`;
      return event.action === 'acquire' ? `takes ${lock}${mode}` : `releases ${lock}`;
    }
    case 'alloc':
      return event.ok ? null : `no memory for the ${WANTED[event.what] ?? event.what}`;
    case 'memory':
      return event.fault === 'use-after-free' ? 'uses freed memory' : event.fault.replaceAll('-', ' ');
    case 'visit':
      return event.mapped ? 'visits a VMA that maps the folio' : 'visits a VMA that does not map the folio';
    case 'assert':
    case 'mark':
      return null;
  }
}

/** Kind and field: `anon_vma.num_children`. */
export function keyOf(object: ObjectId, field: string, state: State): string {
  return `${state.get(object)?.kind ?? 'object'}.${field}`;
}

function shortOf(object: ObjectId, state: State): string {
  const kind = state.get(object)?.kind ?? 'object';
  return SHORT[kind] ?? kind;
}
