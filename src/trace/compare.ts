/**
 * Two runs side by side: operations aligned, and the first place where the two part. The runs may be of two kernels, of
 * two engines, or of a scenario before and after an edit; nothing is asked of them but that they are traces.
 */
import { align, type Pair } from './alignment';
import { type Effect, EffectReader } from './effects';
import { type FieldDifference, snapshotDifferences } from './snapshotFields';
import type { Step } from './step';
import type { OperationRecord, Trace } from './trace';

/** One operation of both runs, or of one of them. */
export interface ComparedOperation {
  /** Indices of the operation; null where the other run alone has it. */
  readonly a: number | null;
  readonly b: number | null;
  /**
   * `same`: same result and same state after it. `way`: these too, but the steps get there by another way. `result`: the
   * errno or what a walk visits differs. `state`: the state after it differs. `only`: one run alone has it.
   */
  readonly verdict: 'same' | 'way' | 'result' | 'state' | 'only';
  /** As written in both; they differ when an edit or a chosen failure sets them apart. */
  readonly textA: string | null;
  readonly textB: string | null;
  /** `ok`, or the errno. */
  readonly resultA: string | null;
  readonly resultB: string | null;
  /** What the state after it has differently. */
  readonly fields: readonly FieldDifference[];
}

/** Where two runs part. */
export interface Parting {
  /** Index into `operations`. */
  readonly row: number;
  /**
   * Steps at which one of the two first does to the state what the other does not; null where it does nothing more in
   * this operation, or has no such operation.
   */
  readonly stepA: number | null;
  readonly stepB: number | null;
  /** What these steps do: fields with the value that each gives them. */
  readonly effects: readonly FieldDifference[];
  /** One sentence, without a full stop. */
  readonly sentence: string;
}

export interface Comparison {
  readonly operations: readonly ComparedOperation[];
  /** The first row whose result or state differs; null when all results and states are the same. */
  readonly first: Parting | null;
  /** The first row in which the steps take another way; at or before `first`. */
  readonly firstWay: Parting | null;
}

/** Compares two runs. Labels of objects are compared, not their numbers; fields that one engine lacks are left out. */
export function compareTraces(a: Trace, b: Trace): Comparison {
  const pairs = align(
    a.operations.map(({ text }) => normalised(text)),
    b.operations.map(({ text }) => normalised(text)),
    true,
  );
  const readers = { a: new EffectReader(a, b), b: new EffectReader(b, a) };
  const operations: ComparedOperation[] = [];
  let first: Parting | null = null;
  let firstWay: Parting | null = null;
  for (const [row, pair] of pairs.entries()) {
    const left = recordOf(a, pair.a);
    const right = recordOf(b, pair.b);
    // once they have parted, steps are not compared: all that follows may be a consequence
    const effects =
      first === null ? { a: effectsOf(readers.a, pair.a), b: effectsOf(readers.b, pair.b) } : NO_EFFECTS;
    const compared = compareOperation(pair, left, right, effects);
    operations.push(compared);
    if (first !== null || compared.verdict === 'same') continue;
    const parting = partingOf(row, compared, effects, left, right);
    firstWay ??= parting;
    if (compared.verdict !== 'way') first = parting;
  }
  return { operations, first, firstWay };
}

interface Effects {
  readonly a: readonly Effect[];
  readonly b: readonly Effect[];
}

const NO_EFFECTS: Effects = { a: [], b: [] };

function effectsOf(reader: EffectReader, operation: number | null): readonly Effect[] {
  return operation === null ? [] : reader.of(operation);
}

function recordOf(trace: Trace, index: number | null): OperationRecord | null {
  return index === null ? null : (trace.operations[index] ?? null);
}

/** What makes two operations the same one: what is asked for, whatever fails in it. */
function normalised(text: string): string {
  return text
    .replace(/!.*$/s, '')
    .replace(/\b0x[0-9a-f]+\b/gi, (number) => String(Number(number)))
    .replace(/\s+/g, ' ')
    .trim();
}

function compareOperation(
  { a, b }: Pair,
  left: OperationRecord | null,
  right: OperationRecord | null,
  effects: Effects,
): ComparedOperation {
  const fields = left && right ? snapshotDifferences(left.snapshot, right.snapshot) : [];
  return {
    a,
    b,
    verdict: verdictOf(left, right, fields, effects),
    textA: left?.text ?? null,
    textB: right?.text ?? null,
    resultA: left && resultOf(left),
    resultB: right && resultOf(right),
    fields,
  };
}

function verdictOf(
  left: OperationRecord | null,
  right: OperationRecord | null,
  fields: readonly FieldDifference[],
  effects: Effects,
): ComparedOperation['verdict'] {
  if (!left || !right) return 'only';
  if (fields.length > 0) return 'state';
  if (resultOf(left) !== resultOf(right) || visitsOf(left) !== visitsOf(right)) return 'result';
  const sameWay =
    effects.a.length === effects.b.length &&
    effects.a.every((effect, at) => keyOf(effect) === keyOf(effects.b[at]));
  return sameWay ? 'same' : 'way';
}

function resultOf({ status, errno }: OperationRecord): string {
  return status === 'ok' ? 'ok' : (errno ?? 'not ended');
}

function visitsOf({ visits }: OperationRecord): string {
  return (visits ?? []).map(({ vma, mapped }) => `${vma}${mapped ? ' maps it' : ''}`).join(', ');
}

function keyOf(effect: Effect | undefined): string {
  return effect ? `${effect.object}\u0000${effect.field}\u0000${effect.value}` : '';
}

