// Scenario files: problems while typing, running, expectations.
import * as vscode from 'vscode';
import { equal, match, ok } from '../support/assert';
import { eventually, extension, lensesOf, run, tidy } from './support';

async function scenario(content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language: 'rmap', content });
  await vscode.window.showTextDocument(document);
  return document;
}

const problemsOf = (document: vscode.TextDocument) => vscode.languages.getDiagnostics(document.uri);

describe('a scenario file', () => {
  afterEach(tidy);

  it('shows its mistakes while it is typed, at the place', async () => {
    await extension();
    const document = await scenario('scenario "typo"\nP: mmap 0x10 4\nP: wriet 0x10\n');
    const [problem] = await eventually('a problem', () =>
      problemsOf(document).length > 0 ? problemsOf(document) : null,
    );
    equal(problem?.range.start.line, 2);
    equal(problem?.severity, vscode.DiagnosticSeverity.Error);
    const all = new vscode.WorkspaceEdit();
    all.replace(document.uri, document.lineAt(2).range, 'P: write 0x10');
    await vscode.workspace.applyEdit(all);
    await eventually('the problem is gone', () => problemsOf(document).length === 0);
  });

  it('runs from its lens, and says which expectation was not met', async () => {
    const api = await extension();
    const document = await scenario(
      'scenario "count"\nP: mmap 0x10 4\nP: write 0x10\nexpect count anon_vma 2\n',
    );
    const [lens] = await lensesOf(document.uri);
    match(lens?.command?.title ?? '', /Run/);
    equal(lens?.range.start.line, 0);
    await run(lens?.command?.command ?? '', ...(lens?.command?.arguments ?? []));
    const state = await api.session();
    equal(state?.source.kind, 'document');
    equal(state?.operations, 2);
    const [problem] = await eventually('the unmet expectation', () =>
      problemsOf(document).length > 0 ? problemsOf(document) : null,
    );
    equal(problem?.range.start.line, 3);
    match(problem?.message ?? '', /^Not met on Linux 7\.3: /);
  });

  it('with a mistake runs nothing', async () => {
    const api = await extension();
    await scenario('P: mmap 0x10\n');
    await run('rmapLens.runScenario');
    equal(await api.session(), null);
  });

  it('that comes with the extension opens read-only', async () => {
    const api = await extension();
    const uri = vscode.Uri.from({ scheme: 'rmap-sample', path: `/${api.samples[0]}.rmap` });
    const document = await vscode.workspace.openTextDocument(uri);
    equal(document.languageId, 'rmap');
    ok(document.getText().includes(':'));
  });
});
