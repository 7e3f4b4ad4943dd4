/**
 * The address space in which an operation is put together, with the stretches that it speaks of below it.
 */
import type { BuildVma } from '../../protocol/building';
import type { Operation } from '../../trace/engine';
import { HUES } from '../model/identity';
import { useWidth } from '../parts/useWidth';
import {
  type BuildAxis,
  boundaries,
  buildAxisOf,
  type PageRange,
  placeOf,
  rangesOf,
  withRange,
} from './buildAxis';
import { RangeTrack } from './RangeTrack';

interface Props {
  readonly process: string;
  readonly vmas: readonly BuildVma[];
  readonly draft: Operation;
  readonly onChange: (operation: Operation) => void;
}

/** Pixels of a number on the axis. */
const LABEL = 38;

export function AddressAxis({ process, vmas, draft, onChange }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const ranges = rangesOf(draft);
  if (ranges.length === 0) return null;
  const axis = buildAxisOf(vmas, ranges);
  const stops = boundaries(vmas);
  const labels = ranges.length === 2 ? ['From', 'To'] : ['Range'];
  const isPage = draft.verb === 'read' || draft.verb === 'write' || draft.verb === 'walk';
  return (
    <div class="build-axis-scroll">
      <div class="build-axis" ref={ref} style={{ minWidth: `${Math.min(axis.units, 120) * 9}px` }}>
        <Ticks axis={axis} vmas={vmas} ranges={ranges} width={width} />
        <div class="build-lane" role="img" aria-label={laneText(process, vmas)}>
          {axis.cells.map(({ page, to }) => (
            <span
              key={page}
              class={`build-cell${to - page > 1 ? ' build-skip' : ''}`}
              title={to - page > 1 ? `${to - page} pages from 0x${page.toString(16)} on` : undefined}
              style={box(axis, page, to)}
            />
          ))}
          {vmas.map((vma) => (
            <span
              key={vma.start}
              class={`build-vma prot-${vma.prot} ${hueOf(vma.anonVma)}`}
              style={box(axis, vma.start, vma.end)}
            >
              <span class="build-vma-text">
                {vma.prot} {vma.anonVma ?? (vma.file === null ? '' : vma.file)}
              </span>
              {vma.pages.map(({ page, writable }) => (
                <span
                  key={page}
                  class={`build-pte${writable ? ' build-pte-writable' : ''}`}
                  style={inside(axis, vma, page)}
                />
              ))}
            </span>
          ))}
        </div>
        {ranges.map((range, which) => (
          <RangeTrack
            // two of one kind, told apart by their place alone
            key={labels[which]}
            axis={axis}
            range={range}
            label={isPage ? 'Page' : (labels[which] ?? 'Range')}
            resizable={!isPage && which === 0}
            stops={stops}
            where={whereText(process, vmas, range)}
            onChange={(next) => onChange(withRange(draft, which, next))}
          />
        ))}
      </div>
    </div>
  );
}

function Ticks({
  axis,
  vmas,
  ranges,
  width,
}: {
  axis: BuildAxis;
  vmas: readonly BuildVma[];
  ranges: readonly PageRange[];
  width: number;
}) {
  const wanted = [...ranges.flatMap(({ from, to }) => [from, to]), ...boundaries(vmas)];
  const chosen: { page: number; x: number }[] = [];
  for (const page of new Set(wanted)) {
    const x = placeOf(axis, page);
    const room = LABEL / Math.max(1, width);
    if (chosen.every((other) => Math.abs(other.x - x) >= room)) chosen.push({ page, x });
  }
  return (
    <div class="build-ticks" aria-hidden="true">
      {chosen.map(({ page, x }) => (
        <span
          key={page}
          class={`tick${x < 0.03 ? ' tick-first' : x > 0.97 ? ' tick-last' : ''}`}
          style={{ left: `${x * 100}%` }}
        >
          0x{page.toString(16)}
        </span>
      ))}
    </div>
  );
}

function box(axis: BuildAxis, from: number, to: number) {
  const x = placeOf(axis, from);
  return { left: `${x * 100}%`, width: `${(placeOf(axis, to) - x) * 100}%` };
}

/** The colour of an anon_vma: labels are given in the order in which colours are. */
function hueOf(label: string | null): string {
  const number = label === null ? Number.NaN : Number(label.slice(1));
  return Number.isSafeInteger(number) ? `hue-${number % HUES}` : 'hue-none';
}

/** Place of a page in the box of its VMA. */
function inside(axis: BuildAxis, vma: BuildVma, page: number) {
  const start = placeOf(axis, vma.start);
  const size = Math.max(1e-9, placeOf(axis, vma.end) - start);
  const x = placeOf(axis, page);
  return {
    left: `${((x - start) / size) * 100}%`,
    width: `${((placeOf(axis, page + 1) - x) / size) * 100}%`,
  };
}

function laneText(process: string, vmas: readonly BuildVma[]): string {
  if (vmas.length === 0) return `${process} has nothing mapped`;
  return `${process}: ${vmas
    .map(
      ({ start, end, prot, anonVma }) =>
        `0x${start.toString(16)}-0x${end.toString(16)} ${prot}${anonVma ? ` ${anonVma}` : ''}`,
    )
    .join('; ')}`;
}

/** What lies there. */
function whereText(process: string, vmas: readonly BuildVma[], { from, to }: PageRange): string {
  const there = vmas.filter(({ start, end }) => start < to && end > from);
  if (there.length === 0) return 'nothing is mapped there';
  return `in ${there.map(({ start, end }) => `${process}@0x${start.toString(16)}-0x${end.toString(16)}`).join(', ')}`;
}
