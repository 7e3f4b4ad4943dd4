/**
 * Runs for the explorer's tests: made by the real simulation, or a few steps by hand.
 */
import { createEvaluator } from '../../src/invariants/evaluator';
import type { HostMessage, RunData } from '../../src/protocol/messages';
import { parseScenario } from '../../src/scenario/parser';
import type { Run } from '../../src/scenario/run';
import { runScenario } from '../../src/scenario/runner';
import { Session } from '../../src/scenario/session';
import { createSimulation } from '../../src/simulation/engine';
import { PROFILES } from '../../src/simulation/profiles';
import { longScenario } from '../bench/longScenario';
import { SCENARIOS, scenarioOf } from './scenarios';

export const LIBRARY: HostMessage = {
  type: 'library',
  protocol: 1,
  samples: SCENARIOS.map(({ id, title, description }) => ({ id, title, description })),
  profiles: PROFILES.map(({ id, title }) => ({ id, title })),
};

export interface RunOptions {
  readonly profile?: string;
  readonly runId?: number;
  readonly sampleId?: string | null;
  /** Step n stands in line n of this file; null: no kernel tree is open. */
  readonly tree?: string | null;
}

/** A scenario of `scenarios.ts` as the host would send it. */
export function sampleRun(id: string, options: RunOptions = {}): RunData {
  return simulated(scenarioOf(id).text, { sampleId: id, ...options });
}

export function simulated(text: string, options: RunOptions = {}): RunData {
  const engine = createSimulation(options.profile ?? '7.3');
  if ('problem' in engine) throw new Error(engine.problem);
  const run = runScenario(parseScenario(text), engine, { evaluator: createEvaluator() });
  if (run.problems[0]) throw new Error(run.problems[0].message);
  return runDataOf(run, text, options);
}

/** A run of at least so many steps. */
export function longRun(steps: number, options: RunOptions = {}): RunData {
  const engine = createSimulation(options.profile ?? '7.3');
  if ('problem' in engine) throw new Error(engine.problem);
  const session = new Session(engine, { evaluator: createEvaluator() });
  for (const operation of longScenario()) {
    session.apply(operation);
    if ((session.operations.at(-1)?.endStep ?? 0) >= steps) break;
  }
  const { expectations } = session;
  return runDataOf(
    { trace: session.trace('A long run'), evaluation: session.evaluation(), expectations },
    '',
    options,
  );
}

type Ran = Pick<Run, 'trace' | 'evaluation' | 'expectations'>;

function runDataOf({ trace, evaluation, expectations }: Ran, text: string, options: RunOptions): RunData {
  const { profile = '7.3', runId = 1, sampleId = null, tree = 'Linux 7.3.4 · mm/rmap.c' } = options;
  return {
    runId,
    sampleId,
    scenarioText: text,
    engine: trace.engine,
    profile: { id: profile, title: PROFILES.find(({ id }) => id === profile)?.title ?? profile },
    tree,
    trace,
    invariants: evaluation.invariants.map((info) => ({
      id: info.id,
      group: info.id.split('/')[0] ?? info.id,
      title: info.title,
      statement: info.statement,
      why: info.why,
      when: info.when.rule === 'section' ? `section(${info.when.field})` : info.when.rule,
      speaksOf: info.speaksOf,
      places: [],
    })),
    timelines: Object.entries(evaluation.spans).map(([id, spans]) => ({
      id,
      spans: spans.map(({ fromStep, status, reasons, until }) => ({
        step: fromStep,
        status,
        reasons,
        until,
      })),
    })),
    violations: evaluation.violations.map(({ invariant, step, message, reasons }) => ({
      invariant,
      step,
      message,
      objects: reasons.flatMap(({ objects }) => objects),
    })),
    expectations: expectations.map(({ line, text: written, met, found }) => ({
      line: line ?? 1,
      text: written,
      met,
      found,
    })),
    locations: trace.steps.map((step) => ({
      file: 'mm/rmap.c',
      line: step.number,
      column: 1,
      endLine: step.number,
      endColumn: 20,
    })),
    places: trace.steps.map((step) =>
      tree === null || step.number % 11 === 10 ? { missing: 'not in this tree' } : { location: step.number },
    ),
  };
}
