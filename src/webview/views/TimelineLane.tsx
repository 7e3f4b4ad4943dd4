/**
 * One lane of the timeline as a drawing.
 */

import { hueClass } from '../model/identity';
import { type Bar, type Lane, type Mark, mergedBars, mergedMarks } from '../model/timeline';
import { useRun } from '../state/context';

/** Heights in pixels. */
export const BAR_HEIGHT = 18;
const CALL_HEIGHT = 16;
const LOCK_HEIGHT = 8;
const MARK_HEIGHT = 15;
const GAP = 5;

/** Pixels below which bars and marks are drawn as one. */
const LEAST = 2;
/** Pixels of a letter, a wide one, and the shortest text worth drawing. */
const LETTER = 7;
const SHORTEST = 3;

export function heightOf(lane: Lane): number {
  switch (lane.type) {
    case 'operations':
      return BAR_HEIGHT + GAP;
    case 'calls':
      return lane.rows * CALL_HEIGHT + GAP;
    case 'lock':
      return Math.max(16, lane.rows * LOCK_HEIGHT + 6);
    case 'allocations':
    case 'violations':
      return MARK_HEIGHT + 2;
  }
}

interface Props {
  readonly lane: Lane;
  /** Pixels. */
  readonly width: number;
  /** Steps. */
  readonly total: number;
}

export function LaneDrawing({ lane, width, total }: Props) {
  const height = heightOf(lane);
  const scale = width / total;
  return (
    <svg
      class={`lane-drawing lane-${lane.type}`}
      width={width}
      height={height}
      aria-hidden="true"
      focusable="false"
    >
      {'marks' in lane ? (
        <Marks marks={mergedMarks(lane.marks, (LEAST * 2) / scale)} scale={scale} type={lane.type} />
      ) : (
        mergedBars(lane.bars, LEAST / scale).map((bar) => (
          <BarDrawing key={`${bar.row} ${bar.from}`} bar={bar} lane={lane} scale={scale} />
        ))
      )}
    </svg>
  );
}

function BarDrawing({ bar, lane, scale }: { bar: Bar; lane: Lane; scale: number }) {
  const { identities } = useRun();
  const row = lane.type === 'operations' ? BAR_HEIGHT : lane.type === 'calls' ? CALL_HEIGHT : LOCK_HEIGHT;
  const height =
    lane.type === 'operations' ? BAR_HEIGHT : lane.type === 'calls' ? CALL_HEIGHT - 2 : LOCK_HEIGHT - 2;
  const gap = (bar.to - bar.from) * scale > 4 ? 1 : 0;
  const x = bar.from * scale + gap / 2;
  const width = Math.max(1, (bar.to - bar.from) * scale - gap);
  const y = bar.row * row + (lane.type === 'lock' ? (lane.rows === 1 ? 5 : 3) : 0);
  const room = Math.floor((width - 8) / LETTER);
  const named = lane.type !== 'lock' && bar.text !== '' && room >= SHORTEST;
  const hue = lane.type === 'lock' && lane.root !== null ? ` ${hueClass(identities, lane.root)}` : '';
  return (
    <g class={`bar bar-${lane.type} tone-${bar.tone || 'none'}${hue}`}>
      <rect x={x} y={y} width={width} height={height} rx={lane.type === 'lock' ? 1 : 2} />
      {named ? (
        <text x={x + 5} y={y + height / 2 + 4}>
          {fitting(bar.text, room)}
        </text>
      ) : null}
    </g>
  );
}

/**
 * As much of a text as surely has room for so many letters. Nothing clips it: each clip costs the browser a piece of its own to
 * paint, at every step. Letters beyond Latin may be twice as wide.
 */
function fitting(text: string, room: number): string {
  let width = 0;
  let end = 0;
  for (const letter of text) {
    width += letter > '\u02ff' ? 2 : 'mwMW'.includes(letter) ? 1.5 : 1;
    if (width > room) return `${text.slice(0, Math.max(0, end))}…`;
    if (width < room) end += letter.length;
  }
  return text;
}

interface MarksProps {
  readonly marks: readonly Mark[];
  readonly scale: number;
  readonly type: 'allocations' | 'violations';
}

function Marks({ marks, scale, type }: MarksProps) {
  const y = MARK_HEIGHT / 2;
  return (
    <>
      {marks.map((mark, index) => {
        const x = (mark.step + 0.5) * scale;
        return mark.ok ? (
          <circle key={`${mark.step} ${index}`} class="mark mark-ok" cx={x} cy={y} r="3" />
        ) : (
          <path
            key={`${mark.step} ${index}`}
            class={`mark mark-bad mark-${type}`}
            d={`M${x - 3.5} ${y - 3.5}l7 7m0 -7l-7 7`}
          />
        );
      })}
    </>
  );
}
