/**
 * Does the simulation do what the text of the tree does? Asked quietly, of every sample on both engines, after a first run in a tree and
 * after edits, one sample at a time so that the editor goes on.
 */
import * as vscode from 'vscode';
import { compareRuns } from '../../scenario/compare';
import { parseScenario } from '../../scenario/parser';
import type { Run } from '../../scenario/run';
import { runScenario } from '../../scenario/runner';
import type { Sample } from '../../scenario/samples';
import type { Engine } from '../../trace/engine';
import { snapshotDifferences } from '../../trace/snapshotFields';
import { configuration } from '../configuration';
import { type KernelTree, sameTree } from '../kernelTree';
import type { Log } from '../log';
import { recordOn, requestedProfile } from '../recordings';
import type { RunControl } from '../runControl';
import { parseOptions } from '../scenarioParsing';
import type { Session } from '../session';
import type { ProfileInfo } from '../simulator';
import { Store } from '../store';
import { nextTurn } from '../turns';
import type { Engines } from './engines';
import type { TreeTexts } from './treeText';

/** Milliseconds of quiet before the comparison begins. */
const QUIET = 700;

export interface Difference {
  readonly sample: Sample;
  readonly simulation: Run;
  readonly interpreter: Run;
  /** Where they part, one sentence without a full stop. */
  readonly sentence: string;
}

export type AgreementState =
  | { readonly state: 'unknown'; readonly text: string }
  | { readonly state: 'agrees'; readonly text: string; readonly scenarios: number }
  | { readonly state: 'differs'; readonly text: string; readonly differences: readonly Difference[] };

export class AgreementCheck implements vscode.Disposable {
  private readonly store = new Store();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private known: AgreementState | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private round = 0;
  private working: Promise<void> = Promise.resolve();
  private tree: KernelTree | null = null;
  readonly onDidChange = this.changed.event;

  constructor(
    session: Session,
    private readonly control: RunControl,
    private readonly engines: Engines,
    private readonly texts: TreeTexts,
    private readonly samples: readonly Sample[],
    private readonly log: Log,
  ) {
    this.store.add(
      session.onDidChangeRun((run) => {
        if (run?.tree && !(this.tree && sameTree(run.tree, this.tree))) this.schedule(run.tree);
      }),
    );
    this.store.add(
      texts.onDidChange((tree) => {
        if (this.tree && sameTree(this.tree, tree)) this.schedule(tree);
      }),
    );
  }

  /** What the last comparison came to; null: nobody has compared. */
  get state(): AgreementState | null {
    return this.known;
  }

  /** Compares now. Resolves when it is known. */
  async check(tree: KernelTree): Promise<AgreementState | null> {
    this.schedule(tree, 0);
    await this.settled();
    return this.known;
  }

  async settled(): Promise<void> {
    while (this.timer !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    await this.working;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.round++;
    this.store.dispose();
  }

  private schedule(tree: KernelTree, delay = QUIET): void {
    this.tree = tree;
    const round = ++this.round;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.working = this.log.guard(
        'Comparing the simulation with the text',
        () => this.compare(tree, round),
        undefined,
      );
    }, delay);
  }

  private async compare(tree: KernelTree, round: number): Promise<void> {
    const runnable = await this.texts.current(tree);
    if ('problem' in runnable) return this.say(round, tree, { state: 'unknown', text: runnable.problem });
    const profile = this.control.automaticProfile(tree);
    const differences: Difference[] = [];
    let compared = 0;
    for (const sample of this.samples) {
      if (![null, profile.id].includes(requestedProfile(sample.text))) continue;
      await nextTurn();
      if (round !== this.round) return;
      const engine = runnable.text.start();
      const outcome = this.compareOn(sample, profile, engine, () => runnable.text.start());
      if (engine.unsupported !== null)
        return this.say(round, tree, {
          state: 'unknown',
          text: `the text cannot be run: ${engine.unsupported}`,
        });
      compared++;
      if (outcome) differences.push(outcome);
    }
    this.say(round, tree, conclusion(differences, compared));
  }

  private compareOn(
    sample: Sample,
    profile: ProfileInfo,
    engine: Engine,
    fresh: () => Engine,
  ): Difference | null {
    const { simulator } = this.control;
    const scenario = parseScenario(sample.text, parseOptions(simulator));
    const plain = { record: false };
    if (
      isSame(
        runScenario(scenario, this.engines.simulation(profile), plain),
        runScenario(scenario, engine, plain),
      )
    )
      return null;
    const limit = configuration.stepLimit();
    const simulation = recordOn(this.engines.simulation(profile), simulator, sample.text, limit).run;
    const interpreter = recordOn(fresh(), simulator, sample.text, limit).run;
    const { first } = compareRuns(simulation, interpreter);
    return { sample, simulation, interpreter, sentence: first?.sentence ?? 'the results differ' };
  }

  private say(round: number, tree: KernelTree, state: AgreementState): void {
    if (round !== this.round) return;
    this.known = state;
    this.engines.setDiffers(tree, state.state === 'differs');
    this.changed.fire();
  }
}

/** Same results, visits and states after each operation. */
function isSame(a: Run, b: Run): boolean {
  const [left, right] = [a.trace.operations, b.trace.operations];
  if (left.length !== right.length) return false;
  return left.every((operation, at) => {
    const other = right[at];
    return (
      other !== undefined &&
      operation.status === other.status &&
      operation.errno === other.errno &&
      JSON.stringify(operation.visits) === JSON.stringify(other.visits) &&
      snapshotDifferences(operation.snapshot, other.snapshot).length === 0
    );
  });
}

function conclusion(differences: readonly Difference[], compared: number): AgreementState {
  const [first] = differences;
  if (!first)
    return {
      state: 'agrees',
      text: `simulation agrees with this file (${compared} scenarios)`,
      scenarios: compared,
    };
  const text = `simulation differs from this file in ${differences.length} of ${compared} scenarios, first in “${first.sample.title}”: ${first.sentence}`;
  return { state: 'differs', text, differences };
}
