/**
 * Changes of a scenario's text by operation: everything else of the file, its comments above all, stays as it is.
 * An edit replaces whole lines, so that an editor can make it in a document.
 */
import type { Operation } from '../trace/engine';
import { splitLines } from './lexer';
import { outlineOf } from './outline';
import { parseScenario } from './parser';
import { printOperation } from './printer';
import type { Scenario } from './syntax';

export interface LineEdit {
  /** Lines from 0; `to` is exclusive. Nothing is replaced where they are equal. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

export type ScenarioChange =
  /** `after` is the index of an operation; -1 for the beginning. */
  | { readonly kind: 'insert'; readonly after: number; readonly operation: Operation }
  | { readonly kind: 'replace'; readonly index: number; readonly operation: Operation }
  | { readonly kind: 'remove'; readonly index: number }
  /** `by`: how many operations it goes down (1) or up (-1). */
  | { readonly kind: 'move'; readonly index: number; readonly by: 1 | -1 };

/** The edits that make a change, from the last line to the first; none when the operation does not exist. */
export function editsFor(text: string, change: ScenarioChange): LineEdit[] {
  const scenario = parseScenario(text);
  switch (change.kind) {
    case 'insert':
      return [insertion(scenario, splitLines(text), change.after, printOperation(change.operation))];
    case 'replace':
      return replacement(scenario, change.index, change.operation);
    case 'remove':
      return removal(scenario, change.index);
    case 'move':
      return move(scenario, splitLines(text), change.index, change.by);
  }
}

/** The text after an edit. Lines end as the first one does. */
export function applyEdits(text: string, edits: readonly LineEdit[]): string {
  const lines = splitLines(text);
  for (const { from, to, lines: put } of edits) lines.splice(from, to - from, ...put);
  const end = /\r\n/.test(text) ? '\r\n' : '\n';
  return lines.length === 0 ? '' : lines.join(end) + end;
}

/** Line (from 1) on which an operation stands; null when there is no such operation. */
export function lineOfOperation(text: string, index: number): number | null {
  return outlineOf(parseScenario(text)).operations[index]?.statement.range.line ?? null;
}

/** Behind the expectations of the operation above; at the beginning, above the first operation and its comment. */
function insertion(scenario: Scenario, lines: readonly string[], after: number, line: string): LineEdit {
  const { operations } = outlineOf(scenario);
  const above = operations[after];
  if (above) return { from: above.endLine, to: above.endLine, lines: [line] };
  const first = after < 0 ? operations[0] : undefined;
  if (!first) return { from: lines.length, to: lines.length, lines: [line] };
  const at = first.statement.range.line - 1;
  return { from: at, to: at, lines: [line] };
}

function replacement(scenario: Scenario, index: number, operation: Operation): LineEdit[] {
  const line = outlineOf(scenario).operations[index]?.statement.range.line;
  if (line === undefined) return [];
  const comment = scenario.lines[line - 1]?.comment ?? null;
  const text = printOperation(operation);
  return [{ from: line - 1, to: line, lines: [comment === null ? text : `${text}  ${comment}`] }];
}

/** The operation, and what is expected of its result; expectations of the state stay. */
function removal(scenario: Scenario, index: number): LineEdit[] {
  const operation = outlineOf(scenario).operations[index];
  if (!operation) return [];
  const results = operation.expectations.filter(
    ({ kind, ...statement }) =>
      kind === 'expect' &&
      'expectation' in statement &&
      (statement.expectation.expect === 'ok' || statement.expectation.expect === 'error'),
  );
  return [operation.statement, ...results]
    .map(({ range }) => ({ from: range.line - 1, to: range.line, lines: [] }))
    .sort((a, b) => b.from - a.from);
}

/** Changes places with its neighbour; each takes its expectations along. */
function move(scenario: Scenario, lines: readonly string[], index: number, by: 1 | -1): LineEdit[] {
  const { operations } = outlineOf(scenario);
  const upper = operations[by > 0 ? index : index - 1];
  const lower = operations[by > 0 ? index + 1 : index];
  if (!upper || !lower) return [];
  const from = upper.statement.range.line - 1;
  const first = lines.slice(from, upper.endLine);
  const between = lines.slice(upper.endLine, lower.statement.range.line - 1);
  const second = lines.slice(lower.statement.range.line - 1, lower.endLine);
  return [{ from, to: lower.endLine, lines: [...second, ...between, ...first] }];
}
