/**
 * Two runs side by side: operations aligned, the first difference marked, and the steps of one operation.
 */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ComparedRun } from '../../protocol/building';
import { type ComparedOperation, type Comparison, compareTraces } from '../../trace/compare';
import { comparisonText } from '../../trace/compareText';
import { Do } from '../build/Do';
import { Icon } from '../parts/Icon';
import { useRoving } from '../parts/roving';
import { Empty, Section, useAsText } from '../parts/Section';
import { Act } from '../parts/WayOut';
import { useBuilding, useMoment, useSession } from '../state/context';
import { FirstDifference } from './FirstDifference';
import { OperationOutcome } from './OperationOutcome';
import { RunChoice } from './RunChoice';
import { StepPairs } from './StepPairs';

export function ComparePanel() {
  const building = useBuilding();
  const session = useSession();
  const pair = building.comparison.value;
  const runId = session.run.value?.data.runId;
  // the run on show has become another one: what is compared with it is looked at again
  useEffect(() => {
    const shown = building.comparison.peek();
    if (shown && [shown.a, shown.b].some(({ id }) => !id.startsWith('kept:')))
      building.compare(shown.a.id, shown.b.id);
  }, [building, runId]);
  return (
    <div class="compare">
      <Section
        id="compare"
        title="Two runs"
        twin="compare"
        actions={
          <>
            <Do
              label="Keep this run"
              hint="Keep the run on show, to compare others with it"
              onClick={() => session.post({ type: 'keepRun' })}
            />
            <Do
              label="Copy as text"
              hint="Copy the comparison as plain text, for a mail"
              why={building.chosen.value ? null : 'Choose two runs first.'}
              onClick={() => session.post({ type: 'copyText', what: 'comparison' })}
            />
          </>
        }
      >
        <RunChoice />
        {pair ? (
          <Compared a={pair.a} b={pair.b} />
        ) : (
          <Empty>
            Choose what to compare the run on show with: another kernel, a run that was kept, or a branch.{' '}
            <ToBuild>Build a branch</ToBuild>
          </Empty>
        )}
      </Section>
    </div>
  );
}

function ToBuild({ children }: { children: string }) {
  const session = useSession();
  return <Act onClick={() => session.open('main', 'build')}>{children}</Act>;
}

function Compared({ a, b }: { a: ComparedRun; b: ComparedRun }) {
  const comparison = useMemo(() => compareTraces(a.trace, b.trace), [a.trace, b.trace]);
  const { operations, first, firstWay } = comparison;
  const asText = useAsText('compare');
  const [chosen, setChosen] = useState<number | null>(null);
  useEffect(() => setChosen(null), [a.trace, b.trace]);
  const here = useDiffering(operations, a, b);
  const row = chosen ?? here ?? first?.row ?? firstWay?.row ?? 0;
  const parting = first?.row === row ? first : firstWay?.row === row ? firstWay : null;
  if (asText) {
    const lines = comparisonText(comparison, a, b);
    return <pre class="compare-text">{lines.join('\n')}</pre>;
  }
  return (
    <>
      <Verdict comparison={comparison} a={a} b={b} />
      <Rows operations={operations} first={first?.row ?? null} row={row} onChoose={setChosen} a={a} b={b} />
      {parting ? (
        <FirstDifference parting={parting} row={operations[row]} a={a} b={b} isFirst={first?.row === row} />
      ) : null}
      {operations[row] ? (
        <OperationOutcome
          row={operations[row]}
          before={operations[row - 1]}
          parted={parting !== null}
          a={a}
          b={b}
        />
      ) : null}
      {operations[row] ? <StepPairs row={operations[row]} parting={parting} a={a} b={b} /> : null}
    </>
  );
}

/** The operation that the run on show stood in when the two were chosen, if it is not the same in both: it is what is looked at. */
function useDiffering(
  operations: readonly ComparedOperation[],
  a: ComparedRun,
  b: ComparedRun,
): number | null {
  const moment = useMoment();
  return useMemo(() => {
    const current = moment.frame.peek()?.step?.operation;
    if (current === undefined) return null;
    const at = operations.findIndex(
      (one) => (a.current && one.a === current) || (b.current && one.b === current),
    );
    return at >= 0 && operations[at]?.verdict !== 'same' ? at : null;
  }, [operations, a, b, moment]);
}

