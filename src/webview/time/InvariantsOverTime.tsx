/**
 * The status of the invariants over time: one strip for each group, and for each of its members when it is opened.
 */

import type { InvariantSpan } from '../../protocol/messages';
import { groupsOf, type InvariantGroup, type InvariantView } from '../model/invariants';
import type { Stretch } from '../model/lockRows';
import { statusBands } from '../model/statusStrip';
import { counted, StatusIcon, StepLink } from '../parts/Bits';
import { Icon } from '../parts/Icon';
import { memo } from '../parts/memo';
import { useRoving } from '../parts/roving';
import { Empty, Section, useAsText } from '../parts/Section';
import { OpenText } from '../parts/WayOut';
import { useMoment, useSession } from '../state/context';
import { AxisRow, StepAxis } from './StepAxis';
import { useStretch } from './stretch';

/** Units of a strip's drawing, and parts of it that are told apart. */
const WIDTH = 1000;
const PARTS = 400;

export function InvariantsOverTime() {
  const moment = useMoment();
  const views = moment.invariants.value;
  const stretch = useStretch();
  const asText = useAsText('status');
  return (
    <Section id="status" title="Invariants over time" twin="status">
      {views.length === 0 ? (
        <Empty>
          This run was made without checking invariants: run the scenario again to have them checked.{' '}
          <OpenText />
        </Empty>
      ) : asText ? (
        <StatusText views={views} stretch={stretch} />
      ) : (
        <StatusPicture groups={groupsOf(views)} stretch={stretch} />
      )}
    </Section>
  );
}

function StatusPicture({ groups, stretch }: { groups: readonly InvariantGroup[]; stretch: Stretch }) {
  const roving = useRoving<HTMLDivElement>('vertical');
  return (
    <>
      <div ref={roving}>
        <StepAxis stretch={stretch} label="Invariants over time. Arrows move between them.">
          {groups.map((group) => (
            <Group key={group.name} group={group} stretch={stretch} />
          ))}
        </StepAxis>
      </div>
      <p class="caption">
        <span>
          <StatusIcon status="suspended" size={12} /> broken, allowed there
        </span>
        <span>
          <StatusIcon status="violated" size={12} /> violated
        </span>
      </p>
    </>
  );
}

function worstOf(views: readonly InvariantView[]) {
  if (views.some(({ status }) => status === 'violated')) return 'violated';
  return views.some(({ status }) => status === 'suspended') ? 'suspended' : 'holds';
}

function Group({ group, stretch }: { group: InvariantGroup; stretch: Stretch }) {
  const session = useSession();
  const id = `status ${group.name}`;
  const open = session.isFolded(id);
  return (
    <>
      <AxisRow
        height={18}
        class="axis-group"
        head={
          <button
            type="button"
            class="group-head"
            data-item={id}
            tabIndex={-1}
            aria-expanded={open}
            title={counted(group.members.length, 'invariant')}
            onClick={() => session.toggleFolded(id)}
          >
            <Icon name={open ? 'chevronDown' : 'chevronRight'} size={12} />
            <StatusIcon status={worstOf(group.members)} size={12} />
            <span>{group.name}</span> <span class="dim">{group.members.length}</span>
          </button>
        }
      >
        <Strip timelines={group.members.map(({ spans }) => spans)} stretch={stretch} />
      </AxisRow>
      {open ? group.members.map((view) => <Member key={view.info.id} view={view} stretch={stretch} />) : null}
    </>
  );
}

function Member({ view, stretch }: { view: InvariantView; stretch: Stretch }) {
  const moment = useMoment();
  const { info, status, spans } = view;
  const lit = moment.lit.value.invariants.has(info.id) ? ' lit' : '';
  return (
    <AxisRow
      height={18}
      head={
        <button
          type="button"
          class={`axis-name axis-member${lit}`}
          data-item={`status ${info.id}`}
          data-invariant={info.id}
          data-select
          tabIndex={-1}
          title={info.title}
        >
          <StatusIcon status={status} size={12} /> {info.title}
        </button>
      }
    >
      <Strip timelines={[spans]} stretch={stretch} />
    </AxisRow>
  );
}

interface StripProps {
  readonly timelines: readonly (readonly InvariantSpan[])[];
  readonly stretch: Stretch;
}

const Strip = memo(
  ({ timelines, stretch }: StripProps) => {
    const length = Math.max(1, stretch.to - stretch.from);
    const x = (step: number) => ((step - stretch.from) / length) * WIDTH;
    return (
      <svg
        class="status-strip"
        viewBox={`0 0 ${WIDTH} 10`}
        preserveAspectRatio="none"
        focusable="false"
        aria-hidden="true"
      >
        <rect class="heat-holds" x="0" y="3" width={WIDTH} height="4" />
        {statusBands(timelines, stretch, length / PARTS).map((band) => (
          <rect
            key={band.from}
            class={`heat-${band.status}`}
            x={x(band.from)}
            y={band.status === 'violated' ? 0 : 2}
            width={Math.max(2, x(band.to) - x(band.from))}
            height={band.status === 'violated' ? 10 : 6}
          />
        ))}
      </svg>
    );
  },
  // drawn from the spans alone, which are the same objects for as long as the run is
  (a, b) =>
    a.stretch === b.stretch &&
    a.timelines.length === b.timelines.length &&
    a.timelines.every((spans, index) => spans === b.timelines[index]),
);

/** Bands that are told of one invariant. */
const MOST_BANDS = 20;

function StatusText({ views, stretch }: { views: readonly InvariantView[]; stretch: Stretch }) {
  const broken = views
    .map((view) => ({ view, bands: statusBands([view.spans], stretch) }))
    .filter(({ bands }) => bands.length > 0);
  if (broken.length === 0) return <p class="twin">All {views.length} hold at every step shown.</p>;
  return (
    <ul class="twin">
      {broken.map(({ view, bands }) => (
        <li key={view.info.id} data-invariant={view.info.id}>
          <b>{view.info.title}</b>
          {bands.slice(0, MOST_BANDS).map((band) => (
            <span key={band.from}>
              ; {band.status === 'violated' ? 'violated' : 'broken, allowed'} from{' '}
              <StepLink step={band.from} />, {counted(band.to - band.from, 'step')}
            </span>
          ))}
          {bands.length > MOST_BANDS ? `; and ${bands.length - MOST_BANDS} times more` : ''}
        </li>
      ))}
      <li class="dim">The other {views.length - broken.length} hold at every step shown.</li>
    </ul>
  );
}
