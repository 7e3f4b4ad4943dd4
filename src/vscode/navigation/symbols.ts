/** Outline and breadcrumbs of a file, and Go to Symbol in Workspace over the files of the reverse map. */
import * as vscode from 'vscode';
import type { Navigator } from '../../source/navigation/navigator';
import {
  matchesLoosely,
  type OutlineSymbol,
  outlineOf,
  type SymbolKind,
} from '../../source/navigation/outline';
import type { KernelTree } from '../kernelTree';
import type { SourceService } from '../sourceService';
import { nextTurn } from '../turns';
import { C_FILES, checkCancelled, locationIn, type NavigationService, rangeIn } from './service';

/** Symbols given for one search; VS Code ranks them, and asks again as the person types on. */
const MAX_SYMBOLS = 512;

/** Files indexed between two looks at whether anything else is waiting. */
const FILES_AT_ONCE = 4;

const KINDS: Readonly<Record<SymbolKind, vscode.SymbolKind>> = {
  function: vscode.SymbolKind.Function,
  prototype: vscode.SymbolKind.Interface,
  struct: vscode.SymbolKind.Struct,
  union: vscode.SymbolKind.Struct,
  member: vscode.SymbolKind.Field,
  enum: vscode.SymbolKind.Enum,
  enumerator: vscode.SymbolKind.EnumMember,
  macro: vscode.SymbolKind.Constant,
  variable: vscode.SymbolKind.Variable,
  typedef: vscode.SymbolKind.TypeParameter,
  invocation: vscode.SymbolKind.Event,
};

export function registerDocumentSymbols(service: NavigationService): vscode.Disposable {
  return vscode.languages.registerDocumentSymbolProvider(
    C_FILES,
    {
      provideDocumentSymbols: (document) =>
        service.log.guard('Outline', () => documentSymbols(service, document), []),
    },
    { label: 'Rmap Lens' },
  );
}

async function documentSymbols(
  service: NavigationService,
  document: vscode.TextDocument,
): Promise<vscode.DocumentSymbol[]> {
  if (!service.speaks(document)) return [];
  const here = await service.here(document, 'file');
  const index = here?.navigator.tree.file(here.path);
  if (!here || !index) return [];
  const symbolOf = ({
    kind,
    name,
    detail,
    span,
    nameSpan,
    children,
  }: OutlineSymbol): vscode.DocumentSymbol => {
    const range = rangeIn(here.navigator, here.path, span);
    const selection = rangeIn(here.navigator, here.path, nameSpan);
    const whole = range.contains(selection) ? range : range.union(selection);
    const symbol = new vscode.DocumentSymbol(name, detail, KINDS[kind], whole, selection);
    symbol.children = children.map(symbolOf);
    return symbol;
  };
  return outlineOf(index).map(symbolOf);
}

export function registerWorkspaceSymbols(
  service: NavigationService,
  sources: SourceService,
): vscode.Disposable {
  return vscode.languages.registerWorkspaceSymbolProvider({
    provideWorkspaceSymbols: (query, token) =>
      service.log.guard('Symbols', async () => {
        const tree = query === '' || !service.speaksForTree() ? null : await sources.trees.primary();
        return tree ? symbolsNamed(service, tree, query, token) : [];
      }, []),
  });
}

async function symbolsNamed(
  service: NavigationService,
  tree: KernelTree,
  query: string,
  token: vscode.CancellationToken,
): Promise<vscode.SymbolInformation[]> {
  const navigator = await service.navigator(tree, 'tree');
  const found: vscode.SymbolInformation[] = [];
  const files = await navigator.files();
  for (const [count, path] of files.entries()) {
    addSymbols(navigator, tree, path, query, found);
    if (found.length >= MAX_SYMBOLS) break;
    if (count % FILES_AT_ONCE === 0) {
      await nextTurn();
      checkCancelled(token);
    }
  }
  return found;
}

function addSymbols(
  navigator: Navigator,
  tree: KernelTree,
  path: string,
  query: string,
  found: vscode.SymbolInformation[],
): void {
  const index = navigator.tree.file(path);
  if (!index) return;
  const add = (symbol: OutlineSymbol, container: string): void => {
    const isListed = symbol.kind !== 'prototype' && symbol.kind !== 'invocation';
    if (isListed && found.length < MAX_SYMBOLS && matchesLoosely(symbol.name, query)) {
      const location = locationIn({ tree, navigator }, path, symbol.nameSpan);
      found.push(new vscode.SymbolInformation(symbol.name, KINDS[symbol.kind], container, location));
    }
    for (const child of symbol.children) add(child, symbol.name);
  };
  for (const symbol of outlineOf(index)) add(symbol, path);
}
