/** Go to References, and the highlights of the name under the cursor. */
import * as vscode from 'vscode';
import { C_FILES, checkCancelled, type Here, locationIn, type NavigationService, rangeIn } from './service';

export function registerReferences(service: NavigationService): vscode.Disposable {
  const { log } = service;
  return vscode.Disposable.from(
    vscode.languages.registerReferenceProvider(C_FILES, {
      provideReferences: (document, position, { includeDeclaration }, token) =>
        log.guard(
          'References',
          () => referencesAt(service, document, position, includeDeclaration, token),
          [],
        ),
    }),
    vscode.languages.registerDocumentHighlightProvider(C_FILES, {
      provideDocumentHighlights: (document, position) =>
        log.guard('Highlights', () => highlightsAt(service, document, position), []),
    }),
  );
}

async function referencesAt(
  service: NavigationService,
  document: vscode.TextDocument,
  position: vscode.Position,
  includeDeclaration: boolean,
  token: vscode.CancellationToken,
): Promise<vscode.Location[]> {
  if (!service.speaks(document)) return [];
  const here = await service.here(document, 'tree');
  checkCancelled(token);
  const found = here?.navigator.targetAt(here.path, document.offsetAt(position));
  if (!here || !found) return [];
  // headers beyond the usual ones may define it
  await here.navigator.definitions(found.target, here.path);
  checkCancelled(token);
  return here.navigator
    .references(found.target, here.path)
    .filter(({ isDefinition }) => includeDeclaration || !isDefinition)
    .map(({ path, span }) => locationIn(here, path, span));
}

/** Of the file alone, so that moving the cursor stays cheap. */
async function highlightsAt(
  service: NavigationService,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.DocumentHighlight[]> {
  if (!service.speaks(document)) return [];
  const here = await service.here(document, 'file');
  const found = here?.navigator.targetAt(here.path, document.offsetAt(position));
  if (!here || !found || found.target.kind === 'include') return [];
  const { target } = found;
  const spans = target.kind === 'local' ? target.uses : here.navigator.usesIn(here.path, target);
  return spans.map((span) => {
    const range = rangeIn(here.navigator, here.path, span);
    return new vscode.DocumentHighlight(range, highlightKind(here, span.end));
  });
}

/** A place that is written to, judged by the operator behind it. */
function highlightKind({ navigator, path }: Here, end: number): vscode.DocumentHighlightKind {
  const next = navigator.tree.text(path)?.slice(end, end + 8) ?? '';
  return /^\s*(?:[-+*/%&|^]|<<|>>)?=(?!=)|^\s*(?:\+\+|--)/.test(next)
    ? vscode.DocumentHighlightKind.Write
    : vscode.DocumentHighlightKind.Read;
}
