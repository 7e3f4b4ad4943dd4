/**
 * What the explorer draws, without a DOM: lanes, links, family, locks, changes, calls, timeline of real runs.
 */
import assert from 'node:assert/strict';
import type { RunData } from '../../src/protocol/messages';
import { stackAt } from '../../src/webview/model/calls';
import { cardOf } from '../../src/webview/model/card';
import { changesOf } from '../../src/webview/model/changes';
import { type FamilyNode, familyOf } from '../../src/webview/model/family';
import type { Frame } from '../../src/webview/model/frame';
import { hueClass } from '../../src/webview/model/identity';
import { groupsOf, invariantsAt, problemsOf, suspendedByUntil } from '../../src/webview/model/invariants';
import { lanesOf, pteText, vmaText } from '../../src/webview/model/lanes';
import { heldAt } from '../../src/webview/model/locks';
import { cellText, matrixOf } from '../../src/webview/model/matrix';
import { RunModel } from '../../src/webview/state/runModel';
import { sampleRun, simulated } from './fixture';

const BROKEN = RunModel.of(sampleRun('broken'));
const FORKS = RunModel.of(sampleRun('fork-of-fork'));

/** The frame when the n-th operation (from 1) has ended. */
function endOf(run: RunModel, operation: number): Frame {
  const record = run.data.trace.operations[operation - 1];
  assert.ok(record);
  return run.frameAt(record.endStep - 1);
}

/** The frame at the first step that says something. */
function at(run: RunModel, text: string | RegExp): Frame {
  const step = run.steps.find((one) => (typeof text === 'string' ? one.text === text : text.test(one.text)));
  assert.ok(step, `no step says ${text}`);
  return run.frameAt(step.number);
}

const frameOfText = (text: string): Frame => {
  const run = RunModel.of(simulated(text));
  return run.frameAt(run.steps.length - 1);
};

/** The matrix as text: one line a row, cells `place`, `●` own, `-` one way. */
function drawn(frame: Frame): string[] {
  const matrix = matrixOf(frame);
  const cell = (one: (typeof matrix.rows)[0]['cells'][0]) =>
    one === null
      ? '.'
      : `${one.place ?? '-'}${one.own ? '●' : ''}${one.inTree ? '' : '?'}${one.freed ? '!' : ''}`;
  return [
    matrix.columns.map(({ label }) => label).join(' '),
    ...matrix.rows.map(({ label, cells }) => `${label}: ${cells.map(cell).join(' ')}`),
  ];
}

describe('address spaces', () => {
  it('are empty before the first step', () => {
    assert.deepEqual(lanesOf(FORKS.frameAt(-1)), []);
  });

  it('have a lane for each live process, its VMAs and its pages', () => {
    const lanes = lanesOf(endOf(FORKS, 5));
    assert.deepEqual(
      lanes.map(({ name, vmas, ptes }) => [name, vmas.map(vmaText), ptes.map(pteText)]),
      [
        [
          'P',
          ['VMA P@16-20, rw, anonymous, anon_vma A0, 1 AVC on its chain, attached'],
          ['page 16: folio F0, write-protected, not exclusive, mapped 3 times, anon_vma A0'],
        ],
        [
          'A',
          ['VMA A@16-20, rw, anonymous, anon_vma A1, 2 AVCs on its chain, attached'],
          [
            'page 16: folio F0, write-protected, not exclusive, mapped 3 times, anon_vma A0',
            'page 17: folio F1, write-protected, not exclusive, mapped 2 times, anon_vma A1',
          ],
        ],
        [
          'B',
          ['VMA B@16-20, rw, anonymous, anon_vma A2, 3 AVCs on its chain, attached'],
          [
            'page 16: folio F0, write-protected, not exclusive, mapped 3 times, anon_vma A0',
            'page 17: folio F1, write-protected, not exclusive, mapped 2 times, anon_vma A1',
          ],
        ],
      ],
    );
    assert.deepEqual(
      lanesOf(endOf(FORKS, 6)).map(({ name }) => name),
      ['P', 'B'],
    );
  });

  it('say what is going on with a process', () => {
    const forking = at(FORKS, /^link C@16-20 to every anon_vma/);
    assert.deepEqual(
      lanesOf(forking).map(({ name, note }) => [name, note]),
      [
        ['P', null],
        ['B', 'forking'],
        ['C', 'being forked'],
      ],
    );
  });

  it('show a half-built VMA as not attached', () => {
    const forking = at(FORKS, /^link C@16-20 to every anon_vma/);
    const child = lanesOf(forking).at(-1)?.vmas[0];
    assert.deepEqual([child?.attached, child?.anonVma], [false, null]);
  });

  it('put VMAs that overlap into rows of their own, the attached one first', () => {
    const run = RunModel.of(sampleRun('split'));
    const rows = run.steps.flatMap(({ number }) =>
      lanesOf(run.frameAt(number)).flatMap(({ vmas, rows: count }) =>
        count > 1 ? vmas.map(({ row, attached }) => ({ row, attached })) : [],
      ),
    );
    assert.ok(rows.length > 0, 'no VMAs overlap in a split');
    assert.ok(rows.some(({ row, attached }) => row > 0 && !attached));
    assert.ok(rows.some(({ row, attached }) => row === 0 && attached));
  });

  it('tell the zero page and the page cache from folios', () => {
    const frame = frameOfText(
      'P: mmap 16 2\nP: read 16\nP: mmap 32 2 rw file libc 3\nP: read 33\nP: write 32\n',
    );
    assert.deepEqual(lanesOf(frame)[0]?.ptes.map(pteText), [
      'page 16: the zero page, write-protected',
      'page 32: folio F0, writable, exclusive, mapped once, anon_vma A0',
      'page 33: page cache libc:4, write-protected',
    ]);
    assert.deepEqual(
      lanesOf(frame)[0]?.vmas.map(({ file }) => file),
      [null, { name: 'libc', pgoff: 3 }],
    );
  });
});

