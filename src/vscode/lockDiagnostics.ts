/**
 * Findings of the lock analysis as problems of the C files that are on screen. Each code can be switched off, and links to the
 * page that explains it.
 */
import * as vscode from 'vscode';
import { type DiagnosticCode, findingsIn } from '../analysis/diagnostics';
import { configuration } from './configuration';
import type { LockService } from './lockService';
import type { Log } from './log';
import { Store } from './store';

/** Files on whose real texts the findings were found to be none that is false. */
const PROVEN =
  /\/(?:mm\/(?:rmap|vma|vma_init|mmap|mremap|mprotect|memory|memory-failure|huge_memory|ksm|userfaultfd|madvise|mempolicy|migrate|migrate_device|mlock|util|page_idle|swapfile|hugetlb|filemap|debug|pgtable-generic)|kernel\/fork|fs\/exec)\.c$/;

/** Milliseconds without typing after which findings are looked for again. */
const QUIET = 400;

export class LockDiagnostics implements vscode.Disposable {
  private readonly store = new Store();
  private readonly collection = this.store.add(vscode.languages.createDiagnosticCollection('rmap-lens'));
  private timer: ReturnType<typeof setTimeout> | undefined;
  private cancel = new vscode.CancellationTokenSource();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly service: LockService,
    private readonly log: Log,
  ) {
    this.store.add(service.onDidChange(() => this.soon()));
    this.store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.soon()));
    this.store.add(configuration.onDidChange(['diagnostics.off'], () => this.soon()));
    this.store.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.collection.delete(uri)));
    this.soon();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.cancel.cancel();
    this.cancel.dispose();
    this.store.dispose();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.cancel.cancel();
      this.cancel.dispose();
      this.cancel = new vscode.CancellationTokenSource();
      const { token } = this.cancel;
      void this.log.guard('Looking for wrong locking', () => this.look(token), undefined);
    }, QUIET);
  }

  private async look(token: vscode.CancellationToken): Promise<void> {
    for (const { document } of vscode.window.visibleTextEditors) {
      if (document.languageId !== 'c' || !PROVEN.test(document.uri.path)) continue;
      const { version } = document;
      const found = await this.findingsIn(document, token);
      if (token.isCancellationRequested) return;
      if (document.version === version && !document.isClosed) this.collection.set(document.uri, found);
    }
  }

  private async findingsIn(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.Diagnostic[]> {
    const off = new Set<string>(configuration.diagnosticsOff());
    const whole = { start: 0, end: document.getText().length };
    const diagnostics: vscode.Diagnostic[] = [];
    for await (const { place, locks, analysis } of this.service.each(document, whole, token)) {
      for (const { code, start, end, message } of findingsIn(locks, analysis)) {
        if (off.has(code)) continue;
        const base = place.function.span.start;
        const range = new vscode.Range(document.positionAt(base + start), document.positionAt(base + end));
        diagnostics.push(this.diagnostic(code, range, message));
      }
    }
    return diagnostics;
  }

  private diagnostic(code: DiagnosticCode, range: vscode.Range, message: string): vscode.Diagnostic {
    const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Warning);
    diagnostic.source = 'Rmap Lens';
    const page = vscode.Uri.joinPath(this.extensionUri, 'docs', 'diagnostics.md');
    diagnostic.code = { value: code, target: page.with({ fragment: code }) };
    return diagnostic;
  }
}
