/**
 * The page axis and the timeline: geometry that must stay readable whatever the numbers are.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Axis, axisOf, ticksThatFit, xOf } from '../../src/webview/model/axis';
import {
  findSteps,
  nextOperation,
  nextViolation,
  previousOperation,
} from '../../src/webview/model/navigation';
import { type Bar, mergedBars, mergedMarks } from '../../src/webview/model/timeline';
import { RunModel } from '../../src/webview/state/runModel';
import { sampleRun, simulated } from './fixture';

const axisOfText = (text: string): Axis => axisOf(simulated(text).trace);

/** Mappings that do not overlap: gaps and lengths. */
const mappings = fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 700 })), {
  minLength: 1,
  maxLength: 6,
});

function textOf(parts: readonly (readonly [number, number])[]): string {
  let at = 1;
  return parts
    .map(([gap, length]) => {
      at += gap;
      const line = `P: mmap ${at} ${length}\nP: write ${at}\n`;
      at += length;
      return line;
    })
    .join('');
}

describe('the page axis', () => {
  it('draws few pages to scale', () => {
    const axis = axisOfText('P: mmap 16 4\nP: write 16\n');
    assert.deepEqual(
      [16, 17, 18, 20].map((page) => xOf(axis, page)),
      [0, 0.25, 0.5, 1],
    );
  });

  it('shortens gaps, however long they are', () => {
    const axis = axisOfText('P: mmap 16 4\nP: mmap 1000000 4\n');
    assert.ok(xOf(axis, 1000000) < 0.6);
    assert.ok(axis.stretches.some(({ gap, compressed }) => gap && compressed));
  });

  it('is empty for a run that maps nothing', () => {
    assert.deepEqual(axisOfText('P: munmap 16 4\n').stretches, []);
  });

  it('grows from left to right and keeps every boundary apart', () => {
    fc.assert(
      fc.property(mappings, (parts) => {
        const axis = axisOfText(textOf(parts));
        let before = -1;
        for (const { page, x } of axis.ticks) {
          assert.ok(x > before + 1e-9, `page ${page}`);
          assert.equal(xOf(axis, page), x);
          before = x;
        }
        assert.ok(Math.abs((axis.ticks.at(-1)?.x ?? 1) - 1) < 1e-9);
      }),
      { numRuns: 30 },
    );
  });

  it('shows ticks only where there is room, boundaries of VMAs first', () => {
    const axis = axisOfText('P: mmap 16 64\nP: write 17\n');
    const ticks = ticksThatFit(axis, 0.1);
    for (let i = 1; i < ticks.length; i += 1) assert.ok((ticks[i]?.x ?? 0) - (ticks[i - 1]?.x ?? 0) >= 0.1);
    assert.deepEqual([ticks[0]?.page, ticks.at(-1)?.page], [16, 80]);
  });
});

describe('the timeline', () => {
  const run = RunModel.of(sampleRun('broken'));

  it('has operations, functions, locks, allocations and violations', () => {
    assert.deepEqual(
      run.timeline.map(({ label }) => label),
      ['operations', 'functions', 'mmap_lock', 'rwsem of A0', 'allocations', 'violations'],
    );
  });

  it('marks failed allocations as failed', () => {
    const failure = RunModel.of(sampleRun('clone-failure'));
    const lane = failure.timeline.find(({ type }) => type === 'allocations');
    assert.ok(lane && 'marks' in lane);
    assert.equal(lane.marks.filter(({ ok }) => !ok).length, 1);
  });

  it('never draws two bars of one row over each other', () => {
    for (const lane of run.timeline) {
      if (!('bars' in lane)) continue;
      for (const row of new Set(lane.bars.map((bar) => bar.row))) {
        const bars = lane.bars.filter((bar) => bar.row === row).sort((a, b) => a.from - b.from);
        for (let i = 1; i < bars.length; i += 1)
          assert.ok((bars[i] as Bar).from >= (bars[i - 1] as Bar).to, `${lane.label}, row ${row}`);
      }
    }
  });

  it('merges what is too short to be told apart, and loses no stretch of it', () => {
    const bars = Array.from({ length: 1000 }, (_, i) => ({
      from: i,
      to: i + 1,
      row: 0,
      text: 'x',
      tone: '',
      object: null,
    }));
    const merged = mergedBars(bars, 10);
    assert.ok(merged.length <= 200);
    assert.equal(merged[0]?.from, 0);
    assert.equal(merged.at(-1)?.to, 1000);
    assert.deepEqual(mergedBars(bars, 1), bars);
  });

  it('never hides a failed mark', () => {
    const marks = Array.from({ length: 100 }, (_, step) => ({ step, ok: step !== 50, text: '' }));
    const merged = mergedMarks(marks, 20);
    assert.ok(merged.length < 10);
    assert.ok(merged.some(({ step, ok }) => step === 50 && !ok));
  });
});

describe('moving about', () => {
  const { trace, violations } = sampleRun('broken');
  const ends = trace.operations.map(({ endStep }) => endStep - 1);

  it('goes from the end of one operation to the next and back', () => {
    const seen: number[] = [];
    for (let at = nextOperation(trace, -1); at !== null; at = nextOperation(trace, at)) seen.push(at);
    assert.deepEqual(seen, ends);
    const back: number[] = [];
    for (
      let at = previousOperation(trace, trace.steps.length - 1);
      at !== null;
      at = previousOperation(trace, at)
    )
      back.push(at);
    assert.deepEqual(back, [...ends.slice(0, -1).reverse(), -1]);
  });

  it('skips operations that took no step', () => {
    const none = simulated('P: mmap 16 4\nP: fork A ! fail vma:1\nA: write 16\nP: write 16\n').trace;
    assert.ok(none.operations.some(({ firstStep, endStep }) => firstStep === endStep));
    for (let at = nextOperation(none, -1); at !== null; at = nextOperation(none, at))
      assert.ok(none.operations.some(({ firstStep, endStep }) => endStep - 1 === at && endStep > firstStep));
  });

  it('finds the next violation, and none after the last', () => {
    const steps = [...new Set(violations.map(({ step }) => step))].sort((a, b) => a - b);
    const seen: number[] = [];
    for (let at = nextViolation(violations, -1); at !== null; at = nextViolation(violations, at))
      seen.push(at);
    assert.deepEqual(seen, steps);
  });

  it('finds steps by all the words of a query', () => {
    assert.ok(findSteps(trace, 'anon_vma_clone').length > 0);
    assert.ok(findSteps(trace, 'CLEANUP chain').every(({ function: name }) => name.includes('cleanup')));
    assert.deepEqual(findSteps(trace, '  '), []);
    assert.deepEqual(findSteps(trace, 'no such thing'), []);
  });
});
