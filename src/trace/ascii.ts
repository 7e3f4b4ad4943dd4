/**
 * The picture of one state in plain text, as kernel documentation draws: address spaces on a page axis, VMAs as boxes
 * whose chains cross the anon_vmas they lead to, and the family of anon_vmas. Never wider than a mail.
 */
import { ascii, clipped, columns, hangingText, MAIL_COLUMNS, wrapped } from './plainText';
import type { Snapshot, SnapshotAnonVma, SnapshotMm, SnapshotVma } from './snapshot';

/** Columns from one anon_vma to the next in the drawing of chains. */
const STEP = 8;
/** Widest box of a VMA. */
const BOX = 32;
/** VMAs that are drawn; of the others the text says how many they are. */
export const VMAS_DRAWN = 40;
/** What the marks of the drawing mean. */
const LEGEND =
  '(n): an AVC, the n-th on the chain of the VMA. [n]: the same, to its own anon_vma. !: its own anon_vma, to which no AVC leads.';
/** Pages of one VMA that are told one by one. */
const PAGES_TOLD = 24;

/** The state as lines of at most `width` columns (at least 40), all ASCII. */
export function asciiPicture(snapshot: Snapshot, width = MAIL_COLUMNS): string[] {
  const room = Math.max(40, width);
  if (snapshot.mms.length === 0 && snapshot.anonVmas.length === 0) return ['No process, nothing mapped.'];
  return [
    ...chainDrawing(snapshot, room),
    ...familyDrawing(snapshot.anonVmas, room),
    ...pageList(snapshot, room),
  ];
}

interface DrawnVma {
  readonly mm: SnapshotMm;
  readonly vma: SnapshotVma;
}

/**
 * VMAs from top to bottom, anon_vmas from left to right. A number where they cross is an AVC: its place on the chain of
 * the VMA, in brackets where the anon_vma is the VMA's own.
 */
function chainDrawing(snapshot: Snapshot, width: number): string[] {
  const all = snapshot.mms.flatMap((mm) => mm.vmas.map((vma): DrawnVma => ({ mm, vma })));
  const drawn = all.slice(0, VMAS_DRAWN);
  const labels = drawn.map(({ mm, vma }) => vmaLabel(mm, vma));
  const fit = Math.min(BOX, width - 4 - STEP);
  const box = Math.min(fit, Math.max(12, ...labels.map((label) => label.length)));
  const perBlock = Math.max(1, Math.floor((width - box - 4) / STEP));
  const blocks: SnapshotAnonVma[][] = [];
  for (let at = 0; at < snapshot.anonVmas.length; at += perBlock)
    blocks.push(snapshot.anonVmas.slice(at, at + perBlock));
  if (blocks.length === 0) blocks.push([]);
  const lines = blocks.flatMap((anonVmas, at) => [
    ...(at === 0 ? [] : ['', 'and further to the right:']),
    ...block(drawn, labels, anonVmas, box),
  ]);
  const rest = all.length - drawn.length;
  const empty = snapshot.mms.filter(({ vmas }) => vmas.length === 0).map(({ name }) => ascii(name));
  return [
    ...lines,
    ...(rest > 0
      ? ['', `(and ${rest} more VMA${rest === 1 ? '' : 's'} that ${rest === 1 ? 'is' : 'are'} not drawn)`]
      : []),
    ...(empty.length > 0 ? ['', ...hangingText('Nothing mapped: ', empty.join(', '), width)] : []),
    ...(snapshot.anonVmas.length > 0 && drawn.length > 0 ? ['', ...wrapped(LEGEND, width)] : []),
  ];
}

function block(
  drawn: readonly DrawnVma[],
  labels: readonly string[],
  anonVmas: readonly SnapshotAnonVma[],
  box: number,
): string[] {
  const indent = ' '.repeat(box + 4);
  const edge = `+${'-'.repeat(box + 2)}+`;
  const rails = anonVmas.map(() => centred('|', STEP)).join('');
  const head = anonVmas.map(({ id }) => centred(clipped(ascii(id), STEP - 1), STEP)).join('');
  const lines = anonVmas.length === 0 ? [] : [(indent + head).trimEnd()];
  for (const [at, { vma }] of drawn.entries()) {
    const label = clipped(labels[at] ?? '', box).padEnd(box);
    const edgeLine = `${edge}${rails}`.trimEnd();
    lines.push(edgeLine, `| ${label} |${crossing(vma, anonVmas)}`.trimEnd(), edgeLine);
  }
  return lines;
}

