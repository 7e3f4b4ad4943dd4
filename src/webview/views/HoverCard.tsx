/**
 * The card beside what the pointer or the focus is on.
 */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useSession } from '../state/context';
import type { Pointing } from '../state/pointing';
import { sameTarget } from '../state/target';
import { ObjectDetails } from './Inspector';

const MARGIN = 6;

export function HoverCard({ pointing }: { pointing: Pointing }) {
  const session = useSession();
  const anchor = pointing.card.value;
  const ref = useRef<HTMLElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);

  useLayoutEffect(() => {
    const card = ref.current;
    if (!anchor || !card) {
      setPlace(null);
      return;
    }
    const { rect } = anchor;
    const { offsetWidth: width, offsetHeight: height } = card;
    const below = rect.bottom + MARGIN;
    const above = rect.top - MARGIN - height;
    const top = below + height <= window.innerHeight || above < 0 ? below : above;
    setPlace({
      left: Math.max(MARGIN, Math.min(rect.left, window.innerWidth - width - MARGIN)),
      top: Math.max(MARGIN, Math.min(top, window.innerHeight - height - MARGIN)),
    });
  }, [anchor]);

  if (!anchor || anchor.target.type === 'invariant') return null;
  if (sameTarget(anchor.target, session.selected.value)) return null;
  const { target } = anchor;
  return (
    <aside
      ref={ref}
      class={`card${place ? ' card-placed' : ''}`}
      aria-label="What is pointed at"
      style={place ? { left: `${place.left}px`, top: `${place.top}px` } : undefined}
    >
      <ObjectDetails id={target.id} field={target.type === 'field' ? target.field : null} />
    </aside>
  );
}
