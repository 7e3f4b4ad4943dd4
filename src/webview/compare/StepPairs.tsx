/**
 * The steps of one operation of both runs side by side. Long stretches that are the same are folded.
 */
import { useMemo, useState } from 'preact/hooks';
import type { ComparedRun } from '../../protocol/building';
import type { Pair } from '../../trace/alignment';
import { alignSteps, type ComparedOperation, type Parting, stepsOf } from '../../trace/compare';
import type { Step } from '../../trace/step';
import { stepNumber } from '../model/frame';
import { KindIcon } from '../parts/Bits';
import { useSession } from '../state/context';

/** Steps around a difference that stay on show. */
const AROUND = 2;
/** Rows that are drawn; more on demand. */
const PAGE = 300;

interface Props {
  readonly row: ComparedOperation;
  readonly parting: Parting | null;
  readonly a: ComparedRun;
  readonly b: ComparedRun;
}

interface Row {
  readonly pair: Pair;
  readonly differs: boolean;
}

export function StepPairs({ row, parting, a, b }: Props) {
  const left = useMemo(() => stepsOf(a.trace, row.a), [a, row.a]);
  const right = useMemo(() => stepsOf(b.trace, row.b), [b, row.b]);
  const rows = useMemo(() => sideBySide(alignSteps(left, right)), [left, right]);
  const [all, setAll] = useState(false);
  const [limit, setLimit] = useState(PAGE);
  const shown = all ? rows.map((one, at) => ({ ...one, at })) : aroundDifferences(rows, left, right, parting);
  const same = rows.length - shown.length;
  return (
    <section class="step-pairs" aria-label="Steps of the operation, side by side">
      <div class="step-pairs-head">
        <h3>Steps of {row.textA ?? row.textB}</h3>
        <label class="check">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
          <span>{all ? 'all steps' : `all steps (${same} that are the same are hidden)`}</span>
        </label>
      </div>
      {shown.length === 0 ? (
        <p class="empty">
          {rows.length === 0 ? 'It takes no step in either run.' : 'All steps are the same.'}
        </p>
      ) : (
        <ol class="pairs">
          {shown.slice(0, limit).map(({ pair, differs, at }, index) => (
            <li key={at} class={`pair-row${differs ? ' pair-differs' : ''}`}>
              {(shown[index - 1]?.at ?? -1) + 1 < at ? (
                <span class="pair-gap dim">{at - (shown[index - 1]?.at ?? -1) - 1} the same</span>
              ) : null}
              <Cell
                side="A"
                step={pair.a === null ? undefined : left[pair.a]}
                run={a}
                mark={parting?.stepA ?? null}
              />
              <Cell
                side="B"
                step={pair.b === null ? undefined : right[pair.b]}
                run={b}
                mark={parting?.stepB ?? null}
              />
            </li>
          ))}
        </ol>
      )}
      {shown.length > limit ? (
        <button type="button" class="button" onClick={() => setLimit(limit + PAGE)}>
          {shown.length - limit} more
        </button>
      ) : null}
    </section>
  );
}

/** What only one of the two does stands beside what the other does meanwhile, not below it. */
function sideBySide(pairs: readonly Pair[]): Row[] {
  const rows: Row[] = [];
  let [left, right]: [(number | null)[], (number | null)[]] = [[], []];
  const flush = () => {
    for (let at = 0; at < Math.max(left.length, right.length); at += 1)
      rows.push({ pair: { a: left[at] ?? null, b: right[at] ?? null }, differs: true });
    [left, right] = [[], []];
  };
  for (const pair of pairs) {
    if (pair.a !== null && pair.b !== null) {
      flush();
      rows.push({ pair, differs: false });
    } else if (pair.a !== null) left.push(pair.a);
    else right.push(pair.b);
  }
  flush();
  return rows;
}

/** Rows that differ or are the parting, with a few around them. */
function aroundDifferences(
  rows: readonly Row[],
  left: readonly Step[],
  right: readonly Step[],
  parting: Parting | null,
): (Row & { readonly at: number })[] {
  const isMark = ({ pair }: Row) =>
    parting !== null &&
    ((pair.a !== null && left[pair.a]?.number === parting.stepA) ||
      (pair.b !== null && right[pair.b]?.number === parting.stepB));
  const wanted = new Set<number>();
  for (const [at, row] of rows.entries())
    if (row.differs || isMark(row))
      for (let near = at - AROUND; near <= at + AROUND; near += 1) wanted.add(near);
  return rows.flatMap((row, at) => (wanted.has(at) ? [{ ...row, at }] : []));
}

function Cell({
  side,
  step,
  run,
  mark,
}: {
  side: string;
  step: Step | undefined;
  run: ComparedRun;
  mark: number | null;
}) {
  const session = useSession();
  if (!step)
    return (
      <span class="pair-cell pair-empty">
        <span class="hidden">{side}: nothing</span>
      </span>
    );
  const isMark = step.number === mark;
  const text = (
    <>
      <span class="hidden">{side}: </span>
      <KindIcon kind={step.kind} size={12} />
      <span class="pair-number">{stepNumber(step.number)}</span>
      <span class="pair-text">
        <code>{step.function}()</code> {step.text}
        {isMark ? <span class="badge">first difference</span> : null}
      </span>
    </>
  );
  if (!run.current) return <span class={`pair-cell${isMark ? ' pair-mark' : ''}`}>{text}</span>;
  return (
    <button
      type="button"
      class={`pair-cell${isMark ? ' pair-mark' : ''}`}
      title="Go to this step"
      onClick={() => session.moveTo(step.number)}
    >
      {text}
    </button>
  );
}
