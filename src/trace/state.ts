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

/** All objects that have ever existed up to a moment, by number. */
export class State {
  readonly objects = new Map<ObjectId, ObjectState>();

  get(id: ObjectId): ObjectState | undefined {
    return this.objects.get(id);
  }

  field(id: ObjectId, name: string): Value | undefined {
    return this.objects.get(id)?.fields.get(name);
  }

  /** Live objects of a kind, in order of creation. */
  *live(kind: string): IterableIterator<ObjectState> {
    for (const object of this.objects.values()) if (object.kind === kind && !object.freed) yield object;
  }

  /** Applies a change. */
  forward(change: Change): void {
    switch (change.op) {
      case 'create':
        this.objects.set(change.object, {
          id: change.object,
          kind: change.kind,
          fields: new Map(Object.entries(change.fields)),
          freed: false,
        });
        return;
      case 'free':
        this.expect(change.object).freed = true;
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
        this.objects.delete(change.object);
        return;
      case 'free':
        this.expect(change.object).freed = false;
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

  private expect(id: ObjectId): ObjectState {
    const object = this.objects.get(id);
    if (!object) throw new Error(`trace names object ${id}, which was never created`);
    return object;
  }

  private assign(id: ObjectId, field: string, value: Value | undefined): void {
    const { fields } = this.expect(id);
    if (value === undefined) fields.delete(field);
    else fields.set(field, value);
  }

  private splice(id: ObjectId, field: string, index: number, deleted: number, ...added: Value[]): void {
    const { fields } = this.expect(id);
    const list = fields.get(field);
    if (!isList(list)) throw new Error(`trace treats ${field} of object ${id} as a list, which it is not`);
    fields.set(field, [...list.slice(0, index), ...added, ...list.slice(index + deleted)]);
  }
}
