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
      {truncated === null ? null : (
        <div class="notice notice-warning">
          <Icon name="warning" title="warning" />
          <span>{truncated}</span>
        </div>
      )}
    </div>
  );
}
