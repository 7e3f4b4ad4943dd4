/**
 * The family of anon_vmas: which was forked from which, their counters, their trees, the lock of the root.
 */
import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { FamilyNode, TreeEntry } from '../model/family';
import { hueClass } from '../model/identity';
import { FIELD } from '../model/objects';
import { sameData } from '../model/sameData';
import type { Shown } from '../model/shown';
import { counted, Letter } from '../parts/Bits';
import { useLit, useLitField } from '../parts/lit';
import { memo } from '../parts/memo';
import { useRoving } from '../parts/roving';
import { Empty, Section, useAsText } from '../parts/Section';
import { NearestAnonVma } from '../parts/WayOut';
import { useWhenSeen } from '../parts/whenSeen';
import { useMoment, useRun } from '../state/context';
import { NothingShown } from './Filter';

export function Family() {
  const moment = useMoment();
  const { value, sight } = useWhenSeen(() => ({ all: moment.family.value, shown: moment.shown.value }));
  const { all, shown } = value;
  const nodes = useMemo(() => lessOf(all, shown), [all, shown]);
  const asText = useAsText('family');
  return (
    <Section id="family" title="anon_vma family" twin="family" sight={sight}>
      {all.length === 0 ? (
        <Empty>
          No anon_vma here: the first write to a page makes one. <NearestAnonVma />
        </Empty>
      ) : nodes.length === 0 ? (
        <NothingShown />
      ) : asText ? (
        <ul class="twin">
          {nodes.map((node) => (
            <NodeText key={node.id} node={node} />
          ))}
        </ul>
      ) : (
        <FamilyPicture nodes={nodes} />
      )}
    </Section>
  );
}

/** Only those that are shown, and their ancestors. */
function lessOf(nodes: readonly FamilyNode[], shown: Shown): readonly FamilyNode[] {
  if (shown === null) return nodes;
  return nodes.flatMap((node) => {
    const children = lessOf(node.children, shown);
    return shown.has(node.id) || children.length > 0 ? [{ ...node, children }] : [];
  });
}

/** With more nodes than this their trees are told as a number; the interval trees have them. */
const MANY = 10;

const countOf = (nodes: readonly FamilyNode[]): number =>
  nodes.reduce((sum, { children }) => sum + 1 + countOf(children), 0);

function FamilyPicture({ nodes }: { nodes: readonly FamilyNode[] }) {
  const roving = useRoving<HTMLDivElement>();
  const many = countOf(nodes) > MANY;
  return (
    <div class={`family${many ? ' family-many' : ''}`} ref={roving}>
      <ul>
        {nodes.map((node) => (
          <Node key={node.id} node={node} many={many} />
        ))}
      </ul>
    </div>
  );
}

