/**
 * The locks that are held after the current step.
 */

import type { LockSpan } from '../model/locks';
import { Letter, StepLink } from '../parts/Bits';
import { useLitField } from '../parts/lit';
import { Empty, Section } from '../parts/Section';
import { useRun, useSession } from '../state/context';

export function Locks() {
  const session = useSession();
  const held = session.held.value;
  return (
    <Section id="locks" title="Locks held" note={held.length > 0 ? String(held.length) : undefined}>
      {held.length === 0 ? (
        <Empty>
          No lock is held here. <NextLock />
        </Empty>
      ) : (
        <ul class="locks">
          {held.map((span) => (
            <LockRow key={`${span.object} ${span.field}`} span={span} />
          ))}
        </ul>
      )}
    </Section>
  );
}

/** The way to the step that takes one. */
function NextLock() {
  const session = useSession();
  const locks = useRun().locks;
  const position = session.position.value;
  let next = Number.POSITIVE_INFINITY;
  for (const { from } of locks) if (from > position && from < next) next = from;
  if (next === Number.POSITIVE_INFINITY)
    return locks.length === 0 ? 'None is taken in this run.' : 'None is taken after this step.';
  return (
    <>
      The next one is taken by <StepLink step={next} />.
    </>
  );
}

function LockRow({ span }: { span: LockSpan }) {
  const frame = useSession().frame.value;
  const lit = useLitField(span.object, span.field);
  const mode = span.mode === 'write' ? 'for writing' : 'for reading';
  return (
    <li class={`lock-row${lit}`} data-object={span.object} data-field={span.field}>
      <Letter letter={span.mode === 'write' ? 'W' : 'R'} tone={span.mode} title={`held ${mode}`} />
      <span class="lock-name">
        <code>{span.field}</code> of <b>{frame?.label(span.object)}</b>
      </span>
      <span class="dim">
        since <StepLink step={span.from} />
      </span>
    </li>
  );
}
