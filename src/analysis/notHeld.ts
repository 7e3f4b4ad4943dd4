/**
 * Why a lock that is "maybe" held at a statement is not held there on other paths: walks back from it along the paths on which
 * the lock is missing, to where it was given back, or to the function's head.
 */
import type { FunctionRun } from './engine';
import type { LockClass } from './lockClasses';
import { expressionsOf, successorsOf } from './paths';
import type { Expression, ProgramNode } from './program';
import type { Held } from './world';

/** Offsets count from the function's first character. */
export type NotHeld =
  /** The statement at `offset` gives it back; `callee` is the call that does, where it is the only one. */
  | { readonly kind: 'given back'; readonly offset: number; readonly callee: string | undefined }
  /** Paths that come from the statement at `offset` have taken it nowhere. */
  | { readonly kind: 'not taken'; readonly offset: number }
  /** The condition at `offset` decides whether it is taken. */
  | { readonly kind: 'by condition'; readonly offset: number }
  /** Not on entry, which all paths to here come from as they are. */
  | { readonly kind: 'on entry' }
  /** It may have been given back: what was is not told by the text. */
  | { readonly kind: 'doubtful' }
  /** Every path holds a lock of this kind, but for another object or in another mode. */
  | { readonly kind: 'another' };

/**
 * Reasons in the order of the text; none where no path comes.
 * @param offset where the statement begins
 */
export function whereNotHeld(
  run: FunctionRun,
  lock: LockClass,
  offset: number,
  side: 'before' | 'after',
): readonly NotHeld[] {
  const sets = [...(run.statements.get(offset)?.[side].values() ?? [])];
  const held = sets.map((set) => [...set.values()].filter((one) => one.lock === lock));
  if (held.every((ones) => ones.length > 0)) {
    return held.length === 0 ? [] : [{ kind: held.flat().some(isDoubtful) ? 'doubtful' : 'another' }];
  }
  return new Walk(run, lock).from(offset, side);
}

function isDoubtful({ isDoubtful }: Held): boolean {
  return isDoubtful;
}

class Walk {
  readonly #run: FunctionRun;
  readonly #lock: LockClass;
  readonly #nodes: readonly ProgramNode[];
  /** Steps that may come before each. */
  readonly #before: readonly number[][];
  readonly #found = new Map<string, NotHeld>();

  constructor(run: FunctionRun, lock: LockClass) {
    this.#run = run;
    this.#lock = lock;
    this.#nodes = run.program.nodes;
    this.#before = this.#nodes.map(() => []);
    this.#nodes.forEach((node, index) => {
      for (const next of successorsOf(node, undefined)) this.#before[next]?.push(index);
    });
  }

  from(offset: number, side: 'before' | 'after'): readonly NotHeld[] {
    const starts = [...this.#nodes.keys()].filter((index) => this.#nodes[index]?.at === offset);
    const seen = new Set<number>();
    if (side === 'before') {
      this.#back(starts, undefined, seen);
    } else {
      for (const index of starts) this.#over(index, undefined, seen);
    }
    const place = (one: NotHeld): number => ('offset' in one ? one.offset : -1);
    return [...this.#found.values()].sort((a, b) => place(a) - place(b));
  }

  /**
   * @param indices steps that are reached without the lock
   * @param last the statement behind which paths with it and paths without it meet, once it has been passed
   */
  #back(indices: readonly number[], last: number | undefined, seen: Set<number>): void {
    for (const index of indices) {
      if (seen.has(index)) {
        continue;
      }
      seen.add(index);
      if (index === this.#run.program.entry) {
        this.#note(last === undefined ? { kind: 'on entry' } : { kind: 'not taken', offset: last });
      }
      for (const from of this.#before[index] ?? []) this.#over(from, last, seen);
    }
  }

  /** Goes back over one step that leaves without the lock, if it does. */
  #over(index: number, last: number | undefined, seen: Set<number>): void {
    const node = this.#nodes[index];
    if (!node) {
      return;
    }
    const before = this.#holds(node.at, 'before');
    const left = this.#holds(node.at, 'after');
    const after = left.length > 0 ? left : before;
    if (!after.includes(false)) {
      return;
    }
    const comesWithout = before.includes(false);
    if (before.includes(true) && (!after.includes(true) || !comesWithout)) {
      this.#note({ kind: 'given back', offset: node.at, callee: onlyCall(node) });
    } else if (comesWithout && !before.includes(true) && after.includes(true)) {
      this.#note({ kind: 'by condition', offset: node.at });
      return;
    }
    if (comesWithout) {
      // each of the statements before which it is missing for sure has its own way back
      const isSure = last === undefined && !before.includes(true);
      this.#back([index], isSure ? node.at : last, isSure ? new Set() : seen);
    }
  }

  #note(one: NotHeld): void {
    this.#found.set(JSON.stringify(one), one);
  }

  /** Whether a lock of the kind is held, by group of paths. */
  #holds(at: number, side: 'before' | 'after'): readonly boolean[] {
    const sets = [...(this.#run.statements.get(at)?.[side].values() ?? [])];
    return sets.map((set) => [...set.values()].some(({ lock }) => lock === this.#lock));
  }
}

/** Name of the call in a step, if it is the only one. */
function onlyCall(node: ProgramNode): string | undefined {
  const calls = expressionsOf(node).flatMap(callsIn);
  return calls.length === 1 ? calls[0] : undefined;
}

function callsIn(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'call':
      return [expression.callee];
    case 'assign':
      return expression.value ? callsIn(expression.value) : [];
    case 'sequence':
    case 'other':
      return expression.parts.flatMap(callsIn);
    default:
      return [];
  }
}
