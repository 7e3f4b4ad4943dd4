/**
 * The explorer: one webview panel beside the source. It shows what the session holds and asks for changes by message;
 * it keeps nothing that cannot be made again, so that closing, hiding and reloading it loses nothing.
 */
import * as vscode from 'vscode';
import {
  type HostMessage,
  PROTOCOL_VERSION,
  type TextState,
  type WebviewMessage,
} from '../protocol/messages';
import { checkWebviewMessage } from '../protocol/webviewValidation';
import { type Building, isAboutBuilding } from './building';
import { chooseTree } from './chooseTree';
import { explorerHtml, newNonce } from './explorerHtml';
import { EXPLORER_VIEW } from './explorerView';
import type { InvariantFocus } from './invariantFocus';
import type { Log } from './log';
import { Notice } from './notice';
import type { RunControl } from './runControl';
import { placeDataOf, runDataOf } from './runData';
import type { RunPlaces } from './runPlaces';
import { sendRun } from './runSending';
import { openScenario } from './sampleDocuments';
import type { Session } from './session';
import { sourceLines, staysInside } from './sourceLines';
import type { SourceView } from './sourceView';
import { Store } from './store';

const PAGE_STATE = 'explorerPage';

/** Milliseconds after which a run is shown even though its places in the source are not known yet. */
const PLACES_PATIENCE = 400;

export interface ExplorerParts {
  readonly extensionUri: vscode.Uri;
  readonly session: Session;
  readonly control: RunControl;
  readonly places: RunPlaces;
  readonly view: SourceView;
  readonly focus: InvariantFocus;
  readonly building: Building;
  readonly log: Log;
  /** Where the page's own state is kept. */
  readonly memento: vscode.Memento;
  /** Starts the run again that was current before the window was reloaded. */
  readonly restore: () => Promise<void>;
}

