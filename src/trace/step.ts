/**
 * One step of a run: where it stands in the C source, what it changed, one sentence for people.
 *
 * Steps are plain data and reversible: every change names its old value, so that a cursor can walk
 * a recorded run in both directions without running anything again.
 */
import type { ObjectId, Value } from './value';

/** What a step is, for the timeline and for stepping over and out. */
export type StepKind =
  | 'call'
  | 'return'
  | 'statement'
  | 'alloc'
  | 'free'
  | 'lock'
  | 'unlock'
  | 'write'
  | 'list'
  | 'tree'
  | 'assert';

/**
 * A place in the C source named by what stands there, not by a line: the role a function plays, and
 * a pattern for one statement of it (grammar: `src/source/anchors.ts`).
 */
export interface Anchor {
  readonly role: string;
  readonly pattern: string;
}

/** A place in a file of a kernel tree. `file` is relative to the tree; line and columns count from 0. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One reversible change of the state. */
export type Change =
  | {
      readonly op: 'create';
      readonly object: ObjectId;
      readonly kind: string;
      readonly fields: Readonly<Record<string, Value>>;
    }
  /** The memory of the object is given back. It stays visible as freed, so that late uses can be seen. */
  | { readonly op: 'free'; readonly object: ObjectId }
  /** `undefined` means that the field did not exist before, or does not exist after. */
  | {
      readonly op: 'set';
      readonly object: ObjectId;
      readonly field: string;
      readonly old: Value | undefined;
      readonly new: Value | undefined;
    }
  | {
      readonly op: 'insert';
      readonly object: ObjectId;
      readonly field: string;
      readonly index: number;
      readonly value: Value;
    }
  | {
      readonly op: 'remove';
      readonly object: ObjectId;
      readonly field: string;
      readonly index: number;
      readonly value: Value;
    };

export type LockMode = 'read' | 'write';

/** What a step did apart from changing fields. */
export type StepEvent =
  /** An assertion of the kernel's own was evaluated. `expression` is the condition that must hold or must not, as the macro says. */
  | { readonly type: 'assert'; readonly macro: string; readonly expression: string; readonly holds: boolean }
  /** One try of an allocation. `sleeps`: the flags allow the allocator to sleep and reclaim. `nth`: number within the operation, from 1. */
  | {
      readonly type: 'alloc';
      readonly what: string;
      readonly flags: string;
      readonly sleeps: boolean;
      readonly ok: boolean;
      readonly nth: number;
      readonly object: ObjectId | null;
    }
  /** A lock was taken, released, or could not be taken (`contended`). The lock is a field of its owner. */
  | {
      readonly type: 'lock';
      readonly action: 'acquire' | 'release' | 'contended';
      readonly object: ObjectId;
      readonly field: string;
      readonly mode: LockMode;
    }
  /** Freed or wild memory was used. */
  | {
      readonly type: 'memory';
      readonly fault: 'use-after-free' | 'double-free' | 'null-pointer' | 'wild-pointer' | 'uninitialised';
      readonly object: ObjectId | null;
      readonly field: string | null;
      /** Where it was given back, as `mm/rmap.c:481`; only engines that run a text know. */
      readonly freedAt?: string | undefined;
    }
  /** An rmap walk looked at a VMA. */
  | { readonly type: 'visit'; readonly object: ObjectId; readonly mapped: boolean }
  /** A named fact that an invariant wants to know of, e.g. `reuse` with the anon_vma taken over. */
  | { readonly type: 'mark'; readonly name: string; readonly objects: readonly ObjectId[] };

/** One recorded step. Applied to the state before it, its changes give the state after it. */
export interface Step {
  /** From 0, over the whole run. */
  readonly number: number;
  /** Index of the operation it belongs to. */
  readonly operation: number;
  readonly kind: StepKind;
  /** Name of the C function, in the words of the kernel that is modelled or read. */
  readonly function: string;
  /** Call depth: 0 for the function that the operation enters. */
  readonly depth: number;
  /** Where a simulation stands; null for an interpreter, whose steps carry `location`. */
  readonly anchor: Anchor | null;
  readonly location: Location | null;
  /** One sentence for people, without a full stop. */
  readonly text: string;
  readonly changes: readonly Change[];
  readonly events: readonly StepEvent[];
}
