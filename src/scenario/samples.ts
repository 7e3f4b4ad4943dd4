/**
 * The scenarios that come with the product, in teaching order. They are bundled as text, so that every host has them
 * without I/O.
 */
import asserts from '../../samples/asserts.rmap';
import allocUnderLock from '../../samples/bugs/alloc-under-lock.rmap';
import cloneFailureStaleAnonVma from '../../samples/bugs/clone-failure-stale-anon-vma.rmap';
import degreeReuse from '../../samples/bugs/degree-reuse.rmap';
import forkAllocFailureLeak from '../../samples/bugs/fork-alloc-failure-leak.rmap';
import mergeForkChild from '../../samples/bugs/merge-fork-child.rmap';
import mergeNoUndo from '../../samples/bugs/merge-no-undo.rmap';
import mremapFaultedUnfaulted from '../../samples/bugs/mremap-faulted-unfaulted.rmap';
import prepareSharesComplex from '../../samples/bugs/prepare-shares-complex.rmap';
import reuseOnClone from '../../samples/bugs/reuse-on-clone.rmap';
import seriesV2PartialTeardown from '../../samples/bugs/series-v2-partial-teardown.rmap';
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
  /** Path below samples/ without its ending: `split`, `bugs/degree-reuse`. */
  readonly id: string;
  readonly title: string;
  /** What it shows: the comment above its first operation. */
  readonly description: string;
  readonly text: string;
  /** Heading that pickers show it under; null for what stands first, without one. */
  readonly group: string | null;
}

/** What the text says of itself is read when first asked for: parsing all of them would make every start wait. */
class BundledSample implements Sample {
  #own: Pick<Sample, 'title' | 'description'> | undefined;

  constructor(
    readonly id: string,
    readonly text: string,
    readonly group: string | null,
  ) {}

  get title(): string {
    return this.#read().title;
  }

  get description(): string {
    return this.#read().description;
  }

  #read(): Pick<Sample, 'title' | 'description'> {
    this.#own ??= headOf(this.id, this.text);
    return this.#own;
  }
}

/** Title and description as the text itself gives them. */
function headOf(id: string, text: string): Pick<Sample, 'title' | 'description'> {
  const scenario = parseScenario(text);
  const first = scenario.lines.findIndex(({ statement }) => statement?.kind === 'operation');
  const description = scenario.lines
    .slice(0, first)
    .flatMap(({ statement, comment }) =>
      statement || comment === null ? [] : [comment.replace(/^#+\s*/, '')],
    );
  return { title: titleOf(scenario) ?? id, description: description.join(' ') };
}

/** What teaches how things are: true on every kernel, or on the one that it names. */
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

const BUGS = 'Bugs that really happened';

/** Each on the profile of its bug, the oldest first. */
export const BUG_SAMPLES: readonly Sample[] = [
  sample('bugs/fork-alloc-failure-leak', forkAllocFailureLeak, BUGS),
  sample('bugs/prepare-shares-complex', prepareSharesComplex, BUGS),
  sample('bugs/alloc-under-lock', allocUnderLock, BUGS),
  sample('bugs/reuse-on-clone', reuseOnClone, BUGS),
  sample('bugs/degree-reuse', degreeReuse, BUGS),
  sample('bugs/merge-no-undo', mergeNoUndo, BUGS),
  sample('bugs/mremap-faulted-unfaulted', mremapFaultedUnfaulted, BUGS),
  sample('bugs/merge-fork-child', mergeForkChild, BUGS),
  sample('bugs/series-v2-partial-teardown', seriesV2PartialTeardown, BUGS),
  sample('bugs/clone-failure-stale-anon-vma', cloneFailureStaleAnonVma, BUGS),
];

/** All of them, as pickers list them: those of one group stand together. */
export const ALL_SAMPLES: readonly Sample[] = [...SAMPLES, ...BUG_SAMPLES];

function sample(id: string, text: string, group: string | null = null): Sample {
  return new BundledSample(id, text, group);
}
