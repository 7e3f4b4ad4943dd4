/**
 * What an operation leaves behind, and which call of a function is shown first.
 */
import assert from 'node:assert/strict';
import { parseScenario } from '../../src/scenario/parser';
import { runScenario } from '../../src/scenario/runner';
import { ALL_SAMPLES } from '../../src/scenario/samples';
import { createSimulation } from '../../src/simulation/engine';
import { failingCall } from '../../src/trace/failingCall';
import { leftBehind } from '../../src/trace/leftBehind';
import type { Step } from '../../src/trace/step';
import type { Trace } from '../../src/trace/trace';

function traceOf(text: string, profile: string): Trace {
  const engine = createSimulation(profile);
  if ('problem' in engine) throw new Error(engine.problem);
  return runScenario(parseScenario(text), engine).trace;
}

const FAILURE = ALL_SAMPLES.find(({ id }) => id === 'clone-allocation-failure')?.text ?? '';
const inClone = (step: Step) => step.anchor?.role === 'anon_vma_clone';

describe('what an operation leaves behind', () => {
  it('is a new VMA for the first mmap, and a folio and an anon_vma for the first write', () => {
    const trace = traceOf('P: mmap 0x10 4\nP: write 0x10\n', '7.3');
    const objects = (operation: number) => new Set(leftBehind(trace, operation).map(({ object }) => object));
    assert.ok(objects(0).has('P@16-20'));
    assert.deepEqual([...objects(1)], ['P@16-20', 'A0', 'F0']);
    assert.deepEqual(leftBehind(trace, 2), [], 'there is no such operation');
  });

  for (const kernel of ['6.1', '6.12', '7.2', '7.3']) {
    it(`is nothing where a clone runs out of memory on ${kernel}`, () => {
      const trace = traceOf(FAILURE, kernel);
      const failed = trace.operations.filter(({ errno }) => errno === 'ENOMEM');
      assert.ok(failed.length > 0);
      for (const { index } of failed) assert.deepEqual(leftBehind(trace, index), []);
    });
  }

  it('is something where a failure comes after a part was done', () => {
    const text = 'P: mmap 0x10 4\nP: write 0x10\nP: mprotect 0x11 1 r ! fail vma:2\n';
    const trace = traceOf(text, '7.3');
    assert.equal(trace.operations[2]?.errno, 'ENOMEM');
    assert.ok(
      leftBehind(trace, 2).some(({ object }) => object === 'P@17-20'),
      'the first split stays',
    );
  });
});

describe('the call that is shown first', () => {
  it('is the one in which an allocation fails', () => {
    const trace = traceOf(FAILURE, '7.3');
    const failing = failingCall(trace.steps, inClone);
    const entries = trace.steps.filter((step) => step.kind === 'call' && inClone(step));
    assert.ok(failing && entries.indexOf(failing) > 0, 'earlier calls end well');
    assert.equal(trace.operations[failing.operation]?.errno, 'ENOMEM');
  });

  it('is none where nothing fails, or what fails is not in it', () => {
    assert.equal(
      failingCall(traceOf('P: mmap 0x10 4\nP: write 0x10\nP: fork C\n', '7.3').steps, inClone),
      null,
    );
    const other = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nP: mmap 0x20 1 ! fail vma:1\n';
    assert.equal(failingCall(traceOf(other, '7.3').steps, inClone), null);
  });
});
