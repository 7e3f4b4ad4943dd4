/**
 * The head of the explorer: which scenario runs, on which kernel, against which tree.
 */
import { HEAD_ACTIONS } from '../layout/panels';
import { Icon } from '../parts/Icon';
import { useSession } from '../state/context';
import { ScenarioPicker } from './ScenarioPicker';

export function Header() {
  const session = useSession();
  const run = session.run.value;
  const waiting = session.waiting.value;
  return (
    <header class="head">
      <ScenarioPicker />
      <ProfilePicker />
      {run ? <Chips /> : null}
      <span class="spring" />
      {waiting === null ? null : (
        <span class="waiting" role="status">
          {waiting}…
        </span>
      )}
      {run ? HEAD_ACTIONS.map(({ id, Content }) => <Content key={id} />) : null}
      {run ? (
        <button
          type="button"
          class="text-button"
          title="Open the scenario as text beside the explorer"
          onClick={() => session.post({ type: 'openScenario', line: null })}
        >
          <Icon name="script" size={14} />
          <span>Scenario text</span>
        </button>
      ) : null}
    </header>
  );
}

function ProfilePicker() {
  const session = useSession();
  const profiles = session.profiles.value;
  const run = session.run.value;
  if (profiles.length === 0) return null;
  return (
    <label class="picker">
      <span class="hidden">Kernel that is simulated</span>
      <select
        title="Kernel that is simulated"
        value={run?.data.profile.id ?? profiles[0]?.id}
        onChange={(event) => session.setProfile(event.currentTarget.value)}
      >
        {profiles.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

function Chips() {
  const session = useSession();
  const { data } = session.run.value ?? {};
  if (!data) return null;
  const { tree, engine, trace } = data;
  const engineName = engine === 'simulation' ? 'Simulation' : 'Interpreted C';
  return (
    <span class="chips">
      <span
        class={`chip${tree === null ? ' chip-off' : ''}`}
        title={
          tree === null
            ? 'Open a folder with Linux sources, and each step shows its line there'
            : 'Kernel tree in which each step shows its line'
        }
      >
        {tree ?? 'no kernel tree open'}
      </span>
      <button
        type="button"
        class="chip chip-engine"
        title={`What ran the scenario, kernel profile ${trace.profile}. Press to choose another engine`}
        onClick={() => session.post({ type: 'chooseEngine' })}
      >
        {engineName}
      </button>
      <Badge />
    </span>
  );
}

/** Whether the simulation does what the text of the tree does. */
function Badge() {
  const session = useSession();
  const agreement = session.text.value?.agreement ?? null;
  if (agreement === null) return null;
  if (agreement.state === 'differs')
    return (
      <button
        type="button"
        class="chip chip-differs"
        title={agreement.text}
        onClick={() => session.post({ type: 'showDifference' })}
      >
        <Icon name="warning" size={12} /> differs from this file: show me
      </button>
    );
  const agrees = agreement.state === 'agrees';
  return (
    <span class={`chip${agrees ? ' chip-agrees' : ' chip-off'}`} title={agreement.text}>
      <Icon name={agrees ? 'holds' : 'info'} size={12} />{' '}
      {agrees ? agreement.text : 'not compared with this file'}
    </span>
  );
}
