/**
 * Everything there is to say about one object: its fields with their writers, and the invariants that speak of it.
 */
import type { History } from '../../trace/history';
import type { ObjectId } from '../../trace/value';
import type { Frame } from './frame';
import { blames, type InvariantView, speakingOf } from './invariants';

export interface CardField {
  readonly name: string;
  readonly doc: string;
  readonly value: string;
  /** The step that last wrote it; null when it has been so from the start. */
  readonly writer: number | null;
  readonly previous: number | null;
  readonly next: number | null;
  /** Written by the step shown. */
  readonly changed: boolean;
}

export interface ObjectCard {
  readonly id: ObjectId;
  readonly label: string;
  readonly kind: string;
  readonly kindDoc: string;
  readonly freed: boolean;
  readonly created: number | null;
  readonly fields: readonly CardField[];
  /** Those that blame this very object first. */
  readonly invariants: readonly InvariantView[];
}

/** null when the object does not exist at this step. */
export function cardOf(
  frame: Frame,
  history: History,
  views: readonly InvariantView[],
  id: ObjectId,
  /** The field that is meant, if one is: only invariants that speak of it are given. */
  field: string | null = null,
): ObjectCard | null {
  const object = frame.state.get(id);
  const kind = frame.kindOf(id);
  if (!object || !kind) return null;
  const declared = kind.fields.map(({ name }) => name).filter((name) => object.fields.has(name));
  const others = [...object.fields.keys()].filter((name) => !declared.includes(name)).sort(byNumber);
  const fields = [...declared, ...others].map((name): CardField => {
    const writer = history.lastWriter(id, name, frame.position);
    return {
      name,
      doc: frame.fieldOf(id, name)?.doc ?? '',
      value: frame.formatField(id, name, object.fields.get(name)),
      writer,
      previous: writer === null ? null : history.previousWriter(id, name, writer),
      next: history.nextWriter(id, name, frame.position),
      changed: writer === frame.position && frame.position >= 0,
    };
  });
  const speaking = speakingOf(views, object.kind, field);
  return {
    id,
    label: frame.label(id),
    kind: kind.short,
    kindDoc: kind.doc,
    freed: object.freed,
    created: history.touched(id)[0] ?? null,
    fields,
    invariants: speaking.sort((a, b) => Number(blames(b, id)) - Number(blames(a, id)) || rank(a) - rank(b)),
  };
}

function rank({ status }: InvariantView): number {
  return status === 'violated' ? 0 : status === 'suspended' ? 1 : 2;
}

/** `ptes.9` before `ptes.10`. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
