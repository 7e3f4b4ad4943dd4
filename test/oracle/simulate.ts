/**
 * The simulation as an engine that can be compared: without recording, so that many thousand scenarios take seconds.
 */
import { parseScenario } from '../../src/scenario/parser';
import { createSimulation } from '../../src/simulation/engine';
import type { EngineOperation, EngineRun } from './compare';

/** Runs a scenario on a profile of the simulation. An exception is a bug of the simulation, and comes out as one. */
export function runSimulation(text: string, profile: string): EngineRun {
  const scenario = parseScenario(text);
  const problem = scenario.problems.find(({ severity }) => severity === 'error');
  if (problem) return { problem: `${problem.range.line}: ${problem.message}`, operations: [] };
  const engine = createSimulation(profile);
  if ('problem' in engine) throw new Error(engine.problem);
  const operations: EngineOperation[] = [];
  for (const [index, { statement }] of scenario.lines.entries()) {
    if (statement?.kind !== 'operation') continue;
    const before = engine.kernel.warnings.length;
    const result = engine.apply(statement.operation, null);
    operations.push({
      line: index + 1,
      text: statement.text,
      ...result,
      snapshot: engine.snapshot(),
      asserts: engine.kernel.warnings.slice(before).map(({ expression }) => expression),
    });
  }
  return { operations };
}
