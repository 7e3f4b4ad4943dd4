/**
 * Watch expressions over the whole run, each as a small chart with its value at the current step.
 */
import { useSignalEffect } from '@preact/signals';
import { useId, useRef, useState } from 'preact/hooks';
import { chartOf } from '../model/chart';
import type { Stretch } from '../model/lockRows';
import { parseWatch } from '../model/watch';
import { resultText, type Series, valueAt } from '../model/watchSeries';
import { counted, StepLink } from '../parts/Bits';
import { Icon } from '../parts/Icon';
import { memo } from '../parts/memo';
import { useRoving } from '../parts/roving';
import { Empty, Section, useAsText } from '../parts/Section';
import { useSession } from '../state/context';
import { MAX_WATCHES, type WatchResult } from '../state/watches';
import { AxisRow, StepAxis } from './StepAxis';
import { useStretch } from './stretch';

/** Units of a chart's drawing; it is stretched to the width there is. */
const WIDTH = 1000;
const HEIGHT = 30;

export function WatchList() {
  const session = useSession();
  const { watches } = session.settings.value;
  const results = session.watches.results.value;
  const stretch = useStretch();
  const asText = useAsText('watches');
  const roving = useRoving<HTMLDivElement>('vertical');
  return (
    <Section id="watches" title="Watched values" twin="watches">
      <AddWatch />
      {watches.length === 0 ? (
        <Empty>
          Nothing is watched. Write an expression above, or select a field anywhere and press “watch” there.
        </Empty>
      ) : (
        <div ref={roving}>
          {asText ? (
            <ul class="twin">
              {watches.map((text) => (
                <WatchText key={text} text={text} result={results.get(text)} />
              ))}
            </ul>
          ) : (
            <StepAxis stretch={stretch} label="Watched expressions. Arrows move between them.">
              {watches.map((text) => (
                <WatchRow key={text} text={text} result={results.get(text)} stretch={stretch} />
              ))}
            </StepAxis>
          )}
        </div>
      )}
    </Section>
  );
}

function AddWatch() {
  const session = useSession();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const input = useId();
  const why = useId();
  const add = () => {
    const parsed = parseWatch(text);
    const refused = parsed.ok ? session.watch(parsed.watch.text) : parsed.problem;
    setProblem(refused);
    if (refused === null) setText('');
  };
  return (
    <form
      class="watch-add"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <label class="hidden" for={input}>
        Expression to watch
      </label>
      <input
        id={input}
        type="text"
        value={text}
        spellcheck={false}
        placeholder="A0.num_active_vmas, P@16-20.chain.length, count(folio)"
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : why}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setProblem(null);
        }}
      />
      <button type="submit" class="text-button">
        Watch
      </button>
      {problem === null ? null : (
        <p id={why} class="watch-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

interface RowProps {
  readonly text: string;
  readonly result: WatchResult | undefined;
  readonly stretch: Stretch;
}

function WatchRow({ text, result, stretch }: RowProps) {
  const head = (
    <span class="watch-head">
      <code class="watch-text" title={text}>
        {text}
      </code>
      {result?.type === 'done' ? <ValueNow series={result.series} /> : null}
      <Remove text={text} />
    </span>
  );
  if (result?.type === 'done')
    return (
      <AxisRow height={HEIGHT + 6} head={head} class="watch-row">
        <ChartDrawing series={result.series} stretch={stretch} />
      </AxisRow>
    );
  return (
    <div class="axis-row watch-row">
      <div class="axis-row-head">{head}</div>
      <p class={result?.type === 'problem' ? 'watch-problem' : 'dim'}>
        {result?.type === 'problem'
          ? result.problem
          : `Evaluating, ${Math.round((result?.part ?? 0) * 100)} %…`}
      </p>
    </div>
  );
}

function Remove({ text }: { text: string }) {
  const session = useSession();
  return (
    <button
      type="button"
      class="icon-button tiny"
      data-item={`watch ${text}`}
      tabIndex={-1}
      aria-label={`Do not watch ${text} any more`}
      title="Do not watch it any more"
      onClick={() => session.unwatch(text)}
    >
      <Icon name="close" size={12} />
    </button>
  );
}

/** Follows the position without drawing the row again. */
function ValueNow({ series }: { series: Series }) {
  const session = useSession();
  const ref = useRef<HTMLElement>(null);
  const shown = useRef(series);
  shown.current = series;
  useSignalEffect(() => {
    const value = resultText(valueAt(shown.current, session.position.value));
    if (ref.current) ref.current.textContent = value;
  });
  return <b class="watch-value" ref={ref} />;
}

const ChartDrawing = memo(({ series, stretch }: { series: Series; stretch: Stretch }) => {
  const { line, area, scale, names } = chartOf(series, stretch, WIDTH, HEIGHT);
  return (
    <>
      <svg
        class="chart"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        focusable="false"
        aria-hidden="true"
      >
        <path class="chart-area" d={area} />
        <path class="chart-line" d={line} />
        {names.map(({ x, width, shade }) => (
          <rect
            key={x}
            class={`chart-name chart-name-${shade}`}
            x={x}
            y="8"
            width={width}
            height={HEIGHT - 14}
          />
        ))}
      </svg>
      {scale === null ? null : (
        <span class="chart-scale">
          {scale.high}
          <br />
          {scale.low}
        </span>
      )}
    </>
  );
});

/** Changes that are told of one expression. */
const MOST_POINTS = 40;

function WatchText({ text, result }: { text: string; result: WatchResult | undefined }) {
  if (result?.type !== 'done') {
    return (
      <li>
        <code>{text}</code>: {result?.type === 'problem' ? result.problem : 'being evaluated'}{' '}
        <Remove text={text} />
      </li>
    );
  }
  const { points } = result.series;
  return (
    <li>
      <code>{text}</code>: <ValueNow series={result.series} /> now,{' '}
      {counted(Math.max(0, points.length - 1), 'change')} <Remove text={text} />
      <ul>
        {points.slice(0, MOST_POINTS).map(({ step, value }) => (
          <li key={step}>
            {resultText(value)} {step < 0 ? 'at the start' : 'from '}
            {step < 0 ? null : <StepLink step={step} />}
          </li>
        ))}
        {points.length > MOST_POINTS ? <li>and {points.length - MOST_POINTS} changes more</li> : null}
      </ul>
    </li>
  );
}

/** In the inspector: takes a field of an object among the watches. */
export function WatchField({ expression }: { expression: string }) {
  const session = useSession();
  const { watches } = session.settings.value;
  const watched = watches.includes(expression);
  const full = !watched && watches.length >= MAX_WATCHES;
  return (
    <button
      type="button"
      class="text-toggle"
      aria-pressed={watched}
      aria-disabled={full}
      title={
        full
          ? `At most ${MAX_WATCHES} expressions are watched: take one away under Time first`
          : watched
            ? `${expression} is watched under Time`
            : `Draw ${expression} over the whole run, under Time`
      }
      onClick={() => {
        if (watched) session.unwatch(expression);
        else session.watch(expression);
      }}
    >
      {watched ? 'watched' : 'watch'}
    </button>
  );
}
