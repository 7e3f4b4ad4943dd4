/**
 * The samples teach what is true: every expectation in them is met on every kernel.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { INVARIANT_IDS } from '../../src/invariants/catalogue';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import { formatScenario, printScenario } from '../../src/scenario/printer';
import { profileOf, runScenario } from '../../src/scenario/runner';
import { SAMPLES } from '../../src/scenario/samples';
import { createSimulation } from '../../src/simulation/engine';
import { PROFILES } from '../../src/simulation/profiles';

const FOLDER = join(import.meta.dirname, '../../samples');

/** Kernels that were released: what the samples say holds on them. */
const KERNELS = PROFILES.map(({ id }) => id).filter((id) => /^\d+\.\d+$/.test(id));

describe('samples', () => {
  it('are all in the list', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.rmap'));
    assert.deepEqual(SAMPLES.map(({ id }) => `${id}.rmap`).sort(), files.sort());
  });

  for (const { id, title, description, text } of SAMPLES) {
    const scenario = parseScenario(text, { invariants: INVARIANT_IDS });
    it(`${id} is in order, well formatted and explained`, () => {
      assert.deepEqual(scenario.problems, []);
      assert.ok(title.length > 3 && title.length < 60);
      assert.ok(description.length > 80, description);
      assert.equal(formatScenario(text).replace(/ {2,}#/g, ' #'), text.replace(/ {2,}#/g, ' #'));
      assert.deepEqual(parseScenario(printScenario(scenario)).problems, []);
      assert.ok(scenario.lines.filter((line) => line.statement?.kind === 'expect').length >= 3);
    });

    for (const profile of KERNELS) {
      const own = profileOf(scenario);
      if (own !== null && own !== profile) continue;
      it(`${id} is true on ${profile}`, () => {
        const engine = createSimulation(profile);
        if ('problem' in engine) throw new Error(engine.problem);
        const run = runScenario(scenario, engine, { evaluator: createEvaluator() });
        const unmet = run.expectations.filter(({ met }) => !met);
        assert.deepEqual(
          unmet.map(({ line, text: expected, found }) => `${line} ${expected}: ${found}`),
          [],
        );
        assert.ok(run.passed);
      });
    }
  }
});
