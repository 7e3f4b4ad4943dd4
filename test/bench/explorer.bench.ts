// The explorer's page on its production bundle, in Chromium: a step shown, scrubbing a trace of ten thousand steps, first
// paint, what comes over the line, memory.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build } from '../../scripts/build.mjs';
import { launchChromium } from '../../scripts/chromium.mjs';
import type { RunData } from '../../src/protocol/messages';
import { headOf, partsOf, RunAssembly } from '../../src/protocol/parts';
import { checkHostMessage } from '../../src/protocol/validation';
import { longRun, sampleRun } from '../webview/fixture';
import { ExplorerPage } from '../webview/harness/explorerPage';

export const title = 'explorer: its page in Chromium, production bundle';

/** Steps of the trace that is scrubbed, of the one that is sent in parts, and positions that are gone through. */
const STEPS = 10_000;
const LONG_STEPS = 50_000;
const POSITIONS = 120;
/** Milliseconds of a frame, at 60 a second. */
const FRAME = 1000 / 60;
const WEBVIEW = join(import.meta.dirname, '../../dist/webview');

let browser: Browser | null = null;
let small: ExplorerPage | null = null;
let long: ExplorerPage | null = null;
const notes: string[] = [];

const page = (one: ExplorerPage | null): ExplorerPage => {
  if (!one) throw new Error('setup() has not run');
  return one;
};

/** Goes to positions one after the other; for each the milliseconds of script and layout until its frame is ready. */
const SHOW_STEPS = `async (positions) => {
  const slider = document.querySelector('.plot-area');
  const times = [];
  for (const position of positions) {
    const rect = slider.getBoundingClientRect();
    const total = Number(slider.getAttribute('aria-valuemax'));
    const clientX = rect.left + ((position + 0.5) / total) * rect.width;
    const type = times.length === 0 ? 'pointerdown' : 'pointermove';
    slider.setPointerCapture = () => {};
    slider.hasPointerCapture = () => true;
    slider.dispatchEvent(new PointerEvent(type, { clientX, clientY: rect.top + 4, button: 0, bubbles: true, pointerId: 1 }));
    await new Promise((done) => requestAnimationFrame(() => {
      const began = performance.now();
      // what the scrubbing asked for runs in this frame; then all of it has to be laid out
      queueMicrotask(() => queueMicrotask(() => {
        document.body.offsetHeight;
        const drawn = performance.now();
        setTimeout(() => { times.push([drawn - began, performance.now() - began]); done(); });
      }));
    }));
  }
  return times;
}`;

async function stepTimes(explorer: ExplorerPage, positions: readonly number[]): Promise<number[]> {
  const times = (await explorer.page.evaluate(`(${SHOW_STEPS})(${JSON.stringify(positions)})`)) as [
    number,
    number,
  ][];
  return times.map(([, whole]) => whole).sort((a, b) => a - b);
}

const spread = (count: number, total: number) =>
  Array.from({ length: count }, (_, i) => (i * 7919 * 13) % total);
const dragged = (count: number, total: number) =>
  Array.from({ length: count }, (_, i) => Math.floor((i / count) * total));
const part = (times: readonly number[], share: number) =>
  times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;

export const benches = [
  {
    name: 'an empty frame',
    reference: true,
    run: () => page(small).page.evaluate('new Promise((done) => requestAnimationFrame(() => done()))'),
  },
  {
    name: `one step of a run of ${STEPS} steps`,
    run: () => page(long).press('ArrowRight'),
  },
  {
    name: 'one step of a short run',
    run: () => page(small).press('ArrowRight'),
  },
];

export async function setup(): Promise<void> {
  const problems = await build({ production: true });
  if (problems.length > 0) throw new Error(problems.join(' '));
  browser = await launchChromium();
  const began = performance.now();
  small = await ExplorerPage.open(browser);
  const opened = performance.now() - began;
  await small.show(sampleRun('fork-of-fork'), 5);
  const paint = (await small.page.evaluate(
    `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0`,
  )) as number;
  notes.push(
    `first paint ${paint.toFixed(0)} ms after the page began to load; opened ${opened.toFixed(0)} ms, ` +
      `first run drawn ${(performance.now() - began).toFixed(0)} ms, with the browser's own start of a page`,
  );
  const bytes = statSync(join(WEBVIEW, 'main.js')).size + statSync(join(WEBVIEW, 'main.css')).size;
  notes.push(`bundle ${(bytes / 1000).toFixed(0)} kB, script and style [300 kB]`);

  long = await ExplorerPage.open(browser);
  const run = longRun(STEPS);
  const sent = performance.now();
  await long.show(run, 0);
  notes.push(`a run of ${STEPS} steps received and drawn in ${(performance.now() - sent).toFixed(0)} ms`);
}

export async function figures(): Promise<string[]> {
  const explorer = page(long);
  for (const [what, positions] of [
    ['dragging through it', dragged(POSITIONS, STEPS)],
    ['jumping about in it', spread(POSITIONS, STEPS)],
  ] as const) {
    const times = await stepTimes(explorer, positions);
    const late = times.filter((time) => time > FRAME).length;
    notes.push(
      `${what}: ${part(times, 0.5).toFixed(1)} ms a step, 95 of 100 within ${part(times, 0.95).toFixed(1)} ms, ` +
        `${late} of ${times.length} take longer than a frame`,
    );
  }
  const heap = (await explorer.page.evaluate('performance.memory.usedJSHeapSize')) as number;
  notes.push(`memory of the page with ${STEPS} steps: ${(heap / 1e6).toFixed(0)} MB of script's heap`);
  const crowd = await ExplorerPage.open(page(small) && (browser as Browser));
  await crowd.show(sampleRun('crowd'), 3900);
  const times = await stepTimes(crowd, dragged(60, 4000));
  notes.push(
    `twelve processes, sixty VMAs: ${part(times, 0.5).toFixed(1)} ms a step, ` +
      `95 of 100 within ${part(times, 0.95).toFixed(1)} ms`,
  );
  notes.push(...longestPauses(longRun(LONG_STEPS)));
  return notes;
}

/** What keeps either side busy without a pause when a very long run is sent. */
function longestPauses(run: RunData): string[] {
  let written = 0;
  let read = 0;
  let bytes = 0;
  const assembly = new RunAssembly(headOf(run), run.trace.steps.length);
  let at = performance.now();
  const lap = () => {
    const now = performance.now();
    const took = now - at;
    at = now;
    return took;
  };
  for (const each of partsOf(run)) {
    const text = JSON.stringify({ type: 'runPart', part: each });
    written = Math.max(written, lap());
    bytes += text.length;
    const message: unknown = JSON.parse(text);
    lap();
    const checked = checkHostMessage(message);
    if (!checked.ok || checked.message.type !== 'runPart' || !assembly.add(checked.message.part))
      throw new Error('a part was refused');
    read = Math.max(read, lap());
  }
  return [
    `a run of ${run.trace.steps.length} steps, ${(bytes / 1e6).toFixed(0)} MB in parts: ` +
      `the longest is written in ${written.toFixed(0)} ms and checked in ${read.toFixed(0)} ms`,
  ];
}

export async function teardown(): Promise<void> {
  await browser?.close();
}
