/**
 * Shows places of a kernel tree in the editor, beside the explorer and without taking the focus unless asked to.
 */
import * as vscode from 'vscode';
import type { Location } from '../trace/step';
import { columnBesideExplorer } from './explorerView';
import { type KernelTree, uriInTree } from './kernelTree';
import { Store } from './store';

export function rangeOfLocation({ line, column, endLine, endColumn }: Location): vscode.Range {
  return new vscode.Range(line, column, endLine, endColumn);
}

export class SourceView implements vscode.Disposable {
  private readonly store = new Store();
  /** Column in which source was read last. */
  private column: vscode.ViewColumn = vscode.ViewColumn.One;
  private latest = 0;
  /** The opening that is under way. */
  private opening: Promise<unknown> = Promise.resolve();

  constructor() {
    this.note(vscode.window.activeTextEditor);
    this.store.add(vscode.window.onDidChangeActiveTextEditor((editor) => this.note(editor)));
  }

  /**
   * Shows a place. Editors are opened one after the other, and of several calls that wait only the last one counts.
   * @returns the editor, or null when a later call has overtaken this one
   */
  async reveal(
    tree: KernelTree,
    location: Location,
    { focus }: { readonly focus: boolean },
  ): Promise<vscode.TextEditor | null> {
    this.latest += 1;
    const ticket = this.latest;
    const uri = uriInTree(tree.root, location.file);
    const range = rangeOfLocation(location);
    const visible = visibleEditor(uri);
    if (visible && !focus) {
      visible.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      return visible;
    }
    const opened = this.opening.then(async () => {
      if (ticket !== this.latest) return null;
      const document = await vscode.workspace.openTextDocument(uri);
      return vscode.window.showTextDocument(document, {
        viewColumn: visibleEditor(uri)?.viewColumn ?? columnBesideExplorer(this.column),
        preserveFocus: !focus,
        preview: true,
      });
    });
    this.opening = opened.catch(() => null);
    const editor = await opened;
    if (!editor) return null;
    if (focus) editor.selection = new vscode.Selection(range.start, range.start);
    if (ticket === this.latest)
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    return editor;
  }

  dispose(): void {
    this.store.dispose();
  }

  private note(editor: vscode.TextEditor | undefined): void {
    if (editor?.document.languageId === 'c' && editor.viewColumn !== undefined)
      this.column = editor.viewColumn;
  }
}

function visibleEditor(uri: vscode.Uri): vscode.TextEditor | undefined {
  const key = uri.toString();
  return vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === key);
}
