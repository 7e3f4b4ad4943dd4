/**
 * Builds small traces by hand, so that a test can break exactly one thing.
 */

import { State } from '../../src/trace/state';
import type { Change, LockMode, Step, StepEvent, StepKind } from '../../src/trace/step';
import type { OperationRecord, Trace } from '../../src/trace/trace';
import { isList, type ObjectId, type Ref, type Value } from '../../src/trace/value';

const EMPTY_SNAPSHOT = { version: 1, mms: [], anonVmas: [], folios: [] } as const;

export function ref(object: ObjectId): Ref {
  return { ref: object };
}

export class TraceBuilder {
  private readonly steps: Step[] = [];
  private readonly operations: OperationRecord[] = [];
  private readonly state = new State();
  private nextId = 1;
  private stack: string[] = [];

  /** An operation; everything that `run` does happens inside it. */
  operation(text: string, run: () => void, status: 'ok' | 'error' = 'ok'): void {
    const firstStep = this.steps.length;
    const [, process = 'P', verb = ''] = /^(\w+): (\w+)/.exec(text) ?? [];
    const index = this.operations.length;
    this.stack = ['operation'];
    this.step('call', 'begin');
    run();
    this.step('return', 'end');
    this.operations.push({
      index,
      line: index + 1,
      text,
      process,
      verb,
      firstStep,
      endStep: this.steps.length,
      status,
      errno: status === 'ok' ? null : 'ENOMEM',
      visits: null,
      snapshot: EMPTY_SNAPSHOT,
    });
  }

  /** Runs inside a function of the kernel. */
  inside(functionName: string, run: () => void): void {
    this.stack.push(functionName);
    this.step('call', `enter ${functionName}`);
    run();
    this.step('return', `leave ${functionName}`);
    this.stack.pop();
  }

  /** Begins a step; what follows belongs to it. */
  step(kind: StepKind, text = kind as string): void {
    this.steps.push({
      number: this.steps.length,
      operation: this.operations.length,
      kind,
      function: this.stack.at(-1) ?? '',
      depth: this.stack.length - 1,
      anchor: null,
      location: null,
      text,
      changes: [],
      events: [],
    });
  }

  /** Number of the step that was begun last. */
  get at(): number {
    return this.steps.length - 1;
  }

  create(kind: string, fields: Readonly<Record<string, Value>>): ObjectId {
    const object = this.nextId++;
    this.change({ op: 'create', object, kind, fields });
    return object;
  }

  set(object: ObjectId, field: string, value: Value): void {
    this.change({ op: 'set', object, field, old: this.state.field(object, field), new: value });
  }

  /** The kernel has no such field. */
  forget(object: ObjectId, field: string): void {
    this.change({ op: 'set', object, field, old: this.state.field(object, field), new: undefined });
  }

  add(object: ObjectId, field: string, delta: number): void {
    this.set(object, field, Number(this.state.field(object, field)) + delta);
  }

  insert(object: ObjectId, field: string, value: ObjectId): void {
    this.change({ op: 'insert', object, field, index: 0, value: ref(value) });
  }

  remove(object: ObjectId, field: string, value: ObjectId): void {
    const list = this.state.field(object, field);
    const index = isList(list) ? list.findIndex((item) => (item as Ref).ref === value) : -1;
    this.change({ op: 'remove', object, field, index, value: ref(value) });
  }

  free(object: ObjectId): void {
    this.change({ op: 'free', object });
  }

  event(event: StepEvent): void {
    (this.steps.at(-1)!.events as StepEvent[]).push(event);
  }

  lock(object: ObjectId, field: string, mode: LockMode = 'write'): void {
    this.step('lock', `lock ${field}`);
    this.event({ type: 'lock', action: 'acquire', object, field, mode });
    this.set(object, field, mode === 'write' ? -1 : 1);
  }

  unlock(object: ObjectId, field: string, mode: LockMode = 'write'): void {
    this.step('unlock', `unlock ${field}`);
    this.event({ type: 'lock', action: 'release', object, field, mode });
    this.set(object, field, 0);
  }

  trace(): Trace {
    return {
      version: 1,
      title: '',
      engine: 'simulation',
      profile: 'hand',
      kinds: [],
      operations: this.operations,
      steps: this.steps,
      truncated: null,
    };
  }

