/**
 * Messages: what is well formed comes through as it was, everything else is refused with a sentence.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BuildView, ComparedRun } from '../../src/protocol/building';
import type { HostMessage, RunData, RunPart, WebviewMessage } from '../../src/protocol/messages';
import { headOf, partsOf } from '../../src/protocol/parts';
import { checkHostMessage, isValue, MAX_TEXT, MAX_VALUE_DEPTH } from '../../src/protocol/validation';
import { checkWebviewMessage } from '../../src/protocol/webviewValidation';
import { buildView } from '../../src/scenario/buildView';
import { createSimulation } from '../../src/simulation/engine';
import type { Operation } from '../../src/trace/engine';
import { LIBRARY, sampleRun } from '../webview/fixture';

const LOCATION = { file: 'mm/rmap.c', line: 1, column: 0, endLine: 1, endColumn: 9 };

function firstPart(run: RunData): RunPart {
  const [part] = partsOf(run);
  assert.ok(part);
  return part;
}

const OPERATION: Operation = {
  process: 'P',
  verb: 'mmap',
  addr: 16,
  len: 4,
  prot: 'rw',
  file: { name: 'f', pgoff: 2 },
  faults: [{ kind: 'avc', nth: 2, nowait: true }],
};

const COMPARED: ComparedRun = {
  id: 'current',
  name: 'Linux 7.3',
  trace: sampleRun('split').trace,
  violated: ['lock/order'],
  current: true,
};

/** One of each kind; a kind that is missing here does not compile. */
const FROM_WEBVIEW: { readonly [T in WebviewMessage['type']]: Extract<WebviewMessage, { type: T }> } = {
  ready: { type: 'ready', protocol: 1 },
  openSample: { type: 'openSample', id: 'fork' },
  setProfile: { type: 'setProfile', id: '7.3' },
  seek: { type: 'seek', runId: 3, step: -1 },
  hoverInvariant: { type: 'hoverInvariant', id: null },
  reveal: { type: 'reveal', location: LOCATION },
  lines: { type: 'lines', runId: 3, file: 'mm/rmap.c', from: 0, to: 64 },
  chooseEngine: { type: 'chooseEngine' },
  showDifference: { type: 'showDifference' },
  showEditEffect: { type: 'showEditEffect' },
  chooseTree: { type: 'chooseTree' },
  openScenario: { type: 'openScenario', line: 1 },
  keep: { type: 'keep', state: '{}' },
  failed: { type: 'failed', message: 'it broke' },
  watchBuilding: { type: 'watchBuilding', open: true },
  newScenario: { type: 'newScenario' },
  preview: { type: 'preview', request: 4, after: -1, process: 'P', operation: OPERATION },
  edit: { type: 'edit', version: 2, change: { kind: 'insert', after: -1, operation: OPERATION } },
  undoEdit: { type: 'undoEdit' },
  saveScenario: { type: 'saveScenario' },
  branch: { type: 'branch', runId: 3, at: 0, operation: OPERATION, rest: false },
  keepRun: { type: 'keepRun' },
  compare: { type: 'compare', a: 'current', b: 'profile:6.12' },
  copyText: { type: 'copyText', what: 'comparison' },
  saveText: { type: 'saveText', what: 'mail' },
  picture: { type: 'picture', format: 'svg', data: '<svg/>' },
};

const FROM_HOST: { readonly [T in HostMessage['type']]: Extract<HostMessage, { type: T }> } = {
  library: LIBRARY as Extract<HostMessage, { type: 'library' }>,
  run: { type: 'run', run: sampleRun('broken'), step: 4 },
  runBegins: { type: 'runBegins', run: headOf(sampleRun('broken')), step: 4, total: 329 },
  runPart: { type: 'runPart', part: firstPart(sampleRun('broken')) },
  places: {
    type: 'places',
    runId: 3,
    tree: 'Linux 7.3',
    locations: [LOCATION],
    places: [{ location: 0 }, { missing: 'not in this tree' }],
    invariantPlaces: [
      { id: 'lock/order', places: [{ location: LOCATION, function: null, text: 'x', nature: 'comment' }] },
    ],
  },
  cursor: { type: 'cursor', runId: 3, step: 12 },
  focusInvariant: { type: 'focusInvariant', id: 'lock/order' },
  lines: { type: 'lines', runId: 3, file: 'mm/rmap.c', from: 9, lines: ['{', '}'], problem: null },
  text: {
    type: 'text',
    state: {
      agreement: { state: 'differs', text: 'in 2 of 14 scenarios' },
      stale: null,
      effect: { change: 'violation', text: 'The edit violates lock/order' },
    },
  },
  notice: { type: 'notice', level: 'warning', text: 'Look here.' },
  building: { type: 'building', view: builtView() },
  comparable: { type: 'comparable', runs: [{ id: 'current', name: 'This run', group: 'Here' }] },
  comparison: { type: 'comparison', a: COMPARED, b: { ...COMPARED, current: false } },
  drawPicture: { type: 'drawPicture', format: 'png' },
  openPanel: { type: 'openPanel', dock: 'main', panel: 'build', operation: 3 },
};

function builtView(): BuildView {
  const engine = () => {
    const made = createSimulation('7.3');
    if ('problem' in made) throw new Error(made.problem);
    return made;
  };
  const asked = { after: 0, process: null, operation: OPERATION };
  return {
    ...buildView('P: mmap 0x10 4\nP: oops\n', asked, { make: engine, absent: [] }),
    version: 1,
    request: 1,
    name: 'a.rmap',
    kind: 'file',
    dirty: false,
    profile: 'Linux 7.3',
    undo: { possible: false, text: 'Nothing yet.' },
  };
}

