/**
 * A long run in parts: put together again it is what it was; what does not fit is refused.
 */
import assert from 'node:assert/strict';
import type { RunData } from '../../src/protocol/messages';
import { headOf, isLong, PART_STEPS, partsOf, RunAssembly } from '../../src/protocol/parts';
import { checkHostMessage } from '../../src/protocol/validation';
import { longRun, sampleRun } from '../webview/fixture';

const LONG = longRun(2 * PART_STEPS + 1);

function assembled(run: RunData): RunData | null {
  const assembly = new RunAssembly(headOf(run), run.trace.steps.length);
  for (const part of partsOf(run)) assert.equal(assembly.add(part), true);
  return assembly.complete();
}

describe('a run in parts', () => {
  it('is the same when it has been put together', () => {
    assert.ok(isLong(LONG));
    assert.deepEqual(assembled(LONG), LONG);
    assert.deepEqual(assembled(sampleRun('broken')), sampleRun('broken'));
  });

  it('has no part that is long, and every part is understood', () => {
    const parts = [...partsOf(LONG)];
    assert.equal(parts.length, Math.ceil(LONG.trace.steps.length / PART_STEPS));
    for (const part of parts) {
      assert.ok(part.steps.length <= PART_STEPS);
      assert.ok(checkHostMessage({ type: 'runPart', part }).ok);
    }
  });

  it('is not complete while one is missing, and takes none out of turn or of another run', () => {
    const [first, second, third] = [...partsOf(LONG)];
    assert.ok(first && second && third);
    const assembly = new RunAssembly(headOf(LONG), LONG.trace.steps.length);
    assert.equal(assembly.add(second), false);
    assert.equal(assembly.add({ ...first, runId: 99 }), false);
    assert.equal(assembly.add(first), true);
    assert.equal(assembly.add(first), false);
    assert.equal(assembly.received, PART_STEPS);
    assert.equal(assembly.complete(), null);
    assert.equal(assembly.add(third), false);
    assert.equal(assembly.add(second), true);
    assert.equal(assembly.add(third), true);
    assert.notEqual(assembly.complete(), null);
  });

  it('refuses a part whose steps are not numbered in order', () => {
    const [first] = [...partsOf(LONG)];
    assert.ok(first);
    assert.equal(checkHostMessage({ type: 'runPart', part: { ...first, from: 7 } }).ok, false);
  });
});
