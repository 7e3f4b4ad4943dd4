/**
 * anon_vma_fork() of mm/rmap.c: what a child's VMA is linked to, and where its own folios go. As in Linux 7.3.
 */
import { ENOMEM } from './errno';
import type { Kernel } from './kernel';
import { type anon_vma, type anon_vma_chain, anonVmaName, type vm_area_struct, vmaName } from './objects';

/** Gives the child's `vma` the links of `pvma`, and an anon_vma of its own. 0 or -ENOMEM. */
export function anon_vma_fork(k: Kernel, vma: vm_area_struct, pvma: vm_area_struct): number {
  k.enter(
    'anon_vma_fork',
    () => `give ${vmaName(vma)} the links of ${vmaName(pvma)} and an anon_vma of its own`,
  );
  const parent = pvma.anon_vma;
  if (!parent) {
    k.leave('return:0 #1', () => `${vmaName(pvma)} is unfaulted: so is the child’s VMA`);
    return 0;
  }
  k.at(
    'set:vma->anon_vma #1',
    'write',
    () => 'drop the pointer copied with the VMA: the child reuses one or gets its own',
  );
  k.set(vma, 'anon_vma', null);

  k.at(
    'call:anon_vma_alloc',
    'statement',
    () => 'make the anon_vma first, so that nothing is linked if there is no memory',
  );
  const anon_vma = k.f.anon_vma_alloc(k);
  if (!anon_vma) {
    k.leave('return:-ENOMEM #1', () => 'no memory for the anon_vma');
    return -ENOMEM;
  }
  k.at('call:anon_vma_chain_alloc', 'alloc', () => 'and the AVC that will link it');
  const avc = k.f.anon_vma_chain_alloc(k, 'GFP_KERNEL');
  if (!avc) {
    k.at('call:put_anon_vma #1', 'write', () => 'no memory for the AVC: drop the anon_vma');
    k.f.put_anon_vma(k, anon_vma);
    k.leave('return:-ENOMEM #2');
    return -ENOMEM;
  }
  k.at(
    'call:anon_vma_clone',
    'statement',
    () => 'link the child’s VMA to the parent’s anon_vmas, for folios not yet copied',
  );
  const rc = k.f.anon_vma_clone(k, vma, pvma, 'VMA_OP_FORK');
  if (rc || vma.anon_vma) {
    k.at(
      'call:put_anon_vma #2',
      'write',
      () => (rc ? 'the clone failed' : 'one was reused') + ': drop the new anon_vma',
    );
    k.f.put_anon_vma(k, anon_vma);
    k.at('call:anon_vma_chain_free', 'free', () => 'and its AVC');
    k.f.anon_vma_chain_free(k, avc);
    k.leave('return:rc');
    return rc;
  }
  adopt_forked(k, vma, parent, anon_vma, avc);
  k.leave('return:0 #2');
  return 0;
}

/** The end of anon_vma_fork(): the child's own anon_vma joins the hierarchy below the parent's. */
function adopt_forked(
  k: Kernel,
  vma: vm_area_struct,
  parent: anon_vma,
  anon_vma: anon_vma,
  avc: anon_vma_chain,
): void {
  k.at('set:num_active_vmas', 'write', () => `${vmaName(vma)} will put its folios into it`);
  k.set(anon_vma, 'num_active_vmas', 1);
  k.at(
    'set:root',
    'write',
    () => `it joins the hierarchy of ${anonVmaName(parent.root)}, whose rwsem is its lock from now on`,
  );
  k.set(anon_vma, 'root', parent.root);
  k.at('set:parent', 'write', () => `${anonVmaName(parent)} is its parent`);
  k.set(anon_vma, 'parent', parent);
  k.at(
    'call:get_anon_vma',
    'write',
    () => `pin the root ${anonVmaName(parent.root)}, since the lock lives there`,
  );
  k.f.get_anon_vma(k, anon_vma.root);
  k.at('set:vma->anon_vma #2', 'write', () => `new folios of ${vmaName(vma)} go to it`);
  k.set(vma, 'anon_vma', anon_vma);
  k.f.link_forked(k, vma, avc, anon_vma);
}

/** The last lines of anon_vma_fork(): chain, then tree, and one more child for the parent. */
export function link_forked(k: Kernel, vma: vm_area_struct, avc: anon_vma_chain, anon_vma: anon_vma): void {
  k.at('call:anon_vma_chain_assign', 'list', () => `link it at the head of the chain of ${vmaName(vma)}`);
  k.f.anon_vma_chain_assign(k, vma, avc, anon_vma);
  k.at('call:anon_vma_lock_write', 'lock', () => `write-lock the root ${anonVmaName(anon_vma.root)}`);
  k.f.anon_vma_lock_write(k, anon_vma);
  k.at(
    'call:anon_rmap_tree_insert',
    'tree',
    () => `let walks of ${anonVmaName(anon_vma)} find ${vmaName(vma)}`,
  );
  k.f.anon_rmap_tree_insert(k, avc, anon_vma);
  count_child(k, anon_vma);
}

/** The parent has one child more, and the root is released. Steps in anon_vma_fork(). */
export function count_child(k: Kernel, anon_vma: anon_vma): void {
  const { parent } = anon_vma;
  k.at('set:num_children', 'write', () => `${anonVmaName(parent)} has one more child`);
  k.set(parent, 'num_children', parent.num_children + 1);
  k.at('call:anon_vma_unlock_write', 'unlock', () => 'release the root');
  k.f.anon_vma_unlock_write(k, anon_vma);
}
