/**
 * The Markdown of annotations that need no run: what an invariant says and where it can be seen, between which statements
 * it is suspended, what a statement does. No text of a tree gets in unfenced.
 */
import type { Annotations } from '../annotations/annotations';
import type { Outcome } from '../annotations/effects';
import type { Sighting } from '../annotations/sightings';
import { roleOf } from '../source/roles';
import type { Subject } from '../trace/evaluation';
import type { FoundPlace } from './anchorPlaces';
import { SIGNS, WORDS, whenSentence } from './hoverText';
import type { InvariantMark, SuspendedRange } from './invariantMarks';
import type { LiveStatus } from './liveStatus';
import { code, commandLink, escaped } from './markdownText';

/** Names in a list of a hover. */
const LIST_LIMIT = 5;

/** What the statement of these outcomes does, in one line; null when it changes nothing. */
export function effectText(outcomes: readonly Outcome[]): string | null {
  const texts = outcomes.map(({ phrases }) => phrases.join('; ')).filter((text) => text !== '');
  const [first, ...others] = texts;
  if (first === undefined) return null;
  const [other] = others;
  const more = others.length > 1 ? ` (or ${others.length} other outcomes)` : other ? `; or: ${other}` : '';
  return `${first}${more}`;
}

/** What a statement does, for its hover. */
export function effectLines(outcomes: readonly Outcome[], root: string): string[] {
  const acting = outcomes.filter(({ phrases }) => phrases.length > 0);
  if (acting.length === 0) return [];
  if (acting.length === 1 && acting[0]) return [`**Does** ${escaped(acting[0].phrases.join('; '))}`, ''];
  return [
    '**Does** one of these:',
    '',
    ...acting.slice(0, LIST_LIMIT).map(({ phrases, example }) => {
      const seen = sightingLink('see it', example, root);
      return `- ${escaped(phrases.join('; '))} (${seen})`;
    }),
    '',
  ];
}

/** Where an invariant stands in a tree, by what the place is to it. */
export interface PlacedInvariant {
  readonly mark: InvariantMark;
  readonly places: readonly FoundPlace[];
  readonly live: LiveStatus | null;
  /** When that is: `now`, `at step 5`. */
  readonly moment: string;
}

/** Card of an invariant that stands where the pointer is. */
export function invariantCard(
  { mark, places, live, moment }: PlacedInvariant,
  annotations: Annotations,
  kernel: string,
  root: string,
): string[] {
  const { invariant, seen } = mark;
  const isAssert = invariant.id.startsWith('assert/');
  const title = isAssert ? code(invariant.title) : `**${escaped(invariant.title)}**`;
  const lines = [`$(shield) ${title} — ${code(invariant.id)}`, '', escaped(invariant.statement), ''];
  const now = live ? ` · ${moment} ${liveSentence(live)}` : '';
  lines.push(`*Must hold* ${escaped(whenSentence(invariant.when))}${now}  `);
  lines.push(`*Why* ${escaped(invariant.why)}  `);
  if (invariant.speaksOf.length > 0) lines.push(`*Speaks of* ${subjects(invariant.speaksOf)}  `);
  for (const [label, nature] of NATURES) {
    const names = placeLinks(places, nature, mark, root);
    if (names !== '') lines.push(`*${label}* ${names}  `);
  }
  lines.push('', ...sightings(mark, annotations, root));
  if (!seen) lines.push(`*No sample comes past it as ${escaped(kernel)}.*`, '');
  return lines;
}

const NATURES = [
  ['Relied on by', 'relies'],
  ['Kept by', 'maintains'],
  ['Also asserted in', 'assert'],
] as const;

