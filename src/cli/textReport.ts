/**
 * A run as text for people: operations with their results, expectations under the operation they speak of, violations
 * with their place, and a last line that sums up.
 */
import type { RunOutput } from '../scenario/output';
import type { ExpectationResult, Run } from '../scenario/run';
import { hanging, plural, type Style, styled, type Terminal, widthOf, wrap } from './terminal';

/** Width of the column of line numbers. */
const LINE_COLUMN = 5;

/** Writes one run. `separate`: an empty line first, after the report of another file. */
export function writeReport(
  output: RunOutput,
  run: Run,
  file: string,
  terminal: Terminal,
  separate: boolean,
): void {
  const report = new Report(output, run, terminal);
  const title = output.title === '' ? file : `${output.title}  (${file})`;
  const text = [
    styled(terminal, 'bold', title),
    `${output.engine} of ${output.profile}`,
    '',
    ...report.operations(),
    ...report.violations(),
    ...report.end(),
  ];
  terminal.out(`${separate ? '\n' : ''}${text.join('\n')}\n`);
}

class Report {
  private readonly width: number;
  private readonly textWidth: number;

  constructor(
    private readonly output: RunOutput,
    private readonly run: Run,
    private readonly terminal: Terminal,
  ) {
    this.width = widthOf(terminal);
    const longest = Math.max(0, ...output.operations.map((operation) => operation.text.length));
    this.textWidth = Math.min(longest, this.width - LINE_COLUMN - 24);
  }

  operations(): string[] {
    const lines = this.expectations(-1);
    for (const [index, operation] of this.output.operations.entries()) {
      const number = String(operation.line ?? '').padStart(LINE_COLUMN);
      const result = operation.status === 'ok' ? 'ok' : (operation.errno ?? 'not ended');
      const steps = plural(operation.steps, 'step');
      const shown = operation.status === 'ok' ? result : styled(this.terminal, 'yellow', result);
      const gap = ' '.repeat(Math.max(2, this.textWidth + 2 - operation.text.length));
      lines.push(
        `${number}  ${operation.text}${gap}${shown}${' '.repeat(Math.max(1, 10 - result.length))}${steps}`,
      );
      if (operation.visits) lines.push(this.visits(operation.visits));
      lines.push(...this.expectations(index));
    }
    return lines;
  }

  violations(): string[] {
    const lines: string[] = [];
    for (const { invariant, line, step, message, site } of this.output.violations) {
      const at = site.file === null ? '' : ` (${site.file}:${site.line})`;
      const after = line === null ? '' : `, line ${line}`;
      lines.push('');
      lines.push(`${styled(this.terminal, 'red', 'violated')}  ${invariant}`);
      lines.push(...wrap(message, this.width - 10).map((part) => `          ${part}`));
      lines.push(`          at step ${step}${after}, in ${site.function}()${at}`);
    }
    return lines;
  }

  end(): string[] {
    const { operations, violations, expectations, truncated } = this.output;
    const steps = operations.reduce((sum, operation) => sum + operation.steps, 0);
    const met = expectations.filter((expectation) => expectation.met).length;
    const violated = new Set(violations.map((violation) => violation.invariant)).size;
    const parts = [
      plural(operations.length, 'operation'),
      plural(steps, 'step'),
      violated === 0 ? 'nothing violated' : `${plural(violated, 'invariant')} violated`,
      ...(expectations.length === 0 ? [] : [`${met} of ${plural(expectations.length, 'expectation')} met`]),
    ];
    const verdict = this.run.passed ? this.verdict('green', 'passed') : this.verdict('red', 'FAILED');
    return [
      ...(truncated === undefined ? [] : ['', ...wrap(truncated, this.width)]),
      '',
      `${verdict}: ${parts.join(', ')}`,
    ];
  }

  private verdict(style: Style, text: string): string {
    return styled(this.terminal, style, text);
  }

  private visits(visits: readonly { readonly vma: string; readonly mapped: boolean }[]): string {
    const indent = `${' '.repeat(LINE_COLUMN)}    `;
    if (visits.length === 0) return `${indent}visits nothing`;
    const names = visits.map(({ vma, mapped }) => (mapped ? `${vma} (maps it)` : vma));
    return hanging(`${indent}visits `, names.join(', '), this.width);
  }

  private expectations(operation: number): string[] {
    return this.run.expectations
      .filter((expectation) => expectation.operation === operation)
      .map((expectation) => this.expectation(expectation));
  }

  private expectation({ line, text, met, found }: ExpectationResult): string {
    const number = String(line ?? '').padStart(LINE_COLUMN);
    if (met) return `${number}    ${styled(this.terminal, 'green', 'met')}      ${text}`;
    const first = `${number}    NOT MET  `;
    const wrapped = hanging(first, `${text}${found === null ? '' : `: ${found}`}`, this.width);
    return wrapped.replace('NOT MET', styled(this.terminal, 'red', 'NOT MET'));
  }
}
