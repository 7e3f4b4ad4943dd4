/**
 * A watch expression over a whole run: its value after every step, as the points at which it changes.
 */
import { Cursor } from '../../trace/cursor';
import { fieldKind } from '../../trace/kinds';
import { labelOf } from '../../trace/labels';
import type { State } from '../../trace/state';
import type { Trace } from '../../trace/trace';
import { isList, isRef, type ObjectId, type Value } from '../../trace/value';
import { LabelIndex } from './labelIndex';
import { FIELD, KIND, refField, refsField } from './objects';
import type { Comparison, ObjectName, Path, Sum, Term, Watch } from './watch';

export type Result = number | boolean | string | null;

export interface Point {
  readonly step: number;
  /** null: there is no such object, or the pointer is NULL. */
  readonly value: Result;
}

export interface Series {
  /** Ascending; each holds until the next one. */
  readonly points: readonly Point[];
  /** Of the numbers; both null when there are none. */
  readonly least: number | null;
  readonly most: number | null;
  /** Why there is nothing to draw, as one sentence, or null. */
  readonly problem: string | null;
}

/** Short names that people use, beside the kernel's. */
const ALIASES: Readonly<Record<string, string>> = {
  chain: FIELD.vma.chain,
  tree: FIELD.anonVma.tree,
  refs: FIELD.anonVma.refcount,
  active: FIELD.anonVma.active,
  children: FIELD.anonVma.children,
};

/** Steps after which the evaluation lets others go first. */
const SLICE = 1000;

/** Evaluates a watch over a run; yields every so often, and returns the series. */
export function* evaluateWatch(trace: Trace, watch: Watch): Generator<number, Series> {
  const evaluation = new Evaluation(trace, watch);
  for (let step = -1; step < trace.steps.length; step += 1) {
    if (step % SLICE === 0) yield step;
    const problem = evaluation.step(step);
    if (problem !== null) return { points: [], least: null, most: null, problem };
  }
  return evaluation.series();
}

/** What an expression asks for that no run can answer; ends the evaluation. */
class Unanswerable extends Error {}

class Evaluation {
  private readonly cursor: Cursor;
  private readonly index: LabelIndex;
  private readonly points: Point[] = [];
  private readonly found = new Set<string>();
  private readonly cache = new Map<ObjectName, ObjectId | null>();

  constructor(
    private readonly trace: Trace,
    private readonly watch: Watch,
  ) {
    this.cursor = new Cursor(trace);
    this.index = new LabelIndex(trace);
  }

  /** The problem that ends it, or null. */
  step(position: number): string | null {
    const step = this.trace.steps[position];
    if (step && step.changes.length === 0) return null;
    this.cursor.seek(position);
    if (step && this.index.apply(step, this.cursor.state)) this.cache.clear();
    try {
      const value = this.value();
      if (this.points.length === 0 || this.points.at(-1)?.value !== value)
        this.points.push({ step: position, value });
      return null;
    } catch (error) {
      if (error instanceof Unanswerable) return error.message;
      throw error;
    }
  }

  series(): Series {
    const numbers = this.points.flatMap(({ value }) =>
      typeof value === 'number' ? [value] : typeof value === 'boolean' ? [Number(value)] : [],
    );
    const missing = pathsOf(this.watch).find(({ object }) => !this.found.has(nameOf(object)));
    return {
      points: this.points,
      least: numbers.length === 0 ? null : numbers.reduce((a, b) => Math.min(a, b)),
      most: numbers.length === 0 ? null : numbers.reduce((a, b) => Math.max(a, b)),
      problem: missing
        ? `No object is named ${nameOf(missing.object)} at any step of this run: take a name from the pictures.`
        : null,
    };
  }

  private value(): Result {
    const { left, compare } = this.watch;
    const a = this.sum(left);
    if (!compare) return a;
    const b = this.sum(compare.right);
    return a === null || b === null ? null : compared(a, compare.by, b);
  }

  private sum({ first, rest }: Sum): Result {
    let total = this.term(first);
    for (const { sign, term } of rest) {
      const next = this.term(term);
      if (total === null || next === null) return null;
      if (typeof total === 'string' || typeof next === 'string')
        throw new Unanswerable('Only numbers can be added: watch one of the two alone.');
      total = Number(total) + sign * Number(next);
    }
    return total;
  }

  private term(term: Term): Result {
    switch (term.type) {
      case 'number':
        return term.value;
      case 'count':
        return this.count(term.kind);
      case 'path':
        return this.path(term);
    }
  }

  private count(name: string): number {
    const { kinds } = this.trace;
    const kind = kinds.find((one) => one.name === name || one.short.toLowerCase() === name.toLowerCase());
    if (!kind)
      throw new Unanswerable(
        `There is no kind ${name}: count one of ${kinds.map((one) => one.name).join(', ')}.`,
      );
    let count = 0;
    for (const _ of this.cursor.state.live(kind.name)) count += 1;
    return count;
  }

