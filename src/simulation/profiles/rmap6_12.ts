/**
 * mm/rmap.c of Linux 6.12, and of 6.1 but for one function: AVCs are allocated and linked under the root's lock, which
 * is given up for an allocation that has to sleep; fork clones before it allocates; half-built VMAs are unlinked like
 * complete ones.
 */

import { ENOMEM } from '../errno';
import type { Kernel, vma_operation } from '../kernel';
import { type anon_vma, type anon_vma_chain, anonVmaName, type vm_area_struct, vmaName } from '../objects';

/** Takes the lock of the anon_vma's root unless it is the one held. Returns the root that is held then. */
export function lock_anon_vma_root(k: Kernel, root: anon_vma | null, anon: anon_vma): anon_vma {
  const new_root = anon.root;
  k.at('call:lock_anon_vma_root', 'statement', () => `hold the root of ${anonVmaName(anon)}`);
  if (new_root === root) return root;
  k.enter('lock_anon_vma_root', () => `the root of ${anonVmaName(anon)} is not held yet`);
  k.at('call:WARN_ON_ONCE', 'assert', () => 'no other root may be held: a chain has one root only');
  if (k.warn_on('WARN_ON_ONCE', 'root', root !== null) && root) {
    k.at('call:up_write', 'unlock', () => `release ${anonVmaName(root)}`);
    k.up_write(root, 'rwsem');
  }
  k.at('call:down_write', 'lock', () => `write-lock the root ${anonVmaName(new_root)}`);
  k.down_write(new_root, 'rwsem');
  k.leave('return');
  return new_root;
}

/** Step in the caller. */
export function unlock_anon_vma_root(k: Kernel, root: anon_vma | null): void {
  if (root) k.up_write(root, 'rwsem');
}

/** An AVC for a clone, first without sleeping, since the root may be held, then after giving it up. */
export function alloc_in_clone(
  k: Kernel,
  anon: anon_vma | null,
  held: { root: anon_vma | null },
): anon_vma_chain | null {
  k.at('call:anon_vma_chain_alloc #1', 'alloc', () => `an AVC for ${anonVmaName(anon)}, without sleeping`);
  const avc = k.f.anon_vma_chain_alloc(k, 'GFP_NOWAIT');
  if (avc) return avc;
  k.at('call:unlock_anon_vma_root #1', 'unlock', () =>
    held.root ? 'none to be had: release the root to sleep' : 'none to be had, and nothing is locked yet',
  );
  unlock_anon_vma_root(k, held.root);
  held.root = null;
  k.at('call:anon_vma_chain_alloc #2', 'alloc', () => 'try again, sleeping');
  return k.f.anon_vma_chain_alloc(k, 'GFP_KERNEL', true);
}

/** May the anon_vma be taken over by a VMA that has none? Only fork clones into such a VMA. */
export function reuse_in_clone(k: Kernel, dst: vm_area_struct, src: vm_area_struct, anon: anon_vma): void {
  if (dst.anon_vma || !src.anon_vma || anon.num_children >= 2 || anon.num_active_vmas !== 0) return;
  k.at(
    'set:dst->anon_vma #1',
    'write',
    () => `${anonVmaName(anon)} is used by no VMA: ${vmaName(dst)} takes it over`,
  );
  k.set(dst, 'anon_vma', anon);
  k.mark('reuse', dst, anon);
}

export function anon_vma_clone(
  k: Kernel,
  dst: vm_area_struct,
  src: vm_area_struct,
  _operation: vma_operation,
): number {
  const held: { root: anon_vma | null } = { root: null };
  k.enter('anon_vma_clone', () => `link ${vmaName(dst)} to every anon_vma of ${vmaName(src)}`);
  if (k.f.begin_clone(k, dst, src)) return 0;
  for (const pavc of src.anon_vma_chain.toReversed()) {
    const anon = pavc.anon_vma;
    const avc = k.f.alloc_in_clone(k, anon, held);
    if (!avc || !anon) {
      k.f.undo_clone(k, dst);
      k.leave('return:-ENOMEM');
      return -ENOMEM;
    }
    held.root = lock_anon_vma_root(k, held.root, anon);
    k.at(
      'call:anon_vma_chain_assign|anon_vma_chain_link',
      'list',
      () => `link ${vmaName(dst)} to ${anonVmaName(anon)}`,
    );
    k.f.anon_vma_chain_assign(k, dst, avc, anon);
    k.at(
      'call:anon_rmap_tree_insert|anon_vma_chain_link',
      'tree',
      () => `let walks of ${anonVmaName(anon)} find ${vmaName(dst)}`,
    );
    k.f.anon_rmap_tree_insert(k, avc, anon);
    k.f.reuse_in_clone(k, dst, src, anon);
  }
  const active = dst.anon_vma;
  if (active) {
    k.at('set:num_active_vmas', 'write', () => `${vmaName(dst)} puts its folios into ${anonVmaName(active)}`);
    k.set(active, 'num_active_vmas', active.num_active_vmas + 1);
  }
  k.at('call:unlock_anon_vma_root #2', 'unlock', () => 'release the root');
  unlock_anon_vma_root(k, held.root);
  k.leave('return:0 !in:if');
  return 0;
}

/** Nothing is checked. */
export function begin_clone(): boolean {
  return false;
}

