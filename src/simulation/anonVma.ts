/**
 * The heart of mm/rmap.c: how a VMA gets its anon_vma on the first fault, how its links are cloned on split, merge,
 * move and fork, and how they are taken away. As in Linux 7.3; profiles replace what differs in their kernel.
 * anon_vma_fork(): anonVmaFork.ts. Allocation, reference counts and tree primitives: anonVmaObjects.ts.
 */

import { ENOMEM } from './errno';
import type { Kernel, vma_operation } from './kernel';
import { type anon_vma, type anon_vma_chain, anonVmaName, type vm_area_struct, vmaName } from './objects';

/** include/linux/rmap.h, since 7.0 mm/internal.h. Inline: no step of its own unless there is something to do. */
export function anon_vma_prepare(k: Kernel, vma: vm_area_struct): number {
  if (vma.anon_vma) return 0;
  return k.f.__anon_vma_prepare(k, vma);
}

/** Attaches an anon_vma to a VMA that has none: a neighbour's, or a new root. 0 or -ENOMEM. */
export function __anon_vma_prepare(k: Kernel, vma: vm_area_struct): number {
  const mm = vma.vm_mm;
  k.enter('__anon_vma_prepare', () => `find or make an anon_vma for ${vmaName(vma)}`);
  k.f.assert_mmap_locked(k, mm, 'mm');

  k.at('call:anon_vma_chain_alloc', 'alloc', () => `allocate the AVC that will link ${vmaName(vma)}`);
  const avc = k.f.anon_vma_chain_alloc(k, 'GFP_KERNEL');
  if (!avc) {
    k.leave('return:-ENOMEM', () => 'no memory for the AVC: the VMA stays unfaulted');
    return -ENOMEM;
  }

  k.at('call:find_mergeable_anon_vma', 'statement', () => 'ask the neighbours for an anon_vma to share');
  let anon_vma = k.f.find_mergeable_anon_vma(k, vma);
  let allocated: anon_vma | null = null;
  if (!anon_vma) {
    k.at('call:anon_vma_alloc', 'statement', () => 'no neighbour has one: make a new root');
    anon_vma = k.f.anon_vma_alloc(k);
    if (!anon_vma) {
      k.at('call:anon_vma_chain_free #2', 'free', () => 'give the AVC back, it links nothing');
      k.f.anon_vma_chain_free(k, avc);
      k.leave('return:-ENOMEM', () => 'no memory for the anon_vma: the VMA stays unfaulted');
      return -ENOMEM;
    }
    k.at('set:num_children', 'write', () => 'a root is its own parent, and counts itself as a child');
    k.set(anon_vma, 'num_children', anon_vma.num_children + 1);
    allocated = anon_vma;
  }
  const spare = publish_prepared(k, vma, avc, anon_vma) ? null : avc;
  if (spare && allocated) {
    k.at('call:put_anon_vma', 'write', () => 'somebody else was faster: drop the new anon_vma');
    k.f.put_anon_vma(k, allocated);
  }
  if (spare) {
    k.at('call:anon_vma_chain_free #1', 'free', () => 'and the AVC');
    k.f.anon_vma_chain_free(k, spare);
  }
  k.leave('return:0');
  return 0;
}

/** The critical section of __anon_vma_prepare(). Returns false when the VMA has got an anon_vma meanwhile. */
function publish_prepared(k: Kernel, vma: vm_area_struct, avc: anon_vma_chain, anon_vma: anon_vma): boolean {
  const mm = vma.vm_mm;
  k.at('call:anon_vma_lock_write', 'lock', () => `write-lock the root of ${anonVmaName(anon_vma)}`);
  k.f.anon_vma_lock_write(k, anon_vma);
  k.at('call:spin_lock', 'lock', () => `keep other threads of ${mm.name} from preparing the same VMA`);
  k.down_write(mm, 'page_table_lock');
  const mine = vma.anon_vma === null;
  if (mine) {
    k.at(
      'call:smp_store_release',
      'write',
      () => `publish the anon_vma in ${vmaName(vma)}: it is faulted now`,
    );
    k.set(vma, 'anon_vma', anon_vma);
    k.at('call:anon_vma_chain_assign', 'list', () => `put the AVC on the chain of ${vmaName(vma)}`);
    k.f.anon_vma_chain_assign(k, vma, avc, anon_vma);
    k.at(
      'call:anon_rmap_tree_insert|anon_vma_chain_link',
      'tree',
      () => `let walks of ${anonVmaName(anon_vma)} find ${vmaName(vma)}`,
    );
    k.f.anon_rmap_tree_insert(k, avc, anon_vma);
    k.at('set:num_active_vmas', 'write', () => `one more VMA puts its folios into ${anonVmaName(anon_vma)}`);
    k.set(anon_vma, 'num_active_vmas', anon_vma.num_active_vmas + 1);
  }
  k.at('call:spin_unlock', 'unlock', () => 'let other threads go on');
  k.up_write(mm, 'page_table_lock');
  k.at('call:anon_vma_unlock_write', 'unlock', () => 'release the root');
  k.f.anon_vma_unlock_write(k, anon_vma);
  return mine;
}

