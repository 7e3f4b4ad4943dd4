/**
 * Where we are: the call stack, and the steps around the current one.
 */
import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { type Call, ownSteps, stackAt } from '../model/calls';
import { stepNumber } from '../model/frame';
import { Icon } from '../parts/Icon';
import { Empty, Section } from '../parts/Section';
import { OpenText } from '../parts/WayOut';
import { useMoment, useSession } from '../state/context';
import { StepList } from './StepList';

export function Path() {
  const session = useSession();
  const mode = session.settings.value.path;
  return (
    <Section id="path" title="Path" actions={<ModeSwitch />}>
      {session.run.value && session.run.value.steps.length > 0 ? (
        <>
          <Breadcrumb />
          {mode === 'operation' ? <OperationSteps /> : <CallSteps />}
        </>
      ) : (
        <Empty>
          This scenario takes no step: add an operation. <OpenText />
        </Empty>
      )}
    </Section>
  );
}

function ModeSwitch() {
  const session = useSession();
  const mode = session.settings.value.path;
  const option = (value: 'operation' | 'call', text: string, title: string) => (
    <button
      type="button"
      class="segment"
      aria-pressed={mode === value}
      title={title}
      onClick={() => session.save({ path: value })}
    >
      {text}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <span class="segments" role="group" aria-label="Steps that are listed">
      {option('operation', 'operation', 'All steps of the operation')}
      {option('call', 'call', 'Only the steps of the function that runs')}
    </span>
  );
}

function Breadcrumb() {
  const session = useSession();
  const moment = useMoment();
  const run = session.run.value;
  const position = moment.position.value;
  const operation = moment.frame.value?.operation;
  if (!run) return null;
  const stack = stackAt(run.calls, position);
  return (
    <nav class="crumbs" aria-label="Call stack">
      <ol>
        <li>
          {operation ? (
            <Crumb text={operation.text} step={operation.firstStep} />
          ) : (
            <span class="dim">before the first step</span>
          )}
        </li>
        {stack.map((call, index) => (
          <li key={call.first}>
            <Icon name="chevronRight" size={10} />
            <Crumb text={call.function} step={call.first} current={index === stack.length - 1} />
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Crumb({ text, step, current }: { text: string; step: number; current?: boolean }) {
  const session = useSession();
  return (
    <button
      type="button"
      class="crumb"
      aria-current={current ? 'location' : undefined}
      title={`Go to where it begins, step ${stepNumber(step)}`}
      onClick={() => session.moveTo(step)}
    >
      <code>{text}</code>
    </button>
  );
}

/** Index of the operation on show: the one that runs, or the first while none has begun. */
function useOperation(): number {
  const session = useSession();
  const moment = useMoment();
  return useComputed(() => moment.frame.value?.step?.operation ?? session.run.value?.steps[0]?.operation ?? 0)
    .value;
}

function OperationSteps() {
  const session = useSession();
  const run = session.run.value;
  const index = useOperation();
  const operation = run?.data.trace.operations[index];
  const steps = useMemo(
    () => run?.steps.slice(operation?.firstStep, operation?.endStep) ?? [],
    [run, operation],
  );
  if (!run || !operation) return null;
  return <StepList steps={steps} label={`Steps of ${operation.text}`} />;
}

function CallSteps() {
  const session = useSession();
  const moment = useMoment();
  const run = session.run.value;
  const call: Call | undefined = useComputed(() => {
    const model = session.run.value;
    return model?.calls.all[model.calls.ofStep[Math.max(0, moment.position.value)] ?? 0];
  }).value;
  const steps = useMemo(() => (run && call ? ownSteps(run.data.trace, run.calls, call) : []), [run, call]);
  if (!call) return null;
  return <StepList steps={steps} label={`Steps of ${call.function}`} />;
}
