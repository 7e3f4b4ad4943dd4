/**
 * What the current step changed, and nothing else: old and new value, and who wrote the field before and after.
 */
import type { Step } from '../../trace/step';
import type { FieldChange, ObjectChange, Tag, UnchangedField } from '../model/changes';
import { stepNumber } from '../model/frame';
import { counted, Letter, StepLink } from '../parts/Bits';
import { Icon } from '../parts/Icon';
import { useLitField } from '../parts/lit';
import { Empty, Section } from '../parts/Section';
import { MakeFirstStep, Nearest } from '../parts/WayOut';
import { useMoment, useSession } from '../state/context';

const LETTERS: Readonly<Record<Tag, { readonly letter: string; readonly title: string }>> = {
  added: { letter: 'A', title: 'added' },
  changed: { letter: 'M', title: 'modified' },
  removed: { letter: 'D', title: 'removed' },
};

export function Changes() {
  const session = useSession();
  const moment = useMoment();
  const changes = moment.changes.value;
  const position = moment.position.value;
  const hide = session.settings.value.hideUnchanged;
  const unchanged = changes.reduce((sum, change) => sum + change.unchanged.length, 0);
  return (
    <Section id="changes" title="Changed in this step">
      {position < 0 ? (
        <Empty>
          Nothing has happened yet. <MakeFirstStep />
        </Empty>
      ) : changes.length === 0 ? (
        <Empty>
          This step changes nothing: it looks, or decides.{' '}
          <Nearest
            is={changesSomething}
            next="The next change is made by"
            last="The last change was made by"
            none="No step of this run changes anything."
          />
        </Empty>
      ) : (
        <ul class="changes">
          {changes.map((change) => (
            <ObjectRow key={change.id} change={change} hide={hide} />
          ))}
        </ul>
      )}
      {unchanged > 0 ? (
        <p class="unchanged">
          <span>{counted(unchanged, 'field')} unchanged</span>
          <button
            type="button"
            class="link"
            aria-pressed={!hide}
            onClick={() => session.save({ hideUnchanged: !hide })}
          >
            {hide ? 'show' : 'hide'}
          </button>
        </p>
      ) : null}
    </Section>
  );
}

const changesSomething = ({ changes }: Step) => changes.length > 0;

function ObjectRow({ change, hide }: { change: ObjectChange; hide: boolean }) {
  const { letter, title } = LETTERS[change.tag];
  return (
    <li class={`change change-${change.tag}`} data-object={change.id}>
      <div class="change-head">
        <Letter letter={letter} title={title} tone={change.tag} />
        <button type="button" class="name" data-object={change.id} data-select>
          {change.label}
        </button>
        <span class="dim">
          {change.tag === 'removed' ? 'freed' : change.label.includes(change.kind) ? '' : change.kind}
        </span>
      </div>
      <ul class="fields">
        {change.fields.map((field) => (
          <FieldRow key={field.field} change={change} field={field} />
        ))}
        {hide
          ? null
          : change.unchanged.map((field) => <UnchangedRow key={field.field} change={change} field={field} />)}
      </ul>
    </li>
  );
}

function FieldRow({ change, field }: { change: ObjectChange; field: FieldChange }) {
  const lit = useLitField(change.id, field.field);
  return (
    <li class={`field field-${field.tag}${lit}`} data-field={field.field}>
      <button type="button" class="field-name" data-field={field.field} data-select>
        {field.field}
      </button>
      <span class="field-values">
        <Values field={field} created={change.tag === 'added'} />
      </span>
      <Writers previous={change.tag === 'added' ? null : field.previous} next={field.next} />
    </li>
  );
}

function Values({ field, created }: { field: FieldChange; created: boolean }) {
  if (field.items) {
    return (
      <span class="items">
        {field.items.length === 0 ? <span class="dim">empty</span> : null}
        {field.items.map((item, index) =>
          item.tag === 'added' ? (
            <ins key={`${index} ${item.text}`}>{item.text}</ins>
          ) : item.tag === 'removed' ? (
            <del key={`${index} ${item.text}`}>{item.text}</del>
          ) : (
            <span key={`${index} ${item.text}`}>{item.text}</span>
          ),
        )}
      </span>
    );
  }
  const old = created || field.old === null ? null : field.old;
  return (
    <>
      {old === null ? null : field.previous === null ? (
        <del>{old}</del>
      ) : (
        <del>
          <StepLink step={field.previous} title={`Written by step ${stepNumber(field.previous)}: go there`}>
            {old}
          </StepLink>
        </del>
      )}
      {old !== null && field.new !== null ? <span class="arrow"> → </span> : null}
      {field.new === null ? null : <ins>{field.new}</ins>}
    </>
  );
}

function UnchangedRow({ change, field }: { change: ObjectChange; field: UnchangedField }) {
  const lit = useLitField(change.id, field.field);
  return (
    <li class={`field field-same${lit}`} data-field={field.field}>
      <button type="button" class="field-name" data-field={field.field} data-select>
        {field.field}
      </button>
      <span class="field-values">
        {field.writer === null ? (
          field.value
        ) : (
          <StepLink step={field.writer} title={`Written by step ${stepNumber(field.writer)}: go there`}>
            {field.value}
          </StepLink>
        )}
      </span>
    </li>
  );
}

/** To the steps that write the field before and after. */
export function Writers({ previous, next }: { previous: number | null; next: number | null }) {
  return (
    <span class="writers">
      <Writer step={previous} name="chevronLeft" which="earlier" />
      <Writer step={next} name="chevronRight" which="later" />
    </span>
  );
}

interface WriterProps {
  readonly step: number | null;
  readonly name: 'chevronLeft' | 'chevronRight';
  readonly which: 'earlier' | 'later';
}

function Writer({ step, name, which }: WriterProps) {
  const session = useSession();
  const title =
    step === null
      ? `No ${which} step writes this field`
      : `${which === 'earlier' ? 'Previous' : 'Next'} writer: step ${stepNumber(step)}`;
  return (
    <button
      type="button"
      class="icon-button tiny"
      aria-label={title}
      title={title}
      aria-disabled={step === null}
      onClick={(event) => {
        event.stopPropagation();
        if (step !== null) session.moveTo(step);
      }}
    >
      <Icon name={name} size={12} />
    </button>
  );
}
