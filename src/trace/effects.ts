/**
 * What the steps of an operation do to the state, in words that do not depend on how one run numbers its objects: to
 * compare two runs of which each has its own objects, functions and grain of steps.
 */
import { Cursor } from './cursor';
import { fieldKind } from './kinds';
import { formatValue, labelOf } from './labels';
import type { Change } from './step';
import type { Trace } from './trace';
import { type ObjectId, sameValue } from './value';

export interface Effect {
  readonly step: number;
  /** `A0`, `P@16-20`; `new VMA` while it has no name yet. */
  readonly object: string;
  /** Empty for an object that comes or goes. */
  readonly field: string;
  readonly value: string;
}

/** Effects of steps, one operation after the other; the cursor only moves forward. */
export class EffectReader {
  private readonly cursor: Cursor;
  /** Fields that only one of two engines declares are not compared. */
  private readonly known: ReadonlySet<string>;

  constructor(
    private readonly trace: Trace,
    other: Trace,
  ) {
    this.cursor = new Cursor(trace);
    this.known = comparableFields(trace, other);
  }

  /** Effects of an operation, in order. Locks are left out: they say how something is done, not what. */
  of(operation: number): Effect[] {
    const record = this.trace.operations[operation];
    if (!record) return [];
    const effects: Effect[] = [];
    for (let at = record.firstStep; at < record.endStep; at += 1) {
      const step = this.trace.steps[at];
      if (!step || step.changes.length === 0) continue;
      this.cursor.seek(at - 1);
      const before = new Map<ObjectId, string>();
      for (const change of step.changes)
        if (change.op === 'free') before.set(change.object, this.label(change.object));
      this.cursor.seek(at);
      for (const change of step.changes) {
        const effect = this.effectOf(at, change, before);
        if (effect) effects.push(effect);
      }
    }
    return effects;
  }

  private effectOf(step: number, change: Change, before: ReadonlyMap<ObjectId, string>): Effect | null {
    const { object: id } = change;
    switch (change.op) {
      case 'create':
        return { step, object: this.shortOf(change.kind), field: '', value: 'made' };
      case 'free':
        return { step, object: before.get(id) ?? this.label(id), field: '', value: 'freed' };
      case 'set': {
        if (sameValue(change.old, change.new) || !this.compares(id, change.field)) return null;
        const value = formatValue(this.cursor.state, this.trace.kinds, change.new);
        return { step, object: this.label(id), field: change.field, value };
      }
      case 'insert':
      case 'remove': {
        if (!this.compares(id, change.field)) return null;
        const value = formatValue(this.cursor.state, this.trace.kinds, change.value);
        const word = change.op === 'insert' ? '+' : '−';
        return { step, object: this.label(id), field: change.field, value: `${word} ${value}` };
      }
    }
  }

  private compares(id: ObjectId, field: string): boolean {
    const kind = this.cursor.state.get(id)?.kind ?? '';
    const declared = this.trace.kinds.find(({ name }) => name === kind);
    const type = declared && fieldKind(declared, field)?.type;
    if (type === 'lock') return false;
    const prefix = declared?.prefixes?.find(({ name }) => field.startsWith(name))?.name;
    return this.known.has(`${kind}.${prefix ?? field}`);
  }

  private label(id: ObjectId): string {
    return labelOf(this.cursor.state, this.trace.kinds, id);
  }

  private shortOf(kind: string): string {
    return this.trace.kinds.find(({ name }) => name === kind)?.short ?? kind;
  }
}

/** `KIND.FIELD` that both traces declare, and that the objects of both have where both make such objects. */
function comparableFields(trace: Trace, other: Trace): ReadonlySet<string> {
  const declared = ({ kinds }: Trace) =>
    kinds.flatMap(({ name, fields, prefixes = [] }) =>
      [...fields, ...prefixes].map((field) => ({ kind: name, field: field.name })),
    );
  const theirs = new Set(declared(other).map(({ kind, field }) => `${kind}.${field}`));
  const made = [madeWith(trace), madeWith(other)] as const;
  const both = declared(trace).filter(({ kind, field }) => {
    const [here, there] = made.map((fields) => fields.get(kind));
    return theirs.has(`${kind}.${field}`) && (!here || !there || here.has(field) === there.has(field));
  });
  return new Set(both.map(({ kind, field }) => `${kind}.${field}`));
}

/** Fields that objects are made with, by kind: what this kernel or this engine has. */
function madeWith({ steps }: Trace): ReadonlyMap<string, ReadonlySet<string>> {
  const made = new Map<string, Set<string>>();
  for (const { changes } of steps) {
    for (const change of changes) {
      if (change.op !== 'create') continue;
      const fields = made.get(change.kind) ?? new Set();
      made.set(change.kind, fields);
      for (const field of Object.keys(change.fields)) fields.add(field);
    }
  }
  return made;
}
