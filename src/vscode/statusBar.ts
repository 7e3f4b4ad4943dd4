/**
 * Status bar: the tree, the kernel that is simulated, and where the run is. People count steps from 1.
 */
import * as vscode from 'vscode';
import { type KernelTree, treeTitle } from './kernelTree';
import { trusted } from './markdown';
import { commandLink, escaped } from './markdownText';
import type { RunPlaces } from './runPlaces';
import type { CurrentRun, Session } from './session';
import { Store } from './store';

export class StatusBar implements vscode.Disposable {
  private readonly store = new Store();
  private readonly item: vscode.StatusBarItem;
  private tree: KernelTree | null = null;

  constructor(
    private readonly session: Session,
    private readonly places: RunPlaces,
    /** Title of the kernel that a run would be made on. */
    private readonly profileTitle: (tree: KernelTree | null) => string,
  ) {
    this.item = this.store.add(
      vscode.window.createStatusBarItem('rmapLens.status', vscode.StatusBarAlignment.Left, 50),
    );
    this.item.name = 'Rmap Lens';
    this.item.command = 'rmapLens.openExplorer';
    this.store.add(session.onDidChangeRun(() => this.update()));
    this.store.add(session.onDidMoveCursor(() => this.update()));
    this.store.add(places.onDidChange(() => this.update()));
    this.update();
  }

  /** Text that is shown, for tests. */
  get text(): string {
    return this.item.text;
  }

  setTree(tree: KernelTree | null): void {
    this.tree = tree;
    this.update();
  }

  update(): void {
    const run = this.session.current;
    const tree = run ? run.tree : this.tree;
    if (!run && !tree) {
      this.item.hide();
      return;
    }
    this.item.text = run ? this.runText(run) : `$(type-hierarchy) ${tree ? treeTitle(tree) : 'Rmap Lens'}`;
    this.item.tooltip = this.tooltip(run, tree);
    this.item.show();
  }

  dispose(): void {
    this.store.dispose();
  }

  private runText(run: CurrentRun): string {
    const { steps } = run.trace;
    const { position } = this.session;
    const place = this.places.current();
    const lost = run.tree && place && 'missing' in place && this.places.known ? ' · not in this tree' : '';
    const violated = this.session.violationsHere().length > 0 ? '$(error) ' : '';
    return `$(type-hierarchy) ${run.profile.id} · ${violated}step ${position + 1} of ${steps.length}${lost}`;
  }

  private tooltip(run: CurrentRun | null, tree: KernelTree | null): vscode.MarkdownString {
    const lines = [
      '**Rmap Lens**',
      '',
      `Tree: ${tree ? escaped(treeTitle(tree)) : 'none open'}  `,
      `Kernel: ${escaped(run ? run.profile.title : this.profileTitle(tree))}  `,
    ];
    if (run) {
      const { position, step } = this.session;
      lines.push(
        `Engine: ${escaped(run.trace.engine)}  `,
        `Scenario: ${escaped(run.title)}  `,
        `Step ${position + 1} of ${run.trace.steps.length}${step ? `: ${escaped(step.text)}` : ', before the first'}  `,
      );
      const place = this.places.current();
      if (place && 'missing' in place) lines.push(`Source: ${escaped(place.missing)}  `);
      if (run.trace.truncated !== null) lines.push(`$(warning) ${escaped(run.trace.truncated)}  `);
    }
    lines.push(
      '',
      `${commandLink('Open Explorer', 'rmapLens.openExplorer')} · ${commandLink('Choose Kernel Profile…', 'rmapLens.chooseProfile')}`,
    );
    return trusted(lines);
  }
}