describe('who is linked to what', () => {
  it('has AVCs in chain order and the own anon_vma marked', () => {
    assert.deepEqual(drawn(endOf(FORKS, 5)), [
      'A0 A1 A2',
      'P@16-20: 1● . .',
      'A@16-20: 2 1● .',
      'B@16-20: 2 3 1●',
    ]);
  });

  it('shows an AVC that is on a chain and in no tree yet as linked one way', () => {
    const frame = at(FORKS, 'write-lock A0, the root they all share');
    const child = matrixOf(frame).rows.at(-1);
    const half = child?.cells.filter((cell) => cell !== null && !cell.inTree);
    assert.ok(half && half.length > 0);
    const { columns } = matrixOf(frame);
    const index = child?.cells.findIndex((cell) => cell !== null) ?? -1;
    const cell = child?.cells[index];
    assert.ok(child && cell && columns[index]);
    assert.match(cellText(child, columns[index], cell), /: AVC, place \d on the chain, not in the tree/);
  });

  it('keeps AVCs that join nothing yet apart', () => {
    const frame = at(FORKS, 'an AVC for A0, with no lock held');
    assert.ok(matrixOf(frame).loose.some(({ text }) => text === 'allocated, joins nothing yet'));
  });

  it('shows a freed AVC while a tree still leads to it', () => {
    assert.deepEqual(drawn(endOf(BROKEN, 5)), ['A0 A1', 'P@16-20: -! .', 'A@16-20: 2 1●']);
  });

  it('keeps the row of a VMA that is gone while an AVC still leads to it', () => {
    const run = RunModel.of(sampleRun('broken'));
    const leaked = run.steps.find(({ number }) =>
      matrixOf(run.frameAt(number)).rows.some(({ freed }) => freed),
    );
    assert.ok(leaked, 'no row of a freed VMA');
    assert.match(drawn(run.frameAt(leaked.number)).join(' '), /!/);
  });
});

describe('the family', () => {
  it('is a tree of anon_vmas by parent', () => {
    const shape = (nodes: readonly FamilyNode[]): unknown =>
      nodes.map(({ label, active, childCount, refcount, tree, children }) => [
        label,
        { active, childCount, refcount },
        tree.map((entry) => entry.label),
        shape(children),
      ]);
    assert.deepEqual(shape(familyOf(endOf(FORKS, 5))), [
      [
        'A0',
        { active: 1, childCount: 2, refcount: 3 },
        ['P@16-20', 'A@16-20', 'B@16-20'],
        [
          [
            'A1',
            { active: 1, childCount: 1, refcount: 1 },
            ['A@16-20', 'B@16-20'],
            [['A2', { active: 1, childCount: 0, refcount: 1 }, ['B@16-20'], []]],
          ],
        ],
      ],
    ]);
  });

  it('says when a lock is held', () => {
    assert.equal(familyOf(at(FORKS, 'write-lock A0, the root they all share'))[0]?.lock, -1);
  });

  it('marks tree entries that lead to freed memory', () => {
    assert.deepEqual(
      familyOf(endOf(BROKEN, 5))[0]?.tree.map(({ label, freed }) => [label, freed]),
      [
        ['P@16-20', true],
        ['A@16-20', false],
      ],
    );
  });
});

