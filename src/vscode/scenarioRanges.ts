/**
 * Places of scenarios in the editor.
 */
import * as vscode from 'vscode';
import type { TextRange } from '../scenario/syntax';

/** A stretch of a scenario in the editor, at least one column wide. */
export function rangeIn({ line, start, end }: TextRange): vscode.Range {
  return new vscode.Range(line - 1, start, line - 1, Math.max(end, start + 1));
}
