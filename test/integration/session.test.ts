// Runs, and moving in them, through the commands that people use.
import * as vscode from 'vscode';
import { deepEqual, equal, match, ok } from '../support/assert';
import { eventually, extension, inTree, run, show, tidy } from './support';

describe('a run', () => {
  beforeEach(async () => {
    await extension();
    await show(inTree('mm/rmap.c'));
  });
  afterEach(tidy);

  it('of a function stops at its first step, with its line drawn in the real tree', async () => {
    const api = await extension();
    await run('rmapLens.runFunction', 'anon_vma_clone', 'fork-of-a-fork', inTree('').toString());
    const state = await api.session();
    ok(state, 'nothing runs');
    equal(state.function, 'anon_vma_clone');
    equal(state.profile, '7.3');
    match(state.tree ?? '', /^Linux 7\.3/);
    ok(state.place && 'file' in state.place, JSON.stringify(state.place));
    equal(state.place.file, 'mm/rmap.c');
    const drawn = await eventually('the step is drawn', () => api.drawn());
    equal(drawn.line, state.place.line);
    equal(drawn.uri, inTree('mm/rmap.c').toString());
    const document = await vscode.workspace.openTextDocument(inTree('mm/rmap.c'));
    match(document.lineAt(drawn.line).text, /anon_vma_clone/);
  });

  it('moves forward and back, and says where it is', async () => {
    const api = await extension();
    await run('rmapLens.runSample', api.samples[0]);
    equal((await api.session())?.position, -1);
    equal(api.contextKey('canStepBack'), false);
    for (let step = 0; step < 3; step++) await run('rmapLens.stepForward');
    equal((await api.session())?.position, 2);
    await run('rmapLens.stepBack');
    equal((await api.session())?.position, 1);
    match(api.statusText(), /step 2 of \d+/);
    await run('rmapLens.goToEnd');
    const end = await api.session();
    equal(end?.position, (end?.steps ?? 0) - 1);
    equal(api.contextKey('canStepForward'), false);
    await run('rmapLens.goToStart');
    equal((await api.session())?.position, -1);
  });

  it('goes from operation to operation and back over the same places', async () => {
    const api = await extension();
    await run('rmapLens.runSample', api.samples[0]);
    const forth: number[] = [];
    for (;;) {
      const before = (await api.session())?.position ?? -1;
      await run('rmapLens.nextOperation');
      const { position, steps } = (await api.session()) ?? { position: -1, steps: 0 };
      if (position === before) break;
      if (position < steps - 1) forth.push(position);
      else break;
    }
    ok(forth.length > 1, 'a sample has several operations');
    const back: number[] = [];
    for (let left = forth.length; left > 0; left--) {
      await run('rmapLens.previousOperation');
      back.unshift((await api.session())?.position ?? -2);
    }
    deepEqual(back, forth);
  });

  it('has every step of every sample in the open tree', async () => {
    const api = await extension();
    for (const sample of api.samples) {
      await run('rmapLens.runSample', sample);
      const state = await api.session();
      deepEqual(state?.unplaced ?? ['no run'], [], sample);
    }
  });

  it('ends, and takes its marks with it', async () => {
    const api = await extension();
    await run('rmapLens.runFunction', 'anon_vma_clone', 'fork-of-a-fork', inTree('').toString());
    await eventually('the step is drawn', () => api.drawn());
    await run('rmapLens.stopRun');
    equal(await api.session(), null);
    equal(api.drawn(), null);
    equal(api.contextKey('running'), false);
  });
});
