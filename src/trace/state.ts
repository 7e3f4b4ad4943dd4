/**
 * The state at one moment of a trace, and how a change moves it forward or back.
 */
import type { Change } from './step';
import type { ObjectId, Value } from './value';
import { isList } from './value';

export interface ObjectState {
  readonly id: ObjectId;
  readonly kind: string;
  readonly fields: Map<string, Value>;
  /** The memory has been given back. Freed objects stay, so that late uses can be seen. */
  freed: boolean;
}

/** Objects whose numbers differ in the lowest bits only. */
type Chunk = readonly (ObjectState | undefined)[];

const CHUNK_BITS = 6;
const CHUNK = 1 << CHUNK_BITS;

/** A state to come back to. What is in it is shared with the state it was taken of, and never written to again. */
export type Checkpoint = ReadonlyMap<number, Chunk>;

/** All objects that have ever existed up to a moment, by number. */
export class State {
  private chunks = new Map<number, Chunk>();
  /** Chunks and objects that no checkpoint has; null before the first one: all. */
  private own: { readonly chunks: Set<number>; readonly objects: Set<ObjectId> } | null = null;

  get(id: ObjectId): ObjectState | undefined {
    return this.chunks.get(id >>> CHUNK_BITS)?.[id & (CHUNK - 1)];
  }

  field(id: ObjectId, name: string): Value | undefined {
    return this.get(id)?.fields.get(name);
  }

  /** Freed objects included, in order of creation. */
  *all(): IterableIterator<ObjectState> {
    for (const chunk of this.chunks.values()) for (const object of chunk) if (object) yield object;
  }

  /** Live objects of a kind, in order of creation. */
  *live(kind: string): IterableIterator<ObjectState> {
    for (const object of this.all()) if (object.kind === kind && !object.freed) yield object;
  }

  /** The state as it is now. From here on what it holds is copied when it is first written to. */
  checkpoint(): Checkpoint {
    this.own = { chunks: new Set(), objects: new Set() };
    return new Map(this.chunks);
  }

  /** Makes the state what it was when the checkpoint was taken. */
  restore(checkpoint: Checkpoint): void {
    this.own = { chunks: new Set(), objects: new Set() };
    this.chunks = new Map(checkpoint);
  }

  /** Applies a change. */
  forward(change: Change): void {
    switch (change.op) {
      case 'create':
        this.put(change.object, {
          id: change.object,
          kind: change.kind,
          fields: new Map(Object.entries(change.fields)),
          freed: false,
        });
        return;
      case 'free':
        this.writable(change.object).freed = true;
        return;
      case 'set':
        this.assign(change.object, change.field, change.new);
        return;
      case 'insert':
        this.splice(change.object, change.field, change.index, 0, change.value);
        return;
      case 'remove':
        this.splice(change.object, change.field, change.index, 1);
        return;
    }
  }

  /** Takes a change back. */
  backward(change: Change): void {
    switch (change.op) {
      case 'create':
        this.put(change.object, undefined);
        return;
      case 'free':
        this.writable(change.object).freed = false;
        return;
      case 'set':
        this.assign(change.object, change.field, change.old);
        return;
      case 'insert':
        this.splice(change.object, change.field, change.index, 1);
        return;
      case 'remove':
        this.splice(change.object, change.field, change.index, 0, change.value);
        return;
    }
  }

  /** The object, to be written to. */
  private writable(id: ObjectId): ObjectState {
    const object = this.get(id);
    if (!object) throw new Error(`trace names object ${id}, which was never created`);
    if (this.own === null || this.own.objects.has(id)) return object;
    const copy = { ...object, fields: new Map(object.fields) };
    this.put(id, copy);
    return copy;
  }

  private put(id: ObjectId, object: ObjectState | undefined): void {
    const number = id >>> CHUNK_BITS;
    let chunk = this.chunks.get(number) as (ObjectState | undefined)[] | undefined;
    if (!chunk || this.own?.chunks.has(number) === false) {
      chunk = chunk?.slice() ?? new Array<undefined>(CHUNK);
      this.chunks.set(number, chunk);
      this.own?.chunks.add(number);
    }
    chunk[id & (CHUNK - 1)] = object;
    this.own?.objects.add(id);
  }

  private assign(id: ObjectId, field: string, value: Value | undefined): void {
    const { fields } = this.writable(id);
    if (value === undefined) fields.delete(field);
    else fields.set(field, value);
  }

  private splice(id: ObjectId, field: string, index: number, deleted: number, ...added: Value[]): void {
    const { fields } = this.writable(id);
    const list = fields.get(field);
    if (!isList(list)) throw new Error(`trace treats ${field} of object ${id} as a list, which it is not`);
    fields.set(field, [...list.slice(0, index), ...added, ...list.slice(index + deleted)]);
  }
}
