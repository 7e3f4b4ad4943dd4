/**
 * Kernels made wrong in one function: the invariant that speaks of it notices.
 */
import assert from 'node:assert/strict';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import { runScenario } from '../../src/scenario/runner';
import { Simulation } from '../../src/simulation/engine';
import type { KernelFunctions } from '../../src/simulation/kernel';
import { linux7_3 } from '../../src/simulation/profiles/linux7_3';

const right = linux7_3.functions;

/** Ids violated when the scenario runs on 7.3 with some functions replaced. */
function violated(functions: Partial<KernelFunctions>, text: string): string[] {
  const scenario = parseScenario(text);
  assert.deepEqual(scenario.problems, []);
  const engine = new Simulation({ ...linux7_3, functions: { ...right, ...functions } });
  const { evaluation } = runScenario(scenario, engine, { evaluator: createEvaluator() });
  return [...new Set(evaluation.violations.map((violation) => violation.invariant))];
}

const FORK = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: write 0x10\n';
const IDLE = `${FORK}C: fork D\nC: exit\nD: fork E\n`;
const MERGE = 'P: mmap 0x10 2\nP: write 0x10\nP: mmap 0x12 2 r\nP: mprotect 0x12 2 rw ! fail avc:1\n';

/** P@16-20 unfaulted, beside it P@20-24 faulted; they differ in access rights only. */
const UNFAULTED_LEFT = 'P: mmap 0x14 4\nP: write 0x14\nP: mprotect 0x14 4 r\nP: mmap 0x10 4\n';

describe('a kernel made wrong', () => {
  it('is right to begin with', () => {
    for (const text of [FORK, IDLE, MERGE]) assert.deepEqual(violated({}, text), []);
  });

  it('never reuses an anon_vma', () => {
    const never = { maybe_reuse_anon_vma: () => undefined };
    assert.deepEqual(violated(never, IDLE), ['anon_vma/reuse-taken']);
  });

  it('reuses an anon_vma that is in use', () => {
    const always: Partial<KernelFunctions> = {
      maybe_reuse_anon_vma(k, dst, anon) {
        if (!dst.anon_vma) k.set(dst, 'anon_vma', anon);
      },
    };
    assert.ok(violated(always, FORK).includes('anon_vma/reuse-only-on-fork'));
  });

  it('forgets the tree when it unlinks', () => {
    const forgets: Partial<KernelFunctions> = { anon_rmap_tree_remove: () => undefined };
    const found = violated(forgets, `${FORK}C: exit\n`);
    assert.ok(found.includes('avc/linked-both-ways'), found.join(' '));
  });

  it('frees what is still in use', () => {
    const drops: Partial<KernelFunctions> = { get_anon_vma: () => undefined };
    const found = violated(drops, `${FORK}P: exit\nC: exit\n`);
    assert.ok(found.includes('anon_vma/refcount'), found.join(' '));
  });

  it('leaves a live VMA with an anon_vma and no chain when a merge fails (series/9)', () => {
    const stale: Partial<KernelFunctions> = {
      cleanup_partial_anon_vmas(k, vma) {
        const before = vma.anon_vma;
        right.cleanup_partial_anon_vmas(k, vma);
        k.set(vma, 'anon_vma', before);
      },
    };
    const text = `${UNFAULTED_LEFT}P: mprotect 0x14 4 rw ! fail avc:1\n`;
    assert.deepEqual(violated({}, text), []);
    const found = violated(stale, text);
    for (const id of ['vma/active-on-chain', 'anon_vma/active-count', 'op/failure-is-consistent'])
      assert.ok(found.includes(id), `${id}: ${found.join(' ')}`);
  });

  it('does not duplicate the anon_vma when it merges', () => {
    const skips: Partial<KernelFunctions> = { dup_anon_vma: () => 0 };
    const found = violated(skips, `${UNFAULTED_LEFT}P: mprotect 0x14 4 rw\nP: munmap 0x10 1\n`);
    assert.ok(found.includes('rmap/complete'), found.join(' '));
    assert.ok(found.includes('rmap/anon_vma-alive'), found.join(' '));
  });

  it('allocates under the lock (3.0-rc)', () => {
    const locked: Partial<KernelFunctions> = {
      anon_vma_clone(k, dst, src, operation) {
        if (!src.anon_vma) return 0;
        right.anon_vma_lock_write(k, src.anon_vma);
        right.anon_vma_chain_alloc(k, 'GFP_KERNEL');
        right.anon_vma_unlock_write(k, src.anon_vma);
        return right.anon_vma_clone(k, dst, src, operation);
      },
    };
    assert.ok(violated(locked, FORK).includes('lock/no-sleep-alloc'));
  });

  it('forgets to unlock', () => {
    assert.ok(violated({ anon_vma_unlock_write: () => undefined }, FORK).includes('lock/balanced'));
  });
});
