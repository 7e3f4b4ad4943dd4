// Unsaved edits of the real mm/rmap.c: the scenario on show runs again on the text as it stands.
import * as vscode from 'vscode';
import { equal, match, ok } from '../support/assert';
import { eventually, extension, inTree, positionOf, run, show, tidy } from './support';

const SAMPLE = 'merge-allocation-failure';

async function deleteLine(editor: vscode.TextEditor, needle: string, start: string): Promise<void> {
  const position = positionOf(editor.document, needle, start);
  await editor.edit((edit) => edit.delete(editor.document.lineAt(position.line).rangeIncludingLineBreak));
}

/** Puts a document back to a text, as undo does. */
async function restore(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  ok(await vscode.workspace.applyEdit(edit));
}

describe('edits of the C text', function () {
  // the first run reads and compiles the whole of the text
  this.timeout(180_000);
  afterEach(async () => {
    await tidy();
    await run('rmapLens.chooseEngine', 'auto');
  });

  it('a deleted line turns the failing merge red, without saving, and the cause is there to step back to', async () => {
    const api = await extension();
    const editor = await show(inTree('mm/rmap.c'));
    const original = editor.document.getText();
    await run('rmapLens.runSample', SAMPLE);
    await eventually('nothing is violated', async () => (await api.session())?.violations === 0);
    const begun = await api.text();
    equal(begun.engine, 'simulation', JSON.stringify(begun));

    await deleteLine(
      editor,
      'vma->anon_vma = NULL;',
      'cleanup_partial_anon_vmas(struct vm_area_struct *vma)\n{',
    );
    const report = await eventually('the edited text has run', async () => {
      const text = await api.text();
      return text.broken.length > 0 ? text : null;
    });
    ok(editor.document.isDirty);
    equal(report.engine, 'interpreter');
    ok(report.broken.includes('vma/active-on-chain'), report.broken.join(' '));
    ok(report.broken.includes('anon_vma/active-count'), report.broken.join(' '));
    match(report.effect ?? '', /^The edit violates .*active-on-chain/);

    const problems = await eventually('it stands in the Problems view', () => {
      const found = vscode.languages
        .getDiagnostics(editor.document.uri)
        .filter(({ message }) => message.includes('This edit causes it'));
      return found.length > 0 ? found : null;
    });
    // those whose step has a line of C
    const codes = problems.map(({ code }) => String(typeof code === 'object' ? code.value : code));
    ok(
      codes.every((code) => report.broken.includes(code)),
      codes.join(' '),
    );

    await run('rmapLens.goToStart');
    await run('rmapLens.nextViolation');
    const at = await api.session();
    ok((at?.violations ?? 0) > 0);
    const place = at?.place;
    ok(place && 'file' in place, JSON.stringify(place));

    await restore(editor.document, original);
    await eventually('the undone edit has run', async () =>
      (await api.session())?.violations === 0 ? true : null,
    );
  });

  it('half-typed text keeps the last good run, and says why', async () => {
    const api = await extension();
    const editor = await show(inTree('mm/rmap.c'));
    await run('rmapLens.chooseEngine', 'interpreter');
    await run('rmapLens.runSample', 'fork-and-copy-on-write');
    const before = await api.session();
    ok((before?.steps ?? 0) > 50);
    const original = editor.document.getText();
    const position = positionOf(editor.document, 'struct anon_vma_chain *avc', 'int anon_vma_clone(');
    await editor.edit((edit) => edit.insert(position, 'if (((x = '));
    const report = await eventually('it is stale', async () => {
      const text = await api.text();
      return text.stale === null ? null : text;
    });
    match(report.stale ?? '', /anon_vma_clone\(\) is not C that can be read.*mm\/rmap\.c/);
    equal((await api.session())?.steps, before?.steps);
    await restore(editor.document, original);
    await eventually('it is fresh again', async () => ((await api.text()).stale === null ? true : null));
  });

  it('the simulation agrees with the text of the tree', async () => {
    const api = await extension();
    await show(inTree('mm/rmap.c'));
    await run('rmapLens.runSample', SAMPLE);
    await eventually('it was compared, and agrees', async () => {
      const text = (await api.text()).agreement ?? '';
      return /^simulation agrees with this file \(\d+ scenarios\)$/.test(text) ? text : null;
    });
  });

  it('a difference between the simulation and the text opens side by side', async () => {
    const api = await extension();
    const editor = await show(inTree('mm/rmap.c'));
    const original = editor.document.getText();
    await run('rmapLens.runSample', SAMPLE);
    await deleteLine(
      editor,
      'vma->anon_vma = NULL;',
      'cleanup_partial_anon_vmas(struct vm_area_struct *vma)\n{',
    );
    try {
      const text = await eventually('the text differs from the simulation', async () => {
        const { agreement } = await api.text();
        return agreement !== null && /differs/.test(agreement) ? agreement : null;
      });
      match(text, /differs from this file in \d+ of \d+ scenarios, first in “/);

      // where several differ it asks which: the first is taken
      const shown = run('rmapLens.showDifference');
      await Promise.race([shown, new Promise((done) => setTimeout(done, 1_000))]);
      await run('workbench.action.acceptSelectedQuickOpenItem');
      await shown;
      const compared = api.compared();
      match(compared?.a ?? '', /, simulation$/);
      match(compared?.b ?? '', /, interpreted C$/);
      match(compared?.text ?? '', /anon_vma/);
      // and the run stands where they part: behind what the text leaves out
      const parted = await api.session();
      equal(parted?.function, 'cleanup_partial_anon_vmas');
      equal(parted?.place !== null && parted?.place !== undefined && 'file' in parted.place, true);

      await run('rmapLens.runSample', SAMPLE);
      await eventually('the effect of the edit', async () => (await api.text()).effect);
      await run('rmapLens.showEditEffect');
      match(api.compared()?.a ?? '', /, before the edit$/);
    } finally {
      await restore(editor.document, original);
    }
    await eventually('it agrees again', async () => /agrees/.test((await api.text()).agreement ?? ''));
  });
});
