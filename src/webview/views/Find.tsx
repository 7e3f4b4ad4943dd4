/**
 * Finds steps by words of their sentence or function.
 */
import { useId, useRef, useState } from 'preact/hooks';
import { stepNumber } from '../model/frame';
import { findSteps } from '../model/navigation';
import { KindIcon } from '../parts/Bits';
import { Popover } from '../parts/Popover';
import { useRun, useSession } from '../state/context';

/** Most results that are listed. */
const MOST = 200;

export function Find({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const { trace } = useRun().data;
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const found = findSteps(trace, query);
  const shown = found.slice(0, MOST);
  const go = (index: number) => {
    const step = shown[index];
    if (!step) return;
    session.moveTo(step.number);
    onClose();
  };
  const move = (to: number) => {
    const next = Math.max(0, Math.min(to, shown.length - 1));
    setActive(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <Popover label="Find a step" class="find" onClose={onClose}>
      <input
        type="text"
        role="combobox"
        aria-expanded={shown.length > 0}
        aria-controls={id}
        aria-activedescendant={shown.length > 0 ? `${id}-${active}` : undefined}
        aria-label="Words of a step or a function"
        placeholder="Words of a step or a function, such as rwsem or anon_vma_clone"
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') move(active + 1);
          else if (event.key === 'ArrowUp') move(active - 1);
          else if (event.key === 'Enter') go(active);
          else return;
          event.preventDefault();
        }}
      />
      <p class="find-count dim" aria-live="polite">
        {query.trim() === ''
          ? `${trace.steps.length.toLocaleString('en')} steps. Enter goes to one.`
          : found.length === 0
            ? 'No step says that. Try fewer or other words.'
            : found.length > MOST
              ? `The first ${MOST} of ${found.length.toLocaleString('en')}`
              : `${found.length} found`}
      </p>
      <div ref={list} id={id} class="find-list" role="listbox" aria-label="Steps found">
        {shown.map((step, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys of its options
          <div
            key={step.number}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            class={`find-row${index === active ? ' sample-active' : ''}`}
            onClick={() => go(index)}
          >
            <span class="find-number">{stepNumber(step.number)}</span>
            <KindIcon kind={step.kind} />
            <span class="find-text">
              <code>{step.function}</code> {step.text}
            </span>
          </div>
        ))}
      </div>
    </Popover>
  );
}
