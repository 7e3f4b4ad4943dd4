/**
 * Plays a run: one step after another at a chosen speed, until its end.
 */
import { signal } from '@preact/signals';
import type { Session } from './session';

/** Steps per second that can be chosen. */
export const SPEEDS: readonly number[] = [0.5, 1, 2, 5, 10, 25];

export class Player {
  readonly playing = signal(false);
  private timer = 0;

  constructor(private readonly session: Session) {}

  toggle(): void {
    if (this.playing.peek()) this.stop();
    else this.start();
  }

  private start(): void {
    const run = this.session.run.peek();
    if (!run || run.steps.length === 0) return;
    if (this.session.position.peek() >= run.steps.length - 1) this.session.moveTo(-1);
    this.playing.value = true;
    this.schedule();
  }

  stop(): void {
    window.clearTimeout(this.timer);
    this.playing.value = false;
  }

  private schedule(): void {
    this.timer = window.setTimeout(() => this.tick(), 1000 / this.session.settings.peek().speed);
  }

  private tick(): void {
    const run = this.session.run.peek();
    const next = this.session.position.peek() + 1;
    if (!run || next >= run.steps.length) {
      this.stop();
      return;
    }
    this.session.moveTo(next);
    if (next === run.steps.length - 1) this.stop();
    else this.schedule();
  }
}
