/**
 * The builder: the scenario's text, what can be done next, its arguments on the address axis, and what it would do.
 */
import { useEffect } from 'preact/hooks';
import type { BuildView } from '../../protocol/building';
import { Icon } from '../parts/Icon';
import { Empty, Section } from '../parts/Section';
import { useBuilding, useSession } from '../state/context';
import { AddressAxis } from './AddressAxis';
import { Arguments } from './Arguments';
import { Do } from './Do';
import { Offers } from './Offers';
import { Outcome } from './Outcome';
import { Script } from './Script';

export function BuildPanel() {
  const building = useBuilding();
  const session = useSession();
  const running = session.run.value !== null;
  useEffect(() => {
    building.watch(true);
    return () => building.watch(false);
  }, [building, running]);
  const view = building.view.value;
  if (!running) {
    return (
      <Section id="build-start" title="Build a scenario">
        <Empty>Nothing runs yet. Begin an empty scenario, or choose one above and change it.</Empty>
        <div class="build-actions">
          <Do
            primary
            label="Begin an empty scenario"
            hint="An untitled .rmap file, written as you choose"
            onClick={() => session.post({ type: 'newScenario' })}
          />
        </div>
      </Section>
    );
  }
  if (!view) return <p class="empty build-waiting">Looking at the scenario…</p>;
  return (
    <div class="build">
      <Script view={view} />
      <NextOperation view={view} />
    </div>
  );
}

function NextOperation({ view }: { view: BuildView }) {
  const building = useBuilding();
  const draft = building.draft.value;
  const target = building.target.value;
  const title = target.kind === 'replace' ? `Instead of operation ${target.index + 1}` : 'Next operation';
  const note =
    target.kind === 'replace'
      ? 'as the state is before it'
      : view.after < 0
        ? 'at the beginning'
        : `behind operation ${view.after + 1}`;
  const vmas = view.processes.find(({ name }) => name === (draft?.process ?? view.process))?.vmas ?? [];
  return (
    <Section
      id="next"
      title={title}
      note={`${note}, ${view.profile}`}
      actions={
        target.kind === 'replace' ? (
          <button
            type="button"
            class="icon-button"
            aria-label="Leave the operation as it is"
            title="Leave the operation as it is"
            onClick={() => building.aim({ kind: 'insert', after: target.index })}
          >
            <Icon name="close" size={14} />
          </button>
        ) : null
      }
    >
      <Offers view={view} />
      {draft === null ? (
        <Empty>
          Choose what {view.process || 'a process'} does. What it would do shows here before it is written.
        </Empty>
      ) : (
        <>
          <AddressAxis
            process={draft.process}
            vmas={vmas}
            draft={draft}
            onChange={(next) => building.choose(next)}
          />
          <Arguments view={view} draft={draft} onChange={(next) => building.choose(next)} />
          {view.preview && view.preview.operation.verb === draft.verb ? (
            <Outcome view={view} preview={view.preview} />
          ) : null}
        </>
      )}
    </Section>
  );
}
