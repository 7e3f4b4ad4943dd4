/**
 * Runs a parsed scenario on an engine.
 */
import type { Engine } from '../trace/engine';
import type { Run, RunOptions } from './run';
import { Session } from './session';
import type { Scenario } from './syntax';

/**
 * Runs every statement in order. A scenario with errors is not run at all: its problems are the result.
 * Never throws for what the file says; an exception is a bug of the engine.
 */
export function runScenario(scenario: Scenario, engine: Engine, options: RunOptions = {}): Run {
  const running = runInParts(scenario, engine, options);
  for (;;) {
    const part = running.next();
    if (part.done) return part.value;
  }
}

/** The same in parts: it pauses after every statement, for callers that have something else to do, or that may give up. */
export function* runInParts(
  scenario: Scenario,
  engine: Engine,
  options: RunOptions = {},
): Generator<void, Run, void> {
  const session = new Session(engine, options);
  const problems = scenario.problems.filter((problem) => problem.severity === 'error');
  if (problems.length === 0) {
    for (const [index, { statement }] of scenario.lines.entries()) {
      const place = { line: index + 1, range: statement?.range ?? null, text: statement?.text ?? null };
      if (statement?.kind === 'operation') session.apply(statement.operation, place);
      else if (statement?.kind === 'expect') session.expect(statement.expectation, place);
      yield;
    }
  }
  const evaluation = session.evaluation();
  const { expectations } = session;
  const met =
    expectations.length > 0
      ? expectations.every((expectation) => expectation.met)
      : evaluation.violations.length === 0 && session.truncated === null;
  return {
    problems,
    trace: session.trace(titleOf(scenario) ?? ''),
    evaluation,
    expectations,
    initial: session.initial,
    passed: problems.length === 0 && met,
  };
}

/** Title that the scenario gives itself, or null. */
export function titleOf(scenario: Scenario): string | null {
  for (const { statement } of scenario.lines) if (statement?.kind === 'scenario') return statement.title;
  return null;
}

/** Kernel profile that the scenario asks for, or null. */
export function profileOf(scenario: Scenario): string | null {
  for (const { statement } of scenario.lines) if (statement?.kind === 'profile') return statement.id;
  return null;
}
