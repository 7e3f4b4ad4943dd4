/**
 * A run in forms to send: mail, Markdown, JSON, its scenario, a picture; to the clipboard or to a file.
 */
import * as vscode from 'vscode';
import type { PictureFormat, TextFormat } from '../protocol/building';
import { runOutput } from '../scenario/output';
import type { Site } from '../scenario/run';
import { runAsMail, runAsMarkdown } from '../scenario/runText';
import type { Step } from '../trace/step';
import { treeTitle } from './kernelTree';
import { Notice } from './notice';
import type { RunPlaces } from './runPlaces';
import type { CurrentRun, Session } from './session';

const FILES: Readonly<
  Record<TextFormat | PictureFormat, { readonly ending: string; readonly title: string }>
> = {
  mail: { ending: 'txt', title: 'Plain text' },
  markdown: { ending: 'md', title: 'Markdown' },
  json: { ending: 'json', title: 'JSON' },
  scenario: { ending: 'rmap', title: 'Rmap scenario' },
  svg: { ending: 'svg', title: 'SVG' },
  png: { ending: 'png', title: 'PNG' },
};

export class RunExport {
  constructor(
    private readonly session: Session,
    private readonly places: RunPlaces,
  ) {}

  /** The run on show as text; pictures in it are of the state after the operation that the cursor is in. */
  async text(format: TextFormat): Promise<string> {
    const run = this.running();
    await this.places.ready();
    const resolve = (step: Step): Site => this.site(step);
    const options = {
      profile: run.profile.title,
      after: this.session.step?.operation ?? -1,
      resolve,
      tree: run.tree ? treeTitle(run.tree) : null,
    };
    switch (format) {
      case 'mail':
        return runAsMail(run.run, options);
      case 'markdown':
        return runAsMarkdown(run.run, options, run.text);
      case 'json':
        return `${JSON.stringify(runOutput(run.run, resolve), null, 2)}\n`;
      case 'scenario':
        return run.text;
    }
  }

  /** Asks for a file and writes it; `target` answers beforehand. False when nobody wanted one. */
  async save(
    format: TextFormat | PictureFormat,
    content: Uint8Array,
    target: vscode.Uri | null = null,
  ): Promise<boolean> {
    const { ending, title } = FILES[format];
    const uri =
      target ??
      (await vscode.window.showSaveDialog({
        defaultUri: this.suggestion(ending),
        filters: { [title]: [ending] },
        title: `Export as ${title}`,
      }));
    if (!uri) return false;
    await vscode.workspace.fs.writeFile(uri, content);
    void vscode.window
      .showInformationMessage(`Exported to ${vscode.workspace.asRelativePath(uri)}.`, 'Open')
      .then((choice) => {
        if (choice) void vscode.commands.executeCommand('vscode.open', uri);
      });
    return true;
  }

  private running(): CurrentRun {
    const { current } = this.session;
    if (!current) throw new Notice('Nothing is running: there is nothing to export yet.', 'info');
    return current;
  }

  private site(step: Step): Site {
    const place = this.places.of(step);
    if (!('location' in place)) return { file: null, line: null, function: step.function };
    return { file: place.location.file, line: place.location.line + 1, function: step.function };
  }

  private suggestion(ending: string): vscode.Uri {
    const { title } = this.running();
    const name = title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60);
    const file = `${name === '' ? 'run' : name}.${ending}`;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    return folder ? vscode.Uri.joinPath(folder, file) : vscode.Uri.file(`/${file}`);
  }
}
