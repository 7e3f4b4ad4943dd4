// Several files: lazy reading, open buffers, invalidation, callers, asserts, roles.
import assert from 'node:assert/strict';
import type { KernelParser } from '../../src/source/parser';
import { namesOfRole, ROLES, roleOf } from '../../src/source/roles';
import { TreeIndex } from '../../src/source/treeIndex';
import { createParser } from './support';

describe('tree index', () => {
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  function treeOf(files: Record<string, string>): { tree: TreeIndex; reads: string[] } {
    const reads: string[] = [];
    const tree = new TreeIndex(parser, async (path) => {
      reads.push(path);
      return files[path];
    });
    return { tree, reads };
  }

  it('reads a file once, and remembers that it is absent', async () => {
    const { tree, reads } = treeOf({ 'a.c': 'int a(void) { return 0; }' });
    await Promise.all([tree.ensure(['a.c', 'b.c']), tree.ensure(['a.c'])]);
    await tree.ensure(['b.c', 'a.c']);
    assert.deepEqual(reads, ['a.c', 'b.c']);
    assert.deepEqual(tree.paths, ['a.c']);
    assert.equal(tree.file('b.c'), undefined);
    assert.equal(tree.file('a.c')?.functions.length, 1);
    tree.delete();
  });

  it('prefers an open buffer to the file, also to one being read', async () => {
    const { tree } = treeOf({ 'a.c': 'int disk;' });
    const reading = tree.ensure(['a.c']);
    tree.update('a.c', 'int buffer;');
    await reading;
    assert.equal(tree.text('a.c'), 'int buffer;');
    tree.invalidate('a.c');
    await tree.ensure(['a.c']);
    assert.equal(tree.text('a.c'), 'int disk;');
    tree.delete();
  });

  it('reads again what was invalidated while it was being read', async () => {
    const texts = ['int old;', 'int now;'];
    const tree = new TreeIndex(parser, async () => texts.shift());
    const reading = tree.ensure(['a.c']);
    tree.invalidate('a.c');
    await reading;
    await tree.ensure(['a.c']);
    assert.equal(tree.text('a.c'), 'int now;');
    tree.delete();
  });

  it('passes a failing reader on, and asks again', async () => {
    let fails = true;
    const tree = new TreeIndex(parser, async () => {
      if (fails) {
        throw new Error('disk on fire');
      }
      return 'int a;';
    });
    await assert.rejects(tree.ensure(['a.c']), /disk on fire/);
    fails = false;
    await tree.ensure(['a.c']);
    assert.equal(tree.text('a.c'), 'int a;');
    tree.delete();
  });

  it('finds callers and asserts across files, and again after an edit', () => {
    const { tree } = treeOf({});
    tree.update('mm/b.c', 'void g(void) { f(1); p->f(2); }\nvoid f_not(void);\n');
    tree.update('mm/a.c', 'int f(int a)\n{\n\tVM_WARN_ON(a > 1);\n\treturn f(a);\n}\n');
    const callers = (): string[] => tree.callers('f').map(({ path, call }) => `${path} ${call.caller}`);
    assert.deepEqual(callers(), ['mm/a.c f', 'mm/b.c g']);
    assert.deepEqual(
      tree.asserts('f').map(({ path, assert: { macro, text } }) => `${path} ${macro} ${text}`),
      ['mm/a.c VM_WARN_ON a > 1'],
    );
    tree.update('mm/b.c', 'void h(void) { f(1); f(2); }\n');
    assert.deepEqual(callers(), ['mm/a.c f', 'mm/b.c h', 'mm/b.c h']);
    tree.delete();
  });

  it('counts changes', async () => {
    const { tree } = treeOf({ 'a.c': 'int a;' });
    const seen = [tree.version];
    await tree.ensure(['a.c']);
    seen.push(tree.version);
    tree.update('a.c', 'int b;');
    seen.push(tree.version);
    tree.invalidate('a.c');
    seen.push(tree.version);
    assert.equal(new Set(seen).size, seen.length);
    tree.delete();
  });

  it('finds a role under the name and in the file of an older kernel', async () => {
    const { tree } = treeOf({
      'mm/rmap.c': 'static void anon_vma_chain_link(void) { }',
      'include/linux/rmap.h': 'static inline void put_anon_vma(void) { }',
    });
    for (const role of ['anon_vma_chain_assign', 'put_anon_vma', 'anon_vma_fork']) {
      await tree.ensureRole(role);
    }
    const places = (role: string): string[] =>
      tree.definitions(role).map((place) => `${place.path} ${place.function.name}`);
    assert.deepEqual(places('anon_vma_chain_assign'), ['mm/rmap.c anon_vma_chain_link']);
    assert.deepEqual(places('put_anon_vma'), ['include/linux/rmap.h put_anon_vma']);
    assert.deepEqual(places('anon_vma_fork'), []);
    tree.delete();
  });

  it('goes on working when it holds more files than trees', () => {
    const { tree } = treeOf({});
    const paths = Array.from({ length: 60 }, (_, i) => `f${i}.c`);
    for (const path of paths) {
      tree.update(path, `int ${path.slice(0, -2)}(void)\n{\n\treturn g();\n}\n`);
    }
    assert.equal(tree.callers('g').length, 60);
    for (const path of paths) {
      const [place] = tree.functionsNamed(path.slice(0, -2));
      assert.ok(place);
      assert.equal(tree.body(place).statements.length, 3);
    }
    tree.delete();
  });
});

describe('roles', () => {
  it('are named after their newest function, and are found by any of their names', () => {
    for (const [role, { names, files, title }] of Object.entries(ROLES)) {
      assert.equal(names[0], role);
      assert.ok(files.length > 0 && title !== '', role);
      assert.ok(names.map(roleOf).every((found) => found !== undefined && namesOfRole(found).length > 0));
    }
    assert.equal(roleOf('anon_vma_interval_tree_insert'), 'anon_rmap_tree_insert');
    assert.equal(roleOf('constructor'), undefined);
    assert.deepEqual(namesOfRole('toString'), ['toString']);
  });
});