const Node = memo(({ node, many }: { node: FamilyNode; many: boolean }) => {
  const run = useRun();
  const lit = useLit(node.id);
  return (
    <li>
      <div
        class={`node ${hueClass(run.identities, node.id)}${node.freed ? ' gone' : ''}${lit}`}
        data-object={node.id}
      >
        <div class="node-head">
          <button
            type="button"
            class="node-name"
            data-item={`node ${node.id}`}
            data-object={node.id}
            data-select
            tabIndex={-1}
            aria-description={nodeText(node, run.countsDegree)}
          >
            {node.label}
          </button>
          {node.isRoot ? <span class="node-role">root</span> : null}
          {node.freed ? <span class="node-role">freed</span> : null}
          <Rwsem node={node} />
          <span class="spring" />
          <Counters node={node} />
        </div>
        <div class="node-tree">
          {many && node.tree.length > 0 ? (
            <span class="dim">{counted(node.tree.length, 'VMA')} in its tree</span>
          ) : null}
          {node.tree.length === 0 ? <span class="dim">its tree is empty</span> : null}
          {(many ? [] : node.tree).map((entry) => (
            <Entry key={entry.avc} entry={entry} />
          ))}
        </div>
      </div>
      {node.children.length > 0 ? (
        <ul>
          {node.children.map((child) => (
            <Node key={child.id} node={child} many={many} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}, sameData);

function Counters({ node }: { node: FamilyNode }) {
  const { countsDegree } = useRun();
  return (
    <span class="counters">
      {countsDegree ? (
        <Counter node={node} field={FIELD.anonVma.degree} name="degree" value={node.degree} />
      ) : (
        <>
          <Counter node={node} field={FIELD.anonVma.active} name="active" value={node.active} />
          <Counter node={node} field={FIELD.anonVma.children} name="children" value={node.childCount} />
        </>
      )}
      <Counter node={node} field={FIELD.anonVma.refcount} name="refs" value={node.refcount} />
    </span>
  );
}

interface CounterProps {
  readonly node: FamilyNode;
  readonly field: string;
  readonly name: string;
  readonly value: number;
}

function Counter({ node, field, name, value }: CounterProps) {
  const moment = useMoment();
  const lit = useLitField(node.id, field);
  const changed = useComputed(
    () =>
      moment.frame.value?.step?.changes.some(
        (change) => change.op === 'set' && change.object === node.id && change.field === field,
      ) ?? false,
  ).value;
  return (
    <button
      type="button"
      class={`counter${changed ? ' changed' : ''}${lit}`}
      data-item={`counter ${node.id} ${field}`}
      data-object={node.id}
      data-field={field}
      data-select
      tabIndex={-1}
      aria-description={`${field} of ${node.label}${changed ? ', changed in this step' : ''}`}
    >
      {name} <b>{value}</b>
    </button>
  );
}

function Rwsem({ node }: { node: FamilyNode }) {
  if (node.lock === 0) return null;
  const mode = node.lock < 0 ? 'write' : 'read';
  const how = mode === 'write' ? 'held for writing' : `held by ${node.lock} for reading`;
  return (
    <span class="node-lock" data-object={node.id} data-field={FIELD.anonVma.lock}>
      <Letter letter={mode === 'write' ? 'W' : 'R'} tone={mode} title={`rwsem ${how}`} />
      <span>rwsem</span>
    </span>
  );
}

function Entry({ entry }: { entry: TreeEntry }) {
  const moment = useMoment();
  const lit = useLit(entry.vma);
  const litAvc = useLit(entry.avc);
  const changed = useComputed(
    () =>
      moment.frame.value?.step?.changes.some(
        (change) =>
          change.op === 'insert' &&
          typeof change.value === 'object' &&
          change.value !== null &&
          'ref' in change.value &&
          change.value.ref === entry.avc &&
          change.field === FIELD.anonVma.tree,
      ) ?? false,
  ).value;
  const range = entry.first === null ? '' : `${entry.first}–${entry.last ?? '?'}`;
  return (
    <button
      type="button"
      class={`entry${entry.freed ? ' gone' : ''}${changed ? ' changed' : ''}${lit || litAvc}`}
      data-item={`entry ${entry.avc}`}
      data-object={entry.avc}
      data-select
      tabIndex={-1}
      aria-description={`in the tree${range ? ` at page offsets ${range}` : ''}${entry.freed ? ', FREED' : ''}`}
    >
      {entry.label}
      {range ? <span class="dim"> {range}</span> : null}
    </button>
  );
}

function nodeText(node: FamilyNode, degree: boolean): string {
  const counters = degree
    ? `degree ${node.degree}`
    : `${node.active} active VMAs, ${node.childCount} children`;
  return `anon_vma ${node.label}${node.isRoot ? ', root' : ''}: ${counters}, refcount ${node.refcount}`;
}

function NodeText({ node }: { node: FamilyNode }) {
  const { countsDegree } = useRun();
  const lock =
    node.lock === 0
      ? ''
      : node.lock < 0
        ? ', rwsem held for writing'
        : `, rwsem held by ${node.lock} readers`;
  const tree = node.tree.map(({ label }) => label).join(', ');
  return (
    <li data-object={node.id}>
      {nodeText(node, countsDegree)}
      {lock}; tree: {tree || 'empty'}
      {node.freed ? ' (freed)' : ''}
      {node.children.length > 0 ? (
        <ul>
          {node.children.map((child) => (
            <NodeText key={child.id} node={child} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}
