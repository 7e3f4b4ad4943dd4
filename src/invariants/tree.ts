/**
 * Invariants of the interval trees of anon_vmas.
 * Kernel: anon_rmap_tree_insert() and the pre and post update around changes of a VMA's range (mm/interval_tree.c,
 * mm/vma.c).
 */
import type { Reason } from '../trace/evaluation';
import { eachOf, fieldOf, maintained, QUIESCENT, relied, type StateInvariant } from './invariant';

export const keysCurrent: StateInvariant = {
  id: 'tree/keys-current',
  form: 'state',
  when: QUIESCENT,
  title: 'Tree entries are keyed by their VMA’s current range',
  statement: 'Every tree entry is keyed by its VMA’s current anonymous page range.',
  why: 'The tree is searched by page offset: an entry under an old key is not found, or found where its VMA maps nothing.',
  speaksOf: [
    { kind: 'anon_vma_chain', fields: ['rb_start', 'rb_last', 'vma', 'anon_vma'] },
    { kind: 'vma', fields: ['vm_start', 'vm_end', 'vm_pgoff', 'anon_pgoff'] },
    { kind: 'anon_vma', fields: ['rb_root'] },
  ],
  places: [
    maintained('vma_prepare'),
    maintained('vma_complete'),
    maintained('anon_rmap_tree_insert'),
    relied('rmap_walk_anon', 'loop'),
  ],
  ...eachOf(['anon_vma'], (view, anonVma) => {
    const reasons: Reason[] = [];
    for (const avc of view.list(anonVma, 'rb_root')) {
      const vma = view.pointer(avc, 'vma');
      if (vma === null || !view.isLive(vma) || !view.isLive(avc)) continue;
      const first = view.anonPgoff(vma);
      const last = first + view.number(vma, 'vm_end') - view.number(vma, 'vm_start') - 1;
      if (view.value(avc, 'rb_start') === first && view.value(avc, 'rb_last') === last) continue;
      reasons.push({
        message: `the tree of ${view.name(anonVma)} holds ${view.name(vma)} under ${view.number(avc, 'rb_start')} to ${view.number(avc, 'rb_last')}, but its pages are ${first} to ${last}`,
        objects: [avc, vma, anonVma],
        fields: [
          ...fieldOf('rb_start', avc),
          ...fieldOf('rb_last', avc),
          ...fieldOf(view.anonPgoffField(vma), vma),
        ],
      });
    }
    return reasons;
  }),
};
