/**
 * The page axis that all processes share: one for the whole run, so that nothing moves sideways from step to step.
 * Every boundary of a VMA and every page that is ever mapped keeps a visible width; long stretches and gaps shrink.
 */
import type { Trace } from '../../trace/trace';
import type { ObjectId, Value } from '../../trace/value';
import { FIELD, KIND } from './objects';

/** Stretches up to this many pages are drawn to scale. */
const TRUE_SCALE = 4;
/** Width of a gap in pages, however long it is. */
const GAP = 1.25;

export interface Stretch {
  /** Pages, end exclusive. */
  readonly from: number;
  readonly to: number;
  /** Fractions of the width. */
  readonly x: number;
  readonly width: number;
  /** Nothing is ever mapped here. */
  readonly gap: boolean;
  /** Drawn shorter than it is. */
  readonly compressed: boolean;
}

export interface Tick {
  readonly page: number;
  readonly x: number;
  /** A VMA begins or ends here at some step; other ticks give way to these. */
  readonly major: boolean;
}

export interface Axis {
  readonly stretches: readonly Stretch[];
  readonly ticks: readonly Tick[];
  /** Width in units of one page drawn to scale. */
  readonly units: number;
}

/** Place of a page's left edge as a fraction of the width. */
export function xOf(axis: Axis, page: number): number {
  const { stretches } = axis;
  const first = stretches[0];
  const last = stretches.at(-1);
  if (!first || !last || page <= first.from) return 0;
  if (page >= last.to) return 1;
  let low = 0;
  let high = stretches.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((stretches[middle] as Stretch).from <= page) low = middle;
    else high = middle - 1;
  }
  const { from, to, x, width } = stretches[low] as Stretch;
  return x + ((page - from) / (to - from)) * width;
}

export function axisOf(trace: Trace): Axis {
  const { ranges, pages } = mappedEver(trace);
  return axisFrom(ranges, pages);
}

/** The axis of the interval trees: every page offset under which a tree or a folio is ever known. */
export function offsetAxisOf(trace: Trace): Axis {
  const { ranges, pages } = offsetsEver(trace);
  return axisFrom(ranges, pages);
}

function axisFrom(ranges: readonly Range[], pages: ReadonlySet<number>): Axis {
  const covered = union(ranges);
  const major = new Set(ranges.flat());
  const points = new Set([...major, ...pages, ...[...pages].map((page) => page + 1)]);
  const sorted = [...points].sort((a, b) => a - b);

  const parts: { from: number; to: number; gap: boolean; units: number }[] = [];
  for (let i = 0; i + 1 < sorted.length; i += 1) {
    const from = sorted[i] as number;
    const to = sorted[i + 1] as number;
    const gap = !covered.some(([start, end]) => start <= from && to <= end) && !pages.has(from);
    const length = to - from;
    const units = gap
      ? Math.min(length, GAP)
      : length <= TRUE_SCALE
        ? length
        : TRUE_SCALE + Math.log2(length / TRUE_SCALE) * 1.5;
    parts.push({ from, to, gap, units });
  }
  const total = parts.reduce((sum, { units }) => sum + units, 0);
  let x = 0;
  const stretches = parts.map(({ from, to, gap, units }) => {
    const stretch = { from, to, gap, x, width: units / total, compressed: units < to - from };
    x += units / total;
    return stretch;
  });
  const axis = { stretches, ticks: [], units: total };
  const ticks = sorted.map((page) => ({ page, x: xOf(axis, page), major: major.has(page) }));
  return { ...axis, ticks };
}

/** Ticks that fit when each needs `room` (a fraction of the width), VMA boundaries first. */
export function ticksThatFit(axis: Axis, room: number): readonly Tick[] {
  const chosen: Tick[] = [];
  for (const wanted of [true, false]) {
    for (const tick of axis.ticks) {
      if (tick.major === wanted && chosen.every((other) => Math.abs(other.x - tick.x) >= room))
        chosen.push(tick);
    }
  }
  return chosen.sort((a, b) => a.x - b.x);
}

type Range = readonly [from: number, to: number];

/** Every range that a VMA has at the end of some step, and every page that has an entry at some step. */
function mappedEver(trace: Trace): { ranges: Range[]; pages: Set<number> } {
  const vmas = new Map<ObjectId, { start: number; end: number }>();
  const seen = new Map<string, Range>();
  const pages = new Set<number>();
  for (const { changes } of trace.steps) {
    const touched = new Set<{ start: number; end: number }>();
    for (const change of changes) {
      if (change.op === 'create' && change.kind === KIND.vma) {
        const vma = {
          start: pageNumber(change.fields[FIELD.vma.start]),
          end: pageNumber(change.fields[FIELD.vma.end]),
        };
        vmas.set(change.object, vma);
        touched.add(vma);
      } else if (change.op === 'set') {
        const vma = vmas.get(change.object);
        if (vma && change.field === FIELD.vma.start) vma.start = pageNumber(change.new);
        if (vma && change.field === FIELD.vma.end) vma.end = pageNumber(change.new);
        if (vma) touched.add(vma);
        if (change.field.startsWith(FIELD.mm.pte) && change.new !== undefined)
          pages.add(Number(change.field.slice(FIELD.mm.pte.length)));
      }
    }
    for (const { start, end } of touched) if (start < end) seen.set(`${start}-${end}`, [start, end]);
  }
  return { ranges: [...seen.values()], pages };
}

function offsetsEver(trace: Trace): { ranges: Range[]; pages: Set<number> } {
  const kinds = new Map<ObjectId, string>();
  const bounds = new Map<ObjectId, { first: Value | undefined; last: Value | undefined }>();
  const seen = new Map<string, Range>();
  const pages = new Set<number>();
  for (const { changes } of trace.steps) {
    const touched = new Set<ObjectId>();
    const write = (object: ObjectId, field: string, value: Value | undefined) => {
      const kind = kinds.get(object);
      if (kind === KIND.folio && field === FIELD.folio.index && typeof value === 'number' && value > 0)
        pages.add(value);
      const known = kind === KIND.avc ? bounds.get(object) : undefined;
      if (!known) return;
      if (field === FIELD.avc.first) known.first = value;
      else if (field === FIELD.avc.last) known.last = value;
      else return;
      touched.add(object);
    };
    for (const change of changes) {
      if (change.op === 'create') {
        kinds.set(change.object, change.kind);
        if (change.kind === KIND.avc) bounds.set(change.object, { first: null, last: null });
        for (const [field, value] of Object.entries(change.fields)) write(change.object, field, value);
      } else if (change.op === 'set') write(change.object, change.field, change.new);
    }
    for (const object of touched) {
      const { first, last } = bounds.get(object) ?? {};
      if (typeof first === 'number' && typeof last === 'number' && first <= last)
        seen.set(`${first}-${last}`, [first, last + 1]);
    }
  }
  return { ranges: [...seen.values()], pages };
}

function pageNumber(value: Value | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function union(ranges: readonly Range[]): Range[] {
  const result: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}
