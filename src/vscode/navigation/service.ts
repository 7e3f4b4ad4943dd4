/**
 * What the navigation providers share: the navigator of the tree that a document lies in, with everything typed so far
 * taken over, and the way from its places to the editor's.
 */
import * as vscode from 'vscode';
import { isNavigated } from '../../source/navigation/files';
import { Navigator } from '../../source/navigation/navigator';
import type { Span } from '../../source/text';
import { rangeOf } from '../../source/text';
import type { TreeIndex } from '../../source/treeIndex';
import { type KernelTree, pathInTree, uriInTree } from '../kernelTree';
import type { Log } from '../log';
import type { SourceService } from '../sourceService';
import { Store } from '../store';
import { Politeness } from './politeness';

/** C files and headers; also those that VS Code takes for C++ (`.h`). */
export const C_FILES: vscode.DocumentSelector = [{ language: 'c' }, { language: 'cpp', pattern: '**/*.h' }];

/** A document in a tree. */
export interface Here {
  readonly tree: KernelTree;
  readonly navigator: Navigator;
  /** From the tree's root. */
  readonly path: string;
}

/** What has to be read: the file alone, with the few that most questions are answered from, or all that are searched. */
export type Scope = 'file' | 'near' | 'tree';

/** Names by which a file beyond the usual ones is known to touch the reverse map. */
const TOUCHES = /\banon_vma|\brmap_walk|\banon_rmap|linux\/rmap\.h/;

export class NavigationService implements vscode.Disposable {
  private readonly store = new Store();
  private readonly navigators = new WeakMap<TreeIndex, Navigator>();
  readonly politeness: Politeness;

  constructor(
    private readonly sources: SourceService,
    readonly log: Log,
  ) {
    this.politeness = this.store.add(new Politeness(log));
    this.store.add(
      sources.onDidChangeFiles((tree) => {
        const facts = sources.factsNow(tree);
        if (facts) this.navigators.get(facts)?.forgetFiles();
      }),
    );
  }

  /** True when we answer for plain C in this document. */
  speaks(document: vscode.TextDocument): boolean {
    return this.politeness.speaks(document);
  }

  /** True when we answer for plain C in the tree as a whole: nobody else does, or we are told to. */
  speaksForTree(): boolean {
    return this.politeness.speaksForTree();
  }

  /** The tree that a document lies in and its path there, when it is a file that touches the reverse map. */
  async place(document: vscode.TextDocument): Promise<{ tree: KernelTree; path: string } | null> {
    const tree = await this.sources.trees.around(document.uri);
    const path = tree && pathInTree(tree.root, document.uri);
    if (!tree || path === null || !/\.[ch]$/.test(path)) return null;
    return isNavigated(path) || TOUCHES.test(document.getText()) ? { tree, path } : null;
  }

  /** A document of a tree, read and up to date; null when it is none that navigation answers for. */
  async here(document: vscode.TextDocument, scope: Scope): Promise<Here | null> {
    const place = await this.place(document);
    if (!place) return null;
    const navigator = await this.navigator(place.tree, scope, place.path);
    return { ...place, navigator };
  }

  /** The navigator of a tree with the texts read that `scope` says. */
  async navigator(tree: KernelTree, scope: Scope, path?: string): Promise<Navigator> {
    const facts = await this.sources.facts(tree);
    let navigator = this.navigators.get(facts);
    if (!navigator) {
      navigator = new Navigator(facts, (folder) => listFolder(tree, folder));
      this.navigators.set(facts, navigator);
    }
    if (scope === 'tree') await navigator.ready(path);
    else if (path !== undefined) await (scope === 'near' ? navigator.nearby(path) : facts.ensure([path]));
    // what was typed while files were read
    await this.sources.facts(tree);
    return navigator;
  }

  /** Reads the rest of a tree, so that the next question need not wait for it. */
  readOn({ tree, path }: Here): void {
    void this.log.guard('Reading the kernel tree', () => this.navigator(tree, 'tree', path), undefined);
  }

  dispose(): void {
    this.store.dispose();
  }
}

async function listFolder(tree: KernelTree, folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(uriInTree(tree.root, folder));
    return entries.map(([name, type]) => ({ name, isFolder: (type & vscode.FileType.Directory) !== 0 }));
  } catch {
    return [];
  }
}

/** Range of a span in a file that has been read. */
export function rangeIn({ tree }: Navigator, path: string, span: Span): vscode.Range {
  const { start, end } = rangeOf(tree.file(path)?.lineStarts ?? [0], span);
  return new vscode.Range(start.line, start.column, end.line, end.column);
}

export function locationIn(
  { tree, navigator }: Pick<Here, 'tree' | 'navigator'>,
  path: string,
  span: Span,
): vscode.Location {
  return new vscode.Location(uriInTree(tree.root, path), rangeIn(navigator, path, span));
}

/** Throws when the person no longer wants to know. */
export function checkCancelled(token: vscode.CancellationToken): void {
  if (token.isCancellationRequested) throw new vscode.CancellationError();
}
