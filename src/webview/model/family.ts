/**
 * The hierarchy of anon_vmas: which was forked from which, with counters, lock and tree contents.
 */
import type { ObjectState } from '../../trace/state';
import type { ObjectId } from '../../trace/value';
import type { Frame } from './frame';
import { FIELD, KIND, numberField, refField, refsField } from './objects';

export interface TreeEntry {
  readonly avc: ObjectId;
  readonly vma: ObjectId | null;
  readonly label: string;
  /** Page offsets under which the tree holds it, both inclusive; null when unknown. */
  readonly first: number | null;
  readonly last: number | null;
  /** The AVC, or the VMA it leads to, has been freed. */
  readonly freed: boolean;
}

export interface FamilyNode {
  readonly id: ObjectId;
  readonly label: string;
  readonly freed: boolean;
  readonly isRoot: boolean;
  readonly root: ObjectId | null;
  readonly refcount: number;
  readonly childCount: number;
  readonly active: number;
  readonly degree: number;
  /** 0 free, -1 held for writing, n readers. */
  readonly lock: number;
  readonly tree: readonly TreeEntry[];
  readonly children: readonly FamilyNode[];
}

/** Roots in order of creation. Freed ones appear only while something alive still points at them. */
export function familyOf(frame: Frame): FamilyNode[] {
  const pointedAt = pointedAtIn(frame);
  const shown = frame.ever(KIND.anonVma).filter((anon) => !anon.freed || pointedAt.has(anon.id));
  const ids = new Set(shown.map(({ id }) => id));
  const childrenOf = new Map<ObjectId | null, ObjectState[]>();
  for (const anon of shown) {
    const parent = refField(anon, FIELD.anonVma.parent);
    const key = parent === null || parent === anon.id || !ids.has(parent) ? null : parent;
    const siblings = childrenOf.get(key);
    if (siblings) siblings.push(anon);
    else childrenOf.set(key, [anon]);
  }
  const seen = new Set<ObjectId>();
  const build = (anon: ObjectState): FamilyNode | null => {
    if (seen.has(anon.id)) return null;
    seen.add(anon.id);
    const children = (childrenOf.get(anon.id) ?? []).map(build).filter((node) => node !== null);
    return nodeOf(frame, anon, children);
  };
  const roots = (childrenOf.get(null) ?? []).map(build);
  // what a ring of parents hides is shown all the same
  const rest = shown.map((anon) => build(anon));
  return [...roots, ...rest].filter((node) => node !== null);
}

function nodeOf(frame: Frame, anon: ObjectState, children: readonly FamilyNode[]): FamilyNode {
  const root = refField(anon, FIELD.anonVma.root);
  return {
    id: anon.id,
    label: frame.label(anon.id),
    freed: anon.freed,
    isRoot: root === anon.id,
    root,
    refcount: numberField(anon, FIELD.anonVma.refcount),
    childCount: numberField(anon, FIELD.anonVma.children),
    active: numberField(anon, FIELD.anonVma.active),
    degree: numberField(anon, FIELD.anonVma.degree),
    lock: numberField(anon, FIELD.anonVma.lock),
    tree: refsField(anon, FIELD.anonVma.tree).map((avc) => entryOf(frame, avc)),
    children,
  };
}

function entryOf(frame: Frame, avc: ObjectId): TreeEntry {
  const state = frame.state.get(avc);
  const vma = state ? refField(state, FIELD.avc.vma) : null;
  const bound = (field: string) => {
    const value = state?.fields.get(field);
    return typeof value === 'number' ? value : null;
  };
  return {
    avc,
    vma,
    label: vma === null ? frame.label(avc) : frame.label(vma),
    first: bound(FIELD.avc.first),
    last: bound(FIELD.avc.last),
    freed: (state?.freed ?? true) || (vma !== null && (frame.state.get(vma)?.freed ?? true)),
  };
}

/** anon_vmas that something alive points at. */
function pointedAtIn(frame: Frame): Set<ObjectId> {
  const found = new Set<ObjectId>();
  const take = (kind: string, ...fields: string[]) => {
    for (const object of frame.live(kind))
      for (const field of fields) {
        const id = refField(object, field);
        if (id !== null) found.add(id);
      }
  };
  take(KIND.vma, FIELD.vma.anonVma);
  take(KIND.avc, FIELD.avc.anonVma);
  take(KIND.folio, FIELD.folio.anonVma);
  take(KIND.anonVma, FIELD.anonVma.root, FIELD.anonVma.parent);
  return found;
}
