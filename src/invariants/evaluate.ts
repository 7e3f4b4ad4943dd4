/**
 * Evaluates the catalogue over a trace that is complete, and looks results up.
 */
import type { Evaluation, Evaluator } from '../trace/evaluation';
import type { Trace } from '../trace/trace';
import { createEvaluator, type EvaluatorOptions } from './evaluator';

/** Status of every invariant at every step of a recorded run, and all violations. */
export function evaluate(trace: Trace, options: EvaluatorOptions = {}): Evaluation {
  const evaluator: Evaluator = createEvaluator(options);
  for (const operation of trace.operations) {
    evaluator.begin(operation);
    for (let at = operation.firstStep; at < operation.endStep; at += 1) {
      const step = trace.steps[at];
      if (step) evaluator.step(step);
    }
    evaluator.end(operation.status);
  }
  return evaluator.result();
}
