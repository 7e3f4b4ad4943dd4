/**
 * Runs that can be compared with the one on show: those kept, branches, the same scenario before its last edit and on
 * other kernels. Any engine's run can be offered here (`offer`).
 */
import * as vscode from 'vscode';
import type { ComparableInfo, ComparedRun } from '../protocol/building';
import { branchOf } from '../scenario/branch';
import { compareRuns } from '../scenario/compare';
import type { Run } from '../scenario/run';
import { comparisonText } from '../trace/compareText';
import type { Operation } from '../trace/engine';
import { configuration } from './configuration';
import { Notice } from './notice';
import { record } from './recordings';
import type { RunControl } from './runControl';
import type { CurrentRun, Session } from './session';
import { Store } from './store';

/** Runs that are kept; the oldest one goes when there are more. */
export const KEPT_RUNS = 20;

/** Steps of a run that is shown side by side with another; longer ones are compared as text. */
export const COMPARED_STEPS = 40_000;

export const CURRENT = 'current';
const BEFORE = 'before';

const GROUPS = {
  here: 'This scenario',
  kept: 'Branches and kept runs',
  kernels: 'This scenario on another kernel',
} as const;

interface Named {
  readonly id: string;
  readonly name: string;
  readonly run: Run;
}

export class Comparisons implements vscode.Disposable {
  private readonly store = new Store();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private kept: Named[] = [];
  private count = 0;
  private before: CurrentRun | null = null;
  private last: CurrentRun | null = null;
  private shown: { readonly a: Named; readonly b: Named } | null = null;
  /** What can be compared has changed. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly session: Session,
    private readonly control: RunControl,
  ) {
    this.store.add(
      session.onDidChangeRun((run) => {
        if (run && this.last && isEditOf(run, this.last)) this.before = this.last;
        else if (run && this.last && run.text !== this.last.text) this.before = null;
        this.last = run ?? this.last;
        this.changed.fire();
      }),
    );
  }

  list(): ComparableInfo[] {
    const { current } = this.session;
    if (!current) return this.kept.map(({ id, name }) => ({ id, name, group: GROUPS.kept }));
    return [
      { id: CURRENT, name: nameOf(current), group: GROUPS.here },
      ...(this.before
        ? [{ id: BEFORE, name: `Before the last edit, ${this.before.profile.title}`, group: GROUPS.here }]
        : []),
      ...this.kept.map(({ id, name }) => ({ id, name, group: GROUPS.kept })),
      ...this.control.simulator.profiles
        .filter(({ id }) => id !== current.profile.id)
        .map(({ id, title }) => ({ id: `profile:${id}`, name: title, group: GROUPS.kernels })),
    ];
  }

  /** Keeps a run under a name; of whichever engine. Returns the id by which it is compared. */
  offer(name: string, run: Run): string {
    this.count += 1;
    const id = `kept:${this.count}`;
    this.kept.push({ id, name: `${this.count}. ${name}`, run });
    if (this.kept.length > KEPT_RUNS) this.kept.shift();
    this.changed.fire();
    return id;
  }

  /** Keeps the run on show. */
  keep(): string {
    const current = this.running();
    return this.offer(nameOf(current), current.run);
  }

  /** Runs a branch of the run on show beside it, and keeps it. */
  branch(at: number, operation: Operation, rest: boolean): string {
    const current = this.running();
    const { text, what } = branchOf(current.text, { at, operation, rest });
    const { run } = record(this.control.simulator, text, current.profile.id, configuration.stepLimit());
    const [problem] = run.problems;
    if (problem)
      throw new Notice(
        `The branch cannot go on: line ${problem.range.line}: ${problem.message} Leave out what follows.`,
      );
    return this.offer(`${what} (branch at operation ${at + 1}, ${current.profile.title})`, run);
  }

  /** Both runs for the explorer. */
  compare(a: string, b: string): { readonly a: ComparedRun; readonly b: ComparedRun } {
    this.shown = { a: this.find(a), b: this.find(b) };
    for (const { name, run } of [this.shown.a, this.shown.b])
      if (run.trace.steps.length > COMPARED_STEPS)
        throw new Notice(
          `“${name}” has ${run.trace.steps.length} steps, and ${COMPARED_STEPS} are shown side by side at most: “Copy as text” compares all of them.`,
        );
    return { a: this.compared(this.shown.a), b: this.compared(this.shown.b) };
  }

  /** Names of the two that are compared; null before any are. */
  get names(): { readonly a: string; readonly b: string } | null {
    return this.shown && { a: this.shown.a.name, b: this.shown.b.name };
  }

  /** The comparison on show as text for a mail. */
  text(): string {
    if (!this.shown) throw new Notice('Choose two runs to compare first.', 'info');
    const { a, b } = this.shown;
    const lines = comparisonText(
      compareRuns(a.run, b.run),
      { name: describe(a), trace: a.run.trace },
      { name: describe(b), trace: b.run.trace },
    );
    return `${lines.join('\n')}\n`;
  }

  dispose(): void {
    this.store.dispose();
  }

  private running(): CurrentRun {
    const { current } = this.session;
    if (!current) throw new Notice('Nothing is running: choose a scenario first.', 'info');
    return current;
  }

  private find(id: string): Named {
    const kept = this.kept.find((known) => known.id === id);
    if (kept) return kept;
    const current = this.running();
    if (id === CURRENT) return { id, name: nameOf(current), run: current.run };
    if (id === BEFORE && this.before)
      return { id, name: `Before the last edit, ${this.before.profile.title}`, run: this.before.run };
    const profile = this.control.simulator.profiles.find((known) => `profile:${known.id}` === id);
    if (!profile) throw new Notice('That run is not kept any more: choose another one.', 'info');
    const { run } = record(this.control.simulator, current.text, profile.id, configuration.stepLimit());
    return { id, name: profile.title, run };
  }

  private compared({ id, name, run }: Named): ComparedRun {
    return {
      id,
      name,
      trace: run.trace,
      violated: [...new Set(run.evaluation.violations.map(({ invariant }) => invariant))],
      current: run === this.session.current?.run,
    };
  }
}

function nameOf({ title, profile, trace }: CurrentRun): string {
  return `${title}, ${profile.title}${trace.engine === 'interpreter' ? ', interpreted C' : ''}`;
}

function describe({ name, run }: Named): string {
  return `${name} (${run.trace.engine === 'simulation' ? 'simulation' : 'interpreted C'})`;
}

/** The same document with another text, or the document that a sample became. */
function isEditOf(run: CurrentRun, last: CurrentRun): boolean {
  if (run.text === last.text || run.profile.id !== last.profile.id) return false;
  if (run.source.kind !== 'document') return false;
  if (last.source.kind === 'document') return last.source.uri === run.source.uri;
  return run.source.uri.startsWith('untitled:') && run.title === last.title;
}
