/**
 * A stretch of pages on the axis: drawn with the pointer, moved and made longer with the pointer or the keys.
 */
import { useRef } from 'preact/hooks';
import { type BuildAxis, type PageRange, pageAt, placeOf } from './buildAxis';

interface Props {
  readonly axis: BuildAxis;
  readonly range: PageRange;
  /** `Range`, `Page`, `From`, `To`. */
  readonly label: string;
  /** The length is the axis's to change. */
  readonly resizable: boolean;
  /** Pages at which something begins or ends. */
  readonly stops: readonly number[];
  /** What is there, in words. */
  readonly where: string;
  readonly onChange: (range: PageRange) => void;
}

interface Drag {
  readonly part: 'new' | 'body' | 'start' | 'end';
  readonly page: number;
  readonly range: PageRange;
  /** That of the beginning: it must not move under the pointer. */
  readonly axis: BuildAxis;
}

export function RangeTrack({ axis, range, label, resizable, stops, where, onChange }: Props) {
  const track = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const shown = drag.current?.axis ?? axis;
  const x = placeOf(shown, range.from);
  const end = placeOf(shown, range.to);

  const pageOf = (event: PointerEvent, on: BuildAxis) => {
    const box = track.current?.getBoundingClientRect();
    return box ? pageAt(on, (event.clientX - box.left) / Math.max(1, box.width)) : 0;
  };
  const begin = (event: PointerEvent) => {
    if (event.button !== 0 || !track.current) return;
    event.preventDefault();
    const page = pageOf(event, axis);
    const part = partOf(event.target, resizable);
    drag.current = { part, page, range, axis };
    track.current.setPointerCapture(event.pointerId);
    if (part === 'new') {
      const length = resizable ? 1 : range.to - range.from;
      onChange({ from: page, to: page + length });
    }
    track.current.querySelector<HTMLElement>('.range')?.focus();
  };
  const move = (event: PointerEvent) => {
    const { current } = drag;
    if (!current) return;
    const next = dragged(current, pageOf(event, current.axis), resizable);
    if (next.from !== range.from || next.to !== range.to) onChange(next);
  };
  const finish = () => {
    if (!drag.current) return;
    drag.current = null;
    onChange(range);
  };
  return (
    <div
      class="track"
      ref={track}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={finish}
      onPointerCancel={finish}
    >
      <div
        class="range"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuenow={range.from}
        aria-valuemax={Number.MAX_SAFE_INTEGER}
        aria-valuetext={`${spanText(range)}, ${where}`}
        aria-description={
          resizable
            ? 'Arrows move it, with Shift they change its length, Page Up and Page Down go to where something begins or ends.'
            : 'Arrows move it, Page Up and Page Down go to where something begins or ends.'
        }
        title={`${label}: ${spanText(range)}, ${where}`}
        style={{ left: `${x * 100}%`, width: `${Math.max(0, end - x) * 100}%` }}
        onKeyDown={(event) => {
          const next = byKey(event, range, resizable, stops);
          if (!next) return;
          event.preventDefault();
          onChange(next);
        }}
      >
        {resizable ? <span class="range-grip range-start" data-grip="start" /> : null}
        <span class="range-text">{label}</span>
        {resizable ? <span class="range-grip range-end" data-grip="end" /> : null}
      </div>
    </div>
  );
}

function partOf(target: EventTarget | null, resizable: boolean): Drag['part'] {
  if (!(target instanceof Element)) return 'new';
  const grip = target.closest('[data-grip]')?.getAttribute('data-grip');
  if (resizable && (grip === 'start' || grip === 'end')) return grip;
  return target.closest('.range') ? 'body' : 'new';
}

function dragged({ part, page, range }: Drag, to: number, resizable: boolean): PageRange {
  const length = range.to - range.from;
  switch (part) {
    case 'new':
      return resizable
        ? { from: Math.min(page, to), to: Math.max(page, to) + 1 }
        : { from: to, to: to + length };
    case 'body': {
      const from = Math.max(0, range.from + to - page);
      return { from, to: from + length };
    }
    case 'start':
      return { from: Math.min(to, range.to - 1), to: range.to };
    case 'end':
      return { from: range.from, to: Math.max(to + 1, range.from + 1) };
  }
}

function byKey(
  { key, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent,
  range: PageRange,
  resizable: boolean,
  stops: readonly number[],
): PageRange | null {
  if (ctrlKey || altKey || metaKey) return null;
  const length = range.to - range.from;
  const at = (from: number): PageRange => ({ from: Math.max(0, from), to: Math.max(0, from) + length });
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      if (shiftKey && resizable) return { ...range, to: Math.max(range.from + 1, range.to - 1) };
      return at(range.from - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      if (shiftKey && resizable) return { ...range, to: range.to + 1 };
      return at(range.from + 1);
    case 'PageUp':
      return at(stops.find((stop) => stop > range.from) ?? range.from);
    case 'PageDown':
      return at(stops.findLast((stop) => stop < range.from) ?? range.from);
    case 'Home':
      return at(stops[0] ?? range.from);
    case 'End':
      return at(stops.at(-1) ?? range.from);
    default:
      return null;
  }
}

/** `0x10-0x14, 4 pages`, `page 0x10`. */
export function spanText({ from, to }: PageRange): string {
  if (to - from === 1) return `page 0x${from.toString(16)}`;
  return `0x${from.toString(16)}-0x${to.toString(16)}, ${to - from} pages`;
}
