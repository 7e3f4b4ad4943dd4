/**
 * Between which statements of a function an invariant is suspended: found in recorded runs, where it is broken at one
 * statement and holds again after another.
 */
import type { InvariantInfo, Span } from '../trace/evaluation';
import { type Example, type Frame, framesOf, lastStepOf } from './frames';

/**
 * Invariants whose suspension says nothing that is not said better elsewhere: a lock that is held, and an object that only
 * a local variable leads to yet.
 */
const LEFT_OUT: ReadonlySet<string> = new Set(['lock/balanced', 'mem/no-leak']);

/** One stretch of a function in which an invariant does not hold, and need not. */
export interface Suspension {
  readonly invariant: InvariantInfo;
  readonly role: string;
  /** Pattern of the statement after which it no longer holds. */
  readonly from: string;
  /** Pattern of the statement after which it holds again; null: not before the function returns. */
  readonly to: string | null;
  /** Role of the function in which it holds again when `to` is null; null when the operation ends with it broken. */
  readonly restoredIn: string | null;
  /** Where it is seen. */
  readonly example: { readonly sample: string; readonly title: string; readonly step: number };
  /** What is not so meanwhile, in that example. */
  readonly reason: string;
}

/** All stretches that the runs show, each once, in the order in which they are first seen. */
export function suspensionsOf(examples: readonly Example[]): Suspension[] {
  const found = new Map<string, Suspension>();
  for (const example of examples) {
    const frames = framesOf(example.trace);
    for (const invariant of example.evaluation.invariants) {
      if (LEFT_OUT.has(invariant.id)) continue;
      const spans = example.evaluation.spans[invariant.id] ?? [];
      for (const [at, span] of spans.entries()) {
        // another reason for what is broken already begins nothing
        if (span.status !== 'suspended' || spans[at - 1]?.status === 'suspended') continue;
        const ended = endOf(spans, at);
        for (const suspension of inFrames(frames, invariant, span, ended, example)) {
          const key = [invariant.id, suspension.role, suspension.from, suspension.to].join('\u0000');
          if (!found.has(key)) found.set(key, suspension);
        }
      }
    }
  }
  return [...found.values()];
}

/** Step after which the invariant holds again; null when it does not, or is violated instead. */
function endOf(spans: readonly Span[], at: number): number | null {
  for (const span of spans.slice(at + 1)) {
    if (span.status === 'holds') return span.fromStep;
    if (span.status === 'violated') return null;
  }
  return null;
}

/** The stretch as each function sees it that was running when the invariant was broken. */
function inFrames(
  frames: readonly Frame[],
  invariant: InvariantInfo,
  span: Span,
  ended: number | null,
  { id, title }: Example,
): Suspension[] {
  const running = frames.filter(({ first, last }) => first < span.fromStep && span.fromStep <= last);
  return running.flatMap((frame) => {
    const from = statementAt(frame, span.fromStep);
    const to = ended !== null && ended <= frame.last ? statementAt(frame, ended) : null;
    // broken and mended inside what one statement calls: this function sees nothing of it
    if (from === null || from === to) return [];
    const pattern = patternOf(frame, from);
    if (pattern === null) return [];
    const restoredIn =
      to === null && ended !== null
        ? (frames.findLast(({ first, last }) => first < ended && ended <= last)?.role ?? null)
        : null;
    return [
      {
        ...{ invariant, role: frame.role, from: pattern, restoredIn },
        to: to === null ? null : patternOf(frame, to),
        example: { sample: id, title, step: span.fromStep },
        reason: span.reasons[0]?.message ?? '',
      },
    ];
  });
}

/** Index of the frame's own step that a step of the run belongs to. */
function statementAt(frame: Frame, step: number): number | null {
  const at = frame.own.findIndex(({ number }, index) => number <= step && step <= lastStepOf(frame, index));
  return at < 0 ? null : at;
}

function patternOf({ own }: Frame, at: number): string | null {
  return own[at]?.anchor?.pattern ?? null;
}
