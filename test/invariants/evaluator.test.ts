/**
 * When an invariant is suspended, when violated, and how often that is reported.
 */
import assert from 'node:assert/strict';
import { evaluate } from '../../src/invariants/evaluate';
import { createEvaluator } from '../../src/invariants/evaluator';
import type { Invariant } from '../../src/invariants/invariant';
import { spanAt } from '../../src/trace/statusAt';
import { ref, type World, world } from './traceBuilder';

/** Spans of an invariant as `step status`. */
function spansOf(w: World, id: string, options = {}): string[] {
  const { spans } = evaluate(w.b.trace(), options);
  return (spans[id] ?? []).map(({ fromStep, status }) => `${fromStep} ${status}`);
}

describe('status of an invariant over the steps', () => {
  it('is suspended while an operation breaks it, and says until when', () => {
    const w = world();
    let broken = 0;
    let mended = 0;
    w.b.operation('P: munmap 0x10 1', () => {
      w.b.step('write');
      broken = w.b.at;
      w.b.add(w.anonVma, 'num_active_vmas', -1);
      w.b.step('write');
      w.b.step('write');
      mended = w.b.at;
      w.b.add(w.anonVma, 'num_active_vmas', 1);
    });
    const id = 'anon_vma/active-count';
    assert.deepEqual(spansOf(w, id).slice(-2), [`${broken} suspended`, `${mended} holds`]);
    const evaluation = evaluate(w.b.trace());
    assert.deepEqual(evaluation.violations, []);
    const span = spanAt(evaluation, id, broken + 1);
    assert.equal(span?.status, 'suspended');
    assert.equal(span?.until, 'until “P: munmap 0x10 1” has ended');
    assert.deepEqual(
      span?.reasons.map(({ message, objects }) => ({ message, objects })),
      [{ message: 'A0 counts 0 active VMAs, but 1 is (P@16-20)', objects: [w.anonVma, w.vma] }],
    );
  });

  it('is violated from the last step of the operation that leaves it broken, reported once', () => {
    const w = world();
    w.b.operation('P: munmap 0x10 1', () => {
      w.b.step('write');
      w.b.add(w.anonVma, 'refcount', 1);
    });
    const left = w.b.at;
    w.b.operation('P: munmap 0x11 1', () => {
      w.b.step('write');
      w.b.add(w.anonVma, 'refcount', 1);
    });
    const id = 'anon_vma/refcount';
    const { violations } = evaluate(w.b.trace());
    assert.deepEqual(
      violations.map(({ invariant, operation, line, step, cause }) => ({
        invariant,
        operation,
        line,
        step,
        cause,
      })),
      [{ invariant: id, operation: 2, line: 3, step: left, cause: left - 1 }],
    );
    const last = evaluate(w.b.trace()).spans[id]?.at(-1);
    assert.equal(last?.status, 'violated');
  });

  it('is reported again after it has held in between', () => {
    const w = world();
    for (const delta of [1, -1, 1])
      w.b.operation('P: munmap 0x10 1', () => {
        w.b.step('write');
        w.b.add(w.anonVma, 'refcount', delta);
      });
    assert.equal(evaluate(w.b.trace()).violations.length, 2);
  });

  it('is violated at one step alone for what a step does', () => {
    const w = world();
    let at = 0;
    w.b.operation('P: write 0x10', () => {
      w.b.step('tree');
      at = w.b.at;
      w.b.remove(w.anonVma, 'rb_root', w.avc);
      w.b.insert(w.anonVma, 'rb_root', w.avc);
    });
    assert.deepEqual(spansOf(w, 'lock/tree-write'), [`${at} violated`, `${at + 1} holds`]);
  });

  it('must hold at every step where the rule is always', () => {
    const w = world();
    let at = 0;
    w.b.operation('P: munmap 0x10 1', () => {
      w.b.step('write');
      at = w.b.at;
      w.b.set(w.anonVma, 'parent', ref(999));
      w.b.step('write');
      w.b.set(w.anonVma, 'parent', ref(w.anonVma));
    });
    assert.deepEqual(spansOf(w, 'anon_vma/root-alive'), [`${at} violated`, `${at + 1} holds`]);
    assert.equal(evaluate(w.b.trace()).violations.length, 1);
  });

  it('may be broken while its lock is held for writing', () => {
    const guarded: Invariant = {
      id: 'test/guarded',
      form: 'state',
      when: { rule: 'section', kind: 'anon_vma', field: 'rwsem' },
      title: 'Refcount is 1',
      statement: 'Refcount is 1.',
      why: 'A test.',
      speaksOf: [{ kind: 'anon_vma', fields: ['refcount'] }],
      places: [],
      check: (view) =>
        [...view.live('anon_vma')]
          .filter((anonVma) => view.number(anonVma, 'refcount') !== 1)
          .map((anonVma) => ({ message: 'it is not', objects: [anonVma], fields: [] })),
    };
    const w = world();
    let broken = 0;
    w.b.operation('P: munmap 0x10 1', () => {
      w.b.lock(w.anonVma, 'rwsem');
      w.b.step('write');
      broken = w.b.at;
      w.b.add(w.anonVma, 'refcount', 1);
      w.b.unlock(w.anonVma, 'rwsem');
      w.b.step('statement');
    });
    const { spans, violations } = evaluate(w.b.trace(), { catalogue: [guarded] });
    assert.deepEqual(
      spans['test/guarded']?.map(({ fromStep, status, until }) => ({ fromStep, status, until })),
      [
        { fromStep: broken, status: 'suspended', until: 'until rwsem of A0 is released' },
        { fromStep: broken + 1, status: 'violated', until: null },
      ],
    );
    assert.equal(violations[0]?.step, broken + 1);
  });

  it('lists the kernel asserts that ran after the catalogue', () => {
    const w = world();
    w.b.operation('P: fork C', () =>
      w.b.inside('check_anon_vma_clone', () =>
        w.b.event({ type: 'assert', macro: 'VM_WARN_ON_ONCE', expression: '!a', holds: true }),
      ),
    );
    const { invariants, violations } = evaluate(w.b.trace());
    assert.equal(invariants.at(-1)?.id, 'assert/check_anon_vma_clone/!a');
    assert.deepEqual(violations, []);
  });

  it('costs no spans where none are wanted, and finds the same', () => {
    const w = world();
    w.b.operation('P: munmap 0x10 1', () => {
      w.b.step('write');
      w.b.add(w.anonVma, 'refcount', 1);
    });
    const without = evaluate(w.b.trace(), { spans: false });
    assert.deepEqual(without.spans, {});
    assert.deepEqual(without.violations, evaluate(w.b.trace()).violations);
  });

  it('knows what is violated as it goes', () => {
    const w = world();
    w.b.operation('P: munmap 0x10 1', () => {
      w.b.step('write');
      w.b.add(w.anonVma, 'refcount', 1);
    });
    const trace = w.b.trace();
    const evaluator = createEvaluator();
    const seen: number[] = [];
    for (const operation of trace.operations) {
      evaluator.begin(operation);
      for (const step of trace.steps.slice(operation.firstStep, operation.endStep)) evaluator.step(step);
      evaluator.end(operation.status);
      seen.push(evaluator.violated().size);
    }
    assert.deepEqual(seen, [0, 0, 1]);
  });
});

