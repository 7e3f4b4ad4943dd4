// The Test Explorer: scenarios of the workspace as tests.
import * as vscode from 'vscode';
import type { TestResult } from '../../src/vscode/api';
import { deepEqual, equal, match, ok } from '../support/assert';
import { eventually, extension, inTree, run, tidy } from './support';

const FOLDER = 'rmap-tests';
const at = (name: string): vscode.Uri => inTree(`${FOLDER}/${name}.rmap`);

async function write(name: string, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(at(name), new TextEncoder().encode(text));
}

const HEAD = 'P: mmap 0x10 4\nP: write 0x10\n';

async function items() {
  const { tests } = await extension();
  return tests().items.filter(({ description }) => description.startsWith(FOLDER));
}

/** Runs everything that is listed, and gives the results by title. */
async function runAll(): Promise<Map<string, TestResult>> {
  const { tests } = await extension();
  const before = tests().runs;
  await run('testing.runAll');
  await eventually('the run has ended', () => tests().runs > before);
  const listed = tests().items;
  return new Map(
    tests().results.map((result) => [listed.find(({ id }) => id === result.id)?.label ?? '', result]),
  );
}

describe('the Test Explorer', () => {
  before(async () => {
    await extension();
    await write('passes', `scenario "Passes"\nprofile 6.12\n${HEAD}expect count anon_vma 1\nexpect clean\n`);
    await write('fails', `scenario "Fails"\n${HEAD}expect count anon_vma 2\n`);
    await write(
      'violates',
      `scenario "Violates"\n${HEAD}P: mmap 0x20 4\nP: call anon_vma_clone(0x20, 0x10, VMA_OP_SPLIT)\nexpect clean\n`,
    );
    await write('broken', 'scenario "Broken"\nP: wriet 0x10\nexpect ok\n');
    await write('plain', `scenario "Expects nothing"\n${HEAD}`);
    await run('testing.refreshTests');
  });
  after(async () => {
    await vscode.workspace.fs.delete(inTree(FOLDER), { recursive: true });
    await tidy();
  });
  afterEach(tidy);

  it('lists every scenario that expects something', async () => {
    const listed = await eventually('the tests', async () => {
      const found = await items();
      return found.length === 4 ? found : null;
    });
    deepEqual(listed.map(({ label }) => label).sort(), ['Broken', 'Fails', 'Passes', 'Violates']);
    ok(listed.some(({ description }) => description === `${FOLDER}/fails.rmap`));
  });

  it('runs them, each on its kernel, and shows failures at their line', async () => {
    const results = await runAll();
    equal(results.get('Passes')?.outcome, 'passed');
    equal(results.get('Passes')?.profile, '6.12');
    const fails = results.get('Fails');
    equal(fails?.outcome, 'failed');
    equal(fails?.profile, '7.3');
    deepEqual(fails?.messages, [
      {
        line: 4,
        message: 'Not met: 1 are live.',
        expected: 'expect count anon_vma 2',
        actual: 'expect count anon_vma 1',
        stack: [],
      },
    ]);
    equal(results.get('Broken')?.outcome, 'errored');
    equal(results.get('Broken')?.messages[0]?.line, 2);
  });

  it('says where in the kernel tree an invariant was violated', async () => {
    const violates = (await runAll()).get('Violates');
    equal(violates?.outcome, 'failed');
    const told = violates?.messages.find(({ stack }) => stack.length > 0);
    ok(told, JSON.stringify(violates));
    equal(told.line, 5);
    match(told.stack[0] ?? '', /\(\), step \d+ .*\/mm\/\w+\.c$/);
    match(told.stack[1] ?? '', /anon_vma_clone.*violates\.rmap$/);
  });

  it('takes what is typed and not saved, and forgets it with the editor', async () => {
    // as a person opens it: a document that an extension opens stays open for minutes after its editor
    await run('vscode.open', at('fails'));
    const document = await eventually(
      'the editor',
      () =>
        vscode.window.visibleTextEditors.find(({ document: { uri } }) => uri.path === at('fails').path)
          ?.document,
    );
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, document.lineAt(3).range, 'expect count anon_vma 1');
    edit.replace(document.uri, document.lineAt(0).range, 'scenario "Fixed"');
    await vscode.workspace.applyEdit(edit);
    await eventually('the new title', async () => (await items()).some(({ label }) => label === 'Fixed'));
    ok(document.isDirty);
    const testing = vscode.workspace.getConfiguration('testing');
    await testing.update('saveBeforeTest', false, vscode.ConfigurationTarget.Global);
    try {
      equal((await runAll()).get('Fixed')?.outcome, 'passed');
      ok(document.isDirty);
    } finally {
      await testing.update('saveBeforeTest', undefined, vscode.ConfigurationTarget.Global);
    }
    await tidy();
    await eventually('the old title', async () => (await items()).some(({ label }) => label === 'Fails'));
  });

  it('follows files that come and go', async () => {
    await write('new', `scenario "New"\n${HEAD}expect ok\n`);
    await eventually('the new test', async () => (await items()).some(({ label }) => label === 'New'));
    await vscode.workspace.fs.delete(at('new'));
    await eventually('it is gone', async () => !(await items()).some(({ label }) => label === 'New'));
  });

  it('says when there are more files than it looks at', async () => {
    const settings = vscode.workspace.getConfiguration('rmapLens');
    await settings.update('tests.fileLimit', 2, vscode.ConfigurationTarget.Global);
    const { tests } = await extension();
    try {
      await run('testing.refreshTests');
      const notice = await eventually('the notice', () =>
        tests().items.find(({ label }) => /Only 2 scenario files/.test(label)),
      );
      match(notice.error ?? '', /rmapLens\.tests\.fileLimit/);
    } finally {
      await settings.update('tests.fileLimit', undefined, vscode.ConfigurationTarget.Global);
    }
    await run('testing.refreshTests');
    await eventually('no notice', () => tests().items.every(({ label }) => !/Only/.test(label)));
  });
});
