/**
 * From writes to memory to changes of the trace: each field is compared with what the trace knows of it; lists and trees are compared as
 * a whole before the next step begins.
 */
import type { Observer } from '../trace/engine';
import { sameValue, type Value } from '../trace/value';
import { FIELDS, type FieldTable } from './fields';
import type { ObjectMemory } from './objectMemory';
import type { AvcView, View, VmaView } from './views';

type ListField = 'mm_mt' | 'anon_vma_chain' | 'rb_root' | 'i_mmap';

const LISTS = new Set<string>(['mm_mt', 'anon_vma_chain', 'rb_root', 'i_mmap']);

/** What the trace knows of one object. */
interface Known {
  readonly fields: Map<string, Value | undefined>;
  readonly lists: Map<ListField, number[]>;
}

export class MemoryTrace {
  observer: Observer | null = null;
  #known = new Map<View, Known>();
  readonly #dirty = new Map<View, Set<ListField>>();
  /** VMA whose chain an AVC was seen on last. */
  readonly #chainOf = new Map<AvcView, VmaView>();

  constructor(
    private readonly m: ObjectMemory<View>,
    private readonly table: FieldTable,
    /** Value of a field as the trace holds it. */
    private readonly encoded: (view: View, field: string) => Value,
    /** Called for each field that changed. */
    private readonly changed: (view: View, field: string) => void,
    private readonly isRecorded: (field: string) => boolean,
  ) {}

  /** Begins to follow an object. Returns its fields as they are. */
  follow(view: View): Record<string, Value> {
    const fields: Record<string, Value> = {};
    const known: Known = { fields: new Map(), lists: new Map() };
    for (const field of FIELDS[view.kind]) {
      if (!this.isRecorded(field)) continue;
      const value = this.encoded(view, field);
      fields[field] = value;
      if (LISTS.has(field)) known.lists.set(field as ListField, idsOf(value));
      else known.fields.set(field, value);
    }
    this.#known.set(view, known);
    return fields;
  }

  /** What is shown without having been followed, when recording begins late. */
  catchUp(views: Iterable<View>): void {
    this.#known = new Map();
    this.#dirty.clear();
    for (const view of views) this.follow(view);
  }

  forget(view: View): void {
    this.#known.delete(view);
    this.#dirty.delete(view);
  }

  /** Bytes were written. */
  written(address: number, size: number): void {
    const view = this.m.ownerOf(address);
    if (!view) return;
    const base = this.m.memory.ownerOf(address)?.base ?? 0;
    if (view.kind === 'file' && base !== view.mapping) return;
    const offset = address - base;
    const { fields, links } = this.table.of(view.kind);
    for (const field of fields)
      if (offset < field.offset + field.size && offset + size > field.offset) this.touch(view, field.field);
    for (const link of links) {
      if (offset >= link.offset + link.size || offset + size <= link.offset) continue;
      if (view.kind === 'vma') this.listChanged(view, 'anon_vma_chain');
      else if (view.kind === 'anon_vma_chain') this.#chainEntryChanged(view);
    }
  }

  #chainEntryChanged(avc: AvcView): void {
    const owner = this.#chainOf.get(avc) ?? avc.vma;
    if (owner) this.listChanged(owner, 'anon_vma_chain');
  }

  listChanged(view: View, field: ListField): void {
    const dirty = this.#dirty.get(view);
    if (dirty) dirty.add(field);
    else this.#dirty.set(view, new Set([field]));
  }

  /** A field may have changed. */
  touch(view: View, field: string): void {
    const known = this.#known.get(view);
    if (!known || !this.isRecorded(field)) return;
    const old = known.fields.get(field);
    const now = this.encoded(view, field);
    if (sameValue(old, now)) return;
    known.fields.set(field, now);
    this.observer?.change({ op: 'set', object: view.id, field, old, new: now });
    this.changed(view, field);
  }

  /** Reports what happened to lists and trees since the last call, as part of the step that is open. */
  flush(): void {
    if (this.#dirty.size === 0) return;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const [view, fields] of dirty) for (const field of fields) this.#compare(view, field);
  }

  #compare(view: View, field: ListField): void {
    const known = this.#known.get(view);
    const list = known?.lists.get(field);
    if (!list) return;
    const now = idsOf(this.encoded(view, field));
    if (view.kind === 'vma') for (const avc of view.anon_vma_chain) this.#chainOf.set(avc, view);
    const change = (op: 'insert' | 'remove', index: number, ref: number): void =>
      this.observer?.change({ op, object: view.id, field, index, value: { ref } });
    const kept = new Set(now);
    for (let i = list.length - 1; i >= 0; i--) {
      const id = list[i] ?? 0;
      if (kept.has(id)) continue;
      change('remove', i, id);
      list.splice(i, 1);
    }
    for (const [i, id] of now.entries()) {
      if (list[i] === id) continue;
      const old = list.indexOf(id);
      if (old >= 0) {
        change('remove', old, id);
        list.splice(old, 1);
      }
      change('insert', i, id);
      list.splice(i, 0, id);
    }
  }
}

function idsOf(value: Value): number[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: Value) =>
    typeof item === 'object' && item !== null && 'ref' in item && typeof item.ref === 'number'
      ? [item.ref]
      : [],
  );
}
