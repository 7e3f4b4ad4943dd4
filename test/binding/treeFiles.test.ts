// The files that a run of the text reads.
import { deepEqual } from 'node:assert/strict';
import { TREE_FILES } from '../../src/binding/treeFiles';
import { KERNEL_FILES } from '../../src/source/kernelFiles';

describe('files that a run reads', () => {
  it('are among those that “Get Kernel Files…” brings', () => {
    deepEqual(
      TREE_FILES.filter((path) => !KERNEL_FILES.includes(path)),
      [],
    );
  });
});
