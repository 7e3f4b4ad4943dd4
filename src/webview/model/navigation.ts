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
