/**
 * Pages and lengths that make sense at a moment of a scenario: what is mapped, what has a folio, what is free.
 */
import type { Snapshot, SnapshotVma } from '../trace/snapshot';

/** Pages of one VMA that are proposed one by one. */
const PAGES_OF_A_VMA = 16;
/** Pages that are proposed in all. */
const PAGE_LIMIT = 128;
/** Where the first mapping of an empty address space goes, and how far apart others are. */
const SPACING = 0x10;

/** A number to propose, with what is there. */
export interface Place {
  readonly page: number;
  readonly detail: string;
}

export function hex(page: number): string {
  return `0x${page.toString(16)}`;
}

export function vmasOf(snapshot: Snapshot, process: string): readonly SnapshotVma[] {
  return snapshot.mms.find(({ name }) => name === process)?.vmas ?? [];
}

/** `0x10-0x14`, end exclusive. */
export function rangeText(vma: Pick<SnapshotVma, 'start' | 'end'>): string {
  return `${hex(vma.start)}-${hex(vma.end)}`;
}

/** `P@0x10-0x14 rw, A0`. */
export function vmaText(process: string, vma: SnapshotVma): string {
  const file = vma.file === null ? '' : ` of file ${vma.file}`;
  return `${process}@${rangeText(vma)} ${vma.prot}${file}, ${vma.anonVma ?? 'no anon_vma yet'}`;
}

/** The first page of each VMA. */
export function mappedPlaces(snapshot: Snapshot, process: string): Place[] {
  return vmasOf(snapshot, process).map((vma) => ({ page: vma.start, detail: vmaText(process, vma) }));
}

/** Single pages with what they map, those with a folio first. */
export function pagePlaces(snapshot: Snapshot, process: string): Place[] {
  const present: Place[] = [];
  const absent: Place[] = [];
  for (const vma of vmasOf(snapshot, process)) {
    const pages = new Set<number>();
    for (const page of Object.keys(vma.ptes)) pages.add(Number(page));
    for (let page = vma.start; page < vma.end && page < vma.start + PAGES_OF_A_VMA; page += 1)
      pages.add(page);
    for (const page of [...pages].sort((a, b) => a - b)) {
      const pte = vma.ptes[String(page)];
      const where = `in ${process}@${rangeText(vma)}`;
      if (!pte) absent.push({ page, detail: `not present, ${where}` });
      else
        present.push({
          page,
          detail: `${pte.folio}, ${pte.writable ? 'writable' : 'write-protected'}, ${where}`,
        });
    }
  }
  return [...present, ...absent].slice(0, PAGE_LIMIT);
}

/** Places where something can be mapped: right behind a VMA, and apart from everything. */
export function freePlaces(snapshot: Snapshot, process: string): Place[] {
  const vmas = vmasOf(snapshot, process);
  const last = vmas.at(-1);
  if (!last) return [{ page: SPACING, detail: 'the address space is empty' }];
  const behind = vmas
    .filter((vma, at) => vmas[at + 1]?.start !== vma.end)
    .map((vma) => ({ page: vma.end, detail: `right behind ${process}@${rangeText(vma)}: may merge` }));
  const apart = Math.ceil(last.end / SPACING) * SPACING + SPACING;
  return [{ page: apart, detail: 'apart from everything that is mapped' }, ...behind.reverse()];
}

/** Lengths for a range that begins at `start`: what is left of its VMA, half of it, one page. */
export function lengths(snapshot: Snapshot, process: string, start: number): Place[] {
  const vma = vmasOf(snapshot, process).find((known) => known.start <= start && start < known.end);
  if (!vma) return [{ page: 4, detail: 'pages' }];
  const rest = vma.end - start;
  const found = new Map<number, string>();
  found.set(rest, `to the end of ${process}@${rangeText(vma)}`);
  if (rest > 3 && rest % 2 === 0) found.set(rest / 2, 'half of that: splits the VMA');
  if (rest > 1) found.set(1, 'one page: splits the VMA');
  return [...found].map(([page, detail]) => ({ page, detail }));
}

/** Names for a child that no process has. */
export function childNames(snapshot: Snapshot): string[] {
  const taken = new Set(snapshot.mms.map(({ name }) => name));
  return ['C', 'D', 'G', 'Q', 'R', 'S'].filter((name) => !taken.has(name)).slice(0, 3);
}
