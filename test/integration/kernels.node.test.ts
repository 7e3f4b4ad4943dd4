// The real mm/rmap.c of every kernel that is supported, as VS Code shows it: locks beside the code, the Reverse Map view, outline,
// references, callers, lenses and the card, each compared with what a search through the text of that tree finds. In one host: in both,
// the other suites do the same on 7.3, and what differs between kernels does not differ between hosts.
import * as vscode from 'vscode';
import { namesOfRole } from '../../src/source/roles';
import { deepEqual, equal, match, ok } from '../support/assert';
import { ask, eventually, extension, folder, hoverText, lensesOf, positionOf, show, tidy } from './support';
import { readTree, type TreeText } from './treeText';

interface Expected {
  /** Hints in anon_vma_clone(), each with the first call of the line that it stands at. */
  readonly locks: readonly string[];
  /** Functions with calls of anon_vma_clone(). */
  readonly cloners: readonly string[];
  /** Roles of which this kernel has none, among those that differ. */
  readonly absent: readonly string[];
  /** What the card says of the kernels. */
  readonly kernels: RegExp;
  readonly failure: RegExp;
  /** What the hover of the first hint says of the locks on entry; null where the function itself asserts them. */
  readonly entry: RegExp | null;
}

/** Roles that some of the kernels have and others not. */
const DIFFERENT = [
  'check_anon_vma_clone',
  'maybe_reuse_anon_vma',
  'cleanup_partial_anon_vmas',
  'anon_vma_merge',
  'lock_anon_vma_root',
  'dup_anon_vma',
  'vma_start_write',
  'vma_merge_copied_range',
];

/** `entry`: what all callers hold; empty when that is not told by the files read. */
function oldLocks(entry: string): string[] {
  const held = (more: string): string => [entry, more].filter((one) => one !== '').join(', ');
  const taken = [entry, 'root:w'].join(' ').trim();
  return [
    ...(entry === '' ? [] : [`held on entry: ${entry} @ anon_vma_clone`]),
    `held: ${held('maybe root:w')} @ list_for_each_entry_reverse`,
    `→ held: ${entry || 'none'} @ unlock_anon_vma_root`,
    `held: ${held('maybe root:w')} @ `,
    `→ held: ${taken} @ lock_anon_vma_root`,
    `held: ${held('maybe root:w')} @ if`,
    `→ held: ${entry || 'none'} @ unlock_anon_vma_root`,
  ];
}

const OLD = {
  kernels: /\*\*6\\\.1, 6\\\.12\*\*, as here: it allocates with the root locked/,
  failure: /`dst` is unlinked again/,
};

const NEW: Expected = {
  locks: [
    'held on entry: mmap:w @ ',
    '→ held: mmap:w root:w @ anon_vma_lock_write',
    '→ held: mmap:w @ anon_vma_unlock_write',
  ],
  cloners: ['__split_vma', 'anon_vma_fork', 'copy_vma', 'dup_anon_vma'],
  absent: ['anon_vma_merge', 'lock_anon_vma_root'],
  kernels: /\*\*7\\\.0, 7\\\.2, 7\\\.3\*\*, as here: it allocates everything before it locks/,
  failure: /nothing of it is in any tree/,
  entry: null,
};

