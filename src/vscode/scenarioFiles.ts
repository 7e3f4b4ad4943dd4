/**
 * The scenarios of the workspace that are tests, as items of the Test Explorer: files on disk, and in their place
 * the text that is open and perhaps not saved.
 */
import * as vscode from 'vscode';
import { parseScenario } from '../scenario/parser';
import { titleOf } from '../scenario/runner';
import { headLineOf, isTest } from '../scenario/testReport';
import { configuration } from './configuration';
import type { Log } from './log';
import { SCENARIO_LANGUAGE } from './scenarioParsing';
import { Store } from './store';
import { nextTurn } from './turns';

const PATTERN = '**/*.rmap';
/** Bytes of a file that is read as a scenario. */
const SIZE_LIMIT = 1024 * 1024;
/** Files that are read at once. */
const AT_ONCE = 16;
/** Milliseconds without typing before a document is looked at again. */
const QUIET = 250;
/** Id of the item that says that there are more files than were looked at. */
export const NOTICE_ID = 'rmapLens.moreScenarios';

export class ScenarioFiles implements vscode.Disposable {
  private readonly store = new Store();
  private readonly updated = this.store.add(new vscode.EventEmitter<vscode.TestItem>());
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private discovery: Promise<void> | null = null;
  /** The text of an item has changed. */
  readonly onDidUpdate = this.updated.event;

  constructor(
    private readonly controller: vscode.TestController,
    private readonly log: Log,
  ) {
    const { workspace } = vscode;
    const watcher = this.store.add(workspace.createFileSystemWatcher(PATTERN));
    this.store.add(watcher.onDidCreate((uri) => this.readSoon(uri)));
    this.store.add(watcher.onDidChange((uri) => this.readSoon(uri)));
    this.store.add(watcher.onDidDelete((uri) => this.controller.items.delete(uri.toString())));
    this.store.add(workspace.onDidOpenTextDocument((document) => this.take(document)));
    this.store.add(workspace.onDidChangeTextDocument(({ document }) => this.takeSoon(document)));
    this.store.add(
      workspace.onDidCloseTextDocument(({ uri, languageId }) => {
        // what was typed and not saved is gone
        if (languageId === SCENARIO_LANGUAGE) this.readSoon(uri);
      }),
    );
    this.store.add(
      workspace.onDidChangeWorkspaceFolders(() => {
        if (this.discovery) void this.discover();
      }),
    );
    for (const document of workspace.textDocuments) this.take(document);
  }

  /** Looks for scenarios, unless that has been done. */
  discovered(): Promise<void> {
    this.discovery ??= this.discover();
    return this.discovery;
  }

  /** Looks for scenarios anew. */
  discover(token?: vscode.CancellationToken): Promise<void> {
    this.discovery = this.log.guard('Looking for scenarios', () => this.look(token), undefined);
    return this.discovery;
  }

  /** The text of a scenario: that of the editor before that of the file. */
  async textOf(uri: vscode.Uri): Promise<string> {
    const open = openDocument(uri);
    if (open) return open.getText();
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > SIZE_LIMIT)
      throw new Error(`The file is larger than ${SIZE_LIMIT / 1024} KiB: split it into several scenarios.`);
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.store.dispose();
  }

  private async look(token?: vscode.CancellationToken): Promise<void> {
    const limit = configuration.testFileLimit();
    const found = await vscode.workspace.findFiles(PATTERN, undefined, limit + 1, token);
    const uris = found.slice(0, limit);
    const wanted = new Set(uris.map(String));
    for (const [id, item] of this.controller.items)
      if (!wanted.has(id) && !(item.uri && openDocument(item.uri))) this.controller.items.delete(id);
    for (let at = 0; at < uris.length && !token?.isCancellationRequested; at += AT_ONCE) {
      await Promise.all(uris.slice(at, at + AT_ONCE).map((uri) => this.read(uri)));
      // other things want the extension host as well
      await nextTurn();
    }
    if (found.length > limit) this.controller.items.add(this.notice(limit));
  }

  /** The bound that was reached, where a person looks for the rest. */
  private notice(limit: number): vscode.TestItem {
    const item = this.controller.createTestItem(NOTICE_ID, `Only ${limit} scenario files were looked at`);
    item.sortText = '~';
    item.error =
      'There are more `.rmap` files. The setting `rmapLens.tests.fileLimit` says how many are listed.';
    this.log.warn(`The Test Explorer lists ${limit} scenario files; there are more.`);
    return item;
  }

  private async read(uri: vscode.Uri): Promise<void> {
    if (!isInWorkspace(uri)) return;
    try {
      this.put(uri, await this.textOf(uri));
    } catch (error) {
      await this.unreadable(uri, error);
    }
  }

  /** A file that is there and cannot be read is listed with the reason; one that is gone is not. */
  private async unreadable(uri: vscode.Uri, error: unknown): Promise<void> {
    try {
      await vscode.workspace.fs.stat(uri);
    } catch {
      this.controller.items.delete(uri.toString());
      return;
    }
    const item = this.item(uri, nameOf(uri));
    item.error = error instanceof Error ? error.message : String(error);
  }

  private readSoon(uri: vscode.Uri): void {
    this.soon(uri, () => this.read(uri));
  }

  private take(document: vscode.TextDocument): void {
    if (document.languageId !== SCENARIO_LANGUAGE || !isInWorkspace(document.uri)) return;
    this.put(document.uri, document.getText());
  }

  private takeSoon(document: vscode.TextDocument): void {
    if (document.languageId !== SCENARIO_LANGUAGE || !isInWorkspace(document.uri)) return;
    this.soon(document.uri, () => {
      if (!document.isClosed) this.take(document);
    });
  }

  private soon(uri: vscode.Uri, run: () => void | Promise<void>): void {
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        void this.log.guard('Reading a scenario', run, undefined);
      }, QUIET),
    );
  }

  private put(uri: vscode.Uri, text: string): void {
    const scenario = parseScenario(text);
    if (!isTest(scenario)) {
      this.controller.items.delete(uri.toString());
      return;
    }
    const item = this.item(uri, titleOf(scenario) || nameOf(uri));
    const line = headLineOf(scenario) - 1;
    item.range = new vscode.Range(line, 0, line, 0);
    item.error = undefined;
    this.updated.fire(item);
  }

  private item(uri: vscode.Uri, label: string): vscode.TestItem {
    const id = uri.toString();
    const path = vscode.workspace.asRelativePath(uri);
    const item = this.controller.items.get(id) ?? this.controller.createTestItem(id, label, uri);
    item.label = label;
    item.description = path;
    item.sortText = path;
    this.controller.items.add(item);
    return item;
  }
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const id = uri.toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === id);
}

function isInWorkspace(uri: vscode.Uri): boolean {
  return vscode.workspace.getWorkspaceFolder(uri) !== undefined;
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.split('/').at(-1) ?? uri.path;
}
