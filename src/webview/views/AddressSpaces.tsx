/**
 * Address spaces as lanes on one page axis: VMAs are bars, page table entries are squares.
 */

import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { type Axis, type Stretch, type Tick, ticksThatFit, xOf } from '../model/axis';
import { type Lane, type PteSquare, pteText, type VmaBar, vmaText } from '../model/lanes';
import { FIELD } from '../model/objects';
import { sameData } from '../model/sameData';
import { isShown, type Shown } from '../model/shown';
import { AnonVmaName, Letter } from '../parts/Bits';
import { Icon } from '../parts/Icon';
import { useLit } from '../parts/lit';
import { memo } from '../parts/memo';
import { useRoving } from '../parts/roving';
import { Empty, Section, useAsText } from '../parts/Section';
import { useWidth } from '../parts/useWidth';
import { MakeFirstStep } from '../parts/WayOut';
import { useWhenSeen } from '../parts/whenSeen';
import { useMoment, useRun, useSession } from '../state/context';
import { NothingShown } from './Filter';
import { LanesLegend } from './LanesLegend';
import { Square, Vma } from './Vma';

/** Pixels of a digit on the axis, and between two numbers. */
const DIGIT = 7.2;
const TICK_GAP = 14;

export function AddressSpaces() {
  const moment = useMoment();
  const { value, sight } = useWhenSeen(() => ({ all: moment.lanes.value, shown: moment.shown.value }));
  const { all, shown } = value;
  const lanes = useMemo(
    () => all.filter(({ mm }) => isShown(shown, mm)).map((lane) => lessOf(lane, shown)),
    [all, shown],
  );
  const asText = useAsText('lanes');
  return (
    <Section
      id="lanes"
      title="Address spaces"
      note="pages"
      twin="lanes"
      actions={<LanesActions />}
      sight={sight}
    >
      {all.length === 0 ? (
        <Empty>
          No process yet. <MakeFirstStep />
        </Empty>
      ) : lanes.length === 0 ? (
        <NothingShown />
      ) : asText ? (
        <LanesText lanes={lanes} />
      ) : (
        <LanesPicture lanes={lanes} />
      )}
    </Section>
  );
}

/** The lane with only those VMAs that are shown, and the pages inside them. */
function lessOf(lane: Lane, shown: Shown): Lane {
  if (shown === null) return lane;
  const vmas = lane.vmas.filter(({ id }) => shown.has(id));
  if (vmas.length === lane.vmas.length) return lane;
  const ptes = lane.ptes.filter(({ page }) => vmas.some(({ start, end }) => start <= page && page < end));
  return { ...lane, vmas, ptes };
}

/** Widest zoom of the address axis. */
const MAX_ZOOM = 16;

function LanesActions() {
  const session = useSession();
  const { compact, zoom } = session.settings.value;
  const zoomTo = (to: number) => session.save({ zoom: Math.max(1, Math.min(to, MAX_ZOOM)) });
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-pressed={compact}
        aria-label="Low lanes"
        title={compact ? 'Higher lanes, with names of pages' : 'Lower lanes, so that more fit'}
        onClick={() => session.save({ compact: !compact })}
      >
        <Icon name="compact" size={14} />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Narrower pages"
        aria-disabled={zoom === 1}
        aria-description={zoom === 1 ? 'the whole axis is in view' : undefined}
        title={zoom === 1 ? 'Narrower pages: the whole axis is in view' : 'Narrower pages'}
        onClick={() => zoomTo(zoom / 2)}
      >
        <Icon name="zoomOut" size={14} />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Wider pages"
        aria-disabled={zoom === MAX_ZOOM}
        aria-description={zoom === MAX_ZOOM ? 'it gets no wider' : undefined}
        title={
          zoom === MAX_ZOOM
            ? 'Wider pages: it gets no wider'
            : `Wider pages${zoom > 1 ? `, now × ${zoom}` : ''}`
        }
        onClick={() => zoomTo(zoom * 2)}
      >
        <Icon name="zoomIn" size={14} />
      </button>
      <LanesLegend />
    </>
  );
}

function LanesPicture({ lanes }: { lanes: readonly Lane[] }) {
  const { axis } = useRun();
  const { ref, width } = useWidth<HTMLDivElement>();
  const roving = useRoving<HTMLDivElement>();
  const digits = String(axis.ticks.at(-1)?.page ?? 0).length;
  const room = (digits * DIGIT + TICK_GAP) / Math.max(1, width);
  const ticks = useMemo(() => (width > 0 ? ticksThatFit(axis, room) : []), [axis, width, room]);
  const page = width / Math.max(1, axis.units);
  const { compact, zoom } = useSession().settings.value;
  const size = page >= 30 ? 'wide' : page >= 17 ? 'medium' : 'narrow';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of buttons, not of form fields
    <div
      class={`lanes pages-${size}${compact ? ' lanes-low' : ''}${zoom > 1 ? ' lanes-zoomed' : ''}`}
      style={{ '--zoom': String(zoom) }}
      role="group"
      aria-label="Address spaces. Arrows move between VMAs and pages."
      ref={roving}
    >
      <div class="axis" aria-hidden="true">
        <div class="axis-plot" ref={ref}>
          {ticks.map((tick) => (
            <AxisTick key={tick.page} tick={tick} />
          ))}
          {axis.stretches
            .filter((stretch) => stretch.gap && stretch.compressed && hasRoom(stretch, ticks, room))
            .map(({ from, to, x, width: size }) => (
              <span
                key={from}
                class="axis-gap"
                title={`pages ${from} to ${to} are never mapped`}
                style={{ left: `${(x + size / 2) * 100}%` }}
              >
                ⋯
              </span>
            ))}
        </div>
      </div>
      {lanes.map((lane) => (
        <LaneRow key={lane.mm} lane={lane} axis={axis} ticks={ticks} width={width} />
      ))}
    </div>
  );
}

