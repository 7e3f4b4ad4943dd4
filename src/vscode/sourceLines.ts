/**
 * Lines of a kernel tree for the explorer, as the editor has them now: what was typed and not saved counts.
 */
import * as vscode from 'vscode';
import type { HostMessage, WebviewMessage } from '../protocol/messages';
import { type KernelTree, uriInTree } from './kernelTree';

/** Does a path stay inside the tree that it is relative to? */
export function staysInside(path: string): boolean {
  return !/(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[a-z]+:/i.test(path);
}

/** The answer to a request for lines; a file that is not there is said so in one sentence. */
export async function sourceLines(
  tree: KernelTree | null,
  { runId, file, from, to }: Extract<WebviewMessage, { type: 'lines' }>,
): Promise<HostMessage> {
  const none = (problem: string): HostMessage => ({ type: 'lines', runId, file, from, lines: [], problem });
  if (!tree) return none('No kernel tree is open.');
  if (!staysInside(file)) return none('The step names a place outside the kernel tree.');
  try {
    const document = await vscode.workspace.openTextDocument(uriInTree(tree.root, file));
    const lines: string[] = [];
    for (let line = from; line < Math.min(to, document.lineCount); line += 1)
      lines.push(document.lineAt(line).text);
    return { type: 'lines', runId, file, from, lines, problem: null };
  } catch {
    return none(`${file} cannot be read in this tree.`);
  }
}