export class Explorer implements vscode.Disposable {
  private readonly store = new Store();
  private panel: vscode.WebviewPanel | null = null;
  private panelStore = new Store();
  private ready = false;
  /** Run that the page has, so that it is not sent cursors of another. */
  private shownRun = 0;
  private seeking = false;
  private textState: TextState | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly parts: ExplorerParts) {
    const { session, places, focus } = parts;
    this.store.add(session.onDidChangeRun((run) => this.runChanged(run !== null)));
    this.store.add(places.onDidChange(() => this.sendPlaces()));
    this.store.add(parts.building.onDidSend((message) => this.send(message)));
    this.store.add(
      session.onDidMoveCursor((run) => {
        if (!this.seeking && run.runId === this.shownRun)
          this.send({ type: 'cursor', runId: run.runId, step: session.position });
      }),
    );
    this.store.add(
      focus.onDidChange(({ id, origin }) => {
        if (origin === 'editor') this.send({ type: 'focusInvariant', id });
      }),
    );
    this.store.add(
      vscode.window.registerWebviewPanelSerializer(EXPLORER_VIEW, {
        deserializeWebviewPanel: async (panel) => {
          this.adopt(panel, parts.memento.get<string>(PAGE_STATE));
          await parts.log.guard('Restoring the run', () => parts.restore(), undefined);
        },
      }),
    );
  }

  get isOpen(): boolean {
    return this.panel !== null;
  }

  /** Whether the page has said that it is ready, for tests. */
  get isReady(): boolean {
    return this.ready;
  }

  /** Shows the explorer beside the editor, or brings it forward. */
  open({ focus }: { readonly focus: boolean } = { focus: true }): void {
    if (this.panel) {
      if (focus || !this.panel.visible) this.panel.reveal(undefined, !focus);
      return;
    }
    this.adopt(
      vscode.window.createWebviewPanel(
        EXPLORER_VIEW,
        'Rmap Explorer',
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: !focus },
        {},
      ),
    );
  }

  close(): void {
    this.panel?.dispose();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.close();
    this.panelStore.dispose();
    this.store.dispose();
  }

  /** @param kept what the page of an earlier window left */
  private adopt(panel: vscode.WebviewPanel, kept?: string): void {
    this.panel?.dispose();
    this.panel = panel;
    this.ready = false;
    const store = new Store();
    this.panelStore = store;
    const media = vscode.Uri.joinPath(this.parts.extensionUri, 'media');
    panel.iconPath = {
      dark: vscode.Uri.joinPath(media, 'rmap-file-dark.svg'),
      light: vscode.Uri.joinPath(media, 'rmap-file-light.svg'),
    };
    store.add(panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
    store.add(
      panel.onDidDispose(() => {
        store.dispose();
        if (this.panel !== panel) return;
        this.panel = null;
        this.ready = false;
        this.parts.focus.focus(null, 'explorer');
        this.parts.building.closed();
      }),
    );
    this.load(panel, kept);
  }

  private load(panel: vscode.WebviewPanel, kept?: string): void {
    const dist = vscode.Uri.joinPath(this.parts.extensionUri, 'dist', 'webview');
    const { webview } = panel;
    const uriOf = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
    this.ready = false;
    this.shownRun = 0;
    this.parts.building.closed();
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.html = explorerHtml({
      cspSource: webview.cspSource,
      script: uriOf('main.js'),
      style: uriOf('main.css'),
      nonce: newNonce(),
      kept,
    });
  }

  private runChanged(running: boolean): void {
    clearTimeout(this.timer);
    if (running) this.timer = setTimeout(() => this.sendRun(), PLACES_PATIENCE);
    // without a run the page begins anew, at the choice of samples
    else if (this.panel) this.load(this.panel);
  }

  private sendLibrary(): void {
    const { control } = this.parts;
    this.send({
      type: 'library',
      protocol: PROTOCOL_VERSION,
      samples: control.samples.map(({ id, title, description, group }) => ({
        id,
        title,
        description,
        group,
      })),
      profiles: control.simulator.profiles,
    });
  }

  private sendRun(): void {
    clearTimeout(this.timer);
    const { session, places } = this.parts;
    const run = session.current;
    if (!run || !this.ready) return;
    this.shownRun = run.runId;
    const { panel } = this;
    const step = session.position;
    const wanted = () => this.ready && this.panel === panel && this.shownRun === run.runId;
    const sending = sendRun(
      runDataOf(run, places),
      step,
      (message) => panel?.webview.postMessage(message) ?? Promise.resolve(false),
      wanted,
    );
    if (!run.tree) this.send({ type: 'notice', level: 'info', text: standsAlone(run.profile.title) });
    // where the cursor has gone meanwhile
    void sending.then(() => {
      if (wanted() && session.current === run && session.position !== step)
        this.send({ type: 'cursor', runId: run.runId, step: session.position });
    });
  }

  /** What the page has of the run stays; only where it stands in the source is sent again. */
  private sendPlaces(): void {
    const { session, places } = this.parts;
    const run = session.current;
    if (!run || !this.ready) return;
    if (this.shownRun === run.runId)
      this.send({ type: 'places', runId: run.runId, ...placeDataOf(run, places) });
    else this.sendRun();
  }

  /** Shows how the text of the tree stands to the run. */
  setTextState(state: TextState): void {
    this.textState = state;
    this.send({ type: 'text', state });
  }

  private send(message: HostMessage): void {
    if (this.ready) void this.panel?.webview.postMessage(message);
  }

  private async receive(input: unknown): Promise<void> {
    const { log } = this.parts;
    const checked = checkWebviewMessage(input);
    if (!checked.ok) {
      log.warn(checked.problem);
      return;
    }
    try {
      await this.handle(checked.message);
    } catch (error) {
      if (error instanceof Notice) this.send({ type: 'notice', level: error.level, text: error.message });
      else log.report('What the explorer asked for', error);
    }
  }

  private async handle(message: WebviewMessage): Promise<void> {
    const { session, control, view, focus, building, log } = this.parts;
    if (isAboutBuilding(message)) return building.handle(message);
    switch (message.type) {
      case 'ready':
        this.ready = true;
        this.sendLibrary();
        if (this.textState) this.setTextState(this.textState);
        this.sendRun();
        building.ready();
        return;
      case 'openSample':
        await control.runSample(message.id);
        return;
      case 'setProfile':
        await control.chooseProfile(message.id);
        return;
      case 'seek':
        if (message.runId !== session.current?.runId) return;
        this.seeking = true;
        try {
          session.seek(message.step);
        } finally {
          this.seeking = false;
        }
        return;
      case 'hoverInvariant':
        focus.focus(message.id, 'explorer');
        return;
      case 'reveal': {
        const tree = session.current?.tree;
        if (!tree)
          throw new Notice('Open a kernel tree, or run “Rmap: Get Kernel Files…”, to see the source.');
        if (!staysInside(message.location.file)) return;
        await view.reveal(tree, message.location, { focus: true });
        return;
      }
      case 'lines':
        if (message.runId === session.current?.runId)
          this.send(await sourceLines(session.current.tree, message));
        return;
      case 'chooseEngine':
      case 'showDifference':
      case 'showEditEffect':
        await vscode.commands.executeCommand(`rmapLens.${message.type}`);
        return;
      case 'chooseTree':
        await chooseTree();
        return;
      case 'openScenario':
        if (session.current) await openScenario(session.current.source, message.line);
        return;
      case 'keep':
        await this.parts.memento.update(PAGE_STATE, message.state);
        return;
      case 'failed':
        log.warn(`The explorer reports: ${message.message}`);
        return;
    }
  }
}

function standsAlone(kernel: string): string {
  return `No kernel tree is open: this is the built-in simulation alone, as ${kernel}. “Rmap: Get Kernel Files…” brings the source beside it.`;
}
