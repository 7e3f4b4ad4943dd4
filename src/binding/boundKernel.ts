/**
 * The simulated machine on the interpreter's memory: its objects are views of C structs, its lists and trees those of the text, and
 * what the text does below itself (slabs, locks, warnings) comes here.
 */
import type { SlabCache } from '../interpreter/builtins/host';
import type { MapleTrees } from '../interpreter/builtins/mapleTree';
import type { CMachine, FaultReport } from '../interpreter/machine';
import type { Place } from '../interpreter/problem';
import { Kernel, type Profile } from '../simulation/kernel';
import { encodeField, type Gfp, type ObjectMaker, type Say } from '../simulation/machine';
import type { KernelObject, ListField } from '../simulation/objects';
import type { AllocationFault, FaultKind, Observer } from '../trace/engine';
import type { StepKind } from '../trace/step';
import type { Value } from '../trace/value';
import { FieldTable } from './fields';
import { MemoryTrace } from './memoryTrace';
import { ObjectMemory } from './objectMemory';
import { BrokenState, type TextTypes } from './structLayout';
import { AnonVmaView, AvcView, FileView, FolioView, MmView, type View, VmaView } from './views';

/** Caches of the text whose allocations the scenario language can make fail. */
const CACHES: Readonly<Record<string, FaultKind>> = {
  anon_vma: 'anon_vma',
  anon_vma_chain: 'avc',
  vm_area_struct: 'vma',
};

/** Functions that give a VMA an anon_vma that nobody uses any more. */
const REUSE = new Set(['maybe_reuse_anon_vma', 'anon_vma_clone']);

export class BoundKernel extends Kernel {
  readonly objects: ObjectMemory<View>;
  readonly fields: FieldTable;
  readonly recording: MemoryTrace;
  /** The function of the text that runs, while somebody records. */
  runningFunction = '';
  /** Kinds whose last try without sleeping failed: the next one with sleeping belongs to the same allocation. */
  readonly #failedNowait = new Set<FaultKind>();
  #site: Place | null = null;
  #wasRecorded = false;
  /** The address space of the process that the operation names. */
  #running: MmView | null = null;

  constructor(
    profile: Profile,
    private readonly machine: CMachine,
    types: TextTypes,
    trees: MapleTrees,
  ) {
    super(profile);
    this.objects = new ObjectMemory(machine.memory, types, trees);
    this.fields = new FieldTable(this.objects);
    this.recording = new MemoryTrace(
      this.objects,
      this.fields,
      (view, field) => encodeView(view, field),
      (view, field) => this.#noteReuse(view, field),
      (field) => this.isRecorded(field),
    );
    machine.onFault = (report) => this.#fault(report);
  }

  // ---- objects -----------------------------------------------------------------------------------------------

  protected override readonly make: ObjectMaker = {
    anon_vma: (id) =>
      this.#made(new AnonVmaView(id, this.#memory(this.objects.anon_vma.size, 'anon_vma'), this.objects)),
    avc: (id) =>
      this.#made(new AvcView(id, this.#memory(this.objects.avc.size, 'anon_vma_chain'), this.objects)),
    vma: (id) => this.#made(new VmaView(id, this.#memory(this.objects.vma.size, 'vma'), this.objects)),
    folio: (id) =>
      this.#made(new FolioView(id, this.#zeroed(this.objects.folio.size, 'folio'), this.objects)),
    mm: (id, name) => this.#makeMm(id, name),
    file: (id, name) => this.#makeFile(id, name),
  };

