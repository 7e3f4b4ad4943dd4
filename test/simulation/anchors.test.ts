/**
 * Every step of random scenarios with failures and single calls stands at exactly one statement of its kernel's text, and
 * in the function that the step names.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseScenario } from '../../src/scenario/parser';
import { runScenario } from '../../src/scenario/runner';
import { SAMPLES } from '../../src/scenario/samples';
import { KernelParser } from '../../src/source/parser';
import { TreeIndex } from '../../src/source/treeIndex';
import type { Step } from '../../src/trace/step';
import { testTerminal, treeFolder } from '../cli/support';
import { scenarioArbitrary } from '../oracle/generate';
import { engineOf } from './rmapWorld';

/** Always the same scenarios, so that a failure stays one. */
const SEED = 42;
const SCENARIOS = 400;

/** One step for each place, of everything that the scenarios do. */
function places(profile: string, texts: readonly string[]): Step[] {
  const found = new Map<string, Step>();
  for (const text of texts)
    for (const step of runScenario(parseScenario(text), engineOf(profile)).trace.steps)
      found.set(`${step.anchor?.role} ${step.anchor?.pattern}`, step);
  return [...found.values()];
}

for (const version of ['6.1', '6.12', '7.2', '7.3']) {
  describe(`places of steps, ${version}`, function () {
    this.timeout(120_000);

    it('are one statement each, of the function named', async () => {
      const { wasm } = testTerminal();
      const parser = await KernelParser.create({
        runtime: await wasm('web-tree-sitter.wasm'),
        language: await wasm('tree-sitter-c.wasm'),
      });
      const folder = treeFolder(version);
      const index = new TreeIndex(parser, (path) => {
        const file = join(folder, path);
        return Promise.resolve(existsSync(file) ? readFileSync(file, 'utf8') : undefined);
      });
      const random = fc.sample(scenarioArbitrary({ calls: true }), { numRuns: SCENARIOS, seed: SEED });
      const lost: string[] = [];
      for (const step of places(version, [...SAMPLES.map(({ text }) => text), ...random])) {
        assert.ok(step.anchor);
        await index.ensureRole(step.anchor.role);
        const result = index.resolve(step.anchor);
        const reason = !result.ok
          ? result.reason
          : result.functionName !== step.function
            ? result.functionName
            : null;
        if (reason !== null)
          lost.push(`${step.function} | ${step.anchor.role} | ${step.anchor.pattern}: ${reason}`);
      }
      index.delete();
      parser.delete();
      assert.deepEqual(lost, []);
    });
  });
}
