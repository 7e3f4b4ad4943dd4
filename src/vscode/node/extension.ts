/**
 * Entry in VS Code's Node extension host.
 */
import type * as vscode from 'vscode';
import type { RmapLensApi } from '../api';
import { activateIn } from '../extension';

export function activate(context: vscode.ExtensionContext): RmapLensApi {
  return activateIn({ kind: 'node', startWithExplorer: process.env['RMAP_LENS_START'] === '1' }, context);
}
