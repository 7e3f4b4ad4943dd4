/**
 * Locks as swim-lanes over time: who was held when and how, and what was allocated meanwhile.
 */
import { useMemo } from 'preact/hooks';
import { allocationText, type LockGroup, type LockRow, lockGroups, type Stretch } from '../model/lockRows';
import { counted, StepLink } from '../parts/Bits';
import { Icon } from '../parts/Icon';
import { useLitField } from '../parts/lit';
import { useRoving } from '../parts/roving';
import { Empty, Section, useAsText } from '../parts/Section';
import { useWidth } from '../parts/useWidth';
import { Act, OpenText } from '../parts/WayOut';
import { useRun, useSession } from '../state/context';
import { LOCK_HEIGHT, LockDrawing } from './LockDrawing';
import { AxisRow, StepAxis } from './StepAxis';
import { useStretch } from './stretch';

/** A kind of lock with more rows than this is folded until it is opened. */
const MANY = 6;

export function LocksOverTime() {
  const session = useSession();
  const run = useRun();
  const stretch = useStretch();
  const asText = useAsText('locks');
  const groups = useMemo(() => lockGroups(run.locks, run.allocations, stretch), [run, stretch]);
  return (
    <Section id="locktime" title="Locks over time" twin="locks">
      {groups.length === 0 ? (
        <Empty>
          {session.settings.value.timeSpan === 'run' ? (
            <>
              This run takes no lock: add an operation. <OpenText />
            </>
          ) : (
            <>
              No lock is taken in this operation.{' '}
              <Act onClick={() => session.save({ timeSpan: 'run' })}>Show the whole run</Act>
            </>
          )}
        </Empty>
      ) : asText ? (
        <LocksText groups={groups} />
      ) : (
        <LocksPicture groups={groups} stretch={stretch} />
      )}
    </Section>
  );
}

function LocksPicture({ groups, stretch }: { groups: readonly LockGroup[]; stretch: Stretch }) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const roving = useRoving<HTMLDivElement>('vertical');
  return (
    <>
      <div ref={roving}>
        <StepAxis stretch={stretch} label="Locks over time. Arrows move between locks.">
          <div class="axis-row axis-measure" aria-hidden="true">
            <div class="axis-row-head" />
            <div ref={ref} />
          </div>
          {groups.map((group) => (
            <Group key={group.field} group={group} stretch={stretch} width={width} />
          ))}
        </StepAxis>
      </div>
      <p class="caption">
        <span>
          <i class="key key-write" /> held for writing
        </span>
        <span>
          <i class="key key-read" /> for reading
        </span>
        <span>
          <i class="key key-alloc" /> allocated meanwhile, may sleep
        </span>
        <span>
          <i class="key key-alloc key-atomic" /> must not sleep
        </span>
        <span>
          <b class="gone">✗</b> failed
        </span>
      </p>
    </>
  );
}

interface GroupProps {
  readonly group: LockGroup;
  readonly stretch: Stretch;
  readonly width: number;
}

function Group({ group, stretch, width }: GroupProps) {
  const session = useSession();
  const { field, rows } = group;
  const id = `locks ${field}`;
  const many = rows.length > MANY;
  const open = !many || session.isFolded(id);
  return (
    <>
      {many ? (
        <AxisRow
          height={LOCK_HEIGHT}
          class="axis-group"
          head={
            <button
              type="button"
              class="group-head"
              data-item={id}
              tabIndex={-1}
              aria-expanded={open}
              onClick={() => session.toggleFolded(id)}
            >
              <Icon name={open ? 'chevronDown' : 'chevronRight'} size={12} />
              <code>{field}</code> <span class="dim">{counted(rows.length, 'lock')}</span>
            </button>
          }
        >
          {open
            ? null
            : rows.map((row) => (
                <LockDrawing key={row.object} row={row} stretch={stretch} width={width} over />
              ))}
        </AxisRow>
      ) : null}
      {open ? rows.map((row) => <Row key={row.object} row={row} stretch={stretch} width={width} />) : null}
    </>
  );
}

function Row({ row, stretch, width }: { row: LockRow; stretch: Stretch; width: number }) {
  const run = useRun();
  const lit = useLitField(row.object, row.field);
  const taken = counted(row.spans.length, 'time');
  const allocated = counted(row.allocations.length, 'allocation');
  return (
    <AxisRow
      height={LOCK_HEIGHT}
      head={
        <button
          type="button"
          class={`axis-name${lit}`}
          data-item={`lock ${row.object} ${row.field}`}
          data-object={row.object}
          data-field={row.field}
          data-select
          tabIndex={-1}
          aria-description={`taken ${taken}, ${allocated} meanwhile`}
        >
          <code>{row.field}</code> {run.lastLabel(row.object)}
        </button>
      }
    >
      <LockDrawing row={row} stretch={stretch} width={width} />
    </AxisRow>
  );
}

function LocksText({ groups }: { groups: readonly LockGroup[] }) {
  return (
    <ul class="twin">
      {groups.flatMap(({ rows }) =>
        rows.map((row) => <LockText key={`${row.object} ${row.field}`} row={row} />),
      )}
    </ul>
  );
}

/** Times that are told of one lock. */
const MOST_SPANS = 30;

function LockText({ row }: { row: LockRow }) {
  const run = useRun();
  return (
    <li data-object={row.object} data-field={row.field}>
      <b>
        {row.field} of {run.lastLabel(row.object)}
      </b>
      <ul>
        {row.spans.slice(0, MOST_SPANS).map((span) => (
          <li key={span.from}>
            held for {span.mode === 'write' ? 'writing' : 'reading'} from <StepLink step={span.from} />,{' '}
            {counted(span.to - span.from, 'step')}
            {row.allocations
              .filter(({ step }) => step >= span.from && step < span.to)
              .map((allocation) => (
                <span key={`${allocation.step} ${allocation.what}`}>
                  ; {allocationText(allocation)} at <StepLink step={allocation.step} />
                </span>
              ))}
          </li>
        ))}
        {row.spans.length > MOST_SPANS ? <li>and {row.spans.length - MOST_SPANS} times more</li> : null}
      </ul>
    </li>
  );
}
