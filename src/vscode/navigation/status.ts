/** Says in the language status of a C file who answers for plain C there, and leads to the setting. */
import * as vscode from 'vscode';
import { Store } from '../store';
import { C_FILES, type NavigationService } from './service';

export function registerNavigationStatus(service: NavigationService): vscode.Disposable {
  const store = new Store();
  let item: vscode.LanguageStatusItem | undefined;
  const clear = (): void => {
    item?.dispose();
    item = undefined;
  };
  const update = async (): Promise<void> => {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !(await service.place(document))) {
      clear();
      return;
    }
    item ??= vscode.languages.createLanguageStatusItem('rmapLens.navigation', C_FILES);
    const { speaks, why } = service.politeness.verdict(document);
    item.name = 'C navigation';
    item.text = speaks ? 'C navigation: Rmap Lens' : 'C navigation: not Rmap Lens';
    item.detail = why;
    item.command = {
      title: 'Setting',
      command: 'workbench.action.openSettings',
      arguments: ['rmapLens.navigation.enabled'],
    };
  };
  const look = () => void service.log.guard('C navigation', update, undefined);
  store.add(vscode.window.onDidChangeActiveTextEditor(look));
  store.add(service.politeness.onDidChange(look));
  store.add({ dispose: clear });
  look();
  return store;
}
