/**
 * Evaluates the catalogue over a trace as it grows, step by step. After a step only those conditions are looked at
 * again whose kinds and fields it changed, and of these only the objects that the change concerns.
 */
import type {
  Evaluation,
  Evaluator,
  InvariantInfo,
  OperationContext,
  Reason,
  Violation,
} from '../trace/evaluation';
import type { Change, Step } from '../trace/step';
import type { ObjectId } from '../trace/value';
import { CATALOGUE } from './catalogue';
import { type Finding, findCauses, keyOf, lastWriter } from './causes';
import { concernedBy } from './concern';
import { type Standing, standingOf } from './incremental';
import { StepInspector } from './inspector';
import type { Invariant, OperationInvariant, Remembered, StateInvariant } from './invariant';
import { Spans } from './spans';
import { DirtyIndex } from './subjects';
import { View } from './view';

export interface EvaluatorOptions {
  /**
   * Whether the status at every step is kept (default). Without it the same violations are found, faster: what must
   * hold between operations is then only looked at there.
   */
  readonly spans?: boolean;
  /** What is evaluated; the whole catalogue unless a test says otherwise. */
  readonly catalogue?: readonly Invariant[];
}

/** An evaluator for one run, from its first step on. */
export function createEvaluator(options: EvaluatorOptions = {}): Evaluator {
  return new CatalogueEvaluator(options.catalogue ?? CATALOGUE, options.spans ?? true);
}

class CatalogueEvaluator implements Evaluator {
  private readonly view = new View();
  private readonly spans = new Spans();
  private readonly violations: Violation[] = [];
  private readonly violatedIds = new Set<string>();
  private readonly inspector: StepInspector;
  private readonly stateInvariants: readonly StateInvariant[];
  private readonly operationInvariants: readonly OperationInvariant[];
  private readonly dirtyIndex: DirtyIndex<StateInvariant>;
  /** Is there an invariant that a lock alone suspends? Then its release matters, whatever else changes. */
  private readonly guardsSections: boolean;
  /** State invariants that the steps since their last check may have broken or mended. */
  private readonly dirty = new Set<StateInvariant>();
  private readonly standing: ReadonlyMap<StateInvariant, Standing>;
  /** Broken state invariants, as last checked. */
  private readonly broken = new Map<StateInvariant, readonly Reason[]>();
  /** Keys of the causes that have been reported and still stand. */
  private readonly reported = new Map<string, ReadonlySet<string>>();
  private readonly known = new KnownReasons();
  private readonly remembered = new Map<OperationInvariant, Remembered>();
  private created = new Set<ObjectId>();
  private operation: OperationContext = { index: -1, line: null, text: '', process: '', verb: '' };
  private untilEnd = '';
  /** Steps of the operation so far. */
  private steps: Step[] = [];
  /** What must hold between operations and was found broken there, for the first time. */
  private fresh: Finding[] = [];
  private lastStep = -1;
  private firstViolation = 0;

  constructor(
    private readonly catalogue: readonly Invariant[],
    private readonly keepSpans: boolean,
  ) {
    this.stateInvariants = catalogue.filter((invariant) => invariant.form === 'state');
    this.inspector = new StepInspector(
      catalogue.filter((invariant) => invariant.form === 'step'),
      this.view,
    );
    this.operationInvariants = catalogue.filter((invariant) => invariant.form === 'operation');
    this.dirtyIndex = new DirtyIndex(this.stateInvariants, ({ each }) => each?.kinds ?? []);
    this.guardsSections = this.stateInvariants.some(({ when }) => when.rule === 'section');
    this.standing = new Map(
      this.stateInvariants.map((invariant) => [invariant, standingOf(invariant, this.view)]),
    );
  }

  begin(operation: OperationContext): void {
    this.operation = operation;
    this.untilEnd = `until “${operation.text}” has ended`;
    this.created = new Set();
    this.inspector.begin(operation, this.created);
    this.steps = [];
    this.firstViolation = this.violations.length;
    for (const invariant of this.operationInvariants)
      this.remembered.set(invariant, invariant.begin?.(this.view, operation) ?? new Map());
  }

  step(step: Step): void {
    this.lastStep = step.number;
    this.steps.push(step);
    this.spans.endSteps(step.number);
    for (const [id, reasons] of this.inspector.inspect(step, this.apply)) {
      this.report(id, step.number, step.number, reasons);
      this.spans.momentary(id, step.number, reasons);
    }
    this.checkState(step.number, false);
  }

  end(status: 'ok' | 'error'): void {
    if (this.operation.verb === 'call' && status === 'ok') this.holdWhatTheCallMade();
    this.checkState(this.lastStep, true);
    const causes = findCauses(this.fresh, this.steps, this.view, this.dirtyIndex);
    for (const [at, { invariant, reasons }] of this.fresh.entries())
      this.report(invariant.id, this.lastStep, causes[at] ?? this.lastStep, reasons);
    this.fresh = [];
    const broken = new Set(
      this.violations.slice(this.firstViolation).map((violation) => violation.invariant),
    );
    for (const invariant of this.operationInvariants) {
      const before = this.remembered.get(invariant) ?? new Map();
      const outcome = { status, broken: [...broken].filter((id) => id !== invariant.id) };
      const reasons = invariant.end(this.view, this.inspector.now, outcome, before);
      if (reasons.length === 0) continue;
      this.report(invariant.id, this.lastStep, lastWriter(this.steps, reasons) ?? this.lastStep, reasons);
      this.spans.momentary(invariant.id, this.lastStep, reasons);
    }
  }