function placeLinks(
  places: readonly FoundPlace[],
  nature: FoundPlace['nature'],
  mark: InvariantMark,
  root: string,
): string {
  const links = new Map<string, string>();
  for (const place of places) {
    if (place.nature !== nature || links.has(place.functionName)) continue;
    if (nature === 'assert' && place.location.line === mark.location.line) continue;
    const { file, line } = place.location;
    links.set(
      place.functionName,
      commandLink(code(place.functionName), 'rmapLens.openPlace', [root, file, line], `${file}:${line + 1}`),
    );
  }
  const shown = [...links.values()].slice(0, LIST_LIMIT);
  return links.size > shown.length
    ? `${shown.join(', ')} and ${links.size - shown.length} more`
    : shown.join(', ');
}

function subjects(speaksOf: readonly Subject[]): string {
  return speaksOf
    .map(({ kind, fields }) => {
      const known = fields.filter((field) => field !== '*').map((field) => code(field.replace(/\.$/, '')));
      return known.length > 0 ? `${code(kind)}: ${known.join(', ')}` : code(kind);
    })
    .join(' · ');
}

function liveSentence(live: LiveStatus): string {
  const { until, reasons } = live.span ?? { until: null, reasons: [] };
  const reason = live.status === 'holds' ? '' : `: ${escaped(reasons[0]?.message ?? '')}`;
  const end = live.status === 'suspended' && until !== null ? `, ${escaped(until)}` : '';
  return `${SIGNS[live.status]} ${WORDS[live.status]}${reason}${end}`;
}

/** Links to a sample that puts an invariant to the test, in the function that the card is shown in if one does, and to one that breaks it. */
function sightings(
  { invariant: { id }, functionName }: InvariantMark,
  annotations: Annotations,
  root: string,
): string[] {
  const exercise = annotations.exercise(id, roleOf(functionName));
  const broken = annotations.breaking(id);
  const links = [
    exercise ? `$(play) At work in ${sightingLink(escaped(exercise.title), exercise, root)}` : '',
    broken ? `$(bug) Broken in ${sightingLink(escaped(broken.title), broken, root)}` : '',
  ].filter((text) => text !== '');
  return links.length > 0 ? [links.join(' · '), ''] : [];
}

/** A link that runs a sample and stops at a step. `label` is Markdown. */
export function sightingLink(label: string, { sample, step }: Sighting, root: string): string {
  return commandLink(label, 'rmapLens.runSample', [sample, step, root], 'Run this sample and stop here');
}

/** What is suspended at a line, from where to where and why: one entry for each invariant. */
export function suspensionLines(ranges: readonly SuspendedRange[], root: string): string[] {
  if (ranges.length === 0) return [];
  const byId = new Map<string, SuspendedRange[]>();
  // what is mended in this function comes first
  const sorted = [...ranges].sort(
    (a, b) => Number(a.suspension.to === null) - Number(b.suspension.to === null),
  );
  for (const range of sorted) {
    const { id } = range.suspension.invariant;
    byId.set(id, [...(byId.get(id) ?? []), range]);
  }
  const shown = [...byId].slice(0, LIST_LIMIT);
  const more = byId.size - shown.length;
  return [
    '$(bracket-dot) **Suspended here**',
    '',
    ...shown.flatMap(([id, list]) => suspensionEntry(id, list, root)),
    ...(more > 0 ? [`- and ${more} more`] : []),
    '',
  ];
}

function suspensionEntry(id: string, list: readonly SuspendedRange[], root: string): string[] {
  const [first] = list;
  if (!first) return [];
  const { reason, example } = first.suspension;
  const stretches = [...new Set(list.map(stretch))].join(', or ');
  const seen = sightingLink(`step ${example.step + 1} of “${escaped(example.title)}”`, example, root);
  return [`- ${code(id)} ${stretches}  `, `  ${escaped(reason)} (${seen})`];
}

function stretch({ suspension, from, to }: SuspendedRange): string {
  const begin = `from line ${from.line + 1}`;
  if (suspension.to !== null) return `${begin} to line ${to.endLine + 1}`;
  const { restoredIn } = suspension;
  return `${begin} past the end of the function${restoredIn === null ? '' : `, until ${code(restoredIn)}`}`;
}