/** As it arrives: through structured cloning, and through JSON. */
const sent = <T>(message: T): T[] => [structuredClone(message), JSON.parse(JSON.stringify(message)) as T];

describe('messages of the webview', () => {
  for (const message of Object.values(FROM_WEBVIEW)) {
    it(`takes ${message.type}`, () => {
      for (const arrived of sent(message))
        assert.deepEqual(checkWebviewMessage(arrived), { ok: true, message });
    });
  }

  const refused: [string, unknown][] = [
    ['nothing', undefined],
    ['a text', 'ready'],
    ['an unknown kind', { type: 'rm' }],
    ['a step that is no number', { type: 'seek', runId: 1, step: '3' }],
    ['a step before the first but one', { type: 'seek', runId: 1, step: -2 }],
    ['a fraction of a step', { type: 'seek', runId: 1, step: 1.5 }],
    ['a step beyond all bounds', { type: 'seek', runId: 1, step: 1e300 }],
    ['a change that there is not', { type: 'edit', version: 1, change: { kind: 'swap', index: 1 } }],
    ['a move by two', { type: 'edit', version: 1, change: { kind: 'move', index: 1, by: 2 } }],
    [
      'an operation without its process',
      { type: 'branch', runId: 1, at: 0, rest: true, operation: { ...OPERATION, process: null } },
    ],
    [
      'an allocation number 0',
      {
        type: 'preview',
        request: 1,
        after: 0,
        process: null,
        operation: { ...OPERATION, faults: [{ kind: 'avc', nth: 0, nowait: false }] },
      },
    ],
    ['an unknown form', { type: 'copyText', what: 'pdf' }],
    ['line 0 of a scenario', { type: 'openScenario', line: 0 }],
    ['a location without a file', { type: 'reveal', location: { ...LOCATION, file: undefined } }],
    ['no lines at all', { type: 'lines', runId: 1, file: 'mm/rmap.c', from: 4, to: 4 }],
    ['more lines than a page shows', { type: 'lines', runId: 1, file: 'mm/rmap.c', from: 0, to: 1e6 }],
    ['an endless text', { type: 'failed', message: 'x'.repeat(MAX_TEXT + 1) }],
  ];
  for (const [what, message] of refused) {
    it(`refuses ${what}`, () => {
      const checked = checkWebviewMessage(message);
      assert.equal(checked.ok, false);
      if (!checked.ok)
        assert.match(checked.problem, /^A message from the explorer was not understood \(.+\)\.$/);
    });
  }

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (input) => {
        checkWebviewMessage(input);
        checkHostMessage(input);
      }),
    );
  });

  it('leaves out what it does not know', () => {
    const checked = checkWebviewMessage({ type: 'openSample', id: 'fork', more: 1 });
    assert.deepEqual(checked, { ok: true, message: { type: 'openSample', id: 'fork' } });
  });
});

describe('messages of the host', () => {
  for (const message of Object.values(FROM_HOST)) {
    it(`takes ${message.type} as it is`, () => {
      for (const arrived of sent(message)) {
        const checked = checkHostMessage(arrived);
        assert.ok(checked.ok, checked.ok ? '' : checked.problem);
        assert.deepEqual(JSON.parse(JSON.stringify(checked.message)), JSON.parse(JSON.stringify(message)));
      }
    });
  }

  const { run } = FROM_HOST.run;
  const withTrace = (trace: object) => ({
    type: 'run',
    run: { ...run, trace: { ...run.trace, ...trace } },
    step: 0,
  });
  const firstStep = run.trace.steps[0];
  const refused: [string, unknown][] = [
    ['another protocol', { ...LIBRARY, protocol: 2 }],
    ['a trace of another version', withTrace({ version: 2 })],
    ['steps out of order', withTrace({ steps: [...run.trace.steps].reverse() })],
    ['a change without its object', withTrace({ steps: [{ ...firstStep, changes: [{ op: 'free' }] }] })],
    ['an unknown change', withTrace({ steps: [{ ...firstStep, changes: [{ op: 'swap', object: 1 }] }] })],
    [
      'a function as a value',
      withTrace({ steps: [{ ...firstStep, changes: [{ op: 'set', object: 1, field: 'a', new: () => 1 }] }] }),
    ],
    [
      'an unknown status',
      {
        type: 'run',
        run: {
          ...run,
          timelines: [{ id: 'a', spans: [{ step: 0, status: 'maybe', reasons: [], until: null }] }],
        },
        step: 0,
      },
    ],
  ];
  for (const [what, message] of refused) {
    it(`refuses ${what}`, () => assert.equal(checkHostMessage(message).ok, false));
  }
});

describe('values of a trace', () => {
  it('may be nested only so deep', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    assert.ok(isValue(nested(MAX_VALUE_DEPTH)));
    assert.ok(!isValue(nested(MAX_VALUE_DEPTH + 1)));
  });

  it('are plain data', () => {
    assert.ok(isValue({ folio: { ref: 3 }, writable: true }));
    assert.ok(!isValue({ ref: 'x' }));
    assert.ok(!isValue(Number.NaN));
    assert.ok(!isValue(undefined));
    assert.ok(!isValue(Symbol('x')));
  });
});
