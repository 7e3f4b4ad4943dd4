/**
 * The run of a scenario as the outcome of a test. A scenario is a test when it has at least one `expect`.
 */
import type { Violation } from '../trace/evaluation';
import type { Run } from './run';
import type { Scenario, TextRange } from './syntax';

export interface TestFailure {
  /** Where it is shown. */
  readonly range: TextRange;
  readonly message: string;
  /** The statement as written, and as it would have been met; both null where there is no such pair. */
  readonly expected: string | null;
  readonly actual: string | null;
  /** The violation that it tells of, or null. */
  readonly violation: Violation | null;
}

export interface TestReport {
  /** `errored`: the file cannot be used, and nothing was run. */
  readonly outcome: 'passed' | 'failed' | 'errored';
  readonly failures: readonly TestFailure[];
  /** One line for people. */
  readonly summary: string;
}

export function isTest({ lines }: Scenario): boolean {
  return lines.some(
    ({ statement, invalid }) => statement?.kind === 'expect' || /^expect\b/.test(invalid ?? ''),
  );
}

/** Line of the title, else of the first statement, from 1. */
export function headLineOf({ lines }: Scenario): number {
  const title = lines.findIndex(({ statement }) => statement?.kind === 'scenario');
  const first = lines.findIndex(({ statement, invalid }) => statement !== null || invalid !== null);
  return Math.max(title >= 0 ? title : first, 0) + 1;
}

/** What a run says of its scenario. */
export function testReport(scenario: Scenario, run: Run): TestReport {
  if (run.problems.length > 0) {
    const failures = run.problems.map(({ range, message }) => failure(range, message));
    return {
      outcome: 'errored',
      failures,
      summary: `cannot be used: ${counted(failures.length, 'mistake')}`,
    };
  }
  const failures = run.expectations.flatMap((result): TestFailure[] => {
    if (result.met) return [];
    const range = result.range ?? wholeLine(scenario, result.line ?? 1);
    const found = result.found ?? 'something else was found';
    const expected = result.instead === null ? null : result.text;
    return [{ ...failure(range, `Not met: ${found}.`), expected, actual: result.instead }];
  });
  // violations that nobody asked about do not fail a scenario, but they explain one that failed
  if (failures.length > 0)
    for (const violation of unexpected(scenario, run))
      failures.push({
        ...failure(
          wholeLine(scenario, violation.line ?? headLineOf(scenario)),
          `${violation.invariant} is violated: ${violation.message}.`,
        ),
        violation,
      });
  return { outcome: run.passed ? 'passed' : 'failed', failures, summary: summaryOf(run) };
}

/** Violations that no `expect violation` names. */
function unexpected({ lines }: Scenario, { evaluation }: Run): Violation[] {
  const named = new Set(
    lines.flatMap(({ statement }) =>
      statement?.kind === 'expect' && statement.expectation.expect === 'violation'
        ? [statement.expectation.id]
        : [],
    ),
  );
  return evaluation.violations.filter(({ invariant }) => !named.has(invariant));
}

function summaryOf({ trace, expectations }: Run): string {
  const met = expectations.filter((expectation) => expectation.met).length;
  const limit = trace.truncated === null ? '' : ` ${trace.truncated}`;
  return `${met} of ${counted(expectations.length, 'expectation')} met, ${counted(trace.operations.length, 'operation')}, ${counted(trace.steps.length, 'step')}, profile ${trace.profile}.${limit}`;
}

function failure(range: TextRange, message: string): TestFailure {
  return { range, message, expected: null, actual: null, violation: null };
}

function wholeLine({ lines }: Scenario, line: number): TextRange {
  return lines[line - 1]?.statement?.range ?? { line, start: 0, end: 1 };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