function Verdict({ comparison, a, b }: { comparison: Comparison; a: ComparedRun; b: ComparedRun }) {
  const { first, firstWay } = comparison;
  const only = (one: ComparedRun, other: ComparedRun) =>
    one.violated.filter((id) => !other.violated.includes(id));
  const violations = [
    ...only(a, b).map((id) => `${id} is violated in A only`),
    ...only(b, a).map((id) => `${id} is violated in B only`),
  ];
  const agree = first === null && violations.length === 0;
  const text =
    first !== null
      ? `First difference: ${first.sentence}.`
      : firstWay !== null
        ? 'All results and states are the same; the steps take another way.'
        : 'The two are the same, step by step.';
  return (
    <div class="compare-verdict" role="status">
      <p>
        <Icon name={agree ? 'holds' : 'warning'} size={14} title={agree ? 'agree' : 'differ'} /> {text}
      </p>
      {violations.length === 0 ? null : (
        <ul>
          {violations.map((violation) => (
            <li key={violation}>
              <Icon name="violated" size={12} title="violated" /> {violation}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const VERDICTS: Readonly<
  Record<ComparedOperation['verdict'], { readonly sign: string; readonly text: string }>
> = {
  same: { sign: '=', text: 'same' },
  way: { sign: '~', text: 'same state, by another way' },
  result: { sign: '≠', text: 'another result' },
  state: { sign: '≠', text: 'another state' },
  only: { sign: '±', text: 'in one run only' },
};

interface RowsProps {
  readonly operations: readonly ComparedOperation[];
  readonly first: number | null;
  readonly row: number;
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  readonly onChoose: (row: number) => void;
}

function Rows({ operations, first, row, a, b, onChoose }: RowsProps) {
  const roving = useRoving<HTMLTableElement>('vertical', `row ${row}`);
  if (operations.length === 0)
    return (
      <Empty>
        Neither run has an operation. <ToBuild>Add one</ToBuild>
      </Empty>
    );
  return (
    <table class="compare-rows" ref={roving}>
      <caption class="hidden">
        Operations of both runs. A: {a.name}. B: {b.name}.
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden">Verdict</span>
          </th>
          <th scope="col">A: {a.name}</th>
          <th scope="col">B: {b.name}</th>
        </tr>
      </thead>
      <tbody>
        {operations.map((operation, at) => {
          const { sign, text } = VERDICTS[operation.verdict];
          const mark = first === at ? 'first difference: ' : '';
          return (
            <tr
              // rows are told apart by their place alone
              key={at}
              class={`compare-row compare-${operation.verdict}${at === row ? ' compare-chosen' : ''}${first === at ? ' compare-first' : ''}`}
            >
              <td>
                <button
                  type="button"
                  class="compare-sign"
                  data-item={`row ${at}`}
                  tabIndex={-1}
                  aria-pressed={at === row}
                  aria-label={`${mark}${text}. Show the steps of ${operation.textA ?? operation.textB ?? ''}`}
                  title={`${mark}${text}`}
                  onClick={() => onChoose(at)}
                >
                  {sign}
                </button>
              </td>
              <Side text={operation.textA} result={operation.resultA} onChoose={() => onChoose(at)} />
              <Side text={operation.textB} result={operation.resultB} onChoose={() => onChoose(at)} />
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The button in front does the same for the keyboard. */
function Side({
  text,
  result,
  onChoose,
}: {
  text: string | null;
  result: string | null;
  onChoose: () => void;
}) {
  if (text === null) return <td class="compare-none dim">not in this run</td>;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the button of the row is for the keyboard
    <td onClick={onChoose}>
      <code>{text}</code>
      {result === 'ok' || result === null ? null : <span class="badge badge-errno">{result}</span>}
    </td>
  );
}
