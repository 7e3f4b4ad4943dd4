/**
 * What the invariants see: the state of a trace with the objects of the anonymous reverse map found quickly, and
 * their names for messages. The only file of this room that reads fields by name.
 */

import { State } from '../trace/state';
import type { Change } from '../trace/step';
import { isList, isRef, type ObjectId, type Value } from '../trace/value';
import { type Aspect, fieldsOf, lifeOf, referrersOf } from './aspect';
import { type MappedPage, type PageKey, Referrers } from './referrers';

/** Where locks are kept. */
const LOCK_FIELDS = new Set(['mmap_lock', 'i_mmap_rwsem', 'rwsem', 'page_table_lock']);

const NONE: readonly ObjectId[] = [];

export class View {
  readonly state = new State();
  private readonly liveByKind = new Map<string, Set<ObjectId>>();
  /** VMAs that the scenario itself keeps: what `P: call` made with `new` belongs to its caller. */
  readonly held = new Set<ObjectId>();
  private readonly referrers = new Referrers();
  /** Live objects whose lock field is not 0, by field. */
  private readonly lockHolders = new Map<string, Set<ObjectId>>();
  /** What has been looked at since `watch` was called, or null: nobody wants to know. */
  private watched: Aspect[] | null = null;

  /** Applies a change. */
  apply(change: Change): void {
    const { object } = change;
    if (change.op === 'create') {
      this.state.forward(change);
      this.appear(object, change.kind);
      return;
    }
    const kind = this.kind(object);
    if (!this.isLive(object)) this.state.forward(change);
    else if (change.op === 'free') {
      this.vanish(object, kind);
      this.state.forward(change);
    } else if (change.op === 'set') {
      this.referrers.remove(kind, object, change.field, this.state.field(object, change.field));
      this.state.forward(change);
      this.write(kind, object, change.field, change.new);
    } else {
      this.state.forward(change);
      if (change.op === 'insert') this.referrers.add(kind, object, change.field, change.value);
      else this.referrers.remove(kind, object, change.field, change.value);
    }
  }

  /** Takes a change back. */
  undo(change: Change): void {
    const { object } = change;
    const kind = this.kind(object);
    if (change.op === 'create') {
      this.vanish(object, kind);
      this.state.backward(change);
    } else if (change.op === 'free') {
      this.state.backward(change);
      this.appear(object, kind);
      this.liveByKind.set(kind, new Set([...this.liveSet(kind)].sort((a, b) => a - b)));
    } else if (!this.isLive(object)) this.state.backward(change);
    else if (change.op === 'set') {
      this.referrers.remove(kind, object, change.field, this.state.field(object, change.field));
      this.state.backward(change);
      this.write(kind, object, change.field, change.old);
    } else {
      this.state.backward(change);
      if (change.op === 'insert') this.referrers.remove(kind, object, change.field, change.value);
      else this.referrers.add(kind, object, change.field, change.value);
    }
  }

  // ---- what is looked at ---------------------------------------------------------------------------------

  /** Begins to note what is looked at, some of it perhaps more than once, into an empty list. */
  watch(into: Aspect[]): void {
    this.watched = into;
  }

  /** Ends that. */
  unwatch(): void {
    this.watched = null;
  }

  private note(aspect: Aspect): void {
    const { watched } = this;
    if (watched !== null && watched[watched.length - 1] !== aspect) watched.push(aspect);
  }

  // ---- objects -----------------------------------------------------------------------------------------

  /** Live objects of a kind, in order of creation. */
  live(kind: string): Iterable<ObjectId> {
    return this.liveByKind.get(kind) ?? NONE;
  }

  liveCount(kind: string): number {
    return this.liveByKind.get(kind)?.size ?? 0;
  }

  isLive(id: ObjectId | null): boolean {
    if (id === null) return false;
    this.note(lifeOf(id));
    return this.state.get(id)?.freed === false;
  }

  kind(id: ObjectId): string {
    return this.state.get(id)?.kind ?? '';
  }

  // ---- fields ------------------------------------------------------------------------------------------

  value(id: ObjectId, field: string): Value | undefined {
    this.note(fieldsOf(id));
    return this.state.field(id, field);
  }

  /** Object that a pointer field points to, or null. */
  pointer(id: ObjectId, field: string): ObjectId | null {
    const value = this.value(id, field);
    return isRef(value) ? value.ref : null;
  }

