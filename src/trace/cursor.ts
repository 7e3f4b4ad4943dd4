/**
 * A position in a recorded trace. Moving forward applies the changes of the steps passed, moving back takes them back.
 * Where that would be far, it begins at a checkpoint, so that any step of a long trace is reached within a frame.
 */
import { type Checkpoint, State } from './state';
import type { Step } from './step';
import type { Trace } from './trace';

/** Position before the first step. */
export const BEFORE_FIRST_STEP = -1;

/** Steps from one checkpoint to the next, and most steps that are walked at once where there are checkpoints. */
const SPACING = 16_384;

export class Cursor {
  readonly state = new State();
  private at = BEFORE_FIRST_STEP;
  /** Number n is the state before step n × `spacing`; made when it is first come by. Those of short traces have none. */
  private readonly checkpoints: Checkpoint[] = [new Map()];

  /** `spacing`: steps between checkpoints, for tests. */
  constructor(
    readonly trace: Trace,
    private readonly spacing: number = SPACING,
  ) {}

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
    if (Math.abs(target - this.at) > this.spacing) this.jumpNear(target);
    while (this.at < target) this.forward();
    while (this.at > target) this.backward();
    return this.at;
  }

  /** To the nearest checkpoint, unless that is no nearer. */
  private jumpNear(target: number): void {
    const number = Math.min(Math.round((target + 1) / this.spacing), this.checkpoints.length - 1);
    const checkpoint = this.checkpoints[number];
    const place = number * this.spacing - 1;
    if (!checkpoint || Math.abs(target - place) >= Math.abs(target - this.at)) return;
    this.state.restore(checkpoint);
    this.at = place;
  }

  private forward(): void {
    this.at += 1;
    for (const change of this.trace.steps[this.at]?.changes ?? []) this.state.forward(change);
    if (this.at + 1 === this.checkpoints.length * this.spacing)
      this.checkpoints.push(this.state.checkpoint());
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
