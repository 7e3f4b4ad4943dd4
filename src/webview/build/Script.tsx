/**
 * The scenario as text, line by line: an operation is chosen to be changed, and the place where the next one goes.
 */
import type { BuildLine, BuildView } from '../../protocol/building';
import { Icon } from '../parts/Icon';
import { useRoving } from '../parts/roving';
import { Section } from '../parts/Section';
import { useBuilding, useSession } from '../state/context';
import { Do } from './Do';

export function Script({ view }: { view: BuildView }) {
  const building = useBuilding();
  const session = useSession();
  const target = building.target.value;
  const roving = useRoving<HTMLOListElement>('vertical', `line ${chosenLine(view, target)}`);
  const { undo } = view;
  const document =
    view.kind === 'sample'
      ? 'a sample: the first change makes it an untitled file of your own'
      : `${view.name}${view.dirty ? ', not saved' : view.kind === 'untitled' ? ', untitled' : ''}`;
  return (
    <Section id="script" title="Scenario" note={document}>
      <ol class="script" ref={roving} aria-label="Lines of the scenario">
        {view.lines.map((line, at) => (
          <ScriptLine
            // lines are told apart by their place alone
            key={at}
            line={line}
            number={at + 1}
            view={view}
          />
        ))}
        <InsertionMark view={view} last />
      </ol>
      {view.limit === null ? null : <p class="dim">{view.limit}</p>}
      <div class="build-actions">
        <Do
          label="Undo"
          why={undo.possible ? null : undo.text}
          hint={undo.text}
          onClick={() => session.post({ type: 'undoEdit' })}
        />
        <Do
          label="Copy text"
          hint="Copy the scenario to the clipboard, to share it"
          onClick={() => session.post({ type: 'copyText', what: 'scenario' })}
        />
        <Do
          label="Save"
          why={view.kind === 'file' && !view.dirty ? 'Everything is saved.' : null}
          hint={
            view.kind === 'sample' ? 'Save a copy of the sample as a file of your own' : 'Save the scenario'
          }
          onClick={() => session.post({ type: 'saveScenario' })}
        />
        <Do
          label="Open text"
          hint="Open the text beside the explorer: what is typed there shows here"
          onClick={() => session.post({ type: 'openScenario', line: null })}
        />
      </div>
    </Section>
  );
}

function chosenLine(view: BuildView, target: ReturnType<typeof useBuilding>['target']['value']): number {
  const operation = target.kind === 'replace' ? target.index : view.after;
  return view.lines.findIndex((line) => line.operation === operation) + 1;
}

function ScriptLine({ line, number, view }: { line: BuildLine; number: number; view: BuildView }) {
  const building = useBuilding();
  const target = building.target.value;
  const { operation, value } = line;
  if (operation === null || value === null) {
    return (
      <li class={`script-line script-${line.kind}`}>
        <span class="script-number">{number}</span>
        <code>{line.text || ' '}</code>
        {line.problem === null ? null : (
          <span class="script-problem" role="alert">
            <Icon name="warning" size={12} title="wrong" /> {line.problem}
          </span>
        )}
      </li>
    );
  }
  const chosen = target.kind === 'replace' && target.index === operation;
  return (
    <>
      <li class={`script-line script-operation${chosen ? ' script-chosen' : ''}`}>
        <span class="script-number">{number}</span>
        <button
          type="button"
          class="script-text"
          data-item={`line ${number}`}
          tabIndex={-1}
          aria-pressed={chosen}
          title={`Operation ${operation + 1}: change it, or try another in its place`}
          onClick={() =>
            chosen
              ? building.aim({ kind: 'insert', after: operation })
              : building.aim({ kind: 'replace', index: operation }, value)
          }
        >
          <code>{line.text}</code>
        </button>
        <span class="spring" />
        <LineActions operation={operation} last={operation === view.operations - 1} number={number} />
        {line.problem === null ? null : (
          <span class="script-problem" role="alert">
            <Icon name="warning" size={12} title="wrong" /> {line.problem}
          </span>
        )}
      </li>
      {target.kind === 'insert' && view.after === operation ? (
        <InsertionMark view={view} last={false} />
      ) : null}
    </>
  );
}

function LineActions({ operation, last, number }: { operation: number; last: boolean; number: number }) {
  const building = useBuilding();
  const act = (name: string, icon: string, why: string | null, run: () => void) => (
    <button
      key={name}
      type="button"
      class="icon-button tiny"
      data-item={`${name} ${number}`}
      tabIndex={-1}
      aria-label={`${name} operation ${operation + 1}`}
      aria-disabled={why !== null}
      title={why ?? `${name} operation ${operation + 1}`}
      onClick={() => why === null && run()}
    >
      <span aria-hidden="true">{icon}</span>
    </button>
  );
  return (
    <span class="script-actions">
      {act('Go on behind', '+', null, () => building.aim({ kind: 'insert', after: operation }))}
      {act('Move up', '↑', operation === 0 ? 'It is the first operation' : null, () =>
        building.edit({ kind: 'move', index: operation, by: -1 }),
      )}
      {act('Move down', '↓', last ? 'It is the last operation' : null, () =>
        building.edit({ kind: 'move', index: operation, by: 1 }),
      )}
      {act('Remove', '✕', null, () => building.edit({ kind: 'remove', index: operation }))}
    </span>
  );
}

/** Where the next operation goes, with its text as far as it has been put together. */
function InsertionMark({ view, last }: { view: BuildView; last: boolean }) {
  const building = useBuilding();
  const target = building.target.value;
  const nothingAbove = view.operations === 0;
  if (last && !nothingAbove) return null;
  if (target.kind !== 'insert') return null;
  const text = building.draft.value ? view.preview?.text : null;
  return (
    <li class="script-line script-insert">
      <span class="script-number" aria-hidden="true">
        +
      </span>
      <code>{text ?? 'the next operation goes here'}</code>
    </li>
  );
}
