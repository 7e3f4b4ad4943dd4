/**
 * Profiles `series/0` … `series/9`: mm/rmap.c before the series "mm: clean up anon_vma implementation" and after each of
 * its patches, and 7.0, which adds the fix that followed. The VMA layer, fork and faults are those of 7.2 throughout,
 * but for anon_vma_merge(), which patch 5 removes.
 */
import { cleanup_partial_anon_vmas, unlink_anon_vmas } from '../anonVma';
import { anon_vma_fork } from '../anonVmaFork';
import type { KernelFunctions, Profile } from '../kernel';
import { functions7_2, linux7_2 } from './linux7_2';
import { link_forked } from './rmap6_1';
import * as before from './rmap6_12';
import * as patched from './rmapSeries';
import { anon_vma_merge } from './vmaLayer6_12';

interface State {
  /** What the state does that the one before did not. */
  readonly note: string;
  readonly functions: Partial<KernelFunctions>;
}

/** Index is the number of patches applied; each state has the functions of those before it, unless it replaces them. */
const STATES: readonly State[] = [
  {
    note: 'before the series',
    functions: {
      anon_vma_clone: before.anon_vma_clone,
      anon_vma_fork: before.anon_vma_fork,
      unlink_anon_vmas: before.unlink_anon_vmas,
      link_forked,
      anon_vma_merge,
    },
  },
  {
    note: 'what clone and unlink may assume is asserted',
    functions: {
      check_anon_vma_clone: patched.check_anon_vma_clone,
      begin_clone: patched.begin_clone_checked,
      begin_unlink: patched.begin_unlink_checked,
    },
  },
  { note: 'fork allocates before it clones', functions: { anon_vma_fork } },
  {
    note: 'unfaulted VMAs are passed over, a failed clone is not unlinked any more but cleaned up',
    functions: {
      begin_clone: patched.begin_clone_skipping,
      begin_unlink: patched.begin_unlink_skipping,
      undo_clone: patched.undo_clone_partial,
      cleanup_partial_anon_vmas: patched.cleanup_linked_anon_vmas,
    },
  },
  {
    note: 'the root is locked once, through the active anon_vma',
    functions: { anon_vma_clone: patched.anon_vma_clone_locked_once, unlink_anon_vmas },
  },
  {
    note: 'anon_vma_merge() is gone',
    functions: { anon_vma_merge: functions7_2.anon_vma_merge },
  },
  { note: 'the functions move to mm/internal.h', functions: {} },
  { note: 'vma_is_attached() can be asked', functions: {} },
  {
    note: 'AVCs are allocated before anything is locked',
    functions: {
      anon_vma_clone: patched.anon_vma_clone_unlocked_alloc,
      cleanup_partial_anon_vmas: patched.cleanup_unlinked_anon_vmas,
      link_forked: functions7_2.link_forked,
    },
  },
  {
    note: 'clone is told the operation, and reuses on fork only',
    functions: {
      anon_vma_clone: functions7_2.anon_vma_clone,
      check_anon_vma_clone: functions7_2.check_anon_vma_clone,
      maybe_reuse_anon_vma: functions7_2.maybe_reuse_anon_vma,
    },
  },
];

/** Patch that brings a function which `call` could be asked for. */
const BROUGHT_BY: Readonly<Record<string, number>> = {
  check_anon_vma_clone: 1,
  cleanup_partial_anon_vmas: 3,
  maybe_reuse_anon_vma: 9,
};

function stateAfter(patches: number): Profile {
  const functions: KernelFunctions = Object.assign(
    { ...functions7_2 },
    ...STATES.slice(0, patches + 1).map((state) => state.functions),
  );
  const note = STATES[patches]?.note ?? '';
  return {
    id: `series/${patches}`,
    title: patches === 0 ? 'anon_vma clean-up, before' : `anon_vma clean-up, patch ${patches}`,
    note,
    functions,
    names: patches < 8 ? { ...linux7_2.names, anon_vma_chain_assign: 'anon_vma_chain_link' } : linux7_2.names,
    absent: Object.keys(BROUGHT_BY).filter((name) => (BROUGHT_BY[name] ?? 0) > patches),
    onePageOffset: true,
  };
}

export const SERIES: readonly Profile[] = STATES.map((_, patches) => stateAfter(patches));

/** The series, and the fix that a clone which failed leaves its VMA unfaulted. */
export const linux7_0: Profile = {
  ...stateAfter(9),
  id: '7.0',
  title: 'Linux 7.0',
  note: 'a clone that fails leaves its VMA unfaulted',
  functions: { ...stateAfter(9).functions, cleanup_partial_anon_vmas },
};
