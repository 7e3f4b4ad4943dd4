/**
 * Where a run spends its steps: for each function how many of its own steps fall into each part of a stretch.
 */
import type { Step } from '../../trace/step';
import type { Stretch } from './lockRows';

export interface FunctionHeat {
  readonly name: string;
  /** Own steps in the stretch. */
  readonly steps: number;
  /** Own steps by part of the stretch. */
  readonly bins: readonly number[];
}

/** Functions by their own steps, the busiest first. */
export function functionHeat(steps: readonly Step[], { from, to }: Stretch, bins: number): FunctionHeat[] {
  const found = new Map<string, { steps: number; bins: number[] }>();
  const span = Math.max(1, to - from);
  for (let number = from; number < to; number += 1) {
    const name = steps[number]?.function;
    if (name === undefined) continue;
    let heat = found.get(name);
    if (!heat) {
      heat = { steps: 0, bins: new Array<number>(bins).fill(0) };
      found.set(name, heat);
    }
    const bin = Math.floor(((number - from) * bins) / span);
    heat.steps += 1;
    heat.bins[bin] = (heat.bins[bin] ?? 0) + 1;
  }
  return [...found]
    .map(([name, heat]) => ({ name, ...heat }))
    .sort((a, b) => b.steps - a.steps || a.name.localeCompare(b.name, 'en'));
}

/** The next step in a function that begins a stay there, or the first such step of the run. */
export function nextStay(steps: readonly Step[], name: string, position: number): number | null {
  const begins = (at: number) => steps[at]?.function === name && steps[at - 1]?.function !== name;
  for (let at = position + 1; at < steps.length; at += 1) if (begins(at)) return at;
  for (let at = 0; at <= position; at += 1) if (begins(at)) return at;
  return null;
}
