/**
 * Invariants of locking: what is held while trees and chains change and memory is allocated, and in which order.
 * Kernel: the lock ordering at the head of mm/rmap.c; anon_vma_lock_write(), mmap_assert_locked().
 */
import type { Reason } from '../trace/evaluation';
import type { Change, StepEvent } from '../trace/step';
import type { ObjectId } from '../trace/value';
import {
  ALWAYS,
  asserted,
  commented,
  eachOf,
  fieldOf,
  HOLDS,
  type Moment,
  maintained,
  QUIESCENT,
  relied,
  type StateInvariant,
  type StepInvariant,
} from './invariant';
import type { View } from './view';

/** Kernel order, outermost first, with the kind that holds each. */
const ORDER = [
  { kind: 'mm', field: 'mmap_lock' },
  { kind: 'file', field: 'i_mmap_rwsem' },
  { kind: 'anon_vma', field: 'rwsem' },
  { kind: 'mm', field: 'page_table_lock' },
] as const;

const LOCKS = [...ORDER, { kind: 'vma', field: 'vm_lock' }] as const;

const WRITE_HELD = -1;

export const treeWrite: StepInvariant = {
  id: 'lock/tree-write',
  form: 'step',
  when: ALWAYS,
  title: 'A tree changes only under its root’s rwsem',
  statement: 'A tree changes only under its root’s rwsem held for writing.',
  why: 'A walk holds the rwsem for reading while it goes through the tree.',
  speaksOf: [{ kind: 'anon_vma', fields: ['rb_root', 'rwsem', 'root'] }],
  places: [
    maintained('__anon_vma_prepare', 'call:anon_vma_lock_write'),
    maintained('anon_vma_clone', 'call:anon_vma_lock_write|lock_anon_vma_root'),
    maintained('anon_vma_fork', 'call:anon_vma_lock_write'),
    maintained('unlink_anon_vmas', 'call:anon_vma_lock_write|lock_anon_vma_root'),
  ],
  change(change: Change, view: View): Reason | null {
    if ((change.op !== 'insert' && change.op !== 'remove') || change.field !== 'rb_root') return null;
    const root = view.rootOf(change.object);
    if (root === null || view.number(root, 'rwsem') === WRITE_HELD) return null;
    return {
      message: `the tree of ${view.name(change.object)} changes while the rwsem of ${view.name(root)} is not held for writing`,
      objects: [change.object, root],
      fields: [...fieldOf('rb_root', change.object), ...fieldOf('rwsem', root)],
    };
  },
};

export const chainWrite: StepInvariant = {
  id: 'lock/chain-write',
  form: 'step',
  when: ALWAYS,
  title: 'A chain changes only where nobody else can see it',
  statement:
    'A chain changes only under the mmap write lock, or under mmap read + page_table_lock in prepare, or while its VMA is not reachable by anyone else, or on unmap of a detached VMA.',
  why: 'A chain has no lock of its own: two faults on one VMA, or a fault beside a clone, would tear the list.',
  speaksOf: [
    { kind: 'vma', fields: ['anon_vma_chain', 'attached', 'vm_mm'] },
    { kind: 'mm', fields: ['mmap_lock', 'page_table_lock'] },
  ],
  places: [
    commented('__anon_vma_prepare', 'page_table_lock to protect against threads'),
    asserted('unlink_anon_vmas', 'call:mmap_assert_locked'),
    asserted('check_anon_vma_clone', 'call:mmap_assert_write_locked'),
  ],
  change(change: Change, view: View, moment: Moment): Reason | null {
    if ((change.op !== 'insert' && change.op !== 'remove') || change.field !== 'anon_vma_chain') return null;
    const vma = change.object;
    const mm = view.mmOf(vma);
    if (mm === null || !view.flag(vma, 'attached')) return null;
    const mmapLock = view.number(mm, 'mmap_lock');
    if (mmapLock === WRITE_HELD) return null;
    const preparing = moment.stack.includes('__anon_vma_prepare');
    if (preparing && mmapLock > 0 && view.number(mm, 'page_table_lock') !== 0) return null;
    return {
      message: `the chain of ${view.name(vma)} changes without the mmap write lock of ${view.name(mm)}`,
      objects: [vma, mm],
      fields: [...fieldOf('anon_vma_chain', vma), ...fieldOf('mmap_lock', mm)],
    };
  },
};

export const cloneMmapWrite: StepInvariant = {
  id: 'lock/clone-mmap-write',
  form: 'step',
  when: ALWAYS,
  title: 'Clone runs under the source’s mmap write lock',
  statement: 'Clone runs under the source mm’s write lock.',
  why: 'The chain of the source is walked while AVCs are allocated, which may sleep: without the lock another thread could fault in, split, merge or unmap the source meanwhile, and the copy would miss an anon_vma or follow an AVC that is freed.',
  speaksOf: [{ kind: 'mm', fields: ['mmap_lock'] }],
  places: [
    asserted('check_anon_vma_clone', 'call:mmap_assert_write_locked'),
    commented('anon_vma_clone', 'have the same mm for which we hold an exclusive mmap write lock'),
    relied('anon_vma_clone', 'loop #1'),
  ],
  enter(view: View, moment: Moment): Reason | null {
    if (moment.stack.at(-1) !== 'anon_vma_clone') return null;
    // The source belongs to the process that runs the operation: fork clones from the parent.
    const mm = view.mmNamed(moment.operation.process);
    if (mm === null || view.number(mm, 'mmap_lock') === WRITE_HELD) return null;
    return {
      message: `anon_vma_clone() runs while the mmap lock of ${view.name(mm)} is not held for writing`,
      objects: [mm],
      fields: fieldOf('mmap_lock', mm),
    };
  },
};

