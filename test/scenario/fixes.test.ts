/**
 * Problems that say how to put them right: the fix applied, the problem is gone.
 */
import assert from 'node:assert/strict';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import { runScenario } from '../../src/scenario/runner';
import type { Fix } from '../../src/scenario/syntax';
import { createSimulation } from '../../src/simulation/engine';

const IDS = { profiles: ['7.3', '6.12'], invariants: ['anon_vma/active-count', 'lock/order'] };

function applied(text: string, { range, text: inserted }: Fix): string {
  const lines = text.split('\n');
  const line = lines[range.line - 1] ?? '';
  lines[range.line - 1] = line.slice(0, range.start) + inserted + line.slice(range.end);
  return lines.join('\n');
}

function fixed(text: string): string {
  const [problem] = parseScenario(text, IDS).problems;
  assert.ok(problem?.fix, `${text}: ${problem?.message}`);
  const result = applied(text, problem.fix);
  assert.deepEqual(parseScenario(result, IDS).problems, [], result);
  return result;
}

describe('fixes', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['P: wriet 0x10', 'P: write 0x10'],
    ['P: mprotect 1 1 non', 'P: mprotect 1 1 none'],
    ['P: madvise 1 1 dontfrok', 'P: madvise 1 1 dontfork'],
    ['P: write 1 ! fail folo:1', 'P: write 1 ! fail folio:1'],
    ['P: write 1 ! fail avc:0', 'P: write 1 ! fail avc:1'],
    ['P: write 0x10 now', 'P: write 0x10 '],
    ['P: write -1', 'P: write 1'],
    ['P write 0x10', 'P: write 0x10'],
    ['write 0x10', 'P: write 0x10'],
    ['exepct clean', 'expect clean'],
    ['expect claen', 'expect clean'],
    ['scenario a title', 'scenario "a title"'],
    ['scenario "a title', 'scenario "a title"'],
    ['scenario "a"\nscenario "b"', 'scenario "a"\n'],
    ['profile 7.3\nprofile 6.12', 'profile 7.3\n'],
    ['profile 6.13', 'profile 6.12'],
    ['expect violation anon_vma/active-cuont', 'expect violation anon_vma/active-count'],
    ['Parent: read 1\nParnet: read 1', 'Parent: read 1\nParent: read 1'],
    ['P: read 1\nC: read 1', 'P: read 1\nP: fork C\nC: read 1'],
  ];
  for (const [wrong, right] of cases)
    it(wrong.replace('\n', ' / '), () => {
      assert.equal(fixed(wrong), right);
    });

  it('no fix where nobody knows what was meant', () => {
    assert.equal(parseScenario('P: zzzzzz 1').problems[0]?.fix, undefined);
    assert.equal(parseScenario('P: write').problems[0]?.fix, undefined);
  });

  it('for an expectation that is not met, the one that would have been', () => {
    const head = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: write 0x10\nP: mmap 0x10 1\n';
    const cases: readonly (readonly [string, string | null])[] = [
      ['expect ok', 'expect error EEXIST'],
      ['expect error ENOMEM', 'expect error EEXIST'],
      ['expect violation lock/order', 'expect clean'],
      ['expect same P:0x10 C:0x10', 'expect differ P:0x10 C:0x10'],
      ['expect count anon_vma 7', 'expect count anon_vma 2'],
      ['expect chain C:0x10 = A0', 'expect chain C:0x10 = A1 A0'],
      ['expect visits P:0x10 =', 'expect visits P:0x10 = P@0x10-0x14 C@0x10-0x14'],
      ['expect chain C:0x90 = A0', null],
      ['expect visits C:0x90 =', null],
    ];
    for (const [written, instead] of cases) {
      const engine = createSimulation('7.3');
      assert.ok(!('problem' in engine));
      const run = runScenario(parseScenario(head + written), engine, { evaluator: createEvaluator() });
      assert.equal(run.expectations[0]?.met, false, written);
      assert.equal(run.expectations[0]?.instead, instead, written);
      if (instead === null) continue;
      const again = createSimulation('7.3');
      assert.ok(!('problem' in again));
      const second = runScenario(parseScenario(head + instead), again, { evaluator: createEvaluator() });
      assert.equal(second.expectations[0]?.met, true, instead);
    }
  });
});
