// Navigation in the real tree, as VS Code's own commands see it: definition, references, highlights, symbols, folding and
// call hierarchy, also of text that is not saved.
import * as vscode from 'vscode';
import { deepEqual, equal, match, ok } from '../support/assert';
import { ask, extension, folder, inTree, positionOf, show, tidy } from './support';

type Place = vscode.Location | vscode.LocationLink;

const RMAP = 'mm/rmap.c';

/** `path:line`, lines from 1. */
function placeText(place: Place): string {
  const [uri, range] =
    'targetUri' in place
      ? [place.targetUri, place.targetSelectionRange ?? place.targetRange]
      : [place.uri, place.range];
  return `${uri.path.slice(folder().path.length + 1)}:${range.start.line + 1}`;
}

async function definitionOf(document: vscode.TextDocument, needle: string, start = ''): Promise<string[]> {
  const places = await ask<Place>(
    'vscode.executeDefinitionProvider',
    document.uri,
    positionOf(document, needle, start),
  );
  return places.map(placeText);
}

/** Text of the line at a place. */
async function lineText(place: string): Promise<string> {
  const [path = '', line = '1'] = place.split(':');
  const document = await vscode.workspace.openTextDocument(inTree(path));
  return document.lineAt(Number(line) - 1).text;
}

describe('navigation', () => {
  let document: vscode.TextDocument;
  beforeEach(async () => {
    await extension();
    ({ document } = await show(inTree(RMAP)));
  });
  afterEach(tidy);

  it('goes from a call to the function, also in a header', async () => {
    const [place = '', ...others] = await definitionOf(document, 'anon_vma_lock_write(');
    deepEqual(others, []);
    match(place, /^mm\/internal\.h:\d+$/);
    match(await lineText(place), /static inline void anon_vma_lock_write\(/);
  });

  it('goes from a member to the struct that the expression is of', async () => {
    const [place = '', ...others] = await definitionOf(document, 'num_active_vmas', 'maybe_reuse_anon_vma');
    deepEqual(others, []);
    match(place, /^include\/linux\/rmap\.h:/);
    match(await lineText(place), /num_active_vmas;/);
    const [member = ''] = await definitionOf(document, 'anon_vma_chain, same_vma');
    match(member, /^include\/linux\/mm_types\.h:/);
  });

  it('goes from a local name to its declaration, from a macro to its #define, from #include to the file', async () => {
    const [local = ''] = await definitionOf(document, 'active_anon_vma);', '\nint anon_vma_clone(');
    match(await lineText(local), /struct anon_vma \*active_anon_vma/);
    const [macro = ''] = await definitionOf(document, 'list_for_each_entry', '\nint anon_vma_clone(');
    match(macro, /^include\/linux\/list\.h:/);
    deepEqual(await definitionOf(document, 'linux/rmap.h>'), ['include/linux/rmap.h:1']);
  });

  it('finds every use of a function across the tree, with and without its declarations', async () => {
    const uri = document.uri;
    const position = positionOf(document, 'anon_vma_clone(', '\nint anon_vma_clone(');
    const places = (await ask<vscode.Location>('vscode.executeReferenceProvider', uri, position)).map(
      placeText,
    );
    const files = new Set(places.map((place) => place.split(':')[0]));
    for (const file of ['mm/rmap.c', 'mm/vma.c', 'mm/internal.h']) ok(files.has(file), `${file}: ${places}`);
    for (const place of places) match(await lineText(place), /\banon_vma_clone\b/);
  });

  it('highlights a member in the file, writes apart from reads', async () => {
    const position = positionOf(document, 'num_active_vmas', 'maybe_reuse_anon_vma');
    const marks = await ask<vscode.DocumentHighlight>(
      'vscode.executeDocumentHighlights',
      document.uri,
      position,
    );
    ok(marks.length >= 4, `${marks.length}`);
    ok(marks.some(({ kind }) => kind === vscode.DocumentHighlightKind.Write));
    ok(marks.some(({ kind }) => kind === vscode.DocumentHighlightKind.Read));
  });

  it('outlines the file', async () => {
    const symbols = await ask<vscode.DocumentSymbol>('vscode.executeDocumentSymbolProvider', document.uri);
    const clone = symbols.find(({ name }) => name === 'anon_vma_clone');
    equal(clone?.kind, vscode.SymbolKind.Function);
    match(clone?.detail ?? '', /struct vm_area_struct \*dst/);
    match(document.lineAt(clone?.range.end.line ?? 0).text, /^}/);
    ok(symbols.length > 80, `${symbols.length}`);
  });

  it('finds symbols of the tree by some of their letters', async () => {
    const found = await ask<vscode.SymbolInformation>('vscode.executeWorkspaceSymbolProvider', 'dupanonvma');
    ok(
      found.some(({ name, location }) => name === 'dup_anon_vma' && location.uri.path.endsWith('/mm/vma.c')),
    );
  });

  it('folds functions, comments and the includes', async () => {
    const folds = await ask<vscode.FoldingRange>('vscode.executeFoldingRangeProvider', document.uri);
    const { line } = positionOf(document, 'int anon_vma_clone(');
    ok(folds.some(({ start }) => start >= line && start <= line + 3));
    ok(folds.some(({ kind }) => kind === vscode.FoldingRangeKind.Imports));
    ok(folds.some(({ kind }) => kind === vscode.FoldingRangeKind.Comment));
  });

  it('shows who calls a function and what it calls', async () => {
    const position = positionOf(document, 'anon_vma_fork(', '\nint anon_vma_fork(');
    const [item] = await ask<vscode.CallHierarchyItem>('vscode.prepareCallHierarchy', document.uri, position);
    equal(item?.name, 'anon_vma_fork');
    const incoming = await ask<vscode.CallHierarchyIncomingCall>('vscode.provideIncomingCalls', item);
    deepEqual(
      incoming.map(({ from }) => from.name),
      ['dup_mmap'],
    );
    const outgoing = await ask<vscode.CallHierarchyOutgoingCall>('vscode.provideOutgoingCalls', item);
    const callees = outgoing.map(({ to }) => to.name);
    for (const name of ['anon_vma_clone', 'anon_vma_alloc', 'put_anon_vma']) ok(callees.includes(name), name);
  });

  it('counts what is typed and not saved', async () => {
    const edit = new vscode.WorkspaceEdit();
    const text =
      '\nstatic int brand_new(void)\n{\n\treturn anon_vma_fork(0, 0);\n}\n\nint also_new = brand_new();\n';
    edit.insert(document.uri, document.lineAt(document.lineCount - 1).range.end, text);
    ok(await vscode.workspace.applyEdit(edit));
    const [place = ''] = await definitionOf(document, 'brand_new();');
    match(await lineText(place), /static int brand_new/);
    const position = positionOf(document, 'anon_vma_fork(', '\nint anon_vma_fork(');
    const [item] = await ask<vscode.CallHierarchyItem>('vscode.prepareCallHierarchy', document.uri, position);
    const incoming = await ask<vscode.CallHierarchyIncomingCall>('vscode.provideIncomingCalls', item);
    deepEqual(incoming.map(({ from }) => from.name).sort(), ['brand_new', 'dup_mmap']);
  });

  it('says nothing when the setting is off', async () => {
    const settings = vscode.workspace.getConfiguration('rmapLens');
    await settings.update('navigation.enabled', 'off', vscode.ConfigurationTarget.Global);
    try {
      deepEqual(await definitionOf(document, 'anon_vma_lock_write('), []);
      deepEqual(await ask('vscode.executeDocumentSymbolProvider', document.uri), []);
      deepEqual(await ask('vscode.executeWorkspaceSymbolProvider', 'dup_anon_vma'), []);
    } finally {
      await settings.update('navigation.enabled', undefined, vscode.ConfigurationTarget.Global);
    }
    equal((await definitionOf(document, 'anon_vma_lock_write(')).length, 1);
  });
});
