/**
 * The result of running a scenario. `runner.ts` makes it, `output.ts` turns it into the contract's JSON.
 */
import type { Evaluation, Evaluator } from '../trace/evaluation';
import type { Snapshot } from '../trace/snapshot';
import type { Step } from '../trace/step';
import type { Trace } from '../trace/trace';
import type { Problem, TextRange } from './syntax';

/** Where a step stands in a kernel tree, as the contract's JSON says it. */
export interface Site {
  /** Relative to the tree; null without a tree, or if the place is not in it. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  readonly function: string;
}

export interface ExpectationResult {
  /** From 1; null if it came from elsewhere. */
  readonly line: number | null;
  readonly range: TextRange | null;
  /** As written: `expect clean`. */
  readonly text: string;
  readonly met: boolean;
  /** What was found instead, one sentence without a full stop; null when met. */
  readonly found: string | null;
  /** The statement that would have been met instead: `expect count anon_vma 1`; null when met, or when there is none. */
  readonly instead: string | null;
  /** Index of the operation above it; -1 before the first. */
  readonly operation: number;
}

export interface RunOptions {
  /** Steps that may be recorded before the run is ended; default `DEFAULT_STEP_LIMIT`. */
  readonly stepLimit?: number;
  /** Evaluates invariants (`createEvaluator` of `src/invariants/evaluator.ts`); without one none is. */
  readonly evaluator?: Evaluator;
  /** false: record no steps and evaluate nothing, for searching. Default true. */
  readonly record?: boolean;
}

export interface Run {
  /** Errors of the file; when there is one nothing was run and everything else is empty. */
  readonly problems: readonly Problem[];
  readonly trace: Trace;
  readonly evaluation: Evaluation;
  readonly expectations: readonly ExpectationResult[];
  /** Snapshot before the first operation. */
  readonly initial: Snapshot;
  /** The contract's verdict: expectations met and, if there are none, nothing violated. */
  readonly passed: boolean;
}

/** Finds the place of a step in the tree that is open. */
export type SiteResolver = (step: Step) => Site;