/** Is there a place for dots in the middle of a stretch, between the numbers? */
function hasRoom({ x, width }: Stretch, ticks: readonly Tick[], room: number): boolean {
  return ticks.every((tick) => Math.abs(tick.x - x - width / 2) > room * 0.6);
}

function AxisTick({ tick }: { tick: Tick }) {
  const edge = tick.x < 0.02 ? ' tick-first' : tick.x > 0.98 ? ' tick-last' : '';
  return (
    <span
      class={`tick${edge}`}
      style={{ left: `${tick.x * 100}%` }}
      title={`page 0x${tick.page.toString(16)}`}
    >
      {tick.page}
    </span>
  );
}

interface LaneProps {
  readonly lane: Lane;
  readonly axis: Axis;
  readonly ticks: readonly Tick[];
  /** Of the axis, in pixels. */
  readonly width: number;
}

const LaneRow = memo(({ lane, axis, ticks, width }: LaneProps) => {
  const moment = useMoment();
  const lock = useComputed(
    () => moment.held.value.find(({ object, field }) => object === lane.mm && field === FIELD.mm.lock)?.mode,
  ).value;
  const lit = useLit(lane.mm);
  const mapped = lane.vmas.length > 0 || lane.ptes.length > 0;
  return (
    <div class="lane">
      <div class="lane-head">
        <span class="lane-title">
          <button
            type="button"
            class={`lane-name${lit}`}
            data-item={`mm ${lane.mm}`}
            data-object={lane.mm}
            data-select
            tabIndex={-1}
            aria-label={`process ${lane.name}${lane.note ? `, ${lane.note}` : ''}`}
          >
            {lane.name}
          </button>
          {lock === undefined ? null : (
            <Letter
              letter={lock === 'write' ? 'W' : 'R'}
              tone={lock}
              title={`mmap_lock held for ${lock === 'write' ? 'writing' : 'reading'}`}
            />
          )}
        </span>
        <span class="lane-note">{lane.note ?? 'process'}</span>
      </div>
      <div class={`lane-plot rows-${Math.min(lane.rows, 6)}`}>
        {ticks.map(({ page, x }) => (
          <span key={page} class="grid-line" style={{ left: `${x * 100}%` }} />
        ))}
        {mapped ? null : <span class="lane-empty">nothing mapped</span>}
        {lane.vmas.map((bar) => (
          <Vma key={bar.id} bar={bar} x={xOf(axis, bar.start)} end={xOf(axis, bar.end)} width={width} />
        ))}
        {lane.ptes.map((square) => (
          <Square
            key={square.field}
            mm={lane.mm}
            square={square}
            x={xOf(axis, square.page)}
            end={xOf(axis, square.page + 1)}
          />
        ))}
      </div>
    </div>
  );
}, sameData);

function LanesText({ lanes }: { lanes: readonly Lane[] }) {
  return (
    <ul class="twin">
      {lanes.map((lane) => (
        <li key={lane.mm}>
          <b>{lane.name}</b>
          {lane.note ? <span class="dim"> {lane.note}</span> : null}
          {lane.vmas.length === 0 ? <span class="dim"> nothing mapped</span> : null}
          <ul>
            {lane.vmas.map((bar) => (
              <li key={bar.id} data-object={bar.id}>
                <VmaLine bar={bar} />
                <ul>
                  {lane.ptes
                    .filter(({ page }) => bar.start <= page && page < bar.end)
                    .map((square) => (
                      <PteLine key={square.field} square={square} />
                    ))}
                </ul>
              </li>
            ))}
            {lane.ptes
              .filter(({ page }) => !lane.vmas.some(({ start, end }) => start <= page && page < end))
              .map((square) => (
                <PteLine key={square.field} square={square} />
              ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function VmaLine({ bar }: { bar: VmaBar }) {
  return (
    <>
      {bar.attached ? null : <Icon name="warning" size={12} title="not attached" />}
      <span>{vmaText(bar)}</span>
      {bar.anonVma === null || bar.anonVmaLabel === null ? null : (
        <AnonVmaName id={bar.anonVma} label={bar.anonVmaLabel} />
      )}
    </>
  );
}

function PteLine({ square }: { square: PteSquare }) {
  const { mapped } = square;
  return <li data-object={mapped.type === 'folio' ? mapped.id : undefined}>{pteText(square)}</li>;
}
