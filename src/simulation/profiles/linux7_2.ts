/**
 * Linux 7.2: one page offset for files and for the anonymous reverse map, vm_pgoff; other names for the tree functions.
 */
import { EFAULT } from '../errno';
import type { Kernel, Profile } from '../kernel';
import { set_unfaulted_pgoff } from '../mremap';
import { type vm_area_struct, vmaName } from '../objects';
import { vma_is_anonymous } from '../vmaRange';
import { functions7_3 } from './linux7_3';

/** vma_start_pgoff(). */
export function anon_rmap_start(vma: vm_area_struct): number {
  return vma.vm_pgoff;
}

/** There is no second offset to write. */
export function vma_set_anon_pgoff(): void {}

/** Offsets are not checked before 7.3. */
export function assert_sane_pgoff(): void {}

/** Nor can a second one stand in the way of a merge. */
export function needs_adjacent_anon_pgoff(): boolean {
  return false;
}

/** What MREMAP_DONTUNMAP leaves behind when all of a VMA was moved: only anonymous memory has an offset to reset. */
export function reset_pgoff(k: Kernel, vma: vm_area_struct): void {
  if (vma_is_anonymous(vma)) set_unfaulted_pgoff(k, vma);
}

export function assert_vma_anon_address(k: Kernel, vma: vm_area_struct, address: number): void {
  k.at('call:VM_BUG_ON_VMA', 'assert', () => `${vmaName(vma)} must have the page that the tree promises`);
  k.warn_on('VM_BUG_ON_VMA', 'address == -EFAULT', address === -EFAULT);
}

export const functions7_2 = {
  ...functions7_3,
  anon_rmap_start,
  vma_set_anon_pgoff,
  assert_sane_pgoff,
  needs_adjacent_anon_pgoff,
  reset_pgoff,
  assert_vma_anon_address,
};

/** C names up to 7.2 of functions that were renamed in 7.3. */
export const names7_2: Readonly<Record<string, string>> = {
  anon_rmap_tree_insert: 'anon_vma_interval_tree_insert',
  anon_rmap_tree_remove: 'anon_vma_interval_tree_remove',
  anon_rmap_tree_pre_update_vma: 'anon_vma_interval_tree_pre_update_vma',
  anon_rmap_tree_post_update_vma: 'anon_vma_interval_tree_post_update_vma',
  mapping_rmap_tree_insert: 'vma_interval_tree_insert',
  mapping_rmap_tree_remove: 'vma_interval_tree_remove',
  mapping_rmap_tree_insert_after: 'vma_interval_tree_insert_after',
};

export const linux7_2: Profile = {
  id: '7.2',
  title: 'Linux 7.2',
  note: 'one page offset serves files and the anonymous reverse map',
  functions: functions7_2,
  names: names7_2,
  absent: [],
  onePageOffset: true,
};
