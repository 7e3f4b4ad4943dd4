/**
 * The run as JSON for other programs. Contract: docs/scenario-language.md, section 5; extended only by adding.
 */
import type { Visit } from '../trace/engine';
import type { Snapshot } from '../trace/snapshot';
import type { Step } from '../trace/step';
import type { Run, Site, SiteResolver } from './run';

export interface RunOutput {
  readonly version: 1;
  readonly title: string;
  readonly engine: string;
  readonly profile: string;
  readonly operations: readonly {
    readonly line: number | null;
    readonly text: string;
    readonly status: 'ok' | 'error';
    readonly errno: string | null;
    /** Number of steps of the operation. */
    readonly steps: number;
    readonly visits: readonly Visit[] | null;
    readonly snapshot: Snapshot;
  }[];
  readonly violations: readonly {
    readonly invariant: string;
    readonly line: number | null;
    /** The step that broke it; `site` is its place. */
    readonly step: number;
    readonly message: string;
    readonly site: Site;
  }[];
  readonly expectations: readonly {
    readonly line: number | null;
    readonly text: string;
    readonly met: boolean;
  }[];
  /** Only when a limit ended the run. */
  readonly truncated?: string;
}

/** The contract's object. `resolve` finds steps in a kernel tree; without it sites name the function alone. */
export function runOutput(run: Run, resolve: SiteResolver = siteWithoutTree): RunOutput {
  const { trace } = run;
  return {
    version: 1,
    title: trace.title,
    engine: trace.engine,
    profile: trace.profile,
    operations: trace.operations.map((operation) => ({
      line: operation.line,
      text: operation.text,
      status: operation.status,
      errno: operation.errno,
      steps: operation.endStep - operation.firstStep,
      visits: operation.visits,
      snapshot: operation.snapshot,
    })),
    violations: run.evaluation.violations.map((violation) => {
      const step = trace.steps[violation.cause];
      return {
        invariant: violation.invariant,
        line: violation.line,
        step: violation.cause,
        message: violation.message,
        site: step ? resolve(step) : { file: null, line: null, function: '' },
      };
    }),
    expectations: run.expectations.map(({ line, text, met }) => ({ line, text, met })),
    ...(trace.truncated === null ? {} : { truncated: trace.truncated }),
  };
}

/** The site as far as a step knows it itself: an interpreter's steps carry their place, a simulation's the function. */
export function siteWithoutTree(step: Step): Site {
  if (!step.location) return { file: null, line: null, function: step.function };
  return { file: step.location.file, line: step.location.line + 1, function: step.function };
}
