/**
 * Invariants of memory: nothing is used after it was freed, freed twice, or lost.
 */
import type { Reason } from '../trace/evaluation';
import type { Change, StepEvent } from '../trace/step';
import type { ObjectId } from '../trace/value';
import {
  ALWAYS,
  fieldOf,
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
    return memoryReason(view, event.object, event.field, 'is used after it was freed');
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
    return memoryReason(view, event.object, null, 'is freed a second time');
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
  title: 'No NULL or uninitialised pointer is followed',
  statement: 'No NULL pointer is followed and no uninitialised field is read.',
  why: 'The kernel would crash at that statement, or go on with whatever was in memory.',
  speaksOf: EVERYTHING,
  places: [],
  event(event: StepEvent, view: View): Reason | null {
    if (event.type !== 'memory') return null;
    if (event.fault === 'null-pointer')
      return memoryReason(view, event.object, event.field, 'is NULL, and is followed');
    if (event.fault !== 'uninitialised') return null;
    return memoryReason(view, event.object, event.field, 'is read before it was written');
  },
};

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
  check(view: View): Reason[] {
    const reached = reachable(view);
    const reasons: Reason[] = [];
    for (const kind of ['vma', 'anon_vma_chain', 'anon_vma', 'folio']) {
      for (const object of view.live(kind)) {
        if (reached.has(object)) continue;
        const message = `${view.name(object)} is alive, but nothing leads to it`;
        reasons.push({ message, objects: [object], fields: [] });
      }
    }
    return reasons;
  },
};

/** Everything that a live process leads to: its VMAs, their AVCs and anon_vmas with roots, its folios. */
function reachable(view: View): Set<ObjectId> {
  const reached = new Set<ObjectId>();
  const addAnonVma = (anonVma: ObjectId | null): void => {
    if (anonVma === null || reached.has(anonVma)) return;
    reached.add(anonVma);
    addAnonVma(view.rootOf(anonVma));
  };
  const addVma = (vma: ObjectId): void => {
    reached.add(vma);
    addAnonVma(view.pointer(vma, 'anon_vma'));
    for (const avc of view.list(vma, 'anon_vma_chain')) {
      reached.add(avc);
      addAnonVma(view.pointer(avc, 'anon_vma'));
    }
  };
  for (const mm of view.live('mm')) for (const vma of view.list(mm, 'mm_mt')) addVma(vma);
  for (const vma of view.held) addVma(vma);
  for (const { folio } of view.mappings()) reached.add(folio);
  return reached;
}
