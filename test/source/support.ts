// What the tests of src/source share: the wasm bytes, the real trees, and C snippets with labels.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { treePath } from '../../scripts/kernelTrees.mjs';
import type { FileIndex, FunctionBody } from '../../src/source/facts';
import { KernelParser } from '../../src/source/parser';
import type { Span } from '../../src/source/text';

export const VERSIONS = ['6.1', '6.12', '7.2', '7.3'] as const;
export type Version = (typeof VERSIONS)[number];

/** A parser with the wasm of node_modules. The caller deletes it. */
export function createParser(): Promise<KernelParser> {
  const require = createRequire(import.meta.filename);
  return KernelParser.create({
    runtime: readFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm')),
    language: readFileSync(require.resolve('tree-sitter-c/tree-sitter-c.wasm')),
  });
}

/** Text of a file of a real tree; undefined when that kernel has no such file. */
export function kernelText(version: Version, path: string): string | undefined {
  const folder = treePath(version);
  if (folder === undefined) {
    throw new Error(
      `The Linux ${version} tree is not there: run \`npm run trees\`, or name a cache in RMAP_LENS_TREES.`,
    );
  }
  const file = join(folder, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Text of a file that the tree has to have. */
export function demandedText(version: Version, path: string): string {
  const text = kernelText(version, path);
  if (text === undefined) {
    throw new Error(`Linux ${version} has no ${path}.`);
  }
  return text;
}

/** Takes the labels out of a snippet: `«name|code»` labels `code`. */
export function labelled(marked: string): {
  readonly text: string;
  readonly labels: ReadonlyMap<string, Span>;
} {
  const labels = new Map<string, Span>();
  let text = '';
  let from = 0;
  for (const match of marked.matchAll(/«(\w+)\|([^»]*)»/g)) {
    text += marked.slice(from, match.index);
    const code = match[2] ?? '';
    labels.set(match[1] ?? '', { start: text.length, end: text.length + code.length });
    text += code;
    from = match.index + match[0].length;
  }
  return { text: text + marked.slice(from), labels };
}

/** Statements as text: one a line, indented by depth, with what they call (`f()`), write (`x =`) and stand in. */
export function describeBody(body: FunctionBody): string {
  return body.statements
    .map(({ kind, depth, calls, writes, label, returned, within, conditions }) =>
      [
        `${'  '.repeat(depth)}${kind}`,
        ...calls.map(({ name, argumentTexts }) => `${name}(${argumentTexts.join(', ')})`),
        ...writes.map(({ target, operator }) => `[${target} ${operator}]`),
        ...(label === undefined ? [] : [`:${label}`]),
        ...(returned === undefined ? [] : [`=> ${returned}`]),
        ...(within === undefined ? [] : [`in ${within}`]),
        ...conditions.map((condition) => `#if ${condition}`),
      ].join(' '),
    )
    .join('\n');
}

/** The only function called `name`. */
export function functionNamed(index: FileIndex, name: string): FileIndex['functions'][number] {
  const [definition, another] = index.functions.filter((candidate) => candidate.name === name);
  if (!definition || another) {
    throw new Error(`expected one function ${name}`);
  }
  return definition;
}
