/**
 * Invariants in the text itself, without any run: an icon in the gutter where an assert or a documented rule stands, and
 * a bracket along the statements between which one is suspended. While a run is shown, the icons say how they stand.
 */
import * as vscode from 'vscode';
import type { Status } from '../trace/evaluation';
import { configuration } from './configuration';
import type { AnnotatedFiles, FileAnnotations } from './fileAnnotations';
import { bracketsOf, type InvariantMark, linesOf } from './invariantMarks';
import { sameTree, uriInTree } from './kernelTree';
import type { Log } from './log';
import type { RunControl } from './runControl';
import type { RunPlaces } from './runPlaces';
import type { Session } from './session';
import type { SourceService } from './sourceService';
import { Store } from './store';

/** What is drawn in one document, for tests. */
export interface DrawnInvariants {
  readonly marks: readonly { readonly line: number; readonly id: string; readonly status: Status }[];
  readonly suspended: readonly {
    readonly first: number;
    readonly last: number;
    readonly id: string;
    readonly role: string;
  }[];
}

const CLOSED = { rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed };

export interface InvariantGutterParts {
  readonly media: vscode.Uri;
  readonly files: AnnotatedFiles;
  readonly control: RunControl;
  readonly session: Session;
  readonly places: RunPlaces;
  readonly sources: SourceService;
  readonly log: Log;
}

export class InvariantGutter implements vscode.Disposable {
  private readonly store = new Store();
  private readonly icons: Readonly<Record<Status, vscode.TextEditorDecorationType>>;
  private readonly line: vscode.TextEditorDecorationType;
  /** Where what is suspended holds again only in another function. */
  private readonly beyond: vscode.TextEditorDecorationType;
  private readonly top: vscode.TextEditorDecorationType;
  private readonly bottom: vscode.TextEditorDecorationType;
  private readonly drawn = new Map<string, DrawnInvariants>();