/** What a clone may assume about its two VMAs, as assertions. */
export function check_anon_vma_clone(
  k: Kernel,
  dst: vm_area_struct,
  src: vm_area_struct,
  operation: vma_operation,
): void {
  const fork = operation === 'VMA_OP_FORK';
  const merge = operation === 'VMA_OP_MERGE_UNFAULTED';
  k.enter('check_anon_vma_clone', () => `check that ${vmaName(src)} may be cloned into ${vmaName(dst)}`);
  k.at('call:mmap_assert_write_locked', 'assert', () => 'the source must not change meanwhile');
  k.warn_on('mmap_assert_write_locked', 'src->vm_mm', src.vm_mm.mmap_lock !== -1);
  k.at('call:VM_WARN_ON_ONCE has:vm_mm', 'assert', () => 'only fork clones into another address space');
  warn_once(k, 'operation != VMA_OP_FORK && dst->vm_mm != src->vm_mm', !fork && dst.vm_mm !== src.vm_mm);
  check_chains(k, dst, src);
  k.at('call:VM_WARN_ON_ONCE has:VMA_OP_FORK has:anon_vma', 'assert', () => 'only fork leaves it unset');
  warn_once(
    k,
    'operation != VMA_OP_FORK && src->anon_vma && !dst->anon_vma',
    !fork && src.anon_vma !== null && dst.anon_vma === null,
  );
  k.at(
    'call:VM_WARN_ON_ONCE has:list_is_singular',
    'assert',
    () => 'a merge duplicates a chain of one AVC only',
  );
  warn_once(
    k,
    'operation == VMA_OP_MERGE_UNFAULTED && !list_is_singular(&src->anon_vma_chain)',
    merge && src.anon_vma_chain.length !== 1,
  );
  k.at(
    'call:VM_WARN_ON_ONCE has:vma_is_attached',
    'assert',
    () => 'only a merge clones into a VMA that is in use',
  );
  warn_once(k, 'operation != VMA_OP_MERGE_UNFAULTED && vma_is_attached(dst)', !merge && dst.attached);
  k.leave('end');
}

/** The part of check_anon_vma_clone() about anon_vma pointers and chains. */
export function check_chains(k: Kernel, dst: vm_area_struct, src: vm_area_struct): void {
  const [d, s] = [dst.anon_vma, src.anon_vma];
  const both = 'call:VM_WARN_ON_ONCE has:src has:dst !has:operation !has:vm_mm';
  k.at('call:VM_WARN_ON_ONCE has:list_empty has:src', 'assert', () => 'an unfaulted source has no chain');
  warn_once(k, '!src->anon_vma && !list_empty(&src->anon_vma_chain)', !s && src.anon_vma_chain.length > 0);
  k.at(`${both} #1`, 'assert', () => 'nor may the copy be faulted then');
  warn_once(k, '!src->anon_vma && dst->anon_vma', !s && d !== null);
  k.at('call:VM_WARN_ON_ONCE has:list_empty has:dst', 'assert', () => 'the copy begins with an empty chain');
  warn_once(k, '!list_empty(&dst->anon_vma_chain)', dst.anon_vma_chain.length > 0);
  k.at(`${both} #2`, 'assert', () => 'a faulted copy has the source’s anon_vma');
  warn_once(k, 'dst->anon_vma && dst->anon_vma != src->anon_vma', d !== null && d !== s);
}

export function warn_once(k: Kernel, expression: string, fires: boolean): void {
  k.warn_on('VM_WARN_ON_ONCE', expression, fires);
}

/** On fork: takes over an anon_vma that no VMA puts folios into any more and that has one child at most. */
export function maybe_reuse_anon_vma(k: Kernel, dst: vm_area_struct, anon_vma: anon_vma): void {
  k.enter('maybe_reuse_anon_vma', () => `may ${vmaName(dst)} take over ${anonVmaName(anon_vma)}?`);
  if (dst.anon_vma) {
    k.leave('return #1', () => `${vmaName(dst)} has found one already`);
    return;
  }
  if (anon_vma.num_active_vmas > 0) {
    k.leave('return #2', () => `no: a VMA puts its folios into ${anonVmaName(anon_vma)}`);
    return;
  }
  if (anon_vma.num_children > 1) {
    k.leave('return #3', () => `no: ${anonVmaName(anon_vma)} has more than one child`);
    return;
  }
  k.at('set:dst->anon_vma', 'write', () => `yes: ${anonVmaName(anon_vma)} gets its new folios`);
  k.set(dst, 'anon_vma', anon_vma);
  k.mark('reuse', dst, anon_vma);
  k.at('set:num_active_vmas', 'write', () => `${anonVmaName(anon_vma)} is in use again`);
  k.set(anon_vma, 'num_active_vmas', anon_vma.num_active_vmas + 1);
  k.leave('end');
}

