/**
 * What an invariant is, and what evaluating one over a trace gives. Plain data throughout, so that
 * the same result goes to the editor, to the explorer and to the command line. The catalogue is in
 * `src/invariants/`.
 */
import type { Step } from './step';
import type { ObjectId } from './value';

/**
 * When an invariant must hold: after every step, whenever no operation runs, or except while a lock
 * is held for writing. `at-assert` is the rule of the kernel's own asserts: where they stand.
 */
export type When =
  | { readonly rule: 'always' }
  | { readonly rule: 'quiescent' }
  | { readonly rule: 'section'; readonly kind: string; readonly field: string }
  | { readonly rule: 'at-assert' };

/** `suspended`: broken, but allowed to be at this step. */
export type Status = 'holds' | 'suspended' | 'violated';

/** Fields of one kind of object. An empty list means creation and freeing only. `*` means any field. */
export interface Subject {
  readonly kind: string;
  /** Field names; a name that ends in `.` stands for all made-up names that start so, e.g. `ptes.`. */
  readonly fields: readonly string[];
}

/**
 * Where in the C source an invariant is asserted, documented or relied on, named by what stands there.
 * Resolved against the tree that is open; a place that the tree does not have is left out.
 */
export interface Place {
  /** Role of the function, as in anchors: `anon_vma_clone`. */
  readonly role: string;
  /** Statement, in the anchors' grammar (`src/source/anchors.ts`); null means the function as a whole. */
  readonly pattern: string | null;
  /** Words of a comment in or above the function, blanks normalised; null when a statement is meant. */
  readonly comment: string | null;
  readonly nature: 'assert' | 'comment' | 'relies' | 'maintains';
}

/** What is known of an invariant without any run. */
export interface InvariantInfo {
  /** Contract id, e.g. `anon_vma/active-count`. */
  readonly id: string;
  readonly when: When;
  /** A few words. */
  readonly title: string;
  /** One sentence. */
  readonly statement: string;
  /** Who relies on it, and what goes wrong without it. */
  readonly why: string;
  readonly speaksOf: readonly Subject[];
  readonly places: readonly Place[];
}

/** One field of one object. */
export interface FieldRef {
  readonly object: ObjectId;
  readonly field: string;
}

/** One way in which an invariant is broken. */
export interface Reason {
  /** One sentence for people, without a full stop. */
  readonly message: string;
  /** Objects it speaks of; the first one is the one that is wrong. */
  readonly objects: readonly ObjectId[];
  /** Fields whose values contradict each other. */
  readonly fields: readonly FieldRef[];
}

/** Status of one invariant from a step on, until the next span begins. */
export interface Span {
  /** -1 for the span that begins before the first step. */
  readonly fromStep: number;
  readonly status: Status;
  readonly reasons: readonly Reason[];
  /** For `suspended`: until when it may stay broken, e.g. `until P: fork C has ended`. */
  readonly until: string | null;
}

/** An invariant found broken where it must hold. Reported once for each cause. */
export interface Violation {
  readonly invariant: string;
  /** Index of the operation during or after which it was found. */
  readonly operation: number;
  /** Line of the scenario, from 1; null if it came from elsewhere. */
  readonly line: number | null;
  /** Step from which its status is `violated`: the last one of the operation for what must hold between operations. */
  readonly step: number;
  /** Step that broke it, and after which it stayed broken; at or before `step`. */
  readonly cause: number;
  /** One sentence for people, without a full stop. */
  readonly message: string;
  readonly reasons: readonly Reason[];
}

/** The whole result for a trace. */
export interface Evaluation {
  /** The catalogue, and after it an entry for each kernel assert that ran. */
  readonly invariants: readonly InvariantInfo[];
  /** Spans by invariant id, ascending by `fromStep`; no entry means that it held throughout. */
  readonly spans: Readonly<Record<string, readonly Span[]>>;
  /** In order of steps. */
  readonly violations: readonly Violation[];
}

/** What an evaluator is told of the operation whose steps come next. */
export interface OperationContext {
  readonly index: number;
  /** Line of the scenario, from 1; null if it came from elsewhere. */
  readonly line: number | null;
  /** As written. */
  readonly text: string;
  readonly process: string;
  readonly verb: string;
}

/**
 * Evaluates invariants over a trace as it grows. The runner feeds it; which invariants there are is not
 * its business.
 */
export interface Evaluator {
  begin(operation: OperationContext): void;
  step(step: Step): void;
  /** Ends the operation: what must hold between operations is looked at. */
  end(status: 'ok' | 'error'): void;
  /** Ids of the invariants violated so far, each once. */
  violated(): ReadonlySet<string>;
  /** The result so far. */
  result(): Evaluation;
}
