/**
 * The states of mm/rmap.c on the way from 6.12's to 7.0's: what the patches of the series "mm: clean up anon_vma
 * implementation" (v3, January 2026) change, function by function. Which state has which is in series.ts.
 */
import { check_chains, warn_once } from '../anonVma';
import { ENOMEM } from '../errno';
import type { Kernel, vma_operation } from '../kernel';
import { type anon_vma, type anon_vma_chain, anonVmaName, type vm_area_struct, vmaName } from '../objects';

// ---- patch 1: asserts ------------------------------------------------------------------------------------

/** What a clone may assume, before it is told the operation (patch 9). */
export function check_anon_vma_clone(k: Kernel, dst: vm_area_struct, src: vm_area_struct): void {
  k.enter('check_anon_vma_clone', () => `check that ${vmaName(src)} may be cloned into ${vmaName(dst)}`);
  k.at('call:mmap_assert_write_locked', 'assert', () => 'the source must not change meanwhile');
  k.warn_on('mmap_assert_write_locked', 'src->vm_mm', src.vm_mm.mmap_lock !== -1);
  k.at(
    'call:VM_WARN_ON_ONCE has:vm_mm',
    'assert',
    () => 'only fork, which leaves it unfaulted, has it elsewhere',
  );
  warn_once(k, 'dst->anon_vma && dst->vm_mm != src->vm_mm', dst.anon_vma !== null && dst.vm_mm !== src.vm_mm);
  check_chains(k, dst, src);
  k.leave('end');
}

export function begin_clone_checked(k: Kernel, dst: vm_area_struct, src: vm_area_struct): boolean {
  k.at('call:check_anon_vma_clone', 'statement', () => 'check what a clone may assume');
  k.f.check_anon_vma_clone(k, dst, src, 'VMA_OP_SPLIT');
  return false;
}

export function begin_unlink_checked(k: Kernel, vma: vm_area_struct): boolean {
  k.f.assert_mmap_locked(k, vma.vm_mm, 'vma->vm_mm');
  return false;
}

// ---- patch 3: unfaulted VMAs are passed over, partial clones have a function of their own ----------------

export function begin_clone_skipping(k: Kernel, dst: vm_area_struct, src: vm_area_struct): boolean {
  begin_clone_checked(k, dst, src);
  if (src.anon_vma) return false;
  k.leave('return:0 in:if', () => `${vmaName(src)} is unfaulted: nothing to link`);
  return true;
}

export function begin_unlink_skipping(k: Kernel, vma: vm_area_struct): boolean {
  begin_unlink_checked(k, vma);
  if (vma.anon_vma) return false;
  k.at('call:VM_WARN_ON_ONCE', 'assert', () => 'an unfaulted VMA has no chain');
  warn_once(k, '!list_empty(&vma->anon_vma_chain)', vma.anon_vma_chain.length > 0);
  k.leave('return', () => `${vmaName(vma)} is unfaulted: nothing to unlink`);
  return true;
}

export function undo_clone_partial(k: Kernel, dst: vm_area_struct): void {
  k.at('call:cleanup_partial_anon_vmas', 'statement', () => 'no memory: take back what has been linked');
  k.f.cleanup_partial_anon_vmas(k, dst);
}

/** AVCs of a failed clone are in the trees until patch 8. `vma->anon_vma` stays as it is until 7.0. */
export function cleanup_linked_anon_vmas(k: Kernel, vma: vm_area_struct): void {
  let root: anon_vma | null = null;
  k.enter('cleanup_partial_anon_vmas', () => `take back the unfinished chain of ${vmaName(vma)}`);
  k.f.assert_mmap_locked(k, vma.vm_mm, 'vma->vm_mm');
  for (const avc of [...vma.anon_vma_chain]) {
    const { anon_vma } = avc;
    if (!anon_vma) continue;
    if (!root) {
      root = anon_vma.root;
      k.at(
        'call:anon_vma_lock_write',
        'lock',
        () => `write-lock ${anonVmaName(anon_vma.root)}, the root they all share`,
      );
      k.f.anon_vma_lock_write(k, root);
    }
    k.at(
      'call:anon_rmap_tree_remove',
      'tree',
      () => `walks of ${anonVmaName(anon_vma)} no longer find ${vmaName(vma)}`,
    );
    k.f.anon_rmap_tree_remove(k, avc, anon_vma);
    drop_partial(k, vma, avc);
  }
  if (root) {
    k.at('call:anon_vma_unlock_write', 'unlock', () => 'release the root');
    k.f.anon_vma_unlock_write(k, root);
  }
  k.leave('end');
}

function drop_partial(k: Kernel, vma: vm_area_struct, avc: anon_vma_chain): void {
  k.at('call:list_del', 'list', () => `take the AVC to ${anonVmaName(avc.anon_vma)} off the chain`);
  k.remove(vma, 'anon_vma_chain', avc);
  k.at('call:anon_vma_chain_free', 'free', () => 'free it');
  k.f.anon_vma_chain_free(k, avc);
}

// ---- patch 4: the root is locked once, through the active anon_vma ---------------------------------------

