/** The kernel that suites and browser tests work on, e.g. `7.3`. */
export declare const TEST_KERNEL: string;
/** Copies what the suites open of a kernel tree, so that no test can change the cache; gives `into` back. */
export declare function copyOfKernel(version: string, into: string): Promise<string>;
