/**
 * Rows over one axis of steps: what the pictures of the whole run share. A press or a drag moves to a step; the keyboard
 * does the same with the timeline's keys, and what a row says is in its text twin.
 */
import { useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { Stretch } from '../model/lockRows';
import { useSession } from '../state/context';

interface AxisProps {
  readonly stretch: Stretch;
  readonly children: ComponentChildren;
  readonly label: string;
}

export function StepAxis({ stretch, children, label }: AxisProps) {
  const session = useSession();
  const ref = useRef<HTMLDivElement>(null);
  const shown = useRef(stretch);
  shown.current = stretch;
  // the rows are not drawn again for a step, only the line moves
  useSignalEffect(() => {
    const position = session.position.value;
    const { from, to } = shown.current;
    const at = (position + 0.5 - from) / Math.max(1, to - from);
    ref.current?.style.setProperty('--at', String(Math.max(0, Math.min(at, 1))));
  });
  const scrub = (event: PointerEvent) => {
    const rect = ref.current?.querySelector('.axis-plot-area')?.getBoundingClientRect();
    if (!rect || rect.width === 0) return;
    const { from, to } = stretch;
    const part = Math.max(0, Math.min((event.clientX - rect.left) / rect.width, 1));
    const step = Math.min(to - 1, from + Math.floor(part * (to - from)));
    session.scrubTo(step);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of rows, not of form fields
    <div
      class="step-axis"
      role="group"
      aria-label={label}
      ref={ref}
      onPointerDown={(event) => {
        if (event.button !== 0 || !(event.target instanceof Element)) return;
        if (!event.target.closest('.axis-plot-area')) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        scrub(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) scrub(event);
      }}
    >
      {children}
      <div class="step-axis-now" aria-hidden="true" />
    </div>
  );
}

interface RowProps {
  readonly head: ComponentChildren;
  /** Pixels. */
  readonly height: number;
  readonly children: ComponentChildren;
  readonly class?: string;
}

export function AxisRow({ head, height, children, class: name = '' }: RowProps) {
  return (
    <div class={`axis-row ${name}`}>
      <div class="axis-row-head">{head}</div>
      <div class="axis-plot-area" style={{ height: `${height}px` }} aria-hidden="true">
        {children}
      </div>
    </div>
  );
}
