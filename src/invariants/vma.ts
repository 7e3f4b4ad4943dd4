/**
 * Invariants of single VMAs: `anon_vma` and `anon_vma_chain` agree.
 * Kernel: check_anon_vma_clone(), unlink_anon_vmas(), __anon_vma_prepare() of mm/rmap.c.
 */
import {
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
  ...eachOf(['vma'], (view, vma) => {
    if (view.pointer(vma, 'anon_vma') !== null) return HOLDS;
    const chain = view.list(vma, 'anon_vma_chain');
    if (chain.length === 0) return HOLDS;
    return [
      {
        message: `${view.name(vma)} has no anon_vma, but its chain leads to ${view.names(view.chainOf(vma))}`,
        objects: [vma, ...chain],
        fields: [...fieldOf('anon_vma', vma), ...fieldOf('anon_vma_chain', vma)],
      },
    ];
  }),
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
  ...eachOf(['vma'], (view, vma) => {
    const active = view.pointer(vma, 'anon_vma');
    if (active === null) return HOLDS;
    const count = view.chainOf(vma).filter((anonVma) => anonVma === active).length;
    if (count === 1) return HOLDS;
    const often = count === 0 ? 'not' : `${count} times`;
    return [
      {
        message: `${view.name(active)} is the anon_vma of ${view.name(vma)} but ${often} on its chain`,
        objects: [vma, active],
        fields: [...fieldOf('anon_vma', vma), ...fieldOf('anon_vma_chain', vma)],
      },
    ];
  }),
};
