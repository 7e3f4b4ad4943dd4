/**
 * Scenario files in the editor: problems while typing, and a lens that runs them.
 */
import * as vscode from 'vscode';
import { parseScenario } from '../scenario/parser';
import type { ExpectationResult } from '../scenario/run';
import type { TextRange } from '../scenario/syntax';
import { configuration } from './configuration';
import type { Log } from './log';
import { parseOptions } from './scenarioParsing';
import { rangeIn } from './scenarioRanges';
import type { Session } from './session';
import type { Simulator } from './simulator';
import { Store } from './store';

const LANGUAGE = 'rmap';

/** Milliseconds without typing before problems are looked for. */
const QUIET = 150;

export class ScenarioDocuments implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly store = new Store();
  private readonly problems = this.store.add(vscode.languages.createDiagnosticCollection('rmap'));
  private readonly lensesChanged = this.store.add(new vscode.EventEmitter<void>());
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly onDidChangeCodeLenses = this.lensesChanged.event;

  constructor(
    private readonly simulator: Simulator,
    private readonly session: Session,
    private readonly log: Log,
  ) {
    this.store.add(vscode.languages.registerCodeLensProvider({ language: LANGUAGE }, this));
    this.store.add(configuration.onDidChange(['codeLens.enabled'], () => this.lensesChanged.fire()));
    this.store.add(vscode.workspace.onDidOpenTextDocument((document) => this.check(document)));
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === LANGUAGE) this.checkSoon(document);
      }),
    );
    this.store.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        clearTimeout(this.timers.get(uri.toString()));
        this.timers.delete(uri.toString());
        this.problems.delete(uri);
      }),
    );
    // expectations that were not met show where they are written
    this.store.add(
      session.onDidChangeRun(() => {
        for (const document of vscode.workspace.textDocuments) this.check(document);
      }),
    );
    for (const document of vscode.workspace.textDocuments) this.check(document);
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!configuration.codeLens()) return [];
    const head = headLine(document);
    return [
      new vscode.CodeLens(new vscode.Range(head, 0, head, 0), {
        title: '$(play) Run',
        tooltip: 'Run this scenario and open the explorer',
        command: 'rmapLens.runScenario',
        arguments: [document.uri.toString()],
      }),
    ];
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.store.dispose();
  }

  private checkSoon(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        this.check(document);
      }, QUIET),
    );
  }

  private check(document: vscode.TextDocument): void {
    if (document.languageId !== LANGUAGE || document.isClosed) return;
    try {
      this.problems.set(document.uri, [...this.mistakes(document), ...this.unmet(document)]);
    } catch (error) {
      this.log.error('Checking a scenario', error);
    }
  }

  private mistakes(document: vscode.TextDocument): vscode.Diagnostic[] {
    const { problems } = parseScenario(document.getText(), parseOptions(this.simulator));
    return problems.map(({ range, severity, message }) =>
      diagnostic(
        range,
        message,
        severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
      ),
    );
  }

  /** Expectations of the current run that were not met, as long as the text is the one that was run. */
  private unmet(document: vscode.TextDocument): vscode.Diagnostic[] {
    const run = this.session.current;
    const ours =
      run?.source.kind === 'document' &&
      run.source.uri === document.uri.toString() &&
      run.text === document.getText();
    if (!ours) return [];
    return run.run.expectations.flatMap((result: ExpectationResult) =>
      result.met || !result.range
        ? []
        : [
            diagnostic(
              result.range,
              `Not met on ${run.profile.title}: ${result.found ?? 'something else was found'}.`,
              vscode.DiagnosticSeverity.Error,
            ),
          ],
    );
  }
}

function diagnostic(
  range: TextRange,
  message: string,
  severity: vscode.DiagnosticSeverity,
): vscode.Diagnostic {
  const made = new vscode.Diagnostic(rangeIn(range), message, severity);
  made.source = 'rmap';
  return made;
}

/** The line of the title, or the first that is neither blank nor a comment. */
function headLine(document: vscode.TextDocument): number {
  let first: number | null = null;
  for (let line = 0; line < document.lineCount; line += 1) {
    const text = document.lineAt(line).text.trim();
    if (text.startsWith('scenario')) return line;
    if (first === null && text !== '' && !text.startsWith('#')) first = line;
  }
  return first ?? 0;
}
