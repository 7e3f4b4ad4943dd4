/**
 * Profiles `bug/NAME`: bugs that really happened, each as a variant of a kernel that is otherwise right. `trigger` says how
 * to see it; samples/bugs has a scenario for each.
 */

import { ENOMEM } from '../errno';
import type { Kernel, KernelFunctions, Profile, vma_merge_struct } from '../kernel';
import { type anon_vma, type anon_vma_chain, anonVmaName, type vm_area_struct, vmaName } from '../objects';
import { dup_anon_vma } from '../vmaExpand';
import { linux6_1 } from './linux6_1';
import { linux6_12 } from './linux6_12';
import { functions7_2, linux7_2 } from './linux7_2';
import * as before from './rmap6_12';
import { linux7_0, SERIES } from './series';

/** A kernel with a few functions replaced by wrong ones. */
function bug(
  name: string,
  note: string,
  base: Profile,
  functions: Partial<KernelFunctions>,
  more: Partial<Profile> = {},
): Profile {
  return {
    ...base,
    ...more,
    id: `bug/${name}`,
    title: `${name}, a bug on ${base.title}`,
    note,
    functions: { ...base.functions, ...functions },
  };
}

/** A state of the series; the array has all ten. */
function series(patches: number): Profile {
  return SERIES[patches] ?? linux7_0;
}

// ---- fork ------------------------------------------------------------------------------------------------

/** 2.6.34-rc: an allocation of fork fails after the clone, and what has been linked stays linked. */
function undo_fork_forgotten(): void {}

/** Up to 5.19: a leaf without a VMA of its own looks like an inner node whose VMA is gone. */
function reuse_by_degree(k: Kernel, dst: vm_area_struct, src: vm_area_struct, anon: anon_vma): void {
  if (dst.anon_vma || !src.anon_vma || anon === src.anon_vma || anon.degree >= 2) return;
  k.at(
    'set:dst->anon_vma #1',
    'write',
    () => `${anonVmaName(anon)} has degree ${anon.degree}: ${vmaName(dst)} takes it over`,
  );
  k.set(dst, 'anon_vma', anon);
  k.mark('reuse', dst, anon);
}

// ---- clone -----------------------------------------------------------------------------------------------

/** Up to 5.4: merge clones first and names the anon_vma after, so that its clone looks like one for a fork. */
function dup_anon_vma_late(
  k: Kernel,
  dst: vm_area_struct,
  src: vm_area_struct,
  dup: { vma: vm_area_struct | null },
): number {
  if (!src.anon_vma || dst.anon_vma) return dup_anon_vma(k, dst, src, dup);
  k.enter('dup_anon_vma', () => `link ${vmaName(dst)} to all that ${vmaName(src)} is linked to`);
  k.at('call:anon_vma_clone', 'statement', () => `clone while ${vmaName(dst)} has no anon_vma`);
  const ret = k.f.anon_vma_clone(k, dst, src, 'VMA_OP_MERGE_UNFAULTED');
  if (!ret) dup.vma = dst;
  if (!ret && !dst.anon_vma) {
    const active = src.anon_vma;
    k.at(
      'set:dst->anon_vma',
      'write',
      () => `nothing was reused: ${vmaName(dst)} takes ${anonVmaName(active)} over`,
    );
    k.set(dst, 'anon_vma', active);
    k.set(active, 'num_active_vmas', active.num_active_vmas + 1);
  }
  k.leave(ret ? 'return:ret' : 'return:0');
  return ret;
}

/** 3.0-rc: the second AVC is allocated, sleeping, under the lock taken for the first. */
function alloc_under_lock(
  k: Kernel,
  anon: anon_vma | null,
  held: { root: anon_vma | null },
): anon_vma_chain | null {
  k.at('call:anon_vma_chain_alloc #1', 'alloc', () =>
    held.root
      ? `an AVC for ${anonVmaName(anon)}, sleeping with the root locked`
      : `an AVC for ${anonVmaName(anon)}`,
  );
  const avc = k.f.anon_vma_chain_alloc(k, 'GFP_KERNEL');
  if (!avc && held.root) {
    k.at('call:unlock_anon_vma_root #1', 'unlock', () => 'none to be had: release the root');
    before.unlock_anon_vma_root(k, held.root);
  }
  return avc;
}

// ---- merge -----------------------------------------------------------------------------------------------

/** Merging cares for equal anon_vmas only, not for how many AVCs would have to be duplicated. */
function is_mergeable_whatever_chain(_: Kernel, vmg: vma_merge_struct, merge_next: boolean): string | null {
  const theirs = (merge_next ? vmg.next : vmg.prev)?.anon_vma ?? null;
  if (!theirs || !vmg.anon_vma || theirs === vmg.anon_vma) return null;
  return `${anonVmaName(vmg.anon_vma)} and ${anonVmaName(theirs)} are two anon_vmas`;
}

