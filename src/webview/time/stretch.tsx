/**
 * Which part of the run the pictures over time show: all of it, or the operation that runs.
 */
import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Stretch } from '../model/lockRows';
import { useMoment, useRun, useSession } from '../state/context';

/** The stretch on show. It is the same object while the position moves inside it. */
export function useStretch(): Stretch {
  const session = useSession();
  const moment = useMoment();
  const run = useRun();
  const whole = session.settings.value.timeSpan === 'run';
  const operation = useComputed(() => moment.frame.value?.operation?.index ?? 0).value;
  return useMemo(() => {
    const record = whole ? undefined : run.data.trace.operations[operation];
    return record && record.endStep > record.firstStep
      ? { from: record.firstStep, to: record.endStep }
      : { from: 0, to: run.steps.length };
  }, [run, whole, whole ? 0 : operation]);
}

export function StretchSwitch() {
  const session = useSession();
  const chosen = session.settings.value.timeSpan;
  const option = (value: 'operation' | 'run', text: string, title: string) => (
    <button
      type="button"
      class="segment"
      aria-pressed={chosen === value}
      title={title}
      onClick={() => session.save({ timeSpan: value })}
    >
      {text}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <span class="segments" role="group" aria-label="Part of the run that is shown">
      {option('operation', 'operation', 'Only the operation that runs')}
      {option('run', 'run', 'All steps of the run')}
    </span>
  );
}
