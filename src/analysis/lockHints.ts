/**
 * Where in a function the set of held locks changes, for annotations beside the code: at the first statement that is reached
 * with another set than the one shown last, and behind a statement that itself takes or releases something.
 */
import type { FunctionBody, StatementFact } from '../source/facts';
import type { FunctionLocks } from './lockAnalysis';
import { type LockShown, locksInWords, locksLabel } from './lockSets';

/** One place at which something is to be shown. */
export interface LockHint {
  readonly statement: StatementFact;
  /** Offset from the function's start at which it is to be shown, where that is not told by the statement and `side`. */
  readonly at?: number;
  /** What is held when control comes to the statement, or, for `after`, when it leaves it. */
  readonly locks: readonly LockShown[];
  readonly side: 'entry' | 'before' | 'after';
  /** A few words, such as `held: mmap:w, maybe root:w`. */
  readonly label: string;
}

/** Stands where parsing or a macro stopped the analysis. */
export const NOT_UNDERSTOOD = 'not understood';

/** Characters that VS Code shows of the hints of a line where nobody has set another limit (`editor.inlayHints.maximumLength`). */
const SHOWN = 43;

const SIDES: Readonly<Record<LockHint['side'], { readonly words: string; readonly brief: string }>> = {
  entry: { words: 'held on entry: ', brief: 'entry: ' },
  before: { words: 'held: ', brief: '' },
  after: { words: '→ held: ', brief: '→ ' },
};

/** What stands beside the code: with the word that says what it is, unless VS Code would then cut it off. */
export function hintLabel(side: LockHint['side'], locks: readonly LockShown[]): string {
  const { words, brief } = SIDES[side];
  const list = locksInWords(locks);
  const label = `${words}${list}`;
  return label.length <= SHOWN ? label : `${brief}${list}`;
}

/** Hints of a function in source order, those at what was not understood behind the others; none where no lock is ever held. */
export function lockHints(locks: FunctionLocks, body: FunctionBody): readonly LockHint[] {
  const hints: LockHint[] = [];
  let shown = locksLabel(locks.atEntry);
  const start = body.statements[0]?.span.start ?? 0;
  const add = (statement: StatementFact, side: LockHint['side'], set: readonly LockShown[]): void => {
    shown = locksLabel(set);
    hints.push({ statement, side, locks: set, label: hintLabel(side, set) });
  };
  for (const statement of body.statements) {
    if (statement.kind === 'entry' && locks.run.gaveUp) {
      hints.push({ statement, side: 'entry', locks: [], label: 'locks not understood' });
    } else if (statement.kind === 'entry') {
      if (locks.atEntry.length > 0) add(statement, 'entry', locks.atEntry);
    }
    const around = statement.kind === 'entry' ? undefined : locks.at(statement.span.start - start);
    if (!around || statement.kind === 'end') {
      continue;
    }
    if (locksLabel(around.before) !== shown) {
      add(statement, 'before', around.before);
    }
    if (isPlain(statement) && locksLabel(around.after) !== locksLabel(around.before)) {
      add(statement, 'after', around.after);
    }
  }
  return [...hints, ...notUnderstood(locks, body)];
}

/** Places at which parsing or a macro stopped the analysis. */
function notUnderstood({ run }: FunctionLocks, { statements }: FunctionBody): readonly LockHint[] {
  const [statement] = statements;
  if (!statement) {
    return [];
  }
  return run.problems
    .filter(({ kind }) => kind === undefined)
    .map(({ start }) => ({ statement, locks: [], side: 'before', at: start, label: NOT_UNDERSTOOD }));
}

/** What a condition took is shown in the branch that it leads to. */
function isPlain({ kind }: StatementFact): boolean {
  return kind === 'expr' || kind === 'decl';
}
