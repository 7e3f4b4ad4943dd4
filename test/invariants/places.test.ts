/**
 * Every place that the catalogue names is in the newest kernels, and stands for one statement, comment or function.
 */
import assert from 'node:assert/strict';
import { KernelTree } from '../../src/cli/kernelTree';
import { CATALOGUE } from '../../src/invariants/catalogue';
import { testTerminal, treeFolder } from '../cli/support';

describe('places of the catalogue', () => {
  for (const version of ['7.2', '7.3']) {
    it(`are all in ${version}`, async function () {
      this.timeout(60_000);
      const tree = new KernelTree(treeFolder(version), testTerminal());
      const missing: string[] = [];
      for (const { id, places } of CATALOGUE)
        for (const place of places)
          if (!(await tree.find(place)))
            missing.push(`${id}: ${place.role} ${place.pattern ?? place.comment ?? 'itself'}`);
      assert.deepEqual(missing, []);
    });
  }

  it('are given for every invariant that the kernel’s text speaks of', () => {
    const without = CATALOGUE.filter(({ places }) => places.length === 0).map(({ id }) => id);
    assert.deepEqual(without, ['lock/balanced', 'mem/no-wild-access']);
  });
});