  /** Number in a field; 0 if there is none. */
  number(id: ObjectId, field: string): number {
    const value = this.value(id, field);
    return typeof value === 'number' ? value : 0;
  }

  /** Whether the kernel counts `degree` (before 6.0) instead of num_children and num_active_vmas. */
  countsDegree(anonVma: ObjectId): boolean {
    return this.value(anonVma, 'degree') !== undefined;
  }

  /** Page offset by which the anonymous reverse map knows the first page of a VMA. */
  anonPgoff(vma: ObjectId): number {
    return this.number(vma, this.anonPgoffField(vma));
  }

  /** Where that is kept: before 7.3 one offset serves files and the anonymous reverse map. */
  anonPgoffField(vma: ObjectId): string {
    return this.value(vma, 'anon_pgoff') === undefined ? 'vm_pgoff' : 'anon_pgoff';
  }

  flag(id: ObjectId, field: string): boolean {
    return this.value(id, field) === true;
  }

  /** Objects on a list or in a tree, in its order. */
  list(id: ObjectId, field: string): readonly ObjectId[] {
    const value = this.value(id, field);
    if (!isList(value) || value.length === 0) return NONE;
    const items: ObjectId[] = [];
    for (const item of value) if (isRef(item)) items.push(item.ref);
    return items;
  }

  // ---- the reverse map ---------------------------------------------------------------------------------

  /** anon_vmas on the chain of a VMA, list head first. */
  chainOf(vma: ObjectId): ObjectId[] {
    return this.pointersOf(vma, 'anon_vma_chain', 'anon_vma');
  }

  /** VMAs that an anon_vma's tree leads to. */
  treeOf(anonVma: ObjectId): ObjectId[] {
    return this.pointersOf(anonVma, 'rb_root', 'vma');
  }

  /** An anon_vma is in use while its tree leads to a VMA. */
  inUse(anonVma: ObjectId): boolean {
    const tree = this.value(anonVma, 'rb_root');
    return isList(tree) && tree.length > 0;
  }

  /** Live VMAs whose `anon_vma` is this one. */
  activeVmas(anonVma: ObjectId): readonly ObjectId[] {
    this.note(referrersOf(anonVma));
    return this.referrers.vmasUsing(anonVma);
  }

  /** Live AVCs whose `vma` is this one. */
  avcsOf(vma: ObjectId): readonly ObjectId[] {
    this.note(referrersOf(vma));
    return this.referrers.avcsNamingVma(vma);
  }

  /** Live AVCs whose `anon_vma` is this one. */
  avcsTo(anonVma: ObjectId): readonly ObjectId[] {
    this.note(referrersOf(anonVma));
    return this.referrers.avcsNamingAnonVma(anonVma);
  }

  /** Live VMAs on whose chain the AVC is. */
  vmasChaining(avc: ObjectId): readonly ObjectId[] {
    this.note(referrersOf(avc));
    return this.referrers.vmasChaining(avc);
  }

  /** Live anon_vmas in whose tree the AVC is. */
  anonVmasHolding(avc: ObjectId): readonly ObjectId[] {
    this.note(referrersOf(avc));
    return this.referrers.anonVmasHolding(avc);
  }

  /** Whether a live address space has the VMA in its tree. */
  inVmaTree(vma: ObjectId): boolean {
    this.note(referrersOf(vma));
    return this.referrers.mmsHolding(vma).length > 0;
  }

  /** anon_vmas in use whose `parent` is this one, itself included where it is its own parent. */
  childrenInUse(anonVma: ObjectId): readonly ObjectId[] {
    this.note(referrersOf(anonVma));
    return this.referrers.children(anonVma).filter((child) => this.inUse(child));
  }

  /** Live anon_vmas other than this one whose `root` is this one. */
  othersWithRoot(anonVma: ObjectId): readonly ObjectId[] {
    this.note(referrersOf(anonVma));
    return this.referrers.members(anonVma).filter((member) => member !== anonVma);
  }

  rootOf(anonVma: ObjectId): ObjectId | null {
    return this.pointer(anonVma, 'root');
  }

  /** The address space of a VMA. */
  mmOf(vma: ObjectId): ObjectId | null {
    return this.pointer(vma, 'vm_mm');
  }

  /** The VMA of an address space that holds a page, or null. */
  vmaAt(mm: ObjectId, page: number): ObjectId | null {
    const holds = (vma: ObjectId): boolean =>
      this.number(vma, 'vm_start') <= page && page < this.number(vma, 'vm_end');
    return this.list(mm, 'mm_mt').find(holds) ?? null;
  }

