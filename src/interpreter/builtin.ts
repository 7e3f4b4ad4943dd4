/** What stands in for a header of the kernel: C in our own words, and functions that are executed in TypeScript. */
import type { Place } from './problem';
import type { Value } from './value';

/** The machine as a native function sees it; `M` is the machine's class, which imports this file. */
export type NativeOf<M> = (machine: M, args: readonly Value[], at: Place) => Value;

export interface BuiltinHeaderOf<M> {
  /** The header it stands for: `include/linux/list.h`. */
  readonly header: string;
  /** One sentence: what is modelled, and how. */
  readonly doc: string;
  /** Macros, types, prototypes and small inline functions. Definitions here win over the tree's. */
  readonly c: string;
  /** Functions declared in `c` that are executed in TypeScript. */
  readonly natives: Readonly<Record<string, NativeOf<M>>>;
}