  private path({ object, parts }: Path): Result {
    const { state } = this.cursor;
    const id = this.objectOf(object);
    if (id === null) return null;
    this.found.add(nameOf(object));
    if (parts.length === 0)
      throw new Unanswerable(
        `${nameOf(object)} is an object: add a field, such as ${this.fieldsOf(state, id)}.`,
      );
    let value: Value = { ref: id };
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] ?? '';
      const next = parts[i + 1];
      if (value === null) return null;
      if (isList(value)) value = part === 'length' ? value.length : (value[Number(part)] ?? null);
      else if (isRef(value)) {
        const family: string | null = this.familyOf(state, value.ref, part, next);
        if (family !== null) i += 1;
        value = this.field(state, value.ref, family ?? part);
      } else if (typeof value === 'object') value = value[part] ?? null;
      else throw new Unanswerable(`${parts.slice(0, i).join('.')} is a plain value: nothing can follow it.`);
    }
    return this.result(value, [nameOf(object), ...parts].join('.'));
  }

  private result(value: Value, path: string): Result {
    if (value === null || typeof value !== 'object') return value;
    if (isRef(value)) return labelOf(this.cursor.state, this.trace.kinds, value.ref);
    if (isList(value)) throw new Unanswerable(`${path} is a list: add .length to watch how long it is.`);
    throw new Unanswerable(`${path} has parts: add one of ${Object.keys(value).join(', ')}.`);
  }

  /** `ptes.16`: a field whose name is made at run time takes two parts. */
  private familyOf(state: State, id: ObjectId, part: string, next: string | undefined): string | null {
    if (next === undefined) return null;
    const kind = this.kindOf(state, id);
    return kind?.prefixes?.some(({ name }) => name === `${part}.`) ? `${part}.${next}` : null;
  }

  private field(state: State, id: ObjectId, part: string): Value {
    const kind = this.kindOf(state, id);
    const known = (name: string | undefined) =>
      name !== undefined && kind !== undefined && fieldKind(kind, name) !== undefined;
    const name = known(part) ? part : known(ALIASES[part]) ? (ALIASES[part] as string) : null;
    if (name === null)
      throw new Unanswerable(
        `${kind?.short ?? 'It'} has no field ${part}: it has ${this.fieldsOf(state, id)}.`,
      );
    return state.field(id, name) ?? null;
  }

  private fieldsOf(state: State, id: ObjectId): string {
    return (
      this.kindOf(state, id)
        ?.fields.map(({ name }) => name)
        .join(', ') ?? 'none'
    );
  }

  private kindOf(state: State, id: ObjectId) {
    const name = state.get(id)?.kind;
    return this.trace.kinds.find((kind) => kind.name === name);
  }

  private objectOf(name: ObjectName): ObjectId | null {
    const { state } = this.cursor;
    if (name.type === 'avc') return this.avcOf(name, state); // depends on more than names
    const cached = this.cache.get(name);
    if (cached !== undefined) return cached;
    const id = this.index.find(name.label, state);
    this.cache.set(name, id);
    return id;
  }

  private avcOf(name: Extract<ObjectName, { type: 'avc' }>, state: State): ObjectId | null {
    const vma = this.index.find(name.vma, state);
    const anonVma = this.index.find(name.anonVma, state);
    const object = vma === null ? undefined : state.get(vma);
    if (!object || anonVma === null) return null;
    return (
      refsField(object, FIELD.vma.chain).find((id) => {
        const avc = state.get(id);
        return avc?.kind === KIND.avc && refField(avc, FIELD.avc.anonVma) === anonVma;
      }) ?? null
    );
  }
}

function compared(a: number | boolean | string, by: Comparison, b: number | boolean | string): boolean {
  if (by === '==') return a === b || Number(a) === Number(b);
  if (by === '!=') return !(a === b || Number(a) === Number(b));
  if (typeof a === 'string' || typeof b === 'string')
    throw new Unanswerable('Names can only be compared with == and !=.');
  return by === '<' ? a < b : by === '<=' ? a <= b : by === '>' ? a > b : a >= b;
}

function pathsOf({ left, compare }: Watch): Path[] {
  const sums = compare ? [left, compare.right] : [left];
  return sums
    .flatMap(({ first, rest }) => [first, ...rest.map(({ term }) => term)])
    .filter((term): term is Path => term.type === 'path');
}

function nameOf(object: ObjectName): string {
  return object.type === 'label' ? object.label : `AVC (${object.vma}, ${object.anonVma})`;
}

/** The value at a position. */
export function valueAt(series: Series, position: number): Result {
  let low = 0;
  let high = series.points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series.points[middle]?.step ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return series.points[low - 1]?.value ?? null;
}

/** A value as people read it. */
export function resultText(value: Result): string {
  return value === null ? 'none' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}
