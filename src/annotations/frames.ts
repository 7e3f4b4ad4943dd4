/**
 * Calls of kernel functions in a recorded run: from the step that enters a function to the one that leaves it. What the
 * editor says of a statement or a function without a run of its own is gathered from them.
 */
import type { Evaluation } from '../trace/evaluation';
import type { Step } from '../trace/step';
import type { Trace } from '../trace/trace';

/** A recorded run that annotations are taken from. */
export interface Example {
  /** Id of the sample. */
  readonly id: string;
  readonly title: string;
  readonly trace: Trace;
  readonly evaluation: Evaluation;
}

/** One call of a function. */
export interface Frame {
  readonly role: string;
  readonly depth: number;
  /** Number of the step that enters it. */
  readonly first: number;
  /** Number of its last step, those of what it calls included. */
  readonly last: number;
  /** Its own steps, not those of what it calls; ascending. */
  readonly own: readonly Step[];
}

/** All calls of a run, in order of entry. */
export function framesOf({ steps }: Trace): Frame[] {
  const frames: { role: string; depth: number; first: number; last: number; own: Step[] }[] = [];
  const open: typeof frames = [];
  for (const step of steps) {
    const entering = step.kind === 'call' && step.anchor?.pattern === 'entry';
    while (open.length > 0) {
      const top = open[open.length - 1];
      if (!top || step.depth > top.depth || (step.depth === top.depth && !entering)) break;
      open.pop();
    }
    if (entering && step.anchor) {
      const { number: first, depth } = step;
      const frame = { role: step.anchor.role, depth, first, last: first, own: [] };
      frames.push(frame);
      open.push(frame);
    }
    for (const frame of open) frame.last = step.number;
    const top = open.at(-1);
    if (top && top.depth === step.depth && step.anchor?.role === top.role) top.own.push(step);
  }
  return frames;
}

/** Number of the last step that a step of a frame stands for: those of the functions called at it belong to it. */
export function lastStepOf({ own, last }: Frame, at: number): number {
  const next = own[at + 1];
  return next ? next.number - 1 : last;
}

/** Whether an allocation fails during a call. */
export function runsOutOfMemory({ steps }: Trace, { first, last }: Frame): boolean {
  return steps
    .slice(first, last + 1)
    .some(({ events }) => events.some((event) => event.type === 'alloc' && !event.ok));
}

/** Key of a statement: role and pattern of its anchor. */
export function statementKey(role: string, pattern: string): string {
  return `${role}\u0000${pattern}`;
}