/** Links `dst`, whose chain is empty, to every anon_vma of `src`. 0 or -ENOMEM, with `dst` then unfaulted. */
export function anon_vma_clone(
  k: Kernel,
  dst: vm_area_struct,
  src: vm_area_struct,
  operation: vma_operation,
): number {
  const active = src.anon_vma;
  k.enter('anon_vma_clone', () => `link ${vmaName(dst)} to every anon_vma of ${vmaName(src)} (${operation})`);
  k.at('call:check_anon_vma_clone', 'statement', () => 'check what a clone may assume');
  k.f.check_anon_vma_clone(k, dst, src, operation);
  if (!active) {
    k.leave('return:0 #1', () => `${vmaName(src)} is unfaulted: nothing to link`);
    return 0;
  }
  // a copy, since the two may be one in a call that breaks the rules; new entries at the head do not end such a loop
  for (const pavc of [...src.anon_vma_chain]) {
    k.at(
      'call:anon_vma_chain_alloc',
      'alloc',
      () => `an AVC for ${anonVmaName(pavc.anon_vma)}, with no lock held`,
    );
    const avc = k.f.anon_vma_chain_alloc(k, 'GFP_KERNEL');
    if (!avc) {
      k.at('call:cleanup_partial_anon_vmas', 'statement', () => 'no memory: take back what has been made');
      k.f.cleanup_partial_anon_vmas(k, dst);
      k.leave('return:-ENOMEM');
      return -ENOMEM;
    }
    if (!pavc.anon_vma) continue;
    const target = pavc.anon_vma;
    k.at('call:anon_vma_chain_assign', 'list', () => `put it at the head of the chain of ${vmaName(dst)}`);
    k.f.anon_vma_chain_assign(k, dst, avc, target);
  }
  k.at(
    'call:anon_vma_lock_write',
    'lock',
    () => `write-lock ${anonVmaName(active.root)}, the root they all share`,
  );
  k.f.anon_vma_lock_write(k, active);
  link_cloned(k, dst, operation);
  k.at('call:anon_vma_unlock_write', 'unlock', () => 'release the root');
  k.f.anon_vma_unlock_write(k, active);
  k.leave('return:0 #2');
  return 0;
}

/** The critical section of anon_vma_clone(): into the trees, from the tail of the chain to its head. */
function link_cloned(k: Kernel, dst: vm_area_struct, operation: vma_operation): void {
  for (const avc of dst.anon_vma_chain.toReversed()) {
    const { anon_vma } = avc;
    if (!anon_vma) continue;
    k.at(
      'call:anon_rmap_tree_insert',
      'tree',
      () => `let walks of ${anonVmaName(anon_vma)} find ${vmaName(dst)}`,
    );
    k.f.anon_rmap_tree_insert(k, avc, anon_vma);
    if (operation === 'VMA_OP_FORK') {
      k.at('call:maybe_reuse_anon_vma', 'statement', () => `try to reuse ${anonVmaName(anon_vma)}`);
      k.f.maybe_reuse_anon_vma(k, dst, anon_vma);
    }
  }
  if (operation === 'VMA_OP_FORK') return;
  const active = dst.anon_vma;
  k.at(
    'set:num_active_vmas',
    'write',
    () => `${vmaName(dst)} puts its folios into ${anonVmaName(active)} as well`,
  );
  if (active) k.set(active, 'num_active_vmas', active.num_active_vmas + 1);
  else k.null_pointer('num_active_vmas');
}

/** Takes back the AVCs of a clone that failed half-way: they are in no tree yet. */
export function cleanup_partial_anon_vmas(k: Kernel, vma: vm_area_struct): void {
  k.enter('cleanup_partial_anon_vmas', () => `take back the unfinished chain of ${vmaName(vma)}`);
  for (const avc of [...vma.anon_vma_chain]) {
    k.at(
      'call:list_del',
      'list',
      () => `unlink the AVC to ${anonVmaName(avc.anon_vma)}, which is in no tree yet`,
    );
    k.remove(vma, 'anon_vma_chain', avc);
    k.at('call:anon_vma_chain_free', 'free', () => 'free it');
    k.f.anon_vma_chain_free(k, avc);
  }
  k.at('set:vma->anon_vma', 'write', () => `without a chain ${vmaName(vma)} must not point to an anon_vma`);
  k.set(vma, 'anon_vma', null);
  k.leave('end');
}

