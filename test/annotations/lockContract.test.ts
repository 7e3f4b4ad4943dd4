// What the card of a function says about locks, as the analysis reads it off the real texts.
import { strict as assert } from 'node:assert';
import { contractOf } from '../../src/annotations/contract';
import { BUG_SAMPLES, SAMPLES } from '../../src/scenario/samples';
import type { KernelParser } from '../../src/source/parser';
import { contractCard } from '../../src/vscode/contractText';
import { functionText } from '../../src/vscode/functionTexts';
import { SampleRuns } from '../../src/vscode/recordings';
import { simulator } from '../../src/vscode/simulator';
import { type Analysed, analysedText, analysedTree, placeOf } from '../analysis/support';
import { createParser, type Version } from '../source/support';

describe('Locks on the card of a function', function () {
  this.timeout(120_000);
  const runs = new SampleRuns(SAMPLES, simulator, BUG_SAMPLES);
  let parser: KernelParser;

  before(async () => {
    parser = await createParser();
  });

  after(() => parser.delete());

  function lineOf(analysed: Analysed, name: string, version: string): string {
    const annotations = runs.annotations(version);
    const lines = contractCard({
      ...{ name, role: name, text: functionText(name), root: 'file:///linux' },
      contract: contractOf(analysed.index, name, name, annotations, version),
      locks: analysed.locks.lockContract(placeOf(analysed, name)),
      callers: [],
      profile: { id: version, title: `Linux ${version}` },
      simulated: true,
    });
    return lines.find((line) => line.includes('*Locks in the text*'))?.trim() ?? '';
  }

  const MMAP = 'mmap\\: mmap\\_lock';
  const ROOT = "root\\: rwsem of the anon\\_vma's root";
  const W = '\\:w for writing';
  const EXPECTED: readonly (readonly [Version, string, string])[] = [
    ['7.3', 'anon_vma_clone', `on entry \`mmap:w\` · takes \`root:w\` *(${MMAP}, ${ROOT}, ${W})*`],
    ['6.12', 'anon_vma_clone', `on entry \`mmap:w\` · takes \`root:w\` *(${MMAP}, ${ROOT}, ${W})*`],
    [
      '7.3',
      '__anon_vma_prepare',
      `on entry \`mmap:r/w\` · takes \`root:w ptl\` *(${MMAP}, ${ROOT}, ptl\\: page\\_table\\_lock, ${W}, \\:r/w for reading or writing)*`,
    ],
    [
      '7.3',
      'folio_lock_anon_vma_read',
      `on entry \`folio\` · takes \`rcu root:r root:w\` · returns with \`maybe root:r\` *(folio\\: folio lock, ${ROOT}, rcu\\: RCU read side, \\:r for reading, ${W})*`,
    ],
  ];

  for (const [version, name, said] of EXPECTED) {
    it(`of ${name}() on ${version}`, async () => {
      const analysed = await analysedTree(parser, version);
      assert.equal(lineOf(analysed, name, version), `$(key) *Locks in the text* ${said}`);
      analysed.index.delete();
    });
  }

  it('say what is given up, and that nothing is taken', async () => {
    const analysed = await analysedText(
      parser,
      'void put_anon_vma(struct mm_struct *mm) { up_write(&mm->mmap_lock); }\nvoid get_anon_vma(void) { one(); }\n',
    );
    assert.match(
      lineOf(analysed, 'put_anon_vma', '7.3'),
      /on entry `mmap:w` · gives up `mmap:w` \*\(mmap\\: mmap\\_lock, \\:w for writing\)\*$/,
    );
    assert.match(lineOf(analysed, 'get_anon_vma', '7.3'), /takes and expects no lock/);
    analysed.index.delete();
  });
});
