/**
 * “Rmap: Get Kernel Files…”: for people without a kernel tree. Brings the files that matter into the extension's own
 * storage, where they are a tree like any other, and opens it.
 */
import * as vscode from 'vscode';
import { readVersion } from '../source/kernelFiles';
import { TITLES } from './commandIds';
import { configuration } from './configuration';
import { downloadKernel } from './kernelDownload';
import { uriInTree } from './kernelTree';
import type { Log } from './log';
import { Notice } from './notice';
import { choose } from './runCommands';
import type { RunControl } from './runControl';
import { releases } from './simulator';
import type { SourceService } from './sourceService';
import { Store } from './store';

/** Version whose files are used where no other tree is open. */
const USED = 'kernelFiles.version';
const FIRST_FILE = 'mm/rmap.c';
const UNFINISHED = '.unfinished';

export interface KernelFilesParts {
  readonly storage: vscode.Uri;
  readonly memento: vscode.Memento;
  readonly sources: SourceService;
  readonly control: RunControl;
  readonly log: Log;
}

export class KernelFiles implements vscode.Disposable {
  private readonly store = new Store();

  constructor(private readonly parts: KernelFilesParts) {
    const { log, sources, memento } = parts;
    this.store.add(
      log.command('rmapLens.getKernelFiles', TITLES['rmapLens.getKernelFiles'], (version: unknown) =>
        this.get(typeof version === 'string' ? version : null),
      ),
    );
    const used = memento.get<string>(USED);
    if (used !== undefined && 'version' in readVersion(used))
      sources.useWithoutWorkspace(this.folderOf(used));
  }

  dispose(): void {
    this.store.dispose();
  }

  private get folder(): vscode.Uri {
    return vscode.Uri.joinPath(this.parts.storage, 'kernels');
  }

  private folderOf(version: string): vscode.Uri {
    return vscode.Uri.joinPath(this.folder, version);
  }

  private async get(wanted: string | null): Promise<void> {
    const read = readVersion(wanted ?? (await this.ask()));
    if ('problem' in read) throw new Notice(read.problem);
    const { version } = read;
    if (!(await this.versions()).includes(version)) await this.bring(version);
    await this.use(version);
  }

  /** Versions that are here, the newest first. */
  private async versions(): Promise<string[]> {
    try {
      const entries = await vscode.workspace.fs.readDirectory(this.folder);
      return entries
        .flatMap(([name]) => ('version' in readVersion(name) ? [name] : []))
        .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    } catch {
      return [];
    }
  }

  private async ask(): Promise<string> {
    const here = await this.versions();
    const known = releases(this.parts.control.simulator.profiles)
      .map(({ id }) => id)
      .reverse();
    const other = '';
    const choices = [
      ...here.map((value) => ({
        label: `$(check) Linux ${value}`,
        description: 'fetched already',
        value,
      })),
      ...known
        .filter((value) => !here.includes(value))
        .map((value) => ({
          label: `Linux ${value}`,
          description: 'the simulation knows it',
          value,
        })),
      { label: '$(edit) Another version…', description: 'such as 6.12.117', value: other },
    ];
    const chosen = await choose(
      'Get Kernel Files',
      'The kernel whose mm/ files to fetch: a few dozen files, no build',
      choices,
    );
    if (chosen !== other) return chosen;
    const typed = await vscode.window.showInputBox({
      title: 'Get Kernel Files',
      prompt: 'Kernel version',
      placeHolder: '6.12.117',
      validateInput: (text) => {
        const read = readVersion(text);
        return 'problem' in read ? read.problem : null;
      },
    });
    if (typed === undefined) throw new vscode.CancellationError();
    return typed;
  }

  private async bring(version: string): Promise<void> {
    const download = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: `Fetching files of Linux ${version}`,
        cancellable: true,
      },
      async (progress, token) => {
        const cancel = new AbortController();
        const listening = token.onCancellationRequested(() => cancel.abort());
        let shown = 0;
        try {
          return await downloadKernel({
            template: configuration.kernelFilesUrl(),
            version,
            fetch: (input, init) => globalThis.fetch(input, init),
            signal: cancel.signal,
            onFile: (done, total, path) => {
              const percent = (100 * done) / total;
              progress.report({ message: `${path} (${done} of ${total})`, increment: percent - shown });
              shown = percent;
            },
          });
        } finally {
          listening.dispose();
        }
      },
    );
    if (!download.ok) {
      if (download.cancelled)
        throw new Notice('Fetching kernel files was cancelled; nothing was kept.', 'info');
      throw new Notice(download.reason);
    }
    await this.keep(version, download.files);
    this.parts.log.info(
      `${download.files.length} files of Linux ${version} fetched` +
        (download.absent.length > 0 ? `; not in this kernel: ${download.absent.join(', ')}` : ''),
    );
  }

  /** Files are put together under another name, so that a tree that is there is whole. */
  private async keep(
    version: string,
    files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
  ): Promise<void> {
    const { fs } = vscode.workspace;
    const unfinished = vscode.Uri.joinPath(this.folder, `${version}${UNFINISHED}`);
    try {
      await fs.delete(unfinished, { recursive: true });
    } catch {
      // none was left over
    }
    for (const { path, bytes } of files) await fs.writeFile(uriInTree(unfinished, path), bytes);
    await fs.rename(unfinished, this.folderOf(version), { overwrite: true });
  }

  /** Takes the files for the tree where no workspace folder is one, and opens mm/rmap.c. */
  private async use(version: string): Promise<void> {
    const root = this.folderOf(version);
    await this.parts.memento.update(USED, version);
    this.parts.sources.useWithoutWorkspace(root);
    const document = await vscode.workspace.openTextDocument(uriInTree(root, FIRST_FILE));
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preview: false });
    await this.parts.control.showIn(root);
  }
}
