/**
 * What an engine is: something that runs operations on address spaces and reports every step.
 * The simulation and the interpreter both fit; nothing above this interface asks which one it has,
 * except to show its name.
 */
import type { ObjectKind } from './kinds';
import type { Snapshot } from './snapshot';
import type { Anchor, Change, Location, StepEvent, StepKind } from './step';

export type EngineName = 'simulation' | 'interpreter';

/** Kinds of allocation that `! fail` can name. */
export type FaultKind = 'anon_vma' | 'avc' | 'vma' | 'folio';

/** `! fail KIND:N` or `! fail KIND:N/nowait`: the N-th allocation of the kind in one operation fails. */
export interface AllocationFault {
  readonly kind: FaultKind;
  /** From 1. */
  readonly nth: number;
  /** Only the first, non-sleeping try fails. */
  readonly nowait: boolean;
}

export type Prot = 'none' | 'r' | 'rw';
export type Advice = 'dontfork' | 'dofork' | 'wipeonfork' | 'keeponfork';

/** One argument of `P: call FUNCTION(ARGS)`: a page number, `new`, or a name such as `VMA_OP_SPLIT`. */
export type CallArgument =
  | { readonly type: 'page'; readonly page: number }
  | { readonly type: 'name'; readonly name: string };

/** What the operation asks for; addresses and lengths in pages. */
export type OperationVerb =
  | {
      readonly verb: 'mmap';
      readonly addr: number;
      readonly len: number;
      readonly prot: Prot;
      readonly file: { readonly name: string; readonly pgoff: number } | null;
    }
  | { readonly verb: 'munmap'; readonly addr: number; readonly len: number }
  | { readonly verb: 'mprotect'; readonly addr: number; readonly len: number; readonly prot: Prot }
  | {
      readonly verb: 'mremap';
      readonly old: number;
      readonly len: number;
      readonly new: number;
      readonly dontunmap: boolean;
    }
  | { readonly verb: 'madvise'; readonly addr: number; readonly len: number; readonly advice: Advice }
  | { readonly verb: 'read'; readonly page: number }
  | { readonly verb: 'write'; readonly page: number }
  | { readonly verb: 'fork'; readonly child: string }
  | { readonly verb: 'exit' }
  | { readonly verb: 'walk'; readonly page: number }
  | { readonly verb: 'call'; readonly function: string; readonly args: readonly CallArgument[] };

/** One operation of a scenario. */
export type Operation = OperationVerb & {
  readonly process: string;
  readonly faults: readonly AllocationFault[];
};

/** One VMA that an rmap walk looked at, as `P@16-20` (end exclusive), and whether it maps the folio. */
export interface Visit {
  readonly vma: string;
  readonly mapped: boolean;
}

export interface OperationResult {
  readonly status: 'ok' | 'error';
  /** `ENOMEM` and the like; null on success. */
  readonly errno: string | null;
  /** Set by `walk` and null otherwise, in visiting order. */
  readonly visits: readonly Visit[] | null;
}

/**
 * Receives what an engine does, as it does it. Without one an engine records nothing.
 * A step is everything from one `at` (or `enter`, `leave`) to the next.
 */
export interface Observer {
  /** A function is entered; its head is the place of the step. */
  enter(role: string, functionName: string, text: string): void;
  /** A new step begins in the function entered last. */
  at(pattern: string, kind: StepKind, text: string): void;
  /** The function entered last is left; `pattern` names the statement that leaves it. */
  leave(pattern: string, text: string): void;
  /** Interpreter only: the place of the step that begins, in the text itself. */
  located?(location: Location): void;
  change(change: Change): void;
  event(event: StepEvent): void;
}

export interface Engine {
  readonly name: EngineName;
  /** Id of the kernel profile that is run, e.g. `7.3`. */
  readonly profile: string;
  /** Declaration of the objects in its traces. */
  readonly kinds: readonly ObjectKind[];
  /** Runs one operation. `observer` sees every step; null runs without recording. */
  apply(operation: Operation, observer: Observer | null): OperationResult;
  /** The state after the last operation, in the contract's form. */
  snapshot(): Snapshot;
}

/** Where an anchor of a step points, as plain data for engines without a text. */
export type { Anchor };
