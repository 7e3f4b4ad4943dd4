/**
 * Invariants of the life of anon_vmas: when one may be freed, and when a fork may and must take one over.
 * Kernel: anon_vma_free(), maybe_reuse_anon_vma(), anon_vma_fork() of mm/rmap.c.
 */
import type { Reason } from '../trace/evaluation';
import type { Change } from '../trace/step';
import { isRef, type ObjectId } from '../trace/value';
import {
  ALWAYS,
  asserted,
  commented,
  fieldOf,
  type Moment,
  maintained,
  type OperationInvariant,
  QUIESCENT,
  relied,
  type StepInvariant,
} from './invariant';
import type { View } from './view';

export const emptyAtFree: StepInvariant = {
  id: 'anon_vma/empty-at-free',
  form: 'step',
  when: ALWAYS,
  title: 'An anon_vma is freed only when nothing is left of it',
  statement: 'An anon_vma is freed only with an empty tree, no children, no active VMAs and refcount 0.',
  why: 'Whatever still points at it, a tree entry, a VMA, a child or a folio, would point at freed memory.',
  speaksOf: [
    { kind: 'anon_vma', fields: ['rb_root', 'num_children', 'num_active_vmas', 'refcount'] },
    { kind: 'vma', fields: ['anon_vma'] },
  ],
  places: [
    asserted('anon_vma_free', 'call:VM_BUG_ON'),
    asserted('unlink_anon_vmas', 'call:VM_WARN_ON has:num_children'),
    asserted('unlink_anon_vmas', 'call:VM_WARN_ON has:num_active_vmas'),
  ],
  change(change: Change, view: View): Reason | null {
    if (change.op !== 'free' || view.kind(change.object) !== 'anon_vma') return null;
    const anonVma = change.object;
    const left = leftovers(view, anonVma);
    if (left.length === 0) return null;
    const fields = ['rb_root', 'num_children', 'num_active_vmas', 'refcount'];
    return {
      message: `${view.name(anonVma)} is freed with ${left.join(', ')}`,
      objects: [anonVma],
      fields: fields.flatMap((field) => fieldOf(field, anonVma)),
    };
  },
};

/** What a freed anon_vma still has, in words. */
function leftovers(view: View, anonVma: ObjectId): string[] {
  const left: string[] = [];
  const tree = view.treeOf(anonVma);
  const active = view.activeVmas(anonVma);
  const children = view.childrenInUse(anonVma).filter((child) => child !== anonVma);
  if (tree.length > 0) left.push(`${view.names(tree)} in its tree`);
  if (active.length > 0) left.push(`${view.names(active)} using it`);
  if (children.length > 0) left.push(`${view.names(children)} below it`);
  const refs = view.number(anonVma, 'refcount');
  if (refs !== 0) left.push(`refcount ${refs}`);
  // One that was never linked may still count itself, or the VMA that it was meant for.
  if (view.value(anonVma, 'label') === null) return left;
  for (const counter of ['num_children', 'num_active_vmas']) {
    const count = view.number(anonVma, counter);
    if (count !== 0) left.push(`${counter} ${count}`);
  }
  return left;
}

export const reuseOnlyOnFork: StepInvariant = {
  id: 'anon_vma/reuse-only-on-fork',
  form: 'step',
  when: ALWAYS,
  title: 'Only fork takes over an anon_vma, and only an idle one',
  statement:
    'An existing anon_vma becomes a VMA’s anon_vma without being its source’s only on fork, and only with no active VMA and at most one child.',
  why: 'Two VMAs that use one anon_vma with different chains cannot be merged safely: folios end up with a mapping that no longer leads to them.',
  speaksOf: [
    { kind: 'vma', fields: ['anon_vma'] },
    { kind: 'anon_vma', fields: ['num_active_vmas', 'num_children', 'degree'] },
  ],
  places: [
    maintained('maybe_reuse_anon_vma'),
    commented('maybe_reuse_anon_vma', 'We reuse an anon_vma if any linking VMAs were unmapped'),
    commented('anon_vma_clone', 'ONLY in the case of fork do we try to'),
    relied('reusable_anon_vma'),
  ],
  change(change: Change, view: View, moment: Moment): Reason | null {
    if (change.op !== 'set' || change.field !== 'anon_vma' || !isRef(change.new)) return null;
    if (view.kind(change.object) !== 'vma' || moment.created.has(change.new.ref)) return null;
    const vma = change.object;
    const anonVma = change.new.ref;
    const problem = reuseProblem(view, moment, vma, anonVma);
    if (problem === null) return null;
    return {
      message: `${view.name(vma)} takes ${view.name(anonVma)} over ${problem}`,
      objects: [vma, anonVma],
      fields: [...fieldOf('anon_vma', vma), ...fieldOf('num_active_vmas', anonVma)],
    };
  },
};

function reuseProblem(view: View, moment: Moment, vma: ObjectId, anonVma: ObjectId): string | null {
  const active = view.activeVmas(anonVma).filter((user) => user !== vma);
  if (moment.stack.includes('anon_vma_fork')) {
    const children = view.childrenInUse(anonVma);
    if (active.length > 0) return `while it is the anon_vma of ${view.names(active)}`;
    if (children.length > 1) return `while it has ${children.length} children`;
    return null;
  }
  // Outside a fork it has to be the anon_vma of the source of a copy, or of a neighbour.
  const source = moment.stack.includes('anon_vma_clone')
    ? active.find((user) => view.mmOf(user) === view.mmOf(vma))
    : active[0];
  return source === undefined ? 'outside fork, though no other VMA uses it' : null;
}

export const reuseTaken: OperationInvariant = {
  id: 'anon_vma/reuse-taken',
  form: 'operation',
  when: QUIESCENT,
  title: 'Fork adds an anon_vma only where it can reuse none',
  statement:
    'Right after a fork, a VMA of the child got a new anon_vma only if none on its chain has no active VMA and at most one child.',
  why: 'This is what keeps repeated fork and exit from growing the hierarchy without end.',
  speaksOf: [
    { kind: 'vma', fields: ['anon_vma', 'anon_vma_chain'] },
    { kind: 'anon_vma', fields: ['num_active_vmas', 'num_children', 'parent', 'rb_root'] },
  ],
  places: [
    maintained('maybe_reuse_anon_vma'),
    commented('anon_vma_clone', 'This is to avoid waste of memory when repeatedly forking.'),
    maintained('anon_vma_fork', 'if has:rc'),
  ],
  end(view, moment, outcome): Reason[] {
    if (moment.operation.verb !== 'fork' || outcome.status !== 'ok') return [];
    const reasons: Reason[] = [];
    for (const vma of view.live('vma')) {
      const own = view.pointer(vma, 'anon_vma');
      if (own === null || !moment.created.has(vma) || !moment.created.has(own)) continue;
      const idle = view.chainOf(vma).find((anonVma) => anonVma !== own && isIdle(view, anonVma));
      if (idle === undefined) continue;
      reasons.push({
        message: `${view.name(vma)} got the new ${view.name(own)} although ${view.name(idle)} on its chain is idle`,
        objects: [vma, own, idle],
        fields: [...fieldOf('anon_vma', vma), ...fieldOf('num_active_vmas', idle)],
      });
    }
    return reasons;
  },
};

function isIdle(view: View, anonVma: ObjectId): boolean {
  return view.activeVmas(anonVma).length === 0 && view.childrenInUse(anonVma).length <= 1;
}
