/**
 * Where in a function the set of held locks changes, for annotations beside the code: at the first statement that is reached
 * with another set than the one shown last, and behind a statement that itself takes or releases something.
 */
import type { FunctionBody, StatementFact } from '../source/facts';
import type { FunctionLocks } from './lockAnalysis';
import { type LockShown, locksLabel } from './lockSets';

/** One place at which something is to be shown. */
export interface LockHint {
  readonly statement: StatementFact;
  /** What is held when control comes to the statement, or, for `after`, when it leaves it. */
  readonly locks: readonly LockShown[];
  readonly side: 'entry' | 'before' | 'after';
  /** Short text, such as `mmap:w root:w?`. */
  readonly label: string;
}

/** Hints of a function in source order; none where no lock is ever held. */
export function lockHints(locks: FunctionLocks, body: FunctionBody): readonly LockHint[] {
  const hints: LockHint[] = [];
  let shown = locksLabel(locks.atEntry);
  const start = body.statements[0]?.span.start ?? 0;
  const add = (statement: StatementFact, side: LockHint['side'], set: readonly LockShown[]): void => {
    const text = locksLabel(set);
    shown = text;
    hints.push({ statement, side, locks: set, label: side === 'after' ? `→ ${text}` : text });
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
  return hints;
}

/** What a condition took is shown in the branch that it leads to. */
function isPlain({ kind }: StatementFact): boolean {
  return kind === 'expr' || kind === 'decl';
}
