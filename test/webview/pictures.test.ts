/**
 * What the pictures of state and time are drawn from: stretches, heat, strips, trees, filters, steps over calls, C text.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chartOf } from '../../src/webview/model/chart';
import {
  endsInComment,
  nearestStep,
  piecesOf,
  StepsByLine,
  withoutIndent,
} from '../../src/webview/model/code';
import { familyOf } from '../../src/webview/model/family';
import { functionHeat, nextStay } from '../../src/webview/model/functionHeat';
import { spanAt } from '../../src/webview/model/invariants';
import { lockGroups } from '../../src/webview/model/lockRows';
import { stepOut, stepOutBack, stepOver, stepOverBack } from '../../src/webview/model/navigation';
import { FIELD, KIND, refField, textField } from '../../src/webview/model/objects';
import { sameData } from '../../src/webview/model/sameData';
import { shownOf } from '../../src/webview/model/shown';
import { statusBands } from '../../src/webview/model/statusStrip';
import { treesOf, walkedBy } from '../../src/webview/model/trees';
import { RunModel } from '../../src/webview/state/runModel';
import { sampleRun } from './fixture';

const FORKS = RunModel.of(sampleRun('fork-of-fork'));
const BROKEN = RunModel.of(sampleRun('broken'));
const FAILURE = RunModel.of(sampleRun('clone-failure'));
const CROWD = RunModel.of(sampleRun('crowd'));
const { steps } = FORKS;

describe('over and out of calls', () => {
  it('never land deeper, and back is before, forward is after', () => {
    for (const { number, depth, operation } of steps) {
      const over = stepOver(steps, number);
      if (over !== null) assert.ok(over > number && (steps[over]?.depth ?? 0) <= depth);
      const back = stepOverBack(steps, number);
      assert.ok(back !== null && back < number && (back < 0 || (steps[back]?.depth ?? 0) <= depth));
      const out = stepOut(steps, number);
      const end = steps.length - 1;
      if (out === null) assert.equal(number, end);
      else if (out < end) assert.ok((steps[out]?.depth ?? 0) < depth || steps[out]?.operation !== operation);
      const outBack = stepOutBack(steps, number);
      assert.ok(outBack !== null && outBack < number);
    }
    assert.equal(stepOver(steps, steps.length - 1), null);
    assert.equal(stepOverBack(steps, -1), null);
    assert.equal(stepOut(steps, -1), 0);
  });
});

describe('locks over a stretch', () => {
  const whole = { from: 0, to: FAILURE.steps.length };

  it('have what was allocated while each was held, failed ones too', () => {
    const groups = lockGroups(FAILURE.locks, FAILURE.allocations, whole);
    for (const { rows } of groups)
      for (const { spans, allocations } of rows) {
        const inside = FAILURE.allocations.filter(({ step }) =>
          spans.some(({ from, to }) => from <= step && step < to),
        );
        assert.deepEqual(allocations, inside);
      }
    assert.ok(groups.some(({ rows }) => rows.some(({ allocations }) => allocations.some(({ ok }) => !ok))));
  });

  it('leave out what lies outside the stretch', () => {
    const [first] = FAILURE.data.trace.operations;
    assert.ok(first);
    const few = lockGroups(FAILURE.locks, FAILURE.allocations, { from: first.firstStep, to: first.endStep });
    const all = lockGroups(FAILURE.locks, FAILURE.allocations, whole);
    const count = (groups: typeof all) => groups.reduce((sum, { rows }) => sum + rows.length, 0);
    assert.ok(count(few) > 0 && count(few) < count(all));
  });
});

describe('heat of functions', () => {
  it('adds up to the steps of the stretch', () => {
    const heats = functionHeat(steps, { from: 10, to: 210 }, 16);
    assert.equal(
      heats.reduce((sum, heat) => sum + heat.steps, 0),
      200,
    );
    for (const heat of heats) {
      assert.equal(
        heat.bins.reduce((a, b) => a + b, 0),
        heat.steps,
      );
      assert.equal(heat.bins.length, 16);
    }
  });

  it('leads to where a function runs next, and begins again at the end', () => {
    const first = nextStay(steps, 'anon_vma_clone', -1);
    assert.equal(steps[first ?? -1]?.function, 'anon_vma_clone');
    assert.equal(nextStay(steps, 'anon_vma_clone', steps.length - 1), first);
    assert.equal(nextStay(steps, 'no_such_function', 0), null);
  });
});

describe('status over time', () => {
  it('is at each step the worst of all, when nothing is drawn together', () => {
    const timelines = BROKEN.data.timelines.map(({ spans }) => spans);
    const stretch = { from: 5, to: BROKEN.steps.length };
    const bands = statusBands(timelines, stretch);
    for (let step = stretch.from; step < stretch.to; step += 1) {
      const all = timelines.map((spans) => spanAt(spans, step)?.status ?? 'holds');
      const worst = all.includes('violated') ? 'violated' : all.includes('suspended') ? 'suspended' : 'holds';
      const band = bands.find(({ from, to }) => from <= step && step < to);
      assert.equal(band?.status ?? 'holds', worst, `step ${step}`);
    }
  });

  it('hides no violation when short bands are drawn together', () => {
    const timelines = BROKEN.data.timelines.map(({ spans }) => spans);
    const bands = statusBands(timelines, { from: 0, to: BROKEN.steps.length }, 40);
    for (const { step } of BROKEN.data.violations)
      assert.ok(bands.some(({ from, to, status }) => status === 'violated' && from <= step && step < to));
  });
});

describe('interval trees', () => {
  it('name what the kernel’s walk looks at', () => {
    const operation = FORKS.data.trace.operations.find(({ verb }) => verb === 'walk');
    assert.ok(operation);
    const visited = steps
      .slice(operation.firstStep, operation.endStep)
      .flatMap(({ events }) => events.flatMap((event) => (event.type === 'visit' ? [event.object] : [])));
    const frame = FORKS.frameAt(operation.firstStep);
    const folio = frame.live(KIND.folio).find((one) => textField(one, 'label') === 'F0');
    assert.ok(folio);
    const walked = walkedBy(frame, folio.id).map((avc) => {
      const state = frame.state.get(avc);
      return state ? refField(state, FIELD.avc.vma) : null;
    });
    assert.ok(visited.length > 1);
    assert.deepEqual(walked, visited);
  });

  it('stand in order of page offsets, one for each anon_vma', () => {
    const frame = CROWD.frameAt(CROWD.steps.length - 1);
    const trees = treesOf(frame, familyOf(frame));
    assert.equal(trees.length, frame.live(KIND.anonVma).length);
    for (const { entries } of trees) {
      const firsts = entries.map(({ first }) => first ?? 0);
      assert.deepEqual(
        firsts,
        [...firsts].sort((a, b) => a - b),
      );
    }
  });
});

describe('what is shown', () => {
  const frame = CROWD.frameAt(CROWD.steps.length - 1);
  const names = (words: string, around: number | null = null) =>
    [...(shownOf(frame, words, around) ?? [])].map((id) => frame.label(id));

  it('is everything without a word', () => assert.equal(shownOf(frame, '  ', null), null));

  it('takes a whole name for that name alone', () => {
    assert.ok(names('C1').includes('C1'));
    assert.ok(!names('C1').includes('C10'));
  });

  it('brings a process its VMAs and their anon_vmas, an anon_vma the VMAs in its tree', () => {
    assert.equal(names('C1').filter((name) => name.startsWith('C1@')).length, 5);
    const a0 = names('A0');
    assert.ok(a0.includes('A0') && a0.includes('P@16-20') && a0.includes('C10@16-20') && a0.includes('C10'));
    assert.ok(!a0.includes('P@24-28'));
  });

  it('finds parts of names that are no names themselves', () => {
    assert.equal(names('32-36').filter((name) => name.includes('@')).length, 12);
    assert.deepEqual(names('nobody'), []);
  });

  it('goes round what is selected', () => {
    const vma = frame.live(KIND.vma).find(({ id }) => frame.label(id) === 'C3@24-28');
    assert.ok(vma);
    const around = names('', vma.id);
    assert.deepEqual(
      around.filter((name) => name.includes('@')),
      ['C3@24-28'],
    );
    assert.ok(around.includes('C3') && around.includes('A1'));
  });
});

describe('C text', () => {
  it('is cut into pieces that make the line again, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.boolean(), (line, inside) => {
        assert.equal(
          piecesOf(line, inside)
            .map(({ text }) => text)
            .join(''),
          line,
        );
      }),
    );
  });

  it('tells comments, words and strings apart, and knows a comment that runs on', () => {
    assert.deepEqual(
      piecesOf('return f("x"); /* why */', false).map(({ text, tone }) => [text, tone]),
      [
        ['return', 'keyword'],
        [' f(', 'plain'],
        ['"x"', 'string'],
        ['); ', 'plain'],
        ['/* why */', 'comment'],
      ],
    );
    assert.equal(endsInComment(' /* begins', false), true);
    assert.equal(endsInComment(' ends */ x', true), false);
    assert.deepEqual(piecesOf(' * in it', true), [{ text: ' * in it', tone: 'comment' }]);
  });

  it('loses the indent that all lines share', () => {
    assert.deepEqual(withoutIndent(['\tif (x)', '\t\treturn;', '']), ['if (x)', '        return;', '']);
  });

  it('knows which steps come to a line, and the nearest', () => {
    const index = new StepsByLine(FORKS.data);
    assert.deepEqual(index.on('mm/rmap.c', 100), [100]);
    assert.deepEqual(index.on('mm/rmap.c', 5000), []);
    assert.equal(nearestStep([3, 7, 9], 5), 7);
    assert.equal(nearestStep([3, 7, 9], 9), 7);
    assert.equal(nearestStep([3], 3), null);
  });
});

describe('charts', () => {
  it('have a gap where there is no value, and bands for names', () => {
    const points = [
      { step: -1, value: null },
      { step: 10, value: 1 },
      { step: 20, value: null },
      { step: 30, value: 3 },
    ];
    const chart = chartOf({ points, least: 1, most: 3, problem: null }, { from: 0, to: 40 }, 100, 30);
    assert.equal(chart.line.match(/M/g)?.length, 2);
    assert.deepEqual(chart.scale, { low: 0, high: 3 });
    const named = chartOf(
      { points: [{ step: 0, value: 'A0' }], least: null, most: null, problem: null },
      { from: 0, to: 10 },
      100,
      30,
    );
    assert.deepEqual([named.line, named.names.length, named.scale], ['', 1, null]);
  });
});

describe('comparing what views are given', () => {
  it('finds every difference and no other', () => {
    const frame = () => treesOf(FORKS.frameAt(300), familyOf(FORKS.frameAt(300)));
    assert.ok(sameData(frame(), frame()));
    assert.ok(!sameData({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }));
    assert.ok(!sameData({ a: 1 }, { a: 1, b: undefined }));
    assert.ok(!sameData([], {}));
    assert.ok(!sameData(null, {}));
  });
});
