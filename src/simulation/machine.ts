/**
 * The machine under the simulated functions: every write, allocation and lock goes through it, so that each is
 * reported to the observer. Without an observer nothing but the work itself is done.
 */
import type { AllocationFault, FaultKind, Observer } from '../trace/engine';
import type { LockMode, StepKind } from '../trace/step';
import type { Value } from '../trace/value';
import {
  anon_vma,
  anon_vma_chain,
  file,
  folio,
  type KernelObject,
  type ListField,
  mm_struct,
  type pte,
  VM_ACCOUNT,
  VM_DONTCOPY,
  VM_READ,
  VM_SOFTDIRTY,
  VM_WIPEONFORK,
  VM_WRITE,
  vm_area_struct,
} from './objects';

/** What the machine has to know of a kernel: its names and which fields its objects have. */
export interface KernelTraits {
  /** C names of this kernel where they differ from the role's: `anon_vma_chain_assign` → `anon_vma_chain_link`. */
  readonly names: Readonly<Record<string, string>>;
  /** Before 6.0: `degree` instead of `num_children` and `num_active_vmas`. */
  readonly countsDegree?: boolean;
  /** Before 7.3: `vm_pgoff` serves the anonymous reverse map too, and VMAs have no `anon_pgoff`. */
  readonly onePageOffset?: boolean;
  /** Before 6.4: a VMA has no lock of its own. */
  readonly noVmaLock?: boolean;
}

export type Gfp = 'GFP_KERNEL' | 'GFP_NOWAIT';

type LockField = 'rwsem' | 'mmap_lock' | 'page_table_lock' | 'vm_lock' | 'i_mmap_rwsem';

/** How the machine makes its objects; ids are those of the trace. */
export interface ObjectMaker {
  anon_vma(id: number): anon_vma;
  avc(id: number): anon_vma_chain;
  vma(id: number, mm: mm_struct): vm_area_struct;
  folio(id: number): folio;
  mm(id: number, name: string): mm_struct;
  file(id: number, name: string): file;
}

const MAKE: ObjectMaker = {
  anon_vma: (id) => new anon_vma(id),
  avc: (id) => new anon_vma_chain(id),
  vma: (id, mm) => new vm_area_struct(id, mm),
  folio: (id) => new folio(id),
  mm: (id, name) => new mm_struct(id, name),
  file: (id, name) => new file(id, name),
};

/** A sentence that is only built when somebody listens. */
export type Say = () => string;

export class Machine {
  readonly mms: mm_struct[] = [];
  readonly files = new Map<string, file>();
  /** Every anon_vma, AVC, VMA and folio that is allocated and not freed, in order of creation. */
  readonly slab = new Set<anon_vma | anon_vma_chain | vm_area_struct | folio>();
  observer: Observer | null = null;
  private nextId = 1;
  private nextAnonVma = 0;
  private nextFolio = 0;
  private faults: readonly AllocationFault[] = [];
  private readonly tries: Record<FaultKind, number> = { anon_vma: 0, avc: 0, vma: 0, folio: 0 };

  private readonly unrecorded: ReadonlySet<string>;

  constructor(private readonly traits: KernelTraits) {
    this.unrecorded = unrecorded(traits);
  }

  /** Makes the objects: replaced where they are views of another memory. */
  protected readonly make: ObjectMaker = MAKE;

  /** Is a field in traces of this kernel? */
  protected isRecorded(field: string): boolean {
    return !this.unrecorded.has(field);
  }

  protected fieldsOf(object: KernelObject): Record<string, Value> {
    const fields: Record<string, Value> = {};
    for (const [name, value] of Object.entries(object))
      if (!this.unrecorded.has(name)) fields[name] = encodeField(name, value);
    return fields;
  }

  /** Starts an operation: allocation counts begin anew. */
  begin(faults: readonly AllocationFault[], observer: Observer | null): void {
    this.faults = faults;
    this.observer = observer;
    this.tries.anon_vma = this.tries.avc = this.tries.vma = this.tries.folio = 0;
  }

