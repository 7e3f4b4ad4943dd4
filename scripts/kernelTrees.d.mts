export declare const VERSIONS: readonly string[];
/** A tree that is not there and cannot be brought; the message is one sentence for people. */
export declare class TreeMissing extends Error {}
/** Folder of a version (e.g. `7.3`) that is in the cache already, or undefined. Never fetches. */
export declare function treePath(version: string): string | undefined;
/** Versions in the cache, oldest first. */
export declare function treesThere(): string[];
/** `VERSION.PATCHLEVEL` of a kernel folder, `unknown` without Makefile, undefined if it is no kernel tree. */
export declare function kernelVersionOf(folder: string): string | undefined;
/** Folder of a kernel tree, fetched through apt if it is not in the cache yet. Throws `TreeMissing`. */
export declare function provideTree(
  version: string,
  options?: { log?: (line: string) => void },
): Promise<string>;
