/**
 * Which run was current, kept for the workspace, so that the explorer shows it again after the window is reloaded.
 */
import type * as vscode from 'vscode';
import type { RunControl } from './runControl';
import { openTextDocumentOrNull } from './sampleDocuments';
import type { CurrentRun, RunSource, Session } from './session';
import { Store } from './store';

const KEY = 'currentRun';
/** Milliseconds without a step before the position is written. */
const QUIET = 400;

interface Kept {
  readonly source: RunSource;
  readonly position: number;
}

export class Persistence implements vscode.Disposable {
  private readonly store = new Store();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly memento: vscode.Memento,
    private readonly session: Session,
    private readonly control: RunControl,
  ) {
    this.store.add(session.onDidChangeRun((run) => this.keep(run)));
    this.store.add(session.onDidMoveCursor((run) => this.keepSoon(run)));
  }

  /** Starts the run again that was current, if it can be. */
  async restore(): Promise<void> {
    if (this.session.current) return;
    const kept = readKept(this.memento.get<unknown>(KEY));
    if (!kept) return;
    const { source, position } = kept;
    if (source.kind === 'sample') {
      if (this.control.samples.some(({ id }) => id === source.id))
        await this.control.runSample(source.id, { position });
      return;
    }
    const document = await openTextDocumentOrNull(source.uri);
    if (document) await this.control.runDocument(document, { position });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.store.dispose();
  }

  private keepSoon(run: CurrentRun): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(run), QUIET);
  }

  private keep(run: CurrentRun | null): void {
    clearTimeout(this.timer);
    const kept: Kept | undefined = run ? { source: run.source, position: run.cursor.position } : undefined;
    void this.memento.update(KEY, kept);
  }
}

/** Stored data may come from another version: it is checked. */
function readKept(value: unknown): Kept | null {
  if (typeof value !== 'object' || value === null || !('source' in value) || !('position' in value))
    return null;
  const { source, position } = value;
  if (typeof position !== 'number' || typeof source !== 'object' || source === null || !('kind' in source))
    return null;
  if (source.kind === 'sample' && 'id' in source && typeof source.id === 'string')
    return { source: { kind: 'sample', id: source.id }, position };
  if (source.kind === 'document' && 'uri' in source && typeof source.uri === 'string')
    return { source: { kind: 'document', uri: source.uri }, position };
  return null;
}
