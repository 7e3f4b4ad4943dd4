/**
 * Linux 6.12: the anon_vma functions before the series of January 2026, the VMA layer of its time, and fork and exit
 * that clean up in another place.
 */
import type { Profile } from '../kernel';
import { exit_empty_mmap, exit_mmap } from './exit6';
import { do_anonymous_page } from './fault6';
import { functions7_2, names7_2 } from './linux7_2';
import * as rmap6_12 from './rmap6_12';
import { vmaFunctions6_12, vmaNames6_12 } from './vmaLayer6_12';

/** A fork that fails leaves its VMAs to the exit of the half-made child. */
export function undo_dup_mmap(): void {}

export const functions6_12 = {
  ...functions7_2,
  ...rmap6_12,
  ...vmaFunctions6_12,
  undo_dup_mmap,
  exit_mmap,
  exit_empty_mmap,
  do_anonymous_page,
};

export const linux6_12: Profile = {
  id: '6.12',
  title: 'Linux 6.12',
  note: 'AVCs are allocated under the root lock, fork clones before it allocates',
  functions: functions6_12,
  names: { ...names7_2, ...vmaNames6_12 },
  absent: ['check_anon_vma_clone', 'maybe_reuse_anon_vma', 'cleanup_partial_anon_vmas'],
  onePageOffset: true,
};
