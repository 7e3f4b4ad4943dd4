/**
 * Runs scenarios on the simulation, and keeps the runs of the samples: what CodeLens and hovers know of a function
 * comes from the steps that the samples record in it.
 */

import { Annotations, partsOf } from '../annotations/annotations';
import type { Example } from '../annotations/frames';
import { type AssertPlace, assertId, assertInfo, assertPlacesIn } from '../invariants/assert';
import { parseScenario } from '../scenario/parser';
import type { Run } from '../scenario/run';
import { profileOf, runScenario, titleOf } from '../scenario/runner';
import type { Sample } from '../scenario/samples';
import type { Scenario } from '../scenario/syntax';
import type { Engine } from '../trace/engine';
import type { InvariantInfo } from '../trace/evaluation';
import type { Step } from '../trace/step';
import type { Trace } from '../trace/trace';
import type { SampleTable, TabledProfile, TabledUse } from './sampleTable';
import { parseOptions } from './scenarioParsing';
import { newestProfile, releases, type Simulator } from './simulator';

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

/**
 * A sample's run: its steps at once, its run with all invariants, which takes four times as long, when first asked for. That
 * is run anew: what a scenario expects of invariants can be told only while they are evaluated.
 */
export class SampleRecording implements Recording {
  readonly scenario: Scenario;
  readonly title: string;
  readonly trace: Trace;
  private evaluated: Run | undefined;

  constructor(
    private readonly simulator: Simulator,
    private readonly sample: Sample,
    private readonly profile: string,
  ) {
    this.scenario = parseScenario(sample.text, parseOptions(simulator));
    this.title = titleOf(this.scenario) ?? 'Scenario';
    const options = { stepLimit: SAMPLE_STEP_LIMIT };
    this.trace = runScenario(this.scenario, simulator.engine(profile), options).trace;
  }

  get run(): Run {
    this.evaluated ??= record(this.simulator, this.sample.text, this.profile, SAMPLE_STEP_LIMIT).run;
    return this.evaluated;
  }
}

/** What one sample does in one function. */
export interface FunctionUse {
  readonly sample: Sample;
  /** How many `steps` there are; known without a run. */
  readonly count: number;
  /** Made when first asked for. */
  readonly recording: SampleRecording;
  /** Steps inside the function itself, not in what it calls; ascending, never empty. */
  readonly steps: readonly Step[];
}

/** Step limit for samples; they are small. */
const SAMPLE_STEP_LIMIT = 20_000;

/** Runs of all samples, made when first asked for, per kernel profile. */
export class SampleRuns {
  private readonly byProfile = new Map<string, Known>();
  /** Runs made so far, by profile and sample. */
  private readonly recorded = new Map<string, Map<Sample, SampleRecording>>();
  private readonly preparing = new Map<string, Promise<void>>();
  private readonly annotated = new Map<string, Annotations>();
  private readonly bugRuns: Example[] = [];

  /**
   * `bugs`: samples that break invariants, each on the profile that it names. `table`: what is known of `samples` before they
   * have run.
   */
  constructor(
    readonly samples: readonly Sample[],
    private readonly simulator: Simulator,
    private readonly bugs: readonly Sample[] = [],
    private readonly table: SampleTable = {},
  ) {}

  /**
   * Runs the samples one by one, so that others get their turn in between; everything is there at once afterwards. What is
   * asked for before that is made at once, and makes others wait.
   * @param rest lets others have their turn
   */
  prepare(profile: string, rest: () => Promise<void>): Promise<void> {
    return this.once(`uses ${profile}`, async () => {
      if (this.table[profile]) return;
      for (const sample of this.samples) {
        if (this.byProfile.has(profile)) return;
        const recording = this.recording(sample, profile);
        if (!this.isReleased(profile)) void recording.run;
        await rest();
      }
    });
  }

  /** The same for what `annotations` gives. */
  prepareAnnotations(profile: string, rest: () => Promise<void>): Promise<void> {
    return this.once(`annotations ${profile}`, async () => {
      await this.prepare(profile, rest);
      for (const sample of this.samples) {
        void this.recording(sample, profile).run;
        await rest();
      }
      const examples = this.examples(profile);
      const work = partsOf(examples);
      let step = work.next();
      while (!step.done) {
        await rest();
        step = work.next();
      }
      if (!this.annotated.has(profile))
        this.annotated.set(profile, new Annotations(examples, () => this.brokenRuns(), step.value));
      // a hover asks for these, later
      void this.once('bugs', async () => {
        for (; this.bugRuns.length < this.bugs.length; await rest()) this.runNextBug();
      });
    });
  }

  private once(key: string, work: () => Promise<void>): Promise<void> {
    let under = this.preparing.get(key);
    if (!under) {
      under = work();
      this.preparing.set(key, under);
      under.catch(() => this.preparing.delete(key));
    }
    return under;
  }

