/**
 * Invariants of anon_vmas: hierarchy and counters.
 * Kernel: anon_vma_fork(), unlink_anon_vmas(), put_anon_vma() of mm/rmap.c.
 */
import type { Reason } from '../trace/evaluation';
import type { ObjectId } from '../trace/value';
import {
  ALWAYS,
  asserted,
  commented,
  eachOf,
  fieldOf,
  HOLDS,
  maintained,
  QUIESCENT,
  relied,
  type StateInvariant,
} from './invariant';
import type { View } from './view';

export const parentSuperset: StateInvariant = {
  id: 'anon_vma/parent-superset',
  form: 'state',
  when: QUIESCENT,
  title: 'A parent’s tree holds every VMA of its child’s',
  statement: 'Every VMA in the tree of an anon_vma is also in its parent’s tree.',
  why: 'Folios of the parent may be mapped wherever the child’s are, and a parent outlives its children only because its tree empties after theirs.',
  speaksOf: [
    { kind: 'anon_vma', fields: ['parent', 'rb_root'] },
    { kind: 'anon_vma_chain', fields: ['vma'] },
  ],
  places: [
    commented('anon_vma_fork', 'First, attach the new VMA to the parent VMA'),
    commented('unlink_anon_vmas', 'ensuring the root anon_vma gets freed last'),
    maintained('anon_vma_fork', 'call:anon_vma_clone'),
    relied('unlink_anon_vmas', 'has:num_children has:parent'),
  ],
  ...eachOf(['anon_vma'], (view, child) => {
    const parent = view.pointer(child, 'parent');
    if (parent === null || parent === child || !view.inUse(child)) return HOLDS;
    const known = new Set(view.treeOf(parent));
    const missing = view.treeOf(child).find((vma) => !known.has(vma));
    if (missing === undefined) return HOLDS;
    return [
      {
        message: `${view.name(missing)} is in the tree of ${view.name(child)} but not in that of its parent ${view.name(parent)}`,
        objects: [child, parent, missing],
        fields: fieldOf('rb_root', child, parent),
      },
    ];
  }),
};

export const activeCount: StateInvariant = {
  id: 'anon_vma/active-count',
  form: 'state',
  when: QUIESCENT,
  title: 'num_active_vmas counts the VMAs whose anon_vma this is',
  statement: 'num_active_vmas is the number of VMAs whose anon_vma is this one.',
  why: 'Fork takes an anon_vma over when nobody uses it: too low a count gives one anon_vma to two VMAs with different chains, too high a count keeps the hierarchy growing.',
  speaksOf: [
    { kind: 'anon_vma', fields: ['num_active_vmas', 'degree', 'rb_root', 'parent'] },
    { kind: 'vma', fields: ['anon_vma'] },
  ],
  places: [
    maintained('__anon_vma_prepare', 'has:num_active_vmas'),
    maintained('anon_vma_clone', 'has:num_active_vmas'),
    maintained('anon_vma_fork', 'has:num_active_vmas'),
    maintained('unlink_anon_vmas', 'has:num_active_vmas !call:VM_WARN_ON'),
    asserted('unlink_anon_vmas', 'call:VM_WARN_ON has:num_active_vmas'),
    relied('maybe_reuse_anon_vma', 'if has:num_active_vmas'),
    // before 7.0, where reuse is a part of the clone
    relied('anon_vma_clone', 'if has:num_active_vmas'),
  ],
  ...eachOf(['anon_vma'], (view, anonVma) => {
    const reasons: Reason[] = [];
    const vmas = view.activeVmas(anonVma);
    const children = view.childrenInUse(anonVma);
    if (view.countsDegree(anonVma)) {
      if (view.inUse(anonVma)) checkDegree(view, reasons, anonVma, vmas, children);
      return reasons;
    }
    const counted = view.number(anonVma, 'num_active_vmas');
    if (counted === vmas.length) return reasons;
    reasons.push({
      message: `${view.name(anonVma)} counts ${plural(counted, 'active VMA')}, but ${isOrAre(vmas.length)} (${view.names(vmas)})`,
      objects: [anonVma, ...vmas],
      fields: [...fieldOf('num_active_vmas', anonVma), ...fieldOf('anon_vma', ...vmas)],
    });
    return reasons;
  }),
};

/** Before 6.0 one counter, `degree`, stood for VMAs and children together. */
function checkDegree(
  view: View,
  reasons: Reason[],
  anonVma: ObjectId,
  vmas: readonly ObjectId[],
  children: readonly ObjectId[],
): void {
  const counted = view.number(anonVma, 'degree');
  if (counted === vmas.length + children.length) return;
  reasons.push({
    message: `${view.name(anonVma)} has degree ${counted}, but ${plural(vmas.length, 'active VMA')} and ${children.length} children`,
    objects: [anonVma, ...vmas, ...children],
    fields: fieldOf('degree', anonVma),
  });
}

