/**
 * The scenarios that come with the product, in teaching order. They are bundled as text, so that every host has them
 * without I/O.
 */
import asserts from '../../samples/asserts.rmap';
import cloneAllocationFailure from '../../samples/clone-allocation-failure.rmap';
import dontforkAndWipeonfork from '../../samples/dontfork-and-wipeonfork.rmap';
import fileMappingAnonPgoff from '../../samples/file-mapping-anon-pgoff.rmap';
import firstTouch from '../../samples/first-touch.rmap';
import forkAllocationFailure from '../../samples/fork-allocation-failure.rmap';
import forkAndCopyOnWrite from '../../samples/fork-and-copy-on-write.rmap';
import forkOfAFork from '../../samples/fork-of-a-fork.rmap';
import mergeAllocationFailure from '../../samples/merge-allocation-failure.rmap';
import mergeIntoUnfaulted from '../../samples/merge-into-unfaulted.rmap';
import mremapMove from '../../samples/mremap-move.rmap';
import parentExitsFirst from '../../samples/parent-exits-first.rmap';
import repeatedFork from '../../samples/repeated-fork.rmap';
import split from '../../samples/split.rmap';
import { parseScenario } from './parser';
import { titleOf } from './runner';

export interface Sample {
  /** File name without its ending. */
  readonly id: string;
  readonly title: string;
  /** What it shows: the comment above its first operation. */
  readonly description: string;
  readonly text: string;
}

export const SAMPLES: readonly Sample[] = [
  sample('first-touch', firstTouch),
  sample('fork-and-copy-on-write', forkAndCopyOnWrite),
  sample('fork-of-a-fork', forkOfAFork),
  sample('repeated-fork', repeatedFork),
  sample('parent-exits-first', parentExitsFirst),
  sample('dontfork-and-wipeonfork', dontforkAndWipeonfork),
  sample('split', split),
  sample('merge-into-unfaulted', mergeIntoUnfaulted),
  sample('mremap-move', mremapMove),
  sample('file-mapping-anon-pgoff', fileMappingAnonPgoff),
  sample('clone-allocation-failure', cloneAllocationFailure),
  sample('merge-allocation-failure', mergeAllocationFailure),
  sample('fork-allocation-failure', forkAllocationFailure),
  sample('asserts', asserts),
];

/** Title and description as the text itself gives them. */
function sample(id: string, text: string): Sample {
  const scenario = parseScenario(text);
  const first = scenario.lines.findIndex(({ statement }) => statement?.kind === 'operation');
  const description = scenario.lines
    .slice(0, first)
    .flatMap(({ statement, comment }) =>
      statement || comment === null ? [] : [comment.replace(/^#+\s*/, '')],
    );
  return { id, title: titleOf(scenario) ?? id, description: description.join(' '), text };
}
