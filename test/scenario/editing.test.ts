/**
 * What the editor says of a scenario: words under the pointer, what an operation changed, the outline, the verdict of a
 * test.
 */
import assert from 'node:assert/strict';
import { createEvaluator } from '../../src/invariants/evaluator';
import { outlineOf } from '../../src/scenario/outline';
import { parseScenario } from '../../src/scenario/parser';
import type { Run } from '../../src/scenario/run';
import { runInParts, runScenario } from '../../src/scenario/runner';
import { whatChanged } from '../../src/scenario/snapshotDiff';
import { headLineOf, isTest, testReport } from '../../src/scenario/testReport';
import { type Topic, topicAt } from '../../src/scenario/topics';
import { createSimulation } from '../../src/simulation/engine';

function run(text: string, stepLimit?: number): Run {
  const engine = createSimulation('7.3');
  if ('problem' in engine) throw new Error(engine.problem);
  const options = { evaluator: createEvaluator(), ...(stepLimit === undefined ? {} : { stepLimit }) };
  return runScenario(parseScenario(text), engine, options);
}

/** What stands at `$0`, as `kind name`. */
function topic(marked: string): string {
  const before = marked.slice(0, marked.indexOf('$0'));
  const text = marked.replace('$0', '');
  const line = before.split('\n').length;
  const found = topicAt(text, parseScenario(text), line, before.length - before.lastIndexOf('\n') - 1);
  return found ? told(found.topic) : 'nothing';
}

function told(found: Topic | null): string {
  switch (found?.kind) {
    case undefined:
      return 'a word';
    case 'word':
      return `word ${found.info.usage}`;
    case 'small':
      return `small ${found.word}`;
    case 'invariant':
    case 'profile':
      return `${found.kind} ${found.id}`;
    case 'function':
    case 'process':
      return `${found.kind} ${found.name}`;
  }
}

describe('words under the pointer', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['P: wri$0te 0x10', 'word write PAGE'],
    ['P: write $00x10', 'a word'],
    ['$0P: write 0x10', 'process P'],
    ['P: mprotect 1 1 no$0ne', 'small none'],
    ['P: mmap 1 1 file r$0w 0', 'a word'],
    ['P: write 1 ! fail av$0c:1', 'small avc'],
    ['P: write 1 ! fai$0l avc:1', 'small fail'],
    ['P: call anon_vma_cl$0one(new, 1, VMA_OP_SPLIT)', 'function anon_vma_clone'],
    ['P: call anon_vma_clone(new, 1, VMA_OP_$0SPLIT)', 'small VMA_OP_SPLIT'],
    ['profile 7$0.3', 'profile 7.3'],
    ['prof$0ile 7.3', 'word profile ID'],
    ['expect cl$0ean', 'word expect clean'],
    ['P: exit\nexpect error ENO$0MEM', 'small ENOMEM'],
    ['expect violation assert/f/a $0== b', 'invariant assert/f/a == b'],
    ['P: write x # wr$0ite', 'nothing'],
    ['P: wri$0te x', 'word write PAGE'],
    ['P: write 0x10 # wr$0ite', 'nothing'],
  ];
  for (const [text, expected] of cases) it(text, () => assert.equal(topic(text), expected));
});

describe('what an operation changed', () => {
  function changes(text: string): string[] {
    const { trace, initial } = run(text);
    const [last, before] = [trace.operations.at(-1), trace.operations.at(-2)];
    assert.ok(last);
    return whatChanged(before?.snapshot ?? initial, last.snapshot);
  }

  it('on first touch', () => {
    assert.deepEqual(changes('P: mmap 0x10 4\nP: write 0x11'), [
      'P@0x10-0x14.anon_vma: NULL → A0',
      'P@0x10-0x14.chain: empty → A0',
      'P:0x11: not present → F0 writable',
      '+ A0',
      '+ F0 of A0, index 0x11',
    ]);
  });

  it('on fork and exit', () => {
    const forked = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C';
    assert.deepEqual(changes(forked), [
      'P:0x10: F0 writable → F0',
      '+ process C, 1 VMA',
      'A0.refcount: 1 → 2',
      'A0.num_children: 1 → 2',
      'A0.tree: P@16-20 → P@16-20 C@16-20',
      '+ A1, root A0, parent A0',
      'F0.mapcount: 1 → 2',
      'F0.exclusive: true → false',
    ]);
    assert.ok(changes(`${forked}\nC: exit`).includes('− process C'));
  });

  it('on a split, and when it fails nothing', () => {
    assert.deepEqual(changes('P: mmap 0x10 4\nP: munmap 0x12 2'), ['P@0x10-0x14 → P@0x10-0x12']);
    assert.deepEqual(changes('P: mmap 0x10 4\nP: mmap 0x10 4'), []);
  });
});

