/**
 * The builder's page axis, and the picture that is exported.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BuildVma } from '../../src/protocol/building';
import {
  buildAxisOf,
  CELL_LIMIT,
  pageAt,
  placeOf,
  rangesOf,
  withRange,
} from '../../src/webview/build/buildAxis';
import { drawState } from '../../src/webview/export/drawing';
import { svgOf } from '../../src/webview/export/svg';
import { familyOf } from '../../src/webview/model/family';
import { lanesOf } from '../../src/webview/model/lanes';
import { matrixOf } from '../../src/webview/model/matrix';
import { RunModel } from '../../src/webview/state/runModel';
import { operation } from '../scenario/arbitraries';
import { sampleRun } from './fixture';

const vmas = fc
  .uniqueArray(fc.nat(4000), { minLength: 0, maxLength: 16 })
  .map((numbers) => numbers.sort((a, b) => a - b))
  .map((numbers): BuildVma[] =>
    Array.from({ length: Math.floor(numbers.length / 2) }, (_, at) => ({
      start: numbers[at * 2] ?? 0,
      end: numbers[at * 2 + 1] ?? 1,
      prot: 'rw',
      file: null,
      anonVma: null,
      pages: [],
    })),
  );
const range = fc.tuple(fc.nat(5000), fc.integer({ min: 1, max: 600 })).map(([from, length]) => ({
  from,
  to: from + length,
}));

describe("the builder's page axis", () => {
  it('has a cell for every page that a range begins or ends at, in order and without a gap', () => {
    fc.assert(
      fc.property(vmas, range, (there, wanted) => {
        const axis = buildAxisOf(there, [wanted]);
        assert.ok(axis.cells.length <= 2 * CELL_LIMIT);
        for (const [at, cell] of axis.cells.entries()) {
          assert.ok(cell.to > cell.page && cell.width > 0);
          assert.equal(axis.cells[at + 1]?.page ?? cell.to, cell.to);
        }
        for (const page of [wanted.from, wanted.to - 1])
          assert.ok(axis.cells.some((cell) => cell.page === page && cell.to === page + 1));
      }),
    );
  });

  it('leads from a page to its place and back', () => {
    fc.assert(
      fc.property(vmas, range, (there, wanted) => {
        const axis = buildAxisOf(there, [wanted]);
        for (const { page, to, width } of axis.cells) {
          if (to - page > 1) continue;
          assert.equal(pageAt(axis, placeOf(axis, page) + (width / axis.units) * 0.4), page);
        }
        assert.ok(placeOf(axis, 1e9) === 1 && pageAt(axis, 2) === (axis.cells.at(-1)?.to ?? 1) - 1);
      }),
    );
  });

  it('gives an operation the range that was drawn', () => {
    fc.assert(
      fc.property(operation, range, (before, wanted) => {
        for (const [which, now] of rangesOf(before).entries()) {
          const after = rangesOf(withRange(before, which, wanted))[which];
          assert.equal(after?.from, wanted.from);
          if (which === 0 && !['read', 'write', 'walk'].includes(before.verb))
            assert.equal(after?.to, wanted.to);
          assert.ok(now.to >= now.from);
        }
      }),
    );
  });
});

describe('the picture that is exported', () => {
  const palette = {
    fg: '#000000',
    dim: '#444444',
    line: '#cccccc',
    bg: '#ffffff',
    hues: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
    noHue: '#888888',
  };

  it('has every shape inside, at every step, and every VMA, anon_vma and link in it', () => {
    for (const id of ['fork-of-fork', 'broken']) {
      const run = RunModel.of(sampleRun(id));
      for (let step = -1; step < run.steps.length; step += 23) {
        const frame = run.frameAt(step);
        const state = {
          title: id,
          where: 'here',
          what: 'this',
          axis: run.axis,
          lanes: lanesOf(frame),
          matrix: matrixOf(frame),
          family: familyOf(frame),
          identities: run.identities,
        };
        const drawing = drawState(state);
        for (const shape of drawing.shapes) {
          const [x, y] = shape.type === 'line' ? [shape.x2, shape.y2] : [shape.x, shape.y];
          assert.ok(x >= 0 && x <= drawing.width && y >= 0 && y <= drawing.height, `${id} ${step}`);
        }
        const svg = svgOf(drawing, palette);
        assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
        const cells = state.matrix.rows.flatMap((row) => row.cells.filter((cell) => cell !== null));
        const round = drawing.shapes.filter((shape) => shape.type === 'rect' && shape.radius === 9);
        assert.equal(round.length, cells.length);
        const named = state.matrix.columns.length > 0 ? state.matrix.rows : [];
        for (const { label } of named) assert.ok(svg.includes(`>${label}<`), label);
      }
    }
  });
});
