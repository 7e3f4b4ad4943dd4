// Samples under their headings.
import assert from 'node:assert/strict';
import { ALL_SAMPLES } from '../../src/scenario/samples';
import { sampleGroups } from '../../src/webview/model/sampleGroups';

describe('groups of samples', () => {
  it('keep order, and begin without a heading', () => {
    const groups = sampleGroups(ALL_SAMPLES);
    assert.deepEqual(
      groups.map(({ title }) => title),
      [null, 'Bugs that really happened'],
    );
    assert.deepEqual(
      groups.flatMap(({ samples }) => samples.map(({ id }) => id)),
      ALL_SAMPLES.map(({ id }) => id),
    );
  });

  it('take a sample of no group for one without a heading', () => {
    const one = { id: 'one', title: 'One', description: 'The first.' };
    assert.deepEqual(sampleGroups([one]), [{ title: null, samples: [one] }]);
    assert.deepEqual(sampleGroups([]), []);
  });
});