describe('the outline', () => {
  it('puts expectations below their operation', () => {
    const outline = outlineOf(
      parseScenario(
        '# one\n# two\nscenario "T"\n\n# alone\nP: exit # x\n# in between\nexpect ok\nexpect clean\n',
      ),
    );
    assert.equal(outline.title, 'T');
    assert.deepEqual(
      outline.operations.map(({ statement, expectations, endLine }) => [
        statement.text,
        expectations.length,
        endLine,
      ]),
      [['P: exit', 2, 9]],
    );
    assert.deepEqual(outline.comments, [[1, 2]]);
  });
});

describe('the verdict of a test', () => {
  const report = (text: string, limit?: number) => testReport(parseScenario(text), run(text, limit));

  it('is a test when something is expected, also with a mistake in it', () => {
    assert.equal(isTest(parseScenario('P: exit\nexpect ok')), true);
    assert.equal(isTest(parseScenario('P: exit\nexpect cleen')), true);
    assert.equal(isTest(parseScenario('P: exit\n# expect ok')), false);
    assert.equal(headLineOf(parseScenario('# a\n\nP: exit\nexpect ok')), 3);
    assert.equal(headLineOf(parseScenario('profile 7.3\nscenario "T"\nP: exit')), 2);
  });

  it('passes, fails at the line with what was found, is errored', () => {
    const head = 'P: mmap 0x10 4\nP: write 0x10\n';
    assert.equal(report(`${head}expect count anon_vma 1`).outcome, 'passed');
    const failed = report(`${head}expect count anon_vma 2\nexpect clean`);
    assert.equal(failed.outcome, 'failed');
    assert.match(failed.summary, /^1 of 2 expectations met, 2 operations, \d+ steps/);
    assert.deepEqual(failed.failures, [
      {
        range: { line: 3, start: 0, end: 23 },
        message: 'Not met: 1 are live.',
        expected: 'expect count anon_vma 2',
        actual: 'expect count anon_vma 1',
        violation: null,
      },
    ]);
    const errored = report('P: wriet 0x10\nexpect ok');
    assert.equal(errored.outcome, 'errored');
    assert.equal(errored.failures[0]?.range.line, 1);
  });

  it('tells of violations where they were found', () => {
    const text =
      'P: mmap 0x10 4\nP: write 0x10\nP: mmap 0x20 4\nP: call anon_vma_clone(0x20, 0x10, VMA_OP_SPLIT)\nexpect clean';
    const { outcome, failures } = report(text);
    assert.equal(outcome, 'failed');
    assert.ok(failures.some(({ range, violation }) => violation !== null && range.line === 4));
    assert.equal(failures[0]?.range.line, 5);
  });

  it('does not pass when a limit ends it', () => {
    const { outcome, summary } = report('P: mmap 0x10 4\nP: write 0x10\nexpect ok', 5);
    assert.equal(outcome, 'failed');
    assert.match(summary, /5 steps/);
  });

  it('runs in parts with the same result', () => {
    const text = 'P: mmap 0x10 4\nP: write 0x10\nexpect ok\n';
    const engine = createSimulation('7.3');
    assert.ok(!('problem' in engine));
    const parts = runInParts(parseScenario(text), engine, { evaluator: createEvaluator() });
    let pauses = 0;
    for (;;) {
      const part = parts.next();
      if (part.done) {
        assert.deepEqual(part.value, run(text));
        break;
      }
      pauses += 1;
    }
    assert.equal(pauses, 3);
  });
});
