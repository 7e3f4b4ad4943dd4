/**
 * Edits of the C text while a run is on show: the scenario runs again on the text as it is now, and what the edit changes in its
 * behaviour is worked out against the text before it. Text that cannot be run leaves the last good run there, marked stale.
 */
import * as vscode from 'vscode';
import { compareRuns } from '../../scenario/compare';
import type { Run } from '../../scenario/run';
import type { Comparison } from '../../trace/compare';
import type { Violation } from '../../trace/evaluation';
import { configuration } from '../configuration';
import { type KernelTree, sameTree } from '../kernelTree';
import type { Log } from '../log';
import { recordOn } from '../recordings';
import { type RunControl, TextCannotRun } from '../runControl';
import type { CurrentRun, Session } from '../session';
import { Store } from '../store';
import type { TreeTexts } from './treeText';

/** What the edits since the tree was opened change in the run on show. */
export interface EditEffect {
  readonly runId: number;
  /** The same scenario on the text before the edits. */
  readonly before: Run;
  readonly comparison: Comparison;
  /** Violations that the text before the edits does not have, each invariant once. */
  readonly broken: readonly Violation[];
  /** Invariants that only the text before the edits violates. */
  readonly mended: readonly string[];
  /** One sentence without a full stop. */
  readonly sentence: string;
}

export class LiveEdits implements vscode.Disposable {
  private readonly store = new Store();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private running: Promise<void> = Promise.resolve();
  private current: EditEffect | null = null;
  private reason: string | null = null;
  /** The effect or the staleness has changed. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly session: Session,
    private readonly control: RunControl,
    private readonly texts: TreeTexts,
    private readonly log: Log,
  ) {
    this.store.add(texts.onDidChange((tree) => this.enqueue(() => this.textChanged(tree))));
    this.store.add(
      session.onDidChangeRun((run) => {
        this.reason = null;
        this.current = null;
        this.changed.fire();
        if (run?.trace.engine === 'interpreter') this.enqueue(() => this.compareWithBefore(run));
      }),
    );
  }

  /** What the edits change in the run on show; null without edits, or as long as nobody has looked. */
  get effect(): EditEffect | null {
    return this.current?.runId === this.session.current?.runId ? this.current : null;
  }

  /** Why the run on show is of an older text than the one in the editor; null when it is not. */
  get stale(): string | null {
    return this.reason;
  }

  /** Resolves when all edits so far are taken into account. */
  async settled(): Promise<void> {
    let seen: Promise<void>;
    do {
      seen = this.running;
      await seen;
    } while (seen !== this.running);
  }

  dispose(): void {
    this.store.dispose();
  }

  private enqueue(work: () => Promise<void>): void {
    this.running = this.running.then(() => this.log.guard('Running the edited text', work, undefined));
  }

  private async textChanged(tree: KernelTree): Promise<void> {
    const { current } = this.session;
    if (!current?.tree || !sameTree(current.tree, tree)) return;
    if (current.trace.engine === 'simulation' && !(await this.texts.isEdited(tree))) return;
    try {
      await this.control.runAgain();
    } catch (error) {
      if (!(error instanceof TextCannotRun)) throw error;
      this.reason = error.message;
      this.changed.fire();
    }
  }

  private async compareWithBefore(run: CurrentRun): Promise<void> {
    const { tree } = run;
    if (!tree || !(await this.texts.isEdited(tree))) return;
    const original = await this.texts.original(tree);
    if ('problem' in original || this.session.current !== run) return;
    const before = recordOn(
      original.text.start(),
      this.control.simulator,
      run.text,
      configuration.stepLimit(),
    ).run;
    if (this.session.current !== run) return;
    this.current = effectOf(run, before);
    this.changed.fire();
  }
}

function effectOf({ runId, run }: CurrentRun, before: Run): EditEffect {
  const comparison = compareRuns(before, run);
  const old = new Set(before.evaluation.violations.map(({ invariant }) => invariant));
  const now = new Set(run.evaluation.violations.map(({ invariant }) => invariant));
  const broken = [...now].flatMap((id) => {
    const first = run.evaluation.violations.find(({ invariant }) => invariant === id);
    return first && !old.has(id) ? [first] : [];
  });
  const mended = [...old].filter((id) => !now.has(id));
  return { runId, before, comparison, broken, mended, sentence: sentenceOf(comparison, broken, mended) };
}

function sentenceOf(
  { first, firstWay }: Comparison,
  broken: readonly Violation[],
  mended: readonly string[],
): string {
  const parts: string[] = [];
  if (broken.length > 0) parts.push(`violates ${listed(broken.map(({ invariant }) => invariant))}`);
  if (mended.length > 0) parts.push(`no longer violates ${listed(mended)}`);
  if (first) parts.push(`changes the outcome: ${first.sentence}`);
  else if (firstWay) parts.push(`goes another way to the same states: ${firstWay.sentence}`);
  return parts.length === 0 ? 'The edit changes nothing in this scenario' : `The edit ${parts.join('; it ')}`;
}

/** Names shown before the rest is only counted. */
const NAMES_SHOWN = 3;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}