  constructor(private readonly parts: InvariantGutterParts) {
    const { session, places, sources, control, files } = parts;
    this.icons = {
      holds: this.icon('invariant-stands'),
      suspended: this.icon('invariant-suspended'),
      violated: this.icon('invariant-violated'),
    };
    const colour = new vscode.ThemeColor('rmapLens.suspendedBorder');
    const edge = (borderWidth: string, isWholeLine: boolean, borderStyle = 'solid') =>
      this.store.add(
        vscode.window.createTextEditorDecorationType({
          ...CLOSED,
          ...{ isWholeLine, borderColor: colour, borderStyle, borderWidth },
        }),
      );
    this.line = edge('0 0 0 2px', true);
    this.beyond = edge('0 0 0 2px', true, 'dotted');
    this.top = edge('2px 0 0 0', false);
    this.bottom = edge('0 0 2px 0', false);
    const again = () => {
      files.forget();
      this.drawAll();
    };
    this.store.add(sources.onDidChangeText(again));
    this.store.add(sources.onDidChangeTrees(again));
    this.store.add(control.onDidChangeProfile(again));
    this.store.add(session.onDidChangeRun(() => this.drawAll()));
    // a step changes how invariants stand, not where
    this.store.add(session.onDidMoveCursor(() => this.drawAll(false)));
    this.store.add(places.onDidChange(() => this.drawAll()));
    this.store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.drawAll()));
    this.store.add(vscode.workspace.onDidCloseTextDocument((document) => files.forget(document)));
    this.store.add(
      configuration.onDidChange(['invariants.gutter', 'invariants.brackets'], () => this.drawAll()),
    );
    this.drawAll();
  }

  /** What is drawn in a document; null before it has been. */
  drawnIn(uri: string): DrawnInvariants | null {
    return this.drawn.get(uri) ?? null;
  }

  dispose(): void {
    this.store.dispose();
  }

  private icon(name: string): vscode.TextEditorDecorationType {
    const picture = (theme: string) => ({
      gutterIconPath: vscode.Uri.joinPath(this.parts.media, `${name}-${theme}.svg`),
    });
    return this.store.add(
      vscode.window.createTextEditorDecorationType({
        ...CLOSED,
        gutterIconSize: '60%',
        dark: picture('dark'),
        light: picture('light'),
      }),
    );
  }

  private drawAll(brackets = true): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.languageId !== 'c') continue;
      void this.parts.log.guard('Drawing invariants', () => this.draw(editor, brackets), undefined);
    }
  }

  private async draw(editor: vscode.TextEditor, brackets: boolean): Promise<void> {
    const { document } = editor;
    const { version } = document;
    const annotations = await this.parts.files.of(document);
    if (document.isClosed || document.version !== version) return;
    this.drawMarks(editor, annotations);
    if (brackets) this.drawBrackets(editor, annotations);
    this.drawn.set(document.uri.toString(), this.describe(annotations));
  }

  private drawMarks(editor: vscode.TextEditor, annotations: FileAnnotations | null): void {
    const byStatus = new Map<Status, Map<number, vscode.Range>>();
    // the arrow of the current step is not covered
    const taken = this.lineOfStep(editor.document.uri);
    const marks = configuration.invariantGutter() ? (annotations?.marks ?? []) : [];
    const worst = new Map<number, Status>();
    for (const mark of marks) {
      const { line } = mark.location;
      const status = this.statusOf(mark, annotations);
      if (line !== taken && rank(status) >= rank(worst.get(line) ?? 'holds')) worst.set(line, status);
    }
    for (const [line, status] of worst) {
      const lines = byStatus.get(status) ?? new Map<number, vscode.Range>();
      lines.set(line, new vscode.Range(line, 0, line, 0));
      byStatus.set(status, lines);
    }
    for (const status of ['holds', 'suspended', 'violated'] as const)
      editor.setDecorations(this.icons[status], [...(byStatus.get(status)?.values() ?? [])]);
  }

  private drawBrackets(editor: vscode.TextEditor, annotations: FileAnnotations | null): void {
    const ranges = configuration.invariantBrackets() ? (annotations?.suspended ?? []) : [];
    const brackets = bracketsOf(ranges.filter(({ suspension }) => suspension.to !== null));
    const covered = (line: number) => brackets.some(({ first, last }) => first <= line && line <= last);
    const beyond = bracketsOf(ranges).flatMap(({ first, last }) =>
      linesBetween(first, last).filter((line) => !covered(line)),
    );
    const corner = (line: number) => {
      const text = editor.document.lineAt(Math.min(line, editor.document.lineCount - 1)).text;
      // within the indentation, so that no text is crossed
      return /^\s/.test(text) ? [new vscode.Range(line, 0, line, 1)] : [];
    };
    editor.setDecorations(
      this.line,
      brackets.map(({ first, last }) => new vscode.Range(first, 0, last, 0)),
    );
    editor.setDecorations(
      this.beyond,
      beyond.map((line) => new vscode.Range(line, 0, line, 0)),
    );
    editor.setDecorations(
      this.top,
      brackets.flatMap(({ first }) => corner(first)),
    );
    editor.setDecorations(
      this.bottom,
      brackets.flatMap(({ last }) => corner(last)),
    );
  }

  /** How an invariant stands at the current step of a run on this tree; `holds` without one. */
  private statusOf({ invariant }: InvariantMark, annotations: FileAnnotations | null): Status {
    const { session } = this.parts;
    const tree = session.current?.tree;
    if (!annotations || !tree || !sameTree(tree, annotations.file.tree)) return 'holds';
    return session.statusOf(invariant.id)?.status ?? 'holds';
  }

  private lineOfStep(document: vscode.Uri): number | null {
    const { session, places } = this.parts;
    const tree = session.current?.tree;
    const place = places.current();
    if (!tree || !place || !('location' in place)) return null;
    return uriInTree(tree.root, place.location.file).toString() === document.toString()
      ? place.location.line
      : null;
  }

  private describe(annotations: FileAnnotations | null): DrawnInvariants {
    const marks = configuration.invariantGutter() ? (annotations?.marks ?? []) : [];
    const suspended = configuration.invariantBrackets() ? (annotations?.suspended ?? []) : [];
    return {
      marks: marks.map((mark) => ({
        line: mark.location.line,
        id: mark.invariant.id,
        status: this.statusOf(mark, annotations),
      })),
      suspended: suspended.map((range) => ({
        ...linesOf(range),
        id: range.suspension.invariant.id,
        role: range.suspension.role,
      })),
    };
  }
}

function rank(status: Status): number {
  return { holds: 0, suspended: 1, violated: 2 }[status];
}

function linesBetween(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