export const noSleepAlloc: StepInvariant = {
  id: 'lock/no-sleep-alloc',
  form: 'step',
  when: ALWAYS,
  title: 'No sleeping allocation under an anon_vma lock',
  statement: 'No allocation that may sleep and reclaim is made while an anon_vma rwsem is held.',
  why: 'Reclaim walks the reverse map and takes the same rwsem: it would wait for its own caller.',
  speaksOf: [{ kind: 'anon_vma', fields: ['rwsem'] }],
  places: [
    commented('anon_vma_clone', "Allocate AVCs. We don't need an anon_vma lock for this"),
    maintained('anon_vma_clone', 'call:anon_vma_chain_alloc #1'),
  ],
  event(event: StepEvent, view: View, moment: Moment): Reason | null {
    if (event.type !== 'alloc' || !event.sleeps) return null;
    const held = heldLocks(view, moment.earlier).find((lock) => lock.field === 'rwsem');
    if (!held) return null;
    return {
      message: `an allocation of ${event.what} with ${event.flags} may sleep while the rwsem of ${view.name(held.object)} is held`,
      objects: [held.object],
      fields: fieldOf('rwsem', held.object),
    };
  },
};

export const order: StepInvariant = {
  id: 'lock/order',
  form: 'step',
  when: ALWAYS,
  title: 'Locks are taken in the documented order',
  statement:
    'Locks are taken in the documented order: mmap_lock, i_mmap_rwsem, anon_vma rwsem, page_table_lock.',
  why: 'Two paths that take the same locks in different orders can wait for each other for ever.',
  speaksOf: ORDER.map(({ kind, field }) => ({ kind, fields: [field] })),
  places: [
    maintained('__anon_vma_prepare', 'call:spin_lock'),
    maintained('vma_prepare'),
    maintained('dup_mmap'),
  ],
  event(event: StepEvent, view: View, moment: Moment): Reason | null {
    if (event.type !== 'lock' || event.action !== 'acquire') return null;
    const rank = rankOf(event.field);
    if (rank < 0) return null;
    const inner = heldLocks(view, moment.earlier).find((lock) => rankOf(lock.field) > rank);
    if (!inner) return null;
    return {
      message: `${event.field} of ${view.name(event.object)} is taken while ${inner.field} of ${view.name(inner.object)} is held`,
      objects: [event.object, inner.object],
      fields: [...fieldOf(event.field, event.object), ...fieldOf(inner.field, inner.object)],
    };
  },
};

export const balanced: StateInvariant = {
  id: 'lock/balanced',
  form: 'state',
  when: QUIESCENT,
  title: 'No lock is held between operations',
  statement: 'No lock is held between operations.',
  why: 'A lock that a path forgets to release stops every later user of it for ever.',
  speaksOf: [
    { kind: 'mm', fields: ['mmap_lock', 'page_table_lock'] },
    { kind: 'anon_vma', fields: ['rwsem'] },
    { kind: 'file', fields: ['i_mmap_rwsem'] },
    { kind: 'vma', fields: ['vm_lock'] },
    { kind: 'folio', fields: ['locked'] },
  ],
  places: [],
  ...eachOf(['mm', 'file', 'anon_vma', 'vma', 'folio'], (view, object) => {
    const kind = view.kind(object);
    if (kind === 'folio') return view.flag(object, 'locked') ? [stillHeld(view, object, 'locked')] : HOLDS;
    const held = LOCKS.filter((lock) => lock.kind === kind && view.number(object, lock.field) !== 0);
    return held.length === 0 ? HOLDS : held.map(({ field }) => stillHeld(view, object, field));
  }),
};

function stillHeld(view: View, object: ObjectId, field: string): Reason {
  const message = `${field} of ${view.name(object)} is still held`;
  return { message, objects: [object], fields: fieldOf(field, object) };
}

interface HeldLock {
  readonly object: ObjectId;
  readonly field: string;
}

/** Locks held before the step, and those that its earlier events took, without those that they released. */
function heldLocks(view: View, earlier: readonly StepEvent[]): HeldLock[] {
  const held: HeldLock[] = [];
  for (const { kind, field } of ORDER)
    for (const object of view.live(kind)) if (view.number(object, field) !== 0) held.push({ object, field });
  for (const event of earlier) {
    if (event.type !== 'lock') continue;
    const at = held.findIndex((lock) => lock.object === event.object && lock.field === event.field);
    if (event.action === 'acquire') held.push({ object: event.object, field: event.field });
    else if (event.action === 'release' && at >= 0) held.splice(at, 1);
  }
  return held;
}

/** Place in the order; -1 for a lock that has none. */
function rankOf(field: string): number {
  return ORDER.findIndex((lock) => lock.field === field);
}
