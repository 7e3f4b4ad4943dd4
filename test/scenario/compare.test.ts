/**
 * Two runs side by side: two kernels, before and after an edit, two engines; and the same as text.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createEvaluator } from '../../src/invariants/evaluator';
import { compareRuns } from '../../src/scenario/compare';
import { parseScenario } from '../../src/scenario/parser';
import { printOperation } from '../../src/scenario/printer';
import type { Run } from '../../src/scenario/run';
import { runScenario } from '../../src/scenario/runner';
import { ALL_SAMPLES } from '../../src/scenario/samples';
import { createSimulation } from '../../src/simulation/engine';
import { PROFILES } from '../../src/simulation/profiles';
import { align } from '../../src/trace/alignment';
import { alignSteps, compareTraces, partingStep } from '../../src/trace/compare';
import { comparisonText } from '../../src/trace/compareText';
import { MAIL_COLUMNS } from '../../src/trace/plainText';
import type { Snapshot } from '../../src/trace/snapshot';
import type { Trace } from '../../src/trace/trace';
import { randomOperations } from '../invariants/randomScenario';
import { matchGolden } from '../support/golden';

function run(text: string, profile = '7.3'): Run {
  const engine = createSimulation(profile);
  if ('problem' in engine) throw new Error(engine.problem);
  const made = runScenario(parseScenario(text), engine, { evaluator: createEvaluator() });
  assert.deepEqual(made.problems, []);
  return made;
}

const verdicts = (a: Run, b: Run) => compareRuns(a, b).operations.map(({ verdict }) => verdict);

const FORKS = `P: mmap 0x10 4
P: write 0x10
P: fork C
C: write 0x10
C: fork D
`;

describe('two runs compared', () => {
  it('agree with themselves, whatever they do', () => {
    const profile = fc.constantFrom(...PROFILES.map(({ id }) => id));
    fc.assert(
      fc.property(randomOperations(14, true), profile, (operations, id) => {
        const text = operations.map(printOperation).join('\n');
        if (parseScenario(text).problems.length > 0) return;
        const comparison = compareRuns(run(text, id), run(text, id));
        assert.ok(comparison.agree && comparison.firstWay === null);
        assert.ok(comparison.operations.every(({ verdict }) => verdict === 'same'));
      }),
      { numRuns: 60 },
    );
  });

  it('agree exactly when all results and snapshots are the same, on any two kernels', () => {
    const profile = fc.constantFrom(...PROFILES.map(({ id }) => id));
    const plain = ({ anonVmas, ...rest }: Snapshot) =>
      JSON.stringify({
        ...rest,
        anonVmas: anonVmas.map(({ numChildren: _, numActiveVmas: __, degree: ___, ...others }) => others),
      });
    const counters = ({ anonVmas }: Snapshot) =>
      JSON.stringify(
        anonVmas.map(({ id, numChildren, numActiveVmas, degree }) => [
          id,
          numChildren,
          numActiveVmas,
          degree,
        ]),
      );
    let differing = 0;
    fc.assert(
      fc.property(randomOperations(12, true), profile, profile, (operations, idA, idB) => {
        const text = operations.map(printOperation).join('\n');
        if (parseScenario(text).problems.length > 0) return;
        const [a, b] = [run(text, idA), run(text, idB)];
        const { first, operations: rows } = compareTraces(a.trace, b.trace);
        const at = a.trace.operations.findIndex((left, index) => {
          const right = b.trace.operations[index];
          const degrees = [left, right].some((one) =>
            one?.snapshot.anonVmas.some(({ degree }) => degree !== undefined),
          );
          return (
            !right ||
            left.errno !== right.errno ||
            JSON.stringify(left.visits) !== JSON.stringify(right.visits) ||
            plain(left.snapshot) !== plain(right.snapshot) ||
            (!degrees && counters(left.snapshot) !== counters(right.snapshot))
          );
        });
        assert.equal(first?.row ?? -1, at);
        if (first) differing += 1;
        assert.equal(rows.length, operations.length);
      }),
      { numRuns: 400 },
    );
    assert.ok(differing > 5, `only ${differing} pairs differed: the test shows little`);
  });

  it('of two kernels: names the operation, the step and the field in which they part', () => {
    const [a, b] = [run(FORKS, '7.3'), run(FORKS, '6.12')];
    const { first, operations } = compareRuns(a, b);
    assert.deepEqual(
      operations.map(({ verdict }) => verdict),
      ['same', 'same', 'way', 'same', 'state'],
    );
    assert.equal(first?.row, 4);
    assert.deepEqual(operations[4]?.fields, [
      { object: 'D@16-20', field: 'anon_vma_chain', a: 'A2 A0 A1', b: 'A2 A1 A0' },
    ]);
    const step = b.trace.steps[first?.stepB ?? -1];
    assert.equal(step?.function, 'anon_vma_clone');
    assert.match(first?.sentence ?? '', /operation 5 \(C: fork D\)/);
  });

  it('says where the one stands that only leaves something out', () => {
    const text = ALL_SAMPLES.find(({ id }) => id === 'merge-allocation-failure')?.text ?? '';
    const [a, b] = [run(text, '7.3').trace, run(text, 'bug/clone-failure-stale-anon-vma').trace];
    const comparison = compareTraces(a, b);
    assert.equal(comparison.first?.stepB, null);
    const [own, behind] = [partingStep(b, a, compareTraces(b, a)), partingStep(a, b, comparison)];
    assert.match(a.steps[own ?? -1]?.anchor?.pattern ?? '', /set:vma->anon_vma/);
    assert.deepEqual(
      [b.steps[behind ?? -1]?.function, b.steps[behind ?? -1]?.kind],
      ['cleanup_partial_anon_vmas', 'return'],
    );
    assert.equal(partingStep(a, a, compareTraces(a, a)), null);
  });

  it('before and after an edit: sets the changed operation against the old one', () => {
    const before = run(FORKS);
    const after = run(FORKS.replace('fork C', 'fork C ! fail avc:2').replace(/C: .*\n/g, ''));
    const { operations, first } = compareRuns(before, after);
    assert.deepEqual(
      operations.map(({ verdict, textB }) => `${verdict} ${textB}`),
      ['same P: mmap 0x10 4', 'same P: write 0x10', 'state P: fork C ! fail avc:2', 'only null', 'only null'],
    );
    assert.deepEqual([operations[2]?.resultA, operations[2]?.resultB], ['ok', 'ENOMEM']);
    const step = before.trace.steps[first?.stepA ?? -1];
    assert.equal(step?.function, 'anon_vma_clone');
    assert.equal(step?.kind, 'alloc');
  });

  it('aligns what was put in between', () => {
    const more = run(FORKS.replace('P: fork C', 'P: read 0x11\nP: fork C'));
    const rows = compareRuns(run(FORKS), more).operations.map(({ a, b }) => [a, b]);
    assert.deepEqual(rows, [
      [0, 0],
      [1, 1],
      [null, 2],
      [2, 3],
      [3, 4],
      [4, 5],
    ]);
  });

  it('finds what only one kernel violates', () => {
    const sample = ALL_SAMPLES.find(({ id }) => id === 'bugs/degree-reuse');
    assert.ok(sample);
    const comparison = compareRuns(run(sample.text, 'bug/degree-reuse'), run(sample.text, '7.3'));
    assert.ok(comparison.violatedOnlyA.length > 0);
    assert.deepEqual(comparison.violatedOnlyB, []);
    assert.equal(comparison.agree, false);
  });

  it('of another engine: leaves out fields it does not have, and aligns steps by function', () => {
    const { trace } = run(FORKS);
    const foreign: Trace = {
      ...trace,
      engine: 'interpreter',
      kinds: trace.kinds.map((kind) => ({
        ...kind,
        fields: kind.fields.filter(({ name }) => name !== 'vm_flags'),
      })),
      steps: trace.steps.map((step) => ({
        ...step,
        anchor: null,
        changes: step.changes.filter((change) => change.op !== 'set' || change.field !== 'vm_flags'),
      })),
    };
    assert.ok(compareTraces(trace, foreign).operations.every(({ verdict }) => verdict === 'same'));
    const steps = trace.steps.slice(0, 40);
    const fewer = foreign.steps.slice(0, 40).filter((_, at) => at % 7 !== 3);
    const pairs = alignSteps(steps, fewer);
    assert.equal(pairs.filter(({ a, b }) => a !== null && b !== null).length, fewer.length);
  });
});

describe('alignment', () => {
  it('has every item of both once, in order, and pairs only what is equal unless asked', () => {
    const keys = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 20 });
    fc.assert(
      fc.property(keys, keys, fc.boolean(), (a, b, join) => {
        const pairs = align(a, b, join);
        assert.deepEqual(
          pairs.flatMap((pair) => pair.a ?? []),
          a.map((_, at) => at),
        );
        assert.deepEqual(
          pairs.flatMap((pair) => pair.b ?? []),
          b.map((_, at) => at),
        );
        if (!join)
          for (const pair of pairs)
            if (pair.a !== null && pair.b !== null) assert.equal(a[pair.a], b[pair.b]);
      }),
    );
  });
});

describe('a comparison as text', () => {
  it('names both, each operation, and the first difference', () => {
    const [a, b] = [run(FORKS, '7.3'), run(FORKS, '6.12')];
    const text = comparisonText(
      compareRuns(a, b),
      { name: 'Linux 7.3 (simulation)', trace: a.trace },
      { name: 'Linux 6.12 (simulation)', trace: b.trace },
    );
    matchGolden(import.meta.dirname, 'compare-7.3-6.12.txt', `${text.join('\n')}\n`);
  });

  it('fits into a mail, whatever is compared', () => {
    const profile = fc.constantFrom(...PROFILES.map(({ id }) => id));
    fc.assert(
      fc.property(
        randomOperations(10, true),
        profile,
        profile,
        fc.string({ maxLength: 200 }),
        (operations, idA, idB, name) => {
          const long = operations.map((operation) => ({
            ...operation,
            process: operation.process.repeat(30),
          }));
          const text = long.map(printOperation).join('\n');
          if (parseScenario(text).problems.length > 0) return;
          const [a, b] = [run(text, idA), run(text, idB)];
          const lines = comparisonText(
            compareRuns(a, b),
            { name, trace: a.trace },
            { name: idB, trace: b.trace },
          );
          for (const line of lines) {
            assert.ok(line.length <= MAIL_COLUMNS, line);
            assert.match(line, /^[ -~]*$/);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says that nothing differs', () => {
    const one = run(FORKS);
    assert.deepEqual(verdicts(one, one), ['same', 'same', 'same', 'same', 'same']);
    const named = { name: 'one', trace: one.trace };
    assert.ok(
      comparisonText(compareRuns(one, one), named, named).includes(
        'All results and all states are the same.',
      ),
    );
  });
});
