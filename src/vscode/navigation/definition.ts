/** Go to Definition and Go to Declaration: locals by their block, members by their struct, the rest by name. */
import * as vscode from 'vscode';
import { C_FILES, locationIn, type NavigationService, rangeIn } from './service';

/** Definitions given for one name; more would only be a list to scroll through. */
const MAX_DEFINITIONS = 50;

export function registerDefinitions(service: NavigationService): vscode.Disposable {
  return vscode.languages.registerDefinitionProvider(C_FILES, {
    provideDefinition: (document, position) =>
      service.log.guard('Definition', () => definitionsAt(service, document, position), []),
  });
}

async function definitionsAt(
  service: NavigationService,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.LocationLink[]> {
  if (!service.speaks(document)) return [];
  const here = await service.here(document, 'tree');
  const found = here?.navigator.targetAt(here.path, document.offsetAt(position));
  if (!here || !found) return [];
  const definitions = await here.navigator.definitions(found.target, here.path);
  const originSelectionRange = rangeIn(here.navigator, here.path, found.word);
  return definitions.slice(0, MAX_DEFINITIONS).map(({ path, span, nameSpan }) => {
    const { uri, range } = locationIn(here, path, nameSpan);
    const whole = rangeIn(here.navigator, path, span);
    return {
      originSelectionRange,
      targetUri: uri,
      targetRange: whole.contains(range) ? whole : range,
      targetSelectionRange: range,
    };
  });
}
