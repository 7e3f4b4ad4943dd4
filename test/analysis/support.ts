// What the tests of src/analysis share: real trees and snippets, and their locks as text.
import { LOCK_FILES, LockAnalysis, type StatementLocks } from '../../src/analysis/lockAnalysis';
import { locksLabel } from '../../src/analysis/lockSets';
import type { KernelParser } from '../../src/source/parser';
import { roleOf } from '../../src/source/roles';
import { type FunctionPlace, TreeIndex } from '../../src/source/treeIndex';
import { kernelText, type Version } from '../source/support';

export interface Analysed {
  readonly index: TreeIndex;
  readonly locks: LockAnalysis;
}

/** A real tree; `changed` puts other texts in the place of some files. The caller deletes the index. */
export async function analysedTree(
  parser: KernelParser,
  version: Version,
  files: readonly string[] = LOCK_FILES,
  changed: Readonly<Record<string, string>> = {},
): Promise<Analysed> {
  const index = new TreeIndex(parser, (path) => Promise.resolve(changed[path] ?? kernelText(version, path)));
  await index.ensure(files);
  const locks = new LockAnalysis(index);
  learnAll(locks, 'mm/rmap.c');
  return { index, locks };
}

/** What the callers of a file's functions hold, all at once. */
export function learnAll(locks: LockAnalysis, path: string): boolean {
  const work = locks.learnCallers(path);
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/** A tree of one file. */
export async function analysedText(parser: KernelParser, text: string): Promise<Analysed> {
  const index = new TreeIndex(parser, (path) => Promise.resolve(path === 'mm/rmap.c' ? text : undefined));
  await index.ensure(['mm/rmap.c']);
  const locks = new LockAnalysis(index);
  learnAll(locks, 'mm/rmap.c');
  return { index, locks };
}

/** The definition of `name` that is no stub. */
export function placeOf({ index, locks }: Analysed, name: string): FunctionPlace {
  locks.refresh();
  const place = index.functionsNamed(name)[0];
  const found = place ? locks.engine.graph.resolve(name, place.path) : undefined;
  if (!found) {
    throw new Error(`no function ${name}`);
  }
  return found;
}

function describe(locks: StatementLocks | undefined): string {
  if (!locks) {
    return 'not reached';
  }
  const before = locksLabel(locks.before);
  const after = locksLabel(locks.after);
  return before === after ? before : `${before} → ${after}`;
}

/**
 * The locks of a function, statement by statement, without a word of the kernel's: number, kind, the roles that it calls, the
 * locks before and after.
 */
export function locksText(analysed: Analysed, name: string): string {
  const place = placeOf(analysed, name);
  return analysed.index
    .body(place)
    .statements.map((statement, number) => {
      const roles = statement.calls.flatMap((call) => roleOf(call.name) ?? []);
      const head = `${String(number).padStart(2)} ${'  '.repeat(statement.depth)}${[statement.kind, ...roles].join(' ')}`;
      return `${head.padEnd(60)} ${describe(analysed.locks.locksAt(place, statement))}`;
    })
    .join('\n');
}
