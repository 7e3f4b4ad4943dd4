/**
 * The command line run inside the test, with what it writes kept.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { treePath } from '../../scripts/kernelTrees.mjs';
import { runCommandLine } from '../../src/cli/commandLine';
import type { Terminal } from '../../src/cli/terminal';

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

const require = createRequire(import.meta.filename);

/** A terminal that keeps what is written. */
export function testTerminal(input = '', colours = false): Terminal & { text(): Omit<Outcome, 'status'> } {
  let out = '';
  let err = '';
  return {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    input: () => Promise.resolve(input),
    colours,
    columns: 100,
    wasm: (name) => readFile(require.resolve(`${name.replace('.wasm', '')}/${name}`)),
    text: () => ({ out, err }),
  };
}

/** Runs the command line. `input` is what standard input holds. */
export async function rmapLens(args: readonly string[], input = '', colours = false): Promise<Outcome> {
  const terminal = testTerminal(input, colours);
  const status = await runCommandLine(args, terminal);
  return { status, ...terminal.text() };
}

/** Folder of a kernel tree that the provisioning script brought. */
export function treeFolder(version: string): string {
  const folder = treePath(version);
  if (folder === undefined) throw new Error(`The Linux ${version} tree is not there: run npm run trees.`);
  return folder;
}
