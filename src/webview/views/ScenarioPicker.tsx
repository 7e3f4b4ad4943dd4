/**
 * The title of the scenario, as the button that opens the list of samples with what each of them shows.
 */
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SampleInfo } from '../../protocol/messages';
import { sampleGroups } from '../model/sampleGroups';
import { Icon } from '../parts/Icon';
import { useSession } from '../state/context';

export function ScenarioPicker() {
  const session = useSession();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useId();
  const title = session.run.value?.data.trace.title || 'Choose a scenario';
  const samples = session.samples.value;
  const close = useCallback((focus: boolean) => {
    setOpen(false);
    if (focus) button.current?.focus();
  }, []);
  return (
    <div class="scenario">
      <h1>
        <button
          ref={button}
          type="button"
          class="scenario-button"
          aria-haspopup="listbox"
          aria-expanded={open}
          aria-controls={open ? list : undefined}
          aria-disabled={samples.length === 0}
          title={samples.length === 0 ? 'The samples have not arrived yet' : 'Choose a scenario'}
          onClick={() => setOpen(!open && samples.length > 0)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown' || open || samples.length === 0) return;
            event.preventDefault();
            event.stopPropagation();
            setOpen(true);
          }}
        >
          <span class="scenario-title">{title}</span>
          <Icon name="chevronDown" size={14} />
        </button>
      </h1>
      {open ? <SampleList id={list} onClose={close} /> : null}
    </div>
  );
}

function SampleList({ id, onClose }: { id: string; onClose: (focus: boolean) => void }) {
  const session = useSession();
  const samples = session.samples.value;
  const current = session.run.value?.data.sampleId ?? null;
  const start = samples.findIndex((sample) => sample.id === current);
  const [active, setActive] = useState(Math.max(0, start));
  const ref = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => ref.current?.focus(), []);
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (!(event.target as Element).closest('.scenario')) onClose(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [onClose]);

  const choose = (index: number) => {
    const sample = samples[index];
    if (sample) session.openSample(sample.id);
    onClose(true);
  };
  const move = (index: number) => {
    const next = Math.max(0, Math.min(index, samples.length - 1));
    setActive(next);
    ref.current?.querySelectorAll('[role="option"]')[next]?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: samples.length - 1 }[event.key];
    if (step !== undefined) move(step);
    else if (event.key === 'Enter' || event.key === ' ') choose(active);
    else if (event.key === 'Escape') onClose(true);
    else if (event.key === 'Tab') return onClose(false);
    else {
      const begins = (index: number) =>
        samples[index % samples.length]?.title.toLowerCase().startsWith(event.key.toLowerCase());
      const found = samples.map((_, i) => active + 1 + i).find(begins);
      if (found === undefined) return;
      move(found % samples.length);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const option = (sample: SampleInfo) => {
    const index = samples.indexOf(sample);
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox handles the keys of its options
      <div
        key={sample.id}
        id={`${id}-${index}`}
        class={`sample${index === active ? ' sample-active' : ''}`}
        role="option"
        tabIndex={-1}
        aria-selected={sample.id === current}
        onClick={() => choose(index)}
        onPointerMove={() => setActive(index)}
      >
        <span class="sample-title">
          {sample.title}
          {sample.id === current ? <Icon name="holds" size={12} title="on show" /> : null}
        </span>
        <span class="sample-description">{sample.description}</span>
      </div>
    );
  };

  return (
    <div
      ref={ref}
      id={id}
      class="sample-list"
      role="listbox"
      aria-label="Scenarios"
      tabIndex={0}
      aria-activedescendant={`${id}-${active}`}
      onKeyDown={onKeyDown}
    >
      {sampleGroups(samples).map((group) =>
        group.title === null ? (
          group.samples.map(option)
        ) : (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms, this is a part of a listbox
          <div key={group.title} role="group" aria-label={group.title}>
            <div class="sample-group" aria-hidden="true">
              {group.title}
            </div>
            {group.samples.map(option)}
          </div>
        ),
      )}
    </div>
  );
}
