/**
 * Every invariant with its status at the current step: problems first, the rest in groups.
 */
import { useId } from 'preact/hooks';
import {
  filtered,
  groupsOf,
  type InvariantGroup,
  type InvariantView,
  messagesOf,
  problemsOf,
  suspendedByUntil,
} from '../model/invariants';
import { counted, StatusIcon, StepLink } from '../parts/Bits';
import { HeatStrip } from '../parts/HeatStrip';
import { Icon } from '../parts/Icon';
import { useRoving } from '../parts/roving';
import { Empty, Section } from '../parts/Section';
import { OpenText } from '../parts/WayOut';
import { useWhenSeen } from '../parts/whenSeen';
import { useMoment, useSession } from '../state/context';

/** Sentences that are shown of one invariant; the rest when it is selected. */
const MOST_REASONS = 3;

export function Invariants() {
  const session = useSession();
  const moment = useMoment();
  const { value: views, sight } = useWhenSeen(() => moment.invariants.value);
  const filter = session.settings.value.invariantFilter;
  const shown = filtered(views, filter);
  const problems = problemsOf(shown);
  const count = (status: string) => views.filter((view) => view.status === status).length;
  return (
    <Section
      id="invariants"
      title="Invariants"
      sight={sight}
      note={
        <span class="tally">
          <Tally status="violated" count={count('violated')} />
          <Tally status="suspended" count={count('suspended')} />
          <Tally status="holds" count={count('holds')} />
        </span>
      }
    >
      {views.length === 0 ? (
        <Empty>
          This run was made without checking invariants: run the scenario again to have them checked.{' '}
          <OpenText />
        </Empty>
      ) : (
        <InvariantLists problems={problems} shown={shown} filter={filter} />
      )}
    </Section>
  );
}

function Tally({ status, count }: { status: 'violated' | 'suspended' | 'holds'; count: number }) {
  if (count === 0) return null;
  return (
    <span class="tally-item">
      <StatusIcon status={status} size={12} />
      {count}
    </span>
  );
}

interface ListProps {
  readonly problems: readonly InvariantView[];
  readonly shown: readonly InvariantView[];
  readonly filter: string;
}

function InvariantLists({ problems, shown, filter }: ListProps) {
  const session = useSession();
  const roving = useRoving<HTMLDivElement>('vertical');
  const input = useId();
  const rest = groupsOf(shown.filter(({ status }) => status === 'holds'));
  return (
    <>
      <div class="filter">
        <Icon name="search" size={12} />
        <label class="hidden" for={input}>
          Filter invariants
        </label>
        <input
          id={input}
          type="text"
          placeholder="Filter, such as lock or refcount"
          value={filter}
          onInput={(event) => session.save({ invariantFilter: event.currentTarget.value })}
        />
        {filter === '' ? null : (
          <button
            type="button"
            class="icon-button tiny"
            aria-label="Show all invariants"
            title="Show all invariants"
            onClick={() => session.save({ invariantFilter: '' })}
          >
            <Icon name="close" size={12} />
          </button>
        )}
      </div>
      {shown.length === 0 ? (
        <Empty>
          No invariant speaks of “{filter}”.{' '}
          <button type="button" class="link" onClick={() => session.save({ invariantFilter: '' })}>
            Show all
          </button>
        </Empty>
      ) : null}
      <div ref={roving}>
        <Problems problems={problems} />
        {rest.map((group) => (
          <Group key={group.name} group={group} open={filter !== ''} />
        ))}
      </div>
    </>
  );
}

function Problems({ problems }: { problems: readonly InvariantView[] }) {
  const violated = problems.filter(({ status }) => status === 'violated');
  return (
    <>
      {violated.length > 0 ? (
        <ul class="invariants problems" aria-label="Violated">
          {violated.map((view) => (
            <InvariantRow key={view.info.id} view={view} />
          ))}
        </ul>
      ) : null}
      {suspendedByUntil(problems).map(({ until, members }, index) => (
        <div key={index} class="problems">
          <p class="until">broken, allowed {until ?? 'here'}</p>
          <ul class="invariants" aria-label={`Broken, allowed ${until ?? 'here'}`}>
            {members.map((view) => (
              <InvariantRow key={view.info.id} view={view} />
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}

function Group({ group, open }: { group: InvariantGroup; open: boolean }) {
  const session = useSession();
  const id = `invariants ${group.name}`;
  // a group of those that hold is folded until it is asked for
  const shown = open || session.isFolded(id);
  return (
    <div class="group">
      <button
        type="button"
        class="group-head"
        data-item={id}
        tabIndex={-1}
        aria-expanded={shown}
        onClick={() => session.toggleFolded(id)}
      >
        <Icon name={shown ? 'chevronDown' : 'chevronRight'} size={12} />
        <span>{group.name}</span>
        <span class="spring" />
        <span class="dim">{counted(group.members.length, 'holds', 'hold')}</span>
        <StatusIcon status="holds" size={12} />
      </button>
      {shown ? (
        <ul class="invariants" aria-label={group.name}>
          {group.members.map((view) => (
            <InvariantRow key={view.info.id} view={view} />
          ))}
        </ul>
      ) : null}
    </div>
  );
}

export function InvariantRow({ view }: { view: InvariantView }) {
  const moment = useMoment();
  const { info, status, reasons, firstViolated } = view;
  const most = status === 'violated' ? MOST_REASONS : 1;
  const lit = moment.lit.value.invariants.has(info.id);
  const messages = messagesOf(reasons);
  return (
    <li class={`invariant invariant-${status}${lit ? ' lit' : ''}`} data-invariant={info.id}>
      <StatusIcon status={status} />
      <div class="invariant-text">
        <button
          type="button"
          class="invariant-title"
          data-item={`invariant ${info.id}`}
          data-invariant={info.id}
          data-select
          tabIndex={-1}
          title={info.statement}
        >
          {info.title}
        </button>
        {messages.slice(0, most).map(({ message, times }, index) => (
          <p key={message} class="reason">
            {message}
            {times > 1 ? <span class="times"> × {times}</span> : null}
            {index === most - 1 && messages.length > most ? ` and ${messages.length - most} more` : ''}
          </p>
        ))}
        {firstViolated === null ? null : (
          <p class="dim">
            first violated at <StepLink step={Math.max(0, firstViolated)} />
          </p>
        )}
        {view.spans.length > 1 ? <HeatStrip view={view} /> : null}
      </div>
    </li>
  );
}
