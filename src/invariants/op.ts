/**
 * Invariants of operations that fail.
 * Kernel: the error paths of anon_vma_clone(), anon_vma_fork(), dup_mmap(), __split_vma() and of the merges.
 */
import type { OperationContext, Reason } from '../trace/evaluation';
import type { ObjectId } from '../trace/value';
import {
  commented,
  fieldOf,
  maintained,
  type OperationInvariant,
  QUIESCENT,
  type Remembered,
} from './invariant';
import type { View } from './view';

export const failureIsConsistent: OperationInvariant = {
  id: 'op/failure-is-consistent',
  form: 'operation',
  when: QUIESCENT,
  title: 'An operation that fails leaves everything consistent',
  statement:
    'An operation that fails leaves every other invariant true and no object unreachable, and a failed function alone leaves its VMA as it was.',
  why: 'Error paths run seldom and are tested least; what they leave behind breaks an operation that has nothing to do with them.',
  speaksOf: [
    { kind: 'vma', fields: ['anon_vma', 'anon_vma_chain'] },
    { kind: 'anon_vma', fields: ['refcount', 'num_children', 'num_active_vmas', 'rb_root'] },
  ],
  places: [
    maintained('cleanup_partial_anon_vmas'),
    commented('cleanup_partial_anon_vmas', 'Avoid inconsistent anon_vma tree state by resetting.'),
    maintained('anon_vma_clone', 'call:cleanup_partial_anon_vmas|unlink_anon_vmas'),
  ],
  begin(view: View, operation: OperationContext): Remembered {
    if (operation.verb !== 'call') return new Map();
    return new Map([...view.live('vma')].map((vma) => [vma, shapeOf(view, vma)]));
  },
  end(view, moment, outcome, before): Reason[] {
    if (outcome.status === 'ok') return [];
    const reasons: Reason[] = outcome.broken.map((id) => ({
      message: `${moment.operation.text} failed and left ${id} broken`,
      objects: [],
      fields: [],
    }));
    for (const [vma, shape] of before) {
      if (view.isLive(vma) && shapeOf(view, vma) === shape) continue;
      reasons.push({
        message: `${moment.operation.text} failed, but ${view.name(vma)} is not as it was`,
        objects: [vma],
        fields: [...fieldOf('anon_vma', vma), ...fieldOf('anon_vma_chain', vma)],
      });
    }
    return reasons;
  },
};

/** The anon_vma of a VMA and what is on its chain, as text that can be compared. */
function shapeOf(view: View, vma: ObjectId): string {
  return `${view.pointer(vma, 'anon_vma') ?? 'NULL'} ${view.chainOf(vma).join(',')}`;
}
