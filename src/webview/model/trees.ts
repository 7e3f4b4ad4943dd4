/**
 * The interval trees: for each anon_vma the page offsets under which it knows VMAs, and its folios at their offsets. A
 * walk of a folio looks at the entries that cover its offset.
 */
import type { ObjectId } from '../../trace/value';
import type { FamilyNode, TreeEntry } from './family';
import type { Frame } from './frame';
import { FIELD, flagField, KIND, numberField, refField, refsField } from './objects';

export interface TreeFolio {
  readonly id: ObjectId;
  readonly label: string;
  /** Page offset. */
  readonly index: number;
  readonly exclusive: boolean;
}

export interface TreeView {
  readonly id: ObjectId;
  readonly label: string;
  readonly freed: boolean;
  /** By first offset, as the tree is ordered. */
  readonly entries: readonly TreeEntry[];
  readonly folios: readonly TreeFolio[];
  readonly changed: boolean;
}

/** One for each anon_vma, parents before children. */
export function treesOf(frame: Frame, nodes: readonly FamilyNode[]): TreeView[] {
  const folios = new Map<ObjectId, TreeFolio[]>();
  for (const folio of frame.live(KIND.folio)) {
    const anonVma = refField(folio, FIELD.folio.anonVma);
    if (anonVma === null) continue;
    const own = folios.get(anonVma) ?? [];
    folios.set(anonVma, own);
    own.push({
      id: folio.id,
      label: frame.label(folio.id),
      index: numberField(folio, FIELD.folio.index),
      exclusive: flagField(folio, FIELD.folio.exclusive),
    });
  }
  const changed = new Set(
    frame.step?.changes.flatMap((change) =>
      'field' in change && change.field === FIELD.anonVma.tree ? [change.object] : [],
    ),
  );
  const views: TreeView[] = [];
  const add = (node: FamilyNode) => {
    views.push({
      id: node.id,
      label: node.label,
      freed: node.freed,
      entries: [...node.tree].sort((a, b) => (a.first ?? 0) - (b.first ?? 0)),
      folios: (folios.get(node.id) ?? []).sort((a, b) => a.index - b.index),
      changed: changed.has(node.id),
    });
    node.children.forEach(add);
  };
  nodes.forEach(add);
  return views;
}

/** AVCs that a walk of this folio looks at, in the order of the tree. */
export function walkedBy(frame: Frame, folio: ObjectId): ObjectId[] {
  const object = frame.state.get(folio);
  const anonVma = object && refField(object, FIELD.folio.anonVma);
  const tree = anonVma === null || anonVma === undefined ? undefined : frame.state.get(anonVma);
  if (!object || !tree) return [];
  const index = numberField(object, FIELD.folio.index);
  return refsField(tree, FIELD.anonVma.tree).filter((id) => {
    const avc = frame.state.get(id);
    if (!avc) return false;
    return numberField(avc, FIELD.avc.first) <= index && index <= numberField(avc, FIELD.avc.last);
  });
}

/** A tree in words. */
export function treeText({ label, entries, folios }: TreeView): string {
  const holds = entries
    .map(
      (entry) =>
        `${entry.label} at ${entry.first ?? '?'} to ${entry.last ?? '?'}${entry.freed ? ' (freed)' : ''}`,
    )
    .join(', ');
  const pages = folios.map((folio) => `${folio.label} at ${folio.index}`).join(', ');
  return `${label}: ${holds || 'its tree is empty'}${pages ? `; folios ${pages}` : ''}`;
}
