/**
 * Checks of the messages in `building.ts` that the explorer receives. The schemas are typed against them: what changes there and not here does not
 * compile.
 */
import * as v from 'valibot';
import type { AllocationChoice } from '../trace/allocations';
import type { Operation } from '../trace/engine';
import type { Trace } from '../trace/trace';
import type { BuildView } from './building';

/** Longest text in one of these messages. */
const MAX_TEXT = 1_000_000;

const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
export const name = v.pipe(v.string(), v.maxLength(1000));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const position = v.pipe(v.number(), v.safeInteger(), v.minValue(-1));

const faultKind = v.picklist(['anon_vma', 'avc', 'vma', 'folio']);
const who = {
  process: name,
  faults: v.array(v.object({ kind: faultKind, nth: v.pipe(count, v.minValue(1)), nowait: v.boolean() })),
};
const prot = v.picklist(['none', 'r', 'rw']);
const argument = v.variant('type', [
  v.object({ type: v.literal('page'), page: count }),
  v.object({ type: v.literal('name'), name }),
]);

export const operation: v.GenericSchema<unknown, Operation> = v.variant('verb', [
  v.object({
    ...who,
    verb: v.literal('mmap'),
    addr: count,
    len: count,
    prot,
    file: v.nullable(v.object({ name, pgoff: count })),
  }),
  v.object({ ...who, verb: v.literal('munmap'), addr: count, len: count }),
  v.object({ ...who, verb: v.literal('mprotect'), addr: count, len: count, prot }),
  v.object({
    ...who,
    verb: v.literal('mremap'),
    old: count,
    len: count,
    new: count,
    dontunmap: v.boolean(),
  }),
  v.object({
    ...who,
    verb: v.literal('madvise'),
    addr: count,
    len: count,
    advice: v.picklist(['dontfork', 'dofork', 'wipeonfork', 'keeponfork']),
  }),
  v.object({ ...who, verb: v.literal('read'), page: count }),
  v.object({ ...who, verb: v.literal('write'), page: count }),
  v.object({ ...who, verb: v.literal('walk'), page: count }),
  v.object({ ...who, verb: v.literal('fork'), child: name }),
  v.object({ ...who, verb: v.literal('exit') }),
  v.object({ ...who, verb: v.literal('call'), function: name, args: v.array(argument) }),
]);

const obstacle = v.nullable(v.object({ errno: v.nullable(name), reason: text }));
const verb = v.picklist([
  'mmap',
  'munmap',
  'mprotect',
  'mremap',
  'madvise',
  'read',
  'write',
  'fork',
  'exit',
  'walk',
  'call',
]);

const allocation: v.GenericSchema<unknown, AllocationChoice> = v.object({
  kind: faultKind,
  nth: count,
  step: count,
  function: name,
  caller: v.nullable(name),
  text,
  flags: v.array(name),
  nowait: v.boolean(),
  failed: v.boolean(),
});

const vma = v.object({
  start: count,
  end: count,
  prot: name,
  file: v.nullable(name),
  anonVma: v.nullable(name),
  pages: v.array(v.object({ page: count, folio: name, writable: v.boolean() })),
});

export const buildView: v.GenericSchema<unknown, BuildView> = v.object({
  version: count,
  request: count,
  name: text,
  kind: v.picklist(['sample', 'file', 'untitled']),
  dirty: v.boolean(),
  profile: name,
  lines: v.array(
    v.object({
      text,
      operation: v.nullable(count),
      value: v.nullable(operation),
      kind: v.picklist(['operation', 'expect', 'directive', 'comment', 'blank', 'invalid']),
      problem: v.nullable(text),
    }),
  ),
  operations: count,
  after: position,
  processes: v.array(v.object({ name, vmas: v.array(vma) })),
  process: name,
  offers: v.array(
    v.object({
      verb,
      shape: v.picklist(['range', 'move', 'page', 'child', 'call', 'none']),
      usage: text,
      doc: text,
      operation,
      obstacle,
    }),
  ),
  preview: v.nullable(
    v.object({
      operation,
      text,
      obstacle,
      status: v.picklist(['ok', 'error']),
      errno: v.nullable(name),
      steps: count,
      visits: v.nullable(v.array(v.object({ vma: text, mapped: v.boolean() }))),
      changes: v.array(text),
      allocations: v.array(allocation),
    }),
  ),
  functions: v.array(v.object({ name, usage: text })),
  undo: v.object({ possible: v.boolean(), text }),
  limit: v.nullable(text),
});

export const pictureFormat = v.picklist(['svg', 'png']);

/** Host to webview; `trace` is the schema of a recorded run. */
export function buildingHostSchemas(trace: v.GenericSchema<unknown, Trace>) {
  const compared = v.object({
    id: name,
    name: text,
    trace,
    violated: v.array(text),
    current: v.boolean(),
  });
  return [
    v.object({ type: v.literal('building'), view: buildView }),
    v.object({
      type: v.literal('comparable'),
      runs: v.array(v.object({ id: name, name: text, group: name })),
    }),
    v.object({ type: v.literal('comparison'), a: compared, b: compared }),
    v.object({ type: v.literal('drawPicture'), format: pictureFormat }),
    v.object({
      type: v.literal('openPanel'),
      dock: v.picklist(['left', 'main']),
      panel: name,
      operation: v.nullable(count),
    }),
  ] as const;
}
