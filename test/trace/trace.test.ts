/**
 * Recorded traces: reversible, and the same forwards and backwards.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Session } from '../../src/scenario/session';
import { createSimulation } from '../../src/simulation/engine';
import { BEFORE_FIRST_STEP, Cursor } from '../../src/trace/cursor';
import { History } from '../../src/trace/history';
import { DEFAULT_STEP_LIMIT, Recorder, StepLimitReached } from '../../src/trace/recorder';
import { State } from '../../src/trace/state';
import type { Trace } from '../../src/trace/trace';
import { sameValue, type Value } from '../../src/trace/value';
import { randomOperations } from '../invariants/randomScenario';

function traceOf(operations: Parameters<Session['apply']>[0][]): Trace {
  const engine = createSimulation('7.3');
  if ('problem' in engine) throw new Error(engine.problem);
  const session = new Session(engine);
  for (const operation of operations) session.apply(operation);
  return session.trace('');
}

/** The state as comparable data. */
function dump(state: State): unknown {
  return [...state.all()].map(({ id, kind, freed, fields }) => ({
    id,
    kind,
    freed,
    fields: Object.fromEntries([...fields].sort(([a], [b]) => (a < b ? -1 : 1))),
  }));
}

const randomTrace = randomOperations(12, true).map((operations) => traceOf([...operations]));

/** Steps between checkpoints: more than there are steps, and so few that most jumps begin at one. */
const SPACINGS = [1_000_000, 5, 1];