  /** The live address space of a process, or null. */
  mmNamed(name: string): ObjectId | null {
    for (const mm of this.live('mm')) if (this.value(mm, 'name') === name) return mm;
    return null;
  }

  /** Keys of the page table entries of live address spaces that map anonymous folios, by address space and page. */
  mappedPages(): readonly PageKey[] {
    return this.referrers.allPages();
  }

  /** The entry that a key stands for; undefined when nothing anonymous is mapped there. */
  mappedPage(key: PageKey): MappedPage | undefined {
    return this.referrers.page(key);
  }

  pageKey(mm: ObjectId, page: number): PageKey {
    return this.referrers.keyOf(mm, page);
  }

  /** Address spaces that map a folio, in order of creation, once for each page that does. */
  mmsMapping(folio: ObjectId): readonly ObjectId[] {
    this.note(referrersOf(folio));
    return this.referrers.pagesMapping(folio).map((key) => this.referrers.page(key)?.mm ?? 0);
  }

  /** Live objects whose lock `field` is held, in order of creation. */
  holders(field: string): readonly ObjectId[] {
    const holders = this.lockHolders.get(field);
    return holders === undefined || holders.size === 0 ? NONE : [...holders].sort((a, b) => a - b);
  }

  // ---- names -------------------------------------------------------------------------------------------

  /** Name of an object as the contracts write it: `P@16-20`, `A0`, `AVC (P@16-20, A0)`. */
  name(id: ObjectId | null): string {
    if (id === null) return 'NULL';
    const text = (field: string, other: string): string => {
      const value = this.value(id, field);
      return typeof value === 'string' ? value : other;
    };
    switch (this.kind(id)) {
      case 'vma': {
        const mm = this.mmOf(id);
        return `${this.name(mm)}@${this.number(id, 'vm_start')}-${this.number(id, 'vm_end')}`;
      }
      case 'anon_vma':
        return text('label', 'an unlinked anon_vma');
      case 'folio':
        return text('label', 'an unmapped folio');
      case 'anon_vma_chain':
        return `AVC (${this.name(this.pointer(id, 'vma'))}, ${this.name(this.pointer(id, 'anon_vma'))})`;
      case 'mm':
      case 'file':
        return text('name', this.kind(id));
      default:
        return `${this.kind(id)} #${id}`;
    }
  }

  /** Names of several objects, or `none`. */
  names(ids: readonly ObjectId[]): string {
    return ids.length === 0 ? 'none' : ids.map((id) => this.name(id)).join(', ');
  }

  // ---- within ------------------------------------------------------------------------------------------

  /** A live object of this kind is there from now on, with the fields that it has. */
  private appear(object: ObjectId, kind: string): void {
    this.liveSet(kind).add(object);
    for (const [field, value] of this.state.get(object)?.fields ?? []) this.write(kind, object, field, value);
  }

  /** It no longer is. */
  private vanish(object: ObjectId, kind: string): void {
    this.liveSet(kind).delete(object);
    for (const [field, value] of this.state.get(object)?.fields ?? []) {
      this.referrers.remove(kind, object, field, value);
      if (LOCK_FIELDS.has(field)) this.lockHolders.get(field)?.delete(object);
    }
  }

  /** A field of a live object has got this value. */
  private write(kind: string, object: ObjectId, field: string, value: Value | undefined): void {
    this.referrers.add(kind, object, field, value);
    if (!LOCK_FIELDS.has(field)) return;
    let holders = this.lockHolders.get(field);
    if (!holders) {
      holders = new Set();
      this.lockHolders.set(field, holders);
    }
    if (typeof value === 'number' && value !== 0) holders.add(object);
    else holders.delete(object);
  }

  /** Where the objects on a list point to, in its order. */
  private pointersOf(id: ObjectId, list: string, field: string): ObjectId[] {
    const items = this.value(id, list);
    const pointers: ObjectId[] = [];
    if (!isList(items)) return pointers;
    for (const item of items) {
      const pointer = isRef(item) ? this.pointer(item.ref, field) : null;
      if (pointer !== null) pointers.push(pointer);
    }
    return pointers;
  }

  private liveSet(kind: string): Set<ObjectId> {
    let set = this.liveByKind.get(kind);
    if (!set) {
      set = new Set();
      this.liveByKind.set(kind, set);
    }
    return set;
  }
}
