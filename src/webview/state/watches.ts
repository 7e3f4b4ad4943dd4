/**
 * The watch expressions of the reader, and their values over the run: worked out a slice at a time, so that nothing waits
 * for them, and again for every run.
 */
import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { parseWatch } from '../model/watch';
import { evaluateWatch, type Series } from '../model/watchSeries';
import type { RunModel } from './runModel';
import type { Saved } from './settings';

/** Most expressions. */
export const MAX_WATCHES = 12;
/** Milliseconds of work before others go first. */
const SLICE = 6;

export type WatchResult =
  | { readonly type: 'working'; readonly part: number }
  | { readonly type: 'done'; readonly series: Series }
  | { readonly type: 'problem'; readonly problem: string };

export class Watches {
  readonly results: Signal<ReadonlyMap<string, WatchResult>> = signal(new Map());
  private run: RunModel | null = null;
  private queue: { readonly text: string; readonly work: Generator<number, Series> }[] = [];
  private timer = 0;

  constructor(run: ReadonlySignal<RunModel | null>, settings: ReadonlySignal<Saved>) {
    effect(() => this.update(run.value, settings.value.watches));
  }

  private update(run: RunModel | null, texts: readonly string[]): void {
    if (run !== this.run) {
      this.run = run;
      this.queue = [];
      this.results.value = new Map();
    }
    if (!run) return;
    const results = new Map(this.results.peek());
    let changed = false;
    for (const text of texts) {
      if (results.has(text)) continue;
      const parsed = parseWatch(text);
      changed = true;
      if (parsed.ok) {
        results.set(text, { type: 'working', part: 0 });
        this.queue.push({ text, work: evaluateWatch(run.data.trace, parsed.watch) });
      } else results.set(text, { type: 'problem', problem: parsed.problem });
    }
    if (changed) this.results.value = results;
    this.schedule();
  }

  private schedule(): void {
    if (this.timer !== 0 || this.queue.length === 0) return;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.work();
      this.schedule();
    });
  }

  private work(): void {
    const [first] = this.queue;
    if (!first || !this.run) return;
    const end = performance.now() + SLICE;
    const total = Math.max(1, this.run.steps.length);
    do {
      const { done, value } = first.work.next();
      if (done) {
        this.queue.shift();
        this.put(
          first.text,
          value.problem === null
            ? { type: 'done', series: value }
            : { type: 'problem', problem: value.problem },
        );
        return;
      }
      if (performance.now() >= end)
        this.put(first.text, { type: 'working', part: Math.max(0, value) / total });
    } while (performance.now() < end);
  }

  private put(text: string, result: WatchResult): void {
    this.results.value = new Map(this.results.peek()).set(text, result);
  }
}
