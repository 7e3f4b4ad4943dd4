/**
 * A long run in parts. Sent whole it would keep both sides busy for seconds; in parts each has time for a person in
 * between. The head is a run without steps; the parts bring steps, places and invariant spans in order.
 */
import type { Step } from '../trace/step';
import type { InvariantTimeline, RunData, RunPart, StepPlace } from './messages';

/** Steps of one part. */
export const PART_STEPS = 2000;

/** Is a run better sent in parts? */
export function isLong({ trace }: RunData): boolean {
  return trace.steps.length > PART_STEPS;
}

/** A run without what the parts bring. */
export function headOf(run: RunData): RunData {
  return {
    ...run,
    trace: { ...run.trace, steps: [] },
    places: [],
    timelines: run.timelines.map(({ id }) => ({ id, spans: [] })),
  };
}

export function* partsOf(run: RunData): Generator<RunPart> {
  const { steps } = run.trace;
  // where each timeline has been sent up to
  const sent = run.timelines.map(() => 0);
  for (let from = 0; from < steps.length; from += PART_STEPS) {
    const to = Math.min(from + PART_STEPS, steps.length);
    const last = to === steps.length;
    const timelines = run.timelines.flatMap(({ id, spans }, index) => {
      const begin = sent[index] ?? 0;
      let end = begin;
      while (end < spans.length && (last || (spans[end]?.step ?? 0) < to)) end += 1;
      sent[index] = end;
      return end > begin ? [{ id, spans: spans.slice(begin, end) }] : [];
    });
    yield {
      runId: run.runId,
      from,
      steps: steps.slice(from, to),
      places: run.places.slice(from, to),
      timelines,
    };
  }
}

/** Puts a run together again. */
export class RunAssembly {
  private readonly steps: Step[] = [];
  private readonly places: StepPlace[] = [];
  private readonly spans = new Map<string, InvariantTimeline['spans'][number][]>();

  constructor(
    readonly head: RunData,
    /** Steps in all. */
    readonly total: number,
  ) {
    for (const { id } of head.timelines) this.spans.set(id, []);
  }

  get received(): number {
    return this.steps.length;
  }

  /** False when the part is of another run, or one before it is missing. */
  add(part: RunPart): boolean {
    if (part.runId !== this.head.runId || part.from !== this.steps.length) return false;
    if (part.from + part.steps.length > this.total) return false;
    for (const step of part.steps) this.steps.push(step);
    for (const place of part.places) this.places.push(place);
    for (const { id, spans } of part.timelines) {
      const known = this.spans.get(id) ?? [];
      for (const span of spans) known.push(span);
      this.spans.set(id, known);
    }
    return true;
  }

  /** The whole run, or null while parts are missing. */
  complete(): RunData | null {
    if (this.steps.length < this.total) return null;
    return {
      ...this.head,
      trace: { ...this.head.trace, steps: this.steps },
      places: this.places,
      timelines: this.head.timelines.map(({ id }) => ({ id, spans: this.spans.get(id) ?? [] })),
    };
  }
}
