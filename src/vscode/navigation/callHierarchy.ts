/** Call hierarchy: who calls a function (in macros too), and what it calls. */
import * as vscode from 'vscode';
import { incomingCalls, outgoingCalls } from '../../source/navigation/callGraph';
import type { Definition } from '../../source/navigation/target';
import type { KernelTree } from '../kernelTree';
import { C_FILES, checkCancelled, type Here, locationIn, type NavigationService, rangeIn } from './service';

/** An item that remembers what it stands for. */
class FunctionItem extends vscode.CallHierarchyItem {
  constructor(
    readonly tree: KernelTree,
    readonly definition: Definition,
    uri: vscode.Uri,
    range: vscode.Range,
    selection: vscode.Range,
  ) {
    const kind = definition.kind === 'macro' ? vscode.SymbolKind.Constant : vscode.SymbolKind.Function;
    const isFile = definition.kind === 'file';
    super(isFile ? vscode.SymbolKind.File : kind, definition.name, definition.path, uri, range, selection);
  }
}

export function registerCallHierarchy(service: NavigationService): vscode.Disposable {
  const { log } = service;
  return vscode.languages.registerCallHierarchyProvider(C_FILES, {
    prepareCallHierarchy: (document, position) =>
      log.guard('Call hierarchy', () => prepare(service, document, position), undefined),
    provideCallHierarchyIncomingCalls: (item, token) =>
      log.guard('Callers', () => incoming(service, item, token), []),
    provideCallHierarchyOutgoingCalls: (item, token) =>
      log.guard('Callees', () => outgoing(service, item, token), []),
  });
}

function itemOf(here: Pick<Here, 'tree' | 'navigator'>, definition: Definition): FunctionItem {
  const { path, span, nameSpan } = definition;
  const { uri, range: selection } = locationIn(here, path, nameSpan);
  const whole = rangeIn(here.navigator, path, span);
  const range = whole.contains(selection) ? whole : selection;
  return new FunctionItem(here.tree, definition, uri, range, selection);
}

async function prepare(
  service: NavigationService,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.CallHierarchyItem[] | undefined> {
  if (!service.speaks(document)) return undefined;
  const here = await service.here(document, 'tree');
  const found = here?.navigator.targetAt(here.path, document.offsetAt(position));
  if (!here || found?.target.kind !== 'name') return undefined;
  const definitions = await here.navigator.definitions(found.target, here.path);
  const callable = definitions.filter(
    ({ kind }) => kind === 'function' || kind === 'macro' || kind === 'prototype',
  );
  return callable.length > 0 ? callable.map((definition) => itemOf(here, definition)) : undefined;
}

/** The same definition as the item's in the present text: it may have moved or gone since. */
async function current(service: NavigationService, item: vscode.CallHierarchyItem) {
  if (!(item instanceof FunctionItem)) return null;
  const navigator = await service.navigator(item.tree, 'tree', item.definition.path);
  const { name, path, kind, nameSpan } = item.definition;
  const all = navigator.lookup.definitions(name).filter((one) => one.path === path && one.kind === kind);
  const nearest = all.sort(
    (a, b) => Math.abs(a.nameSpan.start - nameSpan.start) - Math.abs(b.nameSpan.start - nameSpan.start),
  )[0];
  return { tree: item.tree, navigator, definition: nearest ?? item.definition };
}

async function incoming(
  service: NavigationService,
  item: vscode.CallHierarchyItem,
  token: vscode.CancellationToken,
): Promise<vscode.CallHierarchyIncomingCall[]> {
  const here = await current(service, item);
  checkCancelled(token);
  if (!here || here.definition.kind === 'file') return [];
  const { name, path, isPrivate } = here.definition;
  return incomingCalls(here.navigator, name)
    .filter(({ caller }) => !isPrivate || caller.path === path)
    .map(
      ({ caller, calls }) =>
        new vscode.CallHierarchyIncomingCall(
          itemOf(here, caller),
          calls.map((span) => rangeIn(here.navigator, caller.path, span)),
        ),
    );
}

async function outgoing(
  service: NavigationService,
  item: vscode.CallHierarchyItem,
  token: vscode.CancellationToken,
): Promise<vscode.CallHierarchyOutgoingCall[]> {
  const here = await current(service, item);
  checkCancelled(token);
  if (here?.definition.kind !== 'function') return [];
  const { path, span } = here.definition;
  return outgoingCalls(here.navigator, path, span).map(
    ({ callee, calls }) =>
      new vscode.CallHierarchyOutgoingCall(
        itemOf(here, callee),
        calls.map((place) => rangeIn(here.navigator, path, place)),
      ),
  );
}
