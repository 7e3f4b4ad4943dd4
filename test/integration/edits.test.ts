// What typing does to the current step; and a tree that is not the open one.
import * as vscode from 'vscode';
import { equal, match, ok } from '../support/assert';
import {
  eventually,
  extension,
  inTree,
  lensesOf,
  positionOf,
  repositoryUri,
  run,
  show,
  tidy,
} from './support';

async function edit(
  document: vscode.TextDocument,
  change: (edit: vscode.WorkspaceEdit) => void,
): Promise<void> {
  const all = new vscode.WorkspaceEdit();
  change(all);
  ok(await vscode.workspace.applyEdit(all), 'the edit was refused');
  equal(document.isDirty, true);
}

const lineOfStep = async () => {
  const place = (await (await extension()).session())?.place;
  return place && 'line' in place ? place.line : null;
};

describe('an edit', () => {
  afterEach(tidy);

  it('above the current step moves its line with it', async () => {
    const api = await extension();
    const { document } = await show(inTree('mm/rmap.c'));
    await run('rmapLens.runFunction', 'anon_vma_clone', 'fork-of-a-fork', inTree('').toString());
    const before = await lineOfStep();
    ok(before !== null);
    await edit(document, (all) =>
      all.insert(document.uri, new vscode.Position(0, 0), '/* three */\n/* new */\n/* lines */\n'),
    );
    await eventually('the step has moved', async () => (await lineOfStep()) === before + 3);
    equal(api.drawn()?.line, before + 3);
    match(document.lineAt(before + 3).text, /anon_vma_clone/);
  });

  it('that takes the statement away leaves the step without a place, and undo gives it back', async () => {
    const api = await extension();
    // the text itself would run otherwise, and its steps have places of their own
    await run('rmapLens.chooseEngine', 'simulation');
    const { document } = await show(inTree('mm/rmap.c'));
    await run('rmapLens.runFunction', 'anon_vma_clone', 'fork-of-a-fork', inTree('').toString());
    const name = positionOf(document, 'anon_vma_clone(', '\nint anon_vma_clone(');
    await edit(document, (all) => all.insert(document.uri, name, 'renamed_'));
    const place = await eventually('the place is lost', async () => {
      const found = (await api.session())?.place;
      return found && 'missing' in found ? found : null;
    });
    match(place.missing, /not in this tree/);
    equal(api.drawn(), null);
    await run('undo');
    await eventually('the place is back', async () => (await lineOfStep()) !== null);
    await run('rmapLens.chooseEngine', 'auto');
  });
});

describe('another tree', () => {
  afterEach(tidy);

  it('above an open file is recognised, has lenses of its own, and says which steps it has not', async () => {
    const api = await extension();
    const { document } = await show(repositoryUri('test/fixtures/tree/mm/rmap.c'));
    const lenses = await eventually('lenses', async () => {
      const all = await lensesOf(document.uri);
      return all.length > 0 ? all : null;
    });
    const { line } = positionOf(document, 'int anon_vma_clone(');
    ok(lenses.some(({ range }) => range.start.line === line));
    await run(
      'rmapLens.runFunction',
      'anon_vma_clone',
      'fork-of-a-fork',
      repositoryUri('test/fixtures/tree').toString(),
    );
    const state = await api.session();
    equal(state?.tree, 'Linux 7.3.99-fixture');
    ok(state?.place && 'line' in state.place);
    equal(state.place.line, line);
    ok(state.unplaced.length > 0, 'most of a kernel is missing there');
    match(state.unplaced[0]?.missing ?? '', /not in this tree/);
  });

  it('is used when the setting names it', async () => {
    const api = await extension();
    const settings = vscode.workspace.getConfiguration('rmapLens');
    await settings.update(
      'kernelPath',
      repositoryUri('test/fixtures/tree').path,
      vscode.ConfigurationTarget.Global,
    );
    try {
      await run('rmapLens.runSample', api.samples[0]);
      equal((await api.session())?.tree, 'Linux 7.3.99-fixture');
    } finally {
      await settings.update('kernelPath', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
