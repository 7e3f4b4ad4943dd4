/**
 * Where the explorer stands among the editors.
 */
import * as vscode from 'vscode';

/** Type of the explorer's panel, by which VS Code knows it again. */
export const EXPLORER_VIEW = 'rmapLens.explorer';

/** A column in which an editor does not cover the explorer: the one asked for, else another, else a new one. */
export function columnBesideExplorer(wanted: vscode.ViewColumn): vscode.ViewColumn {
  const { all } = vscode.window.tabGroups;
  const group = all.find(({ viewColumn }) => viewColumn === wanted);
  if (!group || !showsExplorer(group)) return wanted;
  return all.find((other) => !showsExplorer(other))?.viewColumn ?? vscode.ViewColumn.Beside;
}

function showsExplorer({ activeTab }: vscode.TabGroup): boolean {
  // VS Code puts a prefix of its own before the type
  return (
    activeTab?.input instanceof vscode.TabInputWebview && activeTab.input.viewType.endsWith(EXPLORER_VIEW)
  );
}
