/**
 * The operation that the run stands in, marked in the scenario's own text when that is on screen.
 */
import * as vscode from 'vscode';
import { sampleUri } from './sampleDocuments';
import type { CurrentRun, Session } from './session';
import { Store } from './store';

export class OperationDecorations implements vscode.Disposable {
  private readonly store = new Store();
  private readonly line: vscode.TextEditorDecorationType;

  constructor(
    media: vscode.Uri,
    private readonly session: Session,
  ) {
    const picture = (theme: string) => ({
      gutterIconPath: vscode.Uri.joinPath(media, `step-${theme}.svg`),
    });
    this.line = this.store.add(
      vscode.window.createTextEditorDecorationType({
        isWholeLine: true,
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        backgroundColor: new vscode.ThemeColor('rmapLens.currentStepBackground'),
        borderColor: new vscode.ThemeColor('rmapLens.currentStepBorder'),
        borderStyle: 'solid',
        borderWidth: '1px 0',
        gutterIconSize: '85%',
        dark: picture('dark'),
        light: picture('light'),
      }),
    );
    this.store.add(session.onDidChangeRun(() => this.draw()));
    this.store.add(session.onDidMoveCursor(() => this.draw()));
    this.store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.draw()));
  }

  dispose(): void {
    this.store.dispose();
  }

  private draw(): void {
    const run = this.session.current;
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.languageId !== 'rmap') continue;
      const line = run ? this.lineIn(editor.document, run) : null;
      editor.setDecorations(this.line, line === null ? [] : [new vscode.Range(line, 0, line, 0)]);
    }
  }

  /** Line of the current operation, from 0, as long as the text is the one that was run. */
  private lineIn(document: vscode.TextDocument, run: CurrentRun): number | null {
    const { source } = run;
    const uri = source.kind === 'sample' ? sampleUri(source.id).toString() : source.uri;
    if (document.uri.toString() !== uri || document.getText() !== run.text) return null;
    const step = this.session.step;
    const line = step ? run.trace.operations[step.operation]?.line : null;
    return line === null || line === undefined ? null : line - 1;
  }
}