/** The chain of a VMA across the anon_vmas: a line as far as its last AVC. */
function crossing(vma: SnapshotVma, anonVmas: readonly SnapshotAnonVma[]): string {
  const marks = anonVmas.map(({ id }) => {
    const place = vma.chain.indexOf(id) + 1;
    if (place === 0) return vma.anonVma === id ? '!' : null;
    return vma.anonVma === id ? `[${place}]` : `(${place})`;
  });
  const last = marks.findLastIndex((mark) => mark !== null);
  return marks
    .map((mark, at) => {
      const filler = at <= last ? '-' : ' ';
      const text = centred(mark ?? '|', STEP, filler);
      return at === last ? text.replace(/-+$/, (dashes) => ' '.repeat(dashes.length)) : text;
    })
    .join('');
}

function vmaLabel(mm: SnapshotMm, vma: SnapshotVma): string {
  const file = vma.file === null ? '' : ` file ${ascii(vma.file)}`;
  return `${ascii(mm.name)} ${hex(vma.start)}-${hex(vma.end)} ${vma.prot}${file}`;
}

/** Roots at the left, children below them. */
function familyDrawing(anonVmas: readonly SnapshotAnonVma[], width: number): string[] {
  if (anonVmas.length === 0) return [];
  const ids = new Set(anonVmas.map(({ id }) => id));
  const isTop = ({ id, parent }: SnapshotAnonVma) => parent === id || !ids.has(parent);
  const rows: (readonly string[])[] = [];
  const seen = new Set<string>();
  const draw = (anonVma: SnapshotAnonVma, before: string, branch: string, below: string): void => {
    if (seen.has(anonVma.id)) return;
    seen.add(anonVma.id);
    rows.push([`${before}${branch}${ascii(anonVma.id)}`, counters(anonVma)]);
    const children = anonVmas.filter(({ id, parent }) => parent === anonVma.id && id !== anonVma.id);
    for (const [at, child] of children.entries()) {
      const last = at === children.length - 1;
      draw(child, before + below, last ? '`-- ' : '|-- ', last ? '    ' : '|   ');
    }
  };
  for (const anonVma of anonVmas) if (isTop(anonVma)) draw(anonVma, '', '', '');
  // what a ring of parents hides is shown all the same
  for (const anonVma of anonVmas) draw(anonVma, '', '', '');
  return [
    '',
    'anon_vmas, children below their parents:',
    '',
    ...columns(rows, width - 2).map((row) => `  ${row}`),
  ];
}

function counters({ id, root, refcount, numChildren, numActiveVmas, degree }: SnapshotAnonVma): string {
  const counts = [
    `refcount ${refcount}`,
    ...(numChildren === null ? [] : [`children ${numChildren}`]),
    ...(numActiveVmas === null ? [] : [`active VMAs ${numActiveVmas}`]),
    ...(degree === undefined ? [] : [`degree ${degree}`]),
  ];
  return `${counts.join(', ')}${root === id ? ', root' : `, root ${ascii(root)}`}`;
}

/** What the page table entries map. */
function pageList(snapshot: Snapshot, width: number): string[] {
  const folios = new Map(snapshot.folios.map((folio) => [folio.id, folio]));
  const lines: string[] = [];
  for (const mm of snapshot.mms) {
    for (const vma of mm.vmas) {
      const entries = Object.entries(vma.ptes).sort(([a], [b]) => Number(a) - Number(b));
      for (const [page, { folio, writable }] of entries.slice(0, PAGES_TOLD)) {
        const known = folios.get(folio);
        const details = [
          writable ? 'writable' : 'write-protected',
          ...(known
            ? [`anon_vma ${known.anonVma}`, `index ${hex(known.index)}`, `mapcount ${known.mapcount}`]
            : []),
          ...(known?.exclusive ? ['exclusive'] : []),
        ];
        const first = clipped(`  ${ascii(mm.name)} ${hex(Number(page))} -> ${ascii(folio)}: `, width - 20);
        lines.push(...hangingText(first, ascii(details.join(', ')), width));
      }
      if (entries.length > PAGES_TOLD)
        lines.push(clipped(`  ${ascii(mm.name)}: ${entries.length - PAGES_TOLD} more pages`, width));
    }
  }
  return lines.length === 0 ? [] : ['', 'Pages:', '', ...lines];
}

function centred(text: string, width: number, filler = ' '): string {
  const left = Math.floor((width - text.length) / 2);
  return `${filler.repeat(Math.max(0, left))}${text}${filler.repeat(Math.max(0, width - left - text.length))}`;
}

function hex(page: number): string {
  return `0x${page.toString(16)}`;
}
