// The guided reading in the four trees: each stop is one statement, the one that its text speaks of.
import assert from 'node:assert/strict';
import { findStop } from '../../src/annotations/guidedReading';
import { LIFE_OF_AN_ANON_VMA } from '../../src/annotations/lifeOfAnAnonVma';
import { SAMPLES } from '../../src/scenario/samples';
import { readPattern } from '../../src/source/anchorPattern';
import { namesOfRole } from '../../src/source/roles';
import { TreeIndex } from '../../src/source/treeIndex';
import { createParser, kernelText, VERSIONS } from '../source/support';

const { stops } = LIFE_OF_AN_ANON_VMA;

describe('the life of an anon_vma', () => {
  it('has 10 to 14 stops of two to six sentences each', () => {
    assert.ok(stops.length >= 10 && stops.length <= 14, String(stops.length));
    for (const { id, text } of stops) {
      const sentences = text.split(/[.?!] /).length;
      assert.ok(sentences >= 2 && sentences <= 6, `${id}: ${sentences}`);
    }
  });

  it('names roles that there are, patterns that can be read, and samples that exist', () => {
    for (const { id, places, sample } of stops) {
      assert.ok(
        SAMPLES.some((known) => known.id === sample),
        `${id}: ${sample}`,
      );
      for (const { anchor } of places)
        assert.ok(readPattern(anchor.pattern, namesOfRole).ok, `${id}: ${anchor.pattern}`);
    }
  });

  for (const version of VERSIONS) {
    it(`finds every stop in ${version}, each in a place of its own`, async function () {
      this.timeout(60_000);
      const parser = await createParser();
      const index = new TreeIndex(parser, (path) => Promise.resolve(kernelText(version, path)));
      const places: string[] = [];
      for (const stop of stops) {
        const found = await findStop(index, stop);
        assert.ok('found' in found, `${stop.id}: ${'missing' in found ? found.missing : ''}`);
        places.push(`${found.found.file}:${found.found.range.start.line}`);
      }
      index.delete();
      parser.delete();
      assert.equal(new Set(places).size, places.length, places.join(' '));
    });
  }

  it('says so where a tree does not have a stop', async () => {
    const parser = await createParser();
    const index = new TreeIndex(parser, (path) =>
      Promise.resolve(path === 'mm/rmap.c' ? 'int anon_vma_clone(void)\n{\n\treturn 0;\n}\n' : undefined),
    );
    for (const stop of stops) {
      const found = await findStop(index, stop);
      assert.ok('missing' in found, stop.id);
      assert.notEqual(found.missing, '');
    }
    index.delete();
    parser.delete();
  });
});
