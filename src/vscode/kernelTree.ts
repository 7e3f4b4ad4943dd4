/**
 * Finding the kernel tree: the folder that a setting names, a workspace folder, or the folder above an open file. A tree
 * is recognised by `mm/rmap.c`; its version comes from the Makefile and is shown to people, never relied on for lines.
 */
import * as vscode from 'vscode';
import { configuration } from './configuration';
import { versionOf } from './kernelVersion';

/** What makes a folder a kernel tree here. */
const MARK = ['mm', 'rmap.c'] as const;

/** How many folders above a file are looked at. */
const HEIGHT_LIMIT = 12;

export interface KernelTree {
  readonly root: vscode.Uri;
  /** `7.3.4`, or null when the Makefile does not say. */
  readonly version: string | null;
}

/** `Linux 7.3.4`, or the folder's name. */
export function treeTitle(tree: KernelTree): string {
  return tree.version === null
    ? (tree.root.path.split('/').filter(Boolean).at(-1) ?? tree.root.path)
    : `Linux ${tree.version}`;
}

/** Path of `uri` from the tree's root, or null if it lies outside. */
export function pathInTree(root: vscode.Uri, uri: vscode.Uri): string | null {
  const base = root.path.endsWith('/') ? root.path : `${root.path}/`;
  const inside = uri.scheme === root.scheme && uri.authority === root.authority && uri.path.startsWith(base);
  return inside ? uri.path.slice(base.length) : null;
}

export function uriInTree(root: vscode.Uri, path: string): vscode.Uri {
  return vscode.Uri.joinPath(root, ...path.split('/'));
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}

function isTree(folder: vscode.Uri): Promise<boolean> {
  return isFile(vscode.Uri.joinPath(folder, ...MARK));
}

/** Finds trees and remembers them by root. */
export class KernelTrees {
  private readonly byRoot = new Map<string, Promise<KernelTree>>();
  /** Root above a folder, by the folder. */
  private readonly above = new Map<string, Promise<vscode.Uri | null>>();

  /** Files that were fetched, for when nothing else is open. */
  private fallback: vscode.Uri | null = null;

  /** Takes a folder for the tree where no editor and no workspace folder leads to one. */
  setFallback(root: vscode.Uri): void {
    this.fallback = root;
  }

  /** The tree that `uri` lies in, or null. */
  async around(uri: vscode.Uri): Promise<KernelTree | null> {
    const configured = this.configuredRoot();
    if (configured && pathInTree(configured, uri) !== null && (await isTree(configured)))
      return this.at(configured);
    const root = await this.rootAbove(parentOf(uri), HEIGHT_LIMIT);
    return root ? this.at(root) : null;
  }

  /** The tree that a run belongs to when nothing else says so. */
  async primary(): Promise<KernelTree | null> {
    const configured = this.configuredRoot();
    if (configured) return (await isTree(configured)) ? this.at(configured) : null;
    const active = vscode.window.activeTextEditor?.document.uri;
    const candidates = [
      ...(active ? [active] : []),
      ...vscode.window.visibleTextEditors.map((editor) => editor.document.uri),
    ];
    for (const uri of candidates) {
      const tree = await this.around(uri);
      if (tree) return tree;
    }
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) if (await isTree(uri)) return this.at(uri);
    return this.fallback && (await isTree(this.fallback)) ? this.at(this.fallback) : null;
  }

  /** Forgets what was found, after folders or settings have changed. */
  forget(): void {
    this.byRoot.clear();
    this.above.clear();
  }

  /** The folder that the setting names, in the file system of the workspace. */
  configuredRoot(): vscode.Uri | null {
    const path = configuration.kernelPath();
    if (path === '') return null;
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return vscode.Uri.parse(path);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    if (/^(\/|[a-z]:[\\/])/i.test(path))
      return folder && folder.scheme !== 'file' ? folder.with({ path }) : vscode.Uri.file(path);
    return folder ? vscode.Uri.joinPath(folder, path) : null;
  }

  /** The tree whose root is known. */
  at(root: vscode.Uri): Promise<KernelTree> {
    const key = root.toString();
    let tree = this.byRoot.get(key);
    if (!tree) {
      tree = readTree(root);
      this.byRoot.set(key, tree);
    }
    return tree;
  }

  private rootAbove(folder: vscode.Uri, height: number): Promise<vscode.Uri | null> {
    const key = folder.toString();
    let root = this.above.get(key);
    if (!root) {
      root = this.look(folder, height);
      this.above.set(key, root);
    }
    return root;
  }

  private async look(folder: vscode.Uri, height: number): Promise<vscode.Uri | null> {
    if (await isTree(folder)) return folder;
    const parent = parentOf(folder);
    return height === 0 || parent.path === folder.path ? null : this.rootAbove(parent, height - 1);
  }
}

function parentOf(uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(uri, '..');
}

async function readTree(root: vscode.Uri): Promise<KernelTree> {
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(root, 'Makefile'));
    return { root, version: versionOf(new TextDecoder().decode(bytes.subarray(0, 4096))) };
  } catch {
    return { root, version: null };
  }
}

export function sameTree(a: KernelTree, b: KernelTree): boolean {
  return a.root.toString() === b.root.toString();
}
