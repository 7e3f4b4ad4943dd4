/**
 * Turns pointer and focus anywhere in the explorer into what is pointed at. Elements say what they stand for:
 * `data-object="7"`, `data-field="refcount"` (of the nearest object), `data-invariant="lock/order"`.
 */
import { type Signal, signal } from '@preact/signals';
import type { Session } from './session';
import { sameTarget, type Target } from './target';

export interface Anchor {
  readonly target: Target;
  readonly rect: DOMRect;
}

/** Milliseconds before a card opens, and before it goes when the pointer has left. */
const OPEN_AFTER = 450;
const CLOSE_AFTER = 220;

export class Pointing {
  /** The card on show, beside the element that it is about. */
  readonly card: Signal<Anchor | null> = signal(null);
  private opening = 0;
  private closing = 0;

  constructor(private readonly session: Session) {}

  /** Listens below an element. Returns how to stop. */
  attach(root: HTMLElement): () => void {
    const over = (event: Event) => this.over(event.target);
    const leave = () => this.over(null);
    const click = (event: MouseEvent) => this.click(event);
    const scroll = () => this.hide();
    root.addEventListener('pointerover', over);
    root.addEventListener('focusin', over);
    root.addEventListener('pointerleave', leave);
    root.addEventListener('focusout', leave);
    root.addEventListener('click', click);
    root.addEventListener('scroll', scroll, true);
    return () => {
      root.removeEventListener('pointerover', over);
      root.removeEventListener('focusin', over);
      root.removeEventListener('pointerleave', leave);
      root.removeEventListener('focusout', leave);
      root.removeEventListener('click', click);
      root.removeEventListener('scroll', scroll, true);
      this.hide();
    };
  }

  hide(): void {
    window.clearTimeout(this.opening);
    window.clearTimeout(this.closing);
    this.card.value = null;
  }

  private over(element: EventTarget | null): void {
    if (!(element instanceof Element)) {
      window.clearTimeout(this.opening);
      this.session.point(null);
      this.closeSoon();
      return;
    }
    if (element.closest('.card')) {
      window.clearTimeout(this.closing);
      return;
    }
    const target = targetOf(element);
    this.session.point(target);
    const shown = this.card.peek();
    if (shown && sameTarget(shown.target, target)) {
      window.clearTimeout(this.closing);
      return;
    }
    window.clearTimeout(this.opening);
    this.closeSoon();
    if (!target || target.type === 'invariant' || element.closest('[data-nocard]')) return;
    const anchor = element.closest<HTMLElement>('[data-field], [data-object]');
    if (anchor)
      this.opening = window.setTimeout(
        () => {
          window.clearTimeout(this.closing);
          if (anchor.isConnected) this.card.value = { target, rect: anchor.getBoundingClientRect() };
        },
        shown ? OPEN_AFTER / 3 : OPEN_AFTER,
      );
  }

  /** Takes away the card on show, not one that is about to open. */
  private closeSoon(): void {
    window.clearTimeout(this.closing);
    this.closing = window.setTimeout(() => {
      this.card.value = null;
    }, CLOSE_AFTER);
  }

  /** A click on an item selects what it stands for. */
  private click(event: MouseEvent): void {
    if (event.defaultPrevented || !(event.target instanceof Element)) return;
    const item = event.target.closest('[data-select]');
    const target = item && targetOf(item);
    if (!target) return;
    this.hide();
    this.session.select(target);
  }
}

/** What an element stands for. */
export function targetOf(element: Element): Target | null {
  const marked = element.closest<HTMLElement>('[data-field], [data-object], [data-invariant]');
  if (!marked) return null;
  const { invariant, field } = marked.dataset;
  if (invariant !== undefined) return { type: 'invariant', id: invariant };
  const object = marked.closest<HTMLElement>('[data-object]')?.dataset['object'];
  const id = Number(object);
  if (object === undefined || !Number.isSafeInteger(id)) return null;
  return field === undefined ? { type: 'object', id } : { type: 'field', id, field };
}
