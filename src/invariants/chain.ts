/**
 * Invariants of the chains of VMAs as a whole.
 * Kernel: anon_vma_clone(), reusable_anon_vma(), anon_vma_lock_write().
 */
import type { Reason } from '../trace/evaluation';
import type { ObjectId } from '../trace/value';
import {
  ALWAYS,
  asserted,
  commented,
  eachOf,
  fieldOf,
  HOLDS,
  maintained,
  QUIESCENT,
  relied,
  type StateInvariant,
} from './invariant';

export const sameRoot: StateInvariant = {
  id: 'chain/same-root',
  form: 'state',
  when: ALWAYS,
  title: 'All anon_vmas on a chain have one root',
  statement: 'All anon_vmas on one chain have the same root.',
  why: 'One root lock is taken for the whole chain: an anon_vma of another root would have its tree changed without its lock.',
  speaksOf: [
    { kind: 'vma', fields: ['anon_vma_chain'] },
    { kind: 'anon_vma_chain', fields: ['anon_vma'] },
    { kind: 'anon_vma', fields: ['root'] },
  ],
  places: [
    commented('anon_vma_clone', "Note that all anon_vma's share the same root."),
    maintained('anon_vma_fork', 'set:anon_vma->root'),
    relied('anon_vma_clone', 'call:anon_vma_lock_write|lock_anon_vma_root'),
    relied('unlink_anon_vmas', 'call:anon_vma_lock_write|lock_anon_vma_root'),
  ],
  ...eachOf(['vma'], (view, vma) => {
    const [first, ...rest] = view.chainOf(vma);
    if (first === undefined) return HOLDS;
    const stranger = rest.find((anonVma) => view.rootOf(anonVma) !== view.rootOf(first));
    if (stranger === undefined) return HOLDS;
    return [
      {
        message: `the chain of ${view.name(vma)} has ${view.name(first)} of root ${view.name(view.rootOf(first))} and ${view.name(stranger)} of root ${view.name(view.rootOf(stranger))}`,
        objects: [vma, first, stranger],
        fields: [...fieldOf('anon_vma_chain', vma), ...fieldOf('root', first, stranger)],
      },
    ];
  }),
};

export const sharedMeansSame: StateInvariant = {
  id: 'chain/shared-means-same',
  form: 'state',
  when: QUIESCENT,
  title: 'VMAs of one process that share an anon_vma have equal chains',
  statement: 'Two VMAs of one mm with the same anon_vma have chains over the same set of anon_vmas.',
  why: 'Merging two such VMAs keeps one chain and drops the other: what only the dropped one led to could no longer be found by a walk.',
  speaksOf: [
    { kind: 'vma', fields: ['anon_vma', 'anon_vma_chain', 'vm_mm'] },
    { kind: 'anon_vma_chain', fields: ['anon_vma'] },
  ],
  places: [
    relied('reusable_anon_vma'),
    asserted('check_anon_vma_clone', 'call:VM_WARN_ON_ONCE|WARN_ON_ONCE has:list_is_singular'),
    commented('check_anon_vma_clone', 'For the anon_vma to be compatible, it can only be singular.'),
  ],
  ...eachOf(['anon_vma'], (view, anonVma) => {
    const reasons: Reason[] = [];
    const firstOf = new Map<ObjectId | null, ObjectId>();
    for (const vma of view.activeVmas(anonVma)) {
      const mm = view.mmOf(vma);
      const first = firstOf.get(mm);
      if (first === undefined) firstOf.set(mm, vma);
      else if (!sameSet(view.chainOf(first), view.chainOf(vma)))
        reasons.push({
          message: `${view.name(first)} and ${view.name(vma)} share ${view.name(anonVma)}, but their chains lead to ${view.names(view.chainOf(first))} and to ${view.names(view.chainOf(vma))}`,
          objects: [vma, first, anonVma],
          fields: fieldOf('anon_vma_chain', first, vma),
        });
    }
    return reasons;
  }),
};

function sameSet(a: readonly ObjectId[], b: readonly ObjectId[]): boolean {
  const inA = new Set(a);
  const inB = new Set(b);
  return inA.size === inB.size && [...inA].every((item) => inB.has(item));
}
