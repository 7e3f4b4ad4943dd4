/**
 * A guided reading: stops in the code of whatever tree is open, each named by what stands there, so that it is found in
 * other kernels or said to be missing.
 */
import type { AnchorResult } from '../source/anchors';
import type { TreeIndex } from '../source/treeIndex';
import type { Anchor } from '../trace/step';

/** Where a stop is in the kernels that do it this way, and what is particular to them. */
export interface StopPlace {
  readonly anchor: Anchor;
  /** Markdown to follow the stop's text; null when there is nothing particular. */
  readonly here: string | null;
}

export interface Stop {
  readonly id: string;
  readonly title: string;
  /** Two to five sentences, Markdown, true of every kernel. */
  readonly text: string;
  /** The first that the tree has is taken: the newest kernel first. */
  readonly places: readonly StopPlace[];
  /** Id of the sample that comes past it best. */
  readonly sample: string;
}

export interface GuidedReading {
  readonly id: string;
  readonly title: string;
  readonly stops: readonly Stop[];
}

export type FoundStop =
  | { readonly place: StopPlace; readonly found: AnchorResult & { readonly ok: true } }
  /** Why it is in none of its places. */
  | { readonly missing: string };

/** Finds a stop in a tree; reads the files of its roles first. */
export async function findStop(index: TreeIndex, { places }: Stop): Promise<FoundStop> {
  let missing = 'it has no place';
  for (const place of places) {
    await index.ensureRole(place.anchor.role);
    const found = index.resolve(place.anchor);
    if (found.ok) return { place, found };
    missing = found.reason;
  }
  return { missing };
}
