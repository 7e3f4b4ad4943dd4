/**
 * Who holds which lock, from which step to which: read off the fields that the engine declares as locks.
 */
import type { Trace } from '../../trace/trace';
import type { ObjectId, Value } from '../../trace/value';

export interface LockSpan {
  readonly object: ObjectId;
  readonly kind: string;
  readonly field: string;
  readonly mode: 'read' | 'write';
  /** The step that took it. */
  readonly from: number;
  /** The step that released it; the number of steps when none did. */
  readonly to: number;
}

/** All spans in order of taking. A lock of readers counts as held until the last one has gone. */
export function lockSpansOf(trace: Trace): LockSpan[] {
  const lockFields = new Map(
    trace.kinds.map(({ name, fields }) => [
      name,
      new Set(fields.filter(({ type }) => type === 'lock').map((field) => field.name)),
    ]),
  );
  const kinds = new Map<ObjectId, string>();
  const open = new Map<string, Omit<LockSpan, 'to'>>();
  const spans: LockSpan[] = [];
  const write = (object: ObjectId, field: string, value: Value | undefined, step: number) => {
    const kind = kinds.get(object) ?? '';
    if (!lockFields.get(kind)?.has(field)) return;
    const key = `${object} ${field}`;
    const held = open.get(key);
    const mode = modeOf(value);
    if (held?.mode === mode) return;
    if (held) {
      spans.push({ ...held, to: step });
      open.delete(key);
    }
    if (mode) open.set(key, { object, kind, field, mode, from: step });
  };
  for (const step of trace.steps) {
    for (const change of step.changes) {
      if (change.op === 'create') {
        kinds.set(change.object, change.kind);
        for (const [field, value] of Object.entries(change.fields))
          write(change.object, field, value, step.number);
      } else if (change.op === 'set') write(change.object, change.field, change.new, step.number);
      else if (change.op === 'free')
        for (const held of [...open.values()].filter(({ object }) => object === change.object))
          write(held.object, held.field, 0, step.number);
    }
  }
  for (const held of open.values()) spans.push({ ...held, to: trace.steps.length });
  return spans.sort((a, b) => a.from - b.from);
}

function modeOf(value: Value | undefined): 'read' | 'write' | null {
  if (typeof value !== 'number' || value === 0) return null;
  return value < 0 ? 'write' : 'read';
}

/** Locks held after a step, those taken first on top. */
export function heldAt(spans: readonly LockSpan[], position: number): LockSpan[] {
  return spans.filter(({ from, to }) => from <= position && position < to);
}
