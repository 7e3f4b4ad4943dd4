/**
 * A position in a recorded trace. Moving forward applies the changes of the steps passed, moving back
 */
import { State } from './state';
import type { Step } from './step';
import type { Trace } from './trace';

/** Position before the first step. */
export const BEFORE_FIRST_STEP = -1;

export class Cursor {
  readonly state = new State();
  private at = BEFORE_FIRST_STEP;

  constructor(readonly trace: Trace) {}

  /** Number of the step whose effect is the last one visible; -1 before the first. */
  get position(): number {
    return this.at;
  }

  get step(): Step | null {
    return this.trace.steps[this.at] ?? null;
  }

  /** Moves to a step, clamped to the trace. Returns the position reached. */
  seek(position: number): number {
    const target = Math.max(BEFORE_FIRST_STEP, Math.min(position, this.trace.steps.length - 1));
    while (this.at < target) this.forward();
    while (this.at > target) this.backward();
    return this.at;
  }

  private forward(): void {
    this.at += 1;
    for (const change of this.trace.steps[this.at]?.changes ?? []) this.state.forward(change);
  }

  private backward(): void {
    const changes = this.trace.steps[this.at]?.changes ?? [];
    for (let i = changes.length - 1; i >= 0; i -= 1) {
      const change = changes[i];
      if (change) this.state.backward(change);
    }
    this.at -= 1;
  }
}
