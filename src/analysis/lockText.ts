/** Sentences about held locks: what each is, and by which path it came to be held. */
import type { EngineProblem } from './engine';
import type { FunctionLocks } from './lockAnalysis';
import { LOCK_TITLES, type LockMode, MODELESS } from './lockClasses';
import { type LockShown, lockLabel } from './lockSets';
import { listedFunctions } from './names';
import type { Origin } from './world';

/** A lock told in full. `path` says how it came to be held, one sentence each. */
export interface LockSentence {
  readonly label: string;
  readonly title: string;
  readonly paths: readonly string[];
}

const MODES: Readonly<Record<LockMode, string>> = {
  read: ' for reading',
  write: ' for writing',
  any: ' for reading or writing',
};

/** `lineOf` gives the line, from 1, of an offset from the function's start. */
export function lockSentence(shown: LockShown, lineOf: (offset: number) => number): LockSentence {
  const { lock, mode, certainty, objects } = shown;
  const whose = objects.length === 0 ? '' : ` of ${objects.join(' or ')}`;
  const how = MODELESS.has(lock) ? '' : MODES[mode];
  const sure = certainty === 'held' ? '' : ', maybe: on some paths only';
  return {
    label: lockLabel(shown),
    title: `${LOCK_TITLES[lock]}${whose}${how}${sure}`,
    paths: shown.origins.map((origin) => originSentence(origin, lineOf)),
  };
}

function chain(via: readonly string[]): string {
  return via.map((name) => `${name}()`).join(' → ');
}

function originSentence({ kind, offset, via }: Origin, lineOf: (offset: number) => number): string {
  const where = offset === undefined ? '' : ` in line ${lineOf(offset)}`;
  switch (kind) {
    case 'taken':
      return `taken${where} by ${chain(via)}`;
    case 'asserted':
      return `expected on entry: ${chain(via)}${where} says so`;
    case 'observed':
      return `held by ${via.length === 1 ? 'the only caller' : 'all callers'} in the files read: ${listedFunctions(via, NAMES)}`;
  }
}

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
      const how = MODELESS.has(lock) ? '' : MODES[mode];
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
