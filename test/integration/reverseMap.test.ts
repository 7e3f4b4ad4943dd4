// The Reverse Map view on the real tree: every role in its group, with its state; what is absent says so; callers and
// invariants below; clicks and the context menu lead to the source.
import * as vscode from 'vscode';
import { deepEqual, equal, match, ok } from '../support/assert';
import { eventually, extension, folder, run, tidy } from './support';

describe('the Reverse Map view', () => {
  afterEach(tidy);

  async function rows() {
    const api = await extension();
    const groups = await eventually('the view knows the tree', async () => {
      const found = await api.reverseMap();
      return found.length > 0 ? found : null;
    });
    return groups.flatMap(({ title, rows: all }) => all.map((row) => ({ title, ...row })));
  }

  async function rowOf(role: string) {
    const row = (await rows()).find(({ node }) => 'role' in node && node.role === role);
    ok(row, `${role} is not listed`);
    return row;
  }

  it('lists the functions by what they are for, with how far each can be run and where it stands', async () => {
    const all = await rows();
    deepEqual([...new Set(all.map(({ title }) => title))].slice(0, 6), [
      'First fault',
      'Clone',
      'Fork',
      'Unlink',
      'Walk',
      'Locks',
    ]);
    const clone = await rowOf('anon_vma_clone');
    equal(clone.title, 'Clone');
    match(String(clone.item.description), /^simulated and interpreted · rmap\.c:\d+$/);
    equal(clone.item.contextValue, 'function-runnable');
    const states = new Set(all.map(({ item }) => String(item.description).split(/[ ,·]+ /)[0]));
    ok(states.size >= 2, [...states].join());
    const identities = all.map(({ item }) => item.id);
    equal(new Set(identities).size, identities.length);
  });

  it('says which roles this tree does not have', async () => {
    const { node, item } = await rowOf('anon_vma_merge');
    equal(node.kind, 'absent');
    equal(item.description, 'not in this tree');
    match(String(item.tooltip), /anon_vma_merge.*include\/linux\/rmap\.h/);
  });

  it('goes to the source on a click', async () => {
    const { item } = await rowOf('unlink_anon_vmas');
    await run(item.command?.command ?? '', ...(item.command?.arguments ?? []));
    const editor = vscode.window.activeTextEditor;
    equal(editor?.document.uri.path, `${folder().path}/mm/rmap.c`);
    match(editor?.document.lineAt(editor.selection.active.line).text ?? '', /^void unlink_anon_vmas\(/);
  });

  it('runs a function on a sample, and shows its callers', async () => {
    const api = await extension();
    const { node } = await rowOf('anon_vma_clone');
    await run('rmapLens.reverseMap.callers', node);
    match(vscode.window.activeTextEditor?.document.uri.path ?? '', /mm\/rmap\.c$/);
    const fork = await rowOf('anon_vma_fork');
    ok(fork.node.kind === 'function' && fork.node.samples > 0);
    await run('rmapLens.runFunction', 'anon_vma_fork', 'fork-of-a-fork', folder().toString());
    equal((await api.session())?.function, 'anon_vma_fork');
  });

  it('brings its welcome when there is no tree, and its commands only for its rows', async () => {
    const { packageJSON } = vscode.extensions.getExtension('rmap-lens.rmap-lens') ?? {};
    const welcome: { view: string; when: string; contents: string }[] = packageJSON.contributes.viewsWelcome;
    const ours = welcome.filter(({ view }) => view === 'rmapLens.reverseMap');
    equal(ours.length, 2);
    for (const { when, contents } of ours) {
      match(when, /!rmapLens\.hasTree/);
      match(contents, /mm\/rmap\.c/);
      match(contents, /\]\(command:vscode\.openFolder\)/);
    }
    await run('rmapLens.reverseMap.open', undefined);
    await run('rmapLens.reverseMap.run', undefined);
    deepEqual((await extension()).errors(), []);
  });
});
