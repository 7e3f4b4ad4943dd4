// Functions of C files as universal-ctags sees them, to be compared with what the parser found.
import { execFileSync, spawnSync } from 'node:child_process';
import type { FileIndex } from '../../src/source/facts';
import { lineAt } from '../../src/source/text';

/** A function by ctags; lines count from 1. */
export interface FunctionTag {
  readonly name: string;
  readonly line: number;
  readonly end: number;
}

/** Why ctags cannot be used here; undefined when it can. */
export function whyNoCtags(): string | undefined {
  const { stdout } = spawnSync('ctags', ['--version'], { encoding: 'utf8' });
  return /Universal Ctags/.test(stdout ?? '')
    ? undefined
    : 'universal-ctags is not installed (Debian: apt-get install universal-ctags)';
}

/** Functions defined in `paths` of the tree at `root`, by path. */
export function functionTags(
  root: string,
  paths: readonly string[],
): ReadonlyMap<string, readonly FunctionTag[]> {
  const found = new Map<string, FunctionTag[]>(paths.map((path) => [path, []]));
  const options = ['--options=NONE', '--languages=C', '--langmap=C:.c.h', '--kinds-C=f', '--fields=+neK'];
  const output = execFileSync('ctags', [...options, '-f', '-', ...paths], {
    cwd: root,
    maxBuffer: 1 << 28,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for (const row of output.split('\n')) {
    const [name, path] = row.split('\t');
    const number = (field: string): number => Number(new RegExp(`\t${field}:(\\d+)`).exec(row)?.[1]);
    if (name && path && !name.startsWith('!')) {
      found.get(path)?.push({ name, line: number('line'), end: number('end') });
    }
  }
  return found;
}

/** Macros whose call ctags takes for the name of the function that follows or that they write. */
const TAKEN_FOR_NAME =
  /^(?:(?:COMPAT_)?SYSCALL_DEFINE\d|[A-Z][A-Z0-9_]*_DEFINE|DEFINE_GUARD|\w+_initcall|__init)$/;

/**
 * What `index` has lost of the functions that ctags found, one line each: every function has to end on the line where ctags
 * says, under the name that ctags says, unless that is one of the macros it misreads.
 */
export function lostFunctions(tags: readonly FunctionTag[], index: FileIndex): string[] {
  const line = (offset: number): number => lineAt(index.lineStarts, offset) + 1;
  const ours = index.functions.map(({ name, nameSpan, span }) => ({
    name,
    line: line(nameSpan.start),
    end: line(span.end - 1),
  }));
  return tags.flatMap((tag) => {
    const fits = ours.some(
      ({ name, line, end }) =>
        end === tag.end &&
        (name === tag.name ? line === tag.line : TAKEN_FOR_NAME.test(tag.name) && line >= tag.line),
    );
    if (fits) {
      return [];
    }
    const near = ours.find(({ name }) => name === tag.name);
    const found = near ? `found at ${near.line}–${near.end}` : 'not found';
    return [`${index.path}: ${tag.name} at ${tag.line}–${tag.end} is ${found}`];
  });
}
