/**
 * The timeline as text: each operation with the locks, allocations and violations inside it.
 */
import { hasSteps } from '../model/navigation';
import type { Bar, Mark } from '../model/timeline';
import { counted, StepLink } from '../parts/Bits';
import type { RunModel } from '../state/runModel';

export function TimelineText({ run }: { run: RunModel }) {
  const locks = run.timeline.flatMap((lane) => (lane.type === 'lock' ? lane.bars : []));
  const marks = run.timeline.flatMap((lane) => ('marks' in lane ? lane.marks : []));
  return (
    <ol class="twin timeline-text" aria-label="Timeline">
      {run.data.trace.operations.map((operation) => {
        const inside = (step: number) => step >= operation.firstStep && step < operation.endStep;
        return (
          <li key={operation.index}>
            <code>{operation.text}</code>{' '}
            {hasSteps(operation) ? (
              <>
                from <StepLink step={operation.firstStep} />,{' '}
                {counted(operation.endStep - operation.firstStep, 'step')}
              </>
            ) : (
              'took no step'
            )}
            {operation.errno === null ? '' : `, failed with ${operation.errno}`}
            <ul>
              {locks
                .filter(({ from }) => inside(from))
                .map((bar) => (
                  <LockLine key={`${bar.object} ${bar.text} ${bar.from}`} bar={bar} />
                ))}
              {marks
                .filter(({ step }) => inside(step))
                .map((mark) => (
                  <MarkLine key={`${mark.step} ${mark.text}`} mark={mark} />
                ))}
            </ul>
          </li>
        );
      })}
    </ol>
  );
}

function LockLine({ bar }: { bar: Bar }) {
  return (
    <li>
      {bar.text}, from <StepLink step={bar.from} />, {counted(bar.to - bar.from, 'step')}
    </li>
  );
}

function MarkLine({ mark }: { mark: Mark }) {
  return (
    <li>
      {mark.text}, <StepLink step={mark.step} />
    </li>
  );
}
