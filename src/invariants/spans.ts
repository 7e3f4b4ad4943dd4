/**
 * Collects the status of each invariant over the steps, as spans.
 */
import type { Reason, Span, Status } from '../trace/evaluation';

export class Spans {
  private readonly byId = new Map<string, Span[]>();
  /** Ids of the invariants that were broken at one step alone, with that step. */
  private readonly momentaryIds = new Map<string, number>();

  /** From this step on the invariant has this status. Nothing is added when nothing changed. */
  set(id: string, step: number, status: Status, reasons: readonly Reason[], until: string | null): void {
    const spans = this.byId.get(id) ?? [];
    const last = spans.at(-1);
    const before = last && last.fromStep === step ? spans.at(-2) : last;
    const span = { fromStep: step, status, reasons, until };
    if (last && last.fromStep === step) spans.pop();
    if (!sameSpan(before, span)) spans.push(span);
    if (spans.length > 0) this.byId.set(id, spans);
    else this.byId.delete(id);
  }

  /** The invariant is violated at this step and holds again from the next one on. */
  momentary(id: string, step: number, reasons: readonly Reason[]): void {
    this.set(id, step, 'violated', reasons, null);
    this.momentaryIds.set(id, step);
  }

  /** A new step begins: what was broken at one before it holds again. */
  endSteps(step: number): void {
    for (const [id, at] of this.momentaryIds) if (at < step) this.set(id, at + 1, 'holds', [], null);
    this.momentaryIds.clear();
  }

  result(): Record<string, readonly Span[]> {
    return Object.fromEntries([...this.byId].map(([id, spans]) => [id, [...spans]]));
  }
}

/** The first span of an invariant that held so far says nothing new. */
function sameSpan(before: Span | undefined, after: Span): boolean {
  if (!before) return after.status === 'holds';
  return (
    before.status === after.status &&
    before.until === after.until &&
    before.reasons.length === after.reasons.length &&
    before.reasons.every((reason, at) => reason.message === after.reasons[at]?.message)
  );
}
