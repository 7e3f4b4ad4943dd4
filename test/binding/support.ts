// What the tests of src/binding share: the text of the real trees, with changes to it.
import { KernelText } from '../../src/binding/interpreter';
import { TREE_FILES } from '../../src/binding/treeFiles';
import type { Limits } from '../../src/interpreter/machine';
import { ProgramCache } from '../../src/interpreter/program';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import type { Run } from '../../src/scenario/run';
import { runScenario } from '../../src/scenario/runner';
import type { KernelParser } from '../../src/source/parser';
import { kernelText, type Version } from '../source/support';

/** A change to a file: what stands there, and what is put in its place. */
export interface Edit {
  readonly path: string;
  readonly from: string | RegExp;
  readonly to: string;
}

const CACHES = new Map<Version, ProgramCache>();

export function treeFiles(version: Version): Map<string, string> {
  return new Map(
    TREE_FILES.flatMap((path) => {
      const text = kernelText(version, path);
      return text === undefined ? [] : [[path, text] as const];
    }),
  );
}

/** The text of a tree after some edits, each of which has to fit. */
export function openEdited(
  parser: KernelParser,
  version: Version,
  edits: readonly Edit[],
  options: {
    readonly limits?: Limits;
    readonly stubs?: string;
    readonly wayOut?: (what: string) => string;
  } = {},
): KernelText {
  const files = treeFiles(version);
  for (const { path, from, to } of edits) {
    const old = files.get(path) ?? '';
    const changed = old.replace(from, to);
    if (changed === old) throw new Error(`${path} of ${version} has nothing like ${String(from)}`);
    files.set(path, changed);
  }
  const cache = CACHES.get(version) ?? new ProgramCache();
  CACHES.set(version, cache);
  const text = KernelText.open({ parser, files, profile: version, cache, ...options });
  if ('problem' in text) throw new Error(text.problem);
  return text;
}

/** Runs a scenario on the text, recorded, with all invariants. */
export function runOn(text: KernelText, scenario: string, stepLimit = 200_000): Run {
  const run = runScenario(parseScenario(scenario), text.start(), { evaluator: createEvaluator(), stepLimit });
  if (run.problems.length > 0) throw new Error(run.problems.map(({ message }) => message).join(' '));
  return run;
}

export function violated(run: Run): string[] {
  return [...new Set(run.evaluation.violations.map(({ invariant }) => invariant))];
}
