/**
 * Who is linked to what: VMAs as rows, anon_vmas as columns, AVCs as the cells between them.
 */
import type { ObjectState } from '../../trace/state';
import type { ObjectId } from '../../trace/value';
import { type FamilyNode, familyOf } from './family';
import type { Frame } from './frame';
import { FIELD, KIND, numberField, refField, refsField } from './objects';

export interface Cell {
  /** null: the VMA's `anon_vma` points here, but no AVC joins the two. */
  readonly avc: ObjectId | null;
  /** Place on the VMA's chain, from 1; null when it is not on it. */
  readonly place: number | null;
  readonly inTree: boolean;
  /** The VMA's own anon_vma. */
  readonly own: boolean;
  /** The AVC has been freed and is still linked. */
  readonly freed: boolean;
  /** AVCs beyond the first that join the same two. */
  readonly more: number;
}

export interface Column {
  readonly id: ObjectId;
  readonly label: string;
  readonly freed: boolean;
  /** Distance from the root. */
  readonly level: number;
}

export interface Row {
  readonly id: ObjectId;
  readonly label: string;
  readonly freed: boolean;
  /** By column. */
  readonly cells: readonly (Cell | null)[];
}

/** An AVC that does not join two objects yet, or any more. */
export interface LooseAvc {
  readonly id: ObjectId;
  readonly label: string;
  readonly text: string;
}

export interface Matrix {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly loose: readonly LooseAvc[];
}

/** `family`: of the same frame, so that it is not worked out twice. */
export function matrixOf(frame: Frame, family: readonly FamilyNode[] = familyOf(frame)): Matrix {
  const { state } = frame;
  const columns: Column[] = [];
  for (const { node, level } of flatten(family))
    columns.push({ id: node.id, label: node.label, freed: node.freed, level });
  const columnOf = new Map(columns.map(({ id }, index) => [id, index]));

  const cells = new Map<ObjectId, (Cell | null)[]>();
  const rowOf = (vma: ObjectId) => {
    const known = cells.get(vma);
    if (known) return known;
    const row = columns.map(() => null);
    cells.set(vma, row);
    return row;
  };
  for (const vma of frame.live(KIND.vma)) rowOf(vma.id);

  const loose: LooseAvc[] = [];
  for (const avc of frame.ever(KIND.avc)) placeAvc(frame, avc, columnOf, rowOf, loose);
  for (const vma of frame.live(KIND.vma)) markUnjoinedOwn(vma, columnOf, rowOf(vma.id));

  const rows = [...cells].map(([id, row]) => ({
    id,
    label: frame.label(id),
    freed: state.get(id)?.freed ?? true,
    cells: row,
  }));
  return { columns, rows: rows.sort((a, b) => byAddress(frame, a.id, b.id)), loose };
}

function placeAvc(
  frame: Frame,
  avc: ObjectState,
  columnOf: ReadonlyMap<ObjectId, number>,
  rowOf: (vma: ObjectId) => (Cell | null)[],
  loose: LooseAvc[],
): void {
  const { state } = frame;
  const vma = refField(avc, FIELD.avc.vma);
  const anon = refField(avc, FIELD.avc.anonVma);
  const vmaState = vma === null ? undefined : state.get(vma);
  const anonState = anon === null ? undefined : state.get(anon);
  const index = vmaState ? refsField(vmaState, FIELD.vma.chain).indexOf(avc.id) : -1;
  const inTree = anonState ? refsField(anonState, FIELD.anonVma.tree).includes(avc.id) : false;
  // a freed AVC is only worth a word while something still leads to it
  if (avc.freed && !((index >= 0 && !vmaState?.freed) || (inTree && !anonState?.freed))) return;
  const column = anon === null ? undefined : columnOf.get(anon);
  if (vma === null || !vmaState || column === undefined) {
    loose.push({ id: avc.id, label: frame.label(avc.id), text: looseText(frame, vma, anon) });
    return;
  }
  const row = rowOf(vma);
  const there = row[column];
  if (there) row[column] = { ...there, more: there.more + 1 };
  else {
    row[column] = {
      avc: avc.id,
      place: index < 0 ? null : index + 1,
      inTree,
      own: refField(vmaState, FIELD.vma.anonVma) === anon,
      freed: avc.freed,
      more: 0,
    };
  }
}

function markUnjoinedOwn(
  vma: ObjectState,
  columnOf: ReadonlyMap<ObjectId, number>,
  row: (Cell | null)[],
): void {
  const own = refField(vma, FIELD.vma.anonVma);
  const column = own === null ? undefined : columnOf.get(own);
  if (column !== undefined && !row[column])
    row[column] = { avc: null, place: null, inTree: false, own: true, freed: false, more: 0 };
}

function looseText(frame: Frame, vma: ObjectId | null, anon: ObjectId | null): string {
  if (vma === null && anon === null) return 'allocated, joins nothing yet';
  if (vma === null) return `leads to ${frame.label(anon as ObjectId)} only`;
  return `on the side of ${frame.label(vma)} only`;
}

/** Linked on the VMA's side or the anon_vma's, not on both. */
export function isOneWay(cell: Cell): boolean {
  return cell.freed || cell.place === null || !cell.inTree;
}

/** A cell in words. */
export function cellText(row: Row, column: Column, cell: Cell): string {
  const what = `${row.label} and ${column.label}`;
  if (cell.avc === null) return `${what}: its own anon_vma, but no AVC joins them`;
  return [
    `${what}: AVC`,
    cell.place === null ? 'not on the chain' : `place ${cell.place} on the chain`,
    cell.inTree ? 'in the tree' : 'not in the tree',
    ...(cell.own ? ["the VMA's own anon_vma"] : []),
    ...(cell.freed ? ['FREED'] : []),
    ...(cell.more > 0 ? [`${cell.more} more between the same two`] : []),
  ].join(', ');
}

function byAddress(frame: Frame, a: ObjectId, b: ObjectId): number {
  const key = (id: ObjectId): [number, number, number] => {
    const vma = frame.state.get(id);
    if (!vma) return [Number.MAX_SAFE_INTEGER, 0, id];
    const mm = refField(vma, FIELD.vma.mm) ?? Number.MAX_SAFE_INTEGER;
    return [mm, numberField(vma, FIELD.vma.start), id];
  };
  const [mmA, startA, idA] = key(a);
  const [mmB, startB, idB] = key(b);
  return mmA - mmB || startA - startB || idA - idB;
}

function* flatten(
  nodes: readonly FamilyNode[],
  level = 0,
): IterableIterator<{ node: FamilyNode; level: number }> {
  for (const node of nodes) {
    yield { node, level };
    yield* flatten(node.children, level + 1);
  }
}
