/**
 * Starts runs: of a sample, of a scenario file, of a function on the sample that shows it best. Decides which kernel
 * the simulation behaves as and which tree the run is shown in.
 */
import * as vscode from 'vscode';
import type { Annotations } from '../annotations/annotations';
import type { Sample } from '../scenario/samples';
import type { InvariantInfo } from '../trace/evaluation';
import { failingCall } from '../trace/failingCall';
import type { Step } from '../trace/step';
import { configuration } from './configuration';
import type { Engines } from './interpreted/engines';
import type { KernelTree } from './kernelTree';
import type { Log } from './log';
import { Notice } from './notice';
import { type FunctionUse, recordOn, requestedProfile, type SampleRuns } from './recordings';
import { openTextDocumentOrNull } from './sampleDocuments';
import type { CurrentRun, RunSource, Session } from './session';
import {
  newestProfile,
  type ProfileInfo,
  profileForVersion,
  profileNamed,
  type Simulator,
} from './simulator';
import type { SourceService } from './sourceService';
import { nextTurn } from './turns';

/** The text of the tree could not be run to the end. Thrown where the run on show should stay. */
export class TextCannotRun extends Notice {}

const CHOSEN_PROFILE = 'profile';

export interface RunOptions {
  /** The tree to show the run in; without one the open tree. */
  readonly tree?: KernelTree | null;
  /** Where to stop; -1 (default) before the first step. */
  readonly position?: number;
  /** Leave the run on show there when the text of the tree cannot be run. */
  readonly keepsShown?: boolean;
}

export class RunControl implements vscode.Disposable {
  private readonly profileChanged = new vscode.EventEmitter<void>();
  /** Another kernel has been chosen. */
  readonly onDidChangeProfile = this.profileChanged.event;

  constructor(
    private readonly session: Session,
    private readonly sources: SourceService,
    readonly simulator: Simulator,
    /** Everything that can be run by id, as pickers list it. */
    readonly samples: readonly Sample[],
    /** Those that functions are shown on: the ones that are true on every kernel. */
    readonly sampleRuns: SampleRuns,
    private readonly memento: vscode.Memento,
    private readonly engines: Engines,
  ) {}

  /** Profile that a person has chosen for this workspace, or `auto`. */
  get chosenProfile(): string {
    return this.memento.get<string>(CHOSEN_PROFILE) ?? configuration.profile();
  }

  /** Chooses the kernel that is simulated, and runs the current scenario again on it. */
  async chooseProfile(id: string): Promise<void> {
    if (id !== 'auto') profileNamed(this.simulator.profiles, id);
    await this.memento.update(CHOSEN_PROFILE, id === configuration.profile() ? undefined : id);
    this.profileChanged.fire();
    await this.runAgain();
  }

  /** The setting has changed: what depends on it is made again. */
  async settingChanged(log: Log): Promise<void> {
    this.profileChanged.fire();
    try {
      await this.runAgain();
    } catch (error) {
      log.report('Changing the kernel profile', error);
    }
  }

  /** The kernel a scenario runs on: chosen, else asked for by the scenario, else that of the tree, else the newest. */
  profileFor(tree: KernelTree | null, scenario: string | null): ProfileInfo {
    const { profiles } = this.simulator;
    const chosen = this.chosenProfile;
    if (chosen !== 'auto') return profileNamed(profiles, chosen);
    const asked = scenario === null ? null : requestedProfile(scenario);
    return profiles.find(({ id }) => id === asked) ?? this.automaticProfile(tree);
  }

  /** The kernel of a tree as far as it is known, else the newest. */
  automaticProfile(tree: KernelTree | null): ProfileInfo {
    const { profiles } = this.simulator;
    return tree?.version ? profileForVersion(profiles, tree.version) : newestProfile(profiles);
  }

  sample(id: string): Sample {
    const sample = this.samples.find((known) => known.id === id);
    if (!sample)
      throw new Notice(`There is no sample “${id}”. “Rmap: Run Sample…” lists the ones there are.`);
    return sample;
  }

  async runSample(id: string, options: RunOptions = {}): Promise<CurrentRun> {
    const sample = this.sample(id);
    return this.start({ kind: 'sample', id }, sample.text, options);
  }

