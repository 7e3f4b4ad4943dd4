/**
 * Links from hovers to places of a kernel tree.
 */
import * as vscode from 'vscode';
import { TITLES } from './commandIds';
import type { Log } from './log';
import type { SourceService } from './sourceService';
import type { SourceView } from './sourceView';

export function registerPlaceCommands(sources: SourceService, view: SourceView, log: Log): vscode.Disposable {
  return log.command(
    'rmapLens.openPlace',
    TITLES['rmapLens.openPlace'],
    async (root: unknown, file: unknown, line: unknown) => {
      if (typeof root !== 'string' || typeof file !== 'string' || typeof line !== 'number') return;
      if (/(^|\/)\.\.(\/|$)|^\//.test(file)) return;
      const tree = await sources.trees.at(vscode.Uri.parse(root, true));
      await view.reveal(tree, { file, line, column: 0, endLine: line, endColumn: 0 }, { focus: true });
    },
  );
}
