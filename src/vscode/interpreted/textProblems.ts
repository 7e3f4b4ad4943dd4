/** What a run of the open text found wrong, in the Problems view and under the statements where it was found. */
import * as vscode from 'vscode';
import type { Violation } from '../../trace/evaluation';
import { type KernelTree, uriInTree } from '../kernelTree';
import type { CurrentRun, Session } from '../session';
import { rangeOfLocation } from '../sourceView';
import { Store } from '../store';
import type { LiveEdits } from './liveEdits';

/** Violations shown of one run, each invariant once. */
const SHOWN = 20;

export class TextProblems implements vscode.Disposable {
  private readonly store = new Store();
  private readonly collection = this.store.add(vscode.languages.createDiagnosticCollection('rmap-lens-run'));

  constructor(
    private readonly session: Session,
    private readonly edits: LiveEdits,
  ) {
    this.store.add(session.onDidChangeRun(() => this.show()));
    this.store.add(edits.onDidChange(() => this.show()));
  }

  dispose(): void {
    this.store.dispose();
  }

  private show(): void {
    this.collection.clear();
    const run = this.session.current;
    if (!run?.tree || run.trace.engine !== 'interpreter' || this.edits.stale !== null) return;
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const violation of firstOfEach(run)) {
      const diagnostic = diagnosticOf(run, run.tree, violation, this.edits);
      if (!diagnostic) continue;
      const key = diagnostic.uri.toString();
      byFile.set(key, [...(byFile.get(key) ?? []), diagnostic.diagnostic]);
    }
    for (const [uri, diagnostics] of byFile) this.collection.set(vscode.Uri.parse(uri), diagnostics);
  }
}

function firstOfEach({ run }: CurrentRun): Violation[] {
  const seen = new Set<string>();
  return run.evaluation.violations
    .filter(({ invariant }) => !seen.has(invariant) && seen.add(invariant))
    .slice(0, SHOWN);
}

function diagnosticOf(
  run: CurrentRun,
  tree: KernelTree,
  violation: Violation,
  edits: LiveEdits,
): { readonly uri: vscode.Uri; readonly diagnostic: vscode.Diagnostic } | null {
  const location = run.trace.steps[violation.step]?.location;
  if (!location) return null;
  const isNew = edits.effect?.broken.some(({ invariant }) => invariant === violation.invariant) ?? false;
  const cause = isNew ? ' This edit causes it.' : '';
  const diagnostic = new vscode.Diagnostic(
    rangeOfLocation(location),
    `${violation.invariant}: ${violation.message} (step ${violation.step + 1} of “${run.title}”).${cause}`,
    isNew ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
  );
  diagnostic.source = 'Rmap Lens';
  diagnostic.code = violation.invariant;
  return { uri: uriInTree(tree.root, location.file), diagnostic };
}
