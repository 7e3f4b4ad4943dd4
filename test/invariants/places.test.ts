/**
 * Every place that the catalogue names is in the newest kernels, and stands for one statement, comment or function.
 */
import assert from 'node:assert/strict';
import { KernelTree } from '../../src/cli/kernelTree';
import { CATALOGUE } from '../../src/invariants/catalogue';
import { testTerminal, treeFolder } from '../cli/support';

/** Statements that newer kernels have in another function, which is a place of its own. */
const OLDER = ['anon_vma_clone if has:num_active_vmas', 'anon_vma_clone if has:num_children'];

describe('places of the catalogue', () => {
  for (const version of ['6.1', '6.12']) {
    it(`of older kernels are in ${version}, and in no newer one`, async function () {
      this.timeout(60_000);
      const found = async (kernel: string) => {
        const tree = new KernelTree(treeFolder(kernel), testTerminal());
        const places = CATALOGUE.flatMap(({ places }) => places).filter(({ role, pattern }) =>
          OLDER.includes(`${role} ${pattern}`),
        );
        return Promise.all(places.map(async (place) => (await tree.find(place)) !== null));
      };
      assert.deepEqual(await found(version), [true, true]);
      assert.deepEqual(await found('7.3'), [false, false]);
    });
  }

  for (const version of ['7.2', '7.3']) {
    it(`are all in ${version}`, async function () {
      this.timeout(60_000);
      const tree = new KernelTree(treeFolder(version), testTerminal());
      const missing: string[] = [];
      for (const { id, places } of CATALOGUE)
        for (const place of places)
          if (!OLDER.includes(`${place.role} ${place.pattern}`) && !(await tree.find(place)))
            missing.push(`${id}: ${place.role} ${place.pattern ?? place.comment ?? 'itself'}`);
      assert.deepEqual(missing, []);
    });
  }

  it('are given for every invariant that the kernel’s text speaks of', () => {
    const without = CATALOGUE.filter(({ places }) => places.length === 0).map(({ id }) => id);
    assert.deepEqual(without, ['lock/balanced', 'mem/no-wild-access']);
  });
});