describe('a cursor over a trace', () => {
  for (const spacing of SPACINGS)
    it(`gives at every step the state that walking there gives, with a checkpoint every ${spacing} steps`, () => {
      fc.assert(
        fc.property(randomTrace, fc.array(fc.nat(), { maxLength: 12 }), (trace, jumps) => {
          const cursor = new Cursor(trace, spacing);
          for (const jump of jumps) {
            const target = (jump % (trace.steps.length + 1)) - 1;
            assert.equal(cursor.seek(target), target);
            assert.equal(cursor.position, target);
            const walked = new State();
            for (const step of trace.steps.slice(0, target + 1))
              for (const change of step.changes) walked.forward(change);
            assert.deepEqual(dump(cursor.state), dump(walked));
          }
        }),
        { numRuns: 60 },
      );
    });

  it('writes nothing into a checkpoint', () => {
    fc.assert(
      fc.property(randomTrace, fc.nat(), (trace, at) => {
        const half = at % (trace.steps.length + 1);
        const state = new State();
        for (const step of trace.steps.slice(0, half))
          for (const change of step.changes) state.forward(change);
        const before = dump(state);
        const checkpoint = state.checkpoint();
        for (const step of trace.steps.slice(half)) for (const change of step.changes) state.forward(change);
        state.restore(checkpoint);
        assert.deepEqual(dump(state), before);
        for (const step of trace.steps.slice(0, half).reverse())
          for (const change of [...step.changes].reverse()) state.backward(change);
        assert.equal([...state.all()].length, 0);
        state.restore(checkpoint);
        assert.deepEqual(dump(state), before);
      }),
      { numRuns: 60 },
    );
  });

  it('goes on where a trace has grown', () => {
    const whole = traceOf(fc.sample(randomOperations(12, true), { numRuns: 1, seed: 1 })[0]?.slice() ?? []);
    const steps = whole.steps.slice(0, whole.steps.length / 2);
    const cursor = new Cursor({ ...whole, steps }, 5);
    cursor.seek(Number.MAX_SAFE_INTEGER);
    steps.push(...whole.steps.slice(steps.length));
    cursor.seek(Number.MAX_SAFE_INTEGER);
    const fresh = new Cursor(whole);
    assert.equal(fresh.seek(Number.MAX_SAFE_INTEGER), cursor.position);
    assert.deepEqual(dump(cursor.state), dump(fresh.state));
  });

  it('ends where it began', () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        const cursor = new Cursor(trace);
        cursor.seek(Number.MAX_SAFE_INTEGER);
        assert.equal(cursor.position, trace.steps.length - 1);
        cursor.seek(BEFORE_FIRST_STEP);
        assert.equal([...cursor.state.all()].length, 0);
      }),
      { numRuns: 60 },
    );
  });

  it('finds in every change the old value that the state has', () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        const state = new State();
        for (const step of trace.steps)
          for (const change of step.changes) {
            if (change.op === 'set')
              assert.ok(
                sameValue(state.field(change.object, change.field), change.old),
                `${step.number} ${change.field}`,
              );
            if (change.op === 'remove') {
              const list = state.field(change.object, change.field) as readonly Value[];
              assert.ok(sameValue(list[change.index], change.value), `${step.number} ${change.field}`);
            }
            state.forward(change);
          }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the history of fields', () => {
  it('names every step that wrote a field, and no other', () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        const history = new History(trace);
        const state = new State();
        for (const step of trace.steps) {
          for (const change of step.changes) {
            state.forward(change);
            assert.ok(history.touched(change.object).includes(step.number));
            if (change.op === 'create' || change.op === 'free') continue;
            assert.ok(history.writers(change.object, change.field).includes(step.number));
            assert.equal(history.lastWriter(change.object, change.field, step.number), step.number);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('finds the writers before and after a step', () => {
    const trace = traceOf([
      { process: 'P', verb: 'mmap', addr: 16, len: 4, prot: 'rw', file: null, faults: [] },
      { process: 'P', verb: 'write', page: 16, faults: [] },
      { process: 'P', verb: 'mprotect', addr: 16, len: 4, prot: 'r', faults: [] },
    ]);
    const history = new History(trace);
    const mm = trace.steps
      .flatMap((step) => step.changes)
      .find((change) => change.op === 'create' && change.kind === 'mm');
    assert.ok(mm);
    const writers = history.writers(mm.object, 'mmap_lock');
    const [first, second, third] = writers;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    assert.equal(history.nextWriter(mm.object, 'mmap_lock', first), second);
    assert.equal(history.previousWriter(mm.object, 'mmap_lock', third), second);
    assert.equal(history.previousWriter(mm.object, 'mmap_lock', first), null);
    assert.equal(history.nextWriter(mm.object, 'mmap_lock', Number.MAX_SAFE_INTEGER), null);
    assert.deepEqual(history.writers(mm.object, 'no_such_field'), []);
  });
});

describe('the recorder', () => {
  it('gathers changes and events into the step that is open', () => {
    const recorder = new Recorder('simulation');
    recorder.begin(0);
    recorder.enter('role', 'c_name', 'enter it');
    recorder.change({ op: 'create', object: 1, kind: 'mm', fields: {} });
    recorder.at('set:x', 'write', 'write x');
    recorder.event({ type: 'mark', name: 'here', objects: [1] });
    recorder.leave('end', 'leave it');
    assert.equal(recorder.end(), 3);
    assert.deepEqual(
      recorder.steps.map(({ number, kind, depth, anchor, changes, events }) => [
        ...[number, kind, depth, anchor?.pattern, changes.length, events.length],
      ]),
      [
        [0, 'call', 0, 'entry', 1, 0],
        [1, 'write', 0, 'set:x', 0, 1],
        [2, 'return', 0, 'end', 0, 0],
      ],
    );
  });

  it('leaves anchors out for an engine with a text, and takes its places', () => {
    const recorder = new Recorder('interpreter');
    recorder.begin(0);
    recorder.enter('role', 'name', 'enter');
    const location = { file: 'mm/rmap.c', line: 1, column: 0, endLine: 1, endColumn: 3 };
    recorder.located(location);
    recorder.end();
    assert.equal(recorder.steps[0]?.anchor, null);
    assert.deepEqual(recorder.steps[0]?.location, location);
  });

  it('ends a run at its limit', () => {
    const recorder = new Recorder('simulation', 2);
    recorder.begin(0);
    recorder.enter('role', 'name', 'enter');
    recorder.at('a', 'statement', 'a');
    recorder.at('b', 'statement', 'b');
    assert.throws(() => recorder.at('c', 'statement', 'c'), StepLimitReached);
    assert.equal(recorder.steps.length, 2);
    assert.ok(DEFAULT_STEP_LIMIT >= 100_000);
  });

  it('refuses changes that belong to no step', () => {
    const recorder = new Recorder('simulation');
    assert.throws(() => recorder.change({ op: 'free', object: 1 }));
    assert.throws(() => recorder.at('x', 'write', 'x'));
  });
});

describe('values', () => {
  it('are compared by structure', () => {
    const folio = { folio: { ref: 3 }, writable: true };
    assert.ok(sameValue(folio, { folio: { ref: 3 }, writable: true }));
    assert.ok(!sameValue(folio, { folio: { ref: 4 }, writable: true }));
    assert.ok(!sameValue(folio, { folio: { ref: 3 } }));
    assert.ok(sameValue([1, 'a', null], [1, 'a', null]));
    assert.ok(!sameValue([1], { 0: 1 }));
    assert.ok(!sameValue({ ref: 1 }, null));
    assert.ok(!sameValue(undefined, null));
  });
});
