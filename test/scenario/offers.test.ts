/**
 * What is offered goes through, and what is refused fails with the errno that was foreseen: on every kernel, in states
 * that random scenarios get into.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { obstacleOf, type Situation } from '../../src/scenario/obstacles';
import { offersFor, processesOf } from '../../src/scenario/offers';
import { parseScenario } from '../../src/scenario/parser';
import { printOperation } from '../../src/scenario/printer';
import { createSimulation } from '../../src/simulation/engine';
import { findProfile, PROFILES } from '../../src/simulation/profiles';
import type { Engine, Operation } from '../../src/trace/engine';
import { randomOperations } from '../invariants/randomScenario';
import { operation as anyOperation } from './arbitraries';

function engineFor(profile: string): Engine {
  const engine = createSimulation(profile);
  if ('problem' in engine) throw new Error(engine.problem);
  return engine;
}

function situationOf(engine: Engine, atStart: boolean): Situation {
  const profile = findProfile(engine.profile);
  if (typeof profile === 'string') throw new Error(profile);
  return { snapshot: engine.snapshot(), atStart, absent: profile.absent };
}

function stateAfter(operations: readonly Operation[], profile: string): Engine {
  const engine = engineFor(profile);
  for (const operation of operations) engine.apply(operation, null);
  return engine;
}

function check(operations: readonly Operation[], operation: Operation, profile: string): string | null {
  const engine = stateAfter(operations, profile);
  const obstacle = obstacleOf(situationOf(engine, operations.length === 0), operation);
  if (obstacle && obstacle.errno === null) return null;
  const { errno } = engine.apply({ ...operation, faults: [] }, null);
  const text = printOperation(operation);
  assert.equal(errno, obstacle?.errno ?? null, `${text} on ${profile}: ${obstacle?.reason ?? 'no obstacle'}`);
  return errno;
}

const profile = fc.constantFrom(...PROFILES.map(({ id }) => id));
const RUNS = { numRuns: 400 };

describe('what stands in the way of an operation', () => {
  it('is what it fails with, and nothing else makes it fail', () => {
    fc.assert(
      fc.property(randomOperations(14, true), profile, (operations, id) => {
        for (let at = 0; at < operations.length; at += 1) check(operations.slice(0, at), operations[at]!, id);
      }),
      RUNS,
    );
  });

  it('is foreseen for arguments of any kind', () => {
    const wild = fc.tuple(randomOperations(10, false), fc.array(anyOperation, { maxLength: 6 }), profile);
    const met = new Set<string | null>();
    fc.assert(
      fc.property(wild, ([operations, candidates, id]) => {
        for (const candidate of candidates) {
          if (candidate.verb === 'call') continue; // a function alone may fail as it likes
          const running = [...new Set(operations.map(({ process }) => process))];
          const process = running[candidate.faults.length % running.length] ?? 'P';
          met.add(check(operations, { ...candidate, process }, id));
        }
      }),
      RUNS,
    );
    for (const errno of ['EINVAL', 'ENOMEM', 'EFAULT']) assert.ok(met.has(errno), `${errno} was never met`);
  });

  const after4 = (text: string) =>
    parseScenario(text).lines.flatMap(({ statement }) =>
      statement?.kind === 'operation' ? [statement.operation] : [],
    );
  const cases: [above: string, operation: string, errno: string | null, reason: RegExp][] = [
    ['', 'P: walk 0x10', 'EFAULT', /P has nothing mapped/],
    ['P: mmap 0x10 4', 'P: mmap 0x12 4', 'EEXIST', /P@0x10-0x14 is mapped there already/],
    ['P: mmap 0x10 4', 'P: munmap 0x10 0', 'EINVAL', /length is 0/],
    ['P: mmap 0x10 4', 'P: mprotect 0x12 4 r', 'ENOMEM', /nothing of P is mapped at 0x14/],
    ['P: mmap 0x10 4 r', 'P: write 0x10', 'EFAULT', /P@0x10-0x14 is read-only/],
    ['P: mmap 0x10 4 none', 'P: read 0x10', 'EFAULT', /neither readable nor writable/],
    ['P: mmap 0x10 4', 'P: mremap 0x10 4 0x12', 'EINVAL', /overlap/],
    ['P: mmap 0x10 4', 'P: mremap 0x12 4 0x40', 'EFAULT', /does not lie inside one VMA/],
    ['P: mmap 0x10 4 file f 0', 'P: madvise 0x10 4 wipeonfork', 'EINVAL', /maps file f/],
    ['P: mmap 0x10 4', 'P: walk 0x11', 'EFAULT', /write it first/],
    ['P: mmap 0x10 4\nP: fork C', 'P: fork C', null, /a process C runs already/],
    ['P: mmap 0x10 4', 'P: call frobnicate(0x10)', 'ENOSYS', /cannot be called alone/],
    ['P: mmap 0x10 4', 'P: call vma_expand(0x10)', 'ENOSYS', /its argument is a merge state/],
    ['P: mmap 0x10 4', 'P: call unlink_anon_vmas(0x20)', 'EFAULT', /nothing of P is mapped at 0x20/],
    ['P: mmap 0x10 4\nP: exit', 'P: mmap 0x20 1', 'ESRCH', /no process P/],
  ];
  for (const [above, text, errno, reason] of cases) {
    it(`${text} after ${JSON.stringify(above)}: ${errno ?? 'cannot be written'}`, () => {
      const operations = after4(above);
      const operation = after4(`${above}\n${text}`).at(-1)!;
      const engine = stateAfter(operations, '7.3');
      const obstacle = obstacleOf(situationOf(engine, operations.length === 0), operation);
      assert.equal(obstacle?.errno, errno);
      assert.match(obstacle?.reason ?? '', reason);
      if (errno !== null) assert.equal(engine.apply(operation, null).errno, errno);
    });
  }

  it('says which functions a kernel does not have', () => {
    const operations = after4('P: mmap 0x10 4');
    const call = after4('P: call cleanup_partial_anon_vmas(0x10)').at(-1)!;
    const reason = (id: string) => obstacleOf(situationOf(stateAfter(operations, id), false), call)?.reason;
    assert.equal(reason('6.12'), 'this kernel has no cleanup_partial_anon_vmas()');
    assert.equal(reason('7.3'), undefined);
  });
});

describe('what is offered next', () => {
  it('goes through, or fails as foreseen, on every kernel', () => {
    fc.assert(
      fc.property(randomOperations(12, true), profile, (operations, id) => {
        const state = stateAfter(operations, id);
        const situation = situationOf(state, operations.length === 0);
        for (const process of processesOf(situation)) {
          for (const { operation, obstacle, verb } of offersFor(situation, process)) {
            if (verb === 'call' && !obstacle) continue; // a function alone may fail as it likes
            const { errno } = stateAfter(operations, id).apply(operation, null);
            assert.equal(errno, obstacle?.errno ?? null, `${printOperation(operation)} on ${id}`);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is every operation of the language, refused only where no argument would do', () => {
    const situation = situationOf(engineFor('7.3'), true);
    assert.deepEqual(processesOf(situation), ['P']);
    const refused = offersFor(situation, 'P').flatMap(({ verb, obstacle }) => (obstacle ? [verb] : []));
    assert.deepEqual(refused, ['mprotect', 'mremap', 'madvise', 'read', 'write', 'walk', 'call']);
    const mapped = stateAfter(
      [{ process: 'P', verb: 'mmap', addr: 16, len: 4, prot: 'r', file: null, faults: [] }],
      '7.3',
    );
    const offers = offersFor(situationOf(mapped, false), 'P');
    assert.deepEqual(
      offers.flatMap(({ verb, obstacle }) => (obstacle ? [`${verb}: ${obstacle.reason}`] : [])),
      ['write: P@0x10-0x14 is read-only', 'walk: no page is present at 0x10 of P@0x10-0x14: write it first'],
    );
  });

  it('never names a child that runs', () => {
    const forks = Array.from({ length: 9 }, (_, at): Operation => {
      const child = ['C', 'D', 'G', 'Q', 'R', 'S', 'C1', 'C2', 'X'][at] ?? 'Y';
      return { process: 'P', verb: 'fork', child, faults: [] };
    });
    const engine = stateAfter(forks, '7.3');
    const fork = offersFor(situationOf(engine, false), 'P').find(({ verb }) => verb === 'fork');
    assert.equal(fork?.obstacle, null);
    assert.deepEqual(fork?.operation, { verb: 'fork', child: 'C3', process: 'P', faults: [] });
  });
});
