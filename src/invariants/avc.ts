/**
 * Invariants of anon_vma_chain objects, the links between VMAs and anon_vmas.
 * Kernel: anon_vma_chain_assign(), anon_rmap_tree_insert(), unlink_anon_vmas() of mm/rmap.c.
 */
import type { Reason } from '../trace/evaluation';
import type { ObjectId } from '../trace/value';
import {
  asserted,
  commented,
  eachOf,
  fieldOf,
  maintained,
  QUIESCENT,
  relied,
  type StateInvariant,
} from './invariant';
import type { View } from './view';

const AVC_FIELDS = { kind: 'anon_vma_chain', fields: ['vma', 'anon_vma'] } as const;

export const linkedBothWays: StateInvariant = {
  id: 'avc/linked-both-ways',
  form: 'state',
  when: QUIESCENT,
  title: 'An AVC is on its VMA’s chain and in its anon_vma’s tree',
  statement:
    'Every live AVC is on the chain of its vma and in the tree of its anon_vma, and nothing else is on either.',
  why: 'A walk reaches the VMA through the tree, and unmapping reaches the anon_vma through the chain: an AVC on only one of them is either missed by the walk or left in the tree when its VMA is freed.',
  speaksOf: [
    AVC_FIELDS,
    { kind: 'vma', fields: ['anon_vma_chain'] },
    { kind: 'anon_vma', fields: ['rb_root'] },
  ],
  places: [
    maintained('anon_vma_chain_assign'),
    maintained(
      '__anon_vma_prepare',
      'call:anon_rmap_tree_insert|anon_vma_interval_tree_insert|anon_vma_chain_link',
    ),
    maintained(
      'anon_vma_clone',
      'call:anon_rmap_tree_insert|anon_vma_interval_tree_insert|anon_vma_chain_link',
    ),
    maintained('unlink_anon_vmas', 'call:anon_rmap_tree_remove|anon_vma_interval_tree_remove'),
    commented('cleanup_partial_anon_vmas', 'we simply have to free up the AVC'),
    relied('rmap_walk_anon', 'loop'),
  ],
  ...eachOf(['anon_vma_chain', 'vma', 'anon_vma'], (view, subject) => {
    const reasons: Reason[] = [];
    const kind = view.kind(subject);
    if (kind === 'vma') checkMembers(view, reasons, subject, 'anon_vma_chain', 'vma', 'on the chain');
    else if (kind === 'anon_vma') checkMembers(view, reasons, subject, 'rb_root', 'anon_vma', 'in the tree');
    else {
      checkEnd(view, reasons, subject, 'vma', 'anon_vma_chain', 'on the chain');
      checkEnd(view, reasons, subject, 'anon_vma', 'rb_root', 'in the tree');
    }
    return reasons;
  }),
};

/** The AVC is exactly once on the list of the object that its `pointer` names. */
function checkEnd(
  view: View,
  reasons: Reason[],
  avc: ObjectId,
  pointer: 'vma' | 'anon_vma',
  list: 'anon_vma_chain' | 'rb_root',
  where: string,
): void {
  const owner = view.pointer(avc, pointer);
  const holders = pointer === 'vma' ? view.vmasChaining(avc) : view.anonVmasHolding(avc);
  const count = holders.filter((holder) => holder === owner).length;
  if (owner !== null && count === 1 && view.isLive(owner)) return;
  let message: string;
  if (owner === null) message = `a live AVC has no ${pointer}`;
  else if (!view.isLive(owner))
    message = `${view.name(avc)} outlives the freed ${pointer} ${view.name(owner)}`;
  else
    message = `${view.name(avc)} is ${count === 0 ? 'not' : `${count} times`} ${where} of ${view.name(owner)}`;
  reasons.push({
    message,
    objects: owner === null ? [avc] : [avc, owner],
    fields: [...fieldOf(pointer, avc), ...(owner === null ? [] : fieldOf(list, owner))],
  });
}

/** Everything on the list is a live AVC that names its owner. */
function checkMembers(
  view: View,
  reasons: Reason[],
  owner: ObjectId,
  list: 'anon_vma_chain' | 'rb_root',
  pointer: 'vma' | 'anon_vma',
  where: string,
): void {
  for (const avc of view.list(owner, list)) {
    if (view.isLive(avc) && view.pointer(avc, pointer) === owner) continue;
    const problem = view.isLive(avc) ? `names ${view.name(view.pointer(avc, pointer))}` : 'has been freed';
    reasons.push({
      message: `${view.name(avc)} is ${where} of ${view.name(owner)} but ${problem}`,
      objects: [owner, avc],
      fields: [...fieldOf(list, owner), ...fieldOf(pointer, avc)],
    });
  }
}

export const noDuplicate: StateInvariant = {
  id: 'avc/no-duplicate',
  form: 'state',
  when: QUIESCENT,
  title: 'At most one AVC joins a VMA and an anon_vma',
  statement: 'No two AVCs join the same VMA and anon_vma.',
  why: 'A walk would visit the VMA twice, and the emptying of a tree would be seen at the wrong AVC.',
  speaksOf: [AVC_FIELDS],
  places: [
    asserted('check_anon_vma_clone', 'call:VM_WARN_ON_ONCE|WARN_ON_ONCE has:list_empty has:dst'),
    commented('check_anon_vma_clone', 'We are establishing a new anon_vma_chain.'),
  ],
  ...eachOf(['vma'], (view, vma) => {
    const reasons: Reason[] = [];
    const seen = new Map<ObjectId, ObjectId>();
    for (const avc of view.avcsOf(vma)) {
      const anonVma = view.pointer(avc, 'anon_vma');
      if (anonVma === null) continue;
      const first = seen.get(anonVma);
      if (first === undefined) seen.set(anonVma, avc);
      else
        reasons.push({
          message: `two AVCs join ${view.name(vma)} and ${view.name(anonVma)}`,
          objects: [avc, first, vma, anonVma],
          fields: [...fieldOf('vma', avc, first), ...fieldOf('anon_vma', avc, first)],
        });
    }
    return reasons;
  }),
};
