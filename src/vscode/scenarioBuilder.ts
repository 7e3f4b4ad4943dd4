/**
 * Building a scenario by choosing: the text is a real document (a sample becomes an untitled one with the first change),
 * so that what is chosen is written there, and what is typed there shows here.
 */
import * as vscode from 'vscode';
import type { BuildChange, BuildView } from '../protocol/building';
import { type BuildRequest, buildView } from '../scenario/buildView';
import { applyEdits, editsFor } from '../scenario/edits';
import { parseScenario } from '../scenario/parser';
import { printOperation } from '../scenario/printer';
import { findProfile } from '../simulation/profiles';
import { columnBesideExplorer } from './explorerView';
import type { Log } from './log';
import { Notice } from './notice';
import type { RunControl } from './runControl';
import { openTextDocumentOrNull } from './sampleDocuments';
import { parseOptions, SCENARIO_LANGUAGE } from './scenarioParsing';
import type { CurrentRun, RunSource, Session } from './session';
import { Store } from './store';

/** Milliseconds without typing before the text is run again. */
const QUIET = 250;
/** Changes that can be taken back. */
const UNDO_LIMIT = 100;
/** What a new scenario begins with. */
const NEW_SCENARIO = 'scenario "New scenario"\n\n';

interface Done {
  readonly before: string;
  readonly after: string;
  readonly what: string;
}

const NOTHING_ASKED = { request: 0, after: Number.MAX_SAFE_INTEGER, process: null, operation: null } as const;

export class ScenarioBuilder implements vscode.Disposable {
  private readonly store = new Store();
  private readonly changed = this.store.add(new vscode.EventEmitter<BuildView>());
  private open = false;
  private version = 1;
  private seen: string | null = null;
  private asked: BuildRequest & { readonly request: number } = NOTHING_ASKED;
  private latest: number = NOTHING_ASKED.request;
  private turn: Promise<void> = Promise.resolve();
  private done: Done[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What the builder shows has changed. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly session: Session,
    private readonly control: RunControl,
    private readonly log: Log,
  ) {
    this.store.add(session.onDidChangeRun(() => this.refresh()));
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.isOurs(document)) this.runSoon();
      }),
    );
    this.store.add(
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (this.isOurs(document)) this.refresh();
      }),
    );
  }

  /** The builder is on show, or no longer: only then is what is typed run at once. */
  watch(open: boolean): void {
    this.open = open;
    this.refresh();
  }

  /** Looks at what an operation would do. */
  async preview(asked: BuildRequest & { readonly request: number }): Promise<void> {
    this.latest = asked.request;
    await this.inTurn(async () => {
      // a later question has come meanwhile: only that one is answered
      if (asked.request !== this.latest) return;
      this.asked = asked;
      await this.show();
    });
  }

  /** Makes a change of the text that was shown as `version`, and runs it. */
  edit(version: number, change: BuildChange): Promise<void> {
    return this.inTurn(() => this.change(version, change));
  }

  private async change(version: number, change: BuildChange): Promise<void> {
    const current = this.running();
    const before = await this.textOf(current);
    if (version !== this.version || before !== this.seen)
      throw new Notice('The text has changed meanwhile: look at it, and choose again.', 'info');
    const edits = editsFor(before, change);
    if (edits.length === 0) throw new Notice('That operation is not there any more: choose again.', 'info');
    const after = applyEdits(before, edits);
    await this.write(current, after);
    this.done.push({ before, after, what: whatWasDone(change) });
    if (this.done.length > UNDO_LIMIT) this.done.shift();
    await this.run(changedOperation(change));
  }

  /** Takes the last change back, unless the text has been changed elsewhere since. */
  undo(): Promise<void> {
    return this.inTurn(() => this.takeBack());
  }

  private async takeBack(): Promise<void> {
    const current = this.running();
    const last = this.done.at(-1);
    const text = await this.textOf(current);
    if (!last || last.after !== text) throw new Notice(this.undoText(text).text, 'info');
    this.done.pop();
    await this.write(current, last.before);
    await this.run(null);
  }

  /** Saves the document; a sample becomes a file of one's own. */
  async save(): Promise<void> {
    const current = this.running();
    const document = await this.documentOf(current);
    const uri =
      document.isUntitled && vscode.workspace.save !== undefined
        ? await vscode.workspace.save(document.uri)
        : (await document.save())
          ? document.uri
          : undefined;
    if (!uri) return;
    const { position } = this.session;
    if (uri.toString() !== document.uri.toString())
      await this.control.runDocument(await vscode.workspace.openTextDocument(uri), { position });
    this.refresh();
  }

  /** An empty scenario in an untitled document. */
  async create(): Promise<void> {
    const document = await this.newDocument(NEW_SCENARIO);
    this.done = [];
    await this.control.runDocument(document);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.store.dispose();
  }

  /** One thing after the other: what is asked behind a change is asked of the text that has it. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => {});
    return done;
  }

  private running(): CurrentRun {
    const { current } = this.session;
    if (!current) throw new Notice('Choose a scenario first, or begin an empty one.', 'info');
    return current;
  }

  private isOurs(document: vscode.TextDocument): boolean {
    const source = this.session.current?.source;
    return source?.kind === 'document' && source.uri === document.uri.toString();
  }

  private async textOf({ source, text }: CurrentRun): Promise<string> {
    if (source.kind === 'sample') return text;
    return (await openTextDocumentOrNull(source.uri))?.getText() ?? text;
  }

  /** The document of a run. That of a sample, or one that is gone, is made anew from the text. */
  private async documentOf(current: CurrentRun): Promise<vscode.TextDocument> {
    const { source, text } = current;
    const there = source.kind === 'document' ? await openTextDocumentOrNull(source.uri) : null;
    return there ?? (await this.newDocument(text));
  }

  private async newDocument(content: string): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument({ language: SCENARIO_LANGUAGE, content });
    await vscode.window.showTextDocument(document, {
      viewColumn: columnBesideExplorer(vscode.ViewColumn.One),
      preserveFocus: true,
      preview: false,
    });
    return document;
  }

  private async write(current: CurrentRun, text: string): Promise<void> {
    const document = await this.documentOf(current);
    await replaceText(document, text);
    this.target = document;
  }

  private target: vscode.TextDocument | null = null;

  /** Runs the document that was written to, and goes to where `operation` has had its effect. */
  private async run(operation: number | null): Promise<void> {
    const document = this.target;
    if (!document) return;
    clearTimeout(this.timer);
    const { position } = this.session;
    if (hasErrors(document.getText(), this.control)) {
      this.refresh();
      return;
    }
    const run = await this.control.runDocument(document, { position });
    const record = operation === null ? undefined : run.trace.operations[operation];
    if (record) this.session.seek(Math.max(record.firstStep, record.endStep) - 1);
  }

  private runSoon(): void {
    clearTimeout(this.timer);
    if (!this.open) return;
    this.timer = setTimeout(
      () => void this.log.guard('Running what was typed', () => this.runTyped(), undefined),
      QUIET,
    );
  }

  private async runTyped(): Promise<void> {
    const { current, position } = this.session;
    if (!current) return;
    const text = await this.textOf(current);
    if (text === current.text || hasErrors(text, this.control)) {
      this.refresh();
      return;
    }
    const document = await this.documentOf(current);
    await this.control.runDocument(document, { tree: current.tree, position });
  }

  private refresh(): void {
    void this.log.guard('Showing the builder', () => this.show(), undefined);
  }

  private async show(): Promise<void> {
    const { current } = this.session;
    if (!this.open || !current) return;
    const text = await this.textOf(current);
    if (text !== this.seen) {
      this.seen = text;
      this.version += 1;
    }
    this.changed.fire(await this.viewOf(current, text));
  }

  private async viewOf(current: CurrentRun, text: string): Promise<BuildView> {
    const { simulator } = this.control;
    const profile = findProfile(current.profile.id);
    const kernel = {
      make: () => simulator.engine(current.profile.id),
      absent: typeof profile === 'string' ? [] : profile.absent,
    };
    const { request, ...asked } = this.asked;
    return {
      ...buildView(text, asked, kernel, parseOptions(simulator)),
      version: this.version,
      request,
      ...(await this.documentInfo(current.source)),
      profile: current.profile.title,
      undo: this.undoText(text),
    };
  }

  private async documentInfo(source: RunSource): Promise<Pick<BuildView, 'name' | 'kind' | 'dirty'>> {
    if (source.kind === 'sample') return { name: source.id, kind: 'sample', dirty: false };
    const document = await openTextDocumentOrNull(source.uri);
    const name = vscode.Uri.parse(source.uri).path.split('/').at(-1) ?? source.uri;
    return {
      name,
      kind: source.uri.startsWith('untitled:') ? 'untitled' : 'file',
      dirty: document?.isDirty ?? false,
    };
  }

  private undoText(text: string): { possible: boolean; text: string } {
    const last = this.done.at(-1);
    if (!last) return { possible: false, text: 'Nothing has been chosen here yet.' };
    if (last.after !== text)
      return { possible: false, text: 'The text has been changed elsewhere since: undo it in the editor.' };
    return { possible: true, text: `Take back: ${last.what}` };
  }
}

