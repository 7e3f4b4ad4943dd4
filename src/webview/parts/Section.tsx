/**
 * A section with a heading that folds it, and, for pictures, a switch to the same as text.
 */
import type { ComponentChildren, RefObject } from 'preact';
import { useId } from 'preact/hooks';
import { useSession } from '../state/context';
import type { Twin } from '../state/settings';
import { Icon } from './Icon';

interface Props {
  readonly id: string;
  readonly title: string;
  /** Beside the title, small. */
  readonly note?: ComponentChildren;
  readonly twin?: Twin;
  readonly actions?: ComponentChildren;
  /** Of `useWhenSeen`. */
  readonly sight?: RefObject<HTMLElement | null> | undefined;
  readonly children: ComponentChildren;
}

export function Section({ id, title, note, twin, actions, sight, children }: Props) {
  const session = useSession();
  const heading = useId();
  const folded = session.isFolded(id);
  const asText = twin !== undefined && session.settings.value.asText.includes(twin);
  return (
    <section class={`section section-${id}`} aria-labelledby={heading} ref={sight ?? null}>
      <header class="section-head">
        <h2 id={heading}>
          <button type="button" class="fold" aria-expanded={!folded} onClick={() => session.toggleFolded(id)}>
            <span>{title}</span>
            <Icon name={folded ? 'chevronRight' : 'chevronDown'} size={12} />
          </button>
        </h2>
        {note === undefined ? null : <span class="section-note">{note}</span>}
        <span class="spring" />
        {actions}
        {twin === undefined || folded ? null : (
          <button
            type="button"
            class="icon-button"
            aria-pressed={asText}
            aria-label={`${title} as text`}
            title={asText ? 'Show the picture' : 'Show as text'}
            onClick={() => session.toggleText(twin)}
          >
            <Icon name={asText ? 'picture' : 'text'} size={14} />
          </button>
        )}
      </header>
      {folded ? null : <div class="section-body">{children}</div>}
    </section>
  );
}

/** Is this picture to be shown as text? */
export function useAsText(twin: Twin): boolean {
  return useSession().settings.value.asText.includes(twin);
}

/** Why there is nothing, and what to do. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
