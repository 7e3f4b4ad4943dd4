// Problems in kernel source, in a real VS Code: each code is reported where a text is wrong, and can be switched off. While
// the functions with most paths are looked at, the extension host does other things.
import * as vscode from 'vscode';
import { deepEqual, ok } from '../support/assert';
import { eventually, inTree, show, tidy } from './support';

/** What is put in the place of what in mm/rmap.c of 7.3, so that each code is reported. */
const WRONG: readonly { readonly code: string; readonly from: string; readonly to: string }[] = [
  {
    code: 'alloc-under-root-lock',
    from: '\tlist_for_each_entry_reverse(',
    to: '\tanon_vma_chain_alloc(GFP_KERNEL);\n\tlist_for_each_entry_reverse(',
  },
  {
    code: 'lock-unbalanced',
    from: '\tanon_vma_lock_write(active_anon_vma);\n',
    to: '\tanon_vma_lock_write(active_anon_vma);\n\tanon_vma_lock_write(active_anon_vma);\n',
  },
  {
    code: 'lock-order',
    from: 'spin_lock(&mm->page_table_lock);\n',
    to: 'spin_lock(&mm->page_table_lock);\n\tdown_write(&mm->mmap_lock);\n',
  },
  { code: 'allocation-lost', from: 'goto out_enomem_free_avc;', to: 'goto out_enomem;' },
  {
    code: 'counter-on-one-path',
    from: '\t\tanon_vma->num_active_vmas++;\n',
    to: '\t\tif (vma->vm_pgoff)\n\t\t\tanon_vma->num_active_vmas++;\n',
  },
  {
    code: 'clone-without-operation',
    from: 'anon_vma_clone(vma, pvma, VMA_OP_FORK)',
    to: 'anon_vma_clone(vma, pvma)',
  },
];

function codesIn({ uri }: vscode.TextDocument): string[] {
  const codes = vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => source === 'Rmap Lens')
    .map(({ code }) => (typeof code === 'object' ? String(code.value) : String(code)));
  return [...new Set(codes)].sort();
}

describe('problems in kernel source', () => {
  afterEach(async () => {
    await switchOff([]);
    await tidy();
  });

  function switchOff(codes: readonly string[]): Thenable<void> {
    return vscode.workspace
      .getConfiguration('rmapLens')
      .update('diagnostics.off', codes.length > 0 ? codes : undefined, vscode.ConfigurationTarget.Global);
  }

  it('are reported with a code each, and each code can be switched off', async () => {
    const editor = await show(inTree('mm/rmap.c'));
    const { document } = editor;
    let text = document.getText();
    for (const { from, to } of WRONG) {
      ok(text.includes(from), `“${from}” is not in mm/rmap.c`);
      text = text.replace(from, to);
    }
    const whole = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
    await editor.edit((edit) => edit.replace(whole, text));
    const all = WRONG.map(({ code }) => code).sort();
    await eventually('all six codes', () => codesIn(document).join() === all.join());
    for (const { code } of WRONG) {
      await switchOff([code]);
      const others = all.filter((other) => other !== code);
      await eventually(`nothing of ${code}`, () => codesIn(document).join() === others.join());
    }
    await switchOff(all);
    await eventually('none', () => codesIn(document).length === 0);
  });

  it('are looked for in mm/mremap.c while others have their turn, and there are none', async () => {
    const { document } = await show(inTree('mm/mremap.c'));
    const end = document.positionAt(document.getText().length);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    let hints: unknown;
    try {
      hints = await eventually('hints of the whole file', async () => {
        const found: unknown = await vscode.commands.executeCommand(
          'vscode.executeInlayHintProvider',
          document.uri,
          new vscode.Range(new vscode.Position(0, 0), end),
        );
        return Array.isArray(found) && found.length > 10 ? found : null;
      });
    } finally {
      clearInterval(timer);
    }
    ok(Array.isArray(hints));
    ok(turns > 20, `others had ${turns} turns`);
    deepEqual(codesIn(document), []);
  });
});
