/**
 * One tab stop for a composite, arrows inside: moves the focus to the nearest item in the direction of the arrow.
 * Items are the elements with `data-item`; their own tabindex must be -1 in the markup.
 */
import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/** `current` names the item that Tab leads to first, such as the current step. Returns what the composite takes as ref. */
export function useRoving<E extends HTMLElement>(
  directions: 'both' | 'vertical' | 'horizontal' = 'both',
  current: string | null = null,
): RefObject<E | null> {
  const active = useRef<string | null>(null);
  // the element may come later than the hook, go when its section is folded, and be another one after that
  const [root, setRoot] = useState<E | null>(null);
  const ref = useMemo(() => {
    let element: E | null = null;
    return {
      get current(): E | null {
        return element;
      },
      set current(next: E | null) {
        element = next;
        setRoot(next);
      },
    };
  }, []);

  useEffect(() => {
    active.current = current;
    if (!root) return;
    const refresh = () => offerOne(root, active.current);
    refresh();
    const observer = new MutationObserver(refresh);
    observer.observe(root, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [root, current]);

  useEffect(() => {
    if (!root) return;
    const onFocus = (event: FocusEvent) => {
      const item = itemAt(event.target);
      if (!item) return;
      active.current = item.dataset['item'] ?? null;
      offerOne(root, active.current);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !isArrow(event.key)) return;
      const vertical = event.key === 'ArrowUp' || event.key === 'ArrowDown';
      const from = itemAt(event.target);
      if (!from || (directions !== 'both' && vertical !== (directions === 'vertical'))) return;
      event.preventDefault();
      event.stopPropagation();
      nearest(from, itemsOf(root), event.key)?.focus();
    };
    root.addEventListener('focusin', onFocus);
    root.addEventListener('keydown', onKey);
    return () => {
      root.removeEventListener('focusin', onFocus);
      root.removeEventListener('keydown', onKey);
    };
  }, [root, directions]);
  return ref;
}

function itemAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-item]') : null;
}

function isArrow(key: string): key is Direction {
  return key === 'ArrowLeft' || key === 'ArrowRight' || key === 'ArrowUp' || key === 'ArrowDown';
}

function itemsOf(root: Element): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('[data-item]')];
}

function offerOne(root: Element, active: string | null): void {
  const items = itemsOf(root);
  const chosen = items.find((item) => item.dataset['item'] === active) ?? items[0];
  for (const item of items) {
    const tabIndex = item === chosen ? 0 : -1;
    if (item.tabIndex !== tabIndex) item.tabIndex = tabIndex;
  }
}

/** The item whose middle is nearest in the direction, sideways distance counting double. */
function nearest(from: HTMLElement, items: readonly HTMLElement[], direction: Direction): HTMLElement | null {
  const a = middle(from);
  let best: HTMLElement | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const item of items) {
    if (item === from) continue;
    const b = middle(item);
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    const [along, across] =
      direction === 'ArrowLeft'
        ? [-dx, dy]
        : direction === 'ArrowRight'
          ? [dx, dy]
          : direction === 'ArrowUp'
            ? [-dy, dx]
            : [dy, dx];
    if (along <= 1) continue;
    const distance = along + 2 * Math.abs(across);
    if (distance < least) {
      least = distance;
      best = item;
    }
  }
  return best;
}

function middle(element: HTMLElement): { x: number; y: number } {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
