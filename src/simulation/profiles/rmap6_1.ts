/**
 * mm/rmap.c of Linux 6.1 where it differs from 6.12: one function puts an AVC on the chain and into the tree.
 */
import { count_child } from '../anonVmaFork';
import type { Kernel } from '../kernel';
import { type anon_vma, type anon_vma_chain, anonVmaName, type vm_area_struct, vmaName } from '../objects';

/** Chain and tree under the root's lock. */
export function link_forked(k: Kernel, vma: vm_area_struct, avc: anon_vma_chain, anon: anon_vma): void {
  k.at('call:anon_vma_lock_write', 'lock', () => `write-lock the root ${anonVmaName(anon.root)}`);
  k.f.anon_vma_lock_write(k, anon);
  k.at('call:anon_vma_chain_link', 'list', () => `link it at the head of the chain of ${vmaName(vma)}`);
  k.f.anon_vma_chain_assign(k, vma, avc, anon);
  k.at('call:anon_vma_chain_link', 'tree', () => `let walks of ${anonVmaName(anon)} find ${vmaName(vma)}`);
  k.f.anon_rmap_tree_insert(k, avc, anon);
  count_child(k, anon);
}

/** Nobody checks what is locked. */
export function assert_mmap_locked(): void {}
