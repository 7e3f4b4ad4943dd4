/**
 * What a scenario that is open does: the current run if it is one of this very text, else a run made for hovers and
 * fixes, which is not shown anywhere else.
 */
import * as vscode from 'vscode';
import type { Run } from '../scenario/run';
import { record } from './recordings';
import type { RunControl } from './runControl';
import type { Session } from './session';
import type { ProfileInfo } from './simulator';
import type { SourceService } from './sourceService';
import { Store } from './store';

/** Steps of a run that a hover makes: it must not be felt. */
const STEP_LIMIT = 20_000;
/** Runs that are kept. */
const KEPT = 8;

export interface ScenarioRun {
  readonly run: Run;
  readonly profile: ProfileInfo;
  /** Number of the current run, for links into it; null when this one is not shown. */
  readonly runId: number | null;
}

interface Known extends ScenarioRun {
  readonly text: string;
}

export class ScenarioRuns implements vscode.Disposable {
  private readonly store = new Store();
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly session: Session,
    private readonly control: RunControl,
    private readonly sources: SourceService,
  ) {
    this.store.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.known.delete(uri.toString())));
  }

  /** The run of a document as it is now, on the profile that it would be run on. */
  async of(document: vscode.TextDocument): Promise<ScenarioRun> {
    const uri = document.uri.toString();
    const { current } = this.session;
    const text = document.getText();
    if (current?.source.kind === 'document' && current.source.uri === uri && current.text === text)
      return { run: current.run, profile: current.profile, runId: current.runId };
    const profile = this.control.profileFor(await this.sources.trees.primary(), text);
    const known = this.known.get(uri);
    if (known?.text === text && known.profile.id === profile.id) return known;
    const { run } = record(this.control.simulator, text, profile.id, STEP_LIMIT);
    const made = { text, run, profile, runId: null };
    this.known.delete(uri);
    this.known.set(uri, made);
    const [oldest] = this.known.keys();
    if (this.known.size > KEPT && oldest !== undefined) this.known.delete(oldest);
    return made;
  }

  dispose(): void {
    this.known.clear();
    this.store.dispose();
  }
}
