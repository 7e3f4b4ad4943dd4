// What the integration suites share: the activated extension, its folder, and waiting for things to come true.
import * as vscode from 'vscode';
import type { RmapLensApi } from '../../src/vscode/api';

export const ID = 'rmap-lens.rmap-lens';

export async function extension(): Promise<RmapLensApi> {
  const found = vscode.extensions.getExtension<RmapLensApi>(ID);
  if (!found) throw new Error(`${ID} is not installed`);
  return found.activate();
}

/** The kernel tree that is open. */
export function folder(): vscode.Uri {
  const first = vscode.workspace.workspaceFolders?.[0];
  if (!first) throw new Error('no folder is open');
  return first.uri;
}

/** A path of this repository, in the file system that the workspace is in. */
export function repositoryUri(path: string): vscode.Uri {
  return folder().with({ path: `${import.meta.dirname.replace(/\/test\/integration$/, '')}/${path}` });
}

export function inTree(path: string): vscode.Uri {
  return vscode.Uri.joinPath(folder(), path);
}

export async function show(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
    viewColumn: vscode.ViewColumn.One,
  });
}

/** Waits until `probe` gives something, and gives that. */
export async function eventually<T>(what: string, probe: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = Date.now() + 40_000;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false) return value;
    if (Date.now() > end) throw new Error(`${what} did not come true`);
    await new Promise((done) => setTimeout(done, 30));
  }
}

export function run(command: string, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(command, ...args);
}

/** The list that one of VS Code's own commands gives; an empty one where it gives none. */
export async function ask<T>(command: string, ...args: unknown[]): Promise<T[]> {
  const answer: unknown = await run(command, ...args);
  return Array.isArray(answer) ? answer : [];
}

export async function lensesOf(uri: vscode.Uri, resolve = 0): Promise<vscode.CodeLens[]> {
  const lenses: unknown = await vscode.commands.executeCommand(
    'vscode.executeCodeLensProvider',
    uri,
    resolve,
  );
  return Array.isArray(lenses) ? lenses : [];
}

export async function hoverText(uri: vscode.Uri, position: vscode.Position): Promise<string> {
  const hovers: unknown = await vscode.commands.executeCommand('vscode.executeHoverProvider', uri, position);
  const list: vscode.Hover[] = Array.isArray(hovers) ? hovers : [];
  return list
    .flatMap((hover) => hover.contents)
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : String(content)))
    .join('\n');
}

/** Position of the first `needle` at or after the first `start` in a document. */
export function positionOf(
  document: vscode.TextDocument,
  needle: string,
  start: string | RegExp = '',
): vscode.Position {
  const text = document.getText();
  const from = start === '' ? 0 : typeof start === 'string' ? text.indexOf(start) : text.search(start);
  const at = from < 0 ? -1 : text.indexOf(needle, from);
  if (at < 0) throw new Error(`${needle} is not in ${document.uri.path}`);
  return document.positionAt(at);
}

/** Ends the run and closes every editor. */
export async function tidy(): Promise<void> {
  await run('rmapLens.stopRun');
  await closeEditors();
}

/** Closes every editor, and throws away what was not saved: an untitled document that stays would be found by the next test. */
export async function closeEditors(): Promise<void> {
  for (let left = 30; left > 0 && vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0); left--)
    await run('workbench.action.revertAndCloseActiveEditor');
  await run('workbench.action.closeAllEditors');
}
