/**
 * Completion, text in and text out: `$0` is the cursor.
 */
import assert from 'node:assert/strict';
import { CATALOGUE } from '../../src/invariants/catalogue';
import { completionsAt } from '../../src/scenario/completion';
import type { CompletionEntry } from '../../src/scenario/completionEntry';
import { parseScenario } from '../../src/scenario/parser';
import { slotAt } from '../../src/scenario/slots';
import { CALLABLE } from '../../src/simulation/call';
import { createSimulation } from '../../src/simulation/engine';
import { PROFILES } from '../../src/simulation/profiles';

const VOCABULARY = {
  profiles: PROFILES,
  invariants: CATALOGUE,
  functions: [...CALLABLE].map(([name, { usage }]) => ({ name, usage })),
};

function simulation() {
  const engine = createSimulation('7.3');
  if ('problem' in engine) throw new Error(engine.problem);
  return engine;
}

function cursor(marked: string) {
  const before = marked.slice(0, marked.indexOf('$0'));
  const text = marked.replace('$0', '');
  const line = before.split('\n').length;
  return { text, line, column: before.length - (before.lastIndexOf('\n') + 1) };
}

function at(marked: string) {
  const { text, line, column } = cursor(marked);
  return completionsAt(text, line, column, VOCABULARY, simulation);
}

function entriesOf(marked: string): readonly CompletionEntry[] {
  const found = at(marked);
  assert.ok(found, `nothing is proposed at ${marked}`);
  return found.entries;
}

const labels = (marked: string): string[] => entriesOf(marked).map(({ label }) => label);

/** The text with an entry taken, snippet and all. */
function taken(marked: string, label: string): string {
  const { text, line } = cursor(marked);
  const found = at(marked);
  const chosen = found?.entries.find((entry) => entry.label === label);
  assert.ok(found && chosen, `${label} is not among ${found?.entries.map((entry) => entry.label)}`);
  const lines = text.split('\n');
  const source = lines[line - 1] ?? '';
  lines[line - 1] = source.slice(0, found.start) + chosen.insert + source.slice(found.end);
  return lines.join('\n');
}

/** A snippet as it is when nobody touches it. */
function untouched(text: string): string {
  return text
    .replace(/\$\{\d\|([^,|]*)[^|]*\|\}/g, '$1')
    .replace(/\$\{\d:([^}]*)\}/g, '$1')
    .replace(/\$\d/g, '');
}

const FORKED = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: write 0x10\n';