/** The first effects that one of the two has and the other has not. */
function partingOf(
  row: number,
  compared: ComparedOperation,
  effects: Effects,
  left: OperationRecord | null,
  right: OperationRecord | null,
): Parting {
  const hunks = hunksOf(effects);
  const sameResult = compared.resultA === compared.resultB;
  const wanted = new Set(compared.fields.map(({ field }) => (field === 'prot' ? 'vm_flags' : field)));
  // kernels go different ways to the same state: what counts is what the states end up with
  const relevant = ({ a, b }: Effects) => [...a, ...b].some(({ field }) => wanted.has(field));
  const hunk = (sameResult ? hunks.find(relevant) : undefined) ?? hunks[0] ?? NO_EFFECTS;
  return {
    row,
    stepA: hunk.a[0]?.step ?? null,
    stepB: hunk.b[0]?.step ?? null,
    effects: sideBySide(hunk.a, hunk.b),
    sentence: sentenceOf(compared, left, right),
  };
}

/** Stretches of effects that only one side has, between those that both have. */
function hunksOf(effects: Effects): Effects[] {
  const hunks: { a: Effect[]; b: Effect[] }[] = [];
  let open: { a: Effect[]; b: Effect[] } | null = null;
  for (const { a, b } of align(effects.a.map(keyOf), effects.b.map(keyOf), false)) {
    if (a !== null && b !== null) {
      open = null;
      continue;
    }
    if (!open) {
      open = { a: [], b: [] };
      hunks.push(open);
    }
    const left = a === null ? undefined : effects.a[a];
    const right = b === null ? undefined : effects.b[b];
    if (left) open.a.push(left);
    if (right) open.b.push(right);
  }
  return hunks;
}

/** Effects shown of one parting: the rest is a consequence of these more often than not. */
const EFFECTS_SHOWN = 12;

/** Effects on the same field of the same object in one row. */
function sideBySide(a: readonly Effect[], b: readonly Effect[]): FieldDifference[] {
  const shown: FieldDifference[] = [];
  const left = [...b];
  for (const { object, field, value } of a) {
    const at = left.findIndex((other) => other.object === object && other.field === field);
    const [other] = at < 0 ? [] : left.splice(at, 1);
    shown.push({ object, field, a: value, b: other?.value ?? null });
  }
  for (const { object, field, value } of left) shown.push({ object, field, a: null, b: value });
  return shown.slice(0, EFFECTS_SHOWN);
}

function sentenceOf(
  { verdict, fields, textA, textB }: ComparedOperation,
  left: OperationRecord | null,
  right: OperationRecord | null,
): string {
  const number = `operation ${(left ?? right)?.index === undefined ? '' : ((left ?? right)?.index ?? 0) + 1}`;
  const text = textA ?? textB ?? '';
  const where = `${number} (${text})`;
  if (!left || !right) return `${where} is in ${left ? 'the first' : 'the second'} run only`;
  const results =
    resultOf(left) === resultOf(right) ? '' : `: ${resultOf(left)} here, ${resultOf(right)} there`;
  switch (verdict) {
    case 'state': {
      const [field] = fields;
      const more = fields.length > 1 ? `, and ${fields.length - 1} more` : '';
      return `after ${where} the states differ${results}: ${field ? fieldText(field) : ''}${more}`;
    }
    case 'result':
      return results === ''
        ? `${where} visits ${visitsOf(left) || 'nothing'} here, ${visitsOf(right) || 'nothing'} there`
        : `the results of ${where} differ${results}; the state is the same`;
    case 'way':
      return `${where} gets to the same state by another way`;
    default:
      return `${where} is the same`;
  }
}

/** `A0.refcount 2 / 3`; `P@16-20 exists / –`. */
export function fieldText({ object, field, a, b }: FieldDifference): string {
  return `${object}${field === '' ? '' : `.${field}`} ${a ?? '–'} / ${b ?? '–'}`;
}

/**
 * Where the second run stands when it parts from the first: at a step of its own there; when it only leaves something out, at
 * its first step behind that, as the steps of the operation are aligned. Null where it has no such operation, or no step in it.
 */
export function partingStep(a: Trace, b: Trace, comparison: Comparison): number | null {
  const parting = comparison.first ?? comparison.firstWay;
  if (!parting || parting.stepB !== null) return parting?.stepB ?? null;
  const row = comparison.operations[parting.row];
  const [left, right] = [stepsOf(a, row?.a ?? null), stepsOf(b, row?.b ?? null)];
  const pairs = alignSteps(left, right);
  const at = pairs.findIndex((pair) => pair.a !== null && left[pair.a]?.number === parting.stepA);
  const there = ({ b: index }: Pair) => index !== null;
  const pair = pairs.slice(Math.max(at, 0)).find(there) ?? pairs.findLast(there);
  return right[pair?.b ?? -1]?.number ?? null;
}

/** Steps of one operation; none without it. */
export function stepsOf(trace: Trace, operation: number | null): readonly Step[] {
  const record = recordOf(trace, operation);
  return record ? trace.steps.slice(record.firstStep, record.endStep) : [];
}

/** Steps of one operation of both runs side by side. */
export function alignSteps(a: readonly Step[], b: readonly Step[]): Pair[] {
  const anchored = a.every(({ anchor }) => anchor) && b.every(({ anchor }) => anchor);
  return anchored
    ? align(a.map(anchorKey), b.map(anchorKey), false)
    : align(a.map(functionKey), b.map(functionKey), false);
}

/** Both simulated: the same statement of the same function. */
function anchorKey(step: Step): string {
  return `${step.anchor?.role} ${step.anchor?.pattern}`;
}

/** Another engine has its own grain: what both have are functions, and what is allocated, freed and locked in them. */
function functionKey({ function: name, kind }: Step): string {
  return `${name} ${kind === 'write' || kind === 'list' || kind === 'tree' ? 'statement' : kind}`;
}
