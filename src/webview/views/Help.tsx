/**
 * The keys, and what the icons of the steps mean.
 */
import { KindIcon, STEP_KINDS } from '../parts/Bits';
import { Icon } from '../parts/Icon';
import { Popover } from '../parts/Popover';
import { useSession } from '../state/context';
import { KEYS } from '../state/keys';

export function Help({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const { singleKeys } = session.settings.value;
  return (
    <Popover label="Keys and signs" class="help" onClose={onClose}>
      <div class="help-head">
        <h2>Keys</h2>
        <span class="spring" />
        <button
          type="button"
          class="icon-button"
          data-first
          aria-label="Close"
          title="Close (Esc)"
          onClick={onClose}
        >
          <Icon name="close" size={14} />
        </button>
      </div>
      <dl class="keys">
        {KEYS.map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={singleKeys}
          onChange={(event) => session.save({ singleKeys: event.currentTarget.checked })}
        />
        <span>Keys that are a single character</span>
      </label>
      <h2>Signs of the steps</h2>
      <ul class="signs">
        {STEP_KINDS.map(([kind, words]) => (
          <li key={kind}>
            <KindIcon kind={kind} />
            <span>{words}</span>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
