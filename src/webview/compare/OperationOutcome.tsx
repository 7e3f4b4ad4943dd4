/**
 * How one operation ends in both runs: its result, what it leaves behind, what differs afterwards.
 */
import { Fragment } from 'preact';
import type { ComparedRun } from '../../protocol/building';
import { type ComparedOperation, stepsOf } from '../../trace/compare';
import { leftBehind } from '../../trace/leftBehind';
import type { FieldDifference } from '../../trace/snapshotFields';
import type { Step } from '../../trace/step';
import { counted } from '../parts/Bits';
import { Differences } from './Differences';

interface Props {
  readonly row: ComparedOperation;
  /** The operation above it; undefined for the first one. */
  readonly before: ComparedOperation | undefined;
  /** The fields after it are shown elsewhere. */
  readonly parted: boolean;
  readonly a: ComparedRun;
  readonly b: ComparedRun;
}

export function OperationOutcome({ row, before, parted, a, b }: Props) {
  const known = new Set(before?.fields.map(keyOf));
  const added = row.fields.filter((field) => !known.has(keyOf(field)));
  const failed = [row.resultA, row.resultB].some((result) => result !== null && result !== 'ok');
  return (
    <div class="outcome-of-both">
      <p>
        <b>{row.textA ?? row.textB}</b>: {resultsOf(row)}. {afterwards(row, added.length)}
      </p>
      {failed ? (
        <ul>
          <Leaves side="A" run={a} operation={row.a} result={row.resultA} />
          <Leaves side="B" run={b} operation={row.b} result={row.resultB} />
        </ul>
      ) : null}
      <Ways row={row} a={a} b={b} />
      {parted ? null : <Differences title="Differs after it, and did not before" fields={added} />}
    </div>
  );
}

function keyOf({ object, field, a, b }: FieldDifference): string {
  return JSON.stringify([object, field, a, b]);
}

function resultsOf({ resultA, resultB }: ComparedOperation): string {
  if (resultA === null) return `${resultB}, in B only`;
  if (resultB === null) return `${resultA}, in A only`;
  return resultA === resultB ? `${resultA} in both` : `${resultA} in A, ${resultB} in B`;
}

function afterwards({ verdict, fields }: ComparedOperation, added: number): string {
  if (verdict === 'only') return '';
  const way = verdict === 'way' ? ', reached by other steps' : '';
  if (fields.length === 0) return `The state after it is the same${way}.`;
  if (added === 0)
    return `It makes no difference itself: ${counted(fields.length, 'field differs', 'fields differ')} after it, and did so before.`;
  return `After it ${counted(added, 'field differs', 'fields differ')} that did not before.`;
}

/** How the ways differ, before all their steps: what is called in one of them only, how often anon_vmas are locked. */
function Ways({ row, a, b }: Pick<Props, 'row' | 'a' | 'b'>) {
  if (row.a === null || row.b === null || row.verdict === 'same') return null;
  const [left, right] = [wayOf(stepsOf(a.trace, row.a)), wayOf(stepsOf(b.trace, row.b))];
  const only = (one: Way, other: Way) => [...one.functions].filter((name) => !other.functions.has(name));
  const [onlyA, onlyB] = [only(left, right), only(right, left)];
  return (
    <>
      {onlyA.length > 0 ? <Called side="A" names={onlyA} /> : null}
      {onlyB.length > 0 ? <Called side="B" names={onlyB} /> : null}
      {left.locks === right.locks ? null : (
        <p>
          An anon_vma is locked {times(left.locks)} in A, {times(right.locks)} in B.
        </p>
      )}
    </>
  );
}

interface Way {
  readonly functions: ReadonlySet<string>;
  /** How often the rwsem of an anon_vma is taken. */
  readonly locks: number;
}

function wayOf(steps: readonly Step[]): Way {
  const takes = ({ events }: Step) =>
    events.filter((event) => event.type === 'lock' && event.action === 'acquire' && event.field === 'rwsem')
      .length;
  return {
    functions: new Set(steps.map((step) => step.function)),
    locks: steps.reduce((sum, step) => sum + takes(step), 0),
  };
}

const times = (count: number) => (count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`);

function Called({ side, names }: { side: string; names: readonly string[] }) {
  return (
    <p>
      Only {side} comes into{' '}
      {names.map((name, at) => (
        <Fragment key={name}>
          {at === 0 ? '' : ', '}
          <code>{name}()</code>
        </Fragment>
      ))}
      .
    </p>
  );
}

/** What a failure leaves: the question that error paths are about. */
function Leaves({
  side,
  run,
  operation,
  result,
}: {
  side: string;
  run: ComparedRun;
  operation: number | null;
  result: string | null;
}) {
  if (operation === null || result === null || result === 'ok') return null;
  const left = leftBehind(run.trace, operation);
  return (
    <li>
      {side} fails with {result} and{' '}
      {left.length === 0 ? (
        <b>leaves nothing behind</b>
      ) : (
        <>
          leaves <b>{counted(left.length, 'field')} changed</b>
          <Differences title={`Before and after it in ${side}`} fields={left} heads={['before', 'after']} />
        </>
      )}
    </li>
  );
}
