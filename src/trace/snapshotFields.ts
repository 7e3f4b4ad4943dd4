/**
 * A snapshot as a flat table, object by object and field by field, so that two of them can be laid side by side.
 * Fields have the names that the kernel gives them.
 */
import type { Snapshot, SnapshotAnonVma, SnapshotFolio, SnapshotMm, SnapshotVma } from './snapshot';

/** One field of one object that two states have differently; null where the object or the field does not exist. */
export interface FieldDifference {
  /** `P@16-20`, `A0`, `F1`, `P`. */
  readonly object: string;
  /** Empty when the object as a whole exists on one side only. */
  readonly field: string;
  readonly a: string | null;
  readonly b: string | null;
}

interface Row {
  readonly object: string;
  readonly field: string;
  readonly value: string;
}

/** By a key that both sides share: VMAs by process and first page, the rest by label. */
type Table = ReadonlyMap<string, readonly Row[]>;

/** What two snapshots have differently, processes first, then anon_vmas and folios. */
export function snapshotDifferences(a: Snapshot, b: Snapshot): FieldDifference[] {
  const left = tableOf(a);
  const right = tableOf(b);
  const keys = [...left.keys(), ...[...right.keys()].filter((key) => !left.has(key))];
  return keys.flatMap((key) => objectDifferences(left.get(key), right.get(key)));
}

function objectDifferences(
  a: readonly Row[] | undefined,
  b: readonly Row[] | undefined,
): readonly FieldDifference[] {
  const [some] = a ?? b ?? [];
  if (!some) return [];
  if (!a || !b) {
    const exists = (rows: readonly Row[] | undefined) => (rows ? 'exists' : null);
    return [{ object: some.object, field: '', a: exists(a), b: exists(b) }];
  }
  const left = new Map(a.map((row) => [row.field, row.value]));
  const right = new Map(b.map((row) => [row.field, row.value]));
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((field) => {
    const pair = { a: left.get(field) ?? null, b: right.get(field) ?? null };
    if (pair.a === pair.b || (isCounter(field) && (pair.a === null || pair.b === null))) return [];
    return [{ object: some.object, field, ...pair }];
  });
}

/** Kernels count either `degree` or the other two: what one of them lacks is no difference of the state. */
function isCounter(field: string): boolean {
  return field === 'degree' || field === 'num_children' || field === 'num_active_vmas';
}

function tableOf({ mms, anonVmas, folios }: Snapshot): Table {
  const table = new Map<string, readonly Row[]>();
  for (const mm of mms) {
    table.set(`mm ${mm.name}`, rows(mm.name, { mm: 'exists' }));
    for (const vma of mm.vmas) table.set(`vma ${mm.name}@${vma.start}`, vmaRows(mm, vma));
  }
  for (const anonVma of anonVmas) table.set(`anon_vma ${anonVma.id}`, anonVmaRows(anonVma));
  for (const folio of folios) table.set(`folio ${folio.id}`, folioRows(folio));
  return table;
}

type Shown = string | number | boolean | null | undefined;

function rows(object: string, fields: Readonly<Record<string, Shown>>): Row[] {
  return Object.entries(fields).flatMap(([field, value]) =>
    value === null || value === undefined ? [] : [{ object, field, value: String(value) }],
  );
}

function vmaRows(mm: SnapshotMm, vma: SnapshotVma): Row[] {
  const ptes = Object.entries(vma.ptes).map(([page, { folio, writable }]): [string, string] => [
    `ptes.${page}`,
    `${folio}${writable ? ', writable' : ''}`,
  ]);
  return rows(`${mm.name}@${vma.start}-${vma.end}`, {
    vm_end: vma.end,
    vm_pgoff: vma.pgoff,
    anon_pgoff: vma.anonPgoff,
    prot: vma.prot,
    vm_file: vma.file ?? 'NULL',
    anon_vma: vma.anonVma ?? 'NULL',
    anon_vma_chain: list(vma.chain),
    ...Object.fromEntries(ptes),
  });
}

function anonVmaRows(anonVma: SnapshotAnonVma): Row[] {
  return rows(anonVma.id, {
    root: anonVma.root,
    parent: anonVma.parent,
    refcount: anonVma.refcount,
    num_children: anonVma.numChildren,
    num_active_vmas: anonVma.numActiveVmas,
    degree: anonVma.degree,
    rb_root: list(anonVma.tree),
  });
}

function folioRows(folio: SnapshotFolio): Row[] {
  return rows(folio.id, {
    mapping: folio.anonVma,
    index: folio.index,
    mapcount: folio.mapcount,
    exclusive: folio.exclusive,
  });
}

function list(items: readonly string[]): string {
  return items.length === 0 ? 'empty' : items.join(' ');
}