export const childCount: StateInvariant = {
  id: 'anon_vma/child-count',
  form: 'state',
  when: QUIESCENT,
  title: 'num_children counts the anon_vmas below this one',
  statement: 'num_children is the number of anon_vmas in use whose parent is this one; a root counts itself.',
  why: 'An anon_vma with two children must not be reused: both branches would then meet in it.',
  speaksOf: [{ kind: 'anon_vma', fields: ['num_children', 'parent', 'rb_root'] }],
  places: [
    maintained('__anon_vma_prepare', 'has:num_children'),
    maintained('anon_vma_fork', 'has:num_children'),
    maintained('unlink_anon_vmas', 'has:num_children has:parent'),
    asserted('unlink_anon_vmas', 'call:VM_WARN_ON has:num_children'),
    relied('maybe_reuse_anon_vma', 'if has:num_children'),
    relied('anon_vma_clone', 'if has:num_children'),
  ],
  ...eachOf(['anon_vma'], (view, anonVma) => {
    if (view.countsDegree(anonVma)) return HOLDS;
    const counted = view.number(anonVma, 'num_children');
    const children = view.childrenInUse(anonVma);
    if (counted === children.length) return HOLDS;
    return [
      {
        message: `${view.name(anonVma)} counts ${counted} children, but has ${children.length} (${view.names(children)})`,
        objects: [anonVma, ...children],
        fields: [...fieldOf('num_children', anonVma), ...fieldOf('parent', ...children)],
      },
    ];
  }),
};

export const refcount: StateInvariant = {
  id: 'anon_vma/refcount',
  form: 'state',
  when: QUIESCENT,
  title: 'refcount is one, and one for each anon_vma below the root',
  statement: 'refcount is 1 plus the number of other anon_vmas whose root is this one, plus explicit pins.',
  why: 'The lock of the whole hierarchy lives in the root: a root freed too early takes the lock with it, one never freed is a leak.',
  speaksOf: [{ kind: 'anon_vma', fields: ['refcount', 'root'] }],
  places: [
    commented('anon_vma_fork', 'The root anon_vma needs to be pinned until this anon_vma is freed'),
    maintained('anon_vma_fork', 'call:get_anon_vma'),
    maintained('__put_anon_vma', 'call:put_anon_vma|atomic_dec_and_test'),
    asserted('anon_vma_free', 'call:VM_BUG_ON'),
  ],
  ...eachOf(['anon_vma'], (view, anonVma) => {
    const others = view.othersWithRoot(anonVma);
    const counted = view.number(anonVma, 'refcount');
    if (counted === 1 + others.length) return HOLDS;
    return [
      {
        message: `${view.name(anonVma)} has refcount ${counted} instead of ${1 + others.length} (others with this root: ${view.names(others)})`,
        objects: [anonVma, ...others],
        fields: [...fieldOf('refcount', anonVma), ...fieldOf('root', ...others)],
      },
    ];
  }),
};

export const rootAlive: StateInvariant = {
  id: 'anon_vma/root-alive',
  form: 'state',
  when: ALWAYS,
  title: 'Root and parent of an anon_vma in use are alive',
  statement: 'The root and the parent of an anon_vma in use are alive.',
  why: 'The rwsem that guards the tree is the root’s, and unlinking writes the parent’s num_children.',
  speaksOf: [
    { kind: 'anon_vma', fields: ['root', 'parent', 'rb_root'] },
    { kind: 'vma', fields: ['anon_vma'] },
  ],
  places: [
    maintained('anon_vma_fork', 'call:get_anon_vma'),
    commented('unlink_anon_vmas', 'ensuring the root anon_vma gets freed last'),
    relied('folio_lock_anon_vma_read', 'has:root_anon_vma has:READ_ONCE'),
    relied('unlink_anon_vmas', 'has:num_children has:parent'),
  ],
  ...eachOf(['anon_vma'], (view, anonVma) => {
    const reasons: Reason[] = [];
    if (!view.inUse(anonVma) && view.activeVmas(anonVma).length === 0) return reasons;
    for (const field of ['root', 'parent'] as const) {
      const other = view.pointer(anonVma, field);
      if (other !== null && view.isLive(other)) continue;
      reasons.push({
        message: `the ${field} of ${view.name(anonVma)}, ${view.name(other)}, has been freed`,
        objects: other === null ? [anonVma] : [anonVma, other],
        fields: fieldOf(field, anonVma),
      });
    }
    return reasons;
  }),
};

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function isOrAre(count: number): string {
  return count === 1 ? '1 is' : `${count} are`;
}
