/**
 * Checks of what the explorer receives, before it looks at it. The schemas are typed against `messages.ts`, so that a
 * message that changes there and not here does not compile. What it sends is checked in `webviewValidation.ts`.
 */
import * as v from 'valibot';
import type { Snapshot } from '../trace/snapshot';
import type { Step } from '../trace/step';
import type { Trace } from '../trace/trace';
import type { Value } from '../trace/value';
import { buildingHostSchemas } from './buildingValidation';
import type { HostMessage, RunData, RunPart } from './messages';

/** Longest text taken from a message; a scenario file may be as long as this. */
export const MAX_TEXT = 1_000_000;
/** Most lines of source in one message. */
export const MAX_LINES = 1000;
/** Deepest nesting of a value in a trace. */
export const MAX_VALUE_DEPTH = 16;

export type Checked<T> =
  | { readonly ok: true; readonly message: T }
  | { readonly ok: false; readonly problem: string };

export const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A step, or -1 for the state before the first. */
export const position = v.pipe(v.number(), v.safeInteger(), v.minValue(-1));
const list = <S extends v.GenericSchema>(item: S) => v.array(item);

/** A field's value. By hand, since a trace holds tens of thousands of them. */
export function isValue(value: unknown, depth = 0): value is Value {
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object': {
      if (value === null) return true;
      if (depth >= MAX_VALUE_DEPTH) return false;
      if (Array.isArray(value)) return value.every((item) => isValue(item, depth + 1));
      if ('ref' in value) return Number.isSafeInteger(value.ref) && Object.keys(value).length === 1;
      return Object.values(value).every((part) => isValue(part, depth + 1));
    }
    default:
      return false;
  }
}

const isPlainObject = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const value = v.custom<Value>((input) => isValue(input), 'a value that a trace cannot hold');
const fields = v.custom<Record<string, Value>>((input) => isPlainObject(input) && isValue(input), 'fields');
/** Not looked at by the explorer, which draws from the steps. */
const snapshot = v.custom<Snapshot>(isPlainObject, 'a snapshot');

export const location = v.object({
  file: text,
  line: count,
  column: count,
  endLine: count,
  endColumn: count,
});
const fieldRef = v.object({ object: count, field: text });
const visits = v.nullable(list(v.object({ vma: text, mapped: v.boolean() })));

const change = v.variant('op', [
  v.object({ op: v.literal('create'), object: count, kind: text, fields }),
  v.object({ op: v.literal('free'), object: count }),
  // `undefined` does not survive every way of sending: a missing value is one that does not exist
  v.pipe(
    v.object({
      op: v.literal('set'),
      object: count,
      field: text,
      old: v.optional(value),
      new: v.optional(value),
    }),
    v.transform((set) => ({ ...set, old: set.old, new: set.new })),
  ),
  v.object({ op: v.literal('insert'), object: count, field: text, index: count, value }),
  v.object({ op: v.literal('remove'), object: count, field: text, index: count, value }),
]);

const event = v.variant('type', [
  v.object({ type: v.literal('assert'), macro: text, expression: text, holds: v.boolean() }),
  v.object({
    type: v.literal('alloc'),
    what: text,
    flags: text,
    sleeps: v.boolean(),
    ok: v.boolean(),
    nth: count,
    object: v.nullable(count),
  }),
  v.object({
    type: v.literal('lock'),
    action: v.picklist(['acquire', 'release', 'contended']),
    object: count,
    field: text,
    mode: v.picklist(['read', 'write']),
  }),
  v.object({
    type: v.literal('memory'),
    fault: v.picklist(['use-after-free', 'double-free', 'null-pointer', 'wild-pointer', 'uninitialised']),
    object: v.nullable(count),
    field: v.nullable(text),
    freedAt: v.optional(text),
  }),
  v.object({ type: v.literal('visit'), object: count, mapped: v.boolean() }),
  v.object({ type: v.literal('mark'), name: text, objects: list(count) }),
]);

const step: v.GenericSchema<unknown, Step> = v.object({
  number: count,
  operation: count,
  kind: v.picklist([
    'call',
    'return',
    'statement',
    'alloc',
    'free',
    'lock',
    'unlock',
    'write',
    'list',
    'tree',
    'assert',
  ]),
  function: text,
  depth: count,
  anchor: v.nullable(v.object({ role: text, pattern: text })),
  location: v.nullable(location),
  text,
  changes: list(change),
  events: list(event),
});

const fieldType = v.picklist(['number', 'flag', 'text', 'pointer', 'list', 'tree', 'lock', 'record']);
const fieldKind = v.object({
  name: text,
  type: fieldType,
  doc: text,
  unit: v.exactOptional(v.literal('pages')),
});
const objectKind = v.object({
  name: text,
  short: text,
  doc: text,
  label: text,
  fields: list(fieldKind),
  prefixes: v.exactOptional(list(fieldKind)),
});