describe('identity', () => {
  it('gives each anon_vma that is ever linked a hue of its own, from the start', () => {
    const classes = [...FORKS.identities.keys()].map((id) => hueClass(FORKS.identities, id));
    assert.equal(new Set(classes).size, classes.length);
    assert.equal(hueClass(FORKS.identities, null), 'hue-none');
    assert.equal(hueClass(FORKS.identities, 9999), 'hue-none');
  });
});

describe('locks', () => {
  it('are held from the step that takes them to the one that releases them', () => {
    for (const span of FORKS.locks) {
      assert.ok(span.from < span.to);
      const word = (step: number) => FORKS.frameAt(step).state.field(span.object, span.field);
      assert.equal(word(span.from - 1) ?? 0, 0);
      const gone = FORKS.frameAt(span.to).state.get(span.object)?.freed;
      if (!gone) assert.equal(word(span.to) ?? 0, 0);
      const inside = word(span.to - 1);
      assert.ok(span.mode === 'write' ? inside === -1 : Number(inside) > 0);
    }
  });

  it('are those of the state at every step', () => {
    for (const { number } of FORKS.steps) {
      const frame = FORKS.frameAt(number);
      const held = heldAt(FORKS.locks, number).map(({ object, field }) => `${object} ${field}`);
      const words: string[] = [];
      for (const object of frame.state.all())
        for (const [field, value] of object.fields)
          if (frame.fieldOf(object.id, field)?.type === 'lock' && value !== 0 && !object.freed)
            words.push(`${object.id} ${field}`);
      assert.deepEqual(held.sort(), words.sort(), `step ${number}`);
    }
  });
});

describe('what a step changed', () => {
  const textOf = (run: RunModel, frame: Frame) =>
    changesOf(frame, run.history).map(({ label, tag, fields }) => [
      tag,
      label,
      ...fields.map((field) =>
        field.items
          ? `${field.field}: ${field.items.map(({ text, tag: how }) => (how === 'added' ? `+${text}` : how === 'removed' ? `-${text}` : text)).join(' ')}`
          : `${field.field}: ${field.old ?? ''} → ${field.new ?? ''}`,
      ),
    ]);

  it('is nothing before the first step', () => {
    assert.deepEqual(changesOf(FORKS.frameAt(-1), FORKS.history), []);
  });

  it('says old and new value of a field', () => {
    assert.deepEqual(textOf(FORKS, at(FORKS, 'write-lock A0, the root they all share')), [
      ['changed', 'A0', 'rwsem: free → held for writing'],
    ]);
  });

  it('says what came onto a list, and what was there', () => {
    const [tree] = textOf(FORKS, at(FORKS, /^let walks of A2 find C@16-20/)).filter(
      ([, label]) => label === 'A2',
    );
    assert.deepEqual(tree, ['changed', 'A2', 'rb_root: AVC (B@16-20, A2) +AVC (C@16-20, A2)']);
  });

  it('calls a new object added and a freed one removed', () => {
    const tags = new Set(
      FORKS.steps.flatMap(({ number }) =>
        changesOf(FORKS.frameAt(number), FORKS.history).map(({ tag }) => tag),
      ),
    );
    assert.deepEqual([...tags].sort(), ['added', 'changed', 'removed']);
  });

  it('leads to the writers before and after', () => {
    for (const { number } of FORKS.steps) {
      for (const change of changesOf(FORKS.frameAt(number), FORKS.history)) {
        for (const { field, previous, next } of change.fields) {
          const writers = FORKS.history.writers(change.id, field);
          assert.equal(previous, writers.filter((step) => step < number).at(-1) ?? null);
          assert.equal(next, writers.find((step) => step > number) ?? null);
        }
      }
    }
  });

  it('leaves out what was written and stayed the same', () => {
    const same = FORKS.steps.flatMap(({ number }) =>
      changesOf(FORKS.frameAt(number), FORKS.history).flatMap(({ tag, fields }) =>
        fields.filter((field) => tag === 'changed' && field.items === null && field.old === field.new),
      ),
    );
    assert.deepEqual(same, []);
  });
});

