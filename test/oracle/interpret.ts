/**
 * The interpreter as an engine that can be compared: the functions of a real tree, run as they stand in its files. Without recording.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KernelText } from '../../src/binding/interpreter';
import { TREE_FILES } from '../../src/binding/treeFiles';
import { parseScenario } from '../../src/scenario/parser';
import type { KernelParser } from '../../src/source/parser';
import type { EngineOperation, EngineRun } from './compare';
import { treesRoot } from './oracle';

/** The text of a tree that is on this machine, ready to run. */
export function openTree(version: string, parser: KernelParser): KernelText {
  const root = join(treesRoot(), version);
  const files = new Map<string, string>();
  for (const path of TREE_FILES) {
    const at = join(root, path);
    if (existsSync(at)) files.set(path, readFileSync(at, 'utf8'));
  }
  const text = KernelText.open({ parser, files, profile: version });
  if ('problem' in text) throw new Error(`${version}: ${text.problem}`);
  return text;
}

/** Runs a scenario on the text. */
export function runText(text: KernelText, rmapText: string): EngineRun {
  const scenario = parseScenario(rmapText);
  const problem = scenario.problems.find(({ severity }) => severity === 'error');
  if (problem) return { problem: `${problem.range.line}: ${problem.message}`, operations: [] };
  const engine = text.start();
  const operations: EngineOperation[] = [];
  for (const [index, { statement }] of scenario.lines.entries()) {
    if (statement?.kind !== 'operation') continue;
    const before = engine.kernel.warnings.length;
    const result = engine.apply(statement.operation, null);
    operations.push({
      line: index + 1,
      text: statement.text,
      ...result,
      snapshot: engine.snapshot(),
      asserts: engine.kernel.warnings.slice(before).map(({ expression }) => expression),
    });
  }
  return { operations };
}
