/**
 * Names of objects and values for people, and lookups in declarations and spans.
 */
import assert from 'node:assert/strict';
import { Session } from '../../src/scenario/session';
import { createSimulation } from '../../src/simulation/engine';
import { Cursor } from '../../src/trace/cursor';
import { fieldKind } from '../../src/trace/kinds';
import { formatValue, labelOf } from '../../src/trace/labels';
import { spanAt } from '../../src/trace/statusAt';
import type { Trace } from '../../src/trace/trace';

function touched(): Trace {
  const engine = createSimulation('7.3');
  if ('problem' in engine) throw new Error(engine.problem);
  const session = new Session(engine);
  session.apply({ process: 'P', verb: 'mmap', addr: 16, len: 4, prot: 'rw', file: null, faults: [] });
  session.apply({ process: 'P', verb: 'write', page: 17, faults: [] });
  return session.trace('');
}

describe('labels', () => {
  const trace = touched();
  const { kinds } = trace;
  const { state } = new Cursor(trace);
  const cursor = new Cursor(trace);
  cursor.seek(trace.steps.length);
  const idOf = (kind: string): number => [...cursor.state.live(kind)][0]?.id ?? 0;

  it('name objects as the contracts do', () => {
    const label = (kind: string): string => labelOf(cursor.state, kinds, idOf(kind));
    assert.deepEqual(['mm', 'vma', 'anon_vma', 'anon_vma_chain', 'folio'].map(label), [
      'P',
      'P@16-20',
      'A0',
      'AVC (P@16-20, A0)',
      'F0',
    ]);
  });

  it('say something of objects that are not there or not complete', () => {
    assert.equal(labelOf(state, kinds, 99), '#99');
    const early = new Cursor(trace);
    const created = trace.steps.findIndex((step) =>
      step.changes.some((change) => change.op === 'create' && change.kind === 'anon_vma'),
    );
    early.seek(created);
    assert.equal(labelOf(early.state, kinds, idOf('anon_vma')), 'new anon_vma');
    assert.equal(labelOf(cursor.state, [], idOf('mm')), `mm #${idOf('mm')}`);
  });

  it('write values as people read them', () => {
    const format = (value: Parameters<typeof formatValue>[2]): string =>
      formatValue(cursor.state, kinds, value);
    assert.equal(format(undefined), 'none');
    assert.equal(format(null), 'NULL');
    assert.equal(format([{ ref: idOf('vma') }, 3]), '[P@16-20, 3]');
    assert.equal(format({ folio: { ref: idOf('folio') }, writable: true }), 'folio F0, writable true');
  });

  it('know the declaration of a field, made-up names too', () => {
    const mm = kinds.find(({ name }) => name === 'mm')!;
    assert.equal(fieldKind(mm, 'mmap_lock')?.type, 'lock');
    assert.equal(fieldKind(mm, 'ptes.17')?.type, 'record');
    assert.equal(fieldKind(mm, 'nothing'), undefined);
  });
});

describe('the declaration of objects', () => {
  it('covers every field that a trace has', () => {
    const trace = touched();
    const cursor = new Cursor(trace);
    cursor.seek(trace.steps.length);
    for (const { kind, fields } of cursor.state.all()) {
      const declared = trace.kinds.find(({ name }) => name === kind);
      assert.ok(declared, kind);
      for (const field of fields.keys()) assert.ok(fieldKind(declared, field), `${kind}.${field}`);
    }
  });
});

describe('the span at a step', () => {
  const span = (fromStep: number, status: 'holds' | 'violated') => ({
    fromStep,
    status,
    reasons: [],
    until: null,
  });
  const evaluation = {
    invariants: [],
    spans: { x: [span(3, 'violated'), span(5, 'holds'), span(9, 'violated')] },
    violations: [],
  };

  it('is the last one that began', () => {
    const at = (step: number): string | undefined => spanAt(evaluation, 'x', step)?.status;
    assert.deepEqual([0, 3, 4, 5, 8, 9, 100].map(at), [
      ...[undefined, 'violated', 'violated', 'holds', 'holds', 'violated', 'violated'],
    ]);
    assert.equal(spanAt(evaluation, 'y', 3), null);
  });
});
