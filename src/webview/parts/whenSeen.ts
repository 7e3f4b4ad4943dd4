/**
 * What a picture draws, kept as it was while nobody can see the picture and the run is being gone through: a step that is
 * only passed costs what is in sight. At rest everything is drawn as it is, for those who scroll, search or listen.
 */
import { useComputed, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useSession } from '../state/context';

interface Seen<T> {
  readonly value: T;
  /** For the element that is in sight or not. */
  readonly sight: RefObject<HTMLElement | null>;
}

/** `read` may use signals only, and gives plain data. */
export function useWhenSeen<T>(read: () => T): Seen<T> {
  const session = useSession();
  const sight = useRef<HTMLElement>(null);
  const inSight = useSignal(true);
  const kept = useRef<{ readonly value: T } | null>(null);
  const value = useComputed(() => {
    if (inSight.value || session.resting.value || !kept.current) kept.current = { value: read() };
    return kept.current.value;
  }).value;
  useEffect(() => {
    const element = sight.current;
    if (!element) return;
    const observer = new IntersectionObserver((entries) => {
      inSight.value = entries.at(-1)?.isIntersecting ?? true;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [inSight]);
  return { value, sight };
}