function hasErrors(text: string, control: RunControl): boolean {
  const { problems } = parseScenario(text, parseOptions(control.simulator));
  return problems.some(({ severity }) => severity === 'error');
}

function whatWasDone(change: BuildChange): string {
  switch (change.kind) {
    case 'insert':
      return `add ${printOperation(change.operation)}`;
    case 'replace':
      return `change operation ${change.index + 1} to ${printOperation(change.operation)}`;
    case 'remove':
      return `remove operation ${change.index + 1}`;
    case 'move':
      return `move operation ${change.index + 1} ${change.by > 0 ? 'down' : 'up'}`;
  }
}

/** Index of the operation that a change is about, once it is made. */
function changedOperation(change: BuildChange): number | null {
  switch (change.kind) {
    case 'insert':
      return change.after + 1;
    case 'replace':
      return change.index;
    case 'move':
      return change.index + change.by;
    case 'remove':
      return null;
  }
}

/** Replaces what differs, as one edit that the editor can undo. */
async function replaceText(document: vscode.TextDocument, text: string): Promise<void> {
  const before = document.getText();
  if (before === text) return;
  let start = 0;
  while (start < before.length && before[start] === text[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, text.length) - start;
  while (end < most && before[before.length - 1 - end] === text[text.length - 1 - end]) end += 1;
  const range = new vscode.Range(document.positionAt(start), document.positionAt(before.length - end));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, range, text.slice(start, text.length - end));
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new Notice('The document cannot be changed: is it read-only? Save it under another name first.');
}
