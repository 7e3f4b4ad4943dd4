// Building, branching, comparing and exporting by commands, inside VS Code: what they write, copy and keep.
import * as vscode from 'vscode';
import type { RmapLensApi } from '../../src/vscode/api';
import * as assert from '../support/assert';
import { closeEditors, eventually, extension, folder, run } from './support';

const TEXT = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: write 0x10\nC: fork D\n';

describe('branches, comparisons and exports', () => {
  let api: RmapLensApi;
  let document: vscode.TextDocument;

  before(async () => {
    api = await extension();
    document = await vscode.workspace.openTextDocument({ language: 'rmap', content: TEXT });
    await vscode.window.showTextDocument(document);
    await run('rmapLens.runScenario', document.uri.toString());
    await eventually('the run', async () => (await api.session())?.operations === 5);
  });
  after(async () => {
    await run('rmapLens.stopRun');
    await closeEditors();
  });

  async function clipboard(): Promise<string> {
    return vscode.env.clipboard.readText();
  }

  it('copies the run as a mail of at most 75 columns', async () => {
    await run('rmapLens.goToEnd');
    await run('rmapLens.copyRun', 'mail');
    const mail = await clipboard();
    for (const line of mail.split('\n')) assert.ok(line.length <= 75, line);
    assert.match(mail, /State after operation 5, C: fork D:/);
    assert.match(mail, /\| D 0x10-0x14 rw \|--/);
  });

  it('writes the run output of the contract to a file', async () => {
    const target = vscode.Uri.joinPath(folder(), 'exported-run.json');
    try {
      await run('rmapLens.exportRun', 'json', target.toString());
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
      const output: unknown = JSON.parse(text);
      assert.ok(
        typeof output === 'object' && output !== null && 'version' in output && 'operations' in output,
      );
    } finally {
      await vscode.workspace.fs.delete(target);
    }
  });

  it('keeps a branch in which an allocation fails, and leaves the document as it is', async () => {
    await run('rmapLens.goToStart');
    await run('rmapLens.nextOperation');
    await run('rmapLens.nextOperation');
    await run('rmapLens.nextOperation');
    await run('rmapLens.failAllocation', 'avc:2');
    const kept = await eventually('the branch', () => api.compared());
    assert.match(kept.b, /P: fork C ! fail avc:2 \(branch at operation 3/);
    assert.match(kept.text, /P: fork C \| P: fork C ! fail avc:2/);
    assert.equal(document.getText(), TEXT);
  });

  it('compares with another kernel', async () => {
    await run('rmapLens.compareRuns', 'profile:6.12');
    const { b, text } = await eventually('the comparison', () => {
      const shown = api.compared();
      return shown?.b === 'Linux 6.12' ? shown : null;
    });
    assert.equal(b, 'Linux 6.12');
    assert.match(text, /D@16-20\.anon_vma_chain/);
    assert.equal(api.errors().length, 0, api.errors().join('\n'));
  });
});
