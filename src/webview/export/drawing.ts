/**
 * The picture of one step as plain shapes: address spaces, who is linked to what, the family of anon_vmas. It is laid out
 * once, and written as SVG or painted on a canvas.
 */
import { type Axis, ticksThatFit, xOf } from '../model/axis';
import type { FamilyNode } from '../model/family';
import type { Identities } from '../model/identity';
import type { Lane, PteSquare, VmaBar } from '../model/lanes';
import type { Matrix } from '../model/matrix';

/** A colour by its meaning; `hue` is that of an anon_vma, null where it has none. */
export type Colour = 'fg' | 'dim' | 'line' | 'bg' | { readonly hue: number | null };

export type Shape =
  | {
      readonly type: 'rect';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly radius: number;
      readonly stroke: Colour;
      /** 0 to 1: how much of the stroke's colour fills it. */
      readonly fill: number;
      readonly dashed: boolean;
    }
  | {
      readonly type: 'line';
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
      readonly stroke: Colour;
    }
  | {
      readonly type: 'text';
      readonly x: number;
      /** Of the base line. */
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly bold: boolean;
      readonly anchor: 'start' | 'middle' | 'end';
      readonly colour: Colour;
    };

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** What the picture shows, in words. */
  readonly title: string;
  readonly description: string;
  readonly shapes: readonly Shape[];
}

export interface DrawnState {
  readonly title: string;
  /** `Linux 7.3, step 12 of 151` */
  readonly where: string;
  /** What the step does. */
  readonly what: string;
  readonly axis: Axis;
  readonly lanes: readonly Lane[];
  readonly matrix: Matrix;
  readonly family: readonly FamilyNode[];
  readonly identities: Identities;
}

const WIDTH = 1080;
const PAD = 24;
const HEAD = 96;
const ROW = 46;
const SMALL = 11;
/** Width of a letter of the monospaced font, in parts of its size. */
const LETTER = 0.602;
const CELL = 62;

/** Lays the picture out. */
export function drawState(state: DrawnState): Drawing {
  const pen = new Pen(state.identities);
  let y = heading(pen, state);
  y = addressSpaces(pen, state, y);
  y = links(pen, state.matrix, y);
  y = family(pen, state.family, y);
  pen.text(PAD, y + 8, 'Rmap Lens', { size: SMALL, colour: 'dim' });
  return {
    width: WIDTH,
    height: y + PAD,
    title: `${state.title}: ${state.where}`,
    description: state.what,
    shapes: pen.shapes,
  };
}

class Pen {
  readonly shapes: Shape[] = [];

  constructor(private readonly identities: Identities) {}

  hue(id: number | null): Colour {
    return { hue: id === null ? null : (this.identities.get(id) ?? null) };
  }

