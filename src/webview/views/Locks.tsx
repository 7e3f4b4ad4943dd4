/**
 * The locks that are held after the current step.
 */

import type { Step } from '../../trace/step';
import type { LockSpan } from '../model/locks';
import { Letter, StepLink } from '../parts/Bits';
import { useLitField } from '../parts/lit';
import { Empty, Section } from '../parts/Section';
import { Nearest } from '../parts/WayOut';
import { useMoment } from '../state/context';

export function Locks() {
  const moment = useMoment();
  const held = moment.held.value;
  return (
    <Section id="locks" title="Locks held" note={held.length > 0 ? String(held.length) : undefined}>
      {held.length === 0 ? (
        <Empty>
          No lock is held here.{' '}
          <Nearest
            is={takesLock}
            next="The next one is taken by"
            last="The last one was taken by"
            none="This run takes none: add an operation that changes something."
          />
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

const takesLock = ({ events }: Step) =>
  events.some((event) => event.type === 'lock' && event.action === 'acquire');

function LockRow({ span }: { span: LockSpan }) {
  const frame = useMoment().frame.value;
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
