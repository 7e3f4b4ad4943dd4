/**
 * Watch expressions: what is read, what is refused with which sentence, and values over a run.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_EXPRESSION, parseWatch } from '../../src/webview/model/watch';
import { evaluateWatch, type Series, valueAt } from '../../src/webview/model/watchSeries';
import { sampleRun } from './fixture';

const FORKS = sampleRun('fork-of-fork').trace;

function seriesOf(text: string, trace = FORKS): Series {
  const parsed = parseWatch(text);
  assert.ok(parsed.ok, text);
  const evaluation = evaluateWatch(trace, parsed.watch);
  for (;;) {
    const { done, value } = evaluation.next();
    if (done) return value;
  }
}
const valuesOf = (text: string) => seriesOf(text).points.map(({ value }) => value);
const last = FORKS.steps.length - 1;

describe('watch expressions', () => {
  it('follow a counter over the whole run', () => {
    // A0: linked with P; gone from 1 when B and C, which are forked of A, take none of it over
    assert.deepEqual(valuesOf('A0.num_active_vmas')[0], null);
    assert.equal(seriesOf('A0.num_active_vmas').most, 1);
    // a root counts itself, then A1, then those that are forked of it
    assert.equal(valueAt(seriesOf('A0.num_children'), last), 2);
  });

  it('know lengths, short names, hexadecimal pages and pointers', () => {
    assert.equal(valueAt(seriesOf('P@16-20.chain.length'), last), 1);
    assert.deepEqual(valuesOf('P@0x10-0x14.anon_vma_chain.length'), valuesOf('P@16-20.chain.length'));
    assert.equal(valueAt(seriesOf('P@16-20.anon_vma'), last), 'A0');
    assert.deepEqual(
      valueAt(seriesOf('P@16-20.anon_vma.refcount'), last),
      valueAt(seriesOf('A0.refs'), last),
    );
    assert.equal(valueAt(seriesOf('P@16-20.chain.0.anon_vma'), last), 'A0');
    assert.equal(valueAt(seriesOf('AVC(P@16-20, A0).rb_last'), last), 19);
    assert.equal(valueAt(seriesOf('P.ptes.16.writable'), last), false);
  });

  it('add, subtract, compare and count', () => {
    assert.deepEqual(valuesOf('A0.refcount - A0.refcount').at(-1), 0);
    assert.deepEqual(valuesOf('A0.refcount + 1 > A0.refcount').at(-1), true);
    assert.deepEqual(valuesOf('P@16-20.anon_vma == A0.root').at(-1), true);
    assert.equal(valueAt(seriesOf('count(mm)'), last), 3);
    assert.equal(seriesOf('count(VMA)').most, 3);
  });

  it('have no value while the object does not exist', () => {
    const series = seriesOf('A@16-20.chain.length');
    assert.equal(valueAt(series, -1), null);
    assert.equal(series.most, 2);
    assert.equal(valueAt(series, last), null); // A has exited
  });

  it('say in one sentence what is wrong', () => {
    const problems: [string, RegExp][] = [
      ['', /^Write what to watch/],
      ['A0.', /After “\.” stands a field/],
      ['A0.refcount A1', /“A1” is one too many/],
      ['A0.refcount +', /ends too early/],
      ['<b>', /names no object/],
      ['x'.repeat(MAX_EXPRESSION + 1), /at most/],
    ];
    for (const [text, sentence] of problems) {
      const parsed = parseWatch(text);
      assert.ok(!parsed.ok, text);
      assert.match(parsed.problem, sentence);
      assert.match(parsed.problem, /^[^\n]+\.$/);
    }
  });

  it('say what no run can answer', () => {
    assert.match(seriesOf('Z9.refcount').problem ?? '', /No object is named Z9/);
    assert.match(seriesOf('A0.color').problem ?? '', /anon_vma has no field color: it has label, root/);
    assert.match(seriesOf('P@16-20.chain').problem ?? '', /is a list: add \.length/);
    assert.match(seriesOf('A0').problem ?? '', /is an object: add a field/);
    assert.match(seriesOf('count(inode)').problem ?? '', /There is no kind inode: count one of mm/);
    assert.match(seriesOf('A0.label + 1').problem ?? '', /Only numbers can be added/);
    assert.match(seriesOf('A0.refcount.x').problem ?? '', /is a plain value/);
    assert.match(seriesOf('P.ptes.16').problem ?? '', /has parts: add one of folio/);
  });

  it('agree with the state at every step', () => {
    // the same, worked out from the changes by hand
    let chain = 0;
    const series = seriesOf('count(anon_vma_chain)');
    const kinds = new Map<number, string>();
    for (const step of FORKS.steps) {
      for (const change of step.changes) {
        if (change.op === 'create') kinds.set(change.object, change.kind);
        if (kinds.get(change.object) !== 'anon_vma_chain') continue;
        if (change.op === 'create') chain += 1;
        if (change.op === 'free') chain -= 1;
      }
      assert.equal(valueAt(series, step.number), chain, `step ${step.number}`);
    }
  });

  it('never throw, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const parsed = parseWatch(text);
        if (parsed.ok) for (const _ of evaluateWatch(FORKS, parsed.watch));
      }),
      { numRuns: 200 },
    );
  });
});