  async runDocument(document: vscode.TextDocument, options: RunOptions = {}): Promise<CurrentRun> {
    return this.start({ kind: 'document', uri: document.uri.toString() }, document.getText(), options);
  }

  /** Makes `usesByRole` quick, a piece at a time: nothing else waits for it. */
  prepareUses(tree: KernelTree | null): Promise<void> {
    return this.sampleRuns.prepare(this.profileFor(tree, null).id, nextTurn);
  }

  /** The same for `annotations`. */
  prepareAnnotations(tree: KernelTree | null): Promise<void> {
    return this.sampleRuns.prepareAnnotations(this.profileFor(tree, null).id, nextTurn);
  }

  /** What the samples do in each function, on the kernel that runs in this tree would be made on. */
  usesByRole(tree: KernelTree | null): ReadonlyMap<string, readonly FunctionUse[]> {
    return this.sampleRuns.uses(this.profileFor(tree, null).id);
  }

  /** What the samples say of statements, on that same kernel. */
  annotations(tree: KernelTree | null): Annotations {
    return this.sampleRuns.annotations(this.profileFor(tree, null).id);
  }

  /** The catalogue of invariants, and the asserts that the samples come past. */
  invariants(tree: KernelTree | null): readonly InvariantInfo[] {
    return this.sampleRuns.invariants(this.profileFor(tree, null).id);
  }

  /** What the samples do in a function, the most telling first; empty when no sample reaches it. */
  uses(role: string, tree: KernelTree | null): readonly FunctionUse[] {
    return this.usesByRole(tree).get(role) ?? [];
  }

  /** Runs a sample and stops where it enters a function: in the call in which an allocation fails, else in the first. */
  async runFunction(role: string, sampleId: string | null, tree: KernelTree | null): Promise<CurrentRun> {
    if (sampleId === null) await this.prepareUses(tree);
    const id = sampleId ?? this.uses(role, tree)[0]?.sample.id ?? null;
    if (id === null) throw new Notice(`No sample reaches ${role}().`);
    const run = await this.runSample(id, { tree });
    const { steps } = run.trace;
    const isInside = (step: Step) => step.anchor?.role === role || step.function === role;
    const first = failingCall(steps, isInside) ?? steps.find(isInside);
    if (first) this.session.seek(first.number);
    return run;
  }

  /** Shows a run that stood alone in a tree that has come meanwhile. */
  async showIn(root: vscode.Uri): Promise<void> {
    if (this.session.current?.tree === null) await this.runAgain(await this.sources.trees.at(root));
  }

  /** Runs the current scenario again, after the profile or its text has changed, and stays near where it was. */
  async runAgain(tree: KernelTree | null = null): Promise<void> {
    const { current, position } = this.session;
    if (!current) return;
    const { source } = current;
    const document = source.kind === 'document' ? await openTextDocumentOrNull(source.uri) : null;
    const text = document?.getText() ?? current.text;
    await this.start(source, text, { tree: current.tree ?? tree, position, keepsShown: true });
  }

  dispose(): void {
    this.profileChanged.dispose();
  }

  private async start(source: RunSource, text: string, options: RunOptions): Promise<CurrentRun> {
    const tree = options.tree === undefined ? await this.sources.trees.primary() : options.tree;
    const profile = this.profileFor(tree, text);
    const own = tree !== null && profile.id === this.automaticProfile(tree).id;
    const { engine, instead, unsupported } = await this.engines.engineFor(tree, profile, own);
    const { run, title } = recordOn(engine, this.simulator, text, configuration.stepLimit());
    const lacking = unsupported();
    if (lacking !== null && options.keepsShown) throw new TextCannotRun(lacking);
    if (instead !== null) void vscode.window.showInformationMessage(instead);
    const [problem] = run.problems;
    if (problem) {
      const more = run.problems.length > 1 ? ` (and ${run.problems.length - 1} more)` : '';
      throw new Notice(`Line ${problem.range.line}: ${problem.message}${more} Nothing was run.`);
    }
    return this.session.start({ source, title, text, profile, tree, run }, options.position);
  }
}
