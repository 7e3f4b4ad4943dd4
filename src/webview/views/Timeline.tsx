/**
 * The timeline: operations, calls, locks, allocations and violations on one axis of steps, with the cursor.
 */

import { useState } from 'preact/hooks';
import { stepNumber } from '../model/frame';
import type { Lane } from '../model/timeline';
import { memo } from '../parts/memo';
import { Empty, useAsText } from '../parts/Section';
import { useWidth } from '../parts/useWidth';
import { OpenText } from '../parts/WayOut';
import { useSession } from '../state/context';
import type { RunModel } from '../state/runModel';
import { Controls } from './Controls';
import { BAR_HEIGHT, heightOf, LaneDrawing } from './TimelineLane';
import { TimelineText } from './TimelineText';

interface Props {
  readonly panel: 'find' | 'help' | null;
  readonly onFind: () => void;
  readonly onHelp: () => void;
}

export function Timeline(props: Props) {
  const session = useSession();
  const run = session.run.value;
  const folded = session.isFolded('timeline');
  const asText = useAsText('timeline');
  return (
    <footer class="timeline">
      <Controls {...props} />
      {!run || folded ? null : run.steps.length === 0 ? (
        <Empty>
          There is nothing on the timeline: the scenario took no step. <OpenText />
        </Empty>
      ) : asText ? (
        <TimelineText run={run} />
      ) : (
        <Plot run={run} />
      )}
    </footer>
  );
}

function Plot({ run }: { run: RunModel }) {
  const session = useSession();
  const { ref, width } = useWidth<HTMLDivElement>();
  const total = run.steps.length;
  const [hint, setHint] = useState<number | null>(null);

  const stepAt = (event: PointerEvent): number => {
    const rect = ref.current?.getBoundingClientRect();
    if (!rect || rect.width === 0) return -1;
    return Math.max(-1, Math.min(Math.floor(((event.clientX - rect.left) / rect.width) * total), total - 1));
  };
  const scrub = (event: PointerEvent) => session.scrubTo(stepAt(event));
  return (
    <div class="plot">
      <div class="plot-labels" aria-hidden="true">
        {run.timeline.map((lane) => (
          <span
            key={lane.label}
            class="plot-label"
            title={lane.label}
            style={{ height: `${heightOf(lane)}px` }}
          >
            {lane.label}
          </span>
        ))}
      </div>
      <div
        ref={ref}
        class="plot-area"
        role="slider"
        tabIndex={0}
        aria-label="Timeline"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={stepNumber(session.position.value)}
        aria-valuetext={valueText(run, session.position.value)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          scrub(event);
        }}
        onPointerMove={(event) => {
          setHint(stepAt(event));
          if (event.currentTarget.hasPointerCapture(event.pointerId)) scrub(event);
        }}
        onPointerLeave={() => setHint(null)}
      >
        <Lanes run={run} width={width} />
        <Touches run={run} />
        <CursorLine total={total} />
        {hint === null ? null : <Hint run={run} step={hint} />}
      </div>
    </div>
  );
}

function valueText(run: RunModel, position: number): string {
  const text = run.steps[position]?.text;
  return `step ${stepNumber(position)} of ${run.steps.length}${text === undefined ? '' : `: ${text}`}`;
}

const Lanes = memo(({ run, width }: { run: RunModel; width: number }) => (
  <div class="plot-lanes">
    {run.timeline.map((lane: Lane) => (
      <LaneDrawing key={lane.label} lane={lane} width={width} total={run.steps.length} />
    ))}
  </div>
));

/** About as many ticks as can be told apart. */
const PIXELS = 800;

/** Ascending steps, those nearer than `least` to the one before left out. */
function apart(steps: readonly number[], least: number): number[] {
  let before = Number.NEGATIVE_INFINITY;
  return steps.filter((step) => {
    if (step - before < least) return false;
    before = step;
    return true;
  });
}

/** Steps that changed what is pointed at, as ticks over the operations. */
function Touches({ run }: { run: RunModel }) {
  const session = useSession();
  const target = session.target.value;
  if (!target || target.type === 'invariant') return null;
  const steps =
    target.type === 'field' ? run.history.writers(target.id, target.field) : run.history.touched(target.id);
  return (
    <svg
      class="touches"
      viewBox={`0 0 ${run.steps.length} ${BAR_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {apart(steps, run.steps.length / PIXELS).map((step) => (
        <path key={step} class="touch" d={`M${step + 0.5} 0v${BAR_HEIGHT}`} />
      ))}
    </svg>
  );
}

function CursorLine({ total }: { total: number }) {
  const session = useSession();
  const position = session.position.value;
  const x = position < 0 ? 0 : ((position + 0.5) / total) * 100;
  const edge = x < 2 ? ' cursor-first' : x > 98 ? ' cursor-last' : '';
  return (
    <div class={`cursor${edge}`} style={{ left: `${x}%` }} aria-hidden="true">
      <span class="cursor-tag">{stepNumber(position)}</span>
    </div>
  );
}

/** What a click would lead to. */
function Hint({ run, step }: { run: RunModel; step: number }) {
  const session = useSession();
  const found = run.steps[step];
  if (step === session.position.value) return null;
  const x = step < 0 ? 0 : ((step + 0.5) / run.steps.length) * 100;
  const side = x > 60 ? ' hint-left' : '';
  return (
    <div class={`hint${side}`} style={{ left: `${x}%` }} aria-hidden="true">
      <span class="hint-text">
        <b>{stepNumber(step)}</b> {found ? `${found.function}: ${found.text}` : 'before the first step'}
      </span>
    </div>
  );
}
