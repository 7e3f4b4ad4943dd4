/**
 * The Reverse Map view: the functions of the open tree by their roles, with how far each can be run, its invariants and
 * its callers. A group is read when it is opened.
 */
import * as vscode from 'vscode';
import { type KernelTree, treeTitle } from '../kernelTree';
import { Store } from '../store';
import { childrenOf } from './children';
import { GROUPS } from './groups';
import { itemOf } from './items';
import type { Node } from './nodes';
import type { ReverseMapParts } from './parts';

export const VIEW_ID = 'rmapLens.reverseMap';

/** Groups that begin open. */
const OPEN = new Set(['first fault', 'clone', 'fork', 'unlink']);

/** One group of the view. */
export interface ReverseMapGroup {
  readonly title: string;
  readonly rows: readonly { readonly node: Node; readonly item: vscode.TreeItem }[];
}

export class ReverseMapView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly store = new Store();
  private readonly changed = this.store.add(new vscode.EventEmitter<undefined>());
  private readonly view: vscode.TreeView<Node>;
  private tree: KernelTree | null = null;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly parts: ReverseMapParts) {
    const { sources, control } = parts;
    this.view = this.store.add(
      vscode.window.createTreeView(VIEW_ID, { treeDataProvider: this, showCollapseAll: true }),
    );
    this.store.add(sources.onDidChangeText(() => this.refresh()));
    this.store.add(control.onDidChangeProfile(() => this.refresh()));
  }

  /** The tree that is shown; null shows the welcome. */
  setTree(tree: KernelTree | null): void {
    if (tree?.root.toString() === this.tree?.root.toString() && tree?.version === this.tree?.version) return;
    this.tree = tree;
    this.view.description = tree ? treeTitle(tree) : '';
    this.refresh();
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return itemOf(node, (group) => OPEN.has(group));
  }

  getChildren(node?: Node): Promise<Node[]> {
    return this.parts.log.guard('Reverse Map', async () => {
      const { tree } = this;
      if (node) return childrenOf(this.parts, node);
      return tree ? GROUPS.map((text): Node => ({ kind: 'group', tree, text })) : [];
    }, [{ kind: 'note', text: 'Could not be read; the log says why (Rmap: Show Log).' }]);
  }

  /** What the view holds, for tests: everything is read. */
  async contents(): Promise<ReverseMapGroup[]> {
    const groups = await this.getChildren();
    const contents: ReverseMapGroup[] = [];
    for (const group of groups) {
      const rows = (await this.getChildren(group)).map((node) => ({ node, item: this.getTreeItem(node) }));
      contents.push({ title: String(this.getTreeItem(group).label), rows });
    }
    return contents;
  }

  dispose(): void {
    this.store.dispose();
  }

  private refresh(): void {
    this.changed.fire(undefined);
  }
}
