/** What the oracle compiles of a kernel tree beside whole files: text by the name of the file that it becomes. */
export function generate(tree: string): Record<string, string>;
