/**
 * Random scenarios on correct kernels: nothing is violated, going back and forth in a trace gives the same states, and
 * both ways of evaluating find the same.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CATALOGUE } from '../../src/invariants/catalogue';
import { evaluate } from '../../src/invariants/evaluate';
import { createEvaluator } from '../../src/invariants/evaluator';
import type { Invariant } from '../../src/invariants/invariant';
import { parseScenario } from '../../src/scenario/parser';
import { printOperation } from '../../src/scenario/printer';
import { runScenario } from '../../src/scenario/runner';
import { Session } from '../../src/scenario/session';
import { createSimulation } from '../../src/simulation/engine';
import { PROFILES } from '../../src/simulation/profiles';
import type { Engine, Operation } from '../../src/trace/engine';
import { scenarioArbitrary } from '../oracle/generate';
import { randomOperations } from './randomScenario';

const RUNS = Number(process.env['RMAP_LENS_RUNS'] ?? 300);

function engineOf(profile: string): Engine {
  const engine = createSimulation(profile);
  if ('problem' in engine) throw new Error(engine.problem);
  return engine;
}

/** Runs operations with the evaluator; the message of a failure shows the scenario. */
function run(profile: string, operations: readonly Operation[], spans: boolean): Session {
  const session = new Session(engineOf(profile), { evaluator: createEvaluator({ spans }) });
  for (const operation of operations) session.apply(operation);
  return session;
}

function text(operations: readonly Operation[]): string {
  return operations.map(printOperation).join('\n');
}

const CORRECT = PROFILES.filter(({ id }) => /^\d+\.\d+$/.test(id));

/**
 * 7.3 warns by itself when a child's VMA that was moved and is wiped on fork is split: the compiled kernel does too, as
 * test/oracle/cases/wipeonfork-moved.rmap shows.
 */
function isKnownWarning(invariant: string, operations: readonly Operation[]): boolean {
  const isWiped = operations.some((one) => one.verb === 'madvise' && one.advice === 'wipeonfork');
  return isWiped && invariant.startsWith('assert/assert_sane_pgoff/');
}

for (const { id } of CORRECT) {
  describe(`random scenarios on ${id}`, () => {
    for (const faults of [false, true]) {
      it(`violate nothing ${faults ? 'when allocations fail' : ''}`, function () {
        this.timeout(120_000);
        fc.assert(
          fc.property(randomOperations(30, faults), (operations) => {
            const { violations } = run(id, operations, false).evaluation();
            const found = violations
              .filter((one) => !isKnownWarning(one.invariant, operations))
              .map((one) => `${one.invariant} at ${one.step}: ${one.message}`);
            assert.deepEqual(found, [], text(operations));
          }),
          { numRuns: RUNS },
        );
      });
    }

    it('give the same violations with and without spans', () => {
      fc.assert(
        fc.property(randomOperations(20, true), (operations) => {
          const session = run(id, operations, false);
          const whole = evaluate(session.trace(''));
          assert.deepEqual(whole.violations, session.evaluation().violations);
        }),
        { numRuns: Math.min(RUNS, 50) },
      );
    });
  });
}

/** The same conditions, but each looked at as a whole after every change that concerns it. */
const AS_A_WHOLE: readonly Invariant[] = CATALOGUE.map((invariant) => {
  if (invariant.form !== 'state') return invariant;
  const { each: _, ...whole } = invariant;
  return whole;
});

describe('looking only at what a change concerns', () => {
  const KINDS = [{}, { faultPercent: 40 }, { calls: true }];
  for (const { id } of PROFILES)
    it(`gives the same status at every step on ${id}`, function () {
      this.timeout(120_000);
      for (const kind of KINDS)
        fc.assert(
          fc.property(scenarioArbitrary(kind), (scenario) => {
            const { trace, evaluation } = runScenario(parseScenario(scenario), engineOf(id), {
              evaluator: createEvaluator(),
            });
            const whole = evaluate(trace, { catalogue: AS_A_WHOLE });
            assert.deepEqual(evaluation.violations, whole.violations, scenario);
            assert.deepEqual(evaluation.spans, whole.spans, scenario);
          }),
          { numRuns: Math.max(1, Math.round(RUNS / 100)) },
        );
    });
});
