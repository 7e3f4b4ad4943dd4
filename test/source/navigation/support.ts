// A navigator over files in memory or over a real tree.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { treePath } from '../../../scripts/kernelTrees.mjs';
import { Navigator } from '../../../src/source/navigation/navigator';
import type { KernelParser } from '../../../src/source/parser';
import { lineAt } from '../../../src/source/text';
import { TreeIndex } from '../../../src/source/treeIndex';
import { kernelText, type Version } from '../support';

export function navigatorOf(parser: KernelParser, files: Readonly<Record<string, string>>): Navigator {
  const tree = new TreeIndex(parser, async (path) => files[path]);
  return new Navigator(tree, async (folder) => {
    const names = new Map<string, boolean>();
    for (const path of Object.keys(files)) {
      if (path.startsWith(`${folder}/`)) {
        const [name = '', ...rest] = path.slice(folder.length + 1).split('/');
        names.set(name, rest.length > 0);
      }
    }
    return [...names].map(([name, isFolder]) => ({ name, isFolder }));
  });
}

export function navigatorOfKernel(parser: KernelParser, version: Version): Navigator {
  const root = treePath(version) ?? '';
  const tree = new TreeIndex(parser, async (path) => kernelText(version, path));
  return new Navigator(tree, async (folder) => {
    const there = join(root, folder);
    return existsSync(there)
      ? readdirSync(there, { withFileTypes: true }).map((entry) => ({
          name: entry.name,
          isFolder: entry.isDirectory(),
        }))
      : [];
  });
}

/** `path:line`, lines from 1. */
export function placeText(navigator: Navigator, path: string, offset: number): string {
  const index = navigator.tree.file(path);
  return `${path}:${lineAt(index?.lineStarts ?? [0], offset) + 1}`;
}

/** Offset of `needle` behind the first `from` of a file. */
export function offsetOf(navigator: Navigator, path: string, needle: string, from = ''): number {
  const text = navigator.tree.text(path) ?? '';
  const at = text.indexOf(needle, text.indexOf(from));
  if (at < 0) {
    throw new Error(`${needle} is not in ${path}`);
  }
  return at;
}

/** Where the name at `needle` is defined, as `kind path:line`. */
export async function definitionsAt(
  navigator: Navigator,
  path: string,
  needle: string,
  from = '',
): Promise<string[]> {
  const found = navigator.targetAt(path, offsetOf(navigator, path, needle, from));
  const definitions = found ? await navigator.definitions(found.target, path) : [];
  return definitions.map(
    ({ kind, path: at, nameSpan }) => `${kind} ${placeText(navigator, at, nameSpan.start)}`,
  );
}

/** Where the name at `needle` is used, as `path:line`, definitions with a star. */
export function referencesAt(navigator: Navigator, path: string, needle: string, from = ''): string[] {
  const found = navigator.targetAt(path, offsetOf(navigator, path, needle, from));
  return (found ? navigator.references(found.target, path) : []).map(
    ({ path: at, span, isDefinition }) => `${placeText(navigator, at, span.start)}${isDefinition ? '*' : ''}`,
  );
}
