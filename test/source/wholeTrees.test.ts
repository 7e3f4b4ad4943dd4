// Every file that touches the reverse map, of the four real kernels: nothing left unparsed, no function lost or cut
// short beside what ctags finds, no caller missed beside what a search through the text finds.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from 'web-tree-sitter';
import { treePath } from '../../scripts/kernelTrees.mjs';
import type { FileIndex, UnparsedFact } from '../../src/source/facts';
import { indexFile } from '../../src/source/fileIndex';
import { incomingCalls } from '../../src/source/navigation/callGraph';
import { type KernelParser, ParsedFile } from '../../src/source/parser';
import { SourceFile } from '../../src/source/sourceFile';
import { skip } from '../support/skip';
import { type FunctionTag, functionTags, lostFunctions, whyNoCtags } from './ctags';
import { navigatorOfKernel } from './navigation/support';
import { createParser, demandedText, VERSIONS, type Version } from './support';

const HEADERS = /^(?:rmap|mm_types|mm|mm_inline|mmap_lock|list|interval_tree\w*)\.h$/;

function rootOf(version: Version): string {
  demandedText(version, 'mm/rmap.c');
  return treePath(version) ?? '';
}

function pathsOf(version: Version): string[] {
  const root = rootOf(version);
  const below = (folder: string, pattern: RegExp): string[] =>
    readdirSync(join(root, folder))
      .filter((name) => pattern.test(name))
      .map((name) => `${folder}/${name}`);
  return [...below('mm', /\.[ch]$/), ...below('include/linux', HEADERS), 'kernel/fork.c', 'fs/exec.c'];
}

/** Reads what stands at file level off the tree of the whole text. */
class WhollyParsed extends ParsedFile {
  override get fileLevelTree(): Tree {
    return this.tree;
  }
}

interface Indexed {
  readonly index: FileIndex;
  readonly unparsed: readonly UnparsedFact[];
  /** The index without the short cut. */
  readonly whole: FileIndex;
}

describe('whole trees', function () {
  this.timeout(120_000);
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  function indexOf(path: string, text: string): Indexed {
    const file = new SourceFile(parser, path, text);
    try {
      return {
        index: file.index,
        unparsed: file.unparsed,
        whole: indexFile(path, new WhollyParsed(parser, text)),
      };
    } finally {
      file.delete();
    }
  }

  it('a function that is lost, cut short or under another name is found missing', () => {
    const { index } = indexOf('a.c', 'int a(void)\n{\n}\n\nint b(void)\n{\n}\n');
    const tag = (name: string, line: number, end: number): FunctionTag => ({ name, line, end });
    assert.deepEqual(
      lostFunctions([tag('a', 1, 3), tag('b', 5, 7), tag('SYSCALL_DEFINE1', 5, 7)], index),
      [],
    );
    const lost = [tag('a', 1, 4), tag('c', 5, 7), tag('d', 9, 12), tag('DEFINE_GUARD', 8, 7)];
    assert.equal(lostFunctions(lost, index).length, lost.length);
  });

  for (const version of VERSIONS) {
    describe(version, () => {
      const indices = new Map<string, Indexed>();
      before(() => {
        for (const path of pathsOf(version)) {
          indices.set(path, indexOf(path, demandedText(version, path)));
        }
      });
      after(() => indices.clear());

      it('is parsed without ERROR and MISSING', () => {
        assert.ok(indices.size > 130);
        for (const [path, { unparsed }] of indices) {
          const bad = unparsed.filter(({ kind }) => kind !== 'branch');
          assert.deepEqual(bad, [], path);
        }
      });

      it('gives the same with and without the bodies of functions parsed', () => {
        for (const { index, whole } of indices.values()) assert.deepEqual(index, whole);
      });

      it('has every function that ctags finds, to the same last line', function () {
        const reason = whyNoCtags();
        if (reason) {
          skip(this, reason);
        }
        const tags = functionTags(rootOf(version), [...indices.keys()]);
        const count = [...tags.values()].reduce((sum, list) => sum + list.length, 0);
        assert.ok(count > 5000, `ctags finds only ${count} functions`);
        const lost: string[] = [...indices].flatMap(([path, { index }]) =>
          lostFunctions(tags.get(path) ?? [], index),
        );
        assert.deepEqual(lost, []);
      });

      it('gives all callers of the anon_vma functions that a search through the whole tree finds', async () => {
        const navigator = navigatorOfKernel(parser, version);
        await navigator.ready();
        const names = namesToCompare(indices);
        assert.ok(names.length > 30, `${names.length} functions`);
        const searched = searchTree(rootOf(version), names);
        let calls = 0;
        for (const name of names) {
          const incoming = incomingCalls(navigator, name).flatMap(({ caller, calls: places }) =>
            places.map(({ start }) => `${caller.path}@${start}`),
          );
          calls += incoming.length;
          const declared = navigator.lookup
            .definitions(name)
            .filter(({ kind }) => kind === 'function' || kind === 'prototype' || kind === 'macro')
            .map(({ path, nameSpan }) => `${path}@${nameSpan.start}`);
          const expected = new Set(searched.get(name));
          assert.deepEqual([...new Set([...incoming, ...declared])].sort(), [...expected].sort(), name);
          assert.deepEqual(
            incoming.filter((place) => declared.includes(place)),
            [],
            name,
          );
        }
        assert.ok(calls > 150, `${calls} calls`);
        navigator.tree.delete();
      });
    });
  }
});

/** Functions of the anonymous reverse map that stand in the indices, by their names. */
function namesToCompare(indices: ReadonlyMap<string, Indexed>): string[] {
  const names = [...indices.values()].flatMap(({ index: { functions } }) =>
    functions.map(({ name }) => name).filter((name) => /anon_vma|anon_rmap|^rmap_walk/.test(name)),
  );
  return [...new Set(names)].sort();
}

/** Where `names` stand before a parenthesis in the C of a whole tree, comments left out: what `git grep` finds, as `path@offset`. */
function searchTree(root: string, names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>(names.map((name) => [name, []]));
  const pattern = new RegExp(`(?<!\\w)(${names.join('|')})\\s*\\(`, 'g');
  for (const folder of ['mm', 'include', 'kernel', 'fs', 'lib']) {
    for (const below of readdirSync(join(root, folder), { recursive: true })) {
      const path = `${folder}/${String(below)}`;
      if (/\.[ch]$/.test(path)) {
        const text = readFileSync(join(root, path), 'utf8');
        if (!/anon_vma|anon_rmap|rmap_walk/.test(text)) {
          continue;
        }
        const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ' '));
        for (const match of code.matchAll(pattern)) {
          found.get(match[1] ?? '')?.push(`${path}@${match.index}`);
        }
      }
    }
  }
  return found;
}