  /** Does work around an operation whose allocations `! fail` neither counts nor fails. */
  uncounted<T>(work: () => T): T {
    const { faults } = this;
    const tries = { ...this.tries };
    this.faults = [];
    const result = work();
    this.faults = faults;
    Object.assign(this.tries, tries);
    return result;
  }

  // ---- steps -------------------------------------------------------------------------------------------

  /** Enters a function. `role` is its name in the newest kernel; the profile knows its name in this one. */
  enter(role: string, say: Say): void {
    this.observer?.enter(role, this.traits.names[role] ?? role, say());
  }

  /** Begins the step of one statement of the function entered last. Pattern grammar: src/source/anchors.ts. */
  at(pattern: string, kind: StepKind, say: Say): void {
    this.observer?.at(pattern, kind, say());
  }

  /** Leaves the function entered last. `pattern` names the statement that leaves it (`end`: its last brace). */
  leave(pattern: string, say?: Say): void {
    this.observer?.leave(pattern, say?.() ?? 'return to the caller');
  }

  // ---- writes ------------------------------------------------------------------------------------------

  /** Writes one field. */
  set<O extends KernelObject, F extends keyof O & string>(object: O, field: F, value: O[F]): void {
    if (this.traits.countsDegree && object.kind === 'anon_vma' && field.startsWith('num_')) {
      this.setDegree(object, Number(value) - Number(object[field]));
      object[field] = value;
      return;
    }
    if (this.observer) {
      if (object.freed) this.memoryFault('use-after-free', object, field);
      this.observer.change({
        op: 'set',
        object: object.id,
        field,
        old: encodeField(field, object[field]),
        new: encodeField(field, value),
      });
    }
    object[field] = value;
  }

  /** Before 6.0 one counter is the sum of the two that functions here count with. */
  private setDegree(anon: anon_vma, delta: number): void {
    this.set(anon, 'degree', anon.degree + delta);
  }

  /** Adds to a list or tree at an index. */
  insert(object: KernelObject, field: ListField, index: number, item: KernelObject): void {
    const list = listOf(object, field);
    if (this.observer) {
      if (object.freed) this.memoryFault('use-after-free', object, field);
      this.observer.change({ op: 'insert', object: object.id, field, index, value: { ref: item.id } });
    }
    list.splice(index, 0, item);
  }

  /** Takes from a list or tree. Returns false when the item is not on it. */
  remove(object: KernelObject, field: ListField, item: KernelObject): boolean {
    const list = listOf(object, field);
    const index = list.indexOf(item);
    if (index < 0) return false;
    if (this.observer) {
      if (object.freed) this.memoryFault('use-after-free', object, field);
      this.observer.change({ op: 'remove', object: object.id, field, index, value: { ref: item.id } });
    }
    list.splice(index, 1);
    return true;
  }

  /** Writes or clears (null) the page table entry of a page. */
  set_pte(mm: mm_struct, page: number, entry: pte | null): void {
    const old = mm.ptes.get(page);
    this.observer?.change({
      op: 'set',
      object: mm.id,
      field: `ptes.${page}`,
      old: old ? encodePte(old) : undefined,
      new: entry ? encodePte(entry) : undefined,
    });
    if (entry) mm.ptes.set(page, entry);
    else mm.ptes.delete(page);
  }

  /** Reports a read of an object that may have been freed. Call before following a pointer that can dangle. */
  deref(object: KernelObject, field: string): void {
    if (object.freed) this.memoryFault('use-after-free', object, field);
  }

  /** A NULL pointer is followed: the kernel would oops here. The simulation reports it and goes on without the access. */
  null_pointer(field: string): void {
    this.observer?.event({ type: 'memory', fault: 'null-pointer', object: null, field });
  }

  /** Tells invariants of a named fact, such as `reuse` with the VMA and the anon_vma taken over. */
  mark(name: string, ...objects: KernelObject[]): void {
    this.observer?.event({ type: 'mark', name, objects: objects.map((object) => object.id) });
  }

  /** An rmap walk has looked at a VMA. */
  visit(vma: vm_area_struct, mapped: boolean): void {
    this.observer?.event({ type: 'visit', object: vma.id, mapped });
  }

