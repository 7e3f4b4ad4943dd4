// Lenses and hovers on the real mm/rmap.c.
import * as vscode from 'vscode';
import { deepEqual, equal, match, ok } from '../support/assert';
import { eventually, extension, hoverText, inTree, lensesOf, positionOf, run, show, tidy } from './support';

const titlesOf = (lenses: readonly vscode.CodeLens[], line: number) =>
  lenses.filter(({ range }) => range.start.line === line).map(({ command }) => command?.title ?? '');

describe('lenses', () => {
  afterEach(tidy);

  it('stand above anon_vma_clone() with its samples, invariants and callers', async () => {
    const editor = await show(inTree('mm/rmap.c'));
    const lenses = await eventually('lenses', async () => {
      const all = await lensesOf(editor.document.uri, 1000);
      return all.length > 0 ? all : null;
    });
    const { line } = positionOf(editor.document, 'anon_vma_clone(', '\nint anon_vma_clone(');
    const titles = titlesOf(lenses, line);
    ok(titles.includes('$(play)\u00a0Run on a sample'), titles.join(' | '));
    ok(
      titles.some((title) => /^\d+ invariants?$/.test(title)),
      titles.join(' | '),
    );
    const callers = lenses.find(
      ({ range, command }) => range.start.line === line && /caller/.test(command?.title ?? ''),
    );
    match(callers?.command?.title ?? '', /^4 callers$/);
    equal(callers?.command?.command, 'editor.action.showReferences');
  });

  it('have a twin in the palette: the invariants of the function that the cursor is on', async () => {
    const editor = await show(inTree('mm/rmap.c'));
    const at = positionOf(editor.document, 'anon_vma_clone(', '\nint anon_vma_fork(');
    // on a name, and in a function
    for (const [position, head] of [
      [at, 'anon_vma_clone'],
      [positionOf(editor.document, '{', '\nint anon_vma_fork('), 'anon_vma_fork'],
    ] as const) {
      const cursor = new vscode.Selection(position, position);
      (await show(inTree('mm/rmap.c'))).selection = cursor;
      let isDone = false;
      const done = run('rmapLens.showInvariants').then(() => {
        isDone = true;
      });
      await eventually('the choice', async () => {
        await run('workbench.action.acceptSelectedQuickOpenItem');
        return isDone;
      });
      await done;
      const shown = vscode.window.activeTextEditor;
      equal(shown?.document.uri.path, inTree('mm/rmap.c').path);
      ok(shown && !shown.selection.isEqual(cursor));
      const above = shown.document.getText(new vscode.Range(0, 0, shown.selection.active.line + 1, 0));
      const heads = [...above.matchAll(/^[a-z][\w *]*?(\w+)\(/gm)];
      equal(heads.at(-1)?.[1], head);
    }
  });

  it('say so from the palette where the cursor is on no function, and nothing else happens', async () => {
    const api = await extension();
    const editor = await show(inTree('mm/rmap.c'));
    const before = api.errors().length;
    // on no function, and on one of which none is known
    for (const at of [
      new vscode.Position(0, 0),
      positionOf(editor.document, 'put_anon_vma(', '\nint anon_vma_fork('),
    ]) {
      editor.selection = new vscode.Selection(at, at);
      equal(await run('rmapLens.showInvariants'), undefined);
      equal(vscode.window.activeTextEditor?.document.uri.path, editor.document.uri.path);
      ok(editor.selection.active.isEqual(at));
    }
    equal(api.errors().length, before);
  });

  it('go away when the setting says so', async () => {
    const editor = await show(inTree('mm/rmap.c'));
    const settings = vscode.workspace.getConfiguration('rmapLens');
    await settings.update('codeLens.enabled', false, vscode.ConfigurationTarget.Global);
    try {
      equal((await lensesOf(editor.document.uri)).length, 0);
    } finally {
      await settings.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.Global);
    }
    ok((await lensesOf(editor.document.uri)).length > 0);
  });
});

describe('hovers', () => {
  afterEach(tidy);

  it('say what anon_vma_clone() is for, with links to samples', async () => {
    const { document } = await show(inTree('mm/rmap.c'));
    const text = await hoverText(
      document.uri,
      positionOf(document, 'anon_vma_clone(', '\nint anon_vma_clone('),
    );
    match(text, /`anon_vma_clone`.*simulated as in Linux 7\\\.3/s);
    match(text, /Run on: \[/);
    match(text, /Invariants/);
  });

  it('say what a statement does, in the current run and at its steps', async () => {
    const api = await extension();
    const { document } = await show(inTree('mm/rmap.c'));
    const at = positionOf(document, 'anon_vma_chain_assign(dst, avc', 'int anon_vma_clone(');
    match(await hoverText(document.uri, at.translate(0, 2)), /In the sample/);
    await run('rmapLens.runFunction', 'anon_vma_clone', 'fork-of-a-fork', inTree('').toString());
    await api.session();
    const statement = positionOf(document, 'active_anon_vma)', 'anon_vma_lock_write(active_anon_vma');
    const text = await hoverText(document.uri, statement.translate(0, 3));
    match(text, /step \d+/);
  });

  it('say whether an assert holds, and light up the explorer', async () => {
    const api = await extension();
    const { document } = await show(inTree('mm/rmap.c'));
    await run('rmapLens.runFunction', 'check_anon_vma_clone', 'asserts', inTree('').toString());
    await api.session();
    const at = positionOf(document, '!src->anon_vma && dst->anon_vma', 'check_anon_vma_clone(');
    const text = await hoverText(document.uri, at);
    match(text, /assert\/check_anon_vma_clone\/!src->anon_vma && dst->anon_vma/);
    match(text, /✓/);
    match(api.litInvariant().id ?? '', /^assert\/check_anon_vma_clone/);
    deepEqual(
      api.litInvariant().lines.map(({ line }) => line),
      [at.line],
    );
  });

  it('run nothing but our own commands and show source as code', async () => {
    const { document } = await show(inTree('mm/rmap.c'));
    const hovers: vscode.Hover[] = await vscode.commands.executeCommand(
      'vscode.executeHoverProvider',
      document.uri,
      positionOf(document, 'anon_vma_clone(', '\nint anon_vma_clone('),
    );
    for (const content of hovers.flatMap((hover) => hover.contents)) {
      ok(content instanceof vscode.MarkdownString);
      equal(content.supportHtml ?? false, false);
      for (const [, command] of content.value.matchAll(/\(command:([\w.]+)/g))
        match(command ?? '', /^rmapLens\./);
    }
  });
});
