/**
 * Invariants of memory: nothing is used after it was freed, freed twice, or lost.
 */
import type { Reason } from '../trace/evaluation';
import type { Change, StepEvent } from '../trace/step';
import type { ObjectId } from '../trace/value';
import {
  ALWAYS,
  eachOf,
  fieldOf,
  HOLDS,
  maintained,
  QUIESCENT,
  relied,
  type StateInvariant,
  type StepInvariant,
} from './invariant';
import type { View } from './view';

const EVERYTHING = ['mm', 'vma', 'anon_vma', 'anon_vma_chain', 'folio'].map((kind) => ({ kind, fields: [] }));

export const noUseAfterFree: StepInvariant = {
  id: 'mem/no-use-after-free',
  form: 'step',
  when: ALWAYS,
  title: 'Freed objects are not used',
  statement: 'No freed object is read or written.',
  why: 'The memory may already be something else: the read sees, and the write destroys, a stranger’s data.',
  speaksOf: EVERYTHING,
  places: [relied('rmap_walk_anon', 'loop'), relied('unlink_anon_vmas', 'loop #1')],
  event(event: StepEvent, view: View): Reason | null {
    if (event.type !== 'memory' || event.fault !== 'use-after-free') return null;
    return memoryReason(view, event.object, event.field, `is used after it was freed${freedAt(event)}`);
  },
  change(change: Change, view: View): Reason | null {
    if (change.op === 'create' || change.op === 'free') return null;
    if (view.isLive(change.object)) return null;
    return memoryReason(view, change.object, change.field, 'is written after it was freed');
  },
};

export const noDoubleFree: StepInvariant = {
  id: 'mem/no-double-free',
  form: 'step',
  when: ALWAYS,
  title: 'Nothing is freed twice',
  statement: 'No object is freed that has already been freed.',
  why: 'The allocator would hand the same memory to two owners.',
  speaksOf: EVERYTHING,
  places: [maintained('anon_vma_chain_free'), maintained('anon_vma_free')],
  event(event: StepEvent, view: View): Reason | null {
    if (event.type !== 'memory' || event.fault !== 'double-free') return null;
    return memoryReason(view, event.object, null, `is freed a second time${freedAt(event)}`);
  },
  change(change: Change, view: View): Reason | null {
    if (change.op !== 'free' || view.isLive(change.object)) return null;
    return memoryReason(view, change.object, null, 'is freed a second time');
  },
};

export const noWildAccess: StepInvariant = {
  id: 'mem/no-wild-access',
  form: 'step',
  when: ALWAYS,
  title: 'No NULL, wild or uninitialised pointer is followed',
  statement: 'No pointer that is NULL or leads nowhere is followed, and no uninitialised field is read.',
  why: 'The kernel would crash at that statement, or go on with whatever was in memory.',
  speaksOf: EVERYTHING,
  places: [],
  event(event: StepEvent, view: View): Reason | null {
    if (event.type !== 'memory') return null;
    if (event.fault === 'null-pointer')
      return memoryReason(view, event.object, event.field, 'is NULL, and is followed');
    if (event.fault === 'wild-pointer')
      return memoryReason(view, event.object, event.field, 'leads nowhere, and is followed');
    if (event.fault !== 'uninitialised') return null;
    return memoryReason(view, event.object, event.field, 'is read before it was written');
  },
};

/** Where the memory was given back, when the engine knows. */
function freedAt(event: StepEvent): string {
  return event.type === 'memory' && event.freedAt !== undefined ? ` (freed at ${event.freedAt})` : '';
}

function memoryReason(view: View, object: ObjectId | null, field: string | null, what: string): Reason {
  const whole = object === null ? 'memory' : `${view.kind(object)} ${view.name(object)}`;
  return {
    message: `${field === null ? whole : `${field} of ${whole}`} ${what}`,
    objects: object === null ? [] : [object],
    fields: object === null || field === null ? [] : fieldOf(field, object),
  };
}

export const noLeak: StateInvariant = {
  id: 'mem/no-leak',
  form: 'state',
  when: QUIESCENT,
  title: 'Every live object can be reached',
  statement:
    'Every live object is reachable from a live mm, and when the last process has exited none is alive.',
  why: 'What nothing leads to is never freed; and a leaked AVC leaves a tree that leads to a freed VMA.',
  speaksOf: [
    { kind: 'mm', fields: ['mm_mt', 'ptes.'] },
    { kind: 'vma', fields: ['anon_vma', 'anon_vma_chain'] },
    { kind: 'anon_vma_chain', fields: ['anon_vma'] },
    { kind: 'anon_vma', fields: ['root'] },
    { kind: 'folio', fields: [] },
  ],
  places: [
    maintained('unlink_anon_vmas'),
    maintained('cleanup_partial_anon_vmas'),
    maintained('anon_vma_fork', 'call:anon_vma_chain_free'),
  ],
  ...eachOf(['vma', 'anon_vma_chain', 'anon_vma', 'folio'], (view, object) =>
    isReachable(view, object)
      ? HOLDS
      : [
          {
            message: `${view.name(object)} is alive, but nothing leads to it`,
            objects: [object],
            fields: [],
          },
        ],
  ),
};

/** Whether a live process, or the scenario itself, leads to the object: to its VMAs, their AVCs and anon_vmas with roots, to its folios. */
function isReachable(view: View, object: ObjectId): boolean {
  switch (view.kind(object)) {
    case 'vma':
      return isVmaReachable(view, object);
    case 'anon_vma_chain':
      return isAvcReachable(view, object);
    case 'anon_vma':
      return isAnonVmaReachable(view, object, new Set());
    default:
      return view.mmsMapping(object).length > 0;
  }
}

function isVmaReachable(view: View, vma: ObjectId): boolean {
  return view.inVmaTree(vma) || view.held.has(vma);
}

function isAvcReachable(view: View, avc: ObjectId): boolean {
  return view.vmasChaining(avc).some((vma) => isVmaReachable(view, vma));
}

/** Through a VMA or an AVC, or as the root of one that is reached so. */
function isAnonVmaReachable(view: View, anonVma: ObjectId, seen: Set<ObjectId>): boolean {
  seen.add(anonVma);
  return (
    view.activeVmas(anonVma).some((vma) => isVmaReachable(view, vma)) ||
    view.avcsTo(anonVma).some((avc) => isAvcReachable(view, avc)) ||
    view.othersWithRoot(anonVma).some((other) => !seen.has(other) && isAnonVmaReachable(view, other, seen))
  );
}
