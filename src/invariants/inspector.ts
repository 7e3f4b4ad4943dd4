/**
 * Looks at what single steps do: conditions on steps, and the kernel's own asserts.
 */
import type { InvariantInfo, OperationContext, Reason } from '../trace/evaluation';
import type { Change, Step, StepEvent } from '../trace/step';
import type { ObjectId } from '../trace/value';
import { type AssertEvent, assertId, assertInfo, assertReason } from './assert';
import type { Moment, StepInvariant } from './invariant';
import type { View } from './view';

/** What is broken at a step, by id. */
export type Found = ReadonlyMap<string, readonly Reason[]>;

const NOTHING: Found = new Map();
const NO_EVENTS: readonly StepEvent[] = [];

/** Where the inspector stands; rewritten for every look, since there are very many. */
interface MutableMoment extends Moment {
  operation: OperationContext;
  created: ReadonlySet<ObjectId>;
  earlier: readonly StepEvent[];
}

export class StepInspector {
  /** Kernel asserts that ran, by id. */
  readonly asserts = new Map<string, InvariantInfo>();
  private readonly onEnter: readonly StepInvariant[];
  private readonly onEvent: readonly StepInvariant[];
  private readonly onChange: readonly StepInvariant[];
  private readonly assertIds = new Map<string, Map<string, string>>();
  private readonly stack: string[] = [];
  private found: Map<string, Reason[]> | null = null;
  private readonly moment: MutableMoment;

  constructor(
    invariants: readonly StepInvariant[],
    private readonly view: View,
  ) {
    this.onEnter = invariants.filter((invariant) => invariant.enter);
    this.onEvent = invariants.filter((invariant) => invariant.event);
    this.onChange = invariants.filter((invariant) => invariant.change);
    const operation = { index: -1, line: null, text: '', process: '', verb: '' };
    this.moment = { operation, stack: this.stack, created: new Set(), earlier: NO_EVENTS };
  }

  /** An operation begins. `created` is filled by the caller as objects are. */
  begin(operation: OperationContext, created: ReadonlySet<ObjectId>): void {
    this.stack.length = 0;
    this.moment.operation = operation;
    this.moment.created = created;
  }

  /** The moment after the last step. */
  get now(): Moment {
    return this.moment;
  }

  /** Looks at a step, and has each change applied when it has been looked at. */
  inspect(step: Step, apply: (change: Change) => void): Found {
    this.found = null;
    const { moment, view } = this;
    this.stack.length = Math.min(this.stack.length, step.depth);
    this.stack[step.depth] = step.function;
    moment.earlier = NO_EVENTS;
    if (step.kind === 'call')
      for (const invariant of this.onEnter) this.note(invariant.id, invariant.enter?.(view, moment));
    for (const [at, event] of step.events.entries()) {
      if (at > 0) moment.earlier = step.events.slice(0, at);
      for (const invariant of this.onEvent) this.note(invariant.id, invariant.event?.(event, view, moment));
      if (event.type === 'assert') this.noteAssert(step.function, event);
    }
    moment.earlier = step.events;
    for (const change of step.changes) {
      for (const invariant of this.onChange)
        this.note(invariant.id, invariant.change?.(change, view, moment));
      apply(change);
    }
    return this.found ?? NOTHING;
  }

  private note(id: string, reason: Reason | null | undefined): void {
    if (!reason) return;
    this.found ??= new Map();
    const reasons = this.found.get(id);
    if (!reasons) this.found.set(id, [reason]);
    else if (!reasons.some((known) => known.message === reason.message)) reasons.push(reason);
  }

  private noteAssert(functionName: string, event: AssertEvent): void {
    let ids = this.assertIds.get(functionName);
    if (!ids) {
      ids = new Map();
      this.assertIds.set(functionName, ids);
    }
    let id = ids.get(event.expression);
    if (id === undefined) {
      id = assertId(functionName, event.expression);
      ids.set(event.expression, id);
      if (!this.asserts.has(id)) this.asserts.set(id, assertInfo(functionName, event));
    }
    if (!event.holds) this.note(id, assertReason(functionName, event));
  }
}
