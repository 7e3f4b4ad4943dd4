/**
 * Locks held, beside the code: inlay hints where the set changes, and a hover that says by which path each came to be held.
 */
import * as vscode from 'vscode';
import { hintLabel, lockHints, NOT_UNDERSTOOD } from '../analysis/lockHints';
import { locksInWords, locksLabel } from '../analysis/lockSets';
import { contains, type Span } from '../source/text';
import { configuration } from './configuration';
import type { AnnotatedFunction, LockService } from './lockService';
import { toldOfHint, toldOfStatement } from './lockTold';
import type { Log } from './log';
import { trusted } from './markdown';
import { Store } from './store';

interface Drawn {
  readonly line: number;
  readonly label: string;
  /** What the hover says. */
  readonly tell: () => string[];
}

/** A hint whose hover is made when it is asked for. */
class LockInlay extends vscode.InlayHint {
  constructor(
    position: vscode.Position,
    label: string,
    readonly tell: () => string[],
  ) {
    super(position, label);
    this.paddingLeft = true;
  }
}

export class LockHints implements vscode.InlayHintsProvider, vscode.HoverProvider, vscode.Disposable {
  private readonly store = new Store();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  readonly onDidChangeInlayHints = this.changed.event;
  private cursorLine = -1;

  constructor(
    private readonly service: LockService,
    private readonly log: Log,
  ) {
    this.store.add(vscode.languages.registerInlayHintsProvider({ language: 'c' }, this));
    this.store.add(vscode.languages.registerHoverProvider({ language: 'c' }, this));
    this.store.add(service.onDidChange(() => this.changed.fire()));
    this.store.add(configuration.onDidChange(['locks.inlay'], () => this.changed.fire()));
    this.store.add(
      vscode.window.onDidChangeTextEditorSelection(({ selections }) => {
        const line = selections[0]?.active.line ?? -1;
        if (line === this.cursorLine) return;
        this.cursorLine = line;
        if (configuration.locksInlay() === 'cursor') this.changed.fire();
      }),
    );
  }

  provideInlayHints(
    document: vscode.TextDocument,
    range: vscode.Range,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlayHint[]> {
    const where = configuration.locksInlay();
    if (where === 'off') return Promise.resolve([]);
    return this.log.guard('Locks held', async () => {
      const { version } = document;
      const lines = where === 'cursor' ? new vscode.Range(this.cursorLine, 0, this.cursorLine + 1, 0) : range;
      if (where === 'cursor' && this.cursorLine < 0) return [];
      const functions = await this.service.functionsIn(document, spanOf(document, lines), token);
      if (token.isCancellationRequested || document.version !== version) return [];
      const drawn = functions.flatMap((one) =>
        where === 'cursor' ? atLine(document, one, this.cursorLine) : changesIn(document, one),
      );
      return byLine(drawn).map(({ line, label, tell }) => {
        const { end } = document.lineAt(Math.min(line, document.lineCount - 1)).range;
        // what is told of another text would name wrong lines
        return new LockInlay(end, label, () => (document.version === version ? tell() : []));
      });
    }, []);
  }

  resolveInlayHint(hint: vscode.InlayHint): vscode.InlayHint {
    const lines = hint instanceof LockInlay ? hint.tell() : [];
    if (lines.length > 0) hint.tooltip = trusted(lines);
    return hint;
  }

  provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | null> {
    if (!configuration.hover() || configuration.locksInlay() === 'off') return Promise.resolve(null);
    return this.log.guard(
      'Locks held',
      async () => {
        const offset = document.offsetAt(position);
        const [one] = await this.service.functionsIn(document, { start: offset, end: offset + 1 }, token);
        if (!one) return null;
        const statement = one.body.statements.findLast(
          ({ kind, span }) => kind !== 'end' && kind !== 'entry' && contains(span, offset),
        );
        const lines = toldOfStatement(document, one, statement?.span ?? { start: offset, end: offset + 1 });
        return lines.length === 0 ? null : new vscode.Hover(trusted(lines));
      },
      null,
    );
  }

  /** Hints with what their hovers say, for tests. */
  async described(
    document: vscode.TextDocument,
    range: vscode.Range,
  ): Promise<readonly { line: number; label: string; hover: string }[]> {
    const { token } = new vscode.CancellationTokenSource();
    const hints = await this.provideInlayHints(document, range, token);
    return hints.map((hint) => {
      const { position, label, tooltip } = this.resolveInlayHint(hint);
      const hover = tooltip instanceof vscode.MarkdownString ? tooltip.value : '';
      return { line: position.line, label: String(label), hover };
    });
  }

  dispose(): void {
    this.store.dispose();
  }
}

function spanOf(document: vscode.TextDocument, range: vscode.Range): Span {
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}

/** Places at which the set changes; one behind the last line of its statement. */
function changesIn(document: vscode.TextDocument, one: AnnotatedFunction): Drawn[] {
  const base = one.place.function.span.start;
  return lockHints(one.locks, one.body).map((hint) => {
    const { side, at: own, label } = hint;
    const { span } = hint.statement;
    const ownEnd = side === 'after' || side === 'entry' ? span.end - 1 : span.start;
    const at = own === undefined ? ownEnd : base + own;
    const tell = (): string[] => toldOfHint(document, one, hint);
    return { line: document.positionAt(at).line, label, tell };
  });
}

/** What is held on one line, and what after it if that is another set. */
function atLine(document: vscode.TextDocument, one: AnnotatedFunction, line: number): Drawn[] {
  const statement = one.body.statements.find(
    ({ kind, span }) => kind !== 'entry' && document.positionAt(span.start).line === line,
  );
  const around = statement && one.locks.at(statement.span.start - one.place.function.span.start);
  if (!around) return [];
  const [before, after] = [locksLabel(around.before), locksLabel(around.after)];
  const held = hintLabel('before', around.before);
  const label = before === after ? held : `${held} → ${locksInWords(around.after)}`;
  return [{ line, label, tell: () => toldOfStatement(document, one, statement.span) }];
}

/** One hint a line: the last says what holds from there on, and what was not understood is said beside it. */
function byLine(drawn: readonly Drawn[]): Drawn[] {
  const dark = new Set(drawn.filter(({ label }) => label === NOT_UNDERSTOOD).map(({ line }) => line));
  const last = new Map<number, Drawn>();
  for (const one of drawn) {
    if (one.label !== NOT_UNDERSTOOD || !last.has(one.line)) last.set(one.line, one);
  }
  return [...last.values()].map((one) =>
    dark.has(one.line) && one.label !== NOT_UNDERSTOOD
      ? { ...one, label: `${one.label}, ${NOT_UNDERSTOOD}` }
      : one,
  );
}