  violated(): ReadonlySet<string> {
    return this.violatedIds;
  }

  result(): Evaluation {
    return {
      invariants: [...this.catalogue.map(infoOf), ...this.inspector.asserts.values()],
      spans: this.keepSpans ? this.spans.result() : {},
      violations: [...this.violations],
    };
  }

  /** A detached VMA that `call` made with `new` is in the hands of the scenario, and no leak. */
  private holdWhatTheCallMade(): void {
    for (const object of this.created) {
      const made = this.view.isLive(object) && this.view.kind(object) === 'vma';
      if (made && !this.view.flag(object, 'attached')) this.view.held.add(object);
    }
    for (const [invariant, standing] of this.standing) {
      this.dirty.add(invariant);
      standing.touchAll();
    }
  }

  private readonly apply = (change: Change): void => {
    const touched = this.dirtyIndex.touchedBy(change, this.view);
    const concerned = touched.length === 0 ? null : concernedBy(change, this.view);
    this.view.apply(change);
    if (change.op === 'create') this.created.add(change.object);
    if (concerned === null) return;
    for (const invariant of touched) {
      this.dirty.add(invariant);
      this.standing.get(invariant)?.touch(concerned);
    }
  };

  /** Looks again at what may have changed. `quiet`: the operation has ended. */
  private checkState(step: number, quiet: boolean): void {
    if (!quiet && this.dirty.size === 0 && !this.guardsSections) return;
    for (const invariant of this.stateInvariants) {
      const mayWait = invariant.when.rule === 'quiescent' && !quiet;
      if (mayWait && !this.keepSpans) continue;
      const changed = this.dirty.delete(invariant);
      if (changed) this.recheck(invariant);
      if (changed || quiet || invariant.when.rule === 'section') this.settle(invariant, step, quiet);
    }
  }

  private recheck(invariant: StateInvariant): void {
    const reasons = this.standing.get(invariant)?.refresh() ?? [];
    if (reasons.length === 0) this.broken.delete(invariant);
    else this.broken.set(invariant, this.known.same(reasons));
  }

  /** Gives the invariant its status at the step, and reports what is newly violated. */
  private settle(invariant: StateInvariant, step: number, quiet: boolean): void {
    const { id } = invariant;
    const reasons = this.broken.get(invariant) ?? [];
    const until = quiet || reasons.length === 0 ? null : this.allowedUntil(invariant);
    if (until === null) {
      const known = this.reported.get(id);
      const fresh = reasons.filter((reason) => !known?.has(keyOf(reason)));
      if (reasons.length > 0) this.reported.set(id, new Set(reasons.map(keyOf)));
      else this.reported.delete(id);
      if (fresh.length > 0 && quiet) this.fresh.push({ invariant, reasons: fresh });
      else if (fresh.length > 0) this.report(id, step, step, fresh);
    }
    if (!this.keepSpans) return;
    const known = this.reported.get(id);
    const standing = until !== null && reasons.some((reason) => known?.has(keyOf(reason)));
    if (reasons.length === 0) this.spans.set(id, step, 'holds', [], null);
    else if (until === null || standing) this.spans.set(id, step, 'violated', reasons, null);
    else this.spans.set(id, step, 'suspended', reasons, until);
  }

  /** Until when the invariant may be broken at this moment, or null when it must hold. */
  private allowedUntil(invariant: StateInvariant): string | null {
    const { when } = invariant;
    switch (when.rule) {
      case 'always':
      case 'at-assert':
        return null;
      case 'quiescent':
        return this.untilEnd;
      case 'section':
        for (const object of this.view.live(when.kind))
          if (this.view.number(object, when.field) === -1)
            return `until ${when.field} of ${this.view.name(object)} is released`;
        return null;
    }
  }

  private report(invariant: string, step: number, cause: number, reasons: readonly Reason[]): void {
    const [first] = reasons;
    if (!first) return;
    const more = reasons.length > 1 ? ` (and ${reasons.length - 1} more)` : '';
    this.violatedIds.add(invariant);
    this.violations.push({
      invariant,
      operation: this.operation.index,
      line: this.operation.line,
      step: Math.max(0, step),
      cause: Math.max(0, cause),
      message: `${first.message}${more}`,
      reasons,
    });
  }
}

/** Reasons kept to be used again, at most. */
const KNOWN_REASONS = 4096;

/** Spans keep reasons, and the same ones come again and again: each is one object while it is not forgotten. */
class KnownReasons {
  private readonly byMessage = new Map<string, Reason>();

  /** The reasons, those that are known as the objects they were. */
  same(reasons: readonly Reason[]): readonly Reason[] {
    return reasons.map((reason) => {
      const known = this.byMessage.get(reason.message);
      if (known && keyOf(known) === keyOf(reason)) return known;
      if (this.byMessage.size >= KNOWN_REASONS) this.byMessage.clear();
      // a message put together of pieces is kept as pieces until somebody looks into it
      reason.message.charCodeAt(0);
      this.byMessage.set(reason.message, reason);
      return reason;
    });
  }
}

function infoOf({ id, when, title, statement, why, speaksOf, places }: Invariant): InvariantInfo {
  return { id, when, title, statement, why, speaksOf, places };
}
