/**
 * Address spaces: one lane for each process, its VMAs as bars, its page table entries as squares.
 */
import type { ObjectState } from '../../trace/state';
import { isRef, type ObjectId, type Value } from '../../trace/value';
import type { Frame } from './frame';
import {
  FIELD,
  flagField,
  KIND,
  notableFlags,
  numberField,
  PTE,
  protOf,
  refField,
  refsField,
  textField,
} from './objects';

export interface VmaBar {
  readonly id: ObjectId;
  readonly label: string;
  /** Pages, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly prot: 'none' | 'r' | 'rw';
  readonly flags: readonly string[];
  readonly attached: boolean;
  readonly anonVma: ObjectId | null;
  readonly anonVmaLabel: string | null;
  /** Number of AVCs on its chain. */
  readonly chain: number;
  readonly file: { readonly name: string; readonly pgoff: number } | null;
  readonly pgoff: number;
  readonly anonPgoff: number;
  /** Row inside the lane: VMAs that overlap are drawn below each other. */
  readonly row: number;
}

export type Mapped =
  | {
      readonly type: 'folio';
      readonly id: ObjectId;
      readonly label: string;
      readonly anonVma: ObjectId | null;
      readonly anonVmaLabel: string | null;
      readonly exclusive: boolean;
      readonly mapcount: number;
      readonly freed: boolean;
    }
  | { readonly type: 'zero' }
  | { readonly type: 'cache'; readonly text: string };

export interface PteSquare {
  readonly page: number;
  readonly field: string;
  readonly writable: boolean;
  readonly mapped: Mapped;
  readonly row: number;
}

export interface Lane {
  readonly mm: ObjectId;
  readonly name: string;
  /** What is going on with the process, such as `being forked`; null when nothing is. */
  readonly note: string | null;
  readonly vmas: readonly VmaBar[];
  readonly ptes: readonly PteSquare[];
  readonly rows: number;
}

export function lanesOf(frame: Frame): Lane[] {
  const byMm = new Map<ObjectId, ObjectState[]>();
  for (const vma of frame.live(KIND.vma)) {
    const mm = refField(vma, FIELD.vma.mm);
    if (mm === null || numberField(vma, FIELD.vma.start) >= numberField(vma, FIELD.vma.end)) continue;
    const vmas = byMm.get(mm);
    if (vmas) vmas.push(vma);
    else byMm.set(mm, [vma]);
  }
  return frame.live(KIND.mm).map((mm) => laneOf(frame, mm, byMm.get(mm.id) ?? []));
}

function laneOf(frame: Frame, mm: ObjectState, vmas: readonly ObjectState[]): Lane {
  const bars: VmaBar[] = [];
  const rowEnds: VmaBar[][] = [];
  // those that others can find stand in the first row
  const order = [...vmas].sort(
    (a, b) =>
      Number(flagField(b, FIELD.vma.attached)) - Number(flagField(a, FIELD.vma.attached)) ||
      numberField(a, FIELD.vma.start) - numberField(b, FIELD.vma.start) ||
      a.id - b.id,
  );
  for (const vma of order) {
    const bar = barOf(frame, vma);
    let row = rowEnds.findIndex((others) =>
      others.every((other) => other.end <= bar.start || bar.end <= other.start),
    );
    if (row < 0) row = rowEnds.push([]) - 1;
    const placed = { ...bar, row };
    rowEnds[row]?.push(placed);
    bars.push(placed);
  }
  bars.sort((a, b) => a.row - b.row || a.start - b.start);
  return {
    mm: mm.id,
    name: textField(mm, FIELD.mm.name) || frame.label(mm.id),
    note: noteOf(frame, mm),
    vmas: bars,
    ptes: squaresOf(frame, mm, bars),
    rows: Math.max(1, rowEnds.length),
  };
}

function barOf(frame: Frame, vma: ObjectState): Omit<VmaBar, 'row'> {
  const flags = textField(vma, FIELD.vma.flags);
  const anonVma = refField(vma, FIELD.vma.anonVma);
  const file = refField(vma, FIELD.vma.file);
  const pgoff = numberField(vma, FIELD.vma.pgoff);
  return {
    id: vma.id,
    label: frame.label(vma.id),
    start: numberField(vma, FIELD.vma.start),
    end: numberField(vma, FIELD.vma.end),
    prot: protOf(flags),
    flags: notableFlags(flags),
    attached: flagField(vma, FIELD.vma.attached),
    anonVma,
    anonVmaLabel: anonVma === null ? null : frame.label(anonVma),
    chain: refsField(vma, FIELD.vma.chain).length,
    file: file === null ? null : { name: frame.label(file), pgoff },
    pgoff,
    anonPgoff: numberField(vma, FIELD.vma.anonPgoff),
  };
}

