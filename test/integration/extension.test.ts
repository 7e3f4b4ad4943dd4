// The extension as VS Code sees it, in both extension hosts.
import * as vscode from 'vscode';
import { equal, ok } from '../support/assert';

const ID = 'rmap-lens.rmap-lens';

describe('extension', () => {
  it('is found and activates', async () => {
    const extension = vscode.extensions.getExtension(ID);
    ok(extension, `${ID} is not installed`);
    await extension.activate();
    equal(extension.isActive, true);
  });

  it('registers every command that its manifest contributes', async () => {
    const extension = vscode.extensions.getExtension(ID);
    const contributed: { command: string }[] = extension?.packageJSON.contributes?.commands ?? [];
    const registered = new Set(await vscode.commands.getCommands(true));
    ok(contributed.length > 0, 'the manifest contributes no command');
    const missing = contributed.map(({ command }) => command).filter((command) => !registered.has(command));
    equal(missing.join(', '), '');
  });
});
