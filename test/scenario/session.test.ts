/**
 * Running scenarios: expectations, limits, the contract's output; on a made-up engine where that shows more.
 */
import assert from 'node:assert/strict';
import { createEvaluator } from '../../src/invariants/evaluator';
import { runOutput } from '../../src/scenario/output';
import { parseScenario } from '../../src/scenario/parser';
import type { Run, RunOptions } from '../../src/scenario/run';
import { profileOf, runScenario, titleOf } from '../../src/scenario/runner';
import { Session } from '../../src/scenario/session';
import { createSimulation } from '../../src/simulation/engine';
import type { Engine } from '../../src/trace/engine';

function simulation(profile = '7.3'): Engine {
  const engine = createSimulation(profile);
  if ('problem' in engine) throw new Error(engine.problem);
  return engine;
}

function run(text: string, options: RunOptions = {}): Run {
  return runScenario(parseScenario(text), simulation(), { evaluator: createEvaluator(), ...options });
}

/** Expectations as `line met`, or what was found. */
function expectations(text: string): string[] {
  return run(text).expectations.map(({ line, met, found }) => `${line} ${met ? 'met' : found}`);
}

const FORKED = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\n';

describe('running a scenario', () => {
  it('looks at every kind of expectation', () => {
    const text = `${FORKED}expect ok
expect error ENOMEM
expect clean
expect violation lock/order
expect same P:0x10 C:0x10
expect differ P:0x10 C:0x10
expect differ P:0x10 C:0x11
expect visits P:0x10 = C@0x10-0x14 P@0x10-0x14
expect visits P:0x10 = P@0x10-0x14
expect visits P:0x11 = P@0x10-0x14
expect count anon_vma 2
expect count anon_vma_chain 4
expect count mm 2
expect count folio 1
expect count vma 2
expect chain C:0x10 = A1 A0
expect chain C:0x20 = A1
`;
    assert.deepEqual(expectations(text), [
      '4 met',
      '5 P: fork C succeeded',
      '6 met',
      '7 nothing is violated',
      '8 met',
      '9 P:0x10 maps F0, C:0x10 maps F0',
      '10 met',
      '11 met',
      '12 the walk visits P@16-20 C@16-20',
      '13 a walk from P:0x11 fails with EFAULT',
      '14 met',
      '15 3 are live',
      '16 met',
      '17 met',
      '18 met',
      '19 met',
      '20 no VMA at C:0x20',
    ]);
  });

  it('goes on after an operation that fails', () => {
    const { trace, passed } = run(
      'P: write 0x10\nexpect error EFAULT\nP: mmap 0x10 0\nexpect error EINVAL\n',
    );
    assert.deepEqual(
      trace.operations.map(({ status, errno }) => [status, errno]),
      [
        ['error', 'EFAULT'],
        ['error', 'EINVAL'],
      ],
    );
    assert.equal(passed, true);
  });

  it('gives ESRCH for the child of a fork that failed', () => {
    const text = `P: mmap 0x10 4\nP: write 0x10\nP: fork C ! fail anon_vma:1\nexpect error ENOMEM\nC: write 0x10\nexpect error ESRCH\nP: fork C\nexpect ok\nexpect clean\n`;
    assert.deepEqual(expectations(text), ['4 met', '6 met', '8 met', '9 met']);
  });

  it('runs nothing when the file has an error', () => {
    const result = run('P: mmap 0x10 4\nQ: write 0x10\n');
    assert.equal(result.problems.length, 1);
    assert.deepEqual(result.trace.operations, []);
    assert.equal(result.passed, false);
  });

  it('passes without expectations only when nothing is violated', () => {
    assert.equal(run(FORKED).passed, true);
    assert.equal(
      run(`${FORKED}P: mmap 0x20 1\nP: call check_anon_vma_clone(0x10, 0x20, VMA_OP_SPLIT)\n`).passed,
      false,
    );
  });

  it('ends at the step limit, and says so', () => {
    const result = run(`${FORKED}expect ok\n`, { stepLimit: 60 });
    assert.match(result.trace.truncated ?? '', /60 steps/);
    assert.equal(result.trace.steps.length, 60);
    assert.equal(result.passed, false);
    assert.match(result.expectations[0]?.found ?? '', /60 steps/);
    const last = result.trace.operations.at(-1);
    assert.deepEqual([last?.text, last?.status, last?.errno], ['P: write 0x10', 'error', null]);
    assert.equal(runOutput(result).truncated, result.trace.truncated);
  });

  it('gives the same snapshots with and without recording', () => {
    const text = `${FORKED}C: write 0x10\nP: munmap 0x11 1\nC: exit\n`;
    const recorded = run(text);
    const bare = run(text, { record: false });
    assert.deepEqual(
      bare.trace.operations.map((operation) => operation.snapshot),
      recorded.trace.operations.map((operation) => operation.snapshot),
    );
    assert.deepEqual(bare.trace.steps, []);
    assert.ok(recorded.trace.steps.length > 0);
  });

  it('is the same byte for byte when run again', () => {
    assert.equal(JSON.stringify(run(FORKED)), JSON.stringify(run(FORKED)));
  });

  it('can be driven by hand', () => {
    const session = new Session(simulation());
    const record = session.apply({
      process: 'P',
      verb: 'mmap',
      addr: 16,
      len: 4,
      prot: 'r',
      file: null,
      faults: [],
    });
    assert.deepEqual([record?.text, record?.line, record?.status], ['P: mmap 0x10 4 r', null, 'ok']);
    assert.equal(session.trace('t').operations.length, 1);
  });

  it('knows title and profile of a file', () => {
    const scenario = parseScenario('scenario "A title"\nprofile 7.2\n');
    assert.equal(titleOf(scenario), 'A title');
    assert.equal(profileOf(scenario), '7.2');
    assert.equal(profileOf(parseScenario('')), null);
  });
});

describe('the run as JSON', () => {
  it('has the fields of the contract, in its order', () => {
    const output = runOutput(run(`scenario "T"\n${FORKED}P: walk 0x10\nexpect clean\n`));
    assert.deepEqual(Object.keys(output), [
      ...['version', 'title', 'engine', 'profile', 'operations', 'violations', 'expectations'],
    ]);
    assert.deepEqual(Object.keys(output.operations[0] ?? {}), [
      ...['line', 'text', 'status', 'errno', 'steps', 'visits', 'snapshot'],
    ]);
    assert.equal(output.title, 'T');
    assert.equal(output.operations[0]?.line, 2);
    assert.deepEqual(output.operations[3]?.visits, [
      { vma: 'P@16-20', mapped: true },
      { vma: 'C@16-20', mapped: true },
    ]);
    assert.deepEqual(output.expectations, [{ line: 6, text: 'expect clean', met: true }]);
  });

  it('names the function of a violation, and its place when a tree is open', () => {
    const result = run(
      `${FORKED}P: mmap 0x20 1\nP: call check_anon_vma_clone(0x10, 0x20, VMA_OP_SPLIT)\nexpect clean\n`,
    );
    const violation = runOutput(result).violations[0];
    assert.equal(violation?.site.function, 'check_anon_vma_clone');
    const placed = runOutput(result, (step) => ({ file: 'mm/rmap.c', line: 7, function: step.function }));
    assert.equal(placed.violations[0]?.site.line, 7);
  });
});