  private change(change: Change): void {
    (this.steps.at(-1)!.changes as Change[]).push(change);
    this.state.forward(change);
  }
}

/** A little world in order: process P with VMA P@16-20, anon_vma A0, and folio F0 mapped at page 16. */
export interface World {
  readonly b: TraceBuilder;
  readonly mm: ObjectId;
  readonly vma: ObjectId;
  readonly anonVma: ObjectId;
  readonly avc: ObjectId;
  readonly folio: ObjectId;
}

export function world(): World {
  const b = new TraceBuilder();
  let mm = 0;
  let vma = 0;
  let anonVma = 0;
  let avc = 0;
  let folio = 0;
  b.operation('P: mmap 0x10 4', () => {
    mm = createMm(b, 'P');
    vma = createVma(b, mm, 16, 20);
  });
  b.operation('P: write 0x10', () => {
    anonVma = createAnonVma(b, 'A0');
    b.lock(mm, 'mmap_lock');
    avc = linkVma(b, vma, anonVma);
    b.set(vma, 'anon_vma', ref(anonVma));
    b.add(anonVma, 'num_active_vmas', 1);
    b.add(anonVma, 'num_children', 1);
    folio = createFolio(b, 'F0', anonVma, 16);
    mapFolio(b, mm, 16, folio);
    b.set(folio, 'exclusive', true);
    b.unlock(mm, 'mmap_lock');
  });
  return { b, mm, vma, anonVma, avc, folio };
}

export function createMm(b: TraceBuilder, name: string): ObjectId {
  b.step('alloc');
  return b.create('mm', { name, mmap_lock: 0, page_table_lock: 0, map_count: 0, mm_mt: [] });
}

export function createVma(b: TraceBuilder, mm: ObjectId, start: number, end: number): ObjectId {
  b.step('alloc');
  const vma = b.create('vma', {
    vm_mm: ref(mm),
    vm_start: start,
    vm_end: end,
    vm_pgoff: start,
    anon_pgoff: start,
    vm_flags: 'read write',
    vm_file: null,
    anon_vma: null,
    anon_vma_chain: [],
    attached: true,
    vm_lock: 0,
  });
  b.insert(mm, 'mm_mt', vma);
  return vma;
}

/** A root unless a parent is given; counters are left to the caller, references are taken. */
export function createAnonVma(b: TraceBuilder, label: string, parent?: ObjectId, root = parent): ObjectId {
  b.step('alloc');
  const anonVma = b.create('anon_vma', {
    label,
    root: null,
    parent: null,
    rwsem: 0,
    refcount: 1,
    num_children: 0,
    num_active_vmas: 0,
    rb_root: [],
  });
  b.set(anonVma, 'root', ref(root ?? anonVma));
  b.set(anonVma, 'parent', ref(parent ?? anonVma));
  if (root !== undefined) b.add(root, 'refcount', 1);
  return anonVma;
}

/** Joins a VMA and an anon_vma, with the root's lock held. */
export function linkVma(b: TraceBuilder, vma: ObjectId, anonVma: ObjectId, root = anonVma): ObjectId {
  b.lock(root, 'rwsem');
  b.step('list');
  const avc = b.create('anon_vma_chain', {
    vma: ref(vma),
    anon_vma: ref(anonVma),
    rb_start: 16,
    rb_last: 19,
  });
  b.insert(vma, 'anon_vma_chain', avc);
  b.step('tree');
  b.insert(anonVma, 'rb_root', avc);
  b.unlock(root, 'rwsem');
  return avc;
}

export function createFolio(b: TraceBuilder, label: string, anonVma: ObjectId, index: number): ObjectId {
  b.step('alloc');
  const fields = { label, mapping: ref(anonVma), index, mapcount: 0, exclusive: false, locked: false };
  return b.create('folio', fields);
}

export function mapFolio(b: TraceBuilder, mm: ObjectId, page: number, folio: ObjectId): void {
  b.step('write');
  b.set(mm, `ptes.${page}`, { folio: ref(folio), writable: true });
  b.add(folio, 'mapcount', 1);
}
