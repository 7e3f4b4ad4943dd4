/**
 * A button that says why it cannot be pressed, where it cannot.
 */
import type { ComponentChildren } from 'preact';

interface Props {
  readonly label: string;
  readonly hint: string;
  /** Why not; null when it can be pressed. */
  readonly why?: string | null;
  readonly primary?: boolean;
  readonly children?: ComponentChildren;
  readonly onClick: () => void;
}

export function Do({ label, hint, why = null, primary = false, children, onClick }: Props) {
  return (
    <button
      type="button"
      class={primary ? 'button build-primary' : 'button'}
      aria-disabled={why !== null}
      aria-description={why ?? undefined}
      title={why ?? hint}
      onClick={() => why === null && onClick()}
    >
      {children}
      {label}
    </button>
  );
}
