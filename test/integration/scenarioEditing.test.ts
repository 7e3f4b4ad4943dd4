// What the editor offers in a scenario: completion, hovers, formatting, outline, fixes.
import * as vscode from 'vscode';
import { deepEqual, equal, match, ok } from '../support/assert';
import { eventually, extension, hoverText, positionOf, run, tidy } from './support';

async function scenario(content: string): Promise<vscode.TextDocument> {
  await extension();
  const document = await vscode.workspace.openTextDocument({ language: 'rmap', content });
  await vscode.window.showTextDocument(document);
  return document;
}

/** Proposals at the end of the text. */
async function proposed(content: string): Promise<vscode.CompletionItem[]> {
  const document = await scenario(content);
  const end = document.positionAt(content.length);
  const list: vscode.CompletionList = await vscode.commands.executeCommand(
    'vscode.executeCompletionItemProvider',
    document.uri,
    end,
  );
  return list.items;
}

const labelOf = ({ label }: vscode.CompletionItem) => (typeof label === 'string' ? label : label.label);

async function actionsAt(document: vscode.TextDocument, line: number): Promise<vscode.CodeAction[]> {
  const actions: vscode.CodeAction[] = await vscode.commands.executeCommand(
    'vscode.executeCodeActionProvider',
    document.uri,
    document.lineAt(line).range,
  );
  return actions.filter(({ edit }) => edit !== undefined);
}

const FORKED = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\n';

describe('in a scenario', () => {
  afterEach(tidy);

  it('verbs are proposed, with documentation and arguments', async () => {
    const items = await proposed(`${FORKED}C: `);
    const write = items.find((item) => labelOf(item) === 'write');
    ok(write, items.map(labelOf).join(' '));
    ok(write.insertText instanceof vscode.SnippetString);
    match(write.insertText.value, /0x10/);
    ok(write.documentation instanceof vscode.MarkdownString);
    match(write.documentation.value, /copy/);
  });

  it('states are proposed as the simulation has them', async () => {
    equal((await proposed(`${FORKED}C: write 0x10\nexpect chain C:0x10 = `)).map(labelOf)[0], 'A1 A0');
    ok((await proposed('expect violation ')).map(labelOf).includes('anon_vma/active-count'));
    ok((await proposed('profile ')).map(labelOf).includes('7.3'));
  });

  it('words are explained', async () => {
    const document = await scenario(`${FORKED}expect violation anon_vma/active-count\n`);
    match(await hoverText(document.uri, positionOf(document, 'mmap')), /Maps LEN pages/);
    const text = await hoverText(document.uri, positionOf(document, 'active-count'));
    match(text, /Why/);
    match(text, /Not met/);
  });

  it('operations say what they gave', async () => {
    const document = await scenario(`${FORKED}P: mmap 0x10 1\n`);
    const text = await hoverText(document.uri, positionOf(document, 'fork'));
    match(text, /\*\*ok\*\* on Linux 7\\\.3, \d+ steps/);
    match(text, /\+ process C, 1 VMA/);
    match(await hoverText(document.uri, positionOf(document, 'mmap 0x10 1')), /EEXIST/);
    await run('rmapLens.runScenario');
    match(await hoverText(document.uri, positionOf(document, 'fork')), /command:rmapLens\.seek/);
  });

  it('formatting keeps comments and lines', async () => {
    const document = await scenario('# head\nP:mmap   0x10 4 # a\n\n   P : write 0x10# b\nP: wriet  1\n');
    const edits: vscode.TextEdit[] = await vscode.commands.executeCommand(
      'vscode.executeFormatDocumentProvider',
      document.uri,
      { tabSize: 2, insertSpaces: true },
    );
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, edits);
    await vscode.workspace.applyEdit(edit);
    equal(document.getText(), '# head\nP: mmap 0x10 4  # a\n\nP: write 0x10  # b\nP: wriet  1\n');
  });

  it('there is an outline', async () => {
    const document = await scenario(`scenario "Mine"\n${FORKED}expect ok\n`);
    const symbols: vscode.DocumentSymbol[] = await vscode.commands.executeCommand(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    deepEqual(
      symbols.map(({ name, children }) => [name, children.map((child) => child.name)]),
      [['Mine', ['P: mmap 0x10 4', 'P: write 0x10', 'P: fork C']]],
    );
    equal(symbols[0]?.children[2]?.children[0]?.name, 'expect ok');
  });

  it('a slip is put right', async () => {
    const document = await scenario('P: mmap 0x10 4\nP: wriet 0x10\nexpect violation lock/oder\n');
    await eventually('two problems', () => vscode.languages.getDiagnostics(document.uri).length === 2);
    for (const [line, title] of [
      [1, 'Change to write'],
      [2, 'Change to lock/order'],
    ] as const) {
      const [action] = await actionsAt(document, line);
      equal(action?.title, title);
      if (action?.edit) await vscode.workspace.applyEdit(action.edit);
    }
    equal(document.getText(), 'P: mmap 0x10 4\nP: write 0x10\nexpect violation lock/order\n');
  });

  it('an expectation can become what was found', async () => {
    const document = await scenario(`${FORKED}expect count anon_vma 7\n`);
    const [action] = await actionsAt(document, 3);
    equal(action?.title, 'Expect what was found: expect count anon_vma 2');
  });
});
