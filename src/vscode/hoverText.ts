/**
 * The Markdown of hovers: what a function is for, what a statement did in a run, and which invariants hold there.
 * Everything that comes from a tree or a scenario goes through `code` or `escaped`.
 */
import { Cursor } from '../trace/cursor';
import type { InvariantInfo, Status, When } from '../trace/evaluation';
import type { Step } from '../trace/step';
import { changePhrases } from './changeText';
import { type LiveStatus, statusAt } from './liveStatus';
import { code, commandLink, escaped } from './markdownText';
import type { FunctionUse, Recording } from './recordings';

/** Lines that a list in a hover may have. */
const LIST_LIMIT = 7;
const LINK_LIMIT = 8;

/** The run that a hover speaks of: the current one, or the sample that shows the function best. */
export interface HoverRun {
  readonly recording: Recording;
  /** Where the run stands; null for a sample that is not running. */
  readonly position: number | null;
  /** Markdown link to a step: seeks in the current run, or starts the sample there. */
  readonly link: (label: string, step: Step) => string;
}

export function whenSentence(when: When): string {
  switch (when.rule) {
    case 'always':
      return 'always';
    case 'quiescent':
      return 'between operations';
    case 'section':
      return `unless ${when.field} is held for writing`;
    case 'at-assert':
      return 'where it stands';
  }
}

export const SIGNS: Readonly<Record<Status, string>> = { holds: '✓', suspended: '◐', violated: '✗' };
export const WORDS: Readonly<Record<Status, string>> = {
  holds: 'holds',
  suspended: 'broken, allowed here',
  violated: '**violated**',
};

/** Where a run comes through a function: its calls, as links. */
export function callsIn(steps: readonly Step[], run: HoverRun): string[] {
  const calls = steps.filter((step) => step.kind === 'call');
  const entries = calls.length > 0 ? calls : steps.slice(0, 1);
  if (entries.length === 0) return [];
  const links = entries.slice(0, LINK_LIMIT).map((step) => run.link(`step ${step.number + 1}`, step));
  const more = entries.length > LINK_LIMIT ? ` and ${entries.length - LINK_LIMIT} more` : '';
  const where = run.position === null ? `In the sample “${escaped(run.recording.title)}”` : 'In this run';
  return [`${where}, entered at ${links.join(', ')}${more}`, ''];
}

/** Samples that reach a function, as links that run them. */
export function samplesOf(uses: readonly FunctionUse[], role: string, root: string): string[] {
  const links = uses
    .slice(0, 4)
    .map(({ sample }) =>
      commandLink(escaped(sample.title), 'rmapLens.runFunction', [role, sample.id, root], 'Run this sample'),
    );
  if (links.length === 0) return [];
  const more = uses.length > links.length ? ` and ${uses.length - links.length} more` : '';
  return [`$(play) Run on: ${links.join(' · ')}${more}`, ''];
}

/** What one statement did in a run: the step that is nearest in full, the others as links. */
export function statementCard(steps: readonly Step[], run: HoverRun): string[] {
  const shown = nearest(steps, run.position);
  if (!shown) return [];
  const { trace } = run.recording.run;
  const here = run.position === shown.number;
  const where =
    run.position === null ? `In the sample “${escaped(run.recording.title)}”, ` : here ? '' : 'In this run, ';
  const label = `step ${shown.number + 1}`;
  const head = here ? `$(arrow-right) **Current step**, ${label}` : `${where}${run.link(label, shown)}`;
  const lines = [`${head}: ${escaped(shown.text)}`, ''];
  const cursor = new Cursor(trace);
  cursor.seek(shown.number);
  const phrases = changePhrases(shown, cursor.state, trace.kinds);
  for (const phrase of phrases.slice(0, LIST_LIMIT)) lines.push(`- ${code(phrase)}`);
  if (phrases.length > LIST_LIMIT) lines.push(`- and ${phrases.length - LIST_LIMIT} more changes`);
  if (phrases.length > 0) lines.push('');
  const others = steps.filter((step) => step !== shown);
  if (others.length > 0) {
    const links = others.slice(0, LINK_LIMIT).map((step) => run.link(String(step.number + 1), step));
    const more = others.length > LINK_LIMIT ? ` and ${others.length - LINK_LIMIT} more` : '';
    lines.push(`Also at ${links.join(', ')}${more}`, '');
  }
  return lines;
}

/** The step at the position, else the next one after it, else the last one before it. */
export function nearest(steps: readonly Step[], position: number | null): Step | null {
  if (position === null) return steps[0] ?? null;
  return steps.find((step) => step.number >= position) ?? steps.at(-1) ?? null;
}

/**
 * Invariants with their status, those that do not hold first.
 * @param at step whose status is shown; null when there is no run to take it from
 */
export function invariantList(
  title: string,
  invariants: readonly InvariantInfo[],
  run: HoverRun | null,
  at: number | null,
): string[] {
  if (invariants.length === 0) return [];
  const rows = invariants
    .map((info) => ({ info, live: run && at !== null ? statusAt(run.recording.run, info.id, at) : null }))
    .sort((a, b) => rank(a.live) - rank(b.live));
  const lines = [`**${title}**`, ''];
  for (const { info, live } of rows.slice(0, LIST_LIMIT)) lines.push(...invariantRow(info, live));
  if (rows.length > LIST_LIMIT)
    lines.push(
      `- and ${rows.length - LIST_LIMIT} more, which ${run && at !== null ? 'hold' : 'are listed by the lens above'}`,
    );
  lines.push('');
  return lines;
}

function invariantRow(info: InvariantInfo, live: LiveStatus | null): string[] {
  const sign = live ? `${SIGNS[live.status]} ` : '';
  const state = live ? ` — ${WORDS[live.status]}` : '';
  const lines = [`- ${sign}${code(info.id)}${state} *(${escaped(whenSentence(info.when))})*  `];
  const reason = live?.span?.reasons[0]?.message;
  if (live && live.status !== 'holds') {
    const until = live.span?.until;
    lines.push(`  ${escaped(reason ?? '')}${until ? `, ${escaped(until)}` : ''}  `);
  } else lines.push(`  ${escaped(info.statement)}  `);
  return lines;
}

function rank(live: LiveStatus | null): number {
  switch (live?.status) {
    case 'violated':
      return 0;
    case 'suspended':
      return 1;
    default:
      return 2;
  }
}

/** Invariants that begin or cease to be kept at a step, and after them those that are not kept there. */
export function concernedAt(
  invariants: readonly InvariantInfo[],
  run: HoverRun,
  step: number,
): InvariantInfo[] {
  const { spans } = run.recording.run.evaluation;
  const changing = invariants.filter(({ id }) => spans[id]?.some(({ fromStep }) => fromStep === step));
  const others = invariants.filter(
    (info) => !changing.includes(info) && statusAt(run.recording.run, info.id, step).status !== 'holds',
  );
  return [...changing, ...others];
}
