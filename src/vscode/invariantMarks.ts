/**
 * Where invariants stand in a file of a kernel tree, found without any run: asserts and documented rules, and the
 * statements between which an invariant is suspended.
 */
import type { Annotations } from '../annotations/annotations';
import type { Outcome } from '../annotations/effects';
import type { Suspension } from '../annotations/suspensions';
import { assertId, assertInfo } from '../invariants/assert';
import { ROLES, roleOf } from '../source/roles';
import type { TreeIndex } from '../source/treeIndex';
import type { InvariantInfo } from '../trace/evaluation';
import type { Location } from '../trace/step';
import { findPlaces, resolveAnchor, spanLocation } from './anchorPlaces';

/** An assert or a documented rule. */
export interface InvariantMark {
  readonly location: Location;
  readonly nature: 'assert' | 'comment';
  readonly functionName: string;
  readonly invariant: InvariantInfo;
  /** False for an assert that no sample comes past. */
  readonly seen: boolean;
}

/** A suspension in the text that is open. */
export interface SuspendedRange {
  readonly suspension: Suspension;
  /** The statement that suspends it. */
  readonly from: Location;
  /** The statement after which it holds again; the function's closing brace when it does not before that. */
  readonly to: Location;
}

/** A statement that a sample comes past, and what it does. */
export interface StatementEffect {
  readonly location: Location;
  readonly role: string;
  readonly pattern: string;
  readonly outcomes: readonly Outcome[];
}

/** Reads the files that decide what the places of invariants in a file are. */
export async function ensurePlaces(
  facts: TreeIndex,
  path: string,
  invariants: readonly InvariantInfo[],
): Promise<void> {
  const roles = new Set(invariants.flatMap(({ places }) => places.map(({ role }) => role)));
  for (const role of roles) if (ROLES[role]?.files.includes(path)) await facts.ensureRole(role);
}

/** Marks of a file that has been read, in order of the text. `ensurePlaces` first. */
export function marksOf(
  facts: TreeIndex,
  path: string,
  invariants: readonly InvariantInfo[],
): InvariantMark[] {
  const marks: InvariantMark[] = [];
  const known = new Set<string>();
  const add = (mark: InvariantMark) => {
    const { line, column } = mark.location;
    const key = `${line}:${column}:${mark.invariant.id}`;
    if (known.has(key)) return;
    known.add(key);
    marks.push(mark);
  };
  for (const invariant of invariants)
    for (const { location, nature, functionName } of findPlaces(facts, invariant))
      if (location.file === path && (nature === 'assert' || nature === 'comment'))
        add({ location, nature, functionName, invariant, seen: true });
  const covered = new Set(
    marks.filter(({ invariant }) => invariant.id.startsWith('assert/')).map(({ location }) => location.line),
  );
  for (const mark of unseenAsserts(facts, path)) if (!covered.has(mark.location.line)) add(mark);
  return marks.sort((a, b) => a.location.line - b.location.line || a.location.column - b.location.column);
}

/** Asserts in functions of the reverse map. */
function unseenAsserts(facts: TreeIndex, path: string): InvariantMark[] {
  return (facts.source(path)?.asserts ?? []).flatMap(({ macro, text, functionName, span }) => {
    const location = roleOf(functionName) === undefined ? null : spanLocation(facts, path, span);
    if (!location) return [];
    const event = { type: 'assert', macro, expression: text, holds: true } as const;
    const invariant = { ...assertInfo(functionName, event), id: assertId(functionName, text) };
    return [{ location, nature: 'assert' as const, functionName, invariant, seen: false }];
  });
}

/** Stretches of the functions of a file in which an invariant is suspended; those not in this tree are left out. */
export function suspendedRanges(
  facts: TreeIndex,
  path: string,
  roles: readonly string[],
  annotations: Annotations,
): SuspendedRange[] {
  return roles.flatMap((role) =>
    annotations.suspensionsIn(role).flatMap((suspension) => {
      const from = located(facts, path, role, suspension.from);
      const to = located(facts, path, role, suspension.to ?? 'end');
      return from && to ? [{ suspension, from, to }] : [];
    }),
  );
}

/** What the statements of a file do, in order of the text. */
export function statementEffects(
  facts: TreeIndex,
  path: string,
  roles: readonly string[],
  annotations: Annotations,
): StatementEffect[] {
  const effects = roles.flatMap((role) =>
    annotations.patternsOf(role).flatMap((pattern) => {
      const location = located(facts, path, role, pattern);
      return location ? [{ location, role, pattern, outcomes: annotations.outcomes(role, pattern) }] : [];
    }),
  );
  return effects.sort((a, b) => a.location.line - b.location.line || a.location.column - b.location.column);
}

function located(facts: TreeIndex, path: string, role: string, pattern: string): Location | null {
  const found = resolveAnchor(facts, { role, pattern });
  return 'location' in found && found.location.file === path ? found.location : null;
}

/** First and last line of a suspended stretch; statements of a loop can stand in any order. */
export function linesOf({ from, to }: SuspendedRange): { readonly first: number; readonly last: number } {
  return { first: Math.min(from.line, to.line), last: Math.max(from.endLine, to.endLine) };
}

/** Lines that some stretch covers, as maximal runs, in order. */
export function bracketsOf(
  ranges: readonly SuspendedRange[],
): { readonly first: number; readonly last: number }[] {
  const sorted = ranges.map(linesOf).sort((a, b) => a.first - b.first);
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of sorted) {
    const open = merged.at(-1);
    if (open && first <= open.last) open.last = Math.max(open.last, last);
    else merged.push({ first, last });
  }
  return merged;
}
