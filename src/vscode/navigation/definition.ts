/** Go to Definition and Go to Declaration: locals by their block, members by their struct, the rest by name. */
import * as vscode from 'vscode';
import type { Definition, FoundTarget } from '../../source/navigation/target';
import { C_FILES, type Here, locationIn, type NavigationService, rangeIn } from './service';

/** Definitions given for one name; more would only be a list to scroll through. */
const MAX_DEFINITIONS = 50;

export function registerDefinitions(service: NavigationService): vscode.Disposable {
  return vscode.languages.registerDefinitionProvider(C_FILES, {
    provideDefinition: (document, position) =>
      service.log.guard('Definition', () => definitionsAt(service, document, position), []),
  });
}

interface Answer {
  readonly here: Here;
  readonly found: FoundTarget;
  readonly definitions: readonly Definition[];
}

/** From the few files that nearly all questions are about, where they tell it; else from all of them. */
async function answerAt(
  service: NavigationService,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<Answer | null> {
  const near = await service.here(document, 'near');
  const early = near?.navigator.nearDefinitions(near.path, document.offsetAt(position));
  if (near && early) {
    service.readOn(near);
    return { here: near, ...early };
  }
  const here = near && (await service.here(document, 'tree'));
  const found = here?.navigator.targetAt(here.path, document.offsetAt(position));
  if (!here || !found) return null;
  return { here, found, definitions: await here.navigator.definitions(found.target, here.path) };
}

async function definitionsAt(
  service: NavigationService,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.LocationLink[]> {
  if (!service.speaks(document) && !(await service.politeness.knowsNone(document, position))) return [];
  const { here, found, definitions } = (await answerAt(service, document, position)) ?? {};
  if (!here || !found || !definitions) return [];
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
