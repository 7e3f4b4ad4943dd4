/**
 * What a step changed, field by field, with old and new value, and who wrote them before and writes them after.
 */
import type { History } from '../../trace/history';
import type { FieldType } from '../../trace/kinds';
import type { Change } from '../../trace/step';
import { isList, type ObjectId, sameValue, type Value } from '../../trace/value';
import type { Frame } from './frame';

export type Tag = 'added' | 'changed' | 'removed';

export interface ListItem {
  readonly text: string;
  readonly tag: Tag | null;
}

export interface FieldChange {
  readonly field: string;
  readonly type: FieldType | null;
  readonly tag: Tag;
  readonly old: string | null;
  readonly new: string | null;
  /** For lists and trees: what is on it now, with what came and went. */
  readonly items: readonly ListItem[] | null;
  /** The step that wrote the old value, and the one that writes the field next. */
  readonly previous: number | null;
  readonly next: number | null;
}

export interface UnchangedField {
  readonly field: string;
  readonly value: string;
  readonly writer: number | null;
}

export interface ObjectChange {
  readonly id: ObjectId;
  readonly label: string;
  readonly kind: string;
  readonly tag: Tag;
  readonly fields: readonly FieldChange[];
  readonly unchanged: readonly UnchangedField[];
}

export function changesOf(frame: Frame, history: History): ObjectChange[] {
  const byObject = new Map<ObjectId, Change[]>();
  for (const change of frame.step?.changes ?? []) {
    const changes = byObject.get(change.object);
    if (changes) changes.push(change);
    else byObject.set(change.object, [change]);
  }
  return [...byObject]
    .map(([id, changes]) => objectChange(frame, history, id, changes))
    .filter(({ tag, fields }) => tag !== 'changed' || fields.length > 0);
}

function objectChange(
  frame: Frame,
  history: History,
  id: ObjectId,
  changes: readonly Change[],
): ObjectChange {
  const created = changes.some(({ op }) => op === 'create');
  const freed = changes.some(({ op }) => op === 'free');
  const fields: FieldChange[] = [];
  const names = new Set<string>();
  for (const change of changes) {
    if (change.op === 'create') for (const field of Object.keys(change.fields)) names.add(field);
    else if (change.op !== 'free') names.add(change.field);
  }
  for (const field of names) {
    const change = fieldChange(frame, history, id, field, changes, created);
    if (change) fields.push(change);
  }
  const unchanged: UnchangedField[] = [];
  const written = new Set(fields.map(({ field }) => field));
  for (const [field, value] of frame.state.get(id)?.fields ?? []) {
    if (!written.has(field) && !created) {
      const writer = history.lastWriter(id, field, frame.position);
      unchanged.push({ field, value: frame.formatField(id, field, value), writer });
    }
  }
  return {
    id,
    label: frame.label(id),
    kind: frame.kindOf(id)?.short ?? '',
    tag: freed ? 'removed' : created ? 'added' : 'changed',
    fields,
    unchanged,
  };
}

function fieldChange(
  frame: Frame,
  history: History,
  id: ObjectId,
  field: string,
  changes: readonly Change[],
  created: boolean,
): FieldChange | null {
  const after = frame.state.field(id, field);
  const before = created ? undefined : valueBefore(after, field, changes);
  if (sameValue(before, after)) return null;
  if (created && isEmpty(after)) return null;
  const tag: Tag = isEmpty(before) && !isEmpty(after) ? 'added' : isEmpty(after) ? 'removed' : 'changed';
  return {
    field,
    type: frame.fieldOf(id, field)?.type ?? null,
    tag,
    old: created || before === undefined ? null : frame.formatField(id, field, before),
    new: after === undefined ? null : frame.formatField(id, field, after),
    items: isList(after) ? listItems(frame, isList(before) ? before : [], after) : null,
    previous: history.previousWriter(id, field, frame.position),
    next: history.nextWriter(id, field, frame.position),
  };
}

/** Undoes a step's changes of one field. */
function valueBefore(after: Value | undefined, field: string, changes: readonly Change[]): Value | undefined {
  let value = after;
  for (const change of [...changes].reverse()) {
    if (change.op === 'create' || change.op === 'free' || change.field !== field) continue;
    if (change.op === 'set') value = change.old;
    else if (isList(value)) {
      const { index } = change;
      value =
        change.op === 'insert'
          ? [...value.slice(0, index), ...value.slice(index + 1)]
          : [...value.slice(0, index), change.value, ...value.slice(index)];
    }
  }
  return value;
}

function listItems(frame: Frame, before: readonly Value[], after: readonly Value[]): ListItem[] {
  const has = (list: readonly Value[], value: Value) => list.some((item) => sameValue(item, value));
  const items: ListItem[] = after.map((item) => ({
    text: frame.format(item),
    tag: has(before, item) ? null : 'added',
  }));
  for (const [index, item] of before.entries()) {
    if (!has(after, item)) items.splice(index, 0, { text: frame.format(item), tag: 'removed' });
  }
  return items;
}

/** No value, or one that says nothing in a new object. */
function isEmpty(value: Value | undefined): boolean {
  return value === undefined || value === null || (isList(value) && value.length === 0);
}
