/**
 * Scenario in, what came of it out: for the tests of the anon_vma functions, faults, fork and exit.
 */
import assert from 'node:assert/strict';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import { runScenario } from '../../src/scenario/runner';
import { createSimulation, type Simulation } from '../../src/simulation/engine';
import type { OperationRecord, Trace } from '../../src/trace/trace';
import { describe as describeSnapshot } from '../oracle/compare';

export interface Outcome {
  /** `ok` or an errno, one an operation. */
  readonly results: readonly string[];
  /** The last snapshot, one line an object (test/oracle/compare.ts). */
  readonly state: readonly string[];
  readonly last: OperationRecord;
  readonly trace: Trace;
  /** Ids of the invariants violated. */
  readonly violated: readonly string[];
}

export function engineOf(profile = '7.3'): Simulation {
  const engine = createSimulation(profile);
  if ('problem' in engine) throw new Error(engine.problem);
  return engine;
}

/** Runs a scenario on a kernel, 7.3 if none is named. */
export function outcome(text: string, profile = '7.3'): Outcome {
  const scenario = parseScenario(text);
  assert.deepEqual(scenario.problems, []);
  const { trace, evaluation } = runScenario(scenario, engineOf(profile), { evaluator: createEvaluator() });
  const last = trace.operations.at(-1);
  assert(last);
  return {
    results: trace.operations.map(({ errno }) => errno ?? 'ok'),
    state: describeSnapshot(last.snapshot),
    last,
    trace,
    violated: [...new Set(evaluation.violations.map(({ invariant }) => invariant))],
  };
}

/** The calls and returns of the last operation, indented by depth, the functions of `hidden` left out. */
export function calls({ trace, last }: Outcome, ...hidden: string[]): string[] {
  return trace.steps
    .slice(last.firstStep, last.endStep)
    .filter((step) => step.kind === 'call' && !hidden.includes(step.function))
    .map((step) => `${'  '.repeat(step.depth)}${step.function}`);
}

/** The steps of one function in the last operation: pattern of the place, and what changed there. */
export function stepsOf({ trace, last }: Outcome, name: string): string[] {
  return trace.steps
    .slice(last.firstStep, last.endStep)
    .filter((step) => step.function === name)
    .map((step) => {
      const changes = step.changes.map((change) =>
        change.op === 'create'
          ? `+${change.kind}`
          : change.op === 'free'
            ? 'free'
            : `${change.op} ${change.field}`,
      );
      return [step.anchor?.pattern, ...changes].join('; ');
    });
}
