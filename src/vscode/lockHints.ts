/**
 * Locks held, beside the code: inlay hints where the set changes, and a hover that says by which path each came to be held.
 */
import * as vscode from 'vscode';
import { hintLabel, lockHints, NOT_UNDERSTOOD } from '../analysis/lockHints';
import { type LockShown, locksInWords, locksLabel } from '../analysis/lockSets';
import { callerSentences, lockProblems, lockSentence } from '../analysis/lockText';
import { contains, type Span } from '../source/text';
import { configuration } from './configuration';
import type { AnnotatedFunction, LockService } from './lockService';
import type { Log } from './log';
import { trusted } from './markdown';
import { code, escaped } from './markdownText';
import { Store } from './store';

/** Problems that a hover lists. */
const LIST_LIMIT = 4;

interface Drawn {
  readonly line: number;
  readonly label: string;
  readonly locks: readonly LockShown[];
  readonly around: AnnotatedFunction;
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
      return byLine(drawn).map((one) => this.hint(document, one));
    }, []);
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
        const lines = atStatement(document, one, statement?.span ?? { start: offset, end: offset + 1 });
        return lines.length === 0 ? null : new vscode.Hover(trusted(lines));
      },
      null,
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  private hint(document: vscode.TextDocument, { line, label, locks, around }: Drawn): vscode.InlayHint {
    const { end } = document.lineAt(Math.min(line, document.lineCount - 1)).range;
    const hint = new vscode.InlayHint(end, label);
    hint.paddingLeft = true;
    hint.tooltip = trusted([
      ...sentences(document, around, `Locks held: ${locksInWords(locks)}`, locks),
      ...problemLines(document, around),
    ]);
    return hint;
  }
}

function spanOf(document: vscode.TextDocument, range: vscode.Range): Span {
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}

/** Places at which the set changes; one behind the last line of its statement. */
function changesIn(document: vscode.TextDocument, one: AnnotatedFunction): Drawn[] {
  const base = one.place.function.span.start;
  return lockHints(one.locks, one.body).map(({ statement: { span }, side, at: own, locks, label }) => {
    const ownEnd = side === 'after' || side === 'entry' ? span.end - 1 : span.start;
    const at = own === undefined ? ownEnd : base + own;
    return { line: document.positionAt(at).line, label, locks, around: one };
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
  return [{ line, label, locks: around.before, around: one }];
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

function lineOf(document: vscode.TextDocument, one: AnnotatedFunction): (offset: number) => number {
  return (offset) => document.positionAt(one.place.function.span.start + offset).line + 1;
}

function sentences(
  document: vscode.TextDocument,
  one: AnnotatedFunction,
  title: string,
  locks: readonly LockShown[],
): string[] {
  const lines = [`**${escaped(title)}**`, ''];
  for (const shown of locks) {
    const sentence = lockSentence(shown, lineOf(document, one));
    lines.push(`- ${code(sentence.label)} ${escaped(sentence.title)}`);
    for (const path of sentence.paths) lines.push(`  - ${escaped(path)}`);
  }
  return lines;
}

/** What is held at a statement and after it, by which path, and what about it was not understood; nothing where there is nothing to say. */
function atStatement(document: vscode.TextDocument, one: AnnotatedFunction, span: Span): string[] {
  const base = one.place.function.span.start;
  const around = one.locks.at(span.start - base);
  const isHere = ({ start, end }: Span): boolean => base + start < span.end && base + end >= span.start;
  const notes = problemLines(document, one, isHere, []);
  if (!around)
    return notes.length === 0 ? [] : [`**${escaped('Locks held here: not understood')}**`, ...notes];
  const { before, after } = around;
  if (before.length === 0 && after.length === 0 && notes.length === 0) return [];
  const lines = sentences(document, one, `Locks held here: ${locksInWords(before)}`, before);
  if (locksLabel(after) !== locksLabel(before))
    lines.push('', ...sentences(document, one, `After it: ${locksInWords(after)}`, after));
  return [...lines, ...notes];
}

function problemLines(
  document: vscode.TextDocument,
  one: AnnotatedFunction,
  isMeant: (problem: Span) => boolean = () => true,
  more: readonly string[] = callerSentences(one.locks),
): string[] {
  const problems = [...more, ...lockProblems(one.locks, lineOf(document, one), isMeant)];
  const shown = problems.slice(0, LIST_LIMIT).map((problem) => `- $(question) ${escaped(problem)}`);
  const rest = problems.length > LIST_LIMIT ? [`- and ${problems.length - LIST_LIMIT} more`] : [];
  return problems.length === 0 ? [] : ['', ...shown, ...rest];
}
