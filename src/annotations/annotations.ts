/**
 * What the samples' runs say of the statements and functions of one kernel, ready to be looked up: the editor's
 * annotations that need no run of one's own.
 */
import {
  type Call,
  type FunctionEffects,
  functionEffectsOf,
  type Outcome,
  statementEffectsOf,
} from './effects';
import { type Example, framesOf, statementKey } from './frames';
import { breaksOf, type Exercises, exerciseKey, exercisesOf, type Sighting } from './sightings';
import { type Suspension, suspensionsOf } from './suspensions';

/** What is looked up. */
export interface AnnotationParts {
  readonly statements: ReadonlyMap<string, readonly Outcome[]>;
  readonly calls: ReadonlyMap<string, readonly Call[]>;
  readonly suspensions: ReadonlyMap<string, readonly Suspension[]>;
  readonly exercises: Exercises;
  readonly patterns: ReadonlyMap<string, readonly string[]>;
}

/** Looks through runs; stops now and then, so that others get their turn. */
export function* partsOf(examples: readonly Example[]): Generator<void, AnnotationParts> {
  const statements = statementEffectsOf(examples);
  yield;
  const exercises = exercisesOf(examples);
  yield;
  const suspensions = new Map<string, Suspension[]>();
  for (const suspension of suspensionsOf(examples)) {
    const known = suspensions.get(suspension.role);
    if (known) known.push(suspension);
    else suspensions.set(suspension.role, [suspension]);
  }
  yield;
  const calls = new Map<string, Call[]>();
  const patterns = new Map<string, string[]>();
  for (const example of examples) {
    const { trace } = example;
    for (const frame of framesOf(trace)) {
      const list = calls.get(frame.role) ?? [];
      calls.set(frame.role, list);
      list.push({ example, frame });
    }
    for (const { anchor } of trace.steps) {
      if (!anchor) continue;
      const known = patterns.get(anchor.role) ?? [];
      patterns.set(anchor.role, known);
      if (!known.includes(anchor.pattern)) known.push(anchor.pattern);
    }
    yield;
  }
  return { statements, calls, suspensions, exercises, patterns };
}

function wholeOf(work: Generator<void, AnnotationParts>): AnnotationParts {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

export class Annotations {
  private readonly functions = new Map<string, FunctionEffects>();
  private breaks: ReadonlyMap<string, Sighting> | null = null;

  /**
   * @param examples runs on the kernel that is annotated
   * @param bugs runs that break what they break on kernels of their own, made when first needed
   * @param parts what `partsOf` made of the same runs
   */
  constructor(
    private readonly examples: readonly Example[],
    private readonly bugs: () => readonly Example[] = () => [],
    private readonly parts: AnnotationParts = wholeOf(partsOf(examples)),
  ) {}

  /** Patterns of the statements of a function that some run comes past. */
  patternsOf(role: string): readonly string[] {
    return this.parts.patterns.get(role) ?? [];
  }

  /** What a statement does, the most frequent first; empty when no run comes past it. */
  outcomes(role: string, pattern: string): readonly Outcome[] {
    return this.parts.statements.get(statementKey(role, pattern)) ?? [];
  }

  /** What calls of a function leave changed; null when no run enters it. */
  functionEffects(role: string): FunctionEffects | null {
    const calls = this.parts.calls.get(role);
    if (!calls) return null;
    const effects = this.functions.get(role) ?? functionEffectsOf(calls);
    this.functions.set(role, effects);
    return effects;
  }

  suspensionsIn(role: string): readonly Suspension[] {
    return this.parts.suspensions.get(role) ?? [];
  }

  /** Where an invariant is put to the test, or null: in a function in which it stands, if one is meant and a run enters it. */
  exercise(invariant: string, role?: string): Sighting | null {
    const { anywhere, within } = this.parts.exercises;
    const here = role === undefined ? undefined : within.get(exerciseKey(role, invariant));
    return here ?? anywhere.get(invariant) ?? null;
  }

  /** Where an invariant is broken, or null. */
  breaking(invariant: string): Sighting | null {
    this.breaks ??= breaksOf([...this.examples, ...this.bugs()]);
    return this.breaks.get(invariant) ?? null;
  }
}
