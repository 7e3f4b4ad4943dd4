/**
 * The state that a scenario is in above one of its lines: what is mapped there, what has become of the operation above.
 * Completion draws from it. Nothing is recorded, so that it is done while somebody types.
 */
import type { Engine, OperationResult } from '../trace/engine';
import type { Snapshot } from '../trace/snapshot';
import type { Scenario } from './syntax';

/** Operations that are replayed at most. */
export const REPLAY_LIMIT = 2_000;

export interface Replay {
  /** Stands where the snapshot was taken. */
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  /** Result of the operation just above; null when there is none. */
  readonly last: OperationResult | null;
  readonly operations: number;
  /** Line at which the limit was reached and replaying ended, from 1; null when it was not. */
  readonly endedAt: number | null;
}

/** Runs what stands above `line` (from 1), leaving out what cannot be parsed. The engine is a fresh one. */
export function replayAbove(scenario: Scenario, line: number, engine: Engine): Replay {
  let last: OperationResult | null = null;
  let operations = 0;
  let endedAt: number | null = null;
  for (const [index, { statement }] of scenario.lines.slice(0, line - 1).entries()) {
    if (statement?.kind !== 'operation') continue;
    if (operations === REPLAY_LIMIT) {
      endedAt = index + 1;
      break;
    }
    last = engine.apply(statement.operation, null);
    operations += 1;
  }
  return { engine, snapshot: engine.snapshot(), last, operations, endedAt };
}
