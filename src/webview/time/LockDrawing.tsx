/**
 * One lock over time as a drawing: bars while it is held, marks for what was allocated meanwhile.
 */

import { hueClass } from '../model/identity';
import type { Allocation, LockRow, Stretch } from '../model/lockRows';
import { FIELD } from '../model/objects';
import { memo } from '../parts/memo';
import { useRun } from '../state/context';

/** Pixels. */
export const LOCK_HEIGHT = 20;
/** Pixels below which two marks would cover each other. */
const APART = 3;

interface DrawingProps {
  readonly row: LockRow;
  readonly stretch: Stretch;
  /** Pixels. */
  readonly width: number;
  /** Lies over others. */
  readonly over?: boolean;
}

export const LockDrawing = memo(({ row, stretch, width, over = false }: DrawingProps) => {
  const { identities } = useRun();
  const scale = width / Math.max(1, stretch.to - stretch.from);
  const x = (step: number) => (step - stretch.from) * scale;
  const hue = row.field === FIELD.anonVma.lock ? ` ${hueClass(identities, row.object)}` : '';
  return (
    <svg
      class={`lock-drawing${over ? ' lock-over' : ''}${hue}`}
      width={width}
      height={LOCK_HEIGHT}
      focusable="false"
      aria-hidden="true"
    >
      {row.spans.map((span) => {
        const left = Math.max(0, x(span.from));
        return (
          <rect
            key={span.from}
            class={`lock-bar lock-${span.mode}`}
            x={left}
            y="4"
            width={Math.max(1.5, Math.min(width, x(span.to)) - left)}
            height="12"
            rx="2"
          />
        );
      })}
      {thinned(row.allocations, APART / Math.max(scale, 0.001)).map((allocation) => (
        <AllocationMark
          key={`${allocation.step} ${allocation.what}`}
          allocation={allocation}
          x={x(allocation.step + 0.5)}
        />
      ))}
    </svg>
  );
});

function AllocationMark({ allocation, x }: { allocation: Allocation; x: number }) {
  const y = LOCK_HEIGHT / 2;
  if (!allocation.ok) return <path class="alloc-failed" d={`M${x - 3.5} ${y - 3.5}l7 7m0 -7l-7 7`} />;
  return allocation.sleeps ? (
    <circle class="alloc" cx={x} cy={y} r="3.2" />
  ) : (
    <path class="alloc" d={`M${x} ${y - 4}l4 4l-4 4l-4 -4z`} />
  );
}

/** Those nearer than `least` steps to the one before are left out, unless they failed. */
function thinned(allocations: readonly Allocation[], least: number): Allocation[] {
  let before = Number.NEGATIVE_INFINITY;
  return allocations.filter(({ step, ok }) => {
    if (ok && step - before < least) return false;
    before = step;
    return true;
  });
}
