/**
 * What the reader should know now: a message from the host, or a run that a limit has cut short.
 */
import { Icon } from '../parts/Icon';
import { useSession } from '../state/context';

export function NoticeBar() {
  const session = useSession();
  const notice = session.notice.value;
  const truncated = session.run.value?.data.trace.truncated ?? null;
  return (
    <div class="notices" aria-live="polite">
      {notice ? (
        <div class={`notice notice-${notice.level}`}>
          <Icon name={notice.level === 'info' ? 'info' : 'warning'} title={notice.level} />
          <span>{notice.text}</span>
          <span class="spring" />
          <button
            type="button"
            class="icon-button"
            aria-label="Dismiss"
            title="Dismiss"
            onClick={() => {
              session.notice.value = null;
            }}
          >
            <Icon name="close" size={14} />
          </button>
        </div>
      ) : null}
      <TextNotices />
      {truncated === null ? null : (
        <div class="notice notice-warning">
          <Icon name="warning" title="warning" />
          <span>{truncated}</span>
        </div>
      )}
    </div>
  );
}

/** What edits of the text change, and why the run is older than the text. */
function TextNotices() {
  const session = useSession();
  const text = session.text.value;
  if (!text) return null;
  const { stale, effect } = text;
  return (
    <>
      {stale === null ? null : (
        <div class="notice notice-warning" data-notice="stale">
          <Icon name="warning" title="warning" />
          <span>Stale: the last good run is shown, since the text as it stands cannot be run. {stale}</span>
        </div>
      )}
      {effect === null ? null : (
        <div class={`notice notice-${effect.change === 'violation' ? 'error' : 'info'}`} data-notice="edit">
          <Icon name={effect.change === 'violation' ? 'warning' : 'info'} title={effect.change} />
          <span>{effect.text}.</span>
          <span class="spring" />
          {effect.change === 'none' ? null : (
            <button
              type="button"
              class="text-button"
              onClick={() => session.post({ type: 'showEditEffect' })}
            >
              Compare with before
            </button>
          )}
        </div>
      )}
    </>
  );
}