  protected memoryFault(
    fault: 'use-after-free' | 'double-free',
    object: KernelObject,
    field: string | null,
  ): void {
    this.observer?.event({ type: 'memory', fault, object: object.id, field });
  }

  // ---- slab --------------------------------------------------------------------------------------------

  /**
   * kmem_cache_alloc() of an anon_vma. null when the scenario makes this allocation fail. `retry` marks the
   * second try of one logical allocation (GFP_KERNEL after GFP_NOWAIT failed).
   */
  alloc_anon_vma(gfp: Gfp, retry = false): anon_vma | null {
    return this.allocate('anon_vma', gfp, retry, (id) => this.make.anon_vma(id));
  }

  alloc_avc(gfp: Gfp, retry = false): anon_vma_chain | null {
    return this.allocate('avc', gfp, retry, (id) => this.make.avc(id));
  }

  alloc_vma(mm: mm_struct): vm_area_struct | null {
    return this.allocate('vma', 'GFP_KERNEL', false, (id) => this.make.vma(id, mm));
  }

  alloc_folio(): folio | null {
    return this.allocate('folio', 'GFP_KERNEL', false, (id) => this.make.folio(id));
  }

  /**
   * Preallocation of nodes for a VMA tree. Only profiles of old bugs let it fail, where the contract's `vma` stands for
   * it, since nothing else of that kind is allocated there.
   */
  alloc_tree_nodes(): boolean {
    this.tries.vma += 1;
    const nth = this.tries.vma;
    const ok = !this.faults.some((fault) => fault.kind === 'vma' && fault.nth === nth && !fault.nowait);
    this.observer?.event({
      type: 'alloc',
      what: 'maple_node',
      flags: 'GFP_KERNEL',
      sleeps: true,
      ok,
      nth,
      object: null,
    });
    return ok;
  }

  protected allocate<O extends anon_vma | anon_vma_chain | vm_area_struct | folio>(
    what: FaultKind,
    gfp: Gfp,
    retry: boolean,
    make: (id: number) => O,
  ): O | null {
    if (!retry) this.tries[what] += 1;
    const nth = this.tries[what];
    const fails = this.faults.some(
      (fault) => fault.kind === what && fault.nth === nth && (!fault.nowait || gfp === 'GFP_NOWAIT'),
    );
    const object = fails ? null : make(this.nextId++);
    if (object) {
      this.slab.add(object);
      this.observer?.change({
        op: 'create',
        object: object.id,
        kind: object.kind,
        fields: this.fieldsOf(object),
      });
    }
    this.observer?.event({
      type: 'alloc',
      what,
      flags: gfp,
      sleeps: gfp === 'GFP_KERNEL',
      ok: !fails,
      nth,
      object: object?.id ?? null,
    });
    return object;
  }

  /** kmem_cache_free(). */
  free(object: anon_vma | anon_vma_chain | vm_area_struct | folio): void {
    if (object.freed) {
      this.memoryFault('double-free', object, null);
      return;
    }
    object.freed = true;
    this.slab.delete(object);
    this.observer?.change({ op: 'free', object: object.id });
  }

  /** Gives an anon_vma its label when it is linked for the first time. */
  publish_anon_vma(anon: anon_vma): void {
    if (anon.label === null) this.set(anon, 'label', `A${this.nextAnonVma++}`);
  }

  publish_folio(page: folio): void {
    if (page.label === null) this.set(page, 'label', `F${this.nextFolio++}`);
  }

  create_mm(name: string): mm_struct {
    const mm = this.make.mm(this.nextId++, name);
    this.mms.push(mm);
    this.observer?.change({ op: 'create', object: mm.id, kind: mm.kind, fields: this.fieldsOf(mm) });
    return mm;
  }

  /** The last user of an mm is gone. */
  free_mm(mm: mm_struct): void {
    this.mms.splice(this.mms.indexOf(mm), 1);
    mm.freed = true;
    this.observer?.change({ op: 'free', object: mm.id });
  }

  /** The file of a name, made when first used. */
  open_file(name: string): file {
    const known = this.files.get(name);
    if (known) return known;
    const made = this.make.file(this.nextId++, name);
    this.files.set(name, made);
    this.observer?.change({ op: 'create', object: made.id, kind: made.kind, fields: this.fieldsOf(made) });
    return made;
  }