export function anon_vma_clone_locked_once(
  k: Kernel,
  dst: vm_area_struct,
  src: vm_area_struct,
  _operation: vma_operation,
): number {
  k.enter('anon_vma_clone', () => `link ${vmaName(dst)} to every anon_vma of ${vmaName(src)}`);
  if (k.f.begin_clone(k, dst, src)) return 0;
  const active = src.anon_vma;
  if (!active) return 0; // begin_clone() has left by then
  k.at(
    'call:anon_vma_lock_write #1',
    'lock',
    () => `write-lock ${anonVmaName(active.root)}, the root they all share`,
  );
  k.f.anon_vma_lock_write(k, active);
  for (const pavc of src.anon_vma_chain.toReversed()) {
    const { anon_vma } = pavc;
    const avc = alloc_relocking(k, active, anon_vma);
    if (!avc || !anon_vma) {
      k.f.undo_clone(k, dst);
      k.leave('return:-ENOMEM');
      return -ENOMEM;
    }
    k.at('call:anon_vma_chain_assign', 'list', () => `link ${vmaName(dst)} to ${anonVmaName(anon_vma)}`);
    k.f.anon_vma_chain_assign(k, dst, avc, anon_vma);
    k.at(
      'call:anon_rmap_tree_insert|anon_vma_chain_link',
      'tree',
      () => `let walks of ${anonVmaName(anon_vma)} find ${vmaName(dst)}`,
    );
    k.f.anon_rmap_tree_insert(k, avc, anon_vma);
    k.f.reuse_in_clone(k, dst, src, anon_vma);
  }
  return finish_clone(k, dst, active);
}

/** GFP_NOWAIT under the lock, then GFP_KERNEL without it. The lock is held on success only. */
function alloc_relocking(k: Kernel, active: anon_vma, anon: anon_vma | null): anon_vma_chain | null {
  k.at('call:anon_vma_chain_alloc #1', 'alloc', () => `an AVC for ${anonVmaName(anon)}, without sleeping`);
  const avc = k.f.anon_vma_chain_alloc(k, 'GFP_NOWAIT');
  if (avc) return avc;
  k.at('call:anon_vma_unlock_write #1', 'unlock', () => 'none to be had: release the root to sleep');
  k.f.anon_vma_unlock_write(k, active);
  k.at('call:anon_vma_chain_alloc #2', 'alloc', () => 'try again, sleeping');
  const slept = k.f.anon_vma_chain_alloc(k, 'GFP_KERNEL', true);
  if (!slept) return null;
  k.at('call:anon_vma_lock_write #2', 'lock', () => 'lock the root again');
  k.f.anon_vma_lock_write(k, active);
  return slept;
}

/** The end of anon_vma_clone() up to patch 8: the copy is counted, and the root released. */
function finish_clone(k: Kernel, dst: vm_area_struct, active: anon_vma): number {
  const { anon_vma } = dst;
  if (anon_vma) {
    k.at(
      'set:num_active_vmas',
      'write',
      () => `${vmaName(dst)} puts its folios into ${anonVmaName(anon_vma)}`,
    );
    k.set(anon_vma, 'num_active_vmas', anon_vma.num_active_vmas + 1);
  }
  k.at('call:anon_vma_unlock_write !in:if', 'unlock', () => 'release the root');
  k.f.anon_vma_unlock_write(k, active);
  k.leave('return:0 !in:if');
  return 0;
}

// ---- patch 8: AVCs are allocated before anything is locked -----------------------------------------------

export function anon_vma_clone_unlocked_alloc(
  k: Kernel,
  dst: vm_area_struct,
  src: vm_area_struct,
  _operation: vma_operation,
): number {
  k.enter('anon_vma_clone', () => `link ${vmaName(dst)} to every anon_vma of ${vmaName(src)}`);
  if (k.f.begin_clone(k, dst, src)) return 0;
  const active = src.anon_vma;
  if (!active) return 0; // begin_clone() has left by then
  for (const { anon_vma } of [...src.anon_vma_chain]) {
    k.at(
      'call:anon_vma_chain_alloc',
      'alloc',
      () => `an AVC for ${anonVmaName(anon_vma)}, with no lock held`,
    );
    const avc = k.f.anon_vma_chain_alloc(k, 'GFP_KERNEL');
    if (!avc || !anon_vma) {
      k.f.undo_clone(k, dst);
      k.leave('return:-ENOMEM');
      return -ENOMEM;
    }
    k.at('call:anon_vma_chain_assign', 'list', () => `put it at the head of the chain of ${vmaName(dst)}`);
    k.f.anon_vma_chain_assign(k, dst, avc, anon_vma);
  }
  k.at(
    'call:anon_vma_lock_write',
    'lock',
    () => `write-lock ${anonVmaName(active.root)}, the root they all share`,
  );
  k.f.anon_vma_lock_write(k, active);
  for (const avc of dst.anon_vma_chain.toReversed()) {
    const { anon_vma } = avc;
    if (!anon_vma) continue;
    k.at(
      'call:anon_rmap_tree_insert',
      'tree',
      () => `let walks of ${anonVmaName(anon_vma)} find ${vmaName(dst)}`,
    );
    k.f.anon_rmap_tree_insert(k, avc, anon_vma);
    k.f.reuse_in_clone(k, dst, src, anon_vma);
  }
  return finish_clone(k, dst, active);
}

/** AVCs of a failed clone are in no tree any more; `vma->anon_vma` still stays as it is, until 7.0. */
export function cleanup_unlinked_anon_vmas(k: Kernel, vma: vm_area_struct): void {
  k.enter('cleanup_partial_anon_vmas', () => `take back the unfinished chain of ${vmaName(vma)}`);
  for (const avc of [...vma.anon_vma_chain]) drop_partial(k, vma, avc);
  k.leave('end');
}
