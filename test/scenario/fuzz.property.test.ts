/**
 * Whatever a file says, running it gives values and never an exception.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createEvaluator } from '../../src/invariants/evaluator';
import { runOutput } from '../../src/scenario/output';
import { parseScenario } from '../../src/scenario/parser';
import { printOperation } from '../../src/scenario/printer';
import { runScenario } from '../../src/scenario/runner';
import { createSimulation } from '../../src/simulation/engine';
import { PROFILES } from '../../src/simulation/profiles';
import { operation, scenarioText } from './arbitraries';

const profile = fc.constantFrom(...PROFILES.map(({ id }) => id));

function run(text: string, id: string): void {
  const engine = createSimulation(id);
  if ('problem' in engine) throw new Error(engine.problem);
  const result = runScenario(parseScenario(text), engine, { evaluator: createEvaluator(), stepLimit: 5_000 });
  assert.equal(JSON.parse(JSON.stringify(runOutput(result))).version, 1);
}

const CALLS = [
  'anon_vma_clone',
  'anon_vma_fork',
  'unlink_anon_vmas',
  '__anon_vma_prepare',
  'check_anon_vma_clone',
];
const argument = fc.constantFrom(
  'new',
  '0x10',
  '0x12',
  '0x20',
  '0x99',
  'VMA_OP_SPLIT',
  'VMA_OP_FORK',
  'NULL',
);

/** Calls of single functions with arguments that mostly make no sense. */
const call = fc
  .tuple(fc.constantFrom('P', 'C'), fc.constantFrom(...CALLS), fc.array(argument, { maxLength: 4 }))
  .map(([process, name, args]) => `${process}: call ${name}(${args.join(', ')})`);

describe('running anything (properties)', () => {
  it('survives any text', () => {
    fc.assert(
      fc.property(scenarioText, profile, (text, id) => run(text, id)),
      { numRuns: 300 },
    );
  });

  it('survives operations with any numbers', () => {
    const operations = fc.array(operation, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(operations, profile, (list, id) =>
        run(list.map((one) => printOperation({ ...one, process: 'P' })).join('\n'), id),
      ),
      { numRuns: 500 },
    );
  });

  it('survives calls of functions against their rules', () => {
    const before = 'P: mmap 0x10 4\nP: write 0x10\nP: mmap 0x20 4\nP: fork C\nC: munmap 0x12 1\n';
    fc.assert(
      fc.property(fc.array(call, { maxLength: 6 }), profile, (calls, id) =>
        run(`${before}${calls.join('\n')}\nP: write 0x10\nC: exit\nP: exit\n`, id),
      ),
      { numRuns: 150 },
    );
  });
});
