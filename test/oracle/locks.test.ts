/**
 * At every step of random scenarios the locks that are really held are among those shown for the statement, and those shown
 * as held for sure are held, on every tree. RMAP_LENS_LOCK_SCENARIOS=N compares N scenarios a tree.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseScenario } from '../../src/scenario/parser';
import { runScenario } from '../../src/scenario/runner';
import { SAMPLES } from '../../src/scenario/samples';
import { functionAt } from '../../src/source/fileIndex';
import type { KernelParser } from '../../src/source/parser';
import type { TreeIndex } from '../../src/source/treeIndex';
import type { Step } from '../../src/trace/step';
import { analysedTree } from '../analysis/support';
import { openEdited, runOn } from '../binding/support';
import { engineOf } from '../simulation/rmapWorld';
import { createParser, VERSIONS } from '../source/support';
import { scenarioArbitrary } from './generate';
import { RunComparison, type StepPlace } from './runLocks';

const SEED = 7;
/** Random scenarios a tree on the text itself, beside the samples. */
const TEXT_SCENARIOS = 120;
const SCENARIOS = Number(process.env['RMAP_LENS_LOCK_SCENARIOS'] ?? 400);

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

/** Statements of steps of an interpreted run, which know their line. */
function byLocation(index: TreeIndex): (step: Step) => StepPlace | undefined {
  const known = new Map<string, StepPlace | undefined>();
  const find = (path: string, line: number, column: number): StepPlace | undefined => {
    const file = index.file(path);
    const offset = (file?.lineStarts[line] ?? 0) + column;
    const definition = functionAt(file?.functions ?? [], offset);
    const place = definition && { path, function: definition };
    const statement = place && index.body(place).statements.find(({ span }) => span.start === offset);
    return place && statement ? { place, statement } : undefined;
  };
  return ({ location }) => {
    if (!location) return undefined;
    const { file, line, column } = location;
    const key = `${file} ${line} ${column}`;
    if (!known.has(key)) known.set(key, find(file, line, column));
    return known.get(key);
  };
}

const only = process.env['ORACLE_VERSIONS']?.split(' ');

for (const version of VERSIONS.filter((one) => !only || only.includes(one))) {
  describe(`locks shown and locks held in runs, ${version}`, function () {
    this.timeout(600_000);
    let parser: KernelParser;
    before(async () => {
      parser = await createParser();
    });
    after(() => parser.delete());

    it('agree at every step of the simulation', async () => {
      const { index, locks } = await analysedTree(parser, version);
      const runs = scenarios(SCENARIOS).map(
        (text) => runScenario(parseScenario(text), engineOf(version)).trace.steps,
      );
      for (const { anchor } of runs.flat()) if (anchor) await index.ensureRole(anchor.role);
      judge(runs, new RunComparison(locks, byAnchor(index)));
      index.delete();
    });

    it('agree at every step of the text itself', async () => {
      const { index, locks } = await analysedTree(parser, version);
      const kernel = openEdited(parser, version, []);
      const runs = scenarios(TEXT_SCENARIOS).map((text) => runOn(kernel, text).trace.steps);
      judge(runs, new RunComparison(locks, byLocation(index)));
      index.delete();
    });
  });
}

function scenarios(numRuns: number): string[] {
  const random = fc.sample(scenarioArbitrary({ calls: true }), { numRuns, seed: SEED });
  return [...SAMPLES.map(({ text }) => text), ...random];
}

function judge(runs: readonly (readonly Step[])[], comparison: RunComparison): void {
  for (const steps of runs) comparison.learn(steps);
  for (const steps of runs) comparison.run(steps);
  const { compared, withLocks, mismatches, notUnderstood } = comparison.result;
  console.log(`      ${compared} steps compared, ${withLocks} of them with locks of their own`);
  console.log(
    `      not understood: ${[...notUnderstood].map(([name, count]) => `${name} (${count})`).join(', ')}`,
  );
  assert.ok(compared > 1000 && withLocks > 200, `only ${compared} steps, ${withLocks} with locks`);
  assert.deepEqual([...mismatches].map(([line, count]) => `${line} (${count} steps)`).sort(), []);
}
