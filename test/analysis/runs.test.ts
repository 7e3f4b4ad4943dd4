/**
 * At every step of random scenarios the locks that are really held are among those shown for the statement, and those shown
 * as held for sure are held, on every tree. RMAP_LENS_LOCK_SCENARIOS=N compares N scenarios a tree.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseScenario } from '../../src/scenario/parser';
import { runScenario } from '../../src/scenario/runner';
import { SAMPLES } from '../../src/scenario/samples';
import type { KernelParser } from '../../src/source/parser';
import type { TreeIndex } from '../../src/source/treeIndex';
import type { Step } from '../../src/trace/step';
import { scenarioArbitrary } from '../oracle/generate';
import { engineOf } from '../simulation/rmapWorld';
import { createParser, VERSIONS } from '../source/support';
import { analysedTree } from './support';
import { RunComparison, type StepPlace } from './runLocks';

const SEED = 7;
const SCENARIOS = Number(process.env['RMAP_LENS_LOCK_SCENARIOS'] ?? 150);

/** Statements of steps that name their place by an anchor. */
function byAnchor(index: TreeIndex): (step: Step) => StepPlace | undefined {
  const known = new Map<string, StepPlace | undefined>();
  return ({ anchor }) => {
    if (!anchor) return undefined;
    const key = `${anchor.role} ${anchor.pattern}`;
    if (!known.has(key)) {
      const result = index.resolve(anchor);
      const place = result.ok
        ? index.definitions(anchor.role).find((one) => index.body(one).statements.includes(result.statement))
        : undefined;
      known.set(key, place && result.ok ? { place, statement: result.statement } : undefined);
    }
    return known.get(key);
  };
}

for (const version of VERSIONS) {
  describe(`locks shown and locks held in runs, ${version}`, function () {
    this.timeout(600_000);
    let parser: KernelParser;
    before(async () => {
      parser = await createParser();
    });
    after(() => parser.delete());

    it('agree at every step', async () => {
      const { index, locks } = await analysedTree(parser, version);
      const random = fc.sample(scenarioArbitrary({ calls: true }), { numRuns: SCENARIOS, seed: SEED });
      const runs = [...SAMPLES.map((sample) => sample.text), ...random].map(
        (text) => runScenario(parseScenario(text), engineOf(version)).trace.steps,
      );
      for (const { anchor } of runs.flat()) if (anchor) await index.ensureRole(anchor.role);
      const comparison = new RunComparison(locks, byAnchor(index));
      for (const steps of runs) comparison.learn(steps);
      for (const steps of runs) comparison.run(steps);
      const { compared, withLocks, mismatches, notUnderstood } = comparison.result;
      index.delete();
      console.log(`      ${compared} steps compared, ${withLocks} of them with locks of their own`);
      console.log(
        `      not understood: ${[...notUnderstood].map(([name, count]) => `${name} (${count})`).join(', ')}`,
      );
      assert.ok(compared > 1000 && withLocks > 200, `only ${compared} steps, ${withLocks} with locks`);
      assert.deepEqual([...mismatches].map(([line, count]) => `${line} (${count} steps)`).sort(), []);
    });
  });
}
