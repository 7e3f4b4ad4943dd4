/**
 * What a step did, in a few words: the inline text after its source line, and the lists in hovers. Names come from
 * the labels that the engine declares; no kernel struct is known here.
 */
import { fieldKind, type ObjectKind } from '../trace/kinds';
import { formatValue, labelOf } from '../trace/labels';
import type { State } from '../trace/state';
import type { Change, Step, StepEvent } from '../trace/step';
import { isRef, type ObjectId } from '../trace/value';

/** Characters of inline text. */
export const INLINE_LIMIT = 110;

interface Names {
  readonly state: State;
  readonly kinds: readonly ObjectKind[];
}

/** One phrase for each change of a step, names as they are after it. */
export function changePhrases(step: Step, state: State, kinds: readonly ObjectKind[]): string[] {
  const names = { state, kinds };
  return step.changes.flatMap((change) =>
    change.op === 'set' && change.field === 'label' ? [] : (phraseOf(change, names) ?? []),
  );
}

/**
 * One line for the end of the source line: asserts, locks and failed allocations, then what joined or left a list or
 * tree, then the rest; the step's own sentence when nothing of that happened.
 */
export function inlineText(step: Step, state: State, kinds: readonly ObjectKind[]): string {
  const names = { state, kinds };
  const events = step.events.flatMap((event) => eventPhrase(event, names) ?? []);
  const changes = [...step.changes]
    .sort((a, b) => WEIGHT[a.op] - WEIGHT[b.op])
    .flatMap((change) => (goesWithoutSaying(change, names) ? [] : (phraseOf(change, names) ?? [])));
  const phrases = [...events, ...changes];
  return shorten(phrases.length > 0 ? phrases : [step.text], INLINE_LIMIT);
}

/** What people look for first. */
const WEIGHT: Readonly<Record<Change['op'], number>> = { insert: 0, remove: 0, free: 1, create: 1, set: 2 };

/** A pointer that the object's own label shows: `AVC (P@16-20, A0)` need not say that its `vma` is P@16-20. */
function goesWithoutSaying(change: Change, names: Names): boolean {
  if (change.op !== 'set') return false;
  const name = label(change.object, names);
  const value = formatValue(names.state, names.kinds, change.new);
  return change.field === 'label' || (isRef(change.new) && name.includes(value));
}

/** Joins phrases as long as they fit; the rest is counted. */
export function shorten(phrases: readonly string[], limit: number): string {
  let text = '';
  for (const [at, phrase] of phrases.entries()) {
    const longer = text === '' ? phrase : `${text} · ${phrase}`;
    if (longer.length > limit)
      return text === '' ? `${phrase.slice(0, limit - 1)}…` : `${text} · +${phrases.length - at} more`;
    text = longer;
  }
  return text;
}

function phraseOf(change: Change, names: Names): string | null {
  switch (change.op) {
    case 'create':
      return `+ ${label(change.object, names)}`;
    case 'free':
      return `freed ${label(change.object, names)}`;
    case 'insert':
      return `${formatValue(names.state, names.kinds, change.value)} → ${fieldName(change.object, change.field, names)}`;
    case 'remove':
      return `${formatValue(names.state, names.kinds, change.value)} leaves ${fieldName(change.object, change.field, names)}`;
    case 'set': {
      // the lock's own event says it better
      if (typeOf(change.object, change.field, names) === 'lock') return null;
      const before = formatValue(names.state, names.kinds, change.old);
      const after = formatValue(names.state, names.kinds, change.new);
      const field = fieldName(change.object, change.field, names);
      if (change.old === undefined || change.old === null) return `${field} = ${after}`;
      return `${field} ${before} → ${change.new === undefined ? 'gone' : after}`;
    }
  }
}

function eventPhrase(event: StepEvent, names: Names): string | null {
  switch (event.type) {
    case 'assert':
      return event.holds ? '✓ holds' : `✗ ${event.macro} fires`;
    case 'alloc':
      return event.ok ? null : `${event.what} allocation ${event.nth} fails (${event.flags})`;
    case 'lock': {
      const lock = fieldName(event.object, event.field, names);
      if (event.action === 'contended') return `${lock} is taken by another`;
      return event.action === 'acquire' ? `locks ${lock} (${event.mode})` : `unlocks ${lock} (${event.mode})`;
    }
    case 'memory': {
      const object = event.object === null ? '' : ` of ${label(event.object, names)}`;
      return `✗ ${event.fault}${object}`;
    }
    case 'visit':
      return `visits ${label(event.object, names)}${event.mapped ? ', which maps it' : ', which does not map it'}`;
    case 'mark':
      return null;
  }
}

function label(id: ObjectId, { state, kinds }: Names): string {
  return labelOf(state, kinds, id);
}

function typeOf(id: ObjectId, field: string, { state, kinds }: Names): string | undefined {
  const kind = kinds.find((known) => known.name === state.get(id)?.kind);
  return kind && fieldKind(kind, field)?.type;
}

/** `A0.num_children`; of a made-up name `P.ptes[16]`. */
function fieldName(id: ObjectId, field: string, names: Names): string {
  const dot = field.indexOf('.');
  const shown = dot < 0 ? field : `${field.slice(0, dot)}[${field.slice(dot + 1)}]`;
  return `${label(id, names)}.${shown}`;
}
