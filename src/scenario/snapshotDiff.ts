/**
 * What an operation changed, in a few words each: two snapshots compared.
 */
import type { Snapshot, SnapshotAnonVma, SnapshotFolio, SnapshotMm, SnapshotVma } from '../trace/snapshot';
import { hex, rangeText } from './addresses';

/** One phrase for each object that came, went or changed; processes first, then VMAs, anon_vmas and folios. */
export function whatChanged(before: Snapshot, after: Snapshot): string[] {
  return [
    ...compared(before.mms, after.mms, (mm) => mm.name, {
      came: ({ name, vmas }) => `+ process ${name}, ${vmas.length === 1 ? '1 VMA' : `${vmas.length} VMAs`}`,
      went: ({ name }) => `− process ${name}`,
      changed: vmaPhrases,
    }),
    ...compared(before.anonVmas, after.anonVmas, (anonVma) => anonVma.id, {
      came: ({ id, root, parent }) => `+ ${id}${id === root ? '' : `, root ${root}, parent ${parent}`}`,
      went: ({ id }) => `− ${id}`,
      changed: anonVmaPhrases,
    }),
    ...compared(before.folios, after.folios, (folio) => folio.id, {
      came: ({ id, anonVma, index }) => `+ ${id} of ${anonVma}, index ${hex(index)}`,
      went: ({ id }) => `− ${id}`,
      changed: folioPhrases,
    }),
  ];
}

interface Phrases<T> {
  readonly came: (now: T) => string;
  readonly went: (then: T) => string;
  readonly changed: (then: T, now: T) => string[];
}

function compared<T>(
  before: readonly T[],
  after: readonly T[],
  key: (item: T) => string,
  phrases: Phrases<T>,
): string[] {
  const old = new Map(before.map((item) => [key(item), item]));
  const left = new Set(after.map(key));
  return [
    ...before.filter((item) => !left.has(key(item))).map(phrases.went),
    ...after.flatMap((item) => {
      const then = old.get(key(item));
      return then ? phrases.changed(then, item) : [phrases.came(item)];
    }),
  ];
}

function vmaPhrases(before: SnapshotMm, after: SnapshotMm): string[] {
  const { name } = after;
  return compared(before.vmas, after.vmas, (vma) => String(vma.start), {
    came: (vma) => `+ ${name}@${rangeText(vma)} ${vma.prot}`,
    went: (vma) => `− ${name}@${rangeText(vma)}`,
    changed: (then, now) => changedVma(name, then, now),
  });
}

function changedVma(name: string, then: SnapshotVma, now: SnapshotVma): string[] {
  const vma = `${name}@${rangeText(now)}`;
  return [
    ...(then.end === now.end ? [] : [`${name}@${rangeText(then)} → ${vma}`]),
    ...field(vma, 'prot', then.prot, now.prot),
    ...field(vma, 'anon_vma', then.anonVma ?? 'NULL', now.anonVma ?? 'NULL'),
    ...field(vma, 'chain', list(then.chain), list(now.chain)),
    ...pages(name, then, now),
  ];
}

function pages(name: string, then: SnapshotVma, now: SnapshotVma): string[] {
  const numbers = new Set([...Object.keys(then.ptes), ...Object.keys(now.ptes)].map(Number));
  return (
    [...numbers]
      .sort((a, b) => a - b)
      // what left with a part of the VMA is not news
      .filter((page) => page < now.end)
      .flatMap((page) => field(`${name}:${hex(page)}`, '', pte(then, page), pte(now, page)))
  );
}

function pte(vma: SnapshotVma, page: number): string {
  const found = vma.ptes[String(page)];
  if (!found) return 'not present';
  return `${found.folio}${found.writable ? ' writable' : ''}`;
}

function anonVmaPhrases(then: SnapshotAnonVma, now: SnapshotAnonVma): string[] {
  return [
    ...field(now.id, 'parent', then.parent, now.parent),
    ...field(now.id, 'refcount', then.refcount, now.refcount),
    ...field(now.id, 'num_children', then.numChildren, now.numChildren),
    ...field(now.id, 'num_active_vmas', then.numActiveVmas, now.numActiveVmas),
    ...field(now.id, 'degree', then.degree ?? null, now.degree ?? null),
    ...field(now.id, 'tree', list(then.tree), list(now.tree)),
  ];
}

function folioPhrases(then: SnapshotFolio, now: SnapshotFolio): string[] {
  return [
    ...field(now.id, 'anon_vma', then.anonVma, now.anonVma),
    ...field(now.id, 'mapcount', then.mapcount, now.mapcount),
    ...field(now.id, 'exclusive', then.exclusive, now.exclusive),
  ];
}

type Shown = string | number | boolean | null;

function field(object: string, name: string, then: Shown, now: Shown): string[] {
  return then === now ? [] : [`${object}${name === '' ? '' : `.${name}`}: ${then} → ${now}`];
}

function list(items: readonly string[]): string {
  return items.length === 0 ? 'empty' : items.join(' ');
}