const KERNELS: Readonly<Record<string, Expected>> = {
  // madvise_set_anon_name() leads to it, and is called from kernel/sys.c, which is not read
  '6.1': {
    ...OLD,
    entry: /Held on entry by some callers only\\: mmap.* anon\\_vma\\_fork/,
    locks: oldLocks(''),
    cloners: ['__split_vma', '__vma_adjust', 'anon_vma_fork', 'copy_vma', 'vma_expand'],
    absent: DIFFERENT.filter((role) => !['anon_vma_merge', 'lock_anon_vma_root'].includes(role)),
  },
  '6.12': {
    ...OLD,
    entry:
      /held by all callers in the files read\\: \[`__split_vma\(\)`\]\(command:.*\[`copy_vma\(\)`\]\(command:/,
    locks: oldLocks('mmap:w'),
    cloners: NEW.cloners,
    absent: [
      'check_anon_vma_clone',
      'maybe_reuse_anon_vma',
      'cleanup_partial_anon_vmas',
      'vma_merge_copied_range',
    ],
  },
  '7.2': NEW,
  '7.3': NEW,
};

/** Functions whose callers and uses are compared with the text. */
const SOUGHT = ['anon_vma_clone', 'anon_vma_fork', 'unlink_anon_vmas', '__anon_vma_prepare'];

for (const [version, expected] of Object.entries(KERNELS)) {
  describe(`Linux ${version} in the editor`, () => {
    const root = vscode.Uri.joinPath(folder(), '..', `linux-${version}`);
    let document: vscode.TextDocument;
    let tree: TreeText;

    before(async () => {
      tree = await readTree(root);
    });
    beforeEach(async () => {
      ({ document } = await show(vscode.Uri.joinPath(root, 'mm/rmap.c')));
    });
    afterEach(tidy);

    function head(name: string): vscode.Position {
      return positionOf(document, `${name}(`, new RegExp(`^[a-z][\\w *]*\\b${name}\\(`, 'm'));
    }

    function placeText({ uri, range }: vscode.Location): string {
      return `${uri.path.slice(root.path.length + 1)}:${range.start.line + 1}`;
    }

    /** Hints in anon_vma_clone(), once what its callers hold is known. */
    function cloneHints(): Promise<vscode.InlayHint[]> {
      const whole = new vscode.Range(head('anon_vma_clone'), head('anon_vma_fork'));
      return eventually('what all callers hold', async () => {
        const hints = await ask<vscode.InlayHint>('vscode.executeInlayHintProvider', document.uri, whole);
        const inside = hints.filter(({ position }) => whole.contains(position));
        const card = await hoverText(document.uri, head('anon_vma_clone'));
        return inside.length > 0 && /Locks in the text/.test(card) && !/not known yet/.test(card)
          ? inside
          : null;
      });
    }

    it('shows the locks of anon_vma_clone() at its statements', async () => {
      const texts = (await cloneHints()).map(({ label, position }) => {
        const [, call = ''] = /(\w+)\s*\(/.exec(document.lineAt(position.line).text) ?? [];
        return `${String(label)} @ ${call}`;
      });
      deepEqual(texts, expected.locks);
    });

    it('says in the hover of each hint by which path, with links to the lines', async () => {
      const lineOf = (call: string): number =>
        document.positionAt(document.getText().indexOf(call, document.offsetAt(head('anon_vma_clone'))))
          .line + 1;
      const link = (line: number): string =>
        `\\[line ${line}\\]\\(command:rmapLens\\.openPlace\\S+ "mm/rmap\\.c:${line}"\\)`;
      await cloneHints();
      const whole = new vscode.Range(head('anon_vma_clone'), head('anon_vma_fork'));
      const hints = await (await extension()).lockHints(document, whole);
      const inside = hints.filter(({ line }) => whole.start.line <= line && line < whole.end.line);
      const [entry = '', ...rest] = inside.map(({ hover }) => hover);
      const isAtHead = expected.locks[0]?.startsWith('held on entry') === true;
      const others = isAtHead ? rest : [entry, ...rest];
      equal(/Locks held on entry/.test(entry), isAtHead);
      if (expected.entry) {
        match(entry, expected.entry);
        const [loop = '', released = '', again = ''] = others;
        match(loop, new RegExp(`taken in ${link(lineOf(' lock_anon_vma_root('))} by `));
        match(
          loop,
          new RegExp(`not on paths that come from ${link(lineOf('list_for_each_entry_reverse(') - 2)} and`),
        );
        match(released, /Locks held from here on\\: (?:mmap|none)/);
        match(again, new RegExp(`given back in ${link(lineOf('unlock_anon_vma_root('))} by `));
        ok(!loop.includes('given back'), loop);
      } else {
        match(
          entry,
          new RegExp(
            `expected on entry.*\\[\`check_anon_vma_clone\\(\\)\`\\].* in ${link(lineOf('check_anon_vma_clone('))}`,
          ),
        );
        match(others[0] ?? '', new RegExp(`taken in ${link(lineOf('anon_vma_lock_write('))} by `));
        ok(!others.some((text) => /not on paths/.test(text)), others.join());
      }
    });

    it('lists in the Reverse Map what it has, where it has it, and what it has not', async () => {
      const api = await extension();
      const rows = await eventually('the view of this tree', async () => {
        const groups = await api.reverseMap();
        const all = groups.flatMap(({ rows: some }) => some);
        return all.some(({ node }) => node.kind === 'function' && node.tree.root.path === root.path)
          ? all
          : null;
      });
      const absent: string[] = [];
      for (const { node, item } of rows) {
        if (node.kind === 'absent') {
          equal(item.description, 'not in this tree');
          absent.push(node.role);
          const found = namesOfRole(node.role).filter((name) => tree.defines(name));
          deepEqual(found, [], `${node.role} is said to be absent`);
        } else if (node.kind === 'function' && !node.isMacro) {
          match(String(item.description), new RegExp(`${node.state} · [\\w.]+:${node.line + 1}$`));
          const line = tree.get(node.place.path)?.split('\n')[node.line] ?? '';
          ok(
            line.includes(node.name) || /_DEFINE\(/.test(line),
            `${node.name} at ${node.place.path}:${node.line + 1}`,
          );
        }
      }
      deepEqual(
        DIFFERENT.filter((role) => absent.includes(role)),
        expected.absent,
      );
      ok(rows.length - absent.length > 100, `${rows.length} rows, ${absent.length} of them absent`);
    });

    it('outlines each function to its closing brace', async () => {
      const symbols = await ask<vscode.DocumentSymbol>('vscode.executeDocumentSymbolProvider', document.uri);
      const functions = symbols.filter(({ kind }) => kind === vscode.SymbolKind.Function);
      for (const { name, range, selectionRange } of functions) {
        equal(document.getText(selectionRange), name);
        ok(document.lineAt(range.end.line).text.startsWith('}'), name);
      }
      const names = functions.map(({ name }) => name);
      const defined = [...(tree.get('mm/rmap.c') ?? '').matchAll(/^[a-z][\w *]*?(\w+)\([^;{}]*\)\s*\{/gm)];
      for (const [, name = ''] of defined) ok(names.includes(name), `${name} is not in the outline`);
      for (const role of ['cleanup_partial_anon_vmas', 'check_anon_vma_clone', 'maybe_reuse_anon_vma'])
        equal(names.includes(role), !expected.absent.includes(role), role);
    });

    for (const name of SOUGHT) {
      it(`finds the callers and the uses of ${name}() that the text has`, async () => {
        const at = head(name);
        const calls = tree.callsOf(name);
        const [item] = await ask<vscode.CallHierarchyItem>('vscode.prepareCallHierarchy', document.uri, at);
        const incoming = await ask<vscode.CallHierarchyIncomingCall>('vscode.provideIncomingCalls', item);
        const counted = incoming.map(({ from, fromRanges }) => `${from.name} ${fromRanges.length}`);
        deepEqual(counted.sort(), calls.counted);
        const found = await ask<vscode.Location>('vscode.executeReferenceProvider', document.uri, at);
        deepEqual(found.map(placeText).sort(), tree.usesOf(name));
        const lenses = await lensesOf(document.uri, 1000);
        const titles = lenses
          .filter(({ range }) => range.start.line === at.line)
          .map(({ command }) => command?.title ?? '');
        const total = calls.places.length;
        ok(titles.includes(`${total} caller${total === 1 ? '' : 's'}`), titles.join(' | '));
        ok(titles.includes('$(play)\u00a0Run on a sample'), titles.join(' | '));
      });
    }

    it('tells in the card of anon_vma_clone() what is so in this kernel', async () => {
      await cloneHints();
      const text = await hoverText(document.uri, head('anon_vma_clone'));
      match(
        text,
        new RegExp(`\`anon_vma_clone\`\\*\\* — simulated as in Linux ${version.replace('.', '\\\\\\.')}\n`),
      );
      match(text, expected.kernels);
      match(text, expected.failure);
      const [, callers = ''] = /\*Called by\* (.*)/.exec(text) ?? [];
      const named = [...callers.matchAll(/\[`(\w+)`\]/g)].map(([, name = '']) => name);
      equal(named.length, 4);
      for (const name of named) ok(expected.cloners.includes(name), name);
      const callersInText = tree.callsOf('anon_vma_clone').counted.map((one) => one.split(' ')[0] ?? '');
      deepEqual(callersInText, expected.cloners);
      const [, locks = ''] = /\*Locks in the text\* (.*)/.exec(text) ?? [];
      const entry = /^held on entry: (\S+)/.exec(expected.locks[0] ?? '')?.[1];
      match(locks, new RegExp(`^${entry ? `on entry \`${entry}\` · ` : ''}takes \`root:w\``));
      match(
        text,
        expected.absent.includes('check_anon_vma_clone') ? /Leaves/ : /through `check_anon_vma_clone`/,
      );
    });
  });
}
