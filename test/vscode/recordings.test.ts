// What the samples say of each function.
import assert from 'node:assert/strict';
import SAMPLE_TABLE from 'virtual:sample-table';
import { SAMPLES } from '../../src/scenario/samples';
import { functionText } from '../../src/vscode/functionTexts';
import { SampleRuns } from '../../src/vscode/recordings';
import { releases, simulator } from '../../src/vscode/simulator';

const PROMISED = [
  '__anon_vma_prepare',
  'anon_vma_clone',
  'anon_vma_fork',
  'unlink_anon_vmas',
  'cleanup_partial_anon_vmas',
  'check_anon_vma_clone',
  '__put_anon_vma',
];

describe('samples by function', () => {
  const runs = new SampleRuns(SAMPLES, simulator);

  it('reach every function that stage A promises, on 7.2 and 7.3', () => {
    for (const profile of ['7.2', '7.3']) {
      const uses = runs.uses(profile);
      assert.deepEqual(
        PROMISED.filter((role) => !uses.has(role)),
        [],
        profile,
      );
    }
  });

  it('begin with a plain one in which nothing fails, if there is one', () => {
    const [first, ...others] = runs.uses('7.3').get('anon_vma_clone') ?? [];
    assert.ok(first && others.length > 5);
    assert.ok(first.recording.run.trace.operations.every(({ status }) => status === 'ok'));
    assert.deepEqual(first.recording.run.evaluation.violations, []);
  });

  it('list steps inside the function only, in order', () => {
    for (const [role, uses] of runs.uses('7.3')) {
      for (const { steps } of uses) {
        assert.ok(steps.length > 0);
        assert.ok(steps.every(({ anchor }) => anchor?.role === role));
        assert.ok(steps.every((step, at) => at === 0 || step.number > (steps[at - 1]?.number ?? 0)));
      }
    }
  });

  it('break on a released kernel only what its own asserts tell, so that they are put in order unevaluated', () => {
    for (const { id } of releases(simulator.profiles)) {
      for (const { recording, sample } of [...runs.uses(id).values()].flat()) {
        const { operations, steps } = recording.trace;
        const isBroken = recording.run.evaluation.violations.length > 0;
        const isSeen =
          operations.some(({ status }) => status !== 'ok') ||
          steps.some(({ events }) => events.some((event) => event.type === 'assert' && !event.holds));
        assert.ok(isSeen || !isBroken, `${id}: ${sample.id}`);
      }
    }
  });

  it('begin with one that breaks nothing, on a kernel with a bug too', () => {
    const [first] = runs.uses('bug/alloc-under-lock').get('__anon_vma_prepare') ?? [];
    assert.deepEqual(first?.recording.run.evaluation.violations, []);
  });

  it('know the invariants before they are evaluated', () => {
    for (const profile of ['6.1', '7.3']) {
      const [first, ...evaluated] = SAMPLES.map(
        ({ id }) =>
          [...runs.uses(profile).values()].flat().find(({ sample }) => sample.id === id)?.recording.run
            .evaluation.invariants ?? [],
      );
      const all = new Map([...(first ?? []), ...evaluated.flat()].map((info) => [info.id, info]));
      assert.deepEqual(new Map(runs.invariants(profile).map((info) => [info.id, info])), all);
    }
  });

  it('come with the catalogue and the asserts they pass', () => {
    const ids = runs.invariants('7.3').map(({ id }) => id);
    assert.ok(ids.includes('anon_vma/active-count'));
    assert.ok(ids.some((id) => id.startsWith('assert/check_anon_vma_clone/')));
    assert.equal(new Set(ids).size, ids.length);
  });

  it('are known before they have run, from the table that the build makes', async () => {
    let runs = 0;
    const counting = {
      ...simulator,
      engine: (id: string) => {
        runs++;
        return simulator.engine(id);
      },
    };
    const [tabled, run] = [
      new SampleRuns(SAMPLES, counting, [], SAMPLE_TABLE),
      new SampleRuns(SAMPLES, simulator),
    ];
    const listed = (one: SampleRuns, id: string): unknown =>
      [...one.uses(id)].map(([role, uses]) => [role, uses.map(({ sample, count }) => [sample.id, count])]);
    for (const { id } of releases(simulator.profiles)) {
      await tabled.prepare(id, () => Promise.reject(new Error('there is nothing to wait for')));
      assert.deepEqual(listed(tabled, id), listed(run, id), id);
      assert.deepEqual(tabled.invariants(id), run.invariants(id), id);
    }
    assert.equal(runs, 0);
    const [first] = tabled.uses('7.3').get('anon_vma_clone') ?? [];
    assert.equal(first?.steps.length, first?.count);
    assert.equal(runs, 1, 'only what is looked at is run');
  });

  it('reach only functions that are described for people', () => {
    const roles = [...runs.uses('7.3').keys()];
    assert.deepEqual(
      roles.filter((role) => !functionText(role)),
      [],
    );
  });

  it('are made one at a time where others want their turn, and are the same', async () => {
    const apart = new SampleRuns(SAMPLES, simulator);
    let turns = 0;
    const rest = (): Promise<void> => {
      turns++;
      return Promise.resolve();
    };
    await Promise.all([apart.prepareAnnotations('6.12', rest), apart.prepare('6.12', rest)]);
    assert.ok(turns >= 2 * SAMPLES.length, `${turns} turns`);
    const before = turns;
    const [ours, atOnce] = [apart.uses('6.12'), runs.uses('6.12')];
    assert.deepEqual([...ours.keys()], [...atOnce.keys()]);
    const summary = (one: SampleRuns): unknown =>
      [...one.uses('6.12')].map(([role, uses]) => [
        role,
        uses.map(({ sample, steps }) => [sample.id, steps.map(({ number }) => number)]),
        one.annotations('6.12').patternsOf(role),
        one.annotations('6.12').suspensionsIn(role).length,
      ]);
    assert.deepEqual(summary(apart), summary(runs));
    await apart.prepare('6.12', rest);
    assert.equal(turns, before, 'nothing is made twice');
  });
});
