/**
 * The status of one invariant over the whole run, as a thin strip with the current step marked.
 */

import type { InvariantSpan } from '../../protocol/messages';
import type { InvariantView } from '../model/invariants';
import { statusBands } from '../model/statusStrip';
import { useRun, useSession } from '../state/context';
import { memo } from './memo';

/** Units of the drawing; it is stretched to the width there is. */
const WIDTH = 400;
/** Parts of a strip that can be told apart. */
const PARTS = 250;

export function HeatStrip({ view }: { view: InvariantView }) {
  const session = useSession();
  const { steps } = useRun();
  const total = Math.max(1, steps.length);
  const at = ((session.position.value + 0.5) / total) * 100;
  return (
    <span class="heat-box" aria-hidden="true">
      <Bands spans={view.spans} total={total} />
      <span class="heat-now" style={{ left: `${Math.max(0, at)}%` }} />
    </span>
  );
}

/** Drawn once for a run: a long one has thousands of spans. */
const Bands = memo(({ spans, total }: { spans: readonly InvariantSpan[]; total: number }) => {
  const x = (step: number) => (step / total) * WIDTH;
  return (
    <svg
      class="heat"
      viewBox={`0 0 ${WIDTH} 6`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect class="heat-holds" x="0" y="1" width={WIDTH} height="4" />
      {statusBands([spans], { from: 0, to: total }, total / PARTS).map((band) => (
        <rect
          key={band.from}
          class={`heat-${band.status}`}
          x={x(band.from)}
          y={band.status === 'violated' ? 0 : 1}
          width={Math.max(1.5, x(band.to) - x(band.from))}
          height={band.status === 'violated' ? 6 : 4}
        />
      ))}
    </svg>
  );
});
