/**
 * Entry in VS Code's web worker extension host (vscode.dev, github.dev).
 */
import type * as vscode from 'vscode';
import type { RmapLensApi } from '../api';
import { activateIn } from '../extension';

export function activate(context: vscode.ExtensionContext): RmapLensApi {
  return activateIn({ kind: 'web', startWithExplorer: false }, context);
}
