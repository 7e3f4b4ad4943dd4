/**
 * The current step in the editor: its lines are marked, the gutter points at it, and after it stands what it changed.
 */
import * as vscode from 'vscode';
import type { Location, Step } from '../trace/step';
import { inlineText } from './changeText';
import { configuration } from './configuration';
import { uriInTree } from './kernelTree';
import type { Log } from './log';
import type { RunPlaces } from './runPlaces';
import type { CurrentRun, Session } from './session';
import { rangeOfLocation, type SourceView } from './sourceView';
import { Store } from './store';

/** What is drawn now, for tests. */
export interface DrawnStep {
  readonly uri: string;
  /** From 0. */
  readonly line: number;
  readonly endLine: number;
  readonly violated: boolean;
  readonly text: string;
}

interface Look {
  readonly lines: vscode.TextEditorDecorationType;
  /** Upper edge of the first line and lower edge of the last. */
  readonly top: vscode.TextEditorDecorationType;
  readonly bottom: vscode.TextEditorDecorationType;
  readonly gutter: vscode.TextEditorDecorationType;
}

const AFTER_COLOUR = {
  calm: new vscode.ThemeColor('rmapLens.inlineChangeForeground'),
  violated: new vscode.ThemeColor('rmapLens.violatedStepBorder'),
} as const;

export class StepDecorations implements vscode.Disposable {
  private readonly store = new Store();
  private readonly calm: Look;
  private readonly violated: Look;
  private readonly after: vscode.TextEditorDecorationType;
  private drawnStep: DrawnStep | null = null;

  constructor(
    media: vscode.Uri,
    private readonly session: Session,
    private readonly places: RunPlaces,
    private readonly view: SourceView,
    private readonly log: Log,
  ) {
    this.calm = this.makeLook(media, 'currentStep', 'step');
    this.violated = this.makeLook(media, 'violatedStep', 'step-violated');
    this.after = this.store.add(
      vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        after: {
          fontStyle: 'italic',
          margin: '0 0 0 3ch',
        },
      }),
    );
    this.store.add(session.onDidChangeRun(() => this.draw()));
    this.store.add(session.onDidMoveCursor(() => this.drawAndFollow()));
    this.store.add(places.onDidChange(() => this.drawAndFollow()));
    this.store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.draw()));
    this.store.add(configuration.onDidChange(['inlineValues.enabled'], () => this.draw()));
  }

  /** The step that is drawn, or null. */
  get drawn(): DrawnStep | null {
    return this.drawnStep;
  }

  dispose(): void {
    this.drawnStep = null;
    this.store.dispose();
  }

  private makeLook(media: vscode.Uri, colour: 'currentStep' | 'violatedStep', icon: string): Look {
    const picture = (theme: string) => ({
      gutterIconPath: vscode.Uri.joinPath(media, `${icon}-${theme}.svg`),
    });
    const border = new vscode.ThemeColor(`rmapLens.${colour}Border`);
    const wholeLine = {
      isWholeLine: true,
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    };
    const edge = (borderWidth: string) =>
      this.store.add(
        vscode.window.createTextEditorDecorationType({
          ...wholeLine,
          borderColor: border,
          borderStyle: 'solid',
          borderWidth,
        }),
      );
    return {
      top: edge('1px 0 0 0'),
      bottom: edge('0 0 1px 0'),
      lines: this.store.add(
        vscode.window.createTextEditorDecorationType({
          ...wholeLine,
          backgroundColor: new vscode.ThemeColor(`rmapLens.${colour}Background`),
          overviewRulerColor: border,
          overviewRulerLane: vscode.OverviewRulerLane.Full,
        }),
      ),
      gutter: this.store.add(
        vscode.window.createTextEditorDecorationType({
          rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
          gutterIconSize: '85%',
          dark: picture('dark'),
          light: picture('light'),
        }),
      ),
    };
  }

  private drawAndFollow(): void {
    this.draw();
    const run = this.session.current;
    const place = this.places.current();
    if (!run?.tree || !place || !('location' in place) || !configuration.followStepInEditor()) return;
    const { tree } = run;
    // a person who opens another editor meanwhile has precedence
    this.view
      .reveal(tree, place.location, { focus: false })
      .catch((error: unknown) => this.log.info(`The current step was not shown: ${String(error)}`));
  }

  private draw(): void {
    const run = this.session.current;
    const step = this.session.step;
    const place = this.places.current();
    const shown = run?.tree && step && place && 'location' in place ? { run, step, place } : null;
    const uri = shown?.run.tree ? uriInTree(shown.run.tree.root, shown.place.location.file) : null;
    this.drawnStep = shown && uri ? this.describe(uri, shown.run, shown.step, shown.place.location) : null;
    for (const editor of vscode.window.visibleTextEditors) {
      if (shown && this.drawnStep && editor.document.uri.toString() === this.drawnStep.uri)
        this.mark(editor, shown.place.location, this.drawnStep);
      else this.clear(editor);
    }
  }

  private describe(uri: vscode.Uri, run: CurrentRun, step: Step, location: Location): DrawnStep {
    return {
      uri: uri.toString(),
      line: location.line,
      endLine: location.endLine,
      violated: this.session.violationsHere().length > 0,
      text: configuration.inlineValues() ? this.textAfter(run, step) : '',
    };
  }

  private textAfter(run: CurrentRun, step: Step): string {
    const changes = inlineText(step, run.cursor.state, run.trace.kinds);
    // an assert that fires says so itself
    const violations = this.session
      .violationsHere()
      .filter(({ invariant }) => !invariant.startsWith('assert/'))
      .map(({ invariant }) => `✗ ${invariant}`);
    return [...violations, changes].filter((text) => text !== '').join(' · ');
  }

  private mark(editor: vscode.TextEditor, location: Location, drawn: DrawnStep): void {
    const range = rangeOfLocation(location);
    const first = new vscode.Range(range.start, range.start);
    const [look, other] = drawn.violated ? [this.violated, this.calm] : [this.calm, this.violated];
    editor.setDecorations(look.lines, [range]);
    editor.setDecorations(look.top, [first]);
    editor.setDecorations(look.bottom, [new vscode.Range(range.end, range.end)]);
    editor.setDecorations(look.gutter, [first]);
    clearLook(editor, other);
    if (drawn.text === '') {
      editor.setDecorations(this.after, []);
      return;
    }
    const end = editor.document.lineAt(Math.min(location.endLine, editor.document.lineCount - 1)).range.end;
    editor.setDecorations(this.after, [
      {
        range: new vscode.Range(end, end),
        renderOptions: {
          after: { contentText: drawn.text, color: AFTER_COLOUR[drawn.violated ? 'violated' : 'calm'] },
        },
      },
    ]);
  }

  private clear(editor: vscode.TextEditor): void {
    clearLook(editor, this.calm);
    clearLook(editor, this.violated);
    editor.setDecorations(this.after, []);
  }
}

function clearLook(editor: vscode.TextEditor, { lines, top, bottom, gutter }: Look): void {
  for (const type of [lines, top, bottom, gutter]) editor.setDecorations(type, []);
}
