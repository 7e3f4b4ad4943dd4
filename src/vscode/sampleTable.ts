/**
 * Which samples reach which function, and the asserts that they come past, as plain data. The simulation is deterministic,
 * so the build runs the samples (`sampleTableMaker.ts`), and the extension knows this before it has run any.
 */
import type { AssertPlace } from '../invariants/assert';

/** One sample in one function: its place in the list of samples, and the number of steps inside the function itself. */
export type TabledUse = readonly [sample: number, steps: number];

/** What is known of one kernel profile. */
export interface TabledProfile {
  /** By role; the most telling sample of each first. */
  readonly uses: Readonly<Record<string, readonly TabledUse[]>>;
  /** In the order in which the samples come past them. */
  readonly asserts: readonly AssertPlace[];
}

/** By kernel profile. */
export type SampleTable = Readonly<Record<string, TabledProfile>>;
