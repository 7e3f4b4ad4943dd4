/** What a click and the context menu of the Reverse Map view do. */
import * as vscode from 'vscode';
import { incomingCalls } from '../../source/navigation/callGraph';
import { locationOf } from '../anchorPlaces';
import { TITLES } from '../commandIds';
import type { InvariantFocus } from '../invariantFocus';
import { type KernelTree, uriInTree } from '../kernelTree';
import { locationIn, rangeIn } from '../navigation/service';
import { Notice } from '../notice';
import { revealInvariant } from '../revealInvariant';
import type { SourceView } from '../sourceView';
import { Store } from '../store';
import type { FunctionNode, Node, Place } from './nodes';
import type { ReverseMapParts } from './parts';

export interface ReverseMapCommandParts extends ReverseMapParts {
  readonly view: SourceView;
  readonly focus: InvariantFocus;
}

export function registerReverseMapCommands(parts: ReverseMapCommandParts): vscode.Disposable {
  const store = new Store();
  const { log } = parts;
  const open = 'rmapLens.reverseMap.open';
  const openInvariant = 'rmapLens.reverseMap.openInvariant';
  const run = 'rmapLens.reverseMap.run';
  const callers = 'rmapLens.reverseMap.callers';
  store.add(
    log.command(open, TITLES[open], (node: Node | undefined) => {
      if (node?.kind === 'function') return openPlace(parts, node.tree, node.place);
      return node?.kind === 'caller' ? openPlace(parts, node.parent.tree, node.place) : undefined;
    }),
  );
  store.add(
    log.command(openInvariant, TITLES[openInvariant], (node: Node | undefined) =>
      node?.kind === 'invariant'
        ? revealInvariant(parts, node.parent.tree, node.parent.role, node.info)
        : undefined,
    ),
  );
  store.add(
    log.command(run, TITLES[run], (node: Node | undefined) =>
      node?.kind === 'function'
        ? vscode.commands.executeCommand('rmapLens.runFunction', node.role, null, node.tree.root.toString())
        : undefined,
    ),
  );
  store.add(
    log.command(callers, TITLES[callers], (node: Node | undefined) =>
      node?.kind === 'function' ? showCallers(parts, node) : undefined,
    ),
  );
  return store;
}

async function openPlace(
  parts: ReverseMapCommandParts,
  tree: KernelTree,
  { path, span }: Place,
): Promise<void> {
  const navigator = await parts.navigation.navigator(tree, 'file', path);
  const { start, end } = rangeIn(navigator, path, span);
  const at = (position: vscode.Position) => ({
    line: position.line,
    column: position.character,
    offset: 0,
  });
  await parts.view.reveal(tree, locationOf(path, { start: at(start), end: at(end) }), { focus: true });
}

async function showCallers(
  parts: ReverseMapCommandParts,
  { tree, name, place }: FunctionNode,
): Promise<void> {
  await openPlace(parts, tree, place);
  const navigator = await parts.navigation.navigator(tree, 'tree');
  const locations = incomingCalls(navigator, name).flatMap(({ caller, calls }) =>
    calls.map((span) => locationIn({ tree, navigator }, caller.path, span)),
  );
  if (locations.length === 0) {
    throw new Notice(`Nothing calls ${name}() in the files of the reverse map.`, 'info');
  }
  await vscode.commands.executeCommand(
    'editor.action.showReferences',
    uriInTree(tree.root, place.path),
    rangeIn(navigator, place.path, place.span).start,
    locations,
  );
}
