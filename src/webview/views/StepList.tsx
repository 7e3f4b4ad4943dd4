/**
 * A list of steps; the one on show is kept in view.
 */
import { useComputed } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Step } from '../../trace/step';
import { stepNumber } from '../model/frame';
import { KindIcon } from '../parts/Bits';
import { Chunks } from '../parts/Chunks';
import { memo } from '../parts/memo';
import { useRoving } from '../parts/roving';
import { useRun, useSession } from '../state/context';

export function StepList({ steps, label }: { steps: readonly Step[]; label: string }) {
  const session = useSession();
  const position = session.position.value;
  const roving = useRoving<HTMLOListElement>('vertical', String(position));
  const scroller = useRef<HTMLDivElement>(null);
  const least = steps.reduce((depth, step) => Math.min(depth, step.depth), Number.POSITIVE_INFINITY);

  useLayoutEffect(() => {
    const list = roving.current;
    const keep = () => keepInView(scroller.current, position);
    if (!list) return;
    // it is told at once, when all of the page is laid out, and again while rows that are drawn late push the others about,
    // until the reader scrolls
    const observer = new ResizeObserver(keep);
    const stop = () => observer.disconnect();
    observer.observe(list);
    scroller.current?.addEventListener('wheel', stop, { passive: true });
    scroller.current?.addEventListener('pointerdown', stop);
    const { current } = scroller;
    return () => {
      stop();
      current?.removeEventListener('wheel', stop);
      current?.removeEventListener('pointerdown', stop);
    };
  }, [position]);

  return (
    <div class="steps-scroll" ref={scroller}>
      <ol class="steps" aria-label={label} ref={roving}>
        <Chunks
          items={steps}
          current={steps.findIndex(({ number }) => number === position)}
          scroller={scroller}
          row={(step) => <StepRow key={step.number} step={step} indent={Math.min(step.depth - least, 6)} />}
        />
      </ol>
    </div>
  );
}

/** Scrolls the list, and nothing around it, so that the current step can be seen with what comes next. */
function keepInView(scroller: HTMLElement | null, position: number): void {
  const row = scroller?.querySelector<HTMLElement>(`[data-item="${position}"]`);
  if (!scroller || !row) return;
  const frame = scroller.getBoundingClientRect();
  const rect = row.getBoundingClientRect();
  const margin = Math.min(56, frame.height / 4);
  if (rect.top < frame.top + margin) scroller.scrollTop -= frame.top + margin - rect.top;
  else if (rect.bottom > frame.bottom - margin) scroller.scrollTop += rect.bottom - frame.bottom + margin;
}

const StepRow = memo(({ step, indent }: { step: Step; indent: number }) => {
  const session = useSession();
  const when = useComputed(() => {
    const at = session.position.value;
    return step.number === at ? 'current' : step.number < at ? 'past' : 'future';
  }).value;
  const run = useRun();
  const touches = useComputed(() => touchesLit(step, session.lit.value.objects)).value;
  const held = run.treeLock(step.number);
  const broken = run.data.violations.some((violation) => violation.step === step.number);
  return (
    <li
      class={`step step-${when} indent-${indent}${held ? ' step-locked' : ''}${touches ? ' step-touches' : ''}`}
    >
      <button
        type="button"
        data-item={step.number}
        tabIndex={-1}
        aria-current={when === 'current' ? 'step' : undefined}
        title={
          held
            ? `Step ${stepNumber(step.number)}, under an anon_vma lock held for ${held.mode === 'write' ? 'writing' : 'reading'}`
            : `Step ${stepNumber(step.number)}`
        }
        onClick={() => session.moveTo(step.number)}
      >
        <KindIcon kind={step.kind} />
        <span class="step-text">
          {step.kind === 'call' ? <code class="step-function">{step.function}</code> : null}
          <span>{step.text}</span>
        </span>
        {broken ? (
          <span class="step-broken" title="An invariant is violated here" role="img" aria-label="violation">
            ✗
          </span>
        ) : null}
        {held ? (
          <span class="step-held" title={`rwsem held for ${held.mode === 'write' ? 'writing' : 'reading'}`}>
            {held.mode === 'write' ? 'W' : 'R'}
          </span>
        ) : null}
      </button>
    </li>
  );
});

function touchesLit(step: Step, lit: ReadonlySet<number>): boolean {
  return lit.size > 0 && lit.size <= 4 && step.changes.some(({ object }) => lit.has(object));
}