  text(
    x: number,
    y: number,
    text: string,
    {
      size = 13,
      bold = false,
      anchor = 'start',
      colour = 'fg',
      room = Number.POSITIVE_INFINITY,
    }: {
      size?: number;
      bold?: boolean;
      anchor?: 'start' | 'middle' | 'end';
      colour?: Colour;
      /** Pixels that there are for it. */
      room?: number;
    } = {},
  ): void {
    const letters = Math.floor(room / (size * LETTER));
    if (letters < 1) return;
    const shown = text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`;
    this.shapes.push({ type: 'text', x, y, text: shown, size, bold, anchor, colour });
  }

  rect(
    x: number,
    y: number,
    width: number,
    height: number,
    stroke: Colour,
    { fill = 0, radius = 3, dashed = false }: { fill?: number; radius?: number; dashed?: boolean } = {},
  ): void {
    this.shapes.push({ type: 'rect', x, y, width, height, radius, stroke, fill, dashed });
  }

  line(x1: number, y1: number, x2: number, y2: number, stroke: Colour): void {
    this.shapes.push({ type: 'line', x1, y1, x2, y2, stroke });
  }
}

function heading(pen: Pen, { title, where, what }: DrawnState): number {
  const room = WIDTH - 2 * PAD;
  pen.text(PAD, PAD + 14, title, { size: 17, bold: true, room });
  pen.text(PAD, PAD + 36, where, { colour: 'dim', room });
  pen.text(PAD, PAD + 56, what, { room });
  return PAD + 72;
}

function section(pen: Pen, title: string, y: number): number {
  pen.line(PAD, y, WIDTH - PAD, y, 'line');
  pen.text(PAD, y + 22, title.toUpperCase(), { size: SMALL, bold: true, colour: 'dim' });
  return y + 34;
}

function addressSpaces(pen: Pen, { axis, lanes }: DrawnState, top: number): number {
  let y = section(pen, 'Address spaces (pages)', top);
  if (lanes.length === 0) {
    pen.text(PAD, y + 8, 'No process.', { colour: 'dim' });
    return y + 24;
  }
  const left = PAD + HEAD;
  const width = WIDTH - PAD - left;
  const at = (page: number) => left + xOf(axis, page) * width;
  for (const { page, x } of ticksThatFit(axis, 40 / width))
    pen.text(left + x * width, y + 4, String(page), { size: SMALL, colour: 'dim', anchor: anchorOf(x) });
  y += 12;
  for (const lane of lanes) {
    const height = Math.max(1, lane.rows) * ROW;
    pen.text(PAD, y + 20, lane.name, { bold: true, room: HEAD - 8 });
    if (lane.note) pen.text(PAD, y + 36, lane.note, { size: SMALL, colour: 'dim', room: HEAD - 8 });
    if (lane.vmas.length === 0) pen.text(left, y + 24, 'nothing mapped', { size: SMALL, colour: 'dim' });
    for (const bar of lane.vmas) vma(pen, bar, at, y);
    for (const square of lane.ptes) pte(pen, square, at, y);
    y += height + 8;
    pen.line(left, y - 4, WIDTH - PAD, y - 4, 'line');
  }
  return y + 8;
}

function anchorOf(x: number): 'start' | 'middle' | 'end' {
  return x < 0.02 ? 'start' : x > 0.98 ? 'end' : 'middle';
}

function vma(pen: Pen, bar: VmaBar, at: (page: number) => number, top: number): void {
  const x = at(bar.start);
  const width = Math.max(2, at(bar.end) - x);
  const y = top + bar.row * ROW;
  pen.rect(x, y, width, ROW - 6, pen.hue(bar.anonVma), { fill: 0.16, dashed: !bar.attached });
  const file = bar.file ? ` ${bar.file.name}` : '';
  const text = `${bar.start}-${bar.end} ${bar.prot} ${bar.anonVmaLabel ?? ''}${file}`.trimEnd();
  pen.text(x + 5, y + 14, text, { size: SMALL, room: width - 8 });
}

function pte(
  pen: Pen,
  { page, mapped, writable, row }: PteSquare,
  at: (page: number) => number,
  top: number,
): void {
  const x = at(page) + 2;
  const width = Math.max(4, at(page + 1) - at(page) - 4);
  const y = top + row * ROW + 20;
  const colour: Colour = mapped.type === 'folio' ? pen.hue(mapped.anonVma) : 'dim';
  pen.rect(x, y, width, 16, colour, {
    fill: writable ? 0.5 : 0.08,
    radius: 2,
    dashed: mapped.type !== 'folio',
  });
  const label = mapped.type === 'folio' ? mapped.label : mapped.type === 'zero' ? '0' : 'file';
  pen.text(x + width / 2, y + 12, label, { size: 10, anchor: 'middle', room: width - 1 });
}

/** The matrix: a number is an AVC, its place on the chain; filled where the anon_vma is the VMA's own. */
function links(pen: Pen, matrix: Matrix, top: number): number {
  let y = section(pen, 'Who is linked to what', top);
  if (matrix.columns.length === 0) {
    pen.text(PAD, y + 8, 'No anon_vma.', { colour: 'dim' });
    return y + 24;
  }
  const label = 190;
  const fit = Math.max(1, Math.floor((WIDTH - 2 * PAD - label) / CELL));
  for (let from = 0; from < matrix.columns.length; from += fit) {
    const columns = matrix.columns.slice(from, from + fit);
    for (const [at, column] of columns.entries())
      pen.text(PAD + label + at * CELL + CELL / 2, y + 10, column.label, {
        bold: true,
        anchor: 'middle',
        colour: pen.hue(column.id),
        room: CELL - 6,
      });
    y += 18;
    for (const row of matrix.rows) {
      pen.text(PAD, y + 16, row.label, { room: label - 10, colour: row.freed ? 'dim' : 'fg' });
      for (const [at, column] of columns.entries()) {
        const cell = row.cells[from + at];
        const x = PAD + label + at * CELL;
        pen.line(x, y + 24, x + CELL, y + 24, 'line');
        if (!cell) continue;
        const broken = cell.avc === null || cell.place === null || !cell.inTree || cell.freed;
        pen.rect(x + CELL / 2 - 15, y + 2, 30, 19, pen.hue(column.id), {
          fill: cell.own ? 0.5 : 0.08,
          dashed: broken,
          radius: 9,
        });
        const mark = cell.avc === null ? '!' : (cell.place?.toString() ?? '?');
        pen.text(x + CELL / 2, y + 16, mark, { size: 12, anchor: 'middle' });
      }
      y += 26;
    }
    y += 8;
  }
  pen.text(
    PAD,
    y + 8,
    'Numbers: AVCs, by their place on the chain. Filled: the VMA’s own anon_vma. Dashed: linked on one side only.',
    {
      size: SMALL,
      colour: 'dim',
      room: WIDTH - 2 * PAD,
    },
  );
  return y + 24;
}

const NODE = { width: 330, height: 42, gap: 10, indent: 36 };

function family(pen: Pen, nodes: readonly FamilyNode[], top: number): number {
  let y = section(pen, 'anon_vmas', top);
  if (nodes.length === 0) {
    pen.text(PAD, y + 8, 'No anon_vma.', { colour: 'dim' });
    return y + 28;
  }
  const draw = (node: FamilyNode, level: number, parentY: number | null): void => {
    const x = PAD + Math.min(level, 18) * NODE.indent;
    const middle = y + NODE.height / 2;
    if (parentY !== null) {
      pen.line(x - NODE.indent / 2, parentY, x - NODE.indent / 2, middle, 'dim');
      pen.line(x - NODE.indent / 2, middle, x, middle, 'dim');
    }
    const colour = pen.hue(node.id);
    pen.rect(x, y, NODE.width, NODE.height, colour, { fill: 0.12, radius: 12, dashed: node.freed });
    pen.text(x + 12, y + 17, `${node.label}${node.isRoot ? ' root' : ''}${node.freed ? ' FREED' : ''}`, {
      bold: true,
      room: NODE.width - 24,
    });
    pen.text(x + 12, y + 33, counters(node), { size: SMALL, room: NODE.width - 24 });
    const tree = node.tree.map((entry) => entry.label).join(' ');
    pen.text(x + NODE.width + 12, y + 25, tree === '' ? 'tree: empty' : `tree: ${tree}`, {
      size: SMALL,
      colour: 'dim',
      room: WIDTH - PAD - x - NODE.width - 12,
    });
    const bottom = y + NODE.height;
    y += NODE.height + NODE.gap;
    for (const child of node.children) draw(child, level + 1, bottom);
  };
  for (const node of nodes) draw(node, 0, null);
  return y + 8;
}

function counters({ refcount, childCount, active, degree }: FamilyNode): string {
  const counts = degree > 0 ? `degree ${degree}` : `children ${childCount}, active VMAs ${active}`;
  return `refcount ${refcount}, ${counts}`;
}
