/**
 * A list of steps; the one on show is kept in view.
 */
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Step } from '../../trace/step';
import { stepNumber } from '../model/frame';
import { KIND_WORDS } from '../parts/Bits';
import { Chunks } from '../parts/Chunks';
import { Icon } from '../parts/Icon';
import { memo } from '../parts/memo';
import { useRoving } from '../parts/roving';
import { useMoment, useRun, useSession } from '../state/context';

export function StepList({ steps, label }: { steps: readonly Step[]; label: string }) {
  const moment = useMoment();
  const run = useRun();
  const position = moment.position.value;
  const lit = litSteps(moment.lit.value.objects);
  const roving = useRoving<HTMLOListElement>('vertical', String(position));
  const scroller = useRef<HTMLDivElement>(null);
  const least = useMemo(
    () => steps.reduce((depth, step) => Math.min(depth, step.depth), Number.POSITIVE_INFINITY),
    [steps],
  );
  const broken = useMemo(() => new Set(run.data.violations.map(({ step }) => step)), [run]);
  const current = steps.findIndex(({ number }) => number === position);
  const before = current >= 0 ? current : steps.filter(({ number }) => number < position).length - 0.5;

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
          current={current}
          scroller={scroller}
          // a chunk is drawn again when the current step is in it, or was passed
          mark={(from, to) => `${Math.max(from - 1, Math.min(before, to))} ${[...lit].join(' ')}`}
          row={(step, index) => (
            // one row after the other shows what comes into its place: drawing anew what another operation does is much work
            <StepRow
              key={index}
              step={step}
              indent={Math.min(step.depth - least, 6)}
              when={step.number === position ? 'current' : step.number < position ? 'past' : 'future'}
              held={run.treeLock(step.number)?.mode ?? null}
              broken={broken.has(step.number)}
              touches={lit.size > 0 && step.changes.some(({ object }) => lit.has(object))}
            />
          )}
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

interface RowProps {
  readonly step: Step;
  readonly indent: number;
  readonly when: 'past' | 'current' | 'future';
  /** How the anon_vma lock is held under which it runs. */
  readonly held: 'read' | 'write' | null;
  readonly broken: boolean;
  /** It changes what is pointed at. */
  readonly touches: boolean;
}

const StepRow = memo(({ step, indent, when, held, broken, touches }: RowProps) => {
  const session = useSession();
  const mode = held === 'write' ? 'writing' : 'reading';
  return (
    <li
      class={`step step-${when} indent-${indent}${held ? ' step-locked' : ''}${touches ? ' step-touches' : ''}`}
    >
      <button
        type="button"
        data-item={step.number}
        tabIndex={-1}
        aria-current={when === 'current' ? 'step' : undefined}
        title={`Step ${stepNumber(step.number)}, ${KIND_WORDS[step.kind]}${held ? `, under an anon_vma lock held for ${mode}` : ''}`}
        onClick={() => session.moveTo(step.number)}
      >
        <Icon name={step.kind} size={14} label={KIND_WORDS[step.kind]} class={` kind kind-${step.kind}`} />
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
          <span class="step-held" title={`rwsem held for ${mode}`}>
            {held === 'write' ? 'W' : 'R'}
          </span>
        ) : null}
      </button>
    </li>
  );
});

const NONE: ReadonlySet<number> = new Set();

/** Objects of which the steps that change them are marked: not when nearly everything is lit. */
function litSteps(lit: ReadonlySet<number>): ReadonlySet<number> {
  return lit.size <= 4 ? lit : NONE;
}
