/**
 * A panel over the page that closes with Escape or a click elsewhere, and gives the focus back.
 */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  readonly label: string;
  readonly class: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Popover({ label, class: className, onClose, children }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const panel = ref.current;
    panel?.querySelector<HTMLElement>('input, [data-first]')?.focus();
    const outside = (event: PointerEvent) => {
      if (panel && !panel.contains(event.target as Node) && !opener(event.target)) onClose();
    };
    document.addEventListener('pointerdown', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      const inside = document.activeElement === document.body || panel?.contains(document.activeElement);
      if (inside && before instanceof HTMLElement) before.focus();
    };
  }, [onClose]);
  return (
    <div
      ref={ref}
      role="dialog"
      aria-label={label}
      class={`popover ${className}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      {children}
    </div>
  );
}

/** The button that opened the panel closes it itself. */
function opener(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[aria-haspopup][aria-expanded="true"]') !== null;
}
