/**
 * The parts that functions of older kernels are put together from, as in 6.12. Newer kernels have them in their tables
 * too, without ever calling them.
 */
import type { KernelPieces } from '../functions';
import { exit_empty_mmap } from './exit6';
import { begin_clone, begin_unlink, link_forked, reuse_in_clone, undo_clone, undo_fork } from './rmap6_12';

export const pieces6_12: KernelPieces = {
  begin_clone,
  reuse_in_clone,
  undo_clone,
  undo_fork,
  link_forked,
  begin_unlink,
  exit_empty_mmap,
};