describe('completion', () => {
  it('begins a file with a title, a profile, the first process', () => {
    assert.deepEqual(labels('$0'), ['scenario', 'profile', 'expect', 'P']);
    assert.equal(taken('$0', 'P'), 'P: ');
  });

  it('offers processes that run, and each directive where it may stand', () => {
    assert.deepEqual(labels(`scenario "x"\n${FORKED}$0`), ['P', 'C', 'profile', 'expect']);
    assert.deepEqual(labels(`profile 7.3\n${FORKED}C: exit\n$0`), ['P', 'expect']);
    assert.deepEqual(labels('P: mmap 0x10 4\nP: write 0x10\nP: fork C ! fail vma:1\n$0'), [
      'P',
      'profile',
      'expect',
    ]);
  });

  it('offers verbs with arguments that fit to what is mapped', () => {
    assert.equal(labels('P: $0')[0], 'mmap');
    assert.equal(untouched(taken('P: $0', 'mmap')), 'P: mmap 0x10 4 rw');
    assert.equal(untouched(taken(`${FORKED}C: wr$0`, 'write')), `${FORKED}C: write 0x10`);
    assert.equal(untouched(taken(`${FORKED}C: $0`, 'munmap')), `${FORKED}C: munmap 0x10 4`);
    assert.equal(untouched(taken(`${FORKED}C: $0`, 'mremap')), `${FORKED}C: mremap 0x10 4 0x30`);
    assert.equal(untouched(taken(`${FORKED}C: $0`, 'fork')), `${FORKED}C: fork D`);
  });

  it('gives statements that parse, whatever is taken', () => {
    for (const { label, snippet } of entriesOf(`${FORKED}C: $0`)) {
      if (!snippet) continue;
      const text = untouched(taken(`${FORKED}C: $0`, label));
      assert.deepEqual(parseScenario(text).problems, [], text);
    }
  });

  it('changes only the word where something follows', () => {
    assert.equal(taken(`${FORKED}C: re$0 0x11`, 'write'), `${FORKED}C: write 0x11`);
    assert.equal(taken(`${FORKED}C: r$0ead 0x11  # why`, 'write'), `${FORKED}C: write 0x11  # why`);
  });

  it('knows addresses and what is there', () => {
    const [mapped] = entriesOf(`${FORKED}P: munmap $0`);
    assert.equal(`${mapped?.label} ${mapped?.detail}`, '0x10 P@0x10-0x14 rw, A0');
    assert.deepEqual(labels(`${FORKED}P: write $0`), ['0x10', '0x11', '0x12', '0x13']);
    assert.match(entriesOf(`${FORKED}P: write $0`)[0]?.detail ?? '', /^F0, write-protected/);
    assert.deepEqual(labels(`${FORKED}P: walk $0`), ['0x10']);
    assert.deepEqual(labels(`${FORKED}P: munmap 0x10 $0`), ['4', '2', '1']);
    assert.deepEqual(labels(`${FORKED}P: mmap $0`), ['0x30', '0x14']);
    assert.deepEqual(labels(`${FORKED}P: mremap 0x10 4 $0`), ['0x30', '0x14']);
  });

  it('offers words in their places, and faults behind them', () => {
    assert.deepEqual(labels('P: mmap 0x10 4 $0').slice(0, 4), ['rw', 'r', 'none', 'file']);
    assert.deepEqual(labels('P: mprotect 0x10 4 $0'), ['rw', 'r', 'none']);
    assert.deepEqual(labels('P: madvise 0x10 4 $0'), ['dontfork', 'dofork', 'wipeonfork', 'keeponfork']);
    assert.deepEqual(labels('P: mmap 0x10 4 r file $0'), ['data']);
    assert.equal(labels('P: write 0x10 $0')[0], '! fail anon_vma:1');
    assert.deepEqual(labels('P: write 0x10 ! $0'), ['fail']);
    assert.deepEqual(labels('P: write 0x10 ! fail $0'), ['anon_vma', 'avc', 'vma', 'folio']);
    assert.deepEqual(labels('P: write 0x10 ! fail avc:$0'), ['1', '2', '3']);
    assert.deepEqual(labels('P: write 0x10 ! fail avc:1/$0'), ['nowait']);
    assert.deepEqual(labels('P: write 0x10 ! fail avc:1 $0'), ['fail']);
  });

  it('offers functions to call and their arguments', () => {
    assert.ok(labels(`${FORKED}P: call $0`).includes('anon_vma_clone'));
    assert.deepEqual(labels(`${FORKED}P: call anon_vma_clone($0`), ['0x10', 'new']);
    assert.ok(labels(`${FORKED}P: call anon_vma_clone(new, 0x10, $0`).includes('VMA_OP_SPLIT'));
    assert.deepEqual(labels(`${FORKED}P: call __split_vma(0x10, $0`), ['0x12']);
  });

  it('offers ids with what they mean', () => {
    assert.ok(labels('profile $0').includes('6.12'));
    assert.equal(taken('profile 6.$0', '6.12'), 'profile 6.12');
    const found = entriesOf('expect violation anon_vma/act$0').find(({ label }) =>
      label.endsWith('active-count'),
    );
    assert.ok(found && found.doc.length > 20);
    assert.equal(
      taken('expect violation anon_vma/act$0ive', 'anon_vma/active-count'),
      'expect violation anon_vma/active-count',
    );
  });

  it('offers what an operation gave', () => {
    assert.deepEqual(labels(`${FORKED}expect $0`)[0], 'ok');
    assert.equal(
      untouched(taken('P: mmap 0x10 4\nP: mmap 0x10 4\nexpect $0', 'error')).split('\n')[2],
      'expect error EEXIST',
    );
    assert.equal(labels('P: mmap 0x10 4\nP: write 0x10 ! fail avc:1\nexpect error $0')[0], 'ENOMEM');
  });

  it('offers the state as it is', () => {
    assert.equal(labels(`${FORKED}expect chain C:0x10 = $0`)[0], 'A1 A0');
    assert.deepEqual(labels(`${FORKED}expect visits P:0x10 = $0`)[0], 'P@0x10-0x14 C@0x10-0x14');
    assert.deepEqual(labels(`${FORKED}expect count anon_vma $0`), ['2']);
    assert.deepEqual(labels(`${FORKED}expect same $0`), ['P', 'C']);
    assert.equal(labels(`${FORKED}expect same P:$0`)[0], '0x10');
    assert.deepEqual(labels(`${FORKED}expect same P:0x10 $0`), ['P', 'C']);
    assert.deepEqual(labels(`${FORKED}expect visits P:0x10 = P@$0`), ['0x10-0x14']);
    assert.equal(at(`${FORKED}expect same P:0x10 C:0x10 $0`), null);
  });

  it('keeps a number as it was typed', () => {
    assert.deepEqual(labels('P: mmap 0x1$0'), ['0x1', '0x10']);
    assert.equal(taken('P: mmap 0x1$0', '0x1'), 'P: mmap 0x1');
  });

  it('is silent in comments, strings and after a mistake', () => {
    for (const text of ['# $0', 'P: write 0x10 # w$0', 'scenario "P: $0"', 'scenario "a" $0', 'what is $0'])
      assert.equal(at(text), null, text);
  });

  it('does without lines that cannot be parsed', () => {
    assert.deepEqual(labels('P: mmap 0x10 4\nP: wriet 0x10\nP: write $0').length, 4);
  });

  it('survives every place of a line', () => {
    for (const line of [
      'P: call anon_vma_clone(new, 0x10, VMA_OP_SPLIT) ! fail avc:1/nowait fail vma:2 # x',
      'expect visits P:0x10 = P@0x10-0x14 C@0x10-0x14',
      'expect violation assert/a/b c',
    ])
      for (let column = 0; column <= line.length; column += 1) {
        const slot = slotAt(line, column);
        assert.ok(!slot || (slot.start <= column && column <= slot.end), `${line} at ${column}`);
        completionsAt(FORKED + line, 5, column, VOCABULARY, simulation);
      }
  });
});
