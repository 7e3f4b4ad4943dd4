/**
 * The whole run in pictures on one axis of steps: watched values, locks, functions, invariants.
 */
import { useMemo } from 'preact/hooks';
import { useRun } from '../state/context';
import { Now } from '../views/Now';
import { FunctionsOverTime } from './FunctionsOverTime';
import { InvariantsOverTime } from './InvariantsOverTime';
import { LocksOverTime } from './LocksOverTime';
import { AxisRow, StepAxis } from './StepAxis';
import { StretchSwitch, useStretch } from './stretch';
import { WatchList } from './Watches';

export function TimePanel() {
  return (
    <>
      <Now />
      <Operations />
      <WatchList />
      <LocksOverTime />
      <FunctionsOverTime />
      <InvariantsOverTime />
    </>
  );
}

/** What the axis below stands for. */
function Operations() {
  const run = useRun();
  const stretch = useStretch();
  const bars = useMemo(
    () =>
      run.data.trace.operations.filter(
        ({ firstStep, endStep }) => endStep > stretch.from && firstStep < stretch.to && endStep > firstStep,
      ),
    [run, stretch],
  );
  const length = Math.max(1, stretch.to - stretch.from);
  return (
    <div class="time-operations">
      <StepAxis stretch={stretch} label="Operations">
        <AxisRow height={20} head={<StretchSwitch />}>
          {bars.map(({ index, firstStep, endStep, text, verb }) => (
            <span
              key={index}
              class={`time-operation bar-operations tone-${verb}`}
              title={text}
              style={{
                left: `${((firstStep - stretch.from) / length) * 100}%`,
                width: `${((endStep - firstStep) / length) * 100}%`,
              }}
            >
              {text}
            </span>
          ))}
        </AxisRow>
      </StepAxis>
    </div>
  );
}