describe('kernels with other fields', () => {
  it('that count degree are held to it', () => {
    const w = world();
    w.b.operation('P: write 0x11', () => {
      w.b.step('write');
      w.b.set(w.anonVma, 'degree', 2);
      w.b.set(w.anonVma, 'num_children', 7);
    });
    assert.deepEqual(evaluate(w.b.trace()).violations, []);
    w.b.operation('P: write 0x11', () => {
      w.b.step('write');
      w.b.add(w.anonVma, 'degree', 1);
    });
    assert.deepEqual(
      evaluate(w.b.trace()).violations.map(({ message }) => message),
      ['A0 has degree 3, but 1 active VMA and 1 children'],
    );
  });

  it('that keep one page offset are walked by it', () => {
    const w = world();
    w.b.operation('P: mremap 0x10 4 0x40', () => {
      w.b.step('write');
      w.b.forget(w.vma, 'anon_pgoff');
    });
    assert.deepEqual(evaluate(w.b.trace()).violations, []);
    w.b.operation('P: mremap 0x10 4 0x40', () => {
      w.b.step('write');
      w.b.set(w.vma, 'vm_pgoff', 3);
    });
    const found = evaluate(w.b.trace()).violations.map(({ invariant }) => invariant);
    assert.deepEqual(found, ['tree/keys-current', 'rmap/complete']);
  });
});
