/**
 * The scenarios that come with the extension. They are part of its text: both extension hosts have them without I/O.
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
import { parseScenario } from '../scenario/parser';
import { titleOf } from '../scenario/runner';

export interface Sample {
  /** File name without its ending. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences: what it shows. */
  readonly description: string;
  readonly text: string;
}

/** Title and description from the text itself: its `scenario` line, and the comment above the first operation. */
function sample(id: string, text: string): Sample {
  const scenario = parseScenario(text);
  const head = scenario.lines.slice(
    0,
    scenario.lines.findIndex(({ statement }) => statement?.kind === 'operation'),
  );
  const description = head.flatMap(({ statement, comment }) =>
    statement === null && comment !== null ? [comment.replace(/^#+\s*/, '')] : [],
  );
  return { id, title: titleOf(scenario) ?? id, description: description.join(' '), text };
}

/** In the order in which they teach. A test compares the list with the folder. */
export const SAMPLES: readonly Sample[] = [
  sample('first-touch', firstTouch),
  sample('fork-and-copy-on-write', forkAndCopyOnWrite),
  sample('fork-of-a-fork', forkOfAFork),
  sample('split', split),
  sample('merge-into-unfaulted', mergeIntoUnfaulted),
  sample('clone-allocation-failure', cloneAllocationFailure),
  sample('mremap-move', mremapMove),
  sample('repeated-fork', repeatedFork),
  sample('parent-exits-first', parentExitsFirst),
  sample('fork-allocation-failure', forkAllocationFailure),
  sample('merge-allocation-failure', mergeAllocationFailure),
  sample('dontfork-and-wipeonfork', dontforkAndWipeonfork),
  sample('file-mapping-anon-pgoff', fileMappingAnonPgoff),
  sample('asserts', asserts),
];
