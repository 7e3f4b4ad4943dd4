/**
 * A recorded run: the operations, every step, and the declaration of its objects.
 */
import type { EngineName, Visit } from './engine';
import type { ObjectKind } from './kinds';
import type { Snapshot } from './snapshot';
import type { Step } from './step';

export interface OperationRecord {
  readonly index: number;
  /** Line of the scenario file, from 1; null if it came from elsewhere. */
  readonly line: number | null;
  /** As written: `P: write 0x10`. */
  readonly text: string;
  /** Process that runs it. */
  readonly process: string;
  readonly verb: string;
  /** Number of its first step. */
  readonly firstStep: number;
  /** One past its last step; equal to `firstStep` when it took none. */
  readonly endStep: number;
  readonly status: 'ok' | 'error';
  readonly errno: string | null;
  readonly visits: readonly Visit[] | null;
  readonly snapshot: Snapshot;
}

export interface Trace {
  readonly version: 1;
  readonly title: string;
  readonly engine: EngineName;
  readonly profile: string;
  readonly kinds: readonly ObjectKind[];
  readonly operations: readonly OperationRecord[];
  readonly steps: readonly Step[];
  /** A limit that ended the run early, as one sentence, or null. */
  readonly truncated: string | null;
}
