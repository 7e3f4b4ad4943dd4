/**
 * What the explorer asks about building, branching, comparing and exporting, and what is sent there.
 */
import * as vscode from 'vscode';
import type { BuildingHostMessage, BuildingWebviewMessage, PictureFormat } from '../protocol/building';
import type { WebviewMessage } from '../protocol/messages';
import { type Comparisons, CURRENT } from './comparisons';
import { Notice } from './notice';
import type { RunExport } from './runExport';
import type { ScenarioBuilder } from './scenarioBuilder';
import type { Session } from './session';
import { Store } from './store';

export interface BuildingParts {
  readonly session: Session;
  readonly builder: ScenarioBuilder;
  readonly comparisons: Comparisons;
  readonly export: RunExport;
}

/** Milliseconds that the explorer may take to draw a picture. */
const DRAWING_PATIENCE = 10_000;

export class Building implements vscode.Disposable {
  private readonly store = new Store();
  private readonly outgoing = this.store.add(new vscode.EventEmitter<BuildingHostMessage>());
  private readonly pictures = this.store.add(
    new vscode.EventEmitter<{ readonly format: PictureFormat; readonly data: string }>(),
  );
  /** Panel to bring forward as soon as the explorer is ready. */
  private wanted: BuildingHostMessage[] = [];
  /** Commands that wait for a picture. */
  private waiting = 0;
  /** Something is to be sent to the explorer. */
  readonly onDidSend = this.outgoing.event;

  constructor(readonly parts: BuildingParts) {
    const { builder, comparisons } = parts;
    this.store.add(builder.onDidChange((view) => this.outgoing.fire({ type: 'building', view })));
    this.store.add(comparisons.onDidChange(() => this.sendComparable()));
  }

  /** The page of the explorer is ready: it is told what it missed. */
  ready(): void {
    this.sendComparable();
    for (const message of this.wanted.splice(0)) this.outgoing.fire(message);
  }

  /** The page is gone or begins anew: what is typed is not run at once any more. */
  closed(): void {
    this.parts.builder.watch(false);
  }

  /** Sends now if the explorer listens, else as soon as it is ready. */
  bring(message: BuildingHostMessage, isReady: boolean): void {
    if (isReady) this.outgoing.fire(message);
    else this.wanted.push(message);
  }

  /** Has the explorer draw the picture. */
  picture(format: PictureFormat, isReady: boolean): Promise<Uint8Array> {
    this.waiting += 1;
    return new Promise<Uint8Array>((resolve, reject) => {
      const timer = setTimeout(() => {
        listener.dispose();
        reject(new Notice('The explorer did not draw the picture in time: open it, and try again.'));
      }, DRAWING_PATIENCE);
      const listener = this.pictures.event((picture) => {
        if (picture.format !== format) return;
        clearTimeout(timer);
        listener.dispose();
        resolve(bytesOf(picture.format, picture.data));
      });
      this.bring({ type: 'drawPicture', format }, isReady);
    }).finally(() => {
      this.waiting -= 1;
    });
  }

  /** Compares, and shows it. */
  showComparison(a: string, b: string, isReady: boolean): void {
    const pair = this.parts.comparisons.compare(a, b);
    this.bring({ type: 'comparison', ...pair }, isReady);
    this.bring({ type: 'openPanel', dock: 'main', panel: 'compare', operation: null }, isReady);
  }

  async handle(message: BuildingWebviewMessage): Promise<void> {
    const { session, builder, comparisons } = this.parts;
    switch (message.type) {
      case 'watchBuilding':
        builder.watch(message.open);
        return;
      case 'newScenario':
        await builder.create();
        return;
      case 'preview':
        await builder.preview(message);
        return;
      case 'edit':
        await builder.edit(message.version, message.change);
        return;
      case 'undoEdit':
        await builder.undo();
        return;
      case 'saveScenario':
        await builder.save();
        return;
      case 'branch':
        if (message.runId !== session.current?.runId) return;
        this.showComparison(CURRENT, comparisons.branch(message.at, message.operation, message.rest), true);
        return;
      case 'keepRun':
        comparisons.keep();
        throw new Notice('The run is kept: “Compare” offers it from now on.', 'info');
      case 'compare':
        this.outgoing.fire({ type: 'comparison', ...comparisons.compare(message.a, message.b) });
        return;
      case 'copyText':
        await this.copy(message.what);
        return;
      case 'saveText': {
        const text = await this.parts.export.text(message.what);
        await this.parts.export.save(message.what, new TextEncoder().encode(text));
        return;
      }
      case 'picture':
        await this.take(message.format, message.data);
        return;
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private async copy(what: Extract<BuildingWebviewMessage, { type: 'copyText' }>['what']): Promise<void> {
    const { comparisons } = this.parts;
    const text = what === 'comparison' ? comparisons.text() : await this.parts.export.text(what);
    await vscode.env.clipboard.writeText(text);
    throw new Notice(`Copied: ${text.split('\n').length - 1} lines.`, 'info');
  }

  /** A picture that a command waits for, or one that was asked for in the explorer: that one is saved. */
  private async take(format: PictureFormat, data: string): Promise<void> {
    if (this.waiting > 0) this.pictures.fire({ format, data });
    else await this.parts.export.save(format, bytesOf(format, data));
  }

  private sendComparable(): void {
    this.outgoing.fire({ type: 'comparable', runs: this.parts.comparisons.list() });
  }
}

const BUILDING: Readonly<Record<BuildingWebviewMessage['type'], true>> = {
  watchBuilding: true,
  newScenario: true,
  preview: true,
  edit: true,
  undoEdit: true,
  saveScenario: true,
  branch: true,
  keepRun: true,
  compare: true,
  copyText: true,
  saveText: true,
  picture: true,
};

export function isAboutBuilding(message: WebviewMessage): message is BuildingWebviewMessage {
  return message.type in BUILDING;
}

function bytesOf(format: PictureFormat, data: string): Uint8Array {
  if (format === 'svg') return new TextEncoder().encode(data);
  const binary = atob(data);
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