  #memory(size: number, kind: string): number {
    return this.machine.memory.allocate(size, { kind, zeroed: false, at: this.#site });
  }

  #zeroed(size: number, kind: string): number {
    return this.machine.memory.allocate(size, { kind, zeroed: true, at: this.#site });
  }

  #made<V extends View>(view: V): V {
    this.objects.add(view.address, view);
    return view;
  }

  #makeMm(id: number, name: string): MmView {
    const mm = this.#made(new MmView(id, this.#zeroed(this.objects.mm.size, 'mm'), this.objects, name));
    if (this.#running) mm.copyAccounts(this.#running);
    return mm;
  }

  #makeFile(id: number, name: string): FileView {
    const mapping = this.#zeroed(this.objects.mapping.size, 'file');
    const file = new FileView(id, this.#zeroed(this.objects.file.size, 'file'), this.objects, name, mapping);
    this.objects.add(mapping, file);
    this.machine.call('__rl_init_file', [file.address, mapping]);
    return this.#made(file);
  }

  protected override fieldsOf(object: KernelObject): Record<string, Value> {
    const view = asView(object);
    const fields = this.recording.follow(view);
    if (view.kind === 'vma' && this.#running) fields['vm_mm'] = { ref: this.#running.id };
    return fields;
  }

  override free(object: Parameters<Kernel['free']>[0]): void {
    const view = asView(object);
    this.recording.flush();
    if (view.kind === 'anon_vma' && !view.freed && view.rb_root.length > 0) this.publish_anon_vma(view);
    super.free(object);
    this.machine.memory.free(view.address, this.#site);
    this.recording.forget(view);
  }

  override free_mm(mm: MmView): void {
    this.recording.flush();
    super.free_mm(mm);
    this.machine.memory.free(mm.address, this.#site);
  }

  // ---- steps and writes of the simulation ---------------------------------------------------------------------

  override begin(faults: readonly AllocationFault[], observer: Observer | null): void {
    this.#failedNowait.clear();
    this.recording.observer = observer;
    this.machine.memory.writeHook = observer
      ? (address, size) => this.recording.written(address, size)
      : null;
    if (observer && !this.#wasRecorded) this.recording.catchUp(this.#views());
    this.#wasRecorded = observer !== null;
    super.begin(faults, observer);
  }

  *#views(): Generator<View> {
    for (const mm of this.mms) yield asView(mm);
    for (const file of this.files.values()) yield asView(file);
    for (const object of this.slab) yield asView(object);
  }

  /** Tells the text which task runs. */
  setRunning(mm: MmView): void {
    this.#running = mm;
    this.machine.call('__rl_set_current', [mm.address]);
  }

  override enter(role: string, say: Say): void {
    this.recording.flush();
    super.enter(role, say);
  }

  override at(pattern: string, kind: StepKind, say: Say): void {
    this.recording.flush();
    super.at(pattern, kind, say);
  }

  override leave(pattern: string, say?: Say): void {
    this.recording.flush();
    super.leave(pattern, say);
  }

  override set<O extends KernelObject, F extends keyof O & string>(object: O, field: F, value: O[F]): void {
    if (object.freed) this.memoryFault('use-after-free', object, field);
    object[field] = value;
    this.recording.touch(asView(object), field);
  }

  override insert(object: KernelObject, field: ListField, index: number, item: KernelObject): void {
    if (object.freed) this.memoryFault('use-after-free', object, field);
    const [view, vma] = [asView(object), asView(item)];
    if (vma.kind !== 'vma')
      throw new BrokenState(`Only the text may change ${field}, and it has no function for it.`);
    if (view.kind === 'mm') view.storeVma(vma);
    else if (view.kind === 'file') view.insertVma(index, vma);
    else throw new BrokenState(`Only the text may change ${field}, and it has no function for it.`);
    this.#listChanged(view, field);
  }

  override remove(object: KernelObject, field: ListField, item: KernelObject): boolean {
    if (object.freed) this.memoryFault('use-after-free', object, field);
    const [view, vma] = [asView(object), asView(item)];
    if (vma.kind !== 'vma')
      throw new BrokenState(`Only the text may change ${field}, and it has no function for it.`);
    let removed = false;
    if (view.kind === 'mm') removed = view.eraseVma(vma);
    else if (view.kind === 'file') removed = view.removeVma(vma);
    else throw new BrokenState(`Only the text may change ${field}, and it has no function for it.`);
    this.#listChanged(view, field);
    return removed;
  }

  #listChanged(view: View, field: ListField): void {
    if (!this.observer) return;
    this.recording.listChanged(view, field);
    this.recording.flush();
  }

  // ---- what the text does below itself -------------------------------------------------------------------------

  /** One try of an allocation by the text: an address, or 0. */
  allocateFor(cache: SlabCache, sleeps: boolean, site: Place | null): number {
    this.#site = site;
    const kind = CACHES[cache.name];
    if (!kind) return this.#memory(cache.size, cache.name);
    const retry = sleeps && this.#failedNowait.delete(kind);
    const object = this.#allocateKind(kind, sleeps ? 'GFP_KERNEL' : 'GFP_NOWAIT', retry);
    if (!object && !sleeps) this.#failedNowait.add(kind);
    return object ? asView(object).address : 0;
  }

  #allocateKind(kind: FaultKind, gfp: Gfp, retry: boolean): KernelObject | null {
    switch (kind) {
      case 'anon_vma':
        return this.alloc_anon_vma(gfp, retry);
      case 'avc':
        return this.alloc_avc(gfp, retry);
      case 'vma':
        return this.#running ? this.alloc_vma(this.#running) : null;
      case 'folio':
        return this.alloc_folio();
    }
  }

  /** The text gives memory of a cache back. */
  release(address: number, site: Place | null): void {
    this.#site = site;
    const view = this.objects.viewAt(address);
    if (!view) {
      if (!this.machine.memory.free(address, site))
        this.observer?.event({
          type: 'memory',
          fault: 'double-free',
          object: null,
          field: null,
          freedAt: this.#lineOf(this.machine.memory.ownerOf(address)?.freedAt ?? null),
        });
      return;
    }
    if (view.kind === 'mm' || view.kind === 'file') return;
    this.free(view);
  }

  /** A lock of the text changes hands. */
  noteLock(action: 'acquire' | 'release' | 'contended', mode: 'read' | 'write', address: number): void {
    const view = this.objects.ownerOf(address);
    if (!view || !this.observer) return;
    const base = this.machine.memory.ownerOf(address)?.base ?? 0;
    const field = this.fields.fieldAt(view.kind, address - base);
    if (field) this.observer.event({ type: 'lock', action, object: view.id, field, mode });
  }

  treeChanged(tree: number): void {
    const view = this.objects.ownerOf(tree);
    if (this.observer && view?.kind === 'mm') this.recording.listChanged(view, 'mm_mt');
  }

  intervalChanged(root: number): void {
    const view = this.objects.ownerOf(root);
    if (view?.kind === 'anon_vma') {
      this.publish_anon_vma(view);
      if (this.observer) this.recording.listChanged(view, 'rb_root');
    } else if (view?.kind === 'file' && this.observer) this.recording.listChanged(view, 'i_mmap');
  }

  #fault({ fault, address, owner, variable }: FaultReport): void {
    if (this.objects.quiet) return;
    const view = owner ? this.objects.viewAt(owner.base) : null;
    const field = view && owner ? this.fields.fieldAt(view.kind, address - owner.base) : variable;
    this.faulted = true;
    this.observer?.event({
      type: 'memory',
      fault,
      object: view?.id ?? null,
      field,
      freedAt: this.#lineOf(owner?.freedAt ?? null),
    });
  }

  /** `mm/rmap.c:481`, of places in the tree. */
  #lineOf(place: Place | null): string | undefined {
    if (!place || place.file === '' || this.machine.program.isBuiltin(place.file)) return undefined;
    const before = this.machine.program.textOf(place.file).slice(0, place.start);
    return `${place.file}:${before.split('\n').length}`;
  }

