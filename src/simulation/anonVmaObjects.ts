/**
 * The small functions around anon_vma and anon_vma_chain: allocation, reference counts, locking, and the interval tree
 * (mm/rmap.c, include/linux/rmap.h or mm/internal.h, mm/interval_tree.c). As in Linux 7.3.
 */

import type { Kernel } from './kernel';
import type { Gfp } from './machine';
import {
  type anon_vma,
  type anon_vma_chain,
  anonVmaName,
  type mm_struct,
  type vm_area_struct,
} from './objects';

/** A new anon_vma that is its own root and parent. null without memory. */
export function anon_vma_alloc(k: Kernel): anon_vma | null {
  k.enter('anon_vma_alloc', () => 'make an anon_vma');
  k.at(
    'call:kmem_cache_alloc',
    'alloc',
    () => 'take one from its slab, whose memory stays typesafe under RCU',
  );
  const anon = k.alloc_anon_vma('GFP_KERNEL');
  if (anon) {
    k.at('call:atomic_set', 'write', () => 'its first reference is its own');
    k.set(anon, 'refcount', 1);
  }
  k.leave('return', () => (anon ? 'it is its own root and parent for now' : 'there is no memory'));
  return anon;
}

/** Gives an anon_vma back, once nobody can be waiting for its lock. */
export function anon_vma_free(k: Kernel, anon: anon_vma): void {
  k.enter('anon_vma_free', () => `give ${anonVmaName(anon)} back`);
  k.at('call:VM_BUG_ON', 'assert', () => 'nobody may hold a reference');
  k.warn_on('VM_BUG_ON', 'atomic_read(&anon_vma->refcount)', anon.refcount !== 0);
  k.deref(anon.root, 'rwsem');
  if (anon.root.rwsem !== 0) {
    k.at('call:anon_vma_lock_write', 'lock', () => 'a walk holds the root: wait for it');
    k.f.anon_vma_lock_write(k, anon);
    k.at('call:anon_vma_unlock_write', 'unlock', () => 'and go on');
    k.f.anon_vma_unlock_write(k, anon);
  }
  k.at('call:kmem_cache_free', 'free', () => `${anonVmaName(anon)} goes back to its slab`);
  k.free(anon);
  k.leave('end');
}

export function get_anon_vma(k: Kernel, anon: anon_vma): void {
  k.set(anon, 'refcount', anon.refcount + 1);
}

/** Drops a reference; the last one frees it. */
export function put_anon_vma(k: Kernel, anon: anon_vma): void {
  k.set(anon, 'refcount', anon.refcount - 1);
  if (anon.refcount === 0) k.f.__put_anon_vma(k, anon);
}

/** The last reference is gone: frees it, and its root with it if that was only pinned by it. */
export function __put_anon_vma(k: Kernel, anon: anon_vma): void {
  const { root } = anon;
  k.enter('__put_anon_vma', () => `nobody holds ${anonVmaName(anon)} any more`);
  k.at('call:anon_vma_free #1', 'statement', () => `free ${anonVmaName(anon)}`);
  k.f.anon_vma_free(k, anon);
  if (root !== anon) {
    k.at('if', 'write', () => `its pin on the root ${anonVmaName(root)} ends`);
    k.set(root, 'refcount', root.refcount - 1);
    if (root.refcount === 0) {
      k.at(
        'call:anon_vma_free #2',
        'statement',
        () => `it was the last: free the root ${anonVmaName(root)} too`,
      );
      k.f.anon_vma_free(k, root);
    }
  }
  k.leave('end');
}

export function anon_vma_chain_alloc(k: Kernel, gfp: Gfp, retry = false): anon_vma_chain | null {
  return k.alloc_avc(gfp, retry);
}

export function anon_vma_chain_free(k: Kernel, avc: anon_vma_chain): void {
  k.free(avc);
}

/** Makes the AVC join the two, at the head of the VMA's chain; no tree knows of it yet. */
export function anon_vma_chain_assign(
  k: Kernel,
  vma: vm_area_struct,
  avc: anon_vma_chain,
  anon: anon_vma,
): void {
  k.publish_anon_vma(anon);
  k.set(avc, 'vma', vma);
  k.set(avc, 'anon_vma', anon);
  k.insert(vma, 'anon_vma_chain', 0, avc);
}

export function anon_vma_lock_write(k: Kernel, anon: anon_vma): void {
  k.deref(anon, 'root');
  k.down_write(anon.root, 'rwsem');
}

export function anon_vma_unlock_write(k: Kernel, anon: anon_vma): void {
  k.up_write(anon.root, 'rwsem');
}

/** First anonymous page offset of the VMA (vma_start_anon_pgoff()). */
export function anon_rmap_start(vma: vm_area_struct): number {
  return vma.anon_pgoff;
}

/** Walking order is by first page offset; of equal ones the latest comes last. */
export function anon_rmap_tree_insert(k: Kernel, avc: anon_vma_chain, anon: anon_vma): void {
  const { vma } = avc;
  if (!vma) {
    k.null_pointer('vma');
    return;
  }
  const start = k.f.anon_rmap_start(vma);
  k.set(avc, 'rb_start', start);
  k.set(avc, 'rb_last', start + vma.vm_end - vma.vm_start - 1);
  const tree = anon.rb_root;
  let index = tree.length;
  while (index > 0 && (tree[index - 1]?.rb_start ?? 0) > start) index -= 1;
  k.insert(anon, 'rb_root', index, avc);
}

export function anon_rmap_tree_remove(k: Kernel, avc: anon_vma_chain, anon: anon_vma): void {
  k.remove(anon, 'rb_root', avc);
  k.set(avc, 'rb_start', null);
  k.set(avc, 'rb_last', null);
}

/** mmap_assert_locked(): held at least for reading. Step in the function entered last. */
export function assert_mmap_locked(k: Kernel, mm: mm_struct, expression: string): void {
  k.at(
    'call:mmap_assert_locked',
    'assert',
    () => `the mmap lock of ${mm.name} must be held, at least for reading`,
  );
  k.warn_on('mmap_assert_locked', expression, mm.mmap_lock === 0);
}
