// Compares the locks that a run really held at its steps with those that the analysis shows for the statement where the step
// stands. Takes the steps of any engine: `whereIs` turns a step into a statement.
import type { LockAnalysis, StatementLocks } from '../../src/analysis/lockAnalysis';
import type { LockClass } from '../../src/analysis/lockClasses';
import { type LockShown, locksLabel } from '../../src/analysis/lockSets';
import { PRIMITIVES } from '../../src/analysis/lockTable';
import type { StatementFact } from '../../src/source/facts';
import type { FunctionPlace } from '../../src/source/treeIndex';
import type { Step } from '../../src/trace/step';

/** Fields of the engines' objects that are locks, and the kind that the analysis calls them. */
const CLASSES: Readonly<Record<string, LockClass>> = {
  mmap_lock: 'mmap',
  rwsem: 'root',
  page_table_lock: 'ptl',
  i_mmap_rwsem: 'i_mmap',
  vm_lock: 'vma',
};

export interface StepPlace {
  readonly place: FunctionPlace;
  readonly statement: StatementFact;
}

interface Taken {
  readonly lock: LockClass;
  readonly mode: 'read' | 'write';
}

interface Frame {
  readonly function: string;
  /** Locks that were held when it was entered, by object and field. */
  readonly entry: ReadonlyMap<string, Taken>;
}

export interface Comparison {
  /** Steps that stand at a statement whose locks are known. */
  readonly compared: number;
  /** Steps at which a lock is held that the function took itself or below it. */
  readonly withLocks: number;
  /** Functions of which the analysis says that it does not understand them, with the number of steps left out. */
  readonly notUnderstood: ReadonlyMap<string, number>;
  /** What does not fit, one line each, with the number of steps. */
  readonly mismatches: ReadonlyMap<string, number>;
}

function isShown(shown: readonly LockShown[], { lock, mode }: Taken): boolean {
  return shown.some((one) => one.lock === lock && (one.mode === 'any' || one.mode === mode));
}

/** Adds one run, the steps of which are in order, to a comparison. */
export class RunComparison {
  #compared = 0;
  #withLocks = 0;
  readonly #mismatches = new Map<string, number>();
  /** Kinds of lock that the engine takes at all: what it never takes cannot be missed. */
  readonly #taken = new Set<LockClass>();
  readonly #notUnderstood = new Map<string, number>();
  readonly #shown = new Map<string, StatementLocks | 'not understood' | undefined>();
  readonly #locks: LockAnalysis;
  readonly #whereIs: (step: Step) => StepPlace | undefined;

  constructor(locks: LockAnalysis, whereIs: (step: Step) => StepPlace | undefined) {
    this.#locks = locks;
    this.#whereIs = whereIs;
  }

  get result(): Comparison {
    return {
      compared: this.#compared,
      withLocks: this.#withLocks,
      mismatches: this.#mismatches,
      notUnderstood: this.#notUnderstood,
    };
  }

  /** Tells which kinds of lock an engine takes, before anything is compared. */
  learn(steps: readonly Step[]): void {
    for (const { events } of steps) {
      for (const event of events) {
        const lock = event.type === 'lock' ? CLASSES[event.field] : undefined;
        if (lock) this.#taken.add(lock);
      }
    }
  }

  run(steps: readonly Step[]): void {
    const held = new Map<string, Taken>();
    let frames: Frame[] = [];
    let operation = -1;
    for (const step of steps) {
      if (step.operation !== operation) {
        operation = step.operation;
        frames = [];
      }
      frames.length = Math.min(frames.length, step.depth + 1);
      if (step.kind === 'call' || frames[step.depth]?.function !== step.function) {
        frames[step.depth] = { function: step.function, entry: new Map(held) };
      }
      const before = new Map(held);
      follow(step, held);
      const frame = frames[step.depth];
      if (frame) this.#compare(step, frame, before, held);
    }
  }

  #compare(
    step: Step,
    frame: Frame,
    before: ReadonlyMap<string, Taken>,
    after: ReadonlyMap<string, Taken>,
  ): void {
    const found = this.#whereIs(step);
    if (!found || step.kind === 'return') {
      return;
    }
    const shown = this.#shownAt(step, found);
    if (shown === 'not understood') {
      this.#notUnderstood.set(step.function, (this.#notUnderstood.get(step.function) ?? 0) + 1);
      return;
    }
    if (!shown) {
      this.#miss(step, 'stands where no path comes');
      return;
    }
    this.#compared++;
    const own = new Map([...before, ...after].filter(([key]) => !frame.entry.has(key)));
    this.#withLocks += own.size > 0 ? 1 : 0;
    const all = [...shown.before, ...shown.after];
    for (const taken of own.values()) {
      if (!isShown(all, taken)) {
        this.#miss(step, `holds ${taken.lock} for ${taken.mode}, shown is ${text(shown)}`);
      }
    }
    const now = [...before.values(), ...after.values()];
    for (const one of shown.before) {
      const isHeld = now.some(
        ({ lock, mode }) => lock === one.lock && (one.mode === 'any' || one.mode === mode),
      );
      if (one.certainty === 'held' && this.#taken.has(one.lock) && !isHeld) {
        this.#miss(step, `does not hold ${one.lock} for ${one.mode}, shown is ${text(shown)}`);
      }
    }
  }

  #shownAt(step: Step, { place, statement }: StepPlace): StatementLocks | 'not understood' | undefined {
    const key = `${place.path} ${statement.span.start}`;
    if (!this.#shown.has(key)) {
      const locks = this.#locks.function(place.path, place.function);
      const known = locks?.run.gaveUp ? 'not understood' : this.#locks.locksAt(place, statement);
      // the text of a primitive names no lock: the table says what it does
      this.#shown.set(key, PRIMITIVES.has(step.function) ? 'not understood' : known);
    }
    return this.#shown.get(key);
  }

  #miss(step: Step, what: string): void {
    const line = `${step.function} | ${step.anchor?.pattern ?? `line ${step.location?.line}`}: ${what}`;
    this.#mismatches.set(line, (this.#mismatches.get(line) ?? 0) + 1);
  }
}

function text({ before, after }: StatementLocks): string {
  return `${locksLabel(before)} → ${locksLabel(after)}`;
}

function follow({ events, changes }: Step, held: Map<string, Taken>): void {
  for (const change of changes) {
    // the lock of what is gone is gone with it
    if (change.op === 'free')
      for (const key of [...held.keys()]) if (key.startsWith(`${change.object}.`)) held.delete(key);
  }
  for (const event of events) {
    const lock = event.type === 'lock' ? CLASSES[event.field] : undefined;
    if (event.type === 'lock' && lock) {
      const key = `${event.object}.${event.field}`;
      if (event.action === 'acquire') held.set(key, { lock, mode: event.mode });
      if (event.action === 'release') held.delete(key);
    }
  }
}
