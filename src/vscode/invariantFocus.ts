/**
 * The invariant that somebody points at, in the explorer or in the editor: its source lines are lit up, and the other
 * side hears of it.
 */
import * as vscode from 'vscode';
import { uriInTree } from './kernelTree';
import type { RunPlaces } from './runPlaces';
import type { Session } from './session';
import { rangeOfLocation } from './sourceView';
import { Store } from './store';

/** Milliseconds that an invariant pointed at in the editor stays lit: nobody says when a hover closes. */
const HOVER_LASTS = 6000;

export type FocusOrigin = 'editor' | 'explorer';

export interface InvariantFocusChange {
  readonly id: string | null;
  readonly origin: FocusOrigin;
}

export class InvariantFocus implements vscode.Disposable {
  private readonly store = new Store();
  private readonly changed = this.store.add(new vscode.EventEmitter<InvariantFocusChange>());
  private readonly lines: vscode.TextEditorDecorationType;
  private readonly gutter: vscode.TextEditorDecorationType;
  private focused: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  readonly onDidChange = this.changed.event;

  constructor(
    media: vscode.Uri,
    private readonly session: Session,
    private readonly places: RunPlaces,
  ) {
    const picture = (theme: string) => ({
      gutterIconPath: vscode.Uri.joinPath(media, `invariant-${theme}.svg`),
    });
    const border = new vscode.ThemeColor('rmapLens.invariantBorder');
    this.lines = this.store.add(
      vscode.window.createTextEditorDecorationType({
        isWholeLine: true,
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        backgroundColor: new vscode.ThemeColor('rmapLens.invariantBackground'),
        borderColor: border,
        borderStyle: 'solid',
        borderWidth: '1px 0',
        overviewRulerColor: border,
        overviewRulerLane: vscode.OverviewRulerLane.Right,
      }),
    );
    this.gutter = this.store.add(
      vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        gutterIconSize: '60%',
        dark: picture('dark'),
        light: picture('light'),
      }),
    );
    this.store.add(session.onDidChangeRun(() => this.focus(null, 'editor')));
    this.store.add(session.onDidMoveCursor(() => this.draw()));
    this.store.add(places.onDidChange(() => this.draw()));
    this.store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.draw()));
  }

  /** Id of the invariant that is lit up, or null. */
  get current(): string | null {
    return this.focused;
  }

  /** Lines that are lit up, from 0, by document: for tests. */
  litLines(): { readonly uri: string; readonly line: number }[] {
    return this.locations().map(({ uri, range }) => ({ uri: uri.toString(), line: range.start.line }));
  }

  /** Points at an invariant, or at none. */
  focus(id: string | null, origin: FocusOrigin): void {
    clearTimeout(this.timer);
    if (id !== null && origin === 'editor')
      this.timer = setTimeout(() => this.focus(null, 'editor'), HOVER_LASTS);
    if (id === this.focused) return;
    this.focused = id;
    this.draw();
    this.changed.fire({ id, origin });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.store.dispose();
  }

  private locations(): { readonly uri: vscode.Uri; readonly range: vscode.Range }[] {
    const tree = this.session.current?.tree;
    if (!tree || this.focused === null) return [];
    return this.places.ofInvariant(this.focused).map(({ location }) => ({
      uri: uriInTree(tree.root, location.file),
      range: rangeOfLocation(location),
    }));
  }

  private draw(): void {
    const locations = this.locations();
    for (const editor of vscode.window.visibleTextEditors) {
      const key = editor.document.uri.toString();
      const ranges = locations.filter(({ uri }) => uri.toString() === key).map(({ range }) => range);
      editor.setDecorations(this.lines, ranges);
      // the arrow of the current step is not covered
      editor.setDecorations(
        this.gutter,
        ranges
          .filter(({ start }) => start.line !== this.lineOfStep(key))
          .map(({ start }) => new vscode.Range(start, start)),
      );
    }
  }

  private lineOfStep(document: string): number | null {
    const tree = this.session.current?.tree;
    const place = this.places.current();
    if (!tree || !place || !('location' in place)) return null;
    return uriInTree(tree.root, place.location.file).toString() === document ? place.location.line : null;
  }
}