function squaresOf(frame: Frame, mm: ObjectState, bars: readonly VmaBar[]): PteSquare[] {
  const squares: PteSquare[] = [];
  for (const [field, value] of mm.fields) {
    if (!field.startsWith(FIELD.mm.pte) || typeof value !== 'object' || value === null) continue;
    const entry = value as { readonly [key: string]: Value };
    const page = Number(field.slice(FIELD.mm.pte.length));
    const mapped = mappedOf(frame, entry[PTE.folio]);
    if (!mapped || Number.isNaN(page)) continue;
    const row = bars.find((bar) => bar.start <= page && page < bar.end)?.row ?? 0;
    squares.push({ page, field, writable: entry[PTE.writable] === true, mapped, row });
  }
  return squares.sort((a, b) => a.page - b.page);
}

function mappedOf(frame: Frame, value: Value | undefined): Mapped | null {
  if (value === PTE.zero) return { type: 'zero' };
  if (typeof value === 'string') return { type: 'cache', text: value.replace(PTE.filePrefix, '') };
  if (!isRef(value)) return null;
  const folio = frame.state.get(value.ref);
  if (!folio) return null;
  const anonVma = refField(folio, FIELD.folio.anonVma);
  return {
    type: 'folio',
    id: folio.id,
    label: frame.label(folio.id),
    anonVma,
    anonVmaLabel: anonVma === null ? null : frame.label(anonVma),
    exclusive: flagField(folio, FIELD.folio.exclusive),
    mapcount: numberField(folio, FIELD.folio.mapcount),
    freed: folio.freed,
  };
}

/** What the running operation does to the process. */
function noteOf(frame: Frame, mm: ObjectState): string | null {
  const { operation, position } = frame;
  if (!operation || position >= operation.endStep - 1) return null;
  const name = textField(mm, FIELD.mm.name);
  if (operation.verb === 'exit') return operation.process === name ? 'exiting' : null;
  if (operation.verb !== 'fork') return operation.process === name ? 'running' : null;
  return operation.process === name ? 'forking' : isForkedNow(frame, name) ? 'being forked' : null;
}

function isForkedNow(frame: Frame, name: string): boolean {
  const words = frame.operation?.text.split(/\s+/) ?? [];
  return words.includes(name) && words.indexOf(name) === words.indexOf('fork') + 1;
}

/** A page table entry in words. */
export function pteText(square: PteSquare): string {
  const rights = square.writable ? 'writable' : 'write-protected';
  const { mapped } = square;
  switch (mapped.type) {
    case 'zero':
      return `page ${square.page}: the zero page, ${rights}`;
    case 'cache':
      return `page ${square.page}: page cache ${mapped.text}, ${rights}`;
    case 'folio':
      return [
        `page ${square.page}: folio ${mapped.label}`,
        rights,
        mapped.exclusive ? 'exclusive' : `not exclusive`,
        `mapped ${mapped.mapcount === 1 ? 'once' : `${mapped.mapcount} times`}`,
        mapped.anonVmaLabel === null ? 'no anon_vma' : `anon_vma ${mapped.anonVmaLabel}`,
        ...(mapped.freed ? ['FREED'] : []),
      ].join(', ');
  }
}

/** A VMA in words. */
export function vmaText(bar: VmaBar): string {
  return [
    `VMA ${bar.label}`,
    bar.prot === 'none' ? 'no access' : bar.prot,
    ...bar.flags,
    bar.file ? `file ${bar.file.name} from page ${bar.file.pgoff}` : 'anonymous',
    bar.anonVmaLabel === null ? 'no anon_vma' : `anon_vma ${bar.anonVmaLabel}`,
    `${bar.chain} ${bar.chain === 1 ? 'AVC' : 'AVCs'} on its chain`,
    bar.attached ? 'attached' : 'not attached: others cannot find it',
  ].join(', ');
}
