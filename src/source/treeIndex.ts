/**
 * Facts of several files of one kernel tree, read lazily through the caller's reader and kept up to date with edits.
 */
import type { Anchor, AnchorResult } from './anchors';
import type { AssertFact, CallFact, FileIndex, FunctionBody, FunctionFact } from './facts';

/** Gives the text of a file of the tree by its path from the tree's root (`mm/rmap.c`), or undefined when there is none. */
export type ReadFile = (path: string) => Promise<string | undefined>;

/** A function together with the file it stands in. */
export interface FunctionPlace {
  readonly path: string;
  readonly function: FunctionFact;
}

export interface CallPlace {
  readonly path: string;
  readonly call: CallFact;
}

export interface AssertPlace {
  readonly path: string;
  readonly assert: AssertFact;
}

/** The index of a tree. Queries answer from the files read so far; `ensure` reads more. */
export interface TreeFacts {
  /** Reads and indexes those of `paths` that are not in yet. Absent files are remembered as absent. */
  ensure(paths: readonly string[]): Promise<void>;
  /** Reads the files that `role` is looked for in. */
  ensureRole(role: string): Promise<void>;
  /** Takes the text of an open buffer instead of the file's; re-parses in place. */
  update(path: string, text: string): FileIndex;
  /** Forgets a file: it is read again when next asked for. */
  invalidate(path: string): void;
  file(path: string): FileIndex | undefined;
  text(path: string): string | undefined;
  body(place: FunctionPlace): FunctionBody;
  /** Definitions of `name` in the files read, in order of path. */
  functionsNamed(name: string): readonly FunctionPlace[];
  /** Definitions that play `role` in this tree. */
  definitions(role: string): readonly FunctionPlace[];
  /** Calls of `name` in the files read. */
  callers(name: string): readonly CallPlace[];
  /** Asserts in the function(s) called `name`. */
  asserts(name: string): readonly AssertPlace[];
  resolve(anchor: Anchor): AnchorResult;
  delete(): void;
}
