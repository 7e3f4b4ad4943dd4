/**
 * Kernel headers in our own words. Each built-in stands for one header of the kernel: macros, types and small functions in C,
 * and functions that are run in TypeScript on the flat memory. What a built-in defines wins over the tree's own definition.
 */
import type { BuiltinHeaderOf, NativeOf } from '../builtin';
import type { Memory } from '../memory';
import type { Place } from '../problem';
import type { Value } from '../value';

/** The machine as a native function sees it. */
export interface NativeMachine {
  readonly memory: Memory;
  /** Calls a C function through its address. */
  callPointer(address: number, args: readonly Value[]): Value;
  /** The text of a string in memory, up to its NUL. */
  stringAt(address: number): string;
  /** What native code keeps for the time of one run. */
  readonly data: Map<string, unknown>;
}

/** A C function that is run in TypeScript. Pointers and integers come as values in the range of their types. */
export type Native = NativeOf<NativeMachine>;
export type BuiltinHeader = BuiltinHeaderOf<NativeMachine>;

/** What a kernel needs from whoever simulates the rest of the machine: slabs, locks and warnings are seen by it. */
export interface KernelHost {
  /** One try of an allocation from a named cache: an address, or 0. `sleeps`: the flags allow it to. */
  allocate(cache: SlabCache, sleeps: boolean, site: Place | null): number;
  /** Gives memory of a cache back; `freed`: it was free already. */
  release(cache: SlabCache | null, address: number, site: Place | null): void;
  /** A lock word is about to change. */
  lock(action: 'acquire' | 'release' | 'contended', mode: 'read' | 'write', address: number): void;
  /** A warning macro was evaluated; `fires`: its condition is true. */
  warn(macro: string, expression: string, fires: boolean): void;
  /** A tree of ranges has other entries now. */
  treeChanged(tree: number): void;
  /** A node has entered an interval tree (`start` not null) or left it. */
  intervalChanged(node: number, root: number): void;
}

export interface SlabCache {
  readonly name: string;
  readonly size: number;
  /** Address of its constructor function, or 0. */
  readonly constructorAddress: number;
}

/** A pointer argument as an address. */
export function address(value: Value | undefined): number {
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
}
