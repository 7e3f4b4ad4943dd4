/**
 * The VMA layer of Linux 7.3 as one table: what a profile starts from.
 */
import { copy_vma } from './copyVma';
import type { VmaFunctions } from './kernel';
import { do_madvise } from './madvise';
import { anon_vma_compatible, find_mergeable_anon_vma, reusable_anon_vma } from './mergeableAnonVma';
import { __mmap_region, vm_mmap_pgoff } from './mmap';
import { do_mprotect_pkey, mprotect_fixup } from './mprotect';
import {
  do_mremap,
  dontunmap_complete,
  move_page_tables,
  move_ptes,
  mremap_to,
  reset_pgoff,
  unmap_source_vma,
} from './mremap';
import { __vm_munmap, do_vmi_munmap } from './munmap';
import { free_pgtables, remove_vma, unmap_region, unmap_vmas } from './unmap';
import { vm_area_alloc, vm_area_dup, vm_area_free } from './vmaAlloc';
import { commit_merge, dup_anon_vma, vma_expand } from './vmaExpand';
import { vma_merge_copied_range, vma_merge_existing_range, vma_merge_new_range } from './vmaMerge';
import { is_mergeable_anon_vma, needs_adjacent_anon_pgoff } from './vmaMergeState';
import { anon_vma_merge, vma_complete, vma_prepare } from './vmaPrepare';
import { assert_sane_pgoff, vma_set_anon_pgoff } from './vmaRange';
import { __split_vma, vma_modify_flags } from './vmaSplit';

export const vmaFunctions: VmaFunctions = {
  vm_area_alloc,
  vm_area_dup,
  vm_area_free,
  assert_sane_pgoff,
  vma_set_anon_pgoff,
  find_mergeable_anon_vma,
  reusable_anon_vma,
  anon_vma_compatible,
  is_mergeable_anon_vma,
  needs_adjacent_anon_pgoff,
  dup_anon_vma,
  anon_vma_merge,
  vma_prepare,
  vma_complete,
  vma_merge_existing_range,
  vma_merge_new_range,
  vma_merge_copied_range,
  vma_expand,
  commit_merge,
  __split_vma,
  vma_modify_flags,
  copy_vma,
  move_page_tables,
  move_ptes,
  dontunmap_complete,
  reset_pgoff,
  unmap_source_vma,
  unmap_region,
  unmap_vmas,
  free_pgtables,
  remove_vma,
  do_vmi_munmap,
  __mmap_region,
  mprotect_fixup,
  mremap_to,
  vm_mmap_pgoff,
  __vm_munmap,
  do_mprotect_pkey,
  do_mremap,
  do_madvise,
};
