// What the editor says without a run, the guided reading, and the first minutes, inside a real extension host.
import * as vscode from 'vscode';
import { deepEqual, equal, match, ok } from '../support/assert';
import { eventually, extension, hoverText, inTree, positionOf, run, show, tidy } from './support';

describe('annotations', () => {
  afterEach(tidy);

  it('stand at asserts and rules, bracket what is suspended, and say what a statement does', async () => {
    const api = await extension();
    const editor = await show(inTree('mm/rmap.c'));
    const uri = editor.document.uri.toString();
    const drawn = await eventually('annotations', () => {
      const { invariants } = api.annotations(uri);
      return invariants && invariants.marks.length > 0 ? invariants : null;
    });
    const assign = positionOf(editor.document, 'anon_vma_chain_assign(dst, avc', 'int anon_vma_clone(');
    const clone = drawn.suspended.find(
      ({ role, id }) => role === 'anon_vma_clone' && id === 'avc/linked-both-ways',
    );
    ok(clone && clone.first <= assign.line && assign.line <= clone.last, JSON.stringify(clone));
    const asserted = positionOf(editor.document, 'VM_WARN_ON_ONCE(!src->anon_vma && dst->anon_vma)');
    ok(drawn.marks.some(({ line, status }) => line === asserted.line && status === 'holds'));
    editor.selection = new vscode.Selection(assign, assign);
    const [effect] = await eventually('an effect', () => {
      const { effects } = api.annotations(uri);
      return effects.length > 0 ? effects : null;
    });
    equal(effect?.line, assign.line);
    match(effect?.text ?? '', /the AVC joins the VMA’s chain; not yet in the tree/);
  });

  it('go away when the settings say so', async () => {
    const api = await extension();
    const editor = await show(inTree('mm/rmap.c'));
    const uri = editor.document.uri.toString();
    await eventually('annotations', () => (api.annotations(uri).invariants?.marks.length ?? 0) > 0);
    const settings = vscode.workspace.getConfiguration('rmapLens');
    for (const name of ['invariants.gutter', 'invariants.brackets'])
      await settings.update(name, false, vscode.ConfigurationTarget.Global);
    try {
      await eventually('nothing drawn', () => {
        const { invariants } = api.annotations(uri);
        return invariants?.marks.length === 0 && invariants.suspended.length === 0;
      });
    } finally {
      for (const name of ['invariants.gutter', 'invariants.brackets'])
        await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('explain an invariant with links to samples that show and break it', async () => {
    const { document } = await show(inTree('mm/rmap.c'));
    const at = positionOf(document, 'VM_WARN_ON(anon_vma->num_active_vmas)');
    const text = await hoverText(document.uri, at.translate(0, 3));
    match(text, /anon_vma\/active-count/);
    match(text, /\*Must hold\* between operations/);
    match(text, /\*Relied on by\*/);
    match(text, /Broken in \[/);
    const link =
      /\$\(bug\) Broken in \[[^\]]*\]\(command:rmapLens\.runSample\?([^ )]*)/.exec(text)?.[1] ?? '';
    const args: unknown[] = JSON.parse(decodeURIComponent(link));
    await run('rmapLens.runSample', ...args);
    const state = await (await extension()).session();
    equal(state?.position, args[1]);
    ok((state?.violations ?? 0) > 0);
  });

  it('follow an edit, and the current step of a run', async () => {
    const api = await extension();
    const editor = await show(inTree('mm/rmap.c'));
    const uri = editor.document.uri.toString();
    const lineOf = () =>
      api
        .annotations(uri)
        .invariants?.suspended.find(({ role, id }) => role === 'anon_vma_fork' && id === 'anon_vma/refcount')
        ?.first;
    const before = await eventually('a bracket in anon_vma_fork()', lineOf);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(editor.document.uri, new vscode.Position(0, 0), '/* one line */\n');
    ok(await vscode.workspace.applyEdit(edit));
    await eventually('the bracket moves', () => lineOf() === before + 1);
    await run('rmapLens.runFunction', 'unlink_anon_vmas', 'parent-exits-first', inTree('').toString());
    const isSuspended = () =>
      api.annotations(uri).invariants?.marks.some(({ status }) => status === 'suspended') ?? false;
    for (let left = 60; left > 0 && !isSuspended(); left--) {
      await run('rmapLens.stepForward');
      await api.session();
    }
    await eventually('a suspended invariant in the gutter', isSuspended);
  });
});

describe('the guided reading', () => {
  afterEach(async () => {
    await run('rmapLens.endReading');
    await tidy();
  });

  it('goes from stop to stop through the open tree, and each is in it', async () => {
    const api = await extension();
    await show(inTree('mm/rmap.c'));
    await run('rmapLens.startReading');
    const seen: string[] = [];
    for (;;) {
      const state = api.reading();
      if (!state) break;
      equal(state.missing, null);
      equal(state.at, seen.length);
      match(state.text, /Run “.*” to here|No sample comes past/);
      equal(vscode.window.activeTextEditor?.document.uri.toString(), state.uri);
      seen.push(state.id);
      if (seen.length === 14) break;
      await run('rmapLens.nextStop');
    }
    equal(new Set(seen).size, 14);
    await run('rmapLens.previousStop');
    equal(api.reading()?.at, 12);
    await run('rmapLens.endReading');
    equal(api.reading(), null);
  });
});

describe('the first minutes', () => {
  afterEach(tidy);

  it('offer a scenario that runs', async () => {
    await run('rmapLens.newScenario');
    equal(vscode.window.activeTextEditor?.document.languageId, 'rmap');
    await run('rmapLens.runScenario');
    const state = await (await extension()).session();
    ok((state?.steps ?? 0) > 0);
    equal(state?.violations, 0);
  });

  it('say what is wrong with a version, and fetch nothing', async () => {
    const api = await extension();
    const before = api.errors().length;
    await run('rmapLens.getKernelFiles', '../../etc');
    deepEqual(api.errors().length, before);
  });
});
