/**
 * The page axis of the builder: single pages wherever something begins, ends or is mapped, and some free ones around, so
 * that a range can be drawn there. Long stretches in between are one cell.
 */
import type { BuildVma } from '../../protocol/building';
import type { Operation } from '../../trace/engine';

export interface AxisCell {
  readonly page: number;
  /** Exclusive; `page + 1` but for a stretch that is drawn shorter than it is. */
  readonly to: number;
  readonly x: number;
  readonly width: number;
}

export interface BuildAxis {
  readonly cells: readonly AxisCell[];
  /** Sum of the widths. */
  readonly units: number;
}

/** A stretch of pages; `to` is exclusive. */
export interface PageRange {
  readonly from: number;
  readonly to: number;
}

/** Pages shown on each side of something. */
const AROUND = 3;
/** Free pages behind the last VMA. */
const BEHIND = 8;
/** Pages of a VMA up to which all are shown. */
const WHOLE = 16;
/** Width of a shortened stretch, in pages. */
const SKIP = 1.8;
/** Cells that are drawn at most. */
export const CELL_LIMIT = 240;
/** Where an empty address space begins to be used. */
const EMPTY_FROM = 0x10;
const EMPTY_PAGES = 20;

export function buildAxisOf(vmas: readonly BuildVma[], ranges: readonly PageRange[]): BuildAxis {
  const shown = new Set<number>();
  const show = (from: number, to: number) => {
    for (let page = Math.max(0, from); page < to && shown.size < CELL_LIMIT; page += 1) shown.add(page);
  };
  for (const { from, to } of ranges) {
    show(from - AROUND, from + AROUND);
    show(to - AROUND, to + AROUND);
  }
  for (const { start, end, pages } of vmas) {
    show(start - AROUND, start + AROUND);
    show(end - AROUND, end + AROUND);
    if (end - start <= WHOLE) show(start, end);
    for (const { page } of pages.slice(0, WHOLE)) show(page, page + 1);
  }
  const last = vmas.at(-1)?.end;
  if (last === undefined) show(EMPTY_FROM, EMPTY_FROM + EMPTY_PAGES);
  else show(last, last + BEHIND);
  return laidOut([...shown].sort((a, b) => a - b));
}

function laidOut(pages: readonly number[]): BuildAxis {
  const cells: AxisCell[] = [];
  let x = 0;
  let next = pages[0] ?? 0;
  const add = (page: number, to: number, width: number) => {
    cells.push({ page, to, x, width });
    x += width;
  };
  for (const page of pages) {
    // a single page left out would be wider than itself
    if (page - next === 1) add(next, page, 1);
    else if (page > next) add(next, page, SKIP);
    add(page, page + 1, 1);
    next = page + 1;
  }
  return { cells, units: x };
}

/** Place of a page's left edge, as a fraction. */
export function placeOf({ cells, units }: BuildAxis, page: number): number {
  const first = cells[0];
  if (!first || page <= first.page) return 0;
  const cell = cells.find((one) => page < one.to);
  if (!cell) return 1;
  return (cell.x + ((page - cell.page) / (cell.to - cell.page)) * cell.width) / units;
}

/** The page at a fraction of the width. */
export function pageAt({ cells, units }: BuildAxis, fraction: number): number {
  const at = Math.max(0, Math.min(fraction, 1)) * units;
  const cell = cells.find(({ x, width }) => at < x + width) ?? cells.at(-1);
  if (!cell) return 0;
  const inside = Math.floor(((at - cell.x) / cell.width) * (cell.to - cell.page));
  return cell.page + Math.max(0, Math.min(inside, cell.to - cell.page - 1));
}

/** The stretches that an operation speaks of, the one that it acts on first. */
export function rangesOf(operation: Operation | null): PageRange[] {
  switch (operation?.verb) {
    case 'mmap':
    case 'munmap':
    case 'mprotect':
    case 'madvise':
      return [{ from: operation.addr, to: operation.addr + operation.len }];
    case 'mremap':
      return [
        { from: operation.old, to: operation.old + operation.len },
        { from: operation.new, to: operation.new + operation.len },
      ];
    case 'read':
    case 'write':
    case 'walk':
      return [{ from: operation.page, to: operation.page + 1 }];
    default:
      return [];
  }
}

/** The operation with another stretch: number 0, or for mremap 1 for where it goes. */
export function withRange(operation: Operation, which: number, { from, to }: PageRange): Operation {
  const len = Math.max(1, to - from);
  switch (operation.verb) {
    case 'mmap':
    case 'munmap':
    case 'mprotect':
    case 'madvise':
      return { ...operation, addr: from, len };
    case 'mremap':
      return which === 0 ? { ...operation, old: from, len } : { ...operation, new: from };
    case 'read':
    case 'write':
    case 'walk':
      return { ...operation, page: from };
    default:
      return operation;
  }
}

/** Pages at which something begins or ends, for keys that go from one to the next. */
export function boundaries(vmas: readonly BuildVma[]): number[] {
  return [...new Set(vmas.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
}
