/**
 * Samples as read-only documents, so that they can be read, run and compared like files.
 */
import * as vscode from 'vscode';
import type { Sample } from '../scenario/samples';
import type { RunSource } from './session';

export const SAMPLE_SCHEME = 'rmap-sample';

export function sampleUri(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SAMPLE_SCHEME, path: `/${id}.rmap` });
}

/** Id of the sample that a document shows, or null. */
export function sampleIdOf(uri: vscode.Uri): string | null {
  return uri.scheme === SAMPLE_SCHEME ? (/^\/([\w/-]+)\.rmap$/.exec(uri.path)?.[1] ?? null) : null;
}

export function registerSampleDocuments(samples: readonly Sample[]): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SAMPLE_SCHEME, {
    provideTextDocumentContent: (uri) =>
      samples.find(({ id }) => id === sampleIdOf(uri))?.text ?? '# There is no such sample.\n',
  });
}

/** Shows the scenario of a run as text. `line` counts from 1; null for its beginning. */
export async function openScenario(source: RunSource, line: number | null): Promise<void> {
  const uri = source.kind === 'sample' ? sampleUri(source.id) : vscode.Uri.parse(source.uri, true);
  const document = await vscode.workspace.openTextDocument(uri);
  const at = new vscode.Position(Math.max(0, Math.min((line ?? 1) - 1, document.lineCount - 1)), 0);
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.One,
    preview: true,
    selection: new vscode.Range(at, at),
  });
}

/** A document by its address, or null when there is none any more. */
export async function openTextDocumentOrNull(uri: string): Promise<vscode.TextDocument | null> {
  try {
    const parsed = vscode.Uri.parse(uri, true);
    // asking for an untitled document that is gone would make a new one
    if (parsed.scheme === 'untitled')
      return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri) ?? null;
    return await vscode.workspace.openTextDocument(parsed);
  } catch {
    return null;
  }
}
