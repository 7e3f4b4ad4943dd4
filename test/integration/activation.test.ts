// First of the suites: what activation costs and what it leaves alone.
import * as vscode from 'vscode';
import { equal, match, ok } from '../support/assert';
import { eventually, extension, inTree, lensesOf, show, tidy } from './support';

describe('activation', () => {
  after(tidy);

  // how long it took is in the log, and in docs/performance.md: a busy machine says nothing about the extension
  it('loads no wasm, and says how long it took', async () => {
    const api = await extension();
    ok(api.activationTime > 0, `activation took ${api.activationTime} ms`);
    equal(api.wasmLoaded(), false);
  });

  it('finds the tree that is open without reading its source', async () => {
    const api = await extension();
    await eventually('a tree is found', () => api.contextKey('hasTree'));
    match(api.statusText(), /Linux 7\.3/);
    equal(api.wasmLoaded(), false);
  });

  it('opens a C file that can hold no function of the reverse map without wasm', async () => {
    const api = await extension();
    await show(inTree('mm/mincore.c'));
    equal((await lensesOf(inTree('lib/none.c')).catch(() => [])).length, 0);
    equal(api.contextKey('running'), false);
  });

  it('loads wasm when mm/rmap.c asks for lenses', async () => {
    const api = await extension();
    await show(inTree('mm/rmap.c'));
    await eventually('wasm is loaded', () => api.wasmLoaded());
    equal(vscode.window.activeTextEditor?.document.languageId, 'c');
  });
});
