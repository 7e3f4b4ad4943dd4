/** Registers the navigation features, one file each. */
import type * as vscode from 'vscode';
import type { SourceService } from '../sourceService';
import { Store } from '../store';
import { registerCallHierarchy } from './callHierarchy';
import { registerDefinitions } from './definition';
import { registerFolding } from './folding';
import { registerReferences } from './references';
import type { NavigationService } from './service';
import { registerNavigationStatus } from './status';
import { registerDocumentSymbols, registerWorkspaceSymbols } from './symbols';

export function registerNavigation(service: NavigationService, sources: SourceService): vscode.Disposable {
  const store = new Store();
  store.add(registerDefinitions(service));
  store.add(registerReferences(service));
  store.add(registerCallHierarchy(service));
  store.add(registerWorkspaceSymbols(service, sources));
  store.add(registerNavigationStatus(service));
  // VS Code asks for these again only when their provider is another one
  let drawn: vscode.Disposable[] = [];
  const draw = (): void => {
    undraw();
    drawn = [registerDocumentSymbols(service), registerFolding(service)];
  };
  const undraw = (): void => {
    for (const each of drawn) each.dispose();
    drawn = [];
  };
  draw();
  store.add(service.politeness.onDidChange(draw));
  store.add({ dispose: undraw });
  return store;
}
