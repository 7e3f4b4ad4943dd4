/**
 * Commands for the first minutes: the walkthrough, and a scenario to begin with.
 */
import * as vscode from 'vscode';
import { TITLES } from './commandIds';
import type { Log } from './log';
import { Store } from './store';

const WALKTHROUGH = 'rmap-lens.rmap-lens#start';

/** What a new scenario holds: one that runs, and that says what else there is. */
const FIRST_SCENARIO = `scenario "My scenario"
# Pages are numbers; P and C are processes. Completion (Ctrl+Space) knows the rest.

P: mmap 0x10 4
P: write 0x10
P: fork C
C: write 0x10
expect clean
`;

export function registerFirstSteps(log: Log): vscode.Disposable {
  const store = new Store();
  store.add(
    log.command('rmapLens.getStarted', TITLES['rmapLens.getStarted'], () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false),
    ),
  );
  store.add(
    log.command('rmapLens.newScenario', TITLES['rmapLens.newScenario'], async () => {
      const document = await vscode.workspace.openTextDocument({ language: 'rmap', content: FIRST_SCENARIO });
      await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preview: false });
    }),
  );
  return store;
}
