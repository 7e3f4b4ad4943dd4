/**
 * The parts that functions of older kernels are put together from, as in 6.12. Newer kernels have them in their tables
 * too, without ever calling them.
 */
import type { KernelPieces } from '../kernel';
import { exit_empty_mmap } from './exit6';
import { alloc_in_clone, begin_clone, begin_unlink, reuse_in_clone, undo_clone, undo_fork } from './rmap6_12';

export const pieces6_12: KernelPieces = {
  begin_clone,
  alloc_in_clone,
  reuse_in_clone,
  undo_clone,
  undo_fork,
  begin_unlink,
  exit_empty_mmap,
};
