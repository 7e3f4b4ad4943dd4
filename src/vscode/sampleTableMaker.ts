/**
 * Makes the table of the samples. The build runs this, not the extension: `virtual:sample-table` (scripts/build.mjs).
 */
import { SAMPLES } from '../scenario/samples';
import { SampleRuns } from './recordings';
import type { SampleTable } from './sampleTable';
import { releases, simulator } from './simulator';

/** Of the released kernels. What is run on others is put in order by what it breaks, which takes several times as long. */
export function makeSampleTable(): SampleTable {
  const runs = new SampleRuns(SAMPLES, simulator);
  return Object.fromEntries(releases(simulator.profiles).map(({ id }) => [id, runs.tabled(id)]));
}
