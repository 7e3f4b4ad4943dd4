/**
 * The status of one invariant over the whole run, as a thin strip with the current step marked.
 */
import type { InvariantView } from '../model/invariants';
import { useRun, useSession } from '../state/context';

/** Units of the drawing; it is stretched to the width there is. */
const WIDTH = 400;

export function HeatStrip({ view }: { view: InvariantView }) {
  const session = useSession();
  const { steps } = useRun();
  const total = Math.max(1, steps.length);
  const x = (step: number) => (Math.max(0, step) / total) * WIDTH;
  const at = x(session.position.value + 0.5);
  return (
    <svg
      class="heat"
      viewBox={`0 0 ${WIDTH} 6`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect class="heat-holds" x="0" y="1" width={WIDTH} height="4" />
      {view.spans.map((span, index) => {
        const end = view.spans[index + 1]?.step ?? total;
        return span.status === 'holds' ? null : (
          <rect
            key={span.step}
            class={`heat-${span.status}`}
            x={x(span.step)}
            y={span.status === 'violated' ? 0 : 1}
            width={Math.max(1.5, x(end) - x(span.step))}
            height={span.status === 'violated' ? 6 : 4}
          />
        );
      })}
      <rect class="heat-now" x={at - 0.75} y="0" width="1.5" height="6" />
    </svg>
  );
}
