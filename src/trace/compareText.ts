/**
 * A comparison as plain text for a mail: both runs named, each operation in one row, the first difference spelled out.
 */
import type { ComparedOperation, Comparison, Parting } from './compare';
import { ascii, columns, hangingText, MAIL_COLUMNS, wrapped } from './plainText';
import type { FieldDifference } from './snapshotFields';
import type { Step } from './step';
import type { Trace } from './trace';

/** One of the two runs, and what it is called. */
export interface NamedTrace {
  readonly name: string;
  readonly trace: Trace;
}

const MARKS: Readonly<Record<ComparedOperation['verdict'], string>> = {
  same: '=',
  way: '~',
  result: '!',
  state: '!',
  only: '!',
};

/** Fields of one difference that are told one by one. */
const FIELDS_TOLD = 20;

/** Lines of at most `width` columns, all ASCII. */
export function comparisonText(
  comparison: Comparison,
  a: NamedTrace,
  b: NamedTrace,
  width = MAIL_COLUMNS,
): string[] {
  const { operations, first, firstWay } = comparison;
  const rows = operations.map((row, at) => [
    first?.row === at ? '>' : '',
    MARKS[row.verdict],
    String((row.a ?? row.b ?? 0) + 1),
    ascii(bothTexts(row)),
    row.resultA ?? '-',
    row.resultB ?? '-',
  ]);
  const told = [...new Set([first ? null : firstWay, first].filter((one) => one !== null))];
  return [
    ...hangingText('A: ', ascii(a.name), width),
    ...hangingText('B: ', ascii(b.name), width),
    '',
    ...columns([['', '', '', 'operation', 'A', 'B'], ...rows], width),
    '',
    ...wrapped('= same   ~ same state by another way   ! differs   > first difference', width),
    '',
    ...(first === null
      ? wrapped('All results and all states are the same.', width)
      : wrapped('What follows the first difference may be a consequence of it.', width)),
    ...told.flatMap((parting) => ['', ...partingText(parting, operations, a, b, width)]),
  ];
}

function bothTexts({ textA, textB }: ComparedOperation): string {
  return textA === textB || textA === null || textB === null ? (textA ?? textB ?? '') : `${textA} | ${textB}`;
}

function partingText(
  parting: Parting,
  operations: readonly ComparedOperation[],
  a: NamedTrace,
  b: NamedTrace,
  width: number,
): string[] {
  const fields = operations[parting.row]?.fields ?? [];
  return [
    ...wrapped(ascii(sentence(parting.sentence)), width),
    ...stepText('A', a.trace.steps[parting.stepA ?? -1], width),
    ...stepText('B', b.trace.steps[parting.stepB ?? -1], width),
    ...differenceTable('There they do:', parting.effects, width),
    ...differenceTable('After the operation:', fields, width),
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function stepText(side: string, step: Step | undefined, width: number): string[] {
  if (!step) return hangingText(`  ${side}: `, 'no step of its own here', width);
  return hangingText(
    `  ${side}: `,
    ascii(`step ${step.number + 1} in ${step.function}(): ${step.text}`),
    width,
  );
}

function differenceTable(title: string, fields: readonly FieldDifference[], width: number): string[] {
  if (fields.length === 0) return [];
  const rows = fields
    .slice(0, FIELDS_TOLD)
    .map(({ object, field, a, b }) => [
      ascii(field === '' ? object : `${object}.${field}`),
      ascii(a ?? '-'),
      ascii(b ?? '-'),
    ]);
  const more = fields.length - FIELDS_TOLD;
  return [
    '',
    title,
    ...columns([['', 'A', 'B'], ...rows], width - 2).map((row) => `  ${row}`.trimEnd()),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
