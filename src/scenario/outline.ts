/**
 * The shape of a scenario: operations with the expectations below them, and runs of comments. For the outline and folding.
 */
import { titleOf } from './runner';
import type { Scenario, Statement } from './syntax';

export interface OutlineOperation {
  readonly statement: Statement;
  /** What is expected of it, in order. */
  readonly expectations: readonly Statement[];
  /** Its last line, from 1: that of the last expectation. */
  readonly endLine: number;
}

export interface Outline {
  readonly title: string | null;
  /** Expectations above the first operation have no place here. */
  readonly operations: readonly OutlineOperation[];
  /** First and last line, from 1, of comments of several lines. */
  readonly comments: readonly (readonly [number, number])[];
}

export function outlineOf(scenario: Scenario): Outline {
  const operations: { statement: Statement; expectations: Statement[]; endLine: number }[] = [];
  const comments: [number, number][] = [];
  for (const [index, { statement, invalid, comment }] of scenario.lines.entries()) {
    const line = index + 1;
    if (statement?.kind === 'operation') operations.push({ statement, expectations: [], endLine: line });
    const operation = operations.at(-1);
    if (statement?.kind === 'expect' && operation) {
      operation.expectations.push(statement);
      operation.endLine = line;
    }
    if (statement || invalid !== null || comment === null) continue;
    const last = comments.at(-1);
    if (last?.[1] === line - 1) last[1] = line;
    else comments.push([line, line]);
  }
  return { title: titleOf(scenario), operations, comments: comments.filter(([first, last]) => last > first) };
}