/** Up to 6.18: the VMA that is moved is not asked whether it was forked. */
function is_mergeable_unasked(k: Kernel, vmg: vma_merge_struct, merge_next: boolean): string | null {
  return functions7_2.is_mergeable_anon_vma(k, { ...vmg, copied_from: null }, merge_next);
}

/** Up to 6.18: a merge of moved memory does not duplicate its anon_vma into the VMA that grows. */
function vma_expand_without_dup(k: Kernel, vmg: vma_merge_struct): number {
  vmg.copied_from = null;
  return functions7_2.vma_expand(k, vmg);
}

/** Up to 6.5: when the VMA tree has no memory for the merge, the duplication before it is left as it is. */
function dup_anon_vma_then_fail(
  k: Kernel,
  dst: vm_area_struct,
  src: vm_area_struct,
  dup: { vma: vm_area_struct | null },
): number {
  if (!src.anon_vma || dst.anon_vma) return dup_anon_vma(k, dst, src, dup);
  k.enter('dup_anon_vma', () => `link ${vmaName(dst)} to all that ${vmaName(src)} is linked to`);
  k.at('set:dst->anon_vma', 'write', () => `${vmaName(dst)} takes ${anonVmaName(src.anon_vma)} over`);
  k.set(dst, 'anon_vma', src.anon_vma);
  k.at('call:anon_vma_clone', 'statement', () => 'and is linked to all that the other is linked to');
  let ret = k.f.anon_vma_clone(k, dst, src, 'VMA_OP_MERGE_UNFAULTED');
  if (!ret) {
    dup.vma = dst;
    k.at('call:vma_iter_prealloc', 'alloc', () => 'nodes of the VMA tree for the merge that follows');
    if (!k.alloc_tree_nodes()) ret = -ENOMEM;
  }
  k.leave(ret ? 'return:ret' : 'return:0', () =>
    ret && dup.vma ? `no merge, but ${vmaName(dst)} stays linked` : 'return to the caller',
  );
  return ret;
}

/** 2.6.34-rc: a neighbour's anon_vma is shared although the neighbour has others, too. */
function reusable_anon_vma_of_fork(
  k: Kernel,
  old: vm_area_struct,
  a: vm_area_struct,
  b: vm_area_struct,
): anon_vma | null {
  if (old.anon_vma_chain.length === 1) return functions7_2.reusable_anon_vma(k, old, a, b);
  k.enter('reusable_anon_vma', () => `may the anon_vma of ${vmaName(old)} be shared`);
  const anon = k.f.anon_vma_compatible(k, a, b) ? old.anon_vma : null;
  k.leave(anon ? 'return:anon_vma' : 'return:NULL', () => (anon ? `yes, ${anonVmaName(anon)}` : 'no'));
  return anon;
}

export const BUGS: readonly Profile[] = [
  bug('fork-alloc-failure-leak', 'a fork that runs out of memory leaves its AVCs linked', linux6_12, {
    undo_fork: undo_fork_forgotten,
  }),
  bug(
    'reuse-on-clone',
    'a clone that is not a fork may reuse',
    { ...series(0), title: 'Linux before the clean-up of anon_vma' },
    { dup_anon_vma: dup_anon_vma_late, is_mergeable_anon_vma: is_mergeable_whatever_chain },
  ),
  bug(
    'degree-reuse',
    'one counter for children and VMAs lets two VMAs reuse one anon_vma (CVE-2022-42703)',
    linux6_1,
    { reuse_in_clone: reuse_by_degree },
    { countsDegree: true },
  ),
  bug('merge-no-undo', 'a merge that fails after the duplication does not take it back', linux7_2, {
    dup_anon_vma: dup_anon_vma_then_fail,
  }),
  bug(
    'clone-failure-stale-anon-vma',
    'a failed clone into a live VMA leaves it pointing to an anon_vma',
    series(9),
    {},
  ),
  bug('series-v2-partial-teardown', 'patch 3 of the series without patch 2', series(3), {
    anon_vma_fork: before.anon_vma_fork,
  }),
  bug(
    'mremap-faulted-unfaulted',
    'moved memory is merged into an unfaulted VMA without its anon_vma',
    linux7_2,
    {
      vma_expand: vma_expand_without_dup,
    },
  ),
  bug('merge-fork-child', 'several AVCs of a moved VMA are duplicated', linux7_2, {
    is_mergeable_anon_vma: is_mergeable_unasked,
  }),
  bug('prepare-shares-complex', 'a VMA shares the anon_vma of a neighbour that has several', linux6_12, {
    reusable_anon_vma: reusable_anon_vma_of_fork,
  }),
  bug('alloc-under-lock', 'memory is waited for while the root is locked', linux6_12, {
    alloc_in_clone: alloc_under_lock,
  }),
];
