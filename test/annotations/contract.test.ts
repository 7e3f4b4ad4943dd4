// Contracts of functions: the differences between kernels are looked for in every tree, and what a card says is set.
import assert from 'node:assert/strict';
import { contractOf } from '../../src/annotations/contract';
import { differencesOf, KERNEL_DIFFERENCES } from '../../src/annotations/kernelDifferences';
import { BUG_SAMPLES, SAMPLES } from '../../src/scenario/samples';
import type { KernelParser } from '../../src/source/parser';
import { roleNamed } from '../../src/source/roles';
import { TreeIndex } from '../../src/source/treeIndex';
import { contractCard } from '../../src/vscode/contractText';
import { functionText } from '../../src/vscode/functionTexts';
import { SampleRuns } from '../../src/vscode/recordings';
import { simulator } from '../../src/vscode/simulator';
import { createParser, kernelText, VERSIONS } from '../source/support';

describe('contracts', function () {
  this.timeout(60_000);
  const runs = new SampleRuns(SAMPLES, simulator, BUG_SAMPLES);
  let parser: KernelParser;
  const indexes = new Map<string, TreeIndex>();

  before(async () => {
    parser = await createParser();
    for (const version of VERSIONS)
      indexes.set(version, new TreeIndex(parser, (path) => Promise.resolve(kernelText(version, path))));
  });
  after(() => {
    for (const index of indexes.values()) index.delete();
    parser.delete();
  });

  const indexOf = (version: string): TreeIndex => {
    const index = indexes.get(version);
    assert.ok(index, version);
    return index;
  };

  it('say of exactly the kernels that differ that they do', async () => {
    for (const [role, differences] of Object.entries(KERNEL_DIFFERENCES)) {
      assert.ok(roleNamed(role), role);
      for (const { kernels, seen, absent = false, how } of differences) {
        const found: string[] = [];
        for (const version of VERSIONS) {
          await indexOf(version).ensureRole(seen.role);
          if (indexOf(version).resolve(seen).ok !== absent) found.push(version);
        }
        const told = VERSIONS.filter((version) => kernels.includes(version));
        assert.deepEqual(found, told, `${role}: ${how}`);
      }
    }
  });

  it('put what is so in this kernel first', () => {
    assert.deepEqual(
      differencesOf('anon_vma_clone', '6.12').map(({ kernels }) => kernels.includes('6.12')),
      [true, false],
    );
  });

  const card = async (version: string, role: string): Promise<string> => {
    const index = indexOf(version);
    await index.ensureRole(role);
    const name = index.definitions(role)[0]?.function.name ?? role;
    const annotations = runs.annotations(version);
    return contractCard({
      ...{ name, role, text: functionText(role), root: 'file:///linux' },
      contract: contractOf(index, role, name, annotations, version),
      locks: undefined,
      callers: [{ name: '__split_vma', file: 'mm/vma.c', line: 579 }],
      profile: { id: version, title: `Linux ${version}` },
      simulated: annotations.patternsOf(role).length > 0,
    }).join('\n');
  };

  it('of anon_vma_clone() say on 7.3 and on 6.12 what differs', async () => {
    const [newer, older] = [await card('7.3', 'anon_vma_clone'), await card('6.12', 'anon_vma_clone')];
    assert.match(
      newer,
      /\*Asserts\* `mmap_assert_write_locked\(src->vm_mm\)`.*through `check_anon_vma_clone`/,
    );
    assert.match(newer, /\*Leaves\* a new AVC/);
    assert.match(newer, /out of memory in 3 calls of the samples: vma/);
    assert.match(newer, /\*Kernels\* \*\*7\\\.0, 7\\\.2, 7\\\.3\*\*, as here: it allocates everything/);
    assert.match(older, /lets it go to allocate/);
    assert.match(older, /`dst` is unlinked again/);
    assert.doesNotMatch(older, /\*Asserts\*/);
    assert.match(older, /\*Called by\* \[`__split_vma`\]\(command:rmapLens\.openPlace/);
  });

  it('say that nothing is known where no sample comes', async () => {
    assert.match(await card('7.3', 'mm_take_all_locks'), /not simulated/);
    assert.match(await card('7.3', 'mm_take_all_locks'), /no sample comes into it/);
  });
});
