// What the samples' runs say of the functions of mm/rmap.c, kernel by kernel, as text: what statements do, and between
// which of them an invariant is suspended. UPDATE_GOLDEN=1 writes it anew.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Annotations } from '../../src/annotations/annotations';
import type { Example } from '../../src/annotations/frames';
import { framesOf } from '../../src/annotations/frames';
import { ALL_SAMPLES, BUG_SAMPLES, SAMPLES, type Sample } from '../../src/scenario/samples';
import { TreeIndex } from '../../src/source/treeIndex';
import { record, requestedProfile, SampleRuns } from '../../src/vscode/recordings';
import { simulator } from '../../src/vscode/simulator';
import { createParser, kernelText, VERSIONS } from '../source/support';

const ROLES = [
  '__anon_vma_prepare',
  'anon_vma_clone',
  'maybe_reuse_anon_vma',
  'anon_vma_fork',
  'unlink_anon_vmas',
  'cleanup_partial_anon_vmas',
  'dup_anon_vma',
  '__split_vma',
];

const runs = new SampleRuns(SAMPLES, simulator, BUG_SAMPLES);

function described(annotations: Annotations): string {
  return ROLES.flatMap((role) => {
    const patterns = annotations.patternsOf(role);
    if (patterns.length === 0) return [`${role}: no sample enters it`, ''];
    const calls = annotations.functionEffects(role);
    return [
      `${role}`,
      `  leaves: ${calls?.usual.join('; ') ?? ''}`,
      ...(calls?.failed ? [`  after a failed allocation: ${calls.failed.join('; ') || 'nothing'}`] : []),
      ...patterns.flatMap((pattern) =>
        annotations
          .outcomes(role, pattern)
          .filter(({ phrases }) => phrases.length > 0)
          .map(({ phrases }) => `  [${pattern}] ${phrases.join('; ')}`),
      ),
      ...annotations
        .suspensionsIn(role)
        .map(
          ({ invariant, from, to, restoredIn }) =>
            `  suspended ${invariant.id}: ${from} … ${to ?? `(in ${restoredIn})`}`,
        ),
      '',
    ];
  }).join('\n');
}

for (const version of VERSIONS) {
  describe(`annotations of ${version}`, function () {
    this.timeout(60_000);

    it('are as written down', () => {
      const made = described(runs.annotations(version));
      const path = join(import.meta.dirname, `annotations-${version}.golden.txt`);
      if (process.env['UPDATE_GOLDEN']) writeFileSync(path, made);
      assert.ok(existsSync(path), `${path} is missing: UPDATE_GOLDEN=1 writes it`);
      assert.equal(made, readFileSync(path, 'utf8'));
    });

    it('stand at statements of the tree', async () => {
      const parser = await createParser();
      const index = new TreeIndex(parser, (path) => Promise.resolve(kernelText(version, path)));
      const annotations = runs.annotations(version);
      const lost: string[] = [];
      for (const role of ROLES) {
        await index.ensureRole(role);
        for (const { from, to } of annotations.suspensionsIn(role)) {
          for (const pattern of [from, to ?? 'end']) {
            const found = index.resolve({ role, pattern });
            if (!found.ok) lost.push(`${role} ${pattern}: ${found.reason}`);
          }
        }
      }
      index.delete();
      parser.delete();
      assert.deepEqual(lost, []);
    });
  });
}

describe('links to samples', () => {
  it('lead to the run that breaks what a bug breaks', () => {
    const annotations = runs.annotations('7.3');
    for (const sample of BUG_SAMPLES) {
      const expected = [...sample.text.matchAll(/^expect violation ([^#\n]+)/gm)].map(([, id]) =>
        (id ?? '').trim(),
      );
      assert.ok(expected.length > 0, sample.id);
      for (const id of expected) assert.ok(annotations.breaking(id), `${sample.id} breaks ${id}`);
    }
  });

  it('stop at a step of the run that the sample makes', () => {
    const annotations = runs.annotations('7.3');
    for (const id of ['avc/linked-both-ways', 'anon_vma/active-count', 'anon_vma/reuse-only-on-fork']) {
      for (const sighting of [annotations.exercise(id), annotations.breaking(id)]) {
        const sample = ALL_SAMPLES.find((known) => known.id === sighting?.sample);
        assert.ok(sighting && sample, id);
        const { run } = record(simulator, sample.text, requestedProfile(sample.text) ?? '7.3', 100_000);
        assert.ok(sighting.step < run.trace.steps.length, id);
      }
    }
    const broken = annotations.breaking('anon_vma/reuse-only-on-fork');
    assert.match(broken?.sample ?? '', /^bugs\//);
  });
});

describe('the sample that a card leads to', function () {
  this.timeout(60_000);
  for (const version of VERSIONS) {
    it(`stops in the function that the card stands in, if any sample enters it, on ${version}`, () => {
      const annotations = runs.annotations(version);
      const recorded = new Map(
        SAMPLES.map(({ id, text }) => [id, record(simulator, text, version, 100_000).run] as const),
      );
      const elsewhere: string[] = [];
      let inside = 0;
      for (const { id, places } of recorded.get('first-touch')?.evaluation.invariants ?? []) {
        for (const { role } of places) {
          const sighting = annotations.exercise(id, role);
          const step = sighting && recorded.get(sighting.sample)?.trace.steps[sighting.step];
          const isEntered = annotations.patternsOf(role).includes('entry');
          if (!isEntered || !sighting) continue;
          inside++;
          if (step?.anchor?.role !== role) elsewhere.push(`${id} in ${role}: ${step?.function}`);
        }
      }
      assert.deepEqual(elsewhere, []);
      assert.ok(inside > 30, `${inside}`);
    });
  }

  it('is the same one as before where no function is meant, and prefers what happens to what is relied on', () => {
    const annotations = runs.annotations('7.3');
    const anywhere = annotations.exercise('chain/same-root');
    const clone = annotations.exercise('chain/same-root', 'anon_vma_clone');
    assert.equal(anywhere?.sample, 'first-touch');
    assert.notDeepEqual(clone, anywhere);
    assert.deepEqual(annotations.exercise('chain/same-root', 'not_a_role'), anywhere);
  });
});

describe('calls in a run', () => {
  const example = (sample: Sample): Example => {
    const { run, title } = record(simulator, sample.text, '7.3', 100_000);
    return { id: sample.id, title, trace: run.trace, evaluation: run.evaluation };
  };

  it('nest, and every step belongs to the innermost call of its function', () => {
    for (const sample of SAMPLES) {
      const { trace } = example(sample);
      const frames = framesOf(trace);
      for (const { first, last, own, role, depth } of frames) {
        assert.ok(first <= last);
        assert.equal(own[0]?.number, first);
        for (const step of own) {
          assert.equal(step.anchor?.role, role);
          assert.equal(step.depth, depth);
          assert.ok(first <= step.number && step.number <= last);
        }
      }
      for (const outer of frames)
        for (const inner of frames)
          if (inner.first > outer.first && inner.first <= outer.last)
            assert.ok(inner.last <= outer.last, `${outer.role} and ${inner.role} overlap`);
    }
  });

  it('say what a call that ran out of memory leaves, and that on 7.3 it is nothing', () => {
    const clone = runs.annotations('7.3').functionEffects('anon_vma_clone');
    assert.ok((clone?.failedCalls ?? 0) > 0);
    assert.deepEqual(clone?.failed, ['vma->anon_vma is cleared']);
    assert.ok(clone?.usual.includes('the AVC joins the VMA’s chain'));
  });
});
