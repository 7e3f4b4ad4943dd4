/**
 * The contract of a kernel function as the open tree and the samples' runs give it: what it asserts, who calls it, what
 * it leaves changed, what a failed allocation leaves, and how kernels differ. Plain data; the editor sets it.
 */
import type { TreeIndex } from '../source/treeIndex';
import type { Annotations } from './annotations';
import { differencesOf, type KernelDifference } from './kernelDifferences';

/** An assert that a call has to pass. */
export interface Precondition {
  readonly macro: string;
  readonly text: string;
  /** The function that it stands in: the function itself, or one that it calls to check. */
  readonly functionName: string;
}

export interface Contract {
  readonly preconditions: readonly Precondition[];
  /** What calls leave changed; null: no sample calls it. */
  readonly effects: readonly string[] | null;
  readonly calls: number;
  /** What calls in which an allocation failed leave changed; null: none fails in any sample. */
  readonly failure: readonly string[] | null;
  readonly failedCalls: number;
  readonly differences: readonly KernelDifference[];
}

/** `name` is what the tree calls the role. The files of the role have been read. */
export function contractOf(
  index: TreeIndex,
  role: string,
  name: string,
  annotations: Annotations,
  profile: string,
): Contract {
  const effects = annotations.functionEffects(role);
  return {
    preconditions: preconditionsOf(index, name),
    effects: effects?.usual ?? null,
    calls: effects?.calls ?? 0,
    failure: effects?.failed ?? null,
    failedCalls: effects?.failedCalls ?? 0,
    differences: differencesOf(role, profile),
  };
}

/** Its own asserts, and those of functions called `check_…` or `assert_…` that it calls. */
function preconditionsOf(index: TreeIndex, name: string): Precondition[] {
  const found: Precondition[] = [];
  const seen = new Set<string>();
  for (const functionName of [name, ...checkersOf(index, name)]) {
    for (const { assert } of index.asserts(functionName)) {
      const key = `${assert.macro}(${assert.text})`;
      if (seen.has(key)) continue;
      seen.add(key);
      found.push({ macro: assert.macro, text: assert.text, functionName });
    }
  }
  return found;
}

function checkersOf(index: TreeIndex, name: string): string[] {
  const calls = index
    .functionsNamed(name)
    .flatMap((place) => index.body(place).statements.flatMap(({ calls }) => calls.map((call) => call.name)));
  return [...new Set(calls)].filter((callee) => /^(check|assert)_/.test(callee));
}
