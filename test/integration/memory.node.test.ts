// Memory of the extension host does not grow with the number of edits, with everything on that reads the text.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import { ok } from '../support/assert';
import { eventually, inTree, lensesOf, positionOf, show, tidy } from './support';

/** Edits after which memory is measured, and all of them; EDITS takes another number. */
const ALL = Number(process.env['EDITS'] ?? 1200);
const FIRST = ALL / 4;

/** What it may have grown by meanwhile: garbage that was not collected yet, pieces of the heap that are not full. */
const GROWTH = 1.15;

function measured(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('memory of the extension host', function () {
  this.timeout(Math.max(900_000, 400 * ALL));
  afterEach(tidy);

  it('stays flat over many edits of mm/rmap.c', async () => {
    const editor = await show(inTree('mm/rmap.c'));
    const { document } = editor;
    await eventually('lenses', async () => (await lensesOf(document.uri)).length > 0);
    const at = positionOf(document, 'return 0;', '\nint anon_vma_clone(');
    const around = new vscode.Range(at.translate(-40), at.translate(10));
    let before = 0;
    let end = at;
    for (let i = 1; i <= ALL; i++) {
      // never the same text twice: what is kept by text must not add up
      const typed = `/* ${i} */`;
      await editor.edit((edit) => edit.replace(new vscode.Range(at, end), typed), {
        undoStopBefore: false,
        undoStopAfter: false,
      });
      end = at.translate(0, typed.length);
      if (i % 20 === 0) {
        await vscode.commands.executeCommand('vscode.executeInlayHintProvider', document.uri, around);
        await lensesOf(document.uri);
      }
      if (i === FIRST) before = measured();
    }
    const after = measured();
    const grown = after / before;
    console.log(
      `memory after ${FIRST} edits ${(before / 1e6).toFixed(1)} MB, after ${ALL} ${(after / 1e6).toFixed(1)} MB`,
    );
    ok(grown < GROWTH, `from ${(before / 1e6).toFixed(1)} MB, × ${grown.toFixed(3)}`);
  });
});
