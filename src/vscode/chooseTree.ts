/**
 * The ways to a kernel tree, for someone who has none open: asked for by the explorer where it can show no source.
 */
import * as vscode from 'vscode';

interface Way extends vscode.QuickPickItem {
  readonly command: string;
  readonly args: readonly unknown[];
}

const WAYS: readonly Way[] = [
  {
    label: 'Get kernel files…',
    detail: 'The few dozen files that matter, of a version that you choose',
    command: 'rmapLens.getKernelFiles',
    args: [],
  },
  {
    label: 'Open a folder with Linux sources…',
    detail: 'The folder becomes the workspace of this window',
    command: 'vscode.openFolder',
    args: [],
  },
  {
    label: 'Set the path of a kernel tree…',
    detail: 'For a tree that is not the workspace: rmapLens.kernelPath',
    command: 'workbench.action.openSettings',
    args: ['rmapLens.kernelPath'],
  },
];

/** Lets a person choose, and goes the way that was chosen. */
export async function chooseTree(): Promise<void> {
  const known = new Set(await vscode.commands.getCommands(true));
  const chosen = await vscode.window.showQuickPick(
    WAYS.filter(({ command }) => known.has(command)),
    { title: 'Kernel Tree', placeHolder: 'Each step of a run then shows its line in the source' },
  );
  if (chosen) await vscode.commands.executeCommand(chosen.command, ...chosen.args);
}
