/**
 * What statements and functions do to the objects, in kernel terms, gathered from recorded runs. What no run comes past
 * has no effect here, which is not to say that it has none in the kernel: `undefined` tells the two apart.
 */
import { Cursor } from '../trace/cursor';
import type { State } from '../trace/state';
import type { Change, Step } from '../trace/step';
import type { ObjectId } from '../trace/value';
import { changeEffect, eventEffect } from './effectWords';
import { type Example, type Frame, runsOutOfMemory, statementKey } from './frames';

/** One thing that a statement does, and where it is seen. */
export interface Outcome {
  /** In the order in which it happens; empty: nothing but its own step. */
  readonly phrases: readonly string[];
  /** What the first step that did it says of itself. */
  readonly said: string;
  /** Steps, over all runs, that did just this. */
  readonly times: number;
  readonly example: { readonly sample: string; readonly title: string; readonly step: number };
}

/** What a whole call leaves changed. */
export interface FunctionEffects {
  /** When no allocation failed in it; the phrases that most calls show first. */
  readonly usual: readonly string[];
  /** After an allocation failed in it; null: none does in any run. */
  readonly failed: readonly string[] | null;
  /** Calls seen, over all runs. */
  readonly calls: number;
  readonly failedCalls: number;
}

/** What one step does, each phrase once. */
export function effectPhrases(step: Step, state: State): string[] {
  const events = step.events.flatMap((event) => eventEffect(event, state) ?? []);
  const created = new Set(step.changes.flatMap((change) => (change.op === 'create' ? [change.object] : [])));
  const changes = step.changes.flatMap((change) =>
    change.op !== 'create' && created.has(change.object) ? [] : (changeEffect(change, state) ?? []),
  );
  return [...new Set([...events, ...withoutKeys(changes)])];
}

/** What enters or leaves a tree gets or loses its key: that goes without saying. */
function withoutKeys(phrases: readonly string[]): string[] {
  const moves = phrases.some((text) => /^the AVC (enters|leaves) the anon_vma/.test(text));
  return phrases.filter((text) => !moves || !text.startsWith('re-keys'));
}

/** A phrase about a whole call: no explanation, no amount. */
function inShort(phrase: string): string {
  return phrase
    .replace(/[,:;].*$/, '')
    .replace(/ \+ \d+$/, ' goes up')
    .replace(/ − \d+$/, ' goes down');
}

/** What statements do, by statementKey; the most frequent outcome first. */
export function statementEffectsOf(examples: readonly Example[]): ReadonlyMap<string, readonly Outcome[]> {
  const statements = new Map<string, Map<string, Outcome>>();
  for (const example of examples) {
    const phrases = phrasesByStep(example);
    for (const step of example.trace.steps) {
      if (step.anchor) note(statements, example, step, phrases[step.number] ?? []);
    }
  }
  return new Map([...statements].map(([key, outcomes]) => [key, byFrequency(outcomes)]));
}

/** A call, and the run that it is in. */
export interface Call {
  readonly example: Example;
  readonly frame: Frame;
}

/** What calls of one function leave changed. */
export function functionEffectsOf(calls: readonly Call[]): FunctionEffects {
  const known: FunctionCalls = { usual: new Map(), failed: new Map(), calls: 0, failedCalls: 0 };
  let cursor = null as Cursor | null;
  for (const { example, frame } of calls) {
    if (cursor?.trace !== example.trace) cursor = new Cursor(example.trace);
    cursor.seek(frame.last);
    addCall(known, example, frame, cursor.state);
  }
  return summary(known);
}

function phrasesByStep({ trace }: Example): readonly (readonly string[])[] {
  const cursor = new Cursor(trace);
  return trace.steps.map((step) => {
    cursor.seek(step.number);
    return effectPhrases(step, cursor.state);
  });
}

function note(
  statements: Map<string, Map<string, Outcome>>,
  { id, title }: Example,
  step: Step,
  phrases: readonly string[],
): void {
  if (!step.anchor) return;
  const key = statementKey(step.anchor.role, step.anchor.pattern);
  const outcomes = statements.get(key) ?? new Map<string, Outcome>();
  statements.set(key, outcomes);
  const text = phrases.join('\u0000');
  const known = outcomes.get(text);
  outcomes.set(
    text,
    known
      ? { ...known, times: known.times + 1 }
      : { phrases, said: step.text, times: 1, example: { sample: id, title, step: step.number } },
  );
}

/** What does something comes before what does nothing, then what is seen most often. */
function byFrequency(outcomes: ReadonlyMap<string, Outcome>): Outcome[] {
  return [...outcomes.values()].sort(
    (a, b) => Number(b.phrases.length > 0) - Number(a.phrases.length > 0) || b.times - a.times,
  );
}

interface FunctionCalls {
  /** Calls that leave a phrase true, by phrase. */
  readonly usual: Map<string, number>;
  readonly failed: Map<string, number>;
  calls: number;
  failedCalls: number;
}

function addCall(known: FunctionCalls, example: Example, frame: Frame, state: State): void {
  const failed = runsOutOfMemory(example.trace, frame);
  known.calls += 1;
  if (failed) known.failedCalls += 1;
  const counts = failed ? known.failed : known.usual;
  for (const phrase of netEffects(example, frame, state)) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
}

function summary({ usual, failed, calls, failedCalls }: FunctionCalls): FunctionEffects {
  return {
    usual: mostFrequent(usual),
    failed: failedCalls === 0 ? null : mostFrequent(failed),
    calls,
    failedCalls,
  };
}

function mostFrequent(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].sort(([, a], [, b]) => b - a).map(([phrase]) => phrase);
}

/** What a call leaves changed: what is made and freed again in it, put and taken out again, counted up and down, is not. */
function netEffects({ trace }: Example, { first, last }: Frame, state: State): string[] {
  const changes = trace.steps.slice(first, last + 1).flatMap((step) => step.changes);
  const made = new Set<ObjectId>();
  const gone = new Set<ObjectId>();
  for (const change of changes) {
    if (change.op === 'create') made.add(change.object);
    if (change.op === 'free') gone.add(change.object);
  }
  const passing = new Set([...made].filter((object) => gone.has(object)));
  const phrases = netChanges(changes, passing, made).flatMap((change) => changeEffect(change, state) ?? []);
  return [...new Set(withoutKeys(phrases).map(inShort))];
}

/** The changes that remain, each field once with its first old and its last new value. */
function netChanges(
  changes: readonly Change[],
  passing: ReadonlySet<ObjectId>,
  made: ReadonlySet<ObjectId>,
): Change[] {
  const net = new Map<string, Change>();
  for (const change of changes) {
    if (passing.has(change.object)) continue;
    switch (change.op) {
      case 'create':
      case 'free':
        net.set(`${change.op} ${change.object}`, change);
        break;
      case 'set': {
        const key = `set ${change.object} ${change.field}`;
        const before = net.get(key);
        const merged = before?.op === 'set' ? { ...change, old: before.old } : change;
        if (JSON.stringify(merged.old) === JSON.stringify(merged.new)) net.delete(key);
        else if (!made.has(change.object) || change.field === 'anon_vma') net.set(key, merged);
        break;
      }
      case 'insert':
      case 'remove': {
        const value = JSON.stringify(change.value);
        const opposite = `${change.op === 'insert' ? 'remove' : 'insert'} ${change.object} ${change.field} ${value}`;
        if (net.has(opposite)) net.delete(opposite);
        else net.set(`${change.op} ${change.object} ${change.field} ${value}`, change);
        break;
      }
    }
  }
  return [...net.values()];
}
