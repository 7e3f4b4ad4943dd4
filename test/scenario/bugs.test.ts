/**
 * Samples of bugs that really happened: each shows its bug, with no operation too many, and nothing on the kernel that
 * has the fix.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { INVARIANT_IDS } from '../../src/invariants/catalogue';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import { formatScenario } from '../../src/scenario/printer';
import type { Run } from '../../src/scenario/run';
import { profileOf, runScenario } from '../../src/scenario/runner';
import { ALL_SAMPLES, BUG_SAMPLES } from '../../src/scenario/samples';
import { createSimulation } from '../../src/simulation/engine';
import { PROFILES } from '../../src/simulation/profiles';

const FOLDER = join(import.meta.dirname, '../../samples/bugs');

/** The kernel each bug is a variant of, right in what the bug does wrong. */
const FIXED: Readonly<Record<string, string>> = {
  'bug/fork-alloc-failure-leak': '6.12',
  'bug/prepare-shares-complex': '6.12',
  'bug/alloc-under-lock': '6.12',
  'bug/reuse-on-clone': 'series/0',
  'bug/degree-reuse': '6.1',
  'bug/merge-no-undo': '7.2',
  'bug/mremap-faulted-unfaulted': '7.2',
  'bug/merge-fork-child': '7.2',
  'bug/series-v2-partial-teardown': 'series/3',
  'bug/clone-failure-stale-anon-vma': '7.0',
};

function run(text: string): Run {
  const scenario = parseScenario(text, { invariants: INVARIANT_IDS });
  assert.deepEqual(scenario.problems, []);
  const engine = createSimulation(profileOf(scenario) ?? 'none is named');
  if ('problem' in engine) throw new Error(engine.problem);
  return runScenario(scenario, engine, { evaluator: createEvaluator() });
}

function unmet(text: string): string[] {
  return run(text).expectations.flatMap(({ line, text: expected, found }) =>
    found === null ? [] : [`${line} ${expected}: ${found}`],
  );
}

/** Lines of the scenario but for the one, and for the expectations of what only the whole comes to. */
function without(lines: readonly string[], left: number): string {
  return lines.filter((line, at) => at !== left && !/^expect (?!violation)/.test(line)).join('\n');
}

describe('samples of bugs', () => {
  it('are there for every bug that can be simulated, and in the list', () => {
    const files = readdirSync(FOLDER).map((name) => `bug/${name.replace(/\.rmap$/, '')}`);
    const bugs = PROFILES.map(({ id }) => id).filter((id) => id.startsWith('bug/'));
    assert.deepEqual(files.sort(), bugs.sort());
    assert.deepEqual(BUG_SAMPLES.map(({ id }) => id.replace(/^bugs\//, 'bug/')).sort(), bugs);
    assert.deepEqual(Object.keys(FIXED).sort(), bugs);
  });

  it('stand apart from the others, which need no heading', () => {
    const groups = ALL_SAMPLES.map(({ group }) => group);
    assert.deepEqual([...new Set(groups)], [null, 'Bugs that really happened']);
    assert.deepEqual(groups.slice(-BUG_SAMPLES.length), Array(BUG_SAMPLES.length).fill(groups.at(-1)));
  });

  for (const { id, title, description, text } of BUG_SAMPLES) {
    const bug = id.replace(/^bugs\//, 'bug/');
    const fixed = FIXED[bug] ?? '';
    const lines = text.split('\n');

    it(`${id} is in order, well formatted and explained`, () => {
      assert.equal(profileOf(parseScenario(text)), bug);
      assert.ok(title.length > 3 && title.length < 60);
      assert.ok(description.length > 80, description);
      assert.equal(formatScenario(text).replace(/ {2,}#/g, ' #'), text.replace(/ {2,}#/g, ' #'));
    });

    it(`${id} is found`, () => {
      assert.deepEqual(unmet(text), []);
      assert.match(text, /^expect violation /m);
    });

    it(`${id} does nothing that it could do without`, () => {
      const needless = lines.filter((line, at) => {
        if (!/^\w+: /.test(line)) return false;
        const rest = without(lines, at);
        return parseScenario(rest).problems.length === 0 && unmet(rest).length === 0;
      });
      assert.deepEqual(needless, []);
    });

    it(`${id} is clean on ${fixed}`, () => {
      const right = lines
        .filter((line) => !/^expect (?!violation)/.test(line))
        .map((line) =>
          line.replace(/^profile .*/, `profile ${fixed}`).replace(/^expect violation .*/, 'expect clean'),
        )
        .join('\n');
      assert.match(right, /^expect clean$/m);
      assert.deepEqual(unmet(right), []);
      assert.deepEqual(run(right).evaluation.violations, []);
    });
  }
});
