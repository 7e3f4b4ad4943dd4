/**
 * Kernels made wrong in one function: the invariant that speaks of it notices.
 */
import assert from 'node:assert/strict';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import { runScenario } from '../../src/scenario/runner';
import { Simulation } from '../../src/simulation/engine';
import type { KernelFunctions } from '../../src/simulation/functions';
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
});
