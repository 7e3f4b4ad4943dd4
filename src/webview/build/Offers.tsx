/**
 * What can be done next, process by process. What cannot be done says why, from the state.
 */
import type { BuildView, OfferInfo } from '../../protocol/building';
import { useRoving } from '../parts/roving';
import { Empty } from '../parts/Section';
import { Act } from '../parts/WayOut';
import { useBuilding } from '../state/context';

export function Offers({ view }: { view: BuildView }) {
  const building = useBuilding();
  const verb = building.draft.value?.verb ?? null;
  const roving = useRoving<HTMLDivElement>('both', verb);
  const refused = view.offers.filter(({ obstacle }) => obstacle !== null);
  return (
    <>
      <Processes view={view} />
      {/* biome-ignore lint/a11y/useSemanticElements: a group of buttons, not of form fields */}
      <div class="verbs" role="group" aria-label="Operation" ref={roving}>
        {view.offers.map((offer) => (
          <Verb key={offer.verb} offer={offer} chosen={offer.verb === verb} />
        ))}
      </div>
      {refused.length === 0 ? null : (
        <details class="refused">
          <summary>
            {refused.length === 1 ? 'One is' : `${refused.length} are`} not possible now: why?
          </summary>
          <ul>
            {refused.map(({ verb: name, obstacle }) => (
              <li key={name}>
                <code>{name}</code> {obstacle?.reason}
                {obstacle?.errno ? <span class="badge badge-errno">{obstacle.errno}</span> : null}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Processes({ view }: { view: BuildView }) {
  const building = useBuilding();
  if (view.processes.length === 0)
    return (
      <Empty>
        No process is left here.{' '}
        <Act onClick={() => building.aim({ kind: 'insert', after: -1 })}>Go on at the beginning</Act>
      </Empty>
    );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of buttons, not of form fields
    <div class="segments build-processes" role="group" aria-label="Process">
      {view.processes.map(({ name }) => (
        <button
          key={name}
          type="button"
          class="segment"
          aria-pressed={name === view.process}
          title={`What ${name} does next`}
          onClick={() => building.chooseProcess(name)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

function Verb({ offer, chosen }: { offer: OfferInfo; chosen: boolean }) {
  const building = useBuilding();
  const { verb, usage, doc, obstacle } = offer;
  const why =
    obstacle && `Not possible now: ${obstacle.reason}${obstacle.errno ? ` (${obstacle.errno})` : ''}`;
  return (
    <button
      type="button"
      class="verb"
      data-item={verb}
      tabIndex={-1}
      aria-pressed={chosen}
      aria-disabled={obstacle !== null}
      aria-description={why ?? undefined}
      title={why ? `${usage}\n${why}` : `${usage}\n${doc}`}
      onClick={() => obstacle === null && building.choose(chosen ? null : offer.operation)}
    >
      {verb}
    </button>
  );
}
