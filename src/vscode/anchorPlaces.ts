/**
 * Turns anchors and places of invariants into locations of a tree that has been read.
 */

import type { Anchor } from '../source/anchors';
import { positionAt, type SourceRange, type Span } from '../source/text';
import type { TreeIndex } from '../source/treeIndex';
import type { InvariantInfo, Place as InvariantPlace } from '../trace/evaluation';
import type { Location } from '../trace/step';

/** A place of an invariant, found in a tree. */
export interface FoundPlace {
  readonly location: Location;
  readonly functionName: string;
  readonly nature: InvariantPlace['nature'];
  /** Text of the place, one line. */
  readonly text: string;
}

export function resolveAnchor(
  facts: TreeIndex,
  anchor: Anchor,
): { readonly location: Location } | { readonly missing: string } {
  const result = facts.resolve(anchor);
  return result.ok ? { location: locationOf(result.file, result.range) } : { missing: result.reason };
}

export function locationOf(file: string, { start, end }: SourceRange): Location {
  return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

/** Location of a span in a file that has been read. */
export function spanLocation(facts: TreeIndex, path: string, span: Span): Location | null {
  const file = facts.file(path);
  if (!file) return null;
  return locationOf(path, {
    start: positionAt(file.lineStarts, span.start),
    end: positionAt(file.lineStarts, span.end),
  });
}

/** Where an invariant stands in the tree; places that the tree does not have are left out. `ensureRole` first. */
export function findPlaces(facts: TreeIndex, { id, places }: InvariantInfo): FoundPlace[] {
  const assert = /^assert\/([^/]+)\/(.+)$/s.exec(id);
  return assert?.[1] !== undefined && assert[2] !== undefined
    ? findAsserts(facts, assert[1], assert[2])
    : places.flatMap((place) => findPlace(facts, place));
}

/** Asserts of a function by the text of their condition. */
function findAsserts(facts: TreeIndex, functionName: string, expression: string): FoundPlace[] {
  const wanted = squeezed(expression);
  return facts.asserts(functionName).flatMap(({ path, assert }) => {
    if (squeezed(assert.text) !== wanted) return [];
    const location = spanLocation(facts, path, assert.span);
    const text = `${assert.macro}(${assert.text})`;
    return location ? [{ location, functionName, nature: 'assert' as const, text }] : [];
  });
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, '');
}

function findPlace(facts: TreeIndex, place: InvariantPlace): FoundPlace[] {
  if (place.comment !== null) return findComment(facts, place, place.comment);
  if (place.pattern !== null) {
    const found = resolveAnchor(facts, { role: place.role, pattern: place.pattern });
    if (!('location' in found)) return [];
    return [described(facts, place, found.location, functionAround(facts, place.role))];
  }
  return facts.definitions(place.role).flatMap(({ path, function: fact }) => {
    const location = spanLocation(facts, path, fact.nameSpan);
    return location ? [described(facts, place, location, fact.name)] : [];
  });
}

function functionAround(facts: TreeIndex, role: string): string {
  return facts.definitions(role)[0]?.function.name ?? role;
}

function described(
  facts: TreeIndex,
  place: InvariantPlace,
  location: Location,
  functionName: string,
): FoundPlace {
  return { location, functionName, nature: place.nature, text: textOf(facts, location) };
}

function textOf(facts: TreeIndex, { file, line, column, endLine, endColumn }: Location): string {
  const lines =
    facts
      .text(file)
      ?.split('\n')
      .slice(line, endLine + 1) ?? [];
  const last = lines.length - 1;
  return lines
    .map((text, at) => text.slice(at === 0 ? column : 0, at === last ? endColumn : undefined))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Finds the words of a comment in the text above and in the function; blanks and the stars of the lines do not count. */
function findComment(facts: TreeIndex, place: InvariantPlace, words: string): FoundPlace[] {
  return facts.definitions(place.role).flatMap(({ path, function: fact }) => {
    const text = facts.text(path);
    if (text === undefined) return [];
    const start = fact.docSpan?.start ?? fact.span.start;
    const match = commentPattern(words).exec(text.slice(start, fact.span.end));
    if (!match) return [];
    const span = { start: start + match.index, end: start + match.index + match[0].length };
    const location = spanLocation(facts, path, span);
    return location ? [{ location, functionName: fact.name, nature: place.nature, text: words }] : [];
  });
}

function commentPattern(words: string): RegExp {
  const parts = words
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(parts.join('[\\s*]+'), 'i');
}
