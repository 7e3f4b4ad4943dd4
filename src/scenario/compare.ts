/**
 * Two runs compared: what `trace/compare.ts` says of the traces, and which invariants only one of them violates.
 */
import { type Comparison, compareTraces } from '../trace/compare';
import type { Run } from './run';

export interface RunComparison extends Comparison {
  /** Ids of invariants that the first run violates and the second does not, and the other way round. */
  readonly violatedOnlyA: readonly string[];
  readonly violatedOnlyB: readonly string[];
  /** Neither a result, nor a state, nor a violation differs. The way through the steps may. */
  readonly agree: boolean;
}

/** Compares two runs, whichever engine and kernel made them. Neither may have `problems`: nothing would have run. */
export function compareRuns(a: Run, b: Run): RunComparison {
  const comparison = compareTraces(a.trace, b.trace);
  const violatedOnlyA = without(violatedBy(a), violatedBy(b));
  const violatedOnlyB = without(violatedBy(b), violatedBy(a));
  const agree = comparison.first === null && violatedOnlyA.length === 0 && violatedOnlyB.length === 0;
  return { ...comparison, violatedOnlyA, violatedOnlyB, agree };
}

function violatedBy({ evaluation }: Run): ReadonlySet<string> {
  return new Set(evaluation.violations.map(({ invariant }) => invariant));
}

function without(ids: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...ids].filter((id) => !others.has(id));
}
