/**
 * Every old bug has a scenario in samples/bugs that shows it, and that is clean on a kernel that is right.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INVARIANT_IDS } from '../../src/invariants/catalogue';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import { profileOf, runScenario } from '../../src/scenario/runner';
import { PROFILES } from '../../src/simulation/profiles';
import { engineOf, outcome } from './rmapWorld';

const FOLDER = join(import.meta.dirname, '../../samples/bugs');
const BUGS = PROFILES.map(({ id }) => id).filter((id) => id.startsWith('bug/'));

describe('old bugs', () => {
  it('each have a scenario', () => {
    assert.deepEqual(readdirSync(FOLDER).sort(), BUGS.map((id) => `${id.slice('bug/'.length)}.rmap`).sort());
  });

  for (const id of BUGS) {
    const text = readFileSync(join(FOLDER, `${id.slice('bug/'.length)}.rmap`), 'utf8');
    const scenario = parseScenario(text, { invariants: INVARIANT_IDS });

    it(`${id} is found`, () => {
      assert.deepEqual(scenario.problems, []);
      assert.equal(profileOf(scenario), id);
      const run = runScenario(scenario, engineOf(id), { evaluator: createEvaluator() });
      assert.deepEqual(
        run.expectations
          .filter(({ met }) => !met)
          .map(({ text: expected, found }) => `${expected}: ${found}`),
        [],
      );
      assert.ok(run.expectations.some(({ text: expected }) => expected.startsWith('expect violation')));
    });

    for (const right of ['7.0', '7.2', '7.3'])
      it(`${id} is not in ${right}`, () => {
        assert.deepEqual(outcome(text, right).violated, []);
      });
  }
});

describe('a kernel that counts degree', () => {
  it('says so in its snapshots and in its traces', () => {
    const { last, trace } = outcome('P: mmap 0x10 4\nP: write 0x10\nP: fork C', 'bug/degree-reuse');
    assert.deepEqual(
      last.snapshot.anonVmas.map(({ id, numChildren, numActiveVmas, degree }) => [
        id,
        numChildren,
        numActiveVmas,
        degree,
      ]),
      [
        ['A0', null, null, 3],
        ['A1', null, null, 1],
      ],
    );
    const fields = trace.steps.flatMap((step) =>
      step.changes.flatMap((change) => (change.op === 'set' ? [change.field] : [])),
    );
    assert.ok(fields.includes('degree'));
    assert.ok(!fields.includes('num_children') && !fields.includes('num_active_vmas'));
  });
});

describe('the series of January 2026', () => {
  const FAILED_MERGE =
    'P: mmap 0x14 4\nP: write 0x14\nP: mprotect 0x14 4 r\nP: mmap 0x10 4\nP: mprotect 0x14 4 rw ! fail avc:1\nP: exit';
  const FAILED_FORK = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: fork D ! fail avc:2';

  for (let patches = 0; patches <= 9; patches += 1) {
    it(`series/${patches} survives a failed fork`, () => {
      assert.deepEqual(outcome(FAILED_FORK, `series/${patches}`).violated, []);
    });

    it(`series/${patches} ${patches < 3 ? 'survives a failed merge' : 'leaves a stale anon_vma after a failed merge'}`, () => {
      const { violated } = outcome(FAILED_MERGE, `series/${patches}`);
      if (patches < 3) assert.deepEqual(violated, []);
      else assert.ok(violated.includes('vma/active-on-chain'), violated.join(' '));
    });
  }

  it('is complete in 7.0, with its fix', () => {
    assert.deepEqual(outcome(FAILED_MERGE, '7.0').violated, []);
  });

  it('does not change what a scenario without failures comes to, but for the order of chains', () => {
    const text =
      'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: fork D\nC: exit\nD: fork E\nE: write 0x11\nD: exit';
    const sorted = (profile: string): string[] =>
      outcome(text, profile).state.map((line) =>
        line.replace(/\[([^\]]*)\]/, (_, chain: string) => `[${chain.split(' ').sort().join(' ')}]`),
      );
    for (let patches = 0; patches <= 9; patches += 1)
      assert.deepEqual(sorted(`series/${patches}`), sorted('7.0'));
  });
});
