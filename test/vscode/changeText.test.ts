// What stands after the current line: the steps of a real run, in words.
import assert from 'node:assert/strict';
import { SAMPLES } from '../../src/scenario/samples';
import { Cursor } from '../../src/trace/cursor';
import type { Step } from '../../src/trace/step';
import { changePhrases, INLINE_LIMIT, inlineText, shorten } from '../../src/vscode/changeText';
import { type Recording, record } from '../../src/vscode/recordings';
import { simulator } from '../../src/vscode/simulator';

const sample = (id: string): Recording => {
  const found = SAMPLES.find((one) => one.id === id);
  if (!found) throw new Error(`no sample ${id}`);
  return record(simulator, found.text, '7.3', 100_000);
};

/** Inline text of the n-th step with an anchor. */
function textAt({ run }: Recording, role: string, pattern: string, nth = 1): string {
  const steps = run.trace.steps.filter(({ anchor }) => anchor?.role === role && anchor.pattern === pattern);
  const step = steps[nth - 1];
  assert.ok(step, `no step ${nth} at ${role}: ${pattern}`);
  return textOf({ run }, step);
}

function textOf({ run }: Pick<Recording, 'run'>, step: Step): string {
  const cursor = new Cursor(run.trace);
  cursor.seek(step.number);
  return inlineText(step, cursor.state, run.trace.kinds);
}

describe('inline text', () => {
  const forks = sample('fork-of-a-fork');

  it('says what joined a chain, without what the name says already', () => {
    assert.equal(
      textAt(forks, 'anon_vma_clone', 'call:anon_vma_chain_assign'),
      'AVC (C@16-20, A0) → C@16-20.anon_vma_chain',
    );
  });

  it('says how a counter changed', () => {
    assert.equal(textAt(forks, '__anon_vma_prepare', 'set:num_children'), 'new anon_vma.num_children 0 → 1');
  });

  it('says which lock is taken, and how', () => {
    assert.equal(textAt(forks, 'anon_vma_clone', 'call:anon_vma_lock_write'), 'locks A0.rwsem (write)');
  });

  it('says whether an assert holds', () => {
    assert.equal(textAt(forks, 'check_anon_vma_clone', 'call:mmap_assert_write_locked'), '✓ holds');
    const fired = sample('asserts');
    const [violation] = fired.run.evaluation.violations;
    const step = fired.run.trace.steps[violation?.step ?? -1];
    assert.ok(step);
    assert.equal(textOf(fired, step), '✗ VM_WARN_ON_ONCE fires');
  });

  it('says which allocation fails', () => {
    const failing = sample('clone-allocation-failure');
    const step = failing.run.trace.steps.find(({ events }) =>
      events.some((event) => event.type === 'alloc' && !event.ok),
    );
    assert.ok(step);
    assert.equal(textOf(failing, step), 'avc allocation 2 fails (GFP_KERNEL)');
  });

  it('is the step’s own sentence when nothing changed', () => {
    const entry = forks.run.trace.steps.find(({ anchor }) => anchor?.role === 'anon_vma_clone');
    assert.ok(entry);
    assert.equal(textOf(forks, entry), entry.text);
  });

  it('is one short line at every step of every sample', () => {
    for (const { id } of SAMPLES) {
      const { run } = sample(id);
      const cursor = new Cursor(run.trace);
      for (const step of run.trace.steps) {
        cursor.seek(step.number);
        const text = inlineText(step, cursor.state, run.trace.kinds);
        assert.ok(text.length > 0 && text.length <= INLINE_LIMIT + 12, `${id} ${step.number}: ${text}`);
        assert.ok(!text.includes('\n'));
      }
    }
  });
});

describe('phrases of a step', () => {
  it('name every change but labels, lock words and nothing else', () => {
    const { run } = sample('first-touch');
    const cursor = new Cursor(run.trace);
    for (const step of run.trace.steps) {
      cursor.seek(step.number);
      const phrases = changePhrases(step, cursor.state, run.trace.kinds);
      const silent = step.changes.filter(
        (change) => change.op === 'set' && /^(label|.*lock|rwsem)$/.test(change.field),
      );
      assert.equal(phrases.length, step.changes.length - silent.length, `step ${step.number}`);
    }
  });
});

describe('shorten', () => {
  it('counts what does not fit', () => {
    assert.equal(shorten(['one', 'two', 'three'], 9), 'one · two · +1 more');
    assert.equal(shorten(['one', 'two'], 20), 'one · two');
    assert.equal(shorten(['a very long phrase'], 8), 'a very …');
    assert.equal(shorten([], 8), '');
  });
});
