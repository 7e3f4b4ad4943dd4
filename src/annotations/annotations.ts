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
import { breaksOf, exercisesOf, type Sighting } from './sightings';
import { type Suspension, suspensionsOf } from './suspensions';

export class Annotations {
  private readonly statements: ReadonlyMap<string, readonly Outcome[]>;
  private readonly calls = new Map<string, Call[]>();
  private readonly functions = new Map<string, FunctionEffects>();
  private readonly suspensions = new Map<string, Suspension[]>();
  private readonly exercises: ReadonlyMap<string, Sighting>;
  private breaks: ReadonlyMap<string, Sighting> | null = null;
  private readonly patterns = new Map<string, string[]>();

  /**
   * @param examples runs on the kernel that is annotated
   * @param bugs runs that break what they break on kernels of their own, made when first needed
   */
  constructor(
    private readonly examples: readonly Example[],
    private readonly bugs: () => readonly Example[] = () => [],
  ) {
    this.statements = statementEffectsOf(examples);
    this.exercises = exercisesOf(examples);
    for (const suspension of suspensionsOf(examples)) {
      const known = this.suspensions.get(suspension.role);
      if (known) known.push(suspension);
      else this.suspensions.set(suspension.role, [suspension]);
    }
    for (const example of examples) {
      const { trace } = example;
      for (const frame of framesOf(trace)) {
        const calls = this.calls.get(frame.role) ?? [];
        this.calls.set(frame.role, calls);
        calls.push({ example, frame });
      }
      for (const { anchor } of trace.steps) {
        if (!anchor) continue;
        const known = this.patterns.get(anchor.role) ?? [];
        this.patterns.set(anchor.role, known);
        if (!known.includes(anchor.pattern)) known.push(anchor.pattern);
      }
    }
  }

  /** Patterns of the statements of a function that some run comes past. */
  patternsOf(role: string): readonly string[] {
    return this.patterns.get(role) ?? [];
  }

  /** What a statement does, the most frequent first; empty when no run comes past it. */
  outcomes(role: string, pattern: string): readonly Outcome[] {
    return this.statements.get(statementKey(role, pattern)) ?? [];
  }

  /** What calls of a function leave changed; null when no run enters it. */
  functionEffects(role: string): FunctionEffects | null {
    const calls = this.calls.get(role);
    if (!calls) return null;
    const effects = this.functions.get(role) ?? functionEffectsOf(calls);
    this.functions.set(role, effects);
    return effects;
  }

  suspensionsIn(role: string): readonly Suspension[] {
    return this.suspensions.get(role) ?? [];
  }

  /** Where an invariant is put to the test, or null. */
  exercise(invariant: string): Sighting | null {
    return this.exercises.get(invariant) ?? null;
  }

  /** Where an invariant is broken, or null. */
  breaking(invariant: string): Sighting | null {
    this.breaks ??= breaksOf([...this.examples, ...this.bugs()]);
    return this.breaks.get(invariant) ?? null;
  }
}
