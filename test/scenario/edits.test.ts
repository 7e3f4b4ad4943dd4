/**
 * Edits of a scenario by operation, branches, and the allocations that can be chosen to fail.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { branchOf, operationAt, withFault } from '../../src/scenario/branch';
import { applyEdits, editsFor, lineOfOperation, type ScenarioChange } from '../../src/scenario/edits';
import { outlineOf } from '../../src/scenario/outline';
import { parseScenario } from '../../src/scenario/parser';
import { printOperation } from '../../src/scenario/printer';
import { runScenario } from '../../src/scenario/runner';
import { ALL_SAMPLES } from '../../src/scenario/samples';
import { createSimulation } from '../../src/simulation/engine';
import { PROFILES } from '../../src/simulation/profiles';
import { allocationsOf } from '../../src/trace/allocations';
import type { Operation } from '../../src/trace/engine';
import { randomOperations } from '../invariants/randomScenario';
import { operation as anyOperation } from './arbitraries';

function run(text: string, profile = '7.3') {
  const engine = createSimulation(profile);
  if ('problem' in engine) throw new Error(engine.problem);
  return runScenario(parseScenario(text), engine, {});
}

const operationsOf = (text: string): string[] =>
  outlineOf(parseScenario(text)).operations.map(({ statement }) =>
    statement.kind === 'operation' ? printOperation(statement.operation) : '',
  );

const one = (text: string): Operation => {
  const operation = operationAt(text, 0);
  assert.ok(operation);
  return operation;
};

const FILE = `scenario "A title"
# what it shows

P: mmap 0x10 4   # here
expect ok
expect count vma 1

# then
P: write 0x10
P: fork C        # a child
expect ok
`;

const changed = (change: ScenarioChange, text = FILE) => applyEdits(text, editsFor(text, change));

describe('edits by operation', () => {
  it('insert behind the expectations of the operation above', () => {
    const text = changed({ kind: 'insert', after: 0, operation: one('P: read 0x11') });
    assert.equal(text, FILE.replace('vma 1\n', 'vma 1\nP: read 0x11\n'));
    assert.equal(lineOfOperation(text, 1), 7);
  });

  it('insert at the beginning and at the end', () => {
    assert.match(
      changed({ kind: 'insert', after: -1, operation: one('P: mmap 1 1') }),
      /shows\n\nP: mmap 0x1 1\nP: mmap 0x10 4 {3}# here/,
    );
    assert.match(changed({ kind: 'insert', after: 2, operation: one('C: exit') }), /expect ok\nC: exit\n$/);
    assert.equal(changed({ kind: 'insert', after: -1, operation: one('P: exit') }, ''), 'P: exit\n');
    assert.equal(
      changed({ kind: 'insert', after: -1, operation: one('P: exit') }, 'scenario "t"\n'),
      'scenario "t"\nP: exit\n',
    );
  });

  it('replace one line and keep its comment', () => {
    const text = changed({ kind: 'replace', index: 2, operation: one('P: fork D ! fail avc:2') });
    assert.equal(text, FILE.replace('P: fork C        # a child', 'P: fork D ! fail avc:2  # a child'));
  });

  it('remove an operation with what is expected of its result', () => {
    assert.equal(
      changed({ kind: 'remove', index: 0 }),
      FILE.replace('P: mmap 0x10 4   # here\nexpect ok\n', ''),
    );
  });

  it('move an operation past its neighbour, expectations and all', () => {
    const down = changed({ kind: 'move', index: 1, by: 1 });
    assert.match(down, /# then\nP: fork C {8}# a child\nexpect ok\nP: write 0x10\n$/);
    assert.equal(changed({ kind: 'move', index: 2, by: -1 }), down);
    assert.deepEqual(editsFor(FILE, { kind: 'move', index: 2, by: 1 }), []);
    assert.deepEqual(editsFor(FILE, { kind: 'move', index: 0, by: -1 }), []);
  });

  it('keep the ends of lines', () => {
    const crlf = 'P: mmap 0x10 4\r\nP: exit\r\n';
    assert.equal(
      changed({ kind: 'insert', after: 0, operation: one('P: read 0x10') }, crlf),
      'P: mmap 0x10 4\r\nP: read 0x10\r\nP: exit\r\n',
    );
  });

  it('change one operation and leave all others, in every sample', () => {
    const texts = ALL_SAMPLES.map(({ text }) => text);
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(30), anyOperation, (text, at, operation) => {
        const before = operationsOf(text);
        const index = at % before.length;
        const put = printOperation(operation);
        assert.deepEqual(
          operationsOf(changed({ kind: 'insert', after: index, operation }, text)),
          before.toSpliced(index + 1, 0, put),
        );
        assert.deepEqual(
          operationsOf(changed({ kind: 'replace', index, operation }, text)),
          before.toSpliced(index, 1, put),
        );
        assert.deepEqual(operationsOf(changed({ kind: 'remove', index }, text)), before.toSpliced(index, 1));
        const inserted = changed({ kind: 'insert', after: index, operation }, text);
        assert.equal(changed({ kind: 'remove', index: index + 1 }, inserted), text);
      }),
      { numRuns: 200 },
    );
  });
});

describe('allocations to choose from', () => {
  it('are those of the operation, with the function that makes them', () => {
    const { trace } = run('P: mmap 0x10 4\nP: write 0x10\nP: fork C\n');
    assert.deepEqual(
      allocationsOf(trace, 2).map(
        (choice) => `${choice.kind}:${choice.nth} ${choice.caller} ${choice.function}`,
      ),
      [
        'vma:1 dup_mmap vm_area_dup',
        'anon_vma:1 anon_vma_fork anon_vma_alloc',
        'avc:1 dup_mmap anon_vma_fork',
        'avc:2 anon_vma_fork anon_vma_clone',
      ],
    );
    assert.deepEqual(allocationsOf(trace, 9), []);
  });

  it('tell of a first try that may not sleep, and of a second one', () => {
    const { trace } = run('P: mmap 0x10 4\nP: write 0x10\nP: fork C ! fail avc:1/nowait\n', '6.12');
    const [, avc] = allocationsOf(trace, 2);
    assert.deepEqual([avc?.kind, avc?.nowait, avc?.failed], ['avc', true, false]);
    assert.deepEqual(avc?.flags, ['GFP_NOWAIT', 'GFP_KERNEL']);
  });

  it('fail when they are chosen: each of them, on every kernel', () => {
    const profile = fc.constantFrom(...PROFILES.map(({ id }) => id));
    fc.assert(
      fc.property(randomOperations(10, false), profile, (operations, id) => {
        const text = operations.map(printOperation).join('\n');
        const before = run(text, id);
        if (before.problems.length > 0) return;
        const at = operations.length - 1;
        for (const { kind, nth } of allocationsOf(before.trace, at)) {
          const operation = withFault(operations[at]!, { kind, nth, nowait: false });
          const { trace } = run(branchOf(text, { at, operation, rest: false }).text, id);
          const choice = allocationsOf(trace, at).find((one) => one.kind === kind && one.nth === nth);
          assert.equal(choice?.failed, true, `${printOperation(operation)} on ${id}`);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('branches', () => {
  it('try something else instead of one operation, and go on without expectations', () => {
    const { text, title } = branchOf(FILE, { at: 1, operation: one('P: read 0x10'), rest: true });
    assert.equal(title, 'A title: P: read 0x10');
    assert.equal(
      text,
      `scenario "A title: P: read 0x10"

P: mmap 0x10 4
P: read 0x10  # instead of P: write 0x10
P: fork C
`,
    );
    assert.deepEqual(parseScenario(text).problems, []);
  });

  it('leave the rest out, or add at the end', () => {
    const cut = branchOf(`profile 6.12\n${FILE}`, { at: 1, operation: one('P: exit'), rest: false });
    assert.deepEqual(operationsOf(cut.text), ['P: mmap 0x10 4', 'P: exit']);
    assert.match(cut.text, /^profile 6\.12$/m);
    const added = branchOf(FILE, { at: 3, operation: one('P: exit'), rest: true });
    assert.match(added.text, /P: fork C\nP: exit {2}# added\n$/);
  });

  it('let an allocation fail, and take it back', () => {
    const fork = one('P: fork C ! fail vma:1');
    const more = withFault(fork, { kind: 'avc', nth: 2, nowait: false });
    assert.equal(printOperation(more), 'P: fork C ! fail vma:1 fail avc:2');
    assert.deepEqual(withFault(more, { kind: 'avc', nth: 2, nowait: false }), fork);
  });
});
