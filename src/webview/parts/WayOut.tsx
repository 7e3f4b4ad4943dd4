/**
 * The ways out of a view that is empty: what fills it, one press away.
 */
import type { ComponentChildren } from 'preact';
import type { Step } from '../../trace/step';
import { KIND } from '../model/objects';
import { useMoment, useRun, useSession } from '../state/context';
import { StepLink } from './Bits';

/** A link that does something. */
export function Act({ children, onClick }: { children: ComponentChildren; onClick: () => void }) {
  return (
    <button type="button" class="link" onClick={onClick}>
      {children}
    </button>
  );
}

/** To the first step, where nothing has happened yet. */
export function MakeFirstStep() {
  const session = useSession();
  return <Act onClick={() => session.moveTo(0)}>Make the first step</Act>;
}

/** To the scenario's text, where nothing can be done about it here. */
export function OpenText() {
  const session = useSession();
  return <Act onClick={() => session.post({ type: 'openScenario', line: null })}>Open its text</Act>;
}

interface NearestProps {
  /** Is it such a step? Without side effects, the same for a step at all times. */
  readonly is: (step: Step) => boolean;
  /** `The next change is made by`, `The last one was made by`, and what there is to say when there is none. */
  readonly next: string;
  readonly last: string;
  readonly none: string;
}

/** To the next step of a kind, to the last one when none follows, else to the scenario's text. */
export function Nearest({ is, next, last, none }: NearestProps) {
  const moment = useMoment();
  const { steps } = useRun();
  const at = moment.position.value;
  let to = at + 1;
  while (to < steps.length && !is(steps[to] as Step)) to += 1;
  if (to < steps.length)
    return (
      <>
        {next} <StepLink step={to} />.
      </>
    );
  to = at - 1;
  while (to >= 0 && !is(steps[to] as Step)) to -= 1;
  return to >= 0 ? (
    <>
      {last} <StepLink step={to} />.
    </>
  ) : (
    <>
      {none} <OpenText />
    </>
  );
}

const makesAnonVma = ({ changes }: Step) =>
  changes.some((change) => change.op === 'create' && change.kind === KIND.anonVma);

/** Where there is no anon_vma. */
export function NearestAnonVma() {
  return (
    <Nearest
      is={makesAnonVma}
      next="The next one is made by"
      last="The last one was made by"
      none="This run makes none: add a write to the scenario."
    />
  );
}
