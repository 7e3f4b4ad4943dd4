/**
 * The rows of a list that may be very long: drawn in chunks, and only those near what can be seen.
 */
import type { ComponentChild, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { memo } from './memo';

/** Few, so that little is drawn beyond what can be seen. */
const CHUNK = 8;
/** Height of a row that has never been drawn, in pixels. */
const GUESS = 26;
/** A list that is no longer is drawn at once. */
const SHORT = 24;

interface Props<T> {
  readonly items: readonly T[];
  /** Index of the item on show: the chunk that holds it and those beside it are always drawn. -1: none. */
  readonly current: number;
  /** What scrolls the list; null: the page. */
  readonly scroller: RefObject<HTMLElement | null>;
  /** Draws a row. Where chunks are told apart by `mark`, it may use nothing else that changes. */
  readonly row: (item: T, index: number) => ComponentChild;
  /** What the rows of a chunk, `from` to `to`, look like apart from the items: another text, and they are drawn again. */
  readonly mark?: (from: number, to: number) => string;
}

/** Children of an `ol`. */
export function Chunks<T>({ items, current, scroller, row, mark }: Props<T>) {
  const starts: number[] = [];
  for (let from = 0; from < items.length; from += CHUNK) starts.push(from);
  return (
    <>
      {starts.map((from) => (
        <Chunk
          key={from}
          items={items}
          from={from}
          scroller={scroller}
          force={
            items.length <= SHORT || (from - CHUNK <= current && current < from + 2 * CHUNK && current >= 0)
          }
          mark={mark?.(from, from + CHUNK)}
          row={row as (item: unknown, index: number) => ComponentChild}
        />
      ))}
    </>
  );
}

interface ChunkProps {
  readonly items: readonly unknown[];
  readonly from: number;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly force: boolean;
  readonly mark: string | undefined;
  readonly row: (item: unknown, index: number) => ComponentChild;
}

const Chunk = memo(
  ({ items, from, scroller, force, row }: ChunkProps) => {
    const own = items.slice(from, from + CHUNK);
    const [near, setNear] = useState(false);
    const ref = useRef<HTMLLIElement>(null);
    const height = useRef(own.length * GUESS);
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
        { root: scroller.current, rootMargin: '120px 0px' },
      );
      observer.observe(element);
      return () => observer.disconnect();
    }, [scroller]);

    return (
      <li class="chunk" ref={ref} style={drawn ? undefined : { height: `${height.current}px` }}>
        {drawn ? <ol>{own.map((item, index) => row(item, from + index))}</ol> : null}
      </li>
    );
  },
  (a, b) => a.mark !== undefined && a.mark === b.mark && a.items === b.items && a.force === b.force,
);
