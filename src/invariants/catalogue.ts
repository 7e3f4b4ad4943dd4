/**
 * The catalogue: every invariant by id. Contract: docs/invariants.md.
 */
import { activeCount, childCount, parentSuperset, refcount, rootAlive } from './anonVma';
import { linkedBothWays, noDuplicate } from './avc';
import { sameRoot, sharedMeansSame } from './chain';
import type { Invariant } from './invariant';
import { balanced, chainWrite, cloneMmapWrite, noSleepAlloc, order, treeWrite } from './lock';
import { noDoubleFree, noLeak, noUseAfterFree, noWildAccess } from './mem';
import { failureIsConsistent } from './op';
import { emptyAtFree, reuseOnlyOnFork, reuseTaken } from './reuse';
import { anonVmaAlive, complete, exclusive, mapcount, sameRootAsVma } from './rmap';
import { keysCurrent } from './tree';
import { activeOnChain, unfaultedEmptyChain } from './vma';

/** In the order of the contract. */
export const CATALOGUE: readonly Invariant[] = [
  unfaultedEmptyChain,
  activeOnChain,
  linkedBothWays,
  noDuplicate,
  sameRoot,
  sharedMeansSame,
  parentSuperset,
  activeCount,
  childCount,
  refcount,
  rootAlive,
  emptyAtFree,
  reuseOnlyOnFork,
  reuseTaken,
  keysCurrent,
  complete,
  anonVmaAlive,
  sameRootAsVma,
  exclusive,
  mapcount,
  treeWrite,
  chainWrite,
  cloneMmapWrite,
  noSleepAlloc,
  order,
  balanced,
  noUseAfterFree,
  noDoubleFree,
  noWildAccess,
  noLeak,
  failureIsConsistent,
];

export const INVARIANT_IDS: readonly string[] = CATALOGUE.map((invariant) => invariant.id);

/** The invariant with an id, or null; ids of kernel asserts are not in the catalogue. */
export function findInvariant(id: string): Invariant | null {
  return CATALOGUE.find((invariant) => invariant.id === id) ?? null;
}
