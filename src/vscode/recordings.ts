/**
 * Runs scenarios on the simulation, and keeps the runs of the samples: what CodeLens and hovers know of a function
 * comes from the steps that the samples record in it.
 */

import { Annotations } from '../annotations/annotations';
import type { Example } from '../annotations/frames';
import { parseScenario } from '../scenario/parser';
import type { Run } from '../scenario/run';
import { profileOf, runScenario, titleOf } from '../scenario/runner';
import type { Sample } from '../scenario/samples';
import type { Scenario } from '../scenario/syntax';
import type { Engine } from '../trace/engine';
import type { InvariantInfo } from '../trace/evaluation';
import type { Step } from '../trace/step';
import { parseOptions } from './scenarioParsing';
import { newestProfile, type Simulator } from './simulator';

/** A scenario together with its run. */
export interface Recording {
  readonly scenario: Scenario;
  readonly run: Run;
  readonly title: string;
}

/** Runs a scenario. With problems in it nothing is run, and `run.problems` says why. */
export function record(simulator: Simulator, text: string, profile: string, stepLimit: number): Recording {
  return recordOn(simulator.engine(profile), simulator, text, stepLimit);
}

/** The same on an engine that is fresh. */
export function recordOn(engine: Engine, simulator: Simulator, text: string, stepLimit: number): Recording {
  const scenario = parseScenario(text, parseOptions(simulator));
  const run = runScenario(scenario, engine, { evaluator: simulator.evaluator(), stepLimit });
  return { scenario, run, title: titleOf(scenario) ?? 'Scenario' };
}

/** Kernel profile that the text asks for, or null. */
export function requestedProfile(text: string): string | null {
  return profileOf(parseScenario(text));
}

/** What one sample does in one function. */
export interface FunctionUse {
  readonly sample: Sample;
  readonly recording: Recording;
  /** Steps inside the function itself, not in what it calls; ascending, never empty. */
  readonly steps: readonly Step[];
}

/** Step limit for samples; they are small. */
const SAMPLE_STEP_LIMIT = 20_000;

/** Runs of all samples, made when first asked for, per kernel profile. */
export class SampleRuns {
  private readonly byProfile = new Map<string, Known>();
  private readonly annotated = new Map<string, Annotations>();
  private bugRuns: readonly Example[] | null = null;

  /** `bugs`: samples that break invariants, each on the profile that it names. */
  constructor(
    readonly samples: readonly Sample[],
    private readonly simulator: Simulator,
    private readonly bugs: readonly Sample[] = [],
  ) {}

  /** What the samples do in each function, by role; the most telling sample of each first. */
  uses(profile: string): ReadonlyMap<string, readonly FunctionUse[]> {
    return this.known(profile).uses;
  }

  /** Every invariant that the samples' runs know: the catalogue, and the asserts that they come past. */
  invariants(profile: string): readonly InvariantInfo[] {
    return this.known(profile).invariants;
  }

  /** What the samples say of the statements of a kernel. */
  annotations(profile: string): Annotations {
    let annotations = this.annotated.get(profile);
    if (!annotations) {
      annotations = new Annotations(this.known(profile).examples, () => this.brokenRuns());
      this.annotated.set(profile, annotations);
    }
    return annotations;
  }

  private brokenRuns(): readonly Example[] {
    this.bugRuns ??= this.bugs.map((sample) =>
      this.example(sample, requestedProfile(sample.text) ?? newestProfile(this.simulator.profiles).id),
    );
    return this.bugRuns;
  }

  private example(sample: Sample, profile: string): Example {
    return exampleOf(sample, record(this.simulator, sample.text, profile, SAMPLE_STEP_LIMIT));
  }

  private known(profile: string): Known {
    let known = this.byProfile.get(profile);
    if (!known) {
      known = this.collect(profile);
      this.byProfile.set(profile, known);
    }
    return known;
  }

  private collect(profile: string): Known {
    const uses = new Map<string, FunctionUse[]>();
    const invariants = new Map<string, InvariantInfo>();
    const examples: Example[] = [];
    for (const sample of this.samples) {
      const recording = record(this.simulator, sample.text, profile, SAMPLE_STEP_LIMIT);
      // what is written for one kernel says nothing of another, and would be run on its own
      if ([null, profile].includes(requestedProfile(sample.text)))
        examples.push(exampleOf(sample, recording));
      for (const info of recording.run.evaluation.invariants) invariants.set(info.id, info);
      for (const [role, steps] of stepsByRole(recording)) {
        const use = { sample, recording, steps };
        const known = uses.get(role);
        if (known) known.push(use);
        else uses.set(role, [use]);
      }
    }
    for (const [role, list] of uses) uses.set(role, inOrder(list));
    return { uses, invariants: [...invariants.values()], examples };
  }
}

interface Known {
  readonly uses: ReadonlyMap<string, readonly FunctionUse[]>;
  readonly invariants: readonly InvariantInfo[];
  readonly examples: readonly Example[];
}

function exampleOf({ id }: Sample, { run, title }: Recording): Example {
  return { id, title, trace: run.trace, evaluation: run.evaluation };
}

function stepsByRole({ run }: Recording): Map<string, Step[]> {
  const byRole = new Map<string, Step[]>();
  for (const step of run.trace.steps) {
    if (!step.anchor) continue;
    const steps = byRole.get(step.anchor.role);
    if (steps) steps.push(step);
    else byRole.set(step.anchor.role, [step]);
  }
  return byRole;
}

/** Share of the statements of the fullest sample that a plainer one has to show to be offered first. */
const ENOUGH = 0.6;

/**
 * The sample to offer first: the earliest, in teaching order, in which nothing fails and which shows most of what any
 * sample shows of the function. The others follow by how much they show.
 */
function inOrder(uses: readonly FunctionUse[]): FunctionUse[] {
  const byStatements = [...uses].sort((a, b) => statements(b) - statements(a) || length(a) - length(b));
  const most = byStatements[0] ? statements(byStatements[0]) : 0;
  const first = uses.find((use) => statements(use) >= ENOUGH * most && nothingFails(use));
  return first ? [first, ...byStatements.filter((use) => use !== first)] : byStatements;
}

/** Different statements of the function that a run comes past. */
function statements({ steps }: FunctionUse): number {
  return new Set(steps.map((step) => step.anchor?.pattern)).size;
}

function length({ recording }: FunctionUse): number {
  return recording.run.trace.steps.length;
}

function nothingFails({ recording: { run } }: FunctionUse): boolean {
  return (
    run.trace.operations.every(({ status }) => status === 'ok') && run.evaluation.violations.length === 0
  );
}
