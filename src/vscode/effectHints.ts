/**
 * After a statement, what it does to the objects in kernel terms: on the line of the cursor, in its function, or in the
 * whole file, as the setting says. The line of the current step of a run shows what really changed there instead.
 */
import * as vscode from 'vscode';
import { contains } from '../source/text';
import { shorten } from './changeText';
import { configuration } from './configuration';
import type { AnnotatedFiles, FileAnnotations } from './fileAnnotations';
import { effectText } from './invariantText';
import type { Log } from './log';
import type { StepDecorations } from './stepDecorations';
import { Store } from './store';

/** Characters of a hint. */
const LIMIT = 120;

/** Hints that are shown in one document, for tests. */
export interface DrawnEffect {
  readonly line: number;
  readonly text: string;
}

export class EffectHints implements vscode.Disposable {
  private readonly store = new Store();
  private readonly after: vscode.TextEditorDecorationType;
  private readonly drawn = new Map<string, readonly DrawnEffect[]>();

  constructor(
    private readonly files: AnnotatedFiles,
    private readonly steps: StepDecorations,
    private readonly log: Log,
    onDidChange: readonly vscode.Event<unknown>[],
  ) {
    this.after = this.store.add(
      vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        after: {
          color: new vscode.ThemeColor('rmapLens.effectForeground'),
          fontStyle: 'italic',
          margin: '0 0 0 3ch',
        },
      }),
    );
    for (const event of onDidChange) this.store.add(event(() => this.drawAll()));
    this.store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.drawAll()));
    this.store.add(vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.drawIn(textEditor)));
    this.store.add(configuration.onDidChange(['effects.inline'], () => this.drawAll()));
    this.drawAll();
  }

  drawnIn(uri: string): readonly DrawnEffect[] {
    return this.drawn.get(uri) ?? [];
  }

  dispose(): void {
    this.store.dispose();
  }

  private drawAll(): void {
    for (const editor of vscode.window.visibleTextEditors) this.drawIn(editor);
  }

  private drawIn(editor: vscode.TextEditor): void {
    if (editor.document.languageId !== 'c') return;
    void this.log.guard('Drawing effects', () => this.draw(editor), undefined);
  }

  private async draw(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    const { version } = document;
    const where = configuration.effectsInline();
    const annotations = where === 'off' ? null : await this.files.of(document);
    if (document.isClosed || document.version !== version) return;
    const step = this.steps.drawn;
    const taken = step && step.uri === document.uri.toString() ? step.endLine : null;
    const hints = annotations ? hintsOf(annotations).filter(({ line }) => line !== taken) : [];
    const shown = hints.filter(wanted(editor, annotations));
    this.drawn.set(document.uri.toString(), shown);
    editor.setDecorations(
      this.after,
      shown.map(({ line, text }) => {
        const { end } = document.lineAt(Math.min(line, document.lineCount - 1)).range;
        return { range: new vscode.Range(end, end), renderOptions: { after: { contentText: text } } };
      }),
    );
  }
}

/** One hint a line: of several statements on a line what each does. */
function hintsOf({ effects }: FileAnnotations): DrawnEffect[] {
  const byLine = new Map<number, string[]>();
  for (const { location, outcomes } of effects) {
    const text = effectText(outcomes);
    if (text === null) continue;
    const texts = byLine.get(location.endLine) ?? [];
    byLine.set(location.endLine, texts);
    if (!texts.includes(text)) texts.push(text);
  }
  return [...byLine].map(([line, texts]) => ({ line, text: shorten(texts, LIMIT) }));
}

/** Whether a hint is wanted where the cursor is. */
function wanted(
  editor: vscode.TextEditor,
  annotations: FileAnnotations | null,
): (hint: DrawnEffect) => boolean {
  const { active } = editor.selection;
  switch (configuration.effectsInline()) {
    case 'off':
      return () => false;
    case 'line':
      return ({ line }) => line === active.line;
    case 'file':
      return () => true;
    case 'function': {
      const offset = editor.document.offsetAt(active);
      const span = annotations?.file.functions.find(({ place }) => contains(place.function.span, offset))
        ?.place.function.span;
      if (!span) return () => false;
      const [first, last] = [
        editor.document.positionAt(span.start).line,
        editor.document.positionAt(span.end).line,
      ];
      return ({ line }) => first <= line && line <= last;
    }
  }
}
