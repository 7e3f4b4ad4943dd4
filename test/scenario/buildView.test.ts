/**
 * What the builder shows of a text: lines, state, offers, and what an operation would do.
 */
import assert from 'node:assert/strict';
import { operationAt } from '../../src/scenario/branch';
import { type BuildRequest, buildView } from '../../src/scenario/buildView';
import { printOperation } from '../../src/scenario/printer';
import { createSimulation } from '../../src/simulation/engine';
import { findProfile } from '../../src/simulation/profiles';

const TEXT = `scenario "T"
# above
P: mmap 0x10 4
expect ok
P: write 0x10

P: frobnicate
P: fork C
`;

function kernel(id = '7.3') {
  const profile = findProfile(id);
  if (typeof profile === 'string') throw new Error(profile);
  return {
    absent: profile.absent,
    make: () => {
      const engine = createSimulation(id);
      if ('problem' in engine) throw new Error(engine.problem);
      return engine;
    },
  };
}

function view(request: Partial<BuildRequest>, text = TEXT) {
  return buildView(text, { after: 0, process: null, operation: null, ...request }, kernel());
}

describe('the builder', () => {
  it('knows what each line is, and what is wrong with it', () => {
    const { lines, operations } = view({});
    assert.deepEqual(
      lines.map(({ kind, operation }) => `${kind} ${operation ?? ''}`.trim()),
      ['directive', 'comment', 'operation 0', 'expect', 'operation 1', 'blank', 'invalid', 'operation 2'],
    );
    assert.equal(operations, 3);
    assert.match(lines[6]?.problem ?? '', /frobnicate/);
  });

  it('shows the state after an operation, and what each process can do', () => {
    assert.deepEqual(view({ after: -1 }).processes, [{ name: 'P', vmas: [] }]);
    const later = view({ after: 2, process: 'C' });
    assert.deepEqual(
      later.processes.map(({ name }) => name),
      ['P', 'C'],
    );
    assert.equal(later.process, 'C');
    assert.deepEqual(later.processes[1]?.vmas[0]?.pages, [{ page: 16, folio: 'F0', writable: false }]);
    assert.equal(view({ after: 99 }).after, 2);
  });

  it('previews an operation: its result, what it changes, its allocations', () => {
    const fork = operationAt('P: mmap 1 1\nP: fork D ! fail avc:2', 1);
    const { preview } = view({ after: 1, operation: fork });
    assert.equal(preview?.text, 'P: fork D ! fail avc:2');
    assert.deepEqual([preview?.status, preview?.errno, preview?.obstacle], ['error', 'ENOMEM', null]);
    assert.deepEqual(
      preview?.allocations.map(({ kind, nth }) => `${kind}:${nth}`),
      ['vma:1', 'anon_vma:1', 'avc:1', 'avc:2'],
    );
    const done = view({ after: 1, operation: { ...fork!, faults: [] } }).preview;
    assert.equal(done?.status, 'ok');
    assert.ok(done?.changes.includes('+ process D, 1 VMA'));
  });

  it('says what is in the way, with and without an errno', () => {
    const again = view({ after: 0, operation: operationAt('P: mmap 0x12 4', 0) }).preview;
    assert.deepEqual([again?.errno, again?.obstacle?.errno], ['EEXIST', 'EEXIST']);
    const fork = view({ after: 2, operation: operationAt('P: fork C', 0) }).preview;
    assert.equal(fork?.obstacle?.errno, null);
    assert.match(fork?.obstacle?.reason ?? '', /runs already/);
  });

  it('begins with an empty text', () => {
    const empty = view({ after: 0 }, '');
    assert.equal(empty.after, -1);
    assert.equal(empty.offers[0]?.operation && printOperation(empty.offers[0].operation), 'P: mmap 0x10 4');
  });
});
