/**
 * A run as text to send: plain for a mail to a kernel list (ASCII, at most 75 columns), or Markdown. It says what ran, on
 * what, with which results, what is violated and where, and draws the state after an operation.
 */
import { asciiPicture } from '../trace/ascii';
import { ascii, columns, MAIL_COLUMNS, wrapped } from '../trace/plainText';
import type { Snapshot } from '../trace/snapshot';
import type { OperationRecord } from '../trace/trace';
import { siteWithoutTree } from './output';
import type { Run, Site, SiteResolver } from './run';

export interface RunTextOptions {
  /** `Linux 7.3`. */
  readonly profile: string;
  /** Operation after which the state is drawn; -1 for the beginning. */
  readonly after: number;
  /** Where steps stand in a kernel tree, and its name; without one functions are named alone. */
  readonly resolve?: SiteResolver;
  readonly tree?: string | null;
}

/** Text for a mail. Each line has at most 75 columns, all of them ASCII. */
export function runAsMail(run: Run, options: RunTextOptions): string {
  const { trace } = run;
  const lines = [
    ...wrapped(ascii(trace.title || 'Scenario'), MAIL_COLUMNS),
    ...wrapped(ascii(provenance(run, options)), MAIL_COLUMNS),
    '',
    ...operationTable(trace.operations),
    ...trace.operations.flatMap((operation) => visitLines(operation)),
    ...violationLines(run, options).flatMap((line) => ['', ...wrapped(ascii(line), MAIL_COLUMNS)]),
    ...unmetLines(run).flatMap((line) => ['', ...wrapped(ascii(line), MAIL_COLUMNS)]),
    '',
    ...wrapped(ascii(verdict(run)), MAIL_COLUMNS),
    '',
    ...wrapped(ascii(stateTitle(trace.operations, options.after)), MAIL_COLUMNS),
    '',
    ...asciiPicture(snapshotAfter(run, options.after)),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** The same as Markdown; drawings and scenario text are in code fences. */
export function runAsMarkdown(run: Run, options: RunTextOptions, scenarioText: string): string {
  const { trace } = run;
  const title = escaped(trace.title || 'Scenario');
  const rows = trace.operations.map(
    (operation) =>
      `| ${operation.index + 1} | ${code(operation.text)} | ${resultOf(operation)} | ${operation.endStep - operation.firstStep} |`,
  );
  const violations = violationLines(run, options).map((line) => `- ${escaped(line)}`);
  const unmet = unmetLines(run).map((line) => `- ${escaped(line)}`);
  const parts = [
    `# ${title}`,
    `${escaped(provenance(run, options))}`,
    ['| # | operation | result | steps |', '|--:|---|---|--:|', ...rows].join('\n'),
    ...(violations.length > 0 ? ['## Violated', violations.join('\n')] : []),
    ...(unmet.length > 0 ? ['## Expectations that were not met', unmet.join('\n')] : []),
    escaped(verdict(run)),
    `## ${escaped(stateTitle(trace.operations, options.after))}`,
    fenced(asciiPicture(snapshotAfter(run, options.after)).join('\n'), 'text'),
    '## Scenario',
    fenced(scenarioText.trimEnd(), 'rmap'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function provenance({ trace }: Run, { profile, tree }: RunTextOptions): string {
  const engine = trace.engine === 'simulation' ? 'simulation' : 'interpreted C';
  const places = tree ? `, places from ${tree}` : '';
  return `${profile} (${engine}${places}), Rmap Lens`;
}

function operationTable(operations: readonly OperationRecord[]): string[] {
  if (operations.length === 0) return ['The scenario has no operations.'];
  return columns([
    ['', 'operation', 'result', 'steps'],
    ...operations.map((operation) => [
      String(operation.index + 1),
      ascii(operation.text),
      resultOf(operation),
      String(operation.endStep - operation.firstStep),
    ]),
  ]);
}

function resultOf({ status, errno }: OperationRecord): string {
  return status === 'ok' ? 'ok' : (errno ?? 'not ended');
}

function visitLines({ index, text, visits }: OperationRecord): string[] {
  if (!visits) return [];
  const names = visits.map(({ vma, mapped }) => (mapped ? `${vma} (maps it)` : vma)).join(', ');
  const first = `operation ${index + 1}, ${ascii(text)}: visits `;
  return ['', ...wrapped(`${first}${ascii(names) || 'nothing'}`, MAIL_COLUMNS)];
}

function violationLines(run: Run, { resolve = siteWithoutTree }: RunTextOptions): string[] {
  return run.evaluation.violations.map(({ invariant, operation, cause, message }) => {
    const step = run.trace.steps[cause];
    const at = step ? `, broken by step ${cause + 1} ${siteText(resolve(step))}` : '';
    return `Violated in operation ${operation + 1}: ${invariant}: ${message}${at}.`;
  });
}

function siteText({ file, line, function: name }: Site): string {
  return file === null ? `in ${name}()` : `in ${name}(), ${file}:${line ?? '?'}`;
}

function unmetLines(run: Run): string[] {
  return run.expectations
    .filter(({ met }) => !met)
    .map(
      ({ text, found, line }) => `Not met${line === null ? '' : ` (line ${line})`}: ${text}: ${found ?? ''}.`,
    );
}

function verdict(run: Run): string {
  const { violations } = run.evaluation;
  const violated = new Set(violations.map(({ invariant }) => invariant)).size;
  const met = run.expectations.filter((expectation) => expectation.met).length;
  const expected =
    run.expectations.length === 0 ? '' : `, ${met} of ${run.expectations.length} expectations met`;
  const broken =
    violated === 0
      ? 'No invariant is violated'
      : `${violated} invariant${violated === 1 ? ' is' : 's are'} violated`;
  return `${broken}${expected}.${run.trace.truncated === null ? '' : ` ${run.trace.truncated}`}`;
}

function stateTitle(operations: readonly OperationRecord[], after: number): string {
  const operation = operations[after];
  return operation
    ? `State after operation ${after + 1}, ${operation.text}:`
    : 'State before the first operation:';
}

function snapshotAfter(run: Run, after: number): Snapshot {
  return run.trace.operations[after]?.snapshot ?? run.initial;
}

/** Text that Markdown takes for markup stays text. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~&!]/g, (sign) => `\\${sign}`).replace(/\s*\n\s*/g, ' ');
}

function code(text: string): string {
  const fence = '`'.repeat(1 + longest(text, '`'));
  return `${fence} ${text.replaceAll('|', '\\|')} ${fence}`;
}

function fenced(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, 1 + longest(text, '`')));
  return `${fence}${language}\n${text}\n${fence}`;
}

function longest(text: string, sign: string): number {
  return Math.max(0, ...[...text.matchAll(new RegExp(`${sign}+`, 'g'))].map(([run]) => run.length));
}
