/**
 * The interval trees, keyed by page offset: what each anon_vma finds where. Point at a folio, and what a walk of it looks
 * at lights up.
 */

import { useMemo } from 'preact/hooks';
import { type Axis, ticksThatFit, xOf } from '../model/axis';
import type { TreeEntry } from '../model/family';
import { hueClass } from '../model/identity';
import { sameData } from '../model/sameData';
import { isShown } from '../model/shown';
import { type TreeFolio, type TreeView, treeText } from '../model/trees';
import { useLit } from '../parts/lit';
import { memo } from '../parts/memo';
import { useRoving } from '../parts/roving';
import { Empty, Section, useAsText } from '../parts/Section';
import { NearestAnonVma } from '../parts/WayOut';
import { useWhenSeen } from '../parts/whenSeen';
import { useMoment, useRun } from '../state/context';
import { NothingShown } from './Filter';

/** Fraction of the width that a number on the axis needs. */
const TICK_ROOM = 0.11;

export function Trees() {
  const moment = useMoment();
  const { value, sight } = useWhenSeen(() => ({ all: moment.trees.value, shown: moment.shown.value }));
  const { all, shown } = value;
  const trees = useMemo(() => all.filter(({ id }) => isShown(shown, id)), [all, shown]);
  const asText = useAsText('trees');
  return (
    <Section id="trees" title="Interval trees" note="page offsets" twin="trees" sight={sight}>
      {all.length === 0 ? (
        <Empty>
          No anon_vma here, so no tree. The first write to a page makes one. <NearestAnonVma />
        </Empty>
      ) : trees.length === 0 ? (
        <NothingShown />
      ) : asText ? (
        <ul class="twin">
          {trees.map((tree) => (
            <li key={tree.id} data-object={tree.id}>
              {treeText(tree)}
            </li>
          ))}
        </ul>
      ) : (
        <TreesPicture trees={trees} />
      )}
    </Section>
  );
}

function TreesPicture({ trees }: { trees: readonly TreeView[] }) {
  const { offsets } = useRun();
  const roving = useRoving<HTMLDivElement>();
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of buttons, not of form fields */}
      <div
        class="trees"
        role="group"
        aria-label="Interval trees. Arrows move between what they hold."
        ref={roving}
      >
        {trees.map((tree) => (
          <Tree key={tree.id} tree={tree} axis={offsets} />
        ))}
      </div>
      <p class="caption">
        <span>bar: a VMA, from its first to its last page offset</span>
        <span>square: a folio at its offset; a walk of it looks at the bars below it</span>
      </p>
    </>
  );
}

const Tree = memo(({ tree, axis }: { tree: TreeView; axis: Axis }) => {
  const { identities } = useRun();
  const lit = useLit(tree.id);
  return (
    <div
      class={`itree ${hueClass(identities, tree.id)}${tree.freed ? ' gone' : ''}${tree.changed ? ' itree-changed' : ''}`}
    >
      <div class="itree-head">
        <button
          type="button"
          class={`pill itree-name${lit}`}
          data-item={`tree ${tree.id}`}
          data-object={tree.id}
          data-select
          tabIndex={-1}
          aria-description={treeText(tree)}
        >
          {tree.label}
        </button>
        <span class="itree-axis" aria-hidden="true">
          {ticksThatFit(axis, TICK_ROOM).map(({ page, x }) => (
            <span
              key={page}
              class={`tick${x < 0.04 ? ' tick-first' : x > 0.96 ? ' tick-last' : ''}`}
              style={{ left: `${x * 100}%` }}
            >
              {page}
            </span>
          ))}
        </span>
      </div>
      <div class="itree-plot">
        {tree.folios.length === 0 ? null : (
          <div class="itree-folios">
            {tree.folios.map((folio, index) => (
              <Folio key={folio.id} folio={folio} axis={axis} shift={shiftOf(tree.folios, index)} />
            ))}
          </div>
        )}
        {tree.entries.length === 0 ? <span class="dim itree-empty">the tree is empty</span> : null}
        {tree.entries.map((entry) => (
          <Entry key={entry.avc} entry={entry} axis={axis} />
        ))}
      </div>
    </div>
  );
}, sameData);

/** Letters that fit into a square. */
const MOST_LETTERS = 4;

/** Folios of one offset stand beside each other. */
function shiftOf(folios: readonly TreeFolio[], index: number): number {
  return folios.slice(0, index).filter((other) => other.index === folios[index]?.index).length;
}

function Folio({ folio, axis, shift }: { folio: TreeFolio; axis: Axis; shift: number }) {
  const lit = useLit(folio.id);
  const x = (xOf(axis, folio.index) + xOf(axis, folio.index + 1)) / 2;
  return (
    <button
      type="button"
      class={`pte itree-folio${folio.exclusive ? ' pte-exclusive' : ''}${lit}`}
      style={{ left: `calc(${x * 100}% + ${shift * 8}px)` }}
      data-item={`tree folio ${folio.id}`}
      data-object={folio.id}
      data-select
      tabIndex={-1}
      aria-description={`folio at page offset ${folio.index}`}
    >
      <span>{folio.label.slice(0, MOST_LETTERS)}</span>
    </button>
  );
}

function Entry({ entry, axis }: { entry: TreeEntry; axis: Axis }) {
  const litAvc = useLit(entry.avc);
  // a VMA that is only tied to what is meant may be in many trees: its AVC here says whether this is one of them
  const litVma = useLit(entry.vma) === ' lit' ? ' related' : '';
  const known = entry.first !== null && entry.last !== null;
  const from = known ? xOf(axis, entry.first ?? 0) : 0;
  const to = known ? xOf(axis, (entry.last ?? 0) + 1) : 1;
  return (
    <div class="itree-row">
      <button
        type="button"
        class={`itree-entry${entry.freed ? ' gone' : ''}${litAvc || litVma}`}
        style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
        data-item={`tree entry ${entry.avc}`}
        data-object={entry.avc}
        data-select
        tabIndex={-1}
        aria-label={`${entry.label}, page offsets ${entry.first ?? '?'} to ${entry.last ?? '?'}${entry.freed ? ', FREED' : ''}`}
      >
        <span>{entry.label}</span>
      </button>
    </div>
  );
}
