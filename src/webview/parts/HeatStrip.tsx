/**
 * The status of one invariant over the whole run, as a thin strip with the current step marked.
 */

import type { InvariantSpan } from '../../protocol/messages';
import type { InvariantView } from '../model/invariants';
import { type StatusBand, statusBands } from '../model/statusStrip';
import { useMoment, useRun } from '../state/context';
import { memo } from './memo';

/** Units of the drawing; it is stretched to the width there is. */
const WIDTH = 400;
/** Parts of a strip that can be told apart. */
const PARTS = 250;

export function HeatStrip({ view }: { view: InvariantView }) {
  const moment = useMoment();
  const { steps } = useRun();
  const total = Math.max(1, steps.length);
  const at = ((moment.position.value + 0.5) / total) * 100;
  return (
    <span class="heat-box" aria-hidden="true">
      <Bands spans={view.spans} total={total} />
      <span class="heat-now" style={{ backgroundPositionX: `${Math.max(0, at)}%` }} />
    </span>
  );
}

/** Drawn once for a run: a long one has thousands of spans. One path for each status, not one element for each span. */
const Bands = memo(({ spans, total }: { spans: readonly InvariantSpan[]; total: number }) => {
  const bands = statusBands([spans], { from: 0, to: total }, total / PARTS);
  const path = (status: StatusBand['status'], y: number, height: number) => {
    const d = bands
      .filter((band) => band.status === status)
      .map(({ from, to }) => bar((from / total) * WIDTH, (to / total) * WIDTH, y, height));
    return d.length === 0 ? null : <path class={`heat-${status}`} d={d.join('')} />;
  };
  return (
    <svg
      class="heat"
      viewBox={`0 0 ${WIDTH} 6`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path class="heat-holds" d={`M0 1h${WIDTH}v4H0z`} />
      {path('suspended', 1, 4)}
      {path('violated', 0, 6)}
    </svg>
  );
});

function bar(from: number, to: number, y: number, height: number): string {
  const width = Math.max(1.5, to - from).toFixed(2);
  return `M${from.toFixed(2)} ${y}h${width}v${height}h-${width}z`;
}
