/**
 * Where two runs part: the step of each, what it does that the other run does not, and the fields that end up different.
 */
import type { ComparedRun } from '../../protocol/building';
import type { ComparedOperation, Parting } from '../../trace/compare';
import { stepNumber } from '../model/frame';
import { useSession } from '../state/context';
import { Differences } from './Differences';

interface Props {
  readonly parting: Parting;
  readonly row: ComparedOperation | undefined;
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  /** The states part here; else only the way through the steps does. */
  readonly isFirst: boolean;
}

export function FirstDifference({ parting, row, a, b, isFirst }: Props) {
  return (
    <div class="parting">
      <h3>{isFirst ? 'Where they part' : 'Where the ways part'}</h3>
      <dl class="parting-steps">
        <StepOf side="A" run={a} step={parting.stepA} />
        <StepOf side="B" run={b} step={parting.stepB} />
      </dl>
      <Differences title="What only one of them does there" fields={parting.effects} />
      {isFirst ? <Differences title="After the operation" fields={row?.fields ?? []} /> : null}
    </div>
  );
}

function StepOf({ side, run, step }: { side: string; run: ComparedRun; step: number | null }) {
  const session = useSession();
  const found = step === null ? undefined : run.trace.steps[step];
  return (
    <div>
      <dt>{side}</dt>
      <dd>
        {found ? (
          <>
            {run.current ? (
              <button
                type="button"
                class="link"
                title="Go to this step"
                onClick={() => session.moveTo(found.number)}
              >
                step {stepNumber(found.number)}
              </button>
            ) : (
              <span>step {stepNumber(found.number)}</span>
            )}{' '}
            <code>{found.function}()</code> {found.text}
          </>
        ) : (
          <span class="dim">does nothing of its own here</span>
        )}
      </dd>
    </div>
  );
}
