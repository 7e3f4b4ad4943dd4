/**
 * Fewer objects in the pictures of the state: by name, or only what is linked to the selection.
 */
import { useId } from 'preact/hooks';
import { counted } from '../parts/Bits';
import { Icon } from '../parts/Icon';
import { useMoment, useSession } from '../state/context';

export function Filter() {
  const session = useSession();
  const moment = useMoment();
  const { objectFilter, around } = session.settings.value;
  const input = useId();
  const shown = moment.shown.value;
  const selected = session.selected.value;
  const possible = selected !== null && selected.type !== 'invariant';
  const lanes = moment.lanes.value;
  const visible = shown === null ? lanes.length : lanes.filter(({ mm }) => shown.has(mm)).length;
  return (
    <search class="filter objects-filter">
      <Icon name="search" size={12} />
      <label class="hidden" for={input}>
        Show only these processes, VMAs, anon_vmas
      </label>
      <input
        id={input}
        type="text"
        spellcheck={false}
        placeholder="Show only, such as C1 A0 32-36"
        value={objectFilter}
        onInput={(event) => session.save({ objectFilter: event.currentTarget.value })}
      />
      <button
        type="button"
        class="text-toggle"
        aria-pressed={around}
        aria-disabled={!possible && !around}
        aria-description={possible || around ? undefined : 'select an object in a picture first'}
        title={
          possible || around
            ? 'Show only what is linked to the selection'
            : 'Show only what is linked to the selection: select an object in a picture first'
        }
        onClick={() => (possible || around) && session.save({ around: !around })}
      >
        linked to selection
      </button>
      {shown === null ? null : (
        <span class="filter-state">
          {visible} of {counted(lanes.length, 'process', 'processes')}{' '}
          <button
            type="button"
            class="link"
            onClick={() => session.save({ objectFilter: '', around: false })}
          >
            show all
          </button>
        </span>
      )}
    </search>
  );
}

/** In a picture that the filter has emptied. */
export function NothingShown() {
  const session = useSession();
  return (
    <p class="empty">
      Nothing here has that name.{' '}
      <button type="button" class="link" onClick={() => session.save({ objectFilter: '', around: false })}>
        Show all
      </button>
    </p>
  );
}
