// Locks of the functions that matter most, statement by statement, on an old and on the newest kernel, checked by hand
// against the sources. UPDATE_GOLDEN=1 writes the texts anew.
import { strict as assert } from 'node:assert';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelParser } from '../../src/source/parser';
import { createParser } from '../source/support';
import { type Analysed, analysedTree, locksText } from './support';

const FUNCTIONS = [
  '__anon_vma_prepare',
  'anon_vma_clone',
  'anon_vma_fork',
  'unlink_anon_vmas',
  'folio_lock_anon_vma_read',
  'rmap_walk_anon',
];

for (const version of ['6.12', '7.3'] as const) {
  describe(`Locks held, Linux ${version}`, function () {
    this.timeout(120_000);
    let parser: KernelParser;
    let tree: Analysed;

    before(async () => {
      parser = await createParser();
      tree = await analysedTree(parser, version);
    });

    after(() => {
      tree.index.delete();
      parser.delete();
    });

    for (const name of FUNCTIONS) {
      it(`of ${name}()`, () => {
        const file = join(import.meta.dirname, 'golden', `${name}-${version}.txt`);
        const text = `${locksText(tree, name)}\n`;
        if (process.env['UPDATE_GOLDEN']) {
          writeFileSync(file, text);
        }
        assert.ok(existsSync(file), `there is no ${file}`);
        assert.equal(text, readFileSync(file, 'utf8'));
      });
    }
  });
}
