/**
 * The rows of a list that may be very long: drawn in chunks, and only those near what can be seen.
 */
import type { ComponentChild, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const CHUNK = 24;
/** Height of a row that has never been drawn, in pixels. */
const GUESS = 26;

interface Props<T> {
  readonly items: readonly T[];
  /** Index of the item on show: the chunk that holds it is always drawn, and so is a short list. -1: none. */
  readonly current: number;
  /** What scrolls the list; null: the page. */
  readonly scroller: RefObject<HTMLElement | null>;
  readonly row: (item: T) => ComponentChild;
}

/** Children of an `ol`. */
export function Chunks<T>({ items, current, scroller, row }: Props<T>) {
  const starts: number[] = [];
  for (let from = 0; from < items.length; from += CHUNK) starts.push(from);
  return (
    <>
      {starts.map((from) => (
        <Chunk
          key={from}
          size={Math.min(CHUNK, items.length - from)}
          scroller={scroller}
          force={items.length <= CHUNK || (from <= current && current < from + CHUNK)}
        >
          {() => items.slice(from, from + CHUNK).map(row)}
        </Chunk>
      ))}
    </>
  );
}

interface ChunkProps {
  readonly size: number;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly force: boolean;
  readonly children: () => ComponentChild;
}

function Chunk({ size, scroller, force, children }: ChunkProps) {
  const [near, setNear] = useState(false);
  const ref = useRef<HTMLLIElement>(null);
  const height = useRef(size * GUESS);
  const drawn = near || force;

  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1);
        // as high as it was while it was drawn; asking for it here costs no layout
        if (last && !last.isIntersecting && last.boundingClientRect.height > 0)
          height.current = last.boundingClientRect.height;
        setNear(last?.isIntersecting ?? false);
      },
      { root: scroller.current, rootMargin: '240px 0px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);

  return (
    <li class="chunk" ref={ref} style={drawn ? undefined : { height: `${height.current}px` }}>
      {drawn ? <ol>{children()}</ol> : null}
    </li>
  );
}
