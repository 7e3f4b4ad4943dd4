/**
 * What an operation leaves behind: the state after it against the state before it.
 */
import type { Snapshot } from './snapshot';
import { type FieldDifference, snapshotDifferences } from './snapshotFields';
import type { Trace } from './trace';

/** Before the first operation there is nothing. */
const NOTHING: Snapshot = { version: 1, mms: [], anonVmas: [], folios: [] };

/** Fields that an operation leaves changed: `a` is the value before it, `b` the one after it. Empty without such an operation. */
export function leftBehind({ operations }: Pick<Trace, 'operations'>, index: number): FieldDifference[] {
  const after = operations[index]?.snapshot;
  return after ? snapshotDifferences(operations[index - 1]?.snapshot ?? NOTHING, after) : [];
}
