/**
 * What a change concerns: the object whose field it writes, and, since who points to an object is asked for as a property of that
 * object, everything that the old and the new value point to.
 */
import type { Change } from '../trace/step';
import type { ObjectId } from '../trace/value';
import { type Aspect, fieldsOf, lifeOf, referrersOf } from './aspect';
import { type PageKey, PTE, targets } from './referrers';
import type { View } from './view';

export interface Concerned {
  readonly aspects: readonly Aspect[];
  /** The object that is created or freed, or null. */
  readonly begunOrEnded: ObjectId | null;
  /** Pages at which an anonymous folio begins or ceases to be mapped. */
  readonly pages: readonly PageKey[];
}

const NO_PAGES: readonly PageKey[] = [];

/** Asked before the change is applied. */
export function concernedBy(change: Change, view: View): Concerned {
  const { object } = change;
  const aspects: Aspect[] = [];
  const around = (value: Parameters<typeof targets>[0]): void => {
    for (const target of targets(value)) aspects.push(referrersOf(target));
  };
  switch (change.op) {
    case 'create': {
      aspects.push(lifeOf(object), fieldsOf(object));
      const names = Object.keys(change.fields);
      for (const name of names) around(change.fields[name]);
      return { aspects, begunOrEnded: object, pages: pagesOf(object, names, view) };
    }
    case 'free': {
      aspects.push(lifeOf(object));
      const fields = view.state.get(object)?.fields;
      for (const value of fields?.values() ?? []) around(value);
      return { aspects, begunOrEnded: object, pages: pagesOf(object, fields?.keys() ?? [], view) };
    }
    case 'set': {
      around(view.state.field(object, change.field));
      around(change.new);
      // An entry of a page table concerns its page and its folios, and not what is known of the process as such.
      if (change.field.startsWith(PTE))
        return { aspects, begunOrEnded: null, pages: pagesOf(object, [change.field], view) };
      aspects.push(fieldsOf(object));
      return { aspects, begunOrEnded: null, pages: NO_PAGES };
    }
    case 'insert':
    case 'remove':
      aspects.push(fieldsOf(object));
      around(change.value);
      return { aspects, begunOrEnded: null, pages: NO_PAGES };
  }
}

function pagesOf(mm: ObjectId, fields: Iterable<string>, view: View): readonly PageKey[] {
  let pages: PageKey[] | null = null;
  for (const field of fields) {
    if (!field.startsWith(PTE)) continue;
    pages ??= [];
    pages.push(view.pageKey(mm, Number(field.slice(PTE.length))));
  }
  return pages ?? NO_PAGES;
}
