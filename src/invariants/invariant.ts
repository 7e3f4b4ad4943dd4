/**
 * The three forms of an invariant: a condition of the state, a condition of single steps, and a condition of whole
 * operations.
 */
import type { InvariantInfo, OperationContext, Place, Reason } from '../trace/evaluation';
import type { Change, StepEvent } from '../trace/step';
import type { ObjectId } from '../trace/value';
import type { PageKey } from './referrers';
import type { View } from './view';

/** What is known of the moment apart from the state. */
export interface Moment {
  readonly operation: OperationContext;
  /** Functions being run, outermost first. */
  readonly stack: readonly string[];
  /** Objects created during the operation. */
  readonly created: ReadonlySet<ObjectId>;
  /** Events of the step so far, before the one that is looked at. */
  readonly earlier: readonly StepEvent[];
}

/** Something that a condition is looked at for: an object, or a page at which an anonymous folio is mapped. */
export type Subject = ObjectId | PageKey;

/** How a condition is looked at for one subject after the other, so that only those need be that a change concerns. */
export interface Each {
  /** Kinds of the subjects, in the order in which they are looked at; `MAPPED_PAGES` for pages. */
  readonly kinds: readonly string[];
  /** Freed objects of these kinds are subjects too, while something of the state speaks of them. */
  readonly freedToo?: (view: View) => Iterable<ObjectId>;
  /** Whatever it looks at, it asks the view for: that is how it is known when to look again. */
  readonly check: (view: View, subject: Subject) => readonly Reason[];
}

/** Stands among the kinds of subjects for pages at which anonymous folios are mapped. */
export const MAPPED_PAGES = 'page table entry';

export const HOLDS: readonly Reason[] = [];

/** A condition that a state meets or not. */
export interface StateInvariant extends InvariantInfo {
  readonly form: 'state';
  /** Every way in which the state breaks it; empty when it holds. */
  check(view: View): readonly Reason[];
  /** Without it the whole state is looked at after every change that concerns the invariant. */
  readonly each?: Each;
}

/** The two ways of looking at a condition that is one of single subjects. */
export function eachOf(
  kinds: readonly string[],
  check: Each['check'],
  freedToo?: Each['freedToo'],
): Pick<StateInvariant, 'check' | 'each'> {
  const each: Each = { kinds, check, ...(freedToo === undefined ? {} : { freedToo }) };
  return {
    each,
    check(view: View): readonly Reason[] {
      const reasons: Reason[] = [];
      for (const kind of kinds)
        for (const subject of kind === MAPPED_PAGES ? view.mappedPages() : view.live(kind))
          reasons.push(...check(view, subject));
      for (const subject of freedToo?.(view) ?? []) reasons.push(...check(view, subject));
      return reasons;
    },
  };
}

/** A condition on what a step does. It is broken at that step alone. */
export interface StepInvariant extends InvariantInfo {
  readonly form: 'step';
  /** A function is entered; it is the last of the stack. The view is the state before the step. */
  enter?(view: View, moment: Moment): Reason | null;
  /** The view is the state before the step. */
  event?(event: StepEvent, view: View, moment: Moment): Reason | null;
  /** The view is the state just before the change. */
  change?(change: Change, view: View, moment: Moment): Reason | null;
}

/** What an operation left behind. */
export interface Outcome {
  readonly status: 'ok' | 'error';
  /** Ids of invariants that the operation broke and left broken, this one apart. */
  readonly broken: readonly string[];
}

/** A condition on an operation as a whole, looked at when it has ended. */
export interface OperationInvariant extends InvariantInfo {
  readonly form: 'operation';
  /** Called before the first step; what it returns is handed to `end`. */
  begin?(view: View, operation: OperationContext): Remembered;
  end(view: View, moment: Moment, outcome: Outcome, before: Remembered): Reason[];
}

/** Something that an operation invariant remembers of each VMA from before the operation. */
export type Remembered = ReadonlyMap<ObjectId, string>;

export type Invariant = StateInvariant | StepInvariant | OperationInvariant;

export const ALWAYS = { rule: 'always' } as const;
export const QUIESCENT = { rule: 'quiescent' } as const;

/** A kernel assert that states the invariant. */
export function asserted(role: string, pattern: string): Place {
  return { role, pattern, comment: null, nature: 'assert' };
}

/** A comment of the kernel's that states the invariant. */
export function commented(role: string, comment: string): Place {
  return { role, pattern: null, comment, nature: 'comment' };
}

/** A statement, or a whole function, that keeps the invariant true. */
export function maintained(role: string, pattern: string | null = null): Place {
  return { role, pattern, comment: null, nature: 'maintains' };
}

/** A statement, or a whole function, that goes wrong when it is not true. */
export function relied(role: string, pattern: string | null = null): Place {
  return { role, pattern, comment: null, nature: 'relies' };
}

/** One field of each object given. */
export function fieldOf(field: string, ...objects: readonly ObjectId[]): Reason['fields'] {
  return objects.map((object) => ({ object, field }));
}
