/**
 * The C code being run: the lines around the current statement, as the editor has them. Lines that the run comes to
 * are marked, and lead to the step that does.
 */

import type { Location } from '../../trace/step';
import { endsInComment, nearestStep, type Piece, piecesOf, placeOf, withoutIndent } from '../model/code';
import { stepNumber } from '../model/frame';
import { counted } from '../parts/Bits';
import { useRoving } from '../parts/roving';
import { Empty, Section } from '../parts/Section';
import { MakeFirstStep, Nearest, OpenText } from '../parts/WayOut';
import { useMoment, useRun, useSession } from '../state/context';

/** Lines above and below the statement: few, and many. */
const FEW = 2;
const MANY = 12;

export function Code() {
  const session = useSession();
  const moment = useMoment();
  const run = useRun();
  const position = moment.position.value;
  const place = position < 0 ? null : placeOf(run.data, position);
  const many = session.settings.value.manyLines;
  return (
    <Section
      id="code"
      title="Code"
      actions={
        <button
          type="button"
          class="text-toggle"
          aria-pressed={many}
          title={many ? 'Show fewer lines' : 'Show more lines'}
          onClick={() => session.save({ manyLines: !many })}
        >
          more lines
        </button>
      }
    >
      {place === null ? (
        <Empty>
          Nothing runs before the first step. <MakeFirstStep />
        </Empty>
      ) : place.type === 'known' ? (
        <CodeLines location={place.location} around={many ? MANY : FEW} />
      ) : place.tree ? (
        <Empty>
          This step has no line to show: {place.why}. The simulation does it, the C text does not name it so.{' '}
          <NearestPlace />
        </Empty>
      ) : (
        <NoTree />
      )}
    </Section>
  );
}

/** To a step that stands in the text. */
function NearestPlace() {
  const { data } = useRun();
  return (
    <Nearest
      is={({ number }) => placeOf(data, number).type === 'known'}
      next="The next step with a line is"
      last="The last step with a line was"
      none="No step of this run has one."
    />
  );
}

function NoTree() {
  const session = useSession();
  return (
    <Empty>
      No kernel tree is open, so there is no C text to show. The simulation runs without one.{' '}
      <button type="button" class="link" onClick={() => session.post({ type: 'chooseTree' })}>
        Choose a kernel tree…
      </button>
    </Empty>
  );
}

function CodeLines({ location, around }: { location: Location; around: number }) {
  const session = useSession();
  const from = Math.max(0, location.line - around);
  const to = Math.max(location.line, Math.min(location.endLine, location.line + 8)) + around + 1;
  const found = session.source.lines(location.file, from, to);
  const roving = useRoving<HTMLOListElement>('vertical', String(location.line));
  if (!found.known)
    return found.problem === null ? (
      <Empty>The lines are on their way.</Empty>
    ) : (
      <Empty>
        {found.problem} <ChooseAnother />
      </Empty>
    );
  if (found.lines.length === 0)
    return (
      <Empty>
        {location.file} has no line {location.line + 1} any more: save it, or run the scenario again.{' '}
        <OpenText />
      </Empty>
    );
  const lines = withoutIndent(found.lines);
  let comment = false;
  return (
    <ol
      class="code-lines"
      ref={roving}
      aria-label={`Code around line ${location.line + 1} of ${location.file}`}
    >
      {lines.map((text, index) => {
        const begins = comment;
        comment = endsInComment(text, begins);
        const line = from + index;
        return (
          <CodeLine
            key={line}
            file={location.file}
            line={line}
            pieces={piecesOf(text, begins)}
            current={line >= location.line && line <= location.endLine}
          />
        );
      })}
    </ol>
  );
}

function ChooseAnother() {
  const session = useSession();
  return (
    <button type="button" class="link" onClick={() => session.post({ type: 'chooseTree' })}>
      Choose another kernel tree…
    </button>
  );
}

interface LineProps {
  readonly file: string;
  readonly line: number;
  readonly pieces: readonly Piece[];
  readonly current: boolean;
}

function CodeLine({ file, line, pieces, current }: LineProps) {
  const session = useSession();
  const moment = useMoment();
  const run = useRun();
  const steps = run.stepsByLine.on(file, line);
  const other = nearestStep(steps, moment.position.value);
  const number = String(line + 1);
  return (
    <li class={`code-line${current ? ' code-now' : ''}`} aria-current={current ? 'step' : undefined}>
      {other === null ? (
        <span class="code-number">{number}</span>
      ) : (
        <button
          type="button"
          class="code-number code-reached"
          data-item={number}
          tabIndex={-1}
          aria-label={`line ${number}, ${counted(steps.length, 'step')} of this run`}
          title={`${counted(steps.length, 'step')} of this run here: go to step ${stepNumber(other)}`}
          onClick={() => session.moveTo(other)}
        >
          {number}
        </button>
      )}
      <code>
        {pieces.map((piece, index) => (
          <span key={index} class={`code-${piece.tone}`}>
            {piece.text}
          </span>
        ))}
      </code>
    </li>
  );
}