/** Unlinks a VMA from all its anon_vmas; those that no VMA needs any more are dropped. */
export function unlink_anon_vmas(k: Kernel, vma: vm_area_struct): void {
  const active = vma.anon_vma;
  k.enter('unlink_anon_vmas', () => `unlink ${vmaName(vma)} from its anon_vmas`);
  k.f.assert_mmap_locked(k, vma.vm_mm, 'vma->vm_mm');
  if (!active) {
    k.at('call:VM_WARN_ON_ONCE', 'assert', () => 'an unfaulted VMA has no chain');
    k.warn_on('VM_WARN_ON_ONCE', '!list_empty(&vma->anon_vma_chain)', vma.anon_vma_chain.length > 0);
    k.leave('return', () => `${vmaName(vma)} is unfaulted: nothing to unlink`);
    return;
  }
  k.at(
    'call:anon_vma_lock_write',
    'lock',
    () => `write-lock ${anonVmaName(active.root)}, the root they all share`,
  );
  k.f.anon_vma_lock_write(k, active);
  unlink_from_trees(k, vma);
  k.at('set:num_active_vmas', 'write', () => `${anonVmaName(active)} loses a VMA that puts folios into it`);
  k.set(active, 'num_active_vmas', active.num_active_vmas - 1);
  k.at('set:vma->anon_vma', 'write', () => `${vmaName(vma)} is unfaulted again`);
  k.set(vma, 'anon_vma', null);
  k.at('call:anon_vma_unlock_write', 'unlock', () => 'release the root');
  k.f.anon_vma_unlock_write(k, active);
  k.f.drop_empty_anon_vmas(k, vma);
  k.leave('end');
}

/** First loop of unlink_anon_vmas(): out of the trees. AVCs to anon_vmas left empty stay on the chain. */
function unlink_from_trees(k: Kernel, vma: vm_area_struct): void {
  for (const avc of [...vma.anon_vma_chain]) {
    const { anon_vma } = avc;
    if (!anon_vma) continue;
    k.at(
      'call:anon_rmap_tree_remove',
      'tree',
      () => `walks of ${anonVmaName(anon_vma)} no longer find ${vmaName(vma)}`,
    );
    k.f.anon_rmap_tree_remove(k, avc, anon_vma);
    if (anon_vma.rb_root.length === 0) {
      k.at(
        'set:num_children',
        'write',
        () =>
          `${anonVmaName(anon_vma)} has no VMA left: its parent ${anonVmaName(anon_vma.parent)} loses a child`,
      );
      k.set(anon_vma.parent, 'num_children', anon_vma.parent.num_children - 1);
      continue;
    }
    k.at('call:list_del #1', 'list', () => `take the AVC to ${anonVmaName(anon_vma)} off the chain`);
    k.remove(vma, 'anon_vma_chain', avc);
    k.at('call:anon_vma_chain_free #1', 'free', () => 'free it');
    k.f.anon_vma_chain_free(k, avc);
  }
}

/** Second loop of unlink_anon_vmas(), outside the lock: drops the anon_vmas left empty. Steps in the caller. */
export function drop_empty_anon_vmas(k: Kernel, vma: vm_area_struct): void {
  for (const avc of [...vma.anon_vma_chain]) {
    const { anon_vma } = avc;
    if (!anon_vma) continue;
    k.at('call:VM_WARN_ON has:num_children', 'assert', () => `${anonVmaName(anon_vma)} must have no child`);
    k.warn_on('VM_WARN_ON', 'anon_vma->num_children', anon_vma.num_children !== 0);
    k.at('call:VM_WARN_ON has:num_active_vmas', 'assert', () => 'nor a VMA that puts folios into it');
    k.warn_on('VM_WARN_ON', 'anon_vma->num_active_vmas', anon_vma.num_active_vmas !== 0);
    k.at('call:put_anon_vma', 'write', () => `drop the reference of ${anonVmaName(anon_vma)} on itself`);
    k.f.put_anon_vma(k, anon_vma);
    k.at('call:list_del #2', 'list', () => `take its AVC off the chain of ${vmaName(vma)}`);
    k.remove(vma, 'anon_vma_chain', avc);
    k.at('call:anon_vma_chain_free #2', 'free', () => 'free it');
    k.f.anon_vma_chain_free(k, avc);
  }
}