describe('calls', () => {
  it('give each step the stack of functions it runs in', () => {
    const frame = at(FORKS, 'write-lock A0, the root they all share');
    const stack = stackAt(FORKS.calls, frame.position).map((call) => call.function);
    assert.deepEqual(stack.slice(-2), ['anon_vma_fork', 'anon_vma_clone']);
    for (const { number, depth, function: name } of FORKS.steps) {
      const calls = stackAt(FORKS.calls, number);
      assert.equal(calls.length, depth + 1);
      assert.equal(calls.at(-1)?.function, name);
    }
  });

  it('enclose the calls made inside them', () => {
    for (const call of FORKS.calls.all) {
      const parent = call.parent === null ? null : FORKS.calls.all[call.parent];
      if (parent) assert.ok(parent.first < call.first && call.end <= parent.end);
    }
  });
});

describe('invariants at a step', () => {
  const viewsAt = (run: RunModel, position: number) =>
    invariantsAt(run.data.invariants, run.spans, position, run.firstViolations);

  it('all hold before the first step', () => {
    assert.deepEqual(problemsOf(viewsAt(BROKEN, -1)), []);
  });

  it('are violated from where they are found broken, the worst first', () => {
    const step = BROKEN.data.violations[0]?.step ?? -1;
    const problems = problemsOf(viewsAt(BROKEN, step));
    assert.equal(problems[0]?.status, 'violated');
    assert.equal(problems[0]?.firstViolated, step);
    assert.deepEqual(
      problems.map(({ status }) => status),
      [...problems.map(({ status }) => status)].sort().reverse(),
    );
  });

  it('are grouped by the first part of their name, each once', () => {
    const views = viewsAt(BROKEN, 0);
    const groups = groupsOf(views);
    assert.equal(
      groups.reduce((sum, { members }) => sum + members.length, 0),
      views.length,
    );
    assert.ok(
      groups.every(({ name, members }) => members.every(({ info }) => info.id.startsWith(`${name}/`))),
    );
  });

  it('say until when they may stay broken', () => {
    const frame = at(FORKS, 'write-lock A0, the root they all share');
    const groups = suspendedByUntil(problemsOf(viewsAt(FORKS, frame.position)));
    assert.ok(groups.length > 0);
    assert.ok(groups.every(({ until }) => until !== null));
  });
});

describe('a card', () => {
  it('has every field with the step that last wrote it', () => {
    const frame = endOf(FORKS, 5);
    for (const object of frame.state.all()) {
      const card = cardOf(frame, FORKS.history, [], object.id);
      assert.ok(card);
      assert.equal(card.fields.length, object.fields.size);
      for (const { name, writer } of card.fields)
        assert.equal(writer, FORKS.history.lastWriter(object.id, name, frame.position));
    }
  });

  it('is null for what does not exist yet', () => {
    assert.equal(cardOf(FORKS.frameAt(-1), FORKS.history, [], 1), null);
  });

  it('puts invariants that blame the object first', () => {
    const step = BROKEN.data.violations[0]?.step ?? -1;
    const blamed = BROKEN.data.violations[0]?.objects[0] ?? -1;
    const views = invariantsAt(BROKEN.data.invariants, BROKEN.spans, step, BROKEN.firstViolations);
    const card = cardOf(BROKEN.frameAt(step), BROKEN.history, views, blamed);
    assert.equal(card?.invariants[0]?.status, 'violated');
  });
});

describe('any run', () => {
  for (const id of [
    'first-touch',
    'fork-cow',
    'split',
    'merge-unfaulted',
    'clone-failure',
    'files',
    'broken',
  ]) {
    it(`can be drawn at every step: ${id}`, () => {
      const data: RunData = sampleRun(id);
      const run = RunModel.of(data);
      for (let position = -1; position < run.steps.length; position += 1) {
        const frame = run.frameAt(position);
        lanesOf(frame);
        matrixOf(frame);
        familyOf(frame);
        changesOf(frame, run.history);
        for (const { row, start, end } of lanesOf(frame).flatMap(({ vmas }) => vmas))
          assert.ok(row >= 0 && start < end);
      }
    });
  }
});
