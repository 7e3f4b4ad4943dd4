/**
 * Runs as text to send, and the picture of a state in ASCII.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import { printOperation } from '../../src/scenario/printer';
import { runScenario } from '../../src/scenario/runner';
import { runAsMail, runAsMarkdown } from '../../src/scenario/runText';
import { ALL_SAMPLES } from '../../src/scenario/samples';
import { createSimulation } from '../../src/simulation/engine';
import { PROFILES } from '../../src/simulation/profiles';
import { asciiPicture } from '../../src/trace/ascii';
import { ascii, columns, MAIL_COLUMNS, wrapped } from '../../src/trace/plainText';
import type { Snapshot } from '../../src/trace/snapshot';
import { randomOperations } from '../invariants/randomScenario';
import { matchGolden } from '../support/golden';

function run(text: string, profile: string) {
  const engine = createSimulation(profile);
  if ('problem' in engine) throw new Error(engine.problem);
  return runScenario(parseScenario(text), engine, { evaluator: createEvaluator() });
}

function assertMail(text: string): void {
  for (const line of text.split('\n')) {
    assert.ok(line.length <= MAIL_COLUMNS, `${line.length} columns: ${line}`);
    assert.match(line, /^[ -~]*$/);
  }
}

const profile = fc.constantFrom(...PROFILES.map(({ id }) => id));
const sampleText = (id: string) => ALL_SAMPLES.find((sample) => sample.id === id)?.text ?? '';

describe('a run as a mail', () => {
  for (const [id, kernel] of [
    ['fork-and-copy-on-write', '7.3'],
    ['fork-allocation-failure', '6.12'],
    ['bugs/clone-failure-stale-anon-vma', 'series/9'],
  ] as const) {
    it(`${id} on ${kernel}`, () => {
      const made = run(sampleText(id), kernel);
      const options = { profile: `Linux ${kernel}`, after: made.trace.operations.length - 1 };
      const name = id.replace('/', '-');
      matchGolden(import.meta.dirname, `${name}.mail.txt`, runAsMail(made, options));
      matchGolden(import.meta.dirname, `${name}.golden.md`, runAsMarkdown(made, options, sampleText(id)));
    });
  }

  it('has at most 75 columns of ASCII, whatever is run and whatever it is called', () => {
    const title = fc
      .string({ unit: 'grapheme', maxLength: 120 })
      .map((one) => one.replace(/["\r\n\u2028\u2029]/g, ''));
    const stretch = fc.constantFrom(1, 7, 40);
    fc.assert(
      fc.property(
        randomOperations(14, true),
        profile,
        title,
        stretch,
        fc.nat(20),
        (operations, id, name, times, after) => {
          const long = operations.map((operation) => ({
            ...operation,
            process: operation.process.repeat(times),
            ...(operation.verb === 'fork' ? { child: operation.child.repeat(times) } : {}),
          }));
          const text = `scenario "${name}"\n${long.map(printOperation).join('\n')}\nexpect count folio 99`;
          const made = run(text, id);
          assertMail(runAsMail(made, { profile: `Linux ${id} ${name}`, after: after - 1, tree: name }));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('holds for every sample on its kernel', () => {
    for (const { text } of ALL_SAMPLES) {
      const made = run(text, '7.3');
      for (let after = -1; after < made.trace.operations.length; after += 1)
        assertMail(runAsMail(made, { profile: 'Linux 7.3', after }));
    }
  });

  it('says where a violation was caused, and which expectation was not met', () => {
    const made = run(`${sampleText('bugs/degree-reuse')}\nexpect count vma 77\n`, 'bug/degree-reuse');
    const mail = runAsMail(made, {
      profile: 'x',
      after: 0,
      resolve: (step) => ({ file: 'mm/rmap.c', line: 263, function: step.function }),
    });
    assert.match(
      mail.replace(/\s+/g, ' '),
      /Violated in operation \d+: \S+: .* broken by step \d+ in \w+\(\), mm\/rmap\.c:263\./,
    );
    assert.match(mail.replace(/\s+/g, ' '), /Not met \(line \d+\): expect count vma 77: /);
  });
});

describe('a run as Markdown', () => {
  it('lets no title or text become markup', () => {
    const text = 'scenario "<img src=x> [a](b) | `c` *d*"\nP: mmap 0x10 4 # ``` fence\n';
    const made = run(text, '7.3');
    const markdown = runAsMarkdown(made, { profile: 'Linux 7.3', after: 0 }, text);
    assert.match(markdown, /^# \\<img src=x\\> \\\[a\\\]\(b\) \\\| \\`c\\` \\\*d\\\*$/m);
    assert.match(markdown, /^````rmap$/m);
  });
});

describe('the picture of a state in ASCII', () => {
  it('shows every VMA with its chain, every anon_vma, every page, in any width', () => {
    fc.assert(
      fc.property(
        randomOperations(16, true),
        profile,
        fc.integer({ min: 40, max: 120 }),
        (operations, id, width) => {
          const made = run(operations.map(printOperation).join('\n'), id);
          const snapshot = made.trace.operations.at(-1)?.snapshot ?? made.initial;
          const lines = asciiPicture(snapshot, width);
          for (const line of lines) assert.ok(line.length <= width && /^[ -~]*$/.test(line), line);
          assertComplete(snapshot, lines.join('\n'));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('goes on below where there are too many anon_vmas, and counts VMAs that it leaves out', () => {
    const forks = Array.from({ length: 14 }, (_, at) => {
      const parent = at === 0 ? 'P' : `C${at}`;
      return `${parent}: fork C${at + 1}\nC${at + 1}: write 0x10`;
    });
    const deep = run(['P: mmap 0x10 1', 'P: write 0x10', ...forks].join('\n'), '7.3');
    const lines = asciiPicture(deep.trace.operations.at(-1)!.snapshot);
    assert.ok(lines.includes('and further to the right:'));
    const many = Array.from({ length: 50 }, (_, at) => `P: mmap ${at * 4 + 16} 1`).join('\n');
    const wide = run(many, '7.3').trace.operations.at(-1)!.snapshot;
    assert.ok(asciiPicture(wide).includes('(and 10 more VMAs that are not drawn)'));
  });

  it('says that there is nothing', () => {
    assert.deepEqual(asciiPicture({ version: 1, mms: [], anonVmas: [], folios: [] }), [
      'No process, nothing mapped.',
    ]);
  });
});

/** Each AVC is a mark, each object is named. */
function assertComplete(snapshot: Snapshot, picture: string): void {
  const vmas = snapshot.mms.flatMap((mm) => mm.vmas.map((vma) => ({ mm, vma })));
  if (vmas.length > 40) return;
  const marks = picture.match(/[([]\d+[)\]]/g) ?? [];
  assert.equal(
    marks.length,
    vmas.reduce((sum, { vma }) => sum + vma.chain.length, 0),
  );
  for (const { mm, vma } of vmas) assert.ok(picture.includes(`${mm.name} 0x${vma.start.toString(16)}-`));
  for (const { id } of snapshot.anonVmas) assert.match(picture, new RegExp(`\\b${id}\\b`));
}

describe('text for a mail', () => {
  it('is ASCII, breaks long words, and cuts columns', () => {
    assert.equal(ascii('Müller’s “x” → y … 漢\n'), 'Muller\'s "x" -> y ... ? ');
    assert.deepEqual(wrapped('aa bbbbbbb c', 4), ['aa', 'bbbb', 'bbb', 'c']);
    assert.deepEqual(columns([['a', 'bbbbbbbbbb', 'c']], 10), ['a  bbb~  c']);
  });

  it('never makes columns wider than asked', () => {
    const cell = fc.string({ maxLength: 60 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell, cell), { maxLength: 6 }), (rows) => {
        for (const line of columns(rows)) assert.ok(line.length <= MAIL_COLUMNS);
      }),
    );
  });
});
