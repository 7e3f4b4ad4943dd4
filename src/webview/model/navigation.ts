/**
 * Where the controls lead: positions are steps whose effect is visible, -1 is before the first.
 */
import type { ViolationInfo } from '../../protocol/messages';
import { BEFORE_FIRST_STEP } from '../../trace/cursor';
import type { Step } from '../../trace/step';
import type { OperationRecord, Trace } from '../../trace/trace';

/** Positions at which an operation has just ended, with the start of the run. */
function stops(trace: Trace): number[] {
  return [BEFORE_FIRST_STEP, ...trace.operations.filter(hasSteps).map(({ endStep }) => endStep - 1)];
}

export function hasSteps({ firstStep, endStep }: OperationRecord): boolean {
  return endStep > firstStep;
}

export function nextOperation(trace: Trace, position: number): number | null {
  return stops(trace).find((stop) => stop > position) ?? null;
}

export function previousOperation(trace: Trace, position: number): number | null {
  return stops(trace).findLast((stop) => stop < position) ?? null;
}

/** The next step that is no deeper in calls than this one: past the call that it enters. */
export function stepOver(steps: readonly Step[], position: number): number | null {
  const depth = steps[position]?.depth ?? 0;
  return firstAfter(steps, position, (step) => step.depth <= depth);
}

/** The step before that is no deeper: past the call that has just been left. */
export function stepOverBack(steps: readonly Step[], position: number): number | null {
  if (position < 0) return null;
  const depth = steps[position]?.depth ?? 0;
  return lastBefore(steps, position, (step) => step.depth <= depth) ?? BEFORE_FIRST_STEP;
}

/** The first step after this function has returned, or of the next operation. */
export function stepOut(steps: readonly Step[], position: number): number | null {
  const here = steps[position];
  if (!here) return position < steps.length - 1 ? position + 1 : null;
  return (
    firstAfter(steps, position, (step) => step.depth < here.depth || step.operation !== here.operation) ??
    (position < steps.length - 1 ? steps.length - 1 : null)
  );
}

/** The last step of the caller before this function was entered, or of the operation before. */
export function stepOutBack(steps: readonly Step[], position: number): number | null {
  const here = steps[position];
  if (!here) return null;
  return (
    lastBefore(steps, position, (step) => step.depth < here.depth || step.operation !== here.operation) ??
    BEFORE_FIRST_STEP
  );
}

function firstAfter(
  steps: readonly Step[],
  position: number,
  wanted: (step: Step) => boolean,
): number | null {
  for (let at = position + 1; at < steps.length; at += 1) {
    const step = steps[at];
    if (step && wanted(step)) return at;
  }
  return null;
}

function lastBefore(
  steps: readonly Step[],
  position: number,
  wanted: (step: Step) => boolean,
): number | null {
  for (let at = position - 1; at >= 0; at -= 1) {
    const step = steps[at];
    if (step && wanted(step)) return at;
  }
  return null;
}

export function nextViolation(violations: readonly ViolationInfo[], position: number): number | null {
  const later = violations.map(({ step }) => step).filter((step) => step > position);
  return later.length > 0 ? Math.min(...later) : null;
}

/** Steps whose sentence or function contains all words of the query. */
export function findSteps(trace: Trace, query: string): Step[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return trace.steps.filter((step) => {
    const text = `${step.text} ${step.function} ${step.kind}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