const operation = v.object({
  index: count,
  line: v.nullable(count),
  text,
  process: text,
  verb: text,
  firstStep: count,
  endStep: count,
  status: v.picklist(['ok', 'error']),
  errno: v.nullable(text),
  visits,
  snapshot,
});

const engine = v.picklist(['simulation', 'interpreter']);

const trace: v.GenericSchema<unknown, Trace> = v.pipe(
  v.object({
    version: v.literal(1),
    title: text,
    engine,
    profile: text,
    kinds: list(objectKind),
    operations: list(operation),
    steps: list(step),
    truncated: v.nullable(text),
  }),
  v.check(
    ({ steps }) => steps.every(({ number }, index) => number === index),
    'steps are not numbered in order',
  ),
);

const profile = v.object({ id: text, title: text });
const reason = v.object({ message: text, objects: list(count), fields: list(fieldRef) });
const status = v.picklist(['holds', 'suspended', 'violated']);

const sourcePlaces = list(
  v.object({
    location,
    function: v.nullable(text),
    text,
    nature: v.picklist(['assert', 'comment', 'relies', 'maintains']),
  }),
);
const stepPlaces = list(v.union([v.object({ location: count }), v.object({ missing: text })]));
const timelines = list(
  v.object({
    id: text,
    spans: list(v.object({ step: position, status, reasons: list(reason), until: v.nullable(text) })),
  }),
);

const runPart: v.GenericSchema<unknown, RunPart> = v.pipe(
  v.object({ runId: count, from: count, steps: list(step), places: stepPlaces, timelines }),
  v.check(
    ({ from, steps }) => steps.every(({ number }, index) => number === from + index),
    'steps are not numbered in order',
  ),
);

const run: v.GenericSchema<unknown, RunData> = v.object({
  runId: count,
  sampleId: v.nullable(text),
  scenarioText: text,
  engine,
  profile,
  tree: v.nullable(text),
  trace,
  invariants: list(
    v.object({
      id: text,
      group: text,
      title: text,
      statement: text,
      why: text,
      when: text,
      speaksOf: list(v.object({ kind: text, fields: list(text) })),
      places: sourcePlaces,
    }),
  ),
  timelines,
  violations: list(v.object({ invariant: text, step: position, message: text, objects: list(count) })),
  expectations: list(v.object({ line: count, text, met: v.boolean(), found: v.nullable(text) })),
  locations: list(location),
  places: stepPlaces,
});

const hostMessage: v.GenericSchema<unknown, HostMessage> = v.variant('type', [
  ...buildingHostSchemas(trace),
  v.object({
    type: v.literal('library'),
    protocol: v.literal(1),
    samples: list(
      v.object({ id: text, title: text, description: text, group: v.optional(v.nullable(text)) }),
    ),
    profiles: list(profile),
  }),
  v.object({ type: v.literal('run'), run, step: position }),
  v.object({ type: v.literal('runBegins'), run, step: position, total: count }),
  v.object({ type: v.literal('runPart'), part: runPart }),
  v.object({
    type: v.literal('places'),
    runId: count,
    tree: v.nullable(text),
    locations: list(location),
    places: stepPlaces,
    invariantPlaces: list(v.object({ id: text, places: sourcePlaces })),
  }),
  v.object({ type: v.literal('cursor'), runId: count, step: position }),
  v.object({ type: v.literal('focusInvariant'), id: v.nullable(text) }),
  v.object({
    type: v.literal('lines'),
    runId: count,
    file: text,
    from: count,
    lines: v.pipe(list(text), v.maxLength(MAX_LINES)),
    problem: v.nullable(text),
  }),
  v.object({
    type: v.literal('text'),
    state: v.object({
      agreement: v.nullable(v.object({ state: v.picklist(['agrees', 'differs', 'unknown']), text })),
      stale: v.nullable(text),
      effect: v.nullable(v.object({ change: v.picklist(['none', 'outcome', 'violation']), text })),
    }),
  }),
  v.object({
    type: v.literal('notice'),
    level: v.picklist(['info', 'warning', 'error']),
    text: v.nullable(text),
  }),
]);

/** Checks what the webview received. */
export function checkHostMessage(input: unknown): Checked<HostMessage> {
  return check(hostMessage, input, 'the extension');
}

/** @param sender who it came from, for the sentence that says what is wrong */
export function check<T>(schema: v.GenericSchema<unknown, T>, input: unknown, sender: string): Checked<T> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return { ok: true, message: result.output };
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? 'message';
  return { ok: false, problem: `A message from ${sender} was not understood (${path}: ${issue.message}).` };
}
