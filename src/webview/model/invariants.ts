/**
 * Invariants with their status at a step, grouped, problems first.
 */
import type {
  InvariantInfo,
  InvariantReason,
  InvariantSpan,
  InvariantStatus,
  InvariantTimeline,
} from '../../protocol/messages';
import type { ObjectId } from '../../trace/value';

export interface InvariantView {
  readonly info: InvariantInfo;
  readonly status: InvariantStatus;
  readonly reasons: readonly InvariantReason[];
  readonly until: string | null;
  /** The step at which it came to this status; null when it has been so from the start. */
  readonly since: number | null;
  /** First step of the run at which it is violated. */
  readonly firstViolated: number | null;
  readonly spans: readonly InvariantSpan[];
}

export interface InvariantGroup {
  readonly name: string;
  readonly members: readonly InvariantView[];
}

export type SpansById = ReadonlyMap<string, readonly InvariantSpan[]>;

/** First step at which each is violated; those that never are have none. */
export function firstViolations(timelines: readonly InvariantTimeline[]): ReadonlyMap<string, number> {
  return new Map(
    timelines.flatMap(({ id, spans }) => {
      const first = spans.find(({ status }) => status === 'violated');
      return first ? [[id, first.step] as const] : [];
    }),
  );
}

export function spansById(timelines: readonly InvariantTimeline[]): SpansById {
  return new Map(timelines.map(({ id, spans }) => [id, spans]));
}

/** The span that a step lies in; before the first span an invariant holds. */
export function spanAt(spans: readonly InvariantSpan[], position: number): InvariantSpan | null {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as InvariantSpan).step <= position) low = middle + 1;
    else high = middle;
  }
  return spans[low - 1] ?? null;
}

export function invariantsAt(
  infos: readonly InvariantInfo[],
  byId: SpansById,
  position: number,
  firstViolated: ReadonlyMap<string, number>,
): InvariantView[] {
  return infos.map((info) => {
    const spans = byId.get(info.id) ?? [];
    const span = spanAt(spans, position);
    return {
      info,
      status: span?.status ?? 'holds',
      reasons: span?.reasons ?? [],
      until: span?.until ?? null,
      since: span && span.step >= 0 ? span.step : null,
      firstViolated: firstViolated.get(info.id) ?? null,
      spans,
    };
  });
}

const WEIGHT: Readonly<Record<InvariantStatus, number>> = { violated: 0, suspended: 1, holds: 2 };

/** Those that do not hold, the worst first. */
export function problemsOf(views: readonly InvariantView[]): InvariantView[] {
  return views.filter(({ status }) => status !== 'holds').sort((a, b) => WEIGHT[a.status] - WEIGHT[b.status]);
}

/** Those that may be broken for now, by until when. */
export function suspendedByUntil(
  problems: readonly InvariantView[],
): { until: string | null; members: InvariantView[] }[] {
  const groups = new Map<string | null, InvariantView[]>();
  for (const view of problems) {
    if (view.status !== 'suspended') continue;
    const members = groups.get(view.until);
    if (members) members.push(view);
    else groups.set(view.until, [view]);
  }
  return [...groups].map(([until, members]) => ({ until, members }));
}

/** What is wrong, each sentence once, with how often it is so. */
export function messagesOf(reasons: readonly InvariantReason[]): { message: string; times: number }[] {
  const times = new Map<string, number>();
  for (const { message } of reasons) times.set(message, (times.get(message) ?? 0) + 1);
  return [...times].map(([message, count]) => ({ message, times: count }));
}

/** By the part of the id before the slash, in the order in which the groups first appear. */
export function groupsOf(views: readonly InvariantView[]): InvariantGroup[] {
  const groups = new Map<string, InvariantView[]>();
  for (const view of views) {
    const members = groups.get(view.info.group);
    if (members) members.push(view);
    else groups.set(view.info.group, [view]);
  }
  return [...groups].map(([name, members]) => ({ name, members }));
}

/** Those that a person's words are found in: id, title, statement, reasons. */
export function filtered(views: readonly InvariantView[], query: string): readonly InvariantView[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return views;
  return views.filter(({ info, status, reasons }) => {
    const text = [info.id, info.title, info.statement, status, ...reasons.map(({ message }) => message)]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Those that speak of an object of this kind; with `field`, of that field. */
export function speakingOf(
  views: readonly InvariantView[],
  kind: string,
  field: string | null,
): InvariantView[] {
  return views.filter(({ info }) =>
    info.speaksOf.some(
      (subject) => subject.kind === kind && (field === null || namesField(subject.fields, field)),
    ),
  );
}

/** Does a list of field names cover a field? `*` is any, a name that ends in `.` stands for a family. */
export function namesField(names: readonly string[], field: string): boolean {
  return names.some(
    (name) => name === '*' || name === field || (name.endsWith('.') && field.startsWith(name)),
  );
}

/** Is this very object among the reasons why an invariant does not hold? */
export function blames(view: InvariantView, id: ObjectId): boolean {
  return view.reasons.some(({ objects }) => objects.includes(id));
}
