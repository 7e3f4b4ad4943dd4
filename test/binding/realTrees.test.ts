// The samples on the text of the real trees: the same verdict, snapshots and violations as on the simulation.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import { runScenario } from '../../src/scenario/runner';
import { SAMPLES } from '../../src/scenario/samples';
import { createSimulation } from '../../src/simulation/engine';
import type { KernelParser } from '../../src/source/parser';
import { createParser, VERSIONS, type Version } from '../source/support';
import { openEdited, runOn } from './support';

describe('the samples on the text of a kernel', () => {
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  function same(version: Version): void {
    const text = openEdited(parser, version, []);
    let compared = 0;
    for (const { text: source } of SAMPLES) {
      const asked = /^profile\s+(\S+)/m.exec(source)?.[1];
      if (asked !== undefined && asked !== version) continue;
      compared++;
      const engine = createSimulation(version);
      if ('problem' in engine) throw new Error(engine.problem);
      const theirs = runScenario(parseScenario(source), engine, { evaluator: createEvaluator() });
      const mine = runOn(text, source);
      equal(mine.trace.engine, 'interpreter');
      equal(mine.trace.truncated, null);
      const shown = (run: typeof mine) => ({
        passed: run.passed,
        results: run.trace.operations.map(({ status, errno, visits, snapshot }) => ({
          status,
          errno,
          visits,
          snapshot,
        })),
        violations: [...new Set(run.evaluation.violations.map(({ invariant }) => invariant))].sort(),
      });
      deepEqual(shown(mine), shown(theirs), source);
    }
    ok(compared > 5, `only ${compared} samples are for ${version}`);
  }

  for (const version of VERSIONS) it(version, () => same(version));

  it('each step of the text carries its place', () => {
    const run = runOn(openEdited(parser, '7.3', []), 'P: mmap 0x10 2\nP: write 0x10\n');
    const prepare = run.trace.steps.filter((step) => step.function === '__anon_vma_prepare');
    ok(prepare.length > 10);
    ok(prepare.every(({ location }) => location?.file === 'mm/rmap.c'));
    const published = run.trace.steps.find(({ changes }) =>
      changes.some((change) => change.op === 'set' && change.field === 'anon_vma' && change.new !== null),
    );
    ok(published?.location, 'a change of vma->anon_vma has a place');
  });
});