  private recording(sample: Sample, profile: string): SampleRecording {
    const known = this.recorded.get(profile) ?? new Map<Sample, SampleRecording>();
    this.recorded.set(profile, known);
    const recording = known.get(sample) ?? new SampleRecording(this.simulator, sample, profile);
    known.set(sample, recording);
    return recording;
  }

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
      annotations = new Annotations(this.examples(profile), () => this.brokenRuns());
      this.annotated.set(profile, annotations);
    }
    return annotations;
  }

  private brokenRuns(): readonly Example[] {
    while (this.bugRuns.length < this.bugs.length) this.runNextBug();
    return this.bugRuns;
  }

  private runNextBug(): void {
    const sample = this.bugs[this.bugRuns.length];
    if (!sample) return;
    const profile = requestedProfile(sample.text) ?? newestProfile(this.simulator.profiles).id;
    this.bugRuns.push(this.example(sample, profile));
  }

  private example(sample: Sample, profile: string): Example {
    return exampleOf(sample, record(this.simulator, sample.text, profile, SAMPLE_STEP_LIMIT));
  }

  /** What samples break on a released kernel its own asserts tell; on others that shows when they are evaluated. */
  private isReleased(profile: string): boolean {
    return releases(this.simulator.profiles).some(({ id }) => id === profile);
  }

  /** What is written for one kernel says nothing of another, and would be run on its own. */
  private examples(profile: string): Example[] {
    return this.samples
      .filter(({ text }) => [null, profile].includes(requestedProfile(text)))
      .map((sample) => exampleOf(sample, this.recording(sample, profile)));
  }

  private known(profile: string): Known {
    let known = this.byProfile.get(profile);
    if (!known) {
      const tabled = this.table[profile];
      known = tabled ? this.fromTable(profile, tabled) : this.collect(profile);
      this.byProfile.set(profile, known);
    }
    return known;
  }

  private collect(profile: string): Known {
    const uses = new Map<string, FunctionUse[]>();
    for (const sample of this.samples) {
      const recording = this.recording(sample, profile);
      for (const [role, steps] of stepsByRole(recording)) {
        const use = { sample, count: steps.length, recording, steps };
        const known = uses.get(role);
        if (known) known.push(use);
        else uses.set(role, [use]);
      }
    }
    for (const [role, list] of uses) uses.set(role, inOrder(list, !this.isReleased(profile)));
    return { uses, invariants: this.withAsserts(this.assertsOf(profile)) };
  }

  /** Asserts that the samples come past, in that order; one may come again in another sample. */
  private assertsOf(profile: string): AssertPlace[] {
    return this.samples.flatMap((sample) => assertPlacesIn(this.recording(sample, profile).trace.steps));
  }

  /** The same without a run. */
  private fromTable(profile: string, { uses, asserts }: TabledProfile): Known {
    const use = (role: string, [at, count]: TabledUse): FunctionUse[] => {
      const sample = this.samples[at];
      return sample
        ? [new TabledFunctionUse(role, sample, count, () => this.recording(sample, profile))]
        : [];
    };
    const byRole = Object.entries(uses).map(
      ([role, list]) => [role, list.flatMap((one) => use(role, one))] as const,
    );
    return { uses: new Map(byRole), invariants: this.withAsserts(asserts) };
  }

  private withAsserts(asserts: readonly AssertPlace[]): InvariantInfo[] {
    const catalogue = this.simulator.evaluator().result().invariants;
    const all = [...catalogue, ...asserts.map((one) => assertInfo(one.functionName, one))];
    return [...new Map(all.map((info) => [info.id, info])).values()];
  }

  /** What the samples' runs on a released kernel say, to be known without them. */
  tabled(profile: string): TabledProfile {
    const tabled = ({ sample, count }: FunctionUse): TabledUse => [this.samples.indexOf(sample), count];
    const uses = [...this.uses(profile)].map(([role, list]) => [role, list.map(tabled)] as const);
    const asserts = new Map(
      this.assertsOf(profile).map((one) => [assertId(one.functionName, one.expression), one]),
    );
    return { uses: Object.fromEntries(uses), asserts: [...asserts.values()] };
  }
}

/** What the table knows, and the run once somebody wants to see it. */
class TabledFunctionUse implements FunctionUse {
  constructor(
    private readonly role: string,
    readonly sample: Sample,
    readonly count: number,
    private readonly run: () => SampleRecording,
  ) {}

  get recording(): SampleRecording {
    return this.run();
  }

  get steps(): readonly Step[] {
    return stepsByRole(this.recording).get(this.role) ?? [];
  }
}

interface Known {
  readonly uses: ReadonlyMap<string, readonly FunctionUse[]>;
  readonly invariants: readonly InvariantInfo[];
}

function exampleOf({ id }: Sample, { run, title }: Recording): Example {
  return { id, title, trace: run.trace, evaluation: run.evaluation };
}

function stepsByRole({ trace }: SampleRecording): Map<string, Step[]> {
  const byRole = new Map<string, Step[]>();
  for (const step of trace.steps) {
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
function inOrder(uses: readonly FunctionUse[], mayBreak: boolean): FunctionUse[] {
  const byStatements = [...uses].sort((a, b) => statements(b) - statements(a) || length(a) - length(b));
  const most = byStatements[0] ? statements(byStatements[0]) : 0;
  const first = uses.find((use) => statements(use) >= ENOUGH * most && nothingFails(use, mayBreak));
  return first ? [first, ...byStatements.filter((use) => use !== first)] : byStatements;
}

/** Different statements of the function that a run comes past. */
function statements({ steps }: FunctionUse): number {
  return new Set(steps.map((step) => step.anchor?.pattern)).size;
}

function length({ recording }: FunctionUse): number {
  return recording.trace.steps.length;
}

function nothingFails({ recording }: FunctionUse, mayBreak: boolean): boolean {
  const { operations, steps } = recording.trace;
  return (
    operations.every(({ status }) => status === 'ok') &&
    steps.every(({ events }) => events.every((event) => event.type !== 'assert' || event.holds)) &&
    (!mayBreak || recording.run.evaluation.violations.length === 0)
  );
}
