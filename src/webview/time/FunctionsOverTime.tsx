/**
 * Where the run spends its steps: a heat strip for each function. A click on its name leads to its next call.
 */

import { useMemo } from 'preact/hooks';
import { type FunctionHeat, functionHeat, nextStay } from '../model/functionHeat';
import type { Stretch } from '../model/lockRows';
import { counted } from '../parts/Bits';
import { memo } from '../parts/memo';
import { useRoving } from '../parts/roving';
import { Empty, Section, useAsText } from '../parts/Section';
import { OpenText } from '../parts/WayOut';
import { useRun, useSession } from '../state/context';
import { AxisRow, StepAxis } from './StepAxis';
import { useStretch } from './stretch';

/** Functions that are listed before one asks for all, and parts of a strip. */
const FEW = 12;
const BINS = 160;

export function FunctionsOverTime() {
  const session = useSession();
  const run = useRun();
  const stretch = useStretch();
  const asText = useAsText('functions');
  const heats = useMemo(
    () => functionHeat(run.steps, stretch, Math.min(BINS, Math.max(1, stretch.to - stretch.from))),
    [run, stretch],
  );
  const all = session.isFolded('functions all');
  const shown = all ? heats : heats.slice(0, FEW);
  return (
    <Section id="functions" title="Functions over time" note={String(heats.length)} twin="functions">
      {heats.length === 0 ? (
        <Empty>
          No step, no function: add an operation to the scenario. <OpenText />
        </Empty>
      ) : asText ? (
        <FunctionsText heats={shown} />
      ) : (
        <FunctionsPicture heats={shown} stretch={stretch} />
      )}
      {heats.length > FEW ? (
        <button
          type="button"
          class="link"
          aria-expanded={all}
          onClick={() => session.toggleFolded('functions all')}
        >
          {all ? `only the ${FEW} busiest` : `all ${heats.length} functions`}
        </button>
      ) : null}
    </Section>
  );
}

function FunctionsPicture({ heats, stretch }: { heats: readonly FunctionHeat[]; stretch: Stretch }) {
  const roving = useRoving<HTMLDivElement>('vertical');
  return (
    <div ref={roving}>
      <StepAxis
        stretch={stretch}
        label="Functions over time. Arrows move between functions, Enter goes to the next call."
      >
        {heats.map((heat) => (
          <AxisRow key={heat.name} height={18} head={<Name heat={heat} />}>
            <Strip heat={heat} />
          </AxisRow>
        ))}
      </StepAxis>
    </div>
  );
}

function Name({ heat }: { heat: FunctionHeat }) {
  const session = useSession();
  const run = useRun();
  return (
    <button
      type="button"
      class="axis-name"
      data-item={`function ${heat.name}`}
      tabIndex={-1}
      title={`${heat.name}: ${counted(heat.steps, 'step')}. Go to where it runs next`}
      onClick={() => {
        const to = nextStay(run.steps, heat.name, session.position.peek());
        if (to !== null) session.moveTo(to);
      }}
    >
      <code>{heat.name}</code> <span class="dim">{heat.steps}</span>
    </button>
  );
}

const Strip = memo(({ heat }: { heat: FunctionHeat }) => {
  const most = heat.bins.reduce((a, b) => Math.max(a, b), 1);
  return (
    <svg
      class="function-strip"
      viewBox={`0 0 ${heat.bins.length} 10`}
      preserveAspectRatio="none"
      focusable="false"
      aria-hidden="true"
    >
      {heat.bins.map((count, bin) =>
        count === 0 ? null : (
          <rect key={bin} x={bin} y="0" width="1" height="10" fill-opacity={0.35 + (0.65 * count) / most} />
        ),
      )}
    </svg>
  );
});

function FunctionsText({ heats }: { heats: readonly FunctionHeat[] }) {
  const roving = useRoving<HTMLOListElement>('vertical');
  return (
    <ol class="twin" ref={roving}>
      {heats.map((heat) => (
        <li key={heat.name}>
          <Name heat={heat} /> {heat.steps === 1 ? 'step' : 'steps'} of its own
        </li>
      ))}
    </ol>
  );
}
