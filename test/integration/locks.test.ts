// Locks held beside the code of the real mm/rmap.c: where the set changes, by which path, and after edits.
import * as vscode from 'vscode';
import { deepEqual, equal, match, ok } from '../support/assert';
import { eventually, hoverText, inTree, positionOf, show, tidy } from './support';

async function hintsIn(document: vscode.TextDocument, from: string, to: string): Promise<string[]> {
  const range = new vscode.Range(positionOf(document, from), positionOf(document, to, from));
  const found: unknown = await vscode.commands.executeCommand(
    'vscode.executeInlayHintProvider',
    document.uri,
    range,
  );
  const hints: vscode.InlayHint[] = Array.isArray(found) ? found : [];
  return hints
    .filter(({ position }) => range.contains(position))
    .map(({ label }) => (typeof label === 'string' ? label : label.map(({ value }) => value).join('')));
}

const CLONE = ['\nint anon_vma_clone(', '\nint anon_vma_fork('] as const;

describe('locks held', () => {
  afterEach(async () => {
    await vscode.workspace
      .getConfiguration('rmapLens')
      .update('locks.inlay', undefined, vscode.ConfigurationTarget.Global);
    await tidy();
  });

  it('stand where the set changes in anon_vma_clone()', async () => {
    const { document } = await show(inTree('mm/rmap.c'));
    const hints = await eventually('hints', async () => {
      const all = await hintsIn(document, ...CLONE);
      return all.length > 0 ? all : null;
    });
    deepEqual(hints, ['held on entry: mmap:w', '→ held: mmap:w root:w', '→ held: mmap:w']);
  });

  it('count what all callers hold, a moment later, and name them', async () => {
    const { document } = await show(inTree('mm/rmap.c'));
    const head = '*anon_vma_chain_alloc(';
    const hints = await eventually('what callers hold', async () => {
      const all = await hintsIn(document, head, 'kmem_cache_alloc(');
      return all.length > 0 ? all : null;
    });
    deepEqual(hints, ['held on entry: mmap:r/w']);
    const text = await hoverText(document.uri, positionOf(document, 'kmem_cache_alloc(', head));
    match(
      text,
      /held by all callers in the files read.*\[`anon_vma_clone\(\)`\]\(command:rmapLens\.openPlace/,
    );
  });

  it('are told with their paths in the hover', async () => {
    const { document } = await show(inTree('mm/rmap.c'));
    const at = positionOf(document, 'anon_rmap_tree_insert(', CLONE[0]);
    const text = await eventually('hover', async () => {
      const all = await hoverText(document.uri, at.translate(0, 3));
      return /Locks held here/.test(all) ? all : null;
    });
    match(text, /`root:w` rwsem of the anon\\_vma's root of active\\_anon\\_vma\\-\\>root for writing/);
    match(text, /taken in \[line \d+\]\(command:\S+ "mm\/rmap\.c:\d+"\) by \[`anon_vma_lock_write\(\)`\]/);
    match(text, /expected on entry\\: \[`check_anon_vma_clone\(\)`\]/);
  });

  it('are “maybe” where paths differ, beside the code and in the hover, which says by which path', async () => {
    const editor = await show(inTree('mm/rmap.c'));
    const { document } = editor;
    const lock = positionOf(document, 'anon_vma_lock_write(active_anon_vma);', CLONE[0]);
    await editor.edit((edit) => edit.insert(lock, 'if (operation == VMA_OP_FORK)\n\t\t'));
    await eventually('a lock that is maybe held', async () => {
      const hints = await hintsIn(document, ...CLONE);
      return hints.includes('held: mmap:w, maybe root:w');
    });
    const at = positionOf(document, 'anon_rmap_tree_insert(', CLONE[0]);
    const text = await hoverText(document.uri, at.translate(0, 3));
    match(text, /Locks held here\\: mmap\\:w, maybe root\\:w/);
    match(text, /`maybe root:w` rwsem.*for writing, on some paths only/);
    match(text, new RegExp(`taken in \\[line ${lock.line + 2}\\].* by \\[\`anon_vma_lock_write`));
    match(text, new RegExp(`not on paths that come from \\[line ${lock.line + 1}\\].*have not taken it`));
  });

  it('are “not understood” where a macro or the parse stopped, at the place and in the hover', async () => {
    const editor = await show(inTree('mm/rmap.c'));
    const { document } = editor;
    const insert = positionOf(document, 'anon_vma_unlock_write(active_anon_vma);', CLONE[0]);
    await editor.edit((edit) =>
      edit.insert(insert, 'scoped_guard(spinlock, &x->lock) {\n\t\ty++;\n\t}\n\t= 5 +;\n\t'),
    );
    const lineHints = async (line: number): Promise<string> => {
      const all: unknown = await vscode.commands.executeCommand(
        'vscode.executeInlayHintProvider',
        document.uri,
        document.lineAt(line).range,
      );
      const hints: vscode.InlayHint[] = Array.isArray(all) ? all : [];
      return hints
        .filter(({ position }) => position.line === line)
        .map(({ label }) => String(label))
        .join();
    };
    for (const [line, what] of [
      [insert.line, /macro scoped.*guard is not followed/],
      [insert.line + 3, /not parsed/],
    ] as const) {
      await eventually(`what is not understood in line ${line + 1}`, async () =>
        (await lineHints(line)).includes('not understood'),
      );
      const text = await hoverText(document.uri, new vscode.Position(line, 2));
      match(text, new RegExp(`Not understood in line ${line + 1}\\\\: .*${what.source}`));
    }
  });

  it('say in the hover that a rule was written by hand', async () => {
    const { document } = await show(inTree('mm/ksm.c'));
    const at = positionOf(document, 'handle_mm_fault(', 'break_ksm(');
    const text = await eventually('the rule', async () => {
      const all = await hoverText(document.uri, at.translate(0, 3));
      return /By a rule written by hand/.test(all) ? all : null;
    });
    match(text, /handle.*mm.*fault.*is taken to keep its locks/);
  });

  it('follow an edit', async () => {
    const editor = await show(inTree('mm/rmap.c'));
    const { document } = editor;
    const unlock = positionOf(document, 'anon_vma_unlock_write(active_anon_vma);', CLONE[0]);
    await editor.edit((edit) => edit.insert(unlock, 'rcu_read_lock();\n\t'));
    await eventually('the new lock', async () => {
      const hints = await hintsIn(document, ...CLONE);
      return hints.includes('→ held: mmap:w root:w rcu');
    });
  });

  it('stand on the line of the cursor or nowhere when the setting says so', async () => {
    const editor = await show(inTree('mm/rmap.c'));
    const { document } = editor;
    const settings = vscode.workspace.getConfiguration('rmapLens');
    await settings.update('locks.inlay', 'off', vscode.ConfigurationTarget.Global);
    equal((await hintsIn(document, ...CLONE)).length, 0);
    await settings.update('locks.inlay', 'cursor', vscode.ConfigurationTarget.Global);
    const at = positionOf(document, 'anon_rmap_tree_insert(', CLONE[0]);
    editor.selection = new vscode.Selection(at, at);
    await eventually('the hint at the cursor', async () => {
      const hints = await hintsIn(document, ...CLONE);
      return hints.length === 1 && hints[0] === 'held: mmap:w root:w';
    });
    ok(true);
  });
});
