/**
 * The current step in words: what it does, where it stands in the source, what else happened in it.
 */
import type { StepEvent } from '../../trace/step';
import { placeOf } from '../model/code';
import type { Frame } from '../model/frame';
import { KindIcon } from '../parts/Bits';
import { Icon } from '../parts/Icon';
import { MakeFirstStep } from '../parts/WayOut';
import { useMoment, useRun, useSession } from '../state/context';

export function Now() {
  const moment = useMoment();
  const frame = moment.frame.value;
  const step = frame?.step;
  if (!frame) return null;
  if (!step) {
    return (
      <div class="now">
        <p class="now-text dim">
          <span>
            Before the first step. <MakeFirstStep />
          </span>
        </p>
      </div>
    );
  }
  return (
    <div class="now">
      <p class="now-text">
        <KindIcon kind={step.kind} size={16} />
        <span>{step.text}</span>
      </p>
      <p class="now-place">
        <code>{step.function}()</code>
        <Place step={step.number} />
      </p>
      <ul class="events">
        {step.events.map((event, index) => (
          <Event key={index} event={event} frame={frame} />
        ))}
      </ul>
      <Violations step={step.number} />
    </div>
  );
}

/** What is violated from this step on. */
function Violations({ step }: { step: number }) {
  const { data, invariants } = useRun();
  const found = data.violations.filter((violation) => violation.step === step);
  if (found.length === 0) return null;
  return (
    <ul class="broken" aria-label="Violated by this step">
      {found.map(({ invariant, message }) => (
        <li key={`${invariant} ${message}`} data-invariant={invariant}>
          <Icon name="violated" size={14} title="violated" />
          <span>
            <b>{invariants.get(invariant)?.title ?? invariant}</b> <span class="dim">{message}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The line, or why there is none. The code itself is a view of its own. */
function Place({ step }: { step: number }) {
  const session = useSession();
  const place = placeOf(useRun().data, step);
  if (place.type === 'known') {
    const { location } = place;
    return (
      <button
        type="button"
        class="link"
        title="Show this line in the editor"
        onClick={() => session.post({ type: 'reveal', location })}
      >
        {location.file}:{location.line + 1}
      </button>
    );
  }
  return <span class="dim">{place.tree ? place.why : 'open a kernel tree to see the line'}</span>;
}

/** What happened apart from changes; locks are left to their own view. */
function Event({ event, frame }: { event: StepEvent; frame: Frame }) {
  const name = (id: number | null) => (id === null ? 'memory' : frame.label(id));
  switch (event.type) {
    case 'assert':
      return (
        <li class={`event ${event.holds ? 'event-good' : 'event-bad'}`}>
          <Icon name={event.holds ? 'holds' : 'violated'} size={12} />
          <code>
            {event.macro}({event.expression})
          </code>
          <span>{event.holds ? 'quiet' : 'fires'}</span>
        </li>
      );
    case 'alloc':
      return (
        <li class={`event ${event.ok ? 'event-good' : 'event-bad'}`}>
          <Icon name={event.ok ? 'alloc' : 'violated'} size={12} />
          <span>
            {event.what} {event.nth} {event.ok ? 'allocated' : 'could not be allocated'}
          </span>
          <code>{event.flags}</code>
          <span class="dim">{event.sleeps ? 'may sleep' : 'must not sleep'}</span>
        </li>
      );
    case 'memory':
      return (
        <li class="event event-bad">
          <Icon name="violated" size={12} />
          <span>
            {event.fault.replaceAll('-', ' ')} of {name(event.object)}
          </span>
          {event.field === null ? null : <code>{event.field}</code>}
        </li>
      );
    case 'visit':
      return (
        <li class={`event ${event.mapped ? 'event-good' : ''}`}>
          <Icon name={event.mapped ? 'holds' : 'close'} size={12} />
          <span>
            visits {name(event.object)}: {event.mapped ? 'maps the folio' : 'does not map it'}
          </span>
        </li>
      );
    case 'mark':
      return (
        <li class="event">
          <Icon name="info" size={12} />
          <span>
            {event.name} {event.objects.map(name).join(', ')}
          </span>
        </li>
      );
    case 'lock':
      return event.action === 'contended' ? (
        <li class="event event-bad">
          <Icon name="lock" size={12} />
          <span>
            {event.field} of {name(event.object)} is taken: must wait
          </span>
        </li>
      ) : null;
  }
}
