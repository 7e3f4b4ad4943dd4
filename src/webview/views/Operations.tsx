/**
 * The operations of the scenario with their results. A click leads to where one begins.
 */
import { useComputed } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { leftBehind } from '../../trace/leftBehind';
import type { OperationRecord } from '../../trace/trace';
import { hasSteps } from '../model/navigation';
import { counted } from '../parts/Bits';
import { Chunks } from '../parts/Chunks';
import { Icon } from '../parts/Icon';
import { memo } from '../parts/memo';
import { useRoving } from '../parts/roving';
import { Empty, Section } from '../parts/Section';
import { OpenText } from '../parts/WayOut';
import { useMoment, useRun, useSession } from '../state/context';

export function Operations() {
  const moment = useMoment();
  const { operations } = useRun().data.trace;
  const current = useComputed(() => moment.frame.value?.step?.operation ?? -1).value;
  const roving = useRoving<HTMLOListElement>('vertical', String(current));
  const scroller = useRef<HTMLElement>(null);
  const failed = operations.filter(({ status }) => status === 'error').length;
  const note = failed > 0 ? `${operations.length}, ${failed} failed` : String(operations.length);
  return (
    <Section id="operations" title="Operations" note={note}>
      {operations.length === 0 ? (
        <Empty>
          The scenario has no operations yet: write one, such as P: mmap 16 4. <OpenText />
        </Empty>
      ) : (
        <ol class="operations" ref={roving} aria-label="Operations">
          <Chunks
            items={operations}
            current={current}
            scroller={scroller}
            row={(operation) => <OperationRow key={operation.index} operation={operation} />}
          />
        </ol>
      )}
      <Expectations />
    </Section>
  );
}

const OperationRow = memo(({ operation }: { operation: OperationRecord }) => {
  const session = useSession();
  const moment = useMoment();
  const { index, text, errno, status, firstStep, endStep } = operation;
  const when = useComputed(() => {
    const current = moment.frame.value?.step?.operation ?? -1;
    return index === current ? 'current' : index < current ? 'past' : 'future';
  }).value;
  const { trace, violations } = useRun().data;
  const broken = violations.filter(({ step }) => step >= firstStep && step < endStep).length;
  const steps = endStep - firstStep;
  const left = useMemo(
    () => (status === 'error' ? leftBehind(trace, index).length : 0),
    [trace, index, status],
  );
  const behind = left === 0 ? 'leaves nothing behind' : `leaves ${counted(left, 'field')} changed`;
  const title = hasSteps(operation)
    ? `${counted(steps, 'step')}${errno === null ? '' : `, failed with ${errno}: ${behind}`}`
    : `Failed with ${errno ?? 'an error'} before its first step`;
  return (
    <li class={`operation operation-${when}`}>
      <button
        type="button"
        data-item={index}
        tabIndex={-1}
        aria-current={when === 'current' ? 'true' : undefined}
        aria-disabled={!hasSteps(operation)}
        title={title}
        onClick={() => {
          if (hasSteps(operation)) session.moveTo(firstStep);
        }}
      >
        <span class="operation-number">{index + 1}</span>
        <code>{text}</code>
        <span class="spring" />
        {broken > 0 ? (
          <span class="badge badge-bad" title={counted(broken, 'violation')}>
            ✗ {broken}
          </span>
        ) : null}
        {status === 'error' ? <span class="badge badge-errno">{errno ?? 'error'}</span> : null}
        {status === 'error' && hasSteps(operation) ? <span class="operation-left dim">{behind}</span> : null}
      </button>
    </li>
  );
});

function Expectations() {
  const session = useSession();
  const { expectations } = useRun().data;
  if (expectations.length === 0) return null;
  const unmet = expectations.filter(({ met }) => !met);
  return (
    <details class="expectations" open={unmet.length > 0}>
      <summary>
        {unmet.length === 0
          ? `${expectations.length === 1 ? '' : 'all '}${counted(expectations.length, 'expectation')} met`
          : `${unmet.length} of ${counted(expectations.length, 'expectation')} not met`}
      </summary>
      <ul>
        {expectations.map(({ line, text, met, found }) => (
          <li key={`${line} ${text}`}>
            <Icon name={met ? 'holds' : 'violated'} size={12} title={met ? 'met' : 'not met'} />
            <button
              type="button"
              class="link"
              title={`Show line ${line} of the scenario`}
              onClick={() => session.post({ type: 'openScenario', line })}
            >
              <code>{text}</code>
            </button>
            {found === null ? null : <span class="dim">{found}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}
