/**
 * What the pointer, the keyboard or a click can be on, and what lights up together with it.
 */
import type { ObjectId } from '../../trace/value';
import type { Frame } from '../model/frame';
import { type InvariantView, namesField } from '../model/invariants';
import { FIELD, KIND, refField } from '../model/objects';
import { walkedBy } from '../model/trees';

export type Target =
  | { readonly type: 'object'; readonly id: ObjectId }
  | { readonly type: 'field'; readonly id: ObjectId; readonly field: string }
  | { readonly type: 'invariant'; readonly id: string };

export interface Lit {
  /** What is meant. */
  readonly objects: ReadonlySet<ObjectId>;
  /** What it is tied to. */
  readonly related: ReadonlySet<ObjectId>;
  /** `OBJECT FIELD` */
  readonly fields: ReadonlySet<string>;
  readonly invariants: ReadonlySet<string>;
}

export const NOTHING_LIT: Lit = {
  objects: new Set(),
  related: new Set(),
  fields: new Set(),
  invariants: new Set(),
};

export function fieldKey(id: ObjectId, field: string): string {
  return `${id} ${field}`;
}

export function sameTarget(a: Target | null, b: Target | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.type !== b.type || a.id !== b.id) return false;
  return a.type !== 'field' || b.type !== 'field' || a.field === b.field;
}

export function litBy(target: Target | null, frame: Frame, views: readonly InvariantView[]): Lit {
  if (!target) return NOTHING_LIT;
  if (target.type === 'invariant') {
    const view = views.find(({ info }) => info.id === target.id);
    return view ? litByInvariant(view, frame) : NOTHING_LIT;
  }
  const kind = frame.state.get(target.id)?.kind;
  const field = target.type === 'field' ? target.field : null;
  const invariants = views.filter(({ info }) =>
    info.speaksOf.some(
      (subject) => subject.kind === kind && (field === null || namesField(subject.fields, field)),
    ),
  );
  return {
    objects: new Set([target.id]),
    related: field === null ? relatedTo(frame, target.id) : new Set(),
    fields: new Set(field === null ? [] : [fieldKey(target.id, field)]),
    invariants: new Set(invariants.map(({ info }) => info.id)),
  };
}

/** The objects that break it; while it holds, all those that it speaks of. */
function litByInvariant(view: InvariantView, frame: Frame): Lit {
  const objects = new Set(view.reasons.flatMap((reason) => reason.objects));
  const fields = new Set(
    view.reasons.flatMap((reason) => reason.fields.map(({ object, field }) => fieldKey(object, field))),
  );
  if (view.reasons.length === 0) {
    for (const subject of view.info.speaksOf) {
      for (const object of frame.live(subject.kind)) {
        objects.add(object.id);
        for (const field of object.fields.keys())
          if (namesField(subject.fields, field)) fields.add(fieldKey(object.id, field));
      }
    }
  }
  return { objects, related: new Set(), fields, invariants: new Set([view.info.id]) };
}

/** The two ends of an AVC; the AVCs and the anon_vma of a VMA; the anon_vma of a folio, and what a walk of it looks at. */
function relatedTo(frame: Frame, id: ObjectId): Set<ObjectId> {
  const related = new Set<ObjectId>();
  const object = frame.state.get(id);
  if (!object) return related;
  const add = (other: ObjectId | null) => {
    if (other !== null && other !== id) related.add(other);
  };
  if (object.kind === KIND.avc) {
    add(refField(object, FIELD.avc.vma));
    add(refField(object, FIELD.avc.anonVma));
  } else if (object.kind === KIND.folio) {
    add(refField(object, FIELD.folio.anonVma));
    for (const avc of walkedBy(frame, id)) {
      const state = frame.state.get(avc);
      add(avc);
      if (state) add(refField(state, FIELD.avc.vma));
    }
  }
  if (object.kind === KIND.vma || object.kind === KIND.anonVma) {
    const end = object.kind === KIND.vma ? FIELD.avc.vma : FIELD.avc.anonVma;
    const other = object.kind === KIND.vma ? FIELD.avc.anonVma : FIELD.avc.vma;
    for (const avc of frame.live(KIND.avc)) {
      if (refField(avc, end) !== id) continue;
      add(avc.id);
      add(refField(avc, other));
    }
  }
  return related;
}
