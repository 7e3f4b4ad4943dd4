/**
 * Facts of kernel trees for the editor: wasm and index are loaded when something first asks, open buffers count before
 * files, and edits are taken over before the next question is answered.
 */
import * as vscode from 'vscode';
import { KernelParser } from '../source/parser';
import { TreeIndex } from '../source/treeIndex';
import { configuration } from './configuration';
import { type KernelTree, KernelTrees, pathInTree, uriInTree } from './kernelTree';
import type { Log } from './log';
import { Store } from './store';

/** Milliseconds without typing after which places are looked for again. */
const QUIET = 200;

/** Files that navigation reads; changes of others on disk are of no interest. */
const WATCHED = ['mm/{*,*/*}.{c,h}', 'include/linux/*.h', 'kernel/{fork,exit}.c', 'fs/exec.c'];

/** One tree with its index. */
interface OpenTree {
  readonly tree: KernelTree;
  readonly facts: TreeIndex;
  /** Paths whose text may have changed since the index was last asked. */
  readonly stale: Set<string>;
  readonly store: Store;
}

export interface TreeChange {
  readonly tree: KernelTree;
  readonly paths: ReadonlySet<string>;
}

export class SourceService implements vscode.Disposable {
  readonly trees = new KernelTrees();
  private readonly store = new Store();
  private readonly open = new Map<string, Promise<OpenTree>>();
  private readonly settled = new Map<string, OpenTree>();
  private readonly changed = this.store.add(new vscode.EventEmitter<TreeChange>());
  private readonly filesChanged = this.store.add(new vscode.EventEmitter<KernelTree>());
  private readonly layoutChanged = this.store.add(new vscode.EventEmitter<void>());
  private loading: Promise<KernelParser> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ended = false;
  /** Text of a tree has changed, and the typing has paused. */
  readonly onDidChangeText = this.changed.event;
  /** A file of a tree came or went. */
  readonly onDidChangeFiles = this.filesChanged.event;
  /** Which trees there are may have changed. */
  readonly onDidChangeTrees = this.layoutChanged.event;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly log: Log,
  ) {
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.touch(document.uri);
      }),
    );
    // what was typed and not saved is gone
    this.store.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.touch(uri)));
    this.store.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.forget()));
    this.store.add(configuration.onDidChange(['kernelPath'], () => this.forget()));
  }

  /** True once the parser has been asked for. */
  get wasmLoaded(): boolean {
    return this.loading !== null;
  }

  /** The index of a tree, with everything typed so far taken over. */
  async facts(tree: KernelTree): Promise<TreeIndex> {
    const key = tree.root.toString();
    let opening = this.open.get(key);
    if (!opening) {
      opening = this.openTree(tree);
      this.open.set(key, opening);
      opening.catch(() => this.open.delete(key));
    }
    const open = await opening;
    this.flush(open);
    return open.facts;
  }

  /** The index of a tree if it has been opened, with everything typed so far taken over. */
  factsNow(tree: KernelTree): TreeIndex | null {
    const open = this.settled.get(tree.root.toString());
    if (!open) return null;
    this.flush(open);
    return open.facts;
  }

  /** Takes a folder for the tree where nothing that is open leads to one. */
  useWithoutWorkspace(root: vscode.Uri): void {
    this.trees.setFallback(root);
    this.forget();
  }

  /** Text of a file of a tree as it stands in the editor; undefined when there is none. */
  text(tree: KernelTree, path: string): Promise<string | undefined> {
    return readPath(tree.root, path);
  }

  /** The same as it was last saved. */
  savedText(tree: KernelTree, path: string): Promise<string | undefined> {
    return readSaved(uriInTree(tree.root, path));
  }

  /** tree-sitter and its C grammar, loaded when first asked for. */
  kernelParser(): Promise<KernelParser> {
    return this.parser();
  }

  dispose(): void {
    this.ended = true;
    clearTimeout(this.timer);
    for (const open of this.settled.values()) close(open);
    this.settled.clear();
    this.open.clear();
    this.store.dispose();
    // one that is still loading is deleted when it is there
    void this.loading?.then(
      (parser) => parser.delete(),
      () => undefined,
    );
  }

  private parser(): Promise<KernelParser> {
    if (!this.loading) {
      this.loading = this.loadParser();
      this.loading.catch(() => {
        this.loading = null;
      });
    }
    return this.loading;
  }

  private async loadParser(): Promise<KernelParser> {
    const read = (name: string) =>
      vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.extensionUri, 'dist', name));
    const [runtime, language] = await Promise.all([read('web-tree-sitter.wasm'), read('tree-sitter-c.wasm')]);
    return KernelParser.create({ runtime, language });
  }

  private async openTree(tree: KernelTree): Promise<OpenTree> {
    const began = performance.now();
    const parser = await this.parser();
    const facts = new TreeIndex(parser, (path) => readPath(tree.root, path));
    const open: OpenTree = { tree, facts, stale: new Set(), store: new Store() };
    if (this.ended) {
      close(open);
      throw new vscode.CancellationError();
    }
    this.watch(open);
    this.settled.set(tree.root.toString(), open);
    this.log.info(
      `Reading the kernel tree ${tree.root.toString(true)} (${tree.version ?? 'unknown version'}); ` +
        `parser ready after ${Math.round(performance.now() - began)} ms`,
    );
    return open;
  }

  /** Files of the tree that change on disk: a checkout, another editor. */
  private watch(open: OpenTree): void {
    for (const pattern of WATCHED) {
      const watcher = open.store.add(
        vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(open.tree.root, pattern)),
      );
      const touched = (uri: vscode.Uri) => {
        // an open buffer reports its changes itself
        if (!openDocument(uri)) this.touch(uri);
      };
      open.store.add(watcher.onDidChange(touched));
      const cameOrWent = (uri: vscode.Uri) => {
        touched(uri);
        this.filesChanged.fire(open.tree);
      };
      open.store.add(watcher.onDidCreate(cameOrWent));
      open.store.add(watcher.onDidDelete(cameOrWent));
    }
  }

  private touch(uri: vscode.Uri): void {
    let known = false;
    for (const { tree, stale } of this.settled.values()) {
      const path = pathInTree(tree.root, uri);
      if (path === null || !/\.[ch]$/.test(path)) continue;
      stale.add(path);
      this.pending.set(tree, (this.pending.get(tree) ?? new Set()).add(path));
      known = true;
    }
    if (!known) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.announce(), QUIET);
  }

  /** Paths touched since the last announcement, by tree. */
  private readonly pending = new Map<KernelTree, Set<string>>();

  private announce(): void {
    const pending = [...this.pending];
    this.pending.clear();
    for (const [tree, paths] of pending) this.changed.fire({ tree, paths });
  }

  private flush({ tree, facts, stale }: OpenTree): void {
    for (const path of stale) {
      const document = openDocument(uriInTree(tree.root, path));
      if (!document) facts.invalidate(path);
      else if (facts.text(path) !== undefined) facts.update(path, document.getText());
    }
    stale.clear();
  }

  private forget(): void {
    this.trees.forget();
    this.layoutChanged.fire();
  }
}

function close(open: OpenTree): void {
  open.store.dispose();
  open.facts.delete();
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find(
    (document) => !document.isClosed && document.uri.toString() === key,
  );
}

async function readPath(root: vscode.Uri, path: string): Promise<string | undefined> {
  const uri = uriInTree(root, path);
  return openDocument(uri)?.getText() ?? readSaved(uri);
}

async function readSaved(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
