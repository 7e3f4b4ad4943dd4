/**
 * Markdown as VS Code shows it: our own commands may be run from it, nothing else.
 */
import * as vscode from 'vscode';
import { LINKED_COMMANDS } from './markdownText';

/** Markdown whose lines were made by the functions above. */
export function trusted(lines: readonly string[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(lines.join('\n'), true);
  markdown.isTrusted = { enabledCommands: LINKED_COMMANDS };
  markdown.supportHtml = false;
  return markdown;
}
