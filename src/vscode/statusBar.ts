/**
 * Status bar: shows the status model (statusModel.ts). It is there where there is a tree, a run, or a scenario open.
 */
import * as vscode from 'vscode';
import { type KernelTree, treeTitle } from './kernelTree';
import { trusted } from './markdown';
import { commandLink, escaped } from './markdownText';
import type { RunPlaces } from './runPlaces';
import type { Session } from './session';
import { type Agreement, type StatusInput, statusLines, statusText } from './statusModel';
import { Store } from './store';

export class StatusBar implements vscode.Disposable {
  private readonly store = new Store();
  private readonly item: vscode.StatusBarItem;
  private tree: KernelTree | null = null;
  private agreement: Agreement | null = null;

  constructor(
    private readonly session: Session,
    private readonly places: RunPlaces,
    /** The kernel that a run would be made on. */
    private readonly profileFor: (tree: KernelTree | null) => StatusInput['profile'],
  ) {
    this.item = this.store.add(
      vscode.window.createStatusBarItem('rmapLens.status', vscode.StatusBarAlignment.Left, 50),
    );
    this.item.name = 'Rmap Lens';
    this.item.command = 'rmapLens.openExplorer';
    this.store.add(session.onDidChangeRun(() => this.setAgreement(null)));
    this.store.add(session.onDidMoveCursor(() => this.update()));
    this.store.add(places.onDidChange(() => this.update()));
    this.store.add(vscode.window.onDidChangeActiveTextEditor(() => this.update()));
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

  /** What a comparison of engines came to, for the current run; null: nobody has compared. */
  setAgreement(agreement: Agreement | null): void {
    this.agreement = agreement;
    this.update();
  }

  update(): void {
    const { current } = this.session;
    const scenario = vscode.window.activeTextEditor?.document.languageId === 'rmap';
    const input = this.input();
    if (!current && !input.tree && !scenario) {
      this.item.hide();
      return;
    }
    this.item.text = statusText(input);
    this.item.tooltip = tooltip(input);
    this.item.show();
  }

  dispose(): void {
    this.store.dispose();
  }

  private input(): StatusInput {
    const { current, position, step } = this.session;
    const tree = current ? current.tree : this.tree;
    const place = this.places.current();
    const lost = place && 'missing' in place && this.places.known ? place.missing : null;
    return {
      tree: tree && { title: treeTitle(tree), version: tree.version },
      profile: current ? current.profile : this.profileFor(tree),
      run: current && {
        ...{ engine: current.trace.engine, title: current.title, position, lost },
        steps: current.trace.steps.length,
        step: step?.text ?? null,
        violated: this.session.violationsHere().length > 0,
        truncated: current.trace.truncated,
      },
      agreement: this.agreement,
    };
  }
}

function tooltip(input: StatusInput): vscode.MarkdownString {
  const links = [
    commandLink('Open Explorer', 'rmapLens.openExplorer'),
    commandLink('Choose Kernel Profile…', 'rmapLens.chooseProfile'),
    ...(input.tree ? [] : [commandLink('Get Kernel Files…', 'rmapLens.getKernelFiles')]),
  ];
  return trusted([
    '**Rmap Lens**',
    '',
    ...statusLines(input).map(({ label, text }) => `${label}: ${escaped(text)}  `),
    '',
    links.join(' · '),
  ]);
}
