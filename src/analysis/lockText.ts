/** Sentences about held locks: what each is, and by which path it came to be held. */
import type { EngineProblem } from './engine';
import type { FunctionLocks } from './lockAnalysis';
import { LOCK_TITLES, MODE_TITLES, MODELESS } from './lockClasses';
import { type LockShown, locksInWords } from './lockSets';
import { listedFunctions } from './names';
import { type NotHeld, whereNotHeld } from './notHeld';
import type { Origin } from './world';

/** A sentence; in between stand lines, by an offset from the function's start, and functions, by their names. */
export type Told = readonly (string | { readonly line: number } | { readonly function: string })[];

/** A lock told in full. */
export interface LockSentence {
  readonly label: string;
  readonly title: string;
  /** How it came to be held, and for one that is held on some paths only by which it is not: one sentence each. */
  readonly paths: readonly Told[];
}

/** The place that a lock is told for: before or after the statement at an offset, or the function's entry. */
export interface LockPlace {
  readonly locks: FunctionLocks;
  readonly at: { readonly offset: number; readonly side: 'before' | 'after' } | 'entry';
}

export function lockSentence(shown: LockShown, place: LockPlace): LockSentence {
  const { lock, mode, certainty, objects } = shown;
  const whose = objects.length === 0 ? '' : ` of ${objects.join(' or ')}`;
  const how = MODELESS.has(lock) ? '' : ` ${MODE_TITLES[mode]}`;
  const sure = certainty === 'held' ? '' : ', on some paths only';
  return {
    label: locksInWords([shown]),
    title: `${LOCK_TITLES[lock]}${whose}${how}${sure}`,
    paths: [...shown.origins.map(originSentence), ...(certainty === 'held' ? [] : notHeld(shown, place))],
  };
}

/** By which paths a lock that is held on some is not. */
function notHeld({ lock }: LockShown, { locks, at }: LockPlace): readonly Told[] {
  if (at === 'entry') {
    return [notHeldSentence({ kind: 'on entry' })];
  }
  const reasons = whereNotHeld(locks.run, lock, at.offset, at.side);
  const rest = reasons.length > REASONS ? [[`and on ${reasons.length - REASONS} other groups of paths`]] : [];
  return [...reasons.slice(0, REASONS).map(notHeldSentence), ...rest];
}

function notHeldSentence(reason: NotHeld): Told {
  switch (reason.kind) {
    case 'given back': {
      const by: Told = reason.callee === undefined ? [] : [' by ', { function: reason.callee }];
      return ['not on paths on which it is given back in ', { line: reason.offset }, ...by];
    }
    case 'not taken':
      return ['not on paths that come from ', { line: reason.offset }, ' and have not taken it'];
    case 'by condition':
      return ['taken or not as the condition in ', { line: reason.offset }, ' goes'];
    case 'on entry':
      return ['not sure on entry: only some paths ask for it'];
    case 'doubtful':
      return ['may have been given back: the text does not tell whether, or which of several was'];
    case 'another':
      return ['on other paths one of another object is held, or in another way'];
  }
}

function joinedBy(separator: string, names: readonly string[]): Told {
  return names.flatMap((name, number) => [...(number > 0 ? [separator] : []), { function: name }]);
}

function originSentence({ kind, offset, via }: Origin): Told {
  const where: Told = offset === undefined ? [] : [' in ', { line: offset }];
  switch (kind) {
    case 'taken':
      return ['taken', ...where, ' by ', ...joinedBy(' → ', via)];
    case 'asserted':
      return ['expected on entry: ', ...joinedBy(' → ', via), ...where, ' says so'];
    case 'observed': {
      const who = via.length === 1 ? 'the only caller' : 'all callers';
      const more = via.length > NAMES ? ` and ${via.length - NAMES} more` : '';
      return [`held by ${who} in the files read: `, ...joinedBy(', ', via.slice(0, NAMES)), more];
    }
  }
}

/** Reasons for which a lock is not held that a sentence lists. */
const REASONS = 4;

/** Names that a sentence lists. */
const NAMES = 6;

/** What is held on entry by some callers only, and whose callers are not understood, one sentence each. */
export function callerSentences({ entry: { observed } }: FunctionLocks): readonly string[] {
  if (!observed) {
    return ['What callers hold is not known yet.'];
  }
  const some = observed.list
    .filter(({ isCertain }) => !isCertain)
    .map(({ lock, mode, callers }) => {
      const how = MODELESS.has(lock) ? '' : ` ${MODE_TITLES[mode]}`;
      return `Held on entry by some callers only: ${LOCK_TITLES[lock]}${how}, by ${listedFunctions(callers, NAMES)}.`;
    });
  const unknown =
    observed.notUnderstood.length > 0
      ? [`What these callers hold is not understood: ${listedFunctions(observed.notUnderstood, NAMES)}.`]
      : [];
  return [...some, ...unknown];
}

function problemSentence({ start, reason, kind }: EngineProblem, lineOf: (offset: number) => number): string {
  const line = lineOf(start);
  switch (kind) {
    case 'rule':
      return `By a rule written by hand, not read from the text, in line ${line}: ${reason}.`;
    case 'left out':
      return `Left out in line ${line}: ${reason}.`;
    default:
      return `Not understood in line ${line}: ${reason}.`;
  }
}

/** What could not be told about a function, and what a rule of ours tells, one sentence each. */
export function lockProblems(
  { run }: FunctionLocks,
  lineOf: (offset: number) => number,
  isMeant: (problem: EngineProblem) => boolean,
): readonly string[] {
  const problems = run.problems.filter(isMeant).map((problem) => problemSentence(problem, lineOf));
  return run.gaveUp
    ? ['This function has too many paths to tell them all: its locks are not shown.', ...problems]
    : problems;
}
