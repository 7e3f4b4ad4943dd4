/**
 * What the invariants see: the state of a trace with the objects of the anonymous reverse map found quickly, and
 * their names for messages. The only file of this room that reads fields by name.
 */

import { State } from '../trace/state';
import type { Change } from '../trace/step';
import { isList, isRef, type ObjectId, type Value } from '../trace/value';

/** A page table entry that maps an anonymous folio. */
export interface MappedPage {
  readonly mm: ObjectId;
  readonly page: number;
  readonly folio: ObjectId;
}

/** Indexes over the live objects, made when first asked for after a change. */
interface Indexes {
  vmasByAnonVma?: Map<ObjectId, ObjectId[]>;
  avcsByVma?: Map<ObjectId, ObjectId[]>;
  childrenInUse?: Map<ObjectId, ObjectId[]>;
  membersByRoot?: Map<ObjectId, ObjectId[]>;
  mappings?: readonly MappedPage[];
  mappingsByFolio?: Map<ObjectId, MappedPage[]>;
}

const NONE: readonly ObjectId[] = [];

export class View {
  readonly state = new State();
  private readonly liveByKind = new Map<string, Set<ObjectId>>();
  /** VMAs that the scenario itself keeps: what `P: call` made with `new` belongs to its caller. */
  readonly held = new Set<ObjectId>();
  private indexes: Indexes = {};

  /** Applies a change. */
  apply(change: Change): void {
    this.state.forward(change);
    this.indexes = {};
    if (change.op === 'create') this.liveSet(change.kind).add(change.object);
    else if (change.op === 'free') this.liveSet(this.kind(change.object)).delete(change.object);
  }

  /** Takes a change back. */
  undo(change: Change): void {
    this.indexes = {};
    if (change.op === 'create') this.liveSet(change.kind).delete(change.object);
    else if (change.op === 'free') {
      const kind = this.kind(change.object);
      this.liveByKind.set(kind, new Set([...this.liveSet(kind), change.object].sort((a, b) => a - b)));
    }
    this.state.backward(change);
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
    return id !== null && this.state.get(id)?.freed === false;
  }

  kind(id: ObjectId): string {
    return this.state.get(id)?.kind ?? '';
  }

  // ---- fields ------------------------------------------------------------------------------------------

  value(id: ObjectId, field: string): Value | undefined {
    return this.state.field(id, field);
  }

  /** Object that a pointer field points to, or null. */
  pointer(id: ObjectId, field: string): ObjectId | null {
    const value = this.state.field(id, field);
    return isRef(value) ? value.ref : null;
  }

  /** Number in a field; 0 if there is none. */
  number(id: ObjectId, field: string): number {
    const value = this.state.field(id, field);
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
    return this.state.field(id, field) === true;
  }

  /** Objects on a list or in a tree, in its order. */
  list(id: ObjectId, field: string): readonly ObjectId[] {
    const value = this.state.field(id, field);
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
    const tree = this.state.field(anonVma, 'rb_root');
    return isList(tree) && tree.length > 0;
  }

  /** Live VMAs whose `anon_vma` is this one. */
  activeVmas(anonVma: ObjectId): readonly ObjectId[] {
    this.indexes.vmasByAnonVma ??= this.group('vma', (vma) => this.pointer(vma, 'anon_vma'));
    return this.indexes.vmasByAnonVma.get(anonVma) ?? NONE;
  }

  /** Live AVCs whose `vma` is this one. */
  avcsOf(vma: ObjectId): readonly ObjectId[] {
    this.indexes.avcsByVma ??= this.group('anon_vma_chain', (avc) => this.pointer(avc, 'vma'));
    return this.indexes.avcsByVma.get(vma) ?? NONE;
  }

  /** anon_vmas in use whose `parent` is this one, itself included where it is its own parent. */
  childrenInUse(anonVma: ObjectId): readonly ObjectId[] {
    this.indexes.childrenInUse ??= this.group('anon_vma', (child) =>
      this.inUse(child) ? this.pointer(child, 'parent') : null,
    );
    return this.indexes.childrenInUse.get(anonVma) ?? NONE;
  }

  /** Live anon_vmas other than this one whose `root` is this one. */
  othersWithRoot(anonVma: ObjectId): readonly ObjectId[] {
    this.indexes.membersByRoot ??= this.group('anon_vma', (member) => {
      const root = this.pointer(member, 'root');
      return root === member ? null : root;
    });
    return this.indexes.membersByRoot.get(anonVma) ?? NONE;
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

  /** Page table entries of live address spaces that map anonymous folios. */
  mappings(): readonly MappedPage[] {
    this.indexes.mappings ??= this.collectMappings();
    return this.indexes.mappings;
  }

  mappingsOf(folio: ObjectId): readonly MappedPage[] {
    if (!this.indexes.mappingsByFolio) {
      const byFolio = new Map<ObjectId, MappedPage[]>();
      for (const mapping of this.mappings()) add(byFolio, mapping.folio, mapping);
      this.indexes.mappingsByFolio = byFolio;
    }
    return this.indexes.mappingsByFolio.get(folio) ?? [];
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

  private collectMappings(): MappedPage[] {
    const mappings: MappedPage[] = [];
    for (const mm of this.live('mm')) {
      for (const [field, entry] of this.state.get(mm)?.fields ?? []) {
        const folio = field.startsWith(PTE) ? folioOf(entry) : null;
        if (folio !== null) mappings.push({ mm, page: Number(field.slice(PTE.length)), folio });
      }
    }
    return mappings;
  }

  /** Where the objects on a list point to, in its order. */
  private pointersOf(id: ObjectId, list: string, field: string): ObjectId[] {
    const items = this.state.field(id, list);
    const pointers: ObjectId[] = [];
    if (!isList(items)) return pointers;
    for (const item of items) {
      const pointer = isRef(item) ? this.pointer(item.ref, field) : null;
      if (pointer !== null) pointers.push(pointer);
    }
    return pointers;
  }

  private group(kind: string, keyOf: (id: ObjectId) => ObjectId | null): Map<ObjectId, ObjectId[]> {
    const groups = new Map<ObjectId, ObjectId[]>();
    for (const id of this.live(kind)) {
      const key = keyOf(id);
      if (key !== null) add(groups, key, id);
    }
    return groups;
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

/** Prefix of the fields that hold page table entries. */
export const PTE = 'ptes.';

function folioOf(entry: Value): ObjectId | null {
  if (typeof entry !== 'object' || entry === null || isList(entry) || isRef(entry)) return null;
  const folio = entry['folio'];
  return isRef(folio) ? folio.ref : null;
}

function add<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}