  // ---- locks -------------------------------------------------------------------------------------------

  down_write<O extends KernelObject>(owner: O, field: keyof O & LockField): void {
    this.lock(owner, field, 'write');
  }

  up_write<O extends KernelObject>(owner: O, field: keyof O & LockField): void {
    this.unlock(owner, field, 'write');
  }

  down_read<O extends KernelObject>(owner: O, field: keyof O & LockField): void {
    this.lock(owner, field, 'read');
  }

  up_read<O extends KernelObject>(owner: O, field: keyof O & LockField): void {
    this.unlock(owner, field, 'read');
  }

  /** down_read_trylock(): false, and an event that says so, when the lock is held for writing. */
  down_read_trylock<O extends KernelObject>(owner: O, field: keyof O & LockField): boolean {
    if (Number(owner[field]) >= 0) {
      this.lock(owner, field, 'read');
      return true;
    }
    this.observer?.event({ type: 'lock', action: 'contended', object: owner.id, field, mode: 'read' });
    return false;
  }

  private lock<O extends KernelObject>(owner: O, field: keyof O & LockField, mode: LockMode): void {
    const word = Number(owner[field]);
    this.observer?.event({ type: 'lock', action: 'acquire', object: owner.id, field, mode });
    this.set(owner, field, (mode === 'write' ? -1 : word + 1) as O[typeof field]);
  }

  private unlock<O extends KernelObject>(owner: O, field: keyof O & LockField, mode: LockMode): void {
    const word = Number(owner[field]);
    this.observer?.event({ type: 'lock', action: 'release', object: owner.id, field, mode });
    this.set(owner, field, (mode === 'write' ? 0 : word - 1) as O[typeof field]);
  }

  // ---- asserts -----------------------------------------------------------------------------------------

  /**
   * A warning macro: `condition` true means that it fires. Call `at` first; `expression` is the condition as
   * the kernel writes it, blanks normalised. Returns the condition, as the macro does.
   */
  warn_on(macro: string, expression: string, condition: boolean): boolean {
    this.observer?.event({ type: 'assert', macro, expression, holds: !condition });
    if (condition) this.warnings.push({ macro, expression });
    return condition;
  }

  /** Warnings that fired during the whole run, in order. */
  readonly warnings: { readonly macro: string; readonly expression: string }[] = [];
}

function listOf(object: KernelObject, field: ListField): KernelObject[] {
  return (object as unknown as Record<ListField, KernelObject[]>)[field];
}

export function encodePte(entry: pte): Value {
  return {
    folio: typeof entry.folio === 'string' ? entry.folio : { ref: entry.folio.id },
    writable: entry.writable,
  };
}

/** A field as trace data: pointers become references. */
function encode(value: unknown): Value {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value === 'object' && 'id' in value && typeof value.id === 'number') return { ref: value.id };
  throw new Error('a field that a trace cannot hold');
}

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [VM_READ, 'read'],
  [VM_WRITE, 'write'],
  [VM_ACCOUNT, 'account'],
  [VM_DONTCOPY, 'dontcopy'],
  [VM_WIPEONFORK, 'wipeonfork'],
  [VM_SOFTDIRTY, 'softdirty'],
];

export function encodeField(field: string, value: unknown): Value {
  if (field !== 'vm_flags') return encode(value);
  return FLAG_NAMES.filter(([bit]) => Number(value) & bit)
    .map(([, name]) => name)
    .join(' ');
}

const UNRECORDED = ['id', 'kind', 'freed', 'ptes'];

/** Fields that are in no trace of this kernel: ours alone, or not in its structs. */
function unrecorded(traits: KernelTraits): Set<string> {
  const counters = traits.countsDegree ? ['num_children', 'num_active_vmas'] : ['degree'];
  return new Set([
    ...UNRECORDED,
    ...counters,
    ...(traits.onePageOffset ? ['anon_pgoff'] : []),
    ...(traits.noVmaLock ? ['vm_lock'] : []),
  ]);
}
