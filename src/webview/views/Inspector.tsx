/**
 * What has been selected: an object with all its fields and the steps that wrote them, or an invariant in full.
 */

import type { SourcePlace } from '../../protocol/messages';
import type { ObjectId } from '../../trace/value';
import { type CardField, cardOf, type ObjectCard } from '../model/card';
import { blames, type InvariantView } from '../model/invariants';
import { watchOf } from '../model/watch';
import { counted, StatusIcon, StepLink } from '../parts/Bits';
import { Icon } from '../parts/Icon';
import { useLitField } from '../parts/lit';
import { Empty, Section } from '../parts/Section';
import { useMoment, useRun, useSession } from '../state/context';
import { WatchField } from '../time/Watches';
import { Writers } from './Changes';

export function Inspector() {
  const session = useSession();
  const selected = session.selected.value;
  if (!selected) return null;
  return (
    <Section
      id="selected"
      title="Selected"
      actions={
        <button
          type="button"
          class="icon-button"
          aria-label="Take the selection away"
          title="Take the selection away (Esc)"
          onClick={() => session.select(null)}
        >
          <Icon name="close" size={14} />
        </button>
      }
    >
      {selected.type === 'invariant' ? (
        <InvariantDetails id={selected.id} />
      ) : (
        <ObjectDetails id={selected.id} field={selected.type === 'field' ? selected.field : null} />
      )}
    </Section>
  );
}

/** `field`: the one that is meant, if one is. */
export function ObjectDetails({ id, field }: { id: ObjectId; field: string | null }) {
  const moment = useMoment();
  const run = useRun();
  const frame = moment.frame.value;
  const card = frame && cardOf(frame, run.history, moment.invariants.value, id, field);
  const meant = card?.fields.find(({ name }) => name === field);
  const expression = card && frame && meant ? watchOf(frame, id, card.label, meant.name) : null;
  if (!card) {
    const created = run.history.touched(id)[0];
    return (
      <Empty>
        It does not exist at this step.{' '}
        {created === undefined ? null : (
          <>
            It is made by <StepLink step={created} />.
          </>
        )}
      </Empty>
    );
  }
  return (
    <div class="details" data-object={id} data-nocard>
      <p class="details-head">
        <b>{card.label}</b> <span class="dim">{card.kind}</span>
        {card.freed ? <span class="badge badge-bad">freed</span> : null}
      </p>
      <p class="dim">
        {meant ? (
          <>
            <code>{meant.name}</code>: {meant.doc}{' '}
            {expression === null ? null : <WatchField expression={expression} />}
          </>
        ) : (
          card.kindDoc
        )}
      </p>
      <ul class="fields">
        {card.fields.map((item) => (
          <DetailField key={item.name} id={id} item={item} meant={item.name === field} />
        ))}
      </ul>
      <CardInvariants card={card} field={field} />
    </div>
  );
}

function DetailField({ id, item, meant }: { id: ObjectId; item: CardField; meant: boolean }) {
  const lit = useLitField(id, item.name);
  const classes = `field${item.changed ? ' changed' : ''}${meant ? ' meant' : ''}${lit}`;
  return (
    <li class={classes} data-field={item.name}>
      <button type="button" class="field-name" title={item.doc} data-field={item.name} data-select>
        {item.name}
      </button>
      <span class="field-values">
        {item.writer === null ? item.value : <StepLink step={item.writer}>{item.value}</StepLink>}
      </span>
      <Writers previous={item.previous} next={item.next} />
    </li>
  );
}

/** Those that this very object breaks, and the others that speak of it. */
function CardInvariants({ card, field }: { card: ObjectCard; field: string | null }) {
  const broken = card.invariants.filter((view) => view.status !== 'holds' && blames(view, card.id));
  const rest = card.invariants.filter((view) => !broken.includes(view));
  if (card.invariants.length === 0) return null;
  const what = field === null ? 'of it' : `of ${field}`;
  return (
    <div class="card-invariants">
      <ul>
        {broken.map((view) => (
          <CardInvariant key={view.info.id} view={view} />
        ))}
      </ul>
      {rest.length === 0 ? null : (
        <details>
          <summary>
            {counted(rest.length, broken.length > 0 ? 'other invariant' : 'invariant')}{' '}
            {rest.length === 1 ? 'speaks' : 'speak'} {what}
            {broken.length > 0 ? '' : ', none broken by it'}
          </summary>
          <ul>
            {rest.map((view) => (
              <CardInvariant key={view.info.id} view={view} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function CardInvariant({ view }: { view: InvariantView }) {
  return (
    <li data-invariant={view.info.id}>
      <StatusIcon status={view.status} size={12} />
      <span>{view.info.title}</span>
    </li>
  );
}

const WHEN_WORDS: Readonly<Record<string, string>> = {
  always: 'Must hold after every step.',
  quiescent: 'Must hold whenever no operation runs.',
  'at-assert': 'Must hold where the assertion stands.',
};

function InvariantDetails({ id }: { id: string }) {
  const view = useMoment().invariants.value.find(({ info }) => info.id === id);
  if (!view)
    return <Empty>This run knows no invariant of that name: choose another in the list below.</Empty>;
  const { info } = view;
  return (
    <div class="details" data-invariant={id}>
      <p class="details-head details-status">
        <StatusIcon status={view.status} />
        <b>{info.title}</b>
      </p>
      <p>{info.statement}</p>
      <p class="dim">{info.why}</p>
      <p class="dim">
        {WHEN_WORDS[info.when] ??
          `May be broken only while ${info.when.replace(/^section\((.*)\)$/, '$1')} is held for writing.`}
      </p>
      <Reasons view={view} />
      <p>
        <code class="dim">{info.id}</code>
      </p>
      {info.places.length > 0 ? (
        <ul class="places">
          {info.places.map((place) => (
            <PlaceRow
              key={`${place.location.file} ${place.location.line} ${place.location.column}`}
              place={place}
            />
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function Reasons({ view }: { view: InvariantView }) {
  if (view.reasons.length === 0) return null;
  return (
    <ul class="reasons">
      {view.reasons.map((reason) => (
        <li key={reason.message} data-object={reason.objects[0]}>
          {reason.message}
        </li>
      ))}
      {view.until === null ? null : <li class="until">allowed {view.until}</li>}
    </ul>
  );
}

const NATURES: Readonly<Record<SourcePlace['nature'], string>> = {
  assert: 'asserted',
  comment: 'documented',
  relies: 'relied on',
  maintains: 'kept true',
};

function PlaceRow({ place }: { place: SourcePlace }) {
  const session = useSession();
  const { location } = place;
  return (
    <li>
      <span class="dim">{NATURES[place.nature]} in </span>
      <button
        type="button"
        class="link"
        title="Show this place in the editor"
        onClick={() => session.post({ type: 'reveal', location })}
      >
        {place.function ?? location.file}:{location.line + 1}
      </button>
      <code class="place-text">{place.text}</code>
    </li>
  );
}
