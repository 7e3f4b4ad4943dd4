/**
 * Editing scenarios: formatting, outline, folding, and fixes for what is wrong.
 */
import * as vscode from 'vscode';
import { outlineOf } from '../scenario/outline';
import { parseScenario } from '../scenario/parser';
import { formatScenario } from '../scenario/printer';
import type { Fix } from '../scenario/syntax';
import type { Log } from './log';
import { parseOptions, SCENARIO_LANGUAGE } from './scenarioParsing';
import { rangeIn } from './scenarioRanges';
import type { ScenarioRuns } from './scenarioRuns';
import type { Simulator } from './simulator';
import { Store } from './store';

export function registerScenarioEditing(
  runs: ScenarioRuns,
  simulator: Simulator,
  log: Log,
): vscode.Disposable {
  const store = new Store();
  const { languages } = vscode;
  const selector = { language: SCENARIO_LANGUAGE };
  store.add(
    languages.registerDocumentRangeFormattingEditProvider(selector, {
      provideDocumentRangeFormattingEdits: (document, range) =>
        log.guard('Formatting', () => formatted(document, range), []),
    }),
  );
  store.add(
    languages.registerDocumentFormattingEditProvider(selector, {
      provideDocumentFormattingEdits: (document) => log.guard('Formatting', () => formatted(document), []),
    }),
  );
  store.add(languages.registerDocumentSymbolProvider(selector, { provideDocumentSymbols: symbols }));
  store.add(languages.registerFoldingRangeProvider(selector, { provideFoldingRanges: folds }));
  store.add(
    languages.registerCodeActionsProvider(
      selector,
      {
        provideCodeActions: (document, range, { diagnostics }) =>
          log.guard('Fixes', () => fixes(document, range, diagnostics, runs, simulator), []),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
  return store;
}

/** One edit a line that changes. Formatting keeps the lines of a file one by one. */
function formatted(document: vscode.TextDocument, within?: vscode.Range): vscode.TextEdit[] {
  const edits: vscode.TextEdit[] = [];
  const lines = formatScenario(document.getText()).split('\n');
  for (let line = 0; line < document.lineCount; line += 1) {
    const { range, text } = document.lineAt(line);
    const wanted = lines[line] ?? '';
    if (text !== wanted && (!within || within.intersection(range)))
      edits.push(vscode.TextEdit.replace(range, wanted));
  }
  const last = document.lineAt(document.lineCount - 1);
  if (!within && last.text.trim() !== '') edits.push(vscode.TextEdit.insert(last.range.end, '\n'));
  return edits;
}

function symbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
  const { title, operations } = outlineOf(parseScenario(document.getText()));
  const children = operations.map(({ statement, expectations, endLine }) => {
    const end = document.lineAt(endLine - 1).range.end;
    const range = new vscode.Range(new vscode.Position(statement.range.line - 1, 0), end);
    const symbol = new vscode.DocumentSymbol(
      statement.text,
      '',
      vscode.SymbolKind.Event,
      range,
      rangeIn(statement.range),
    );
    symbol.children = expectations.map(
      (expectation) =>
        new vscode.DocumentSymbol(
          expectation.text,
          '',
          vscode.SymbolKind.Boolean,
          document.lineAt(expectation.range.line - 1).range,
          rangeIn(expectation.range),
        ),
    );
    return symbol;
  });
  if (title === null) return children;
  const whole = new vscode.Range(
    0,
    0,
    document.lineCount - 1,
    document.lineAt(document.lineCount - 1).text.length,
  );
  const root = new vscode.DocumentSymbol(title || 'scenario', '', vscode.SymbolKind.Module, whole, whole);
  root.children = children;
  return [root];
}

function folds(document: vscode.TextDocument): vscode.FoldingRange[] {
  const { operations, comments } = outlineOf(parseScenario(document.getText()));
  return [
    ...comments.map(
      ([first, last]) => new vscode.FoldingRange(first - 1, last - 1, vscode.FoldingRangeKind.Comment),
    ),
    ...operations.flatMap(({ statement, endLine }) =>
      endLine > statement.range.line ? [new vscode.FoldingRange(statement.range.line - 1, endLine - 1)] : [],
    ),
  ];
}

async function fixes(
  document: vscode.TextDocument,
  range: vscode.Range,
  diagnostics: readonly vscode.Diagnostic[],
  runs: ScenarioRuns,
  simulator: Simulator,
): Promise<vscode.CodeAction[]> {
  const { problems } = parseScenario(document.getText(), parseOptions(simulator));
  const found = problems.flatMap((problem) => {
    const at = rangeIn(problem.range);
    if (!problem.fix || !at.intersection(range)) return [];
    return [action(document, problem.fix, diagnosticsAt(diagnostics, at))];
  });
  if (problems.length > 0) return found;
  const { run } = await runs.of(document);
  return run.expectations.flatMap(({ range: place, instead }) => {
    const at = place && rangeIn(place);
    if (!at || !place || instead === null || !at.intersection(range)) return [];
    const fix = { title: `Expect what was found: ${instead}`, range: place, text: instead };
    return [action(document, fix, diagnosticsAt(diagnostics, at))];
  });
}

function diagnosticsAt(diagnostics: readonly vscode.Diagnostic[], at: vscode.Range): vscode.Diagnostic[] {
  return diagnostics.filter(({ range }) => range.isEqual(at));
}

function action(
  document: vscode.TextDocument,
  { title, range, text }: Fix,
  diagnostics: vscode.Diagnostic[],
): vscode.CodeAction {
  const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  const { line, start, end } = range;
  made.edit = new vscode.WorkspaceEdit();
  made.edit.replace(document.uri, new vscode.Range(line - 1, start, line - 1, end), text);
  made.diagnostics = diagnostics;
  made.isPreferred = diagnostics.length > 0 && !title.startsWith('Expect');
  return made;
}
