/**
 * The engine: arguments and errnos, `call`, and that recording changes nothing.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseScenario } from '../../src/scenario/parser';
import { CALLABLE } from '../../src/simulation/call';
import { createSimulation } from '../../src/simulation/engine';
import { RMAP_FIDELITY, VMA_FIDELITY } from '../../src/simulation/fidelity';
import { NOT_CALLABLE } from '../../src/simulation/notCallable';
import { PROFILES } from '../../src/simulation/profiles';
import type { Operation } from '../../src/trace/engine';
import { Recorder } from '../../src/trace/recorder';
import { State } from '../../src/trace/state';
import { randomOperations } from '../invariants/randomScenario';
import { calls, engineOf, outcome } from './rmapWorld';

describe('arguments', () => {
  it('are judged as the contract says', () => {
    const cases: [string, string][] = [
      ['P: mmap 0x10 0', 'EINVAL'],
      ['P: munmap 0x10 0', 'EINVAL'],
      ['P: mmap 0x7ffffffff 2', 'ENOMEM'],
      ['P: mmap 0x7ffffffff 1', 'ok'],
      ['P: munmap 0x7ffffffff 2', 'ENOMEM'],
      ['P: mremap 0x10 4 0x12', 'EINVAL'],
      ['P: mremap 0x10 4 0x40', 'EFAULT'],
      ['P: mprotect 0x10 1 r', 'ENOMEM'],
      ['P: madvise 0x10 1 dontfork', 'ENOMEM'],
    ];
    for (const [text, expected] of cases) assert.deepEqual(outcome(text).results, [expected], text);
  });

  it('name a child for which there was no memory: ESRCH', () => {
    const text = 'P: mmap 0x10 1\nP: write 0x10\nP: fork C ! fail vma:1\nC: read 0x10\nP: exit';
    assert.deepEqual(outcome(text).results, ['ok', 'ok', 'ENOMEM', 'ESRCH', 'ok']);
  });

  it('name a kernel that is not there: one sentence', () => {
    const made = createSimulation('8.0');
    assert('problem' in made);
    assert.match(made.problem, /There is no kernel profile 8\.0; known are 7\.3/);
  });
});

describe('call', () => {
  const FAULTED = 'P: mmap 0x10 4\nP: write 0x10\n';

  it('clones into a fresh VMA, which stays linked', () => {
    const { state, violated } = outcome(`${FAULTED}P: call anon_vma_clone(new, 0x10, VMA_OP_SPLIT)`);
    assert.ok(
      state.includes('A0 root A0 parent A0 refcount 1 children 1 active 2 {P@16-20 P@16-20}'),
      state.join('\n'),
    );
    assert.deepEqual(violated, []);
  });

  it('gives a fresh VMA back that nothing was linked to', () => {
    const { state, results } = outcome(
      `${FAULTED}P: call anon_vma_clone(new, 0x10, VMA_OP_SPLIT) ! fail avc:1`,
    );
    assert.equal(results.at(-1), 'ENOMEM');
    assert.ok(state.includes('A0 root A0 parent A0 refcount 1 children 1 active 1 {P@16-20}'));
  });

  it('lets asserts fire', () => {
    const { violated } = outcome(`${FAULTED}P: call anon_vma_clone(0x10, 0x10, VMA_OP_SPLIT)`);
    assert.ok(violated.includes('assert/check_anon_vma_clone/!list_empty(&dst->anon_vma_chain)'));
    assert.ok(
      violated.includes(
        'assert/check_anon_vma_clone/operation != VMA_OP_MERGE_UNFAULTED && vma_is_attached(dst)',
      ),
    );
  });

  it('holds the locks that real callers hold', () => {
    const { violated } = outcome(
      'P: mmap 0x10 4\nP: mmap 0x20 4\nP: write 0x20\nP: call dup_anon_vma(0x10, 0x20)',
    );
    assert.ok(!violated.some((id) => id.startsWith('assert/')), violated.join(' '));
  });

  it('knows what a kernel has not', () => {
    const text = `${FAULTED}P: call check_anon_vma_clone(new, 0x10, VMA_OP_SPLIT)`;
    assert.equal(outcome(text, '6.12').results.at(-1), 'ENOSYS');
    assert.equal(outcome(text, '7.2').results.at(-1), 'ok');
    assert.equal(outcome(`${FAULTED}P: call schedule(0x10)`).results.at(-1), 'ENOSYS');
  });

  it('judges its arguments', () => {
    const cases: [string, string][] = [
      ['anon_vma_clone(new, 0x10)', 'EINVAL'],
      ['anon_vma_clone(new, 0x10, VMA_OP_NONE)', 'EINVAL'],
      ['unlink_anon_vmas(0x40)', 'EFAULT'],
      ['unlink_anon_vmas(new)', 'EINVAL'],
      ['__split_vma(0x10, 0x10)', 'EINVAL'],
      ['__split_vma(0x10, 0x12)', 'ok'],
      ['reusable_anon_vma(0x10, 0x10)', 'EINVAL'],
      ['copy_vma(0x10, 0x12)', 'EINVAL'],
      ['copy_vma(0x10, 0x7fffffffe)', 'EINVAL'],
      ['copy_vma(0x10, 0x7fffffffc)', 'ok'],
      ['put_anon_vma(0x20)', 'EFAULT'],
    ];
    for (const [call, expected] of cases)
      assert.equal(outcome(`${FAULTED}P: call ${call}`).results.at(-1), expected, call);
  });

  it('runs the read side, and leaves things as they were', () => {
    const text = `${FAULTED}P: fork C\n`;
    const before = outcome(text).state;
    for (const profile of ['7.3', '6.12', '6.1'])
      for (const name of ['folio_get_anon_vma', 'folio_lock_anon_vma_read', 'rmap_walk_anon']) {
        const found = outcome(`${text}P: call ${name}(0x10)`, profile);
        assert.deepEqual([found.results.at(-1), found.violated], ['ok', []], `${profile} ${name}`);
        if (profile === '7.3') assert.deepEqual(found.state, before, name);
        const steps = found.trace.steps.slice(found.last.firstStep);
        const changed = steps.flatMap(({ changes }) =>
          changes.map((one) => ('field' in one ? one.field : '')),
        );
        const moved = name === 'folio_get_anon_vma' ? 'refcount' : 'rwsem';
        assert.equal(changed.filter((field) => field === moved).length, 2, `${profile} ${name}: ${changed}`);
        const visits = steps.flatMap(({ events }) => events.filter(({ type }) => type === 'visit'));
        assert.equal(visits.length, name === 'rmap_walk_anon' ? 2 : 0);
      }
    for (const page of ['0x11', '0x40'])
      assert.equal(outcome(`${text}P: call rmap_walk_anon(${page})`).results.at(-1), 'EFAULT');
    assert.equal(
      outcome('P: mmap 0x10 1\nP: read 0x10\nP: call folio_get_anon_vma(0x10)').results.at(-1),
      'EFAULT',
    );
    assert.equal(outcome(`${text}P: call folio_get_anon_vma(new)`).results.at(-1), 'EFAULT');
  });

  it('drops references that are not its own', () => {
    const dropped = outcome(`${FAULTED}P: call put_anon_vma(0x10)`);
    assert.ok(calls(dropped).some((line) => line.trim() === '__put_anon_vma'));
    assert.ok(
      dropped.state.some((line) => line.includes('dead:A0')),
      dropped.state.join('\n'),
    );
    const after = outcome(`${FAULTED}P: call put_anon_vma(0x10)\nP: call unlink_anon_vmas(0x10)`);
    assert.ok(after.violated.includes('mem/no-use-after-free'), after.violated.join(' '));
    const kept = outcome(`${FAULTED}P: call get_anon_vma(0x10)\nP: munmap 0x10 4`);
    assert.ok(
      kept.state.some((line) => line.startsWith('A0 ')),
      kept.state.join('\n'),
    );
    for (const name of ['get_anon_vma', 'put_anon_vma', '__put_anon_vma'])
      assert.equal(outcome(`P: mmap 0x10 4\nP: call ${name}(0x10)`).results.at(-1), 'EINVAL');
  });

  it('copies a VMA to where nothing is mapped', () => {
    const { state } = outcome(`${FAULTED}P: call copy_vma(0x10, 0x40)`);
    assert.ok(
      state.some((line) => line.startsWith('P@64-68 rw pgoff 16/16 A0')),
      state.join('\n'),
    );
    const failed = outcome(`${FAULTED}P: call copy_vma(0x10, 0x40) ! fail vma:1`);
    assert.equal(failed.results.at(-1), 'ENOMEM');
  });

  it('runs each function of mm/rmap.c and of the VMA layer, or says why not', () => {
    const modelled = Object.entries({ ...RMAP_FIDELITY, ...VMA_FIDELITY });
    const undecided = modelled.filter(
      ([name, { file }]) => file !== null && CALLABLE.has(name) === NOT_CALLABLE.has(name),
    );
    assert.deepEqual(undecided, []);
    const names = modelled.map(([name]) => name);
    assert.deepEqual(
      [...NOT_CALLABLE.keys()].filter((name) => !names.includes(name)),
      [],
    );
  });

  it('is described', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/scenario-language.md'), 'utf8');
    for (const { usage } of CALLABLE.values()) assert.ok(page.includes(`\`${usage}\``), usage);
  });

  it('enters the function that it names', () => {
    for (const [name, { usage, vmas, last }] of CALLABLE) {
      assert.ok(usage.startsWith(`${name}(`));
      const args = ['new', 'new', '0x10'].slice(-vmas);
      if (last === 'operation') args.push('VMA_OP_FORK');
      if (last === 'address') args.push(name === 'copy_vma' ? '0x40' : '0x12');
      const prepare = name.endsWith('anon_vma_prepare') ? 'P: mmap 0x10 4\n' : FAULTED;
      const inner = name === 'anon_vma_prepare' ? '__anon_vma_prepare' : name;
      const called = calls(outcome(`${prepare}P: call ${name}(${args.join(', ')})`));
      assert.ok(called.includes(inner), `${name}: ${called.join(' ')}`);
    }
  });
});

describe('the engine', () => {
  const apply = (profile: string, operations: readonly Operation[], recorder: Recorder | null): string => {
    const engine = engineOf(profile);
    const results = operations.map((operation, i) => {
      recorder?.begin(i);
      const result = engine.apply(operation, recorder);
      recorder?.end();
      return [result, engine.snapshot()];
    });
    return JSON.stringify(results);
  };

  for (const { id } of PROFILES)
    it(`does the same recorded and unrecorded, and again, on ${id}`, () => {
      fc.assert(
        fc.property(randomOperations(15, true), (operations) => {
          const recorded = apply(id, operations, new Recorder('simulation'));
          assert.equal(apply(id, operations, null), recorded);
          assert.equal(apply(id, operations, new Recorder('simulation')), recorded);
        }),
        { numRuns: id.includes('/') ? 10 : 60 },
      );
    });

  it('says what a thing was before it is changed', () => {
    fc.assert(
      fc.property(randomOperations(15, true), (operations) => {
        const recorder = new Recorder('simulation');
        apply('7.3', operations, recorder);
        const state = new State();
        for (const step of recorder.steps)
          for (const change of step.changes) {
            if (change.op === 'set')
              assert.deepEqual(state.field(change.object, change.field), change.old, step.text);
            state.forward(change);
          }
      }),
      { numRuns: 60 },
    );
  });

  it('begins with the first process named', () => {
    const { lines } = parseScenario('Q: mmap 0x10 1');
    const operation = lines[0]?.statement;
    assert(operation?.kind === 'operation');
    const engine = engineOf();
    assert.deepEqual(engine.snapshot().mms, []);
    engine.apply(operation.operation, null);
    assert.deepEqual(
      engine.snapshot().mms.map(({ name }) => name),
      ['Q'],
    );
  });

  it('writes sentences without a full stop', () => {
    const text =
      'P: mmap 0x10 4 rw file f 2\nP: write 0x10\nP: fork C\nC: write 0x10\nC: fork D\nC: exit\nD: fork E\nD: walk 0x10\nP: exit';
    for (const profile of ['7.3', '6.12', '6.1'])
      for (const step of outcome(text, profile).trace.steps) {
        assert.ok(!step.text.endsWith('.'), step.text);
        assert.ok(!step.text.includes('undefined') && !step.text.includes('null'), step.text);
      }
  });
});