/** The root is not held any more here: the failed allocation wanted to sleep. */
export function undo_clone(k: Kernel, dst: vm_area_struct): void {
  k.at(
    'set:dst->anon_vma #2',
    'write',
    () => `no memory: ${vmaName(dst)} must not be counted as active when it is unlinked`,
  );
  k.set(dst, 'anon_vma', null);
  k.at('call:unlink_anon_vmas', 'statement', () => 'unlink what has been linked');
  k.f.unlink_anon_vmas(k, dst);
}

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
    'call:anon_vma_clone',
    'statement',
    () => 'link the child’s VMA to the parent’s anon_vmas, for folios not yet copied',
  );
  const error = k.f.anon_vma_clone(k, vma, pvma, 'VMA_OP_FORK');
  if (error) {
    k.leave('return:error', () => 'the clone failed');
    return error;
  }
  if (vma.anon_vma) {
    k.leave('return:0 #2', () => `${anonVmaName(vma.anon_vma)} is reused`);
    return 0;
  }
  return add_own_anon_vma(k, vma, parent);
}

/** The rest of anon_vma_fork(): the child's own anon_vma. */
function add_own_anon_vma(k: Kernel, vma: vm_area_struct, parent: anon_vma): number {
  k.at('call:anon_vma_alloc', 'statement', () => 'nothing to reuse: make an anon_vma');
  const anon = k.f.anon_vma_alloc(k);
  if (!anon) return fail_fork(k, vma);
  k.at('set:num_active_vmas', 'write', () => `${vmaName(vma)} will put its folios into it`);
  k.set(anon, 'num_active_vmas', anon.num_active_vmas + 1);
  k.at('call:anon_vma_chain_alloc', 'alloc', () => 'and the AVC that links it');
  const avc = k.f.anon_vma_chain_alloc(k, 'GFP_KERNEL');
  if (!avc) {
    k.at('call:put_anon_vma', 'write', () => 'no memory for the AVC: drop the anon_vma');
    k.f.put_anon_vma(k, anon);
    return fail_fork(k, vma);
  }
  k.at(
    'set:root',
    'write',
    () => `it joins the hierarchy of ${anonVmaName(parent.root)}, whose rwsem is its lock from now on`,
  );
  k.set(anon, 'root', parent.root);
  k.at('set:parent', 'write', () => `${anonVmaName(parent)} is its parent`);
  k.set(anon, 'parent', parent);
  k.at(
    'call:get_anon_vma',
    'write',
    () => `pin the root ${anonVmaName(parent.root)}, since the lock lives there`,
  );
  k.f.get_anon_vma(k, anon.root);
  k.at('set:vma->anon_vma #2', 'write', () => `new folios of ${vmaName(vma)} go to it`);
  k.set(vma, 'anon_vma', anon);
  k.f.link_forked(k, vma, avc, anon);
  k.leave('return:0 #3');
  return 0;
}

function fail_fork(k: Kernel, vma: vm_area_struct): number {
  k.f.undo_fork(k, vma);
  k.leave('return:-ENOMEM');
  return -ENOMEM;
}

/** The clone is unlinked again; the VMA is not complete, its anon_vma is NULL. */
export function undo_fork(k: Kernel, vma: vm_area_struct): void {
  k.at('call:unlink_anon_vmas', 'statement', () => `no memory: unlink ${vmaName(vma)} again`);
  k.f.unlink_anon_vmas(k, vma);
}

export function unlink_anon_vmas(k: Kernel, vma: vm_area_struct): void {
  let root: anon_vma | null = null;
  k.enter('unlink_anon_vmas', () => `unlink ${vmaName(vma)} from its anon_vmas`);
  if (k.f.begin_unlink(k, vma)) return;
  for (const avc of [...vma.anon_vma_chain]) {
    const { anon_vma: anon } = avc;
    if (!anon) continue;
    root = lock_anon_vma_root(k, root, anon);
    k.at(
      'call:anon_rmap_tree_remove',
      'tree',
      () => `walks of ${anonVmaName(anon)} no longer find ${vmaName(vma)}`,
    );
    k.f.anon_rmap_tree_remove(k, avc, anon);
    if (anon.rb_root.length === 0) {
      k.at(
        'set:num_children',
        'write',
        () => `${anonVmaName(anon)} has no VMA left: its parent ${anonVmaName(anon.parent)} loses a child`,
      );
      k.set(anon.parent, 'num_children', anon.parent.num_children - 1);
      continue;
    }
    k.at('call:list_del #1', 'list', () => `take the AVC to ${anonVmaName(anon)} off the chain`);
    k.remove(vma, 'anon_vma_chain', avc);
    k.at('call:anon_vma_chain_free #1', 'free', () => 'free it');
    k.f.anon_vma_chain_free(k, avc);
  }
  const active = vma.anon_vma;
  if (active) {
    k.at('set:num_active_vmas', 'write', () => `${anonVmaName(active)} loses a VMA that puts folios into it`);
    k.set(active, 'num_active_vmas', active.num_active_vmas - 1);
    k.at('set:vma->anon_vma', 'write', () => `${vmaName(vma)} is unfaulted again`);
    k.set(vma, 'anon_vma', null);
  }
  k.at('call:unlock_anon_vma_root', 'unlock', () => 'release the root');
  unlock_anon_vma_root(k, root);
  k.f.drop_empty_anon_vmas(k, vma);
  k.leave('end');
}

/** An empty chain makes for empty loops. */
export function begin_unlink(): boolean {
  return false;
}

/** Nothing says yet that the folio has to be locked. */
export function assert_folio_locked(): void {}
