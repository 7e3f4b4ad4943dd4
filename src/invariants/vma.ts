/**
 * Invariants of single VMAs: `anon_vma` and `anon_vma_chain` agree.
 * Kernel: check_anon_vma_clone(), unlink_anon_vmas(), __anon_vma_prepare() of mm/rmap.c.
 */
import type { Reason } from '../trace/evaluation';
import {
  asserted,
  commented,
  fieldOf,
  maintained,
  QUIESCENT,
  relied,
  type StateInvariant,
} from './invariant';
import type { View } from './view';

export const unfaultedEmptyChain: StateInvariant = {
  id: 'vma/unfaulted-empty-chain',
  form: 'state',
  when: QUIESCENT,
  title: 'An unfaulted VMA has an empty chain',
  statement: 'A VMA whose anon_vma is NULL has an empty anon_vma_chain.',
  why: 'unlink_anon_vmas() and anon_vma_clone() return at once for an unfaulted VMA: AVCs left on its chain are never freed, and a tree keeps leading to a VMA that is gone.',
  speaksOf: [{ kind: 'vma', fields: ['anon_vma', 'anon_vma_chain'] }],
  places: [
    asserted('check_anon_vma_clone', 'call:VM_WARN_ON_ONCE|WARN_ON_ONCE has:src has:list_empty'),
    asserted('unlink_anon_vmas', 'call:VM_WARN_ON_ONCE|WARN_ON_ONCE has:list_empty'),
    commented('unlink_anon_vmas', 'Unfaulted is a no-op.'),
    maintained('cleanup_partial_anon_vmas', 'set:vma->anon_vma'),
  ],
  check(view: View): Reason[] {
    const reasons: Reason[] = [];
    for (const vma of view.live('vma')) {
      if (view.pointer(vma, 'anon_vma') !== null) continue;
      const chain = view.list(vma, 'anon_vma_chain');
      if (chain.length === 0) continue;
      reasons.push({
        message: `${view.name(vma)} has no anon_vma, but its chain leads to ${view.names(view.chainOf(vma))}`,
        objects: [vma, ...chain],
        fields: [...fieldOf('anon_vma', vma), ...fieldOf('anon_vma_chain', vma)],
      });
    }
    return reasons;
  },
};

export const activeOnChain: StateInvariant = {
  id: 'vma/active-on-chain',
  form: 'state',
  when: QUIESCENT,
  title: 'A faulted VMA has its own anon_vma on its chain once',
  statement: 'A faulted VMA has exactly one AVC to its own anon_vma on its chain.',
  why: 'New anonymous folios of the VMA go to vma->anon_vma; without the AVC its tree does not lead back to the VMA, and unlinking the chain never gives the anon_vma up.',
  speaksOf: [
    { kind: 'vma', fields: ['anon_vma', 'anon_vma_chain'] },
    { kind: 'anon_vma_chain', fields: ['anon_vma'] },
  ],
  places: [
    maintained('__anon_vma_prepare', 'call:anon_vma_chain_assign|anon_vma_chain_link'),
    maintained('anon_vma_fork', 'call:anon_vma_chain_assign|anon_vma_chain_link'),
    maintained('cleanup_partial_anon_vmas', 'set:vma->anon_vma'),
    relied('unlink_anon_vmas', 'has:num_active_vmas !call:VM_WARN_ON'),
  ],
  check(view: View): Reason[] {
    const reasons: Reason[] = [];
    for (const vma of view.live('vma')) {
      const active = view.pointer(vma, 'anon_vma');
      if (active === null) continue;
      const count = view.chainOf(vma).filter((anonVma) => anonVma === active).length;
      if (count === 1) continue;
      const often = count === 0 ? 'not' : `${count} times`;
      reasons.push({
        message: `${view.name(active)} is the anon_vma of ${view.name(vma)} but ${often} on its chain`,
        objects: [vma, active],
        fields: [...fieldOf('anon_vma', vma), ...fieldOf('anon_vma_chain', vma)],
      });
    }
    return reasons;
  },
};
