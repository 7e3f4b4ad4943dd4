/** The C text of a kernel tree on disk, ready to run: `--engine interpreter --kernel DIR`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelText } from '../binding/interpreter';
import type { Terminal } from './terminal';

export interface TextRequest {
  /** Root of the tree. */
  readonly folder: string;
  /** Profile of the simulation below the text; null: the one that fits the tree. */
  readonly profile: string | null;
  /** File of C that supplies what the text uses and the interpreter lacks. */
  readonly stubs: string | null;
}

/** Reads what a run needs, or says in one sentence why the tree cannot be run. The parser is loaded here, and only here. */
export async function openKernelText(
  { folder, profile, stubs }: TextRequest,
  terminal: Terminal,
): Promise<KernelText | { readonly problem: string }> {
  const [{ KernelText }, { CONFIGURATION, configurationFrom, TREE_FILES }, { KernelParser }, recognition] =
    await Promise.all([
      import('../binding/interpreter'),
      import('../binding/treeFiles'),
      import('../source/parser'),
      import('../source/kernelTree'),
    ]);
  const texts = new Map<string, string>();
  for (const path of new Set([...TREE_FILES, ...recognition.RECOGNITION_FILES, '.config'])) {
    const text = await readText(join(folder, path));
    if (text !== undefined) texts.set(path, text);
  }
  const tree = recognition.recogniseKernelTree((path) => texts.get(path));
  if (!tree) return { problem: `${folder} has no anon_vma functions in mm/rmap.c that could be run.` };
  const stubText = stubs === null ? '' : await readText(stubs);
  if (stubText === undefined) return { problem: `Cannot read ${stubs}: name a file of C after --stubs.` };
  const [runtime, language] = await Promise.all([
    terminal.wasm('web-tree-sitter.wasm'),
    terminal.wasm('tree-sitter-c.wasm'),
  ]);
  const config = texts.get('.config');
  return KernelText.open({
    parser: await KernelParser.create({ runtime, language }),
    files: new Map(
      TREE_FILES.flatMap((path) => (texts.has(path) ? [[path, texts.get(path) ?? ''] as const] : [])),
    ),
    profile: profile ?? tree.profile,
    configuration: config === undefined ? CONFIGURATION : configurationFrom(config),
    stubs: stubText,
    wayOut: (what) => `Give a file of C that defines ${what} with --stubs FILE.`,
  });
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