  /** A memory fault has happened in this run. */
  faulted = false;

  /** Invariants want to know when a fork takes an anon_vma over. */
  #noteReuse(view: View, field: string): void {
    if (view.kind === 'anon_vma_chain' && field === 'anon_vma' && view.anon_vma)
      this.publish_anon_vma(view.anon_vma);
    if (view.kind !== 'vma' || field !== 'anon_vma' || !REUSE.has(this.runningFunction)) return;
    if (view.anon_vma) this.mark('reuse', view, view.anon_vma);
  }

  // ---- locks of address spaces and VMAs -----------------------------------------------------------------------------------------------

  #vma(address: number): VmaView | null {
    const view = this.objects.viewAt(address);
    return view?.kind === 'vma' ? view : null;
  }

  #mm(address: number): MmView | null {
    const view = this.objects.viewAt(address);
    return view?.kind === 'mm' ? view : null;
  }

  startWrite(address: number): void {
    const vma = this.#vma(address);
    if (vma && vma.vm_lock !== -1 && !this.profile.noVmaLock) this.down_write(vma, 'vm_lock');
  }

  isWriteLocked(address: number): boolean {
    return this.profile.noVmaLock === true || this.#vma(address)?.vm_lock === -1;
  }

  writeLock(address: number): void {
    const mm = this.#mm(address);
    if (mm) this.down_write(mm, 'mmap_lock');
  }

  /** Ends the write locks of all VMAs, those taken out of the tree included. */
  #endWriteAll(mm: MmView): void {
    for (const object of this.slab)
      if (object.kind === 'vma' && object.vm_lock === -1) {
        const vma = asView(object);
        if (vma.kind === 'vma' && vma.mmOrNull === mm) this.up_write(vma, 'vm_lock');
      }
  }

  writeUnlock(address: number): void {
    const mm = this.#mm(address);
    if (!mm) return;
    this.#endWriteAll(mm);
    this.up_write(mm, 'mmap_lock');
  }

  downgrade(address: number): void {
    const mm = this.#mm(address);
    if (!mm) return;
    this.writeUnlock(address);
    this.down_read(mm, 'mmap_lock');
  }

  readLock(address: number): void {
    const mm = this.#mm(address);
    if (mm) this.down_read(mm, 'mmap_lock');
  }

  readUnlock(address: number): void {
    const mm = this.#mm(address);
    if (mm) this.up_read(mm, 'mmap_lock');
  }
}

/** Every object of a bound kernel is a view. */
export function asView(object: KernelObject): View {
  if (
    object instanceof VmaView ||
    object instanceof AnonVmaView ||
    object instanceof AvcView ||
    object instanceof MmView ||
    object instanceof FolioView ||
    object instanceof FileView
  )
    return object;
  throw new Error(`${object.kind} ${object.id} is not in the memory of the text`);
}

function encodeView(view: View, field: string): Value {
  if (view.kind === 'vma' && field === 'vm_mm') {
    const mm = view.mmOrNull;
    return mm ? { ref: mm.id } : null;
  }
  return encodeField(field, view[field as keyof View]);
}
