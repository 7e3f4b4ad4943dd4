/**
 * The language as the contract describes it: what is understood, and what is said about what is not.
 */
import assert from 'node:assert/strict';
import { parseScenario } from '../../src/scenario/parser';
import { formatScenario, printScenario, printStatement } from '../../src/scenario/printer';
import type { StatementBody } from '../../src/scenario/syntax';

/** Problems as `line:column message`, columns from 1. */
function problemsOf(text: string): string[] {
  return parseScenario(text).problems.map(
    ({ range, message }) => `${range.line}:${range.start + 1}-${range.end} ${message}`,
  );
}

function only(text: string): StatementBody {
  const { lines, problems } = parseScenario(text);
  assert.deepEqual(problems, []);
  const statement = lines.at(-1)?.statement;
  assert.ok(statement);
  return statement;
}

describe('scenario language', () => {
  it('understands every operation', () => {
    const operations = [
      'P: mmap 0x10 4',
      'P: mmap 0x10 4 none',
      'P: mmap 0x10 4 r file data 7',
      'P: munmap 0x10 4',
      'P: mprotect 0x10 4 rw',
      'P: mremap 0x10 4 0x40',
      'P: mremap 0x10 4 0x40 dontunmap',
      'P: madvise 0x10 4 wipeonfork',
      'P: read 0x10',
      'P: write 0x10 ! fail anon_vma:1',
      'P: walk 0x10',
      'P: fork C ! fail avc:2/nowait fail vma:1',
      'P: call anon_vma_clone(new, 0x10, VMA_OP_SPLIT)',
      'P: call f()',
      'P: exit',
    ];
    for (const text of operations) assert.equal(printStatement(only(text)), text);
  });

  it('understands every directive', () => {
    const directives = [
      'scenario "A title, with # and : in it"',
      'profile bug/degree-reuse',
      'profile 6.12',
      'expect violation assert/check_anon_vma_clone/!src->anon_vma && dst->anon_vma',
      'expect violation anon_vma/active-count',
      'expect clean',
      'expect count anon_vma_chain 12',
    ];
    for (const text of directives) assert.equal(printStatement(only(text)), text);
    const afterFork = [
      'expect ok',
      'expect error ENOMEM',
      'expect same P:0x10 C:0x10',
      'expect differ P:0x10 C:0x11',
      'expect visits P:0x10 = P@0x10-0x14 C@0x10-0x14',
      'expect visits P:0x10 =',
      'expect chain C:0x10 = A1 A0',
      'expect chain C:0x10 =',
    ];
    for (const text of afterFork) assert.equal(printStatement(only(`P: fork C\n${text}`)), text);
  });

  it('takes decimal and hexadecimal numbers, comments, blank lines and CRLF', () => {
    const { lines, problems } = parseScenario('# first\r\n\r\n  P : mmap 16 0x4   # two\r\n');
    assert.deepEqual(problems, []);
    assert.equal(lines.length, 3);
    assert.equal(lines[0]?.comment, '# first');
    const statement = lines[2]?.statement;
    assert.ok(statement?.kind === 'operation' && statement.operation.verb === 'mmap');
    assert.equal(statement.operation.addr, 16);
    assert.equal(statement.operation.len, 4);
    assert.deepEqual(statement.range, { line: 3, start: 2, end: 17 });
    assert.equal(statement.text, 'P : mmap 16 0x4');
  });

  it('reports several errors at once, with their place and what to do', () => {
    assert.deepEqual(
      problemsOf(
        'P: mmap zz -4\nP: wirte 0x10\nP: fork\nfoo\nP write 1\nP: write 0x10 0x11\nexpect error no',
      ),
      [
        '1:9-10 Write a page number here, decimal or 0x hex, instead of “zz”: mmap ADDR LEN [none|r|rw] [file NAME PGOFF]',
        '1:12-13 Write a length in pages without a sign: numbers begin at 0.',
        '2:4-8 “wirte” is not an operation: did you mean write?',
        '3:7-7 Add the name of the child: fork CHILD',
        '4:1-3 Begin with PROC: and an operation, or with scenario, profile or expect, instead of “foo”.',
        '5:1-1 Add a colon after the process: P: write …',
        '6:15-18 Remove “0x11”: write PAGE ends before it.',
        '7:14-15 Write an errno such as ENOMEM instead of “no”.',
      ],
    );
  });

  it('reports what is wrong with faults', () => {
    assert.deepEqual(
      problemsOf('P: write 1 !\nP: write 1 ! avc:1\nP: write 1 ! fail avc:0\nP: write 1 ! fail page:1'),
      [
        '1:12-12 Add fail KIND:N: a fault is fail KIND:N or fail KIND:N/nowait',
        '2:14-16 Write fail here instead of “avc”: a fault is fail KIND:N or fail KIND:N/nowait.',
        '3:23-23 Count allocations from 1: fail KIND:1 makes the first one fail.',
        '4:19-22 “page” is not a kind of allocation: write anon_vma, avc, vma or folio',
      ],
    );
  });

  it('accepts several faults however they are strung together', () => {
    const texts = ['! fail avc:1 fail vma:2', '! fail avc:1 ! fail vma:2', '! fail avc:1 vma:2'];
    for (const faults of texts)
      assert.equal(printStatement(only(`P: fork C ${faults}`)), 'P: fork C ! fail avc:1 fail vma:2');
  });

  it('reports an open string and a title without quotes', () => {
    assert.deepEqual(problemsOf('scenario "open # no comment\nscenario open'), [
      '1:10-27 Close the string with a double quote (").',
      '2:10-13 Put the title in double quotes: scenario "TITLE"',
    ]);
  });

  it('never throws, whatever the text', () => {
    for (const text of [
      '',
      '\u0000',
      '::::',
      '!',
      '"',
      'P:',
      'P: call f(',
      'P: call f(1,)',
      'expect',
      '\uFEFF',
      '\uD800',
    ])
      assert.doesNotThrow(() => parseScenario(text));
  });

  it('refuses numbers that are not exact', () => {
    assert.match(problemsOf('P: write 0x20000000000000')[0] ?? '', /smaller number/);
    assert.deepEqual(problemsOf('P: write 0x1fffffffffffff'), []);
  });
});

describe('checks of a whole scenario', () => {
  it('lets the first process be there and wants every other one forked', () => {
    assert.deepEqual(problemsOf('P: fork C\nC: write 1\nD: write 1'), [
      '3:1-1 There is no process D yet: add “fork D” above.',
    ]);
  });

  it('knows that a process has exited, and that its name is free again', () => {
    assert.deepEqual(problemsOf('P: fork C\nC: exit\nC: write 1'), [
      '3:1-1 Process C has exited: fork it again before it does anything.',
    ]);
    assert.deepEqual(problemsOf('P: fork C\nC: exit\nP: fork C\nC: write 1'), []);
  });

  it('lets operations on the child of a fork that may fail pass', () => {
    assert.deepEqual(problemsOf('P: fork C ! fail vma:1\nC: write 1\nP: fork C\nC: write 1'), []);
    assert.deepEqual(problemsOf('P: fork C\nP: fork C'), [
      '2:9-9 Choose another name for the child, or let C exit first: C still runs.',
    ]);
  });

  it('wants one title, above the operations, and one profile', () => {
    assert.deepEqual(problemsOf('scenario "a"\nscenario "b"\nprofile 7.3\nprofile 7.2'), [
      '2:1-12 Remove this title: a scenario has one.',
      '4:1-11 Remove this profile: a scenario names one at most.',
    ]);
    assert.deepEqual(problemsOf('P: exit\nscenario "a"'), [
      '2:1-12 Move the title above the first operation.',
    ]);
  });

  it('wants an operation above expect ok and expect error', () => {
    assert.deepEqual(problemsOf('expect ok\nexpect clean'), [
      '1:1-9 Put this below an operation: it speaks of the operation just above.',
    ]);
  });

  it('says which process an expectation gets wrong', () => {
    assert.deepEqual(problemsOf('Parent: write 1\nexpect same Parent:1 Parant:1'), [
      '2:22-27 There is no process Parant: did you mean Parent?',
    ]);
  });

  it('knows profiles and invariants when told', () => {
    const options = { profiles: ['7.2', '7.3'], invariants: ['lock/order'] };
    const text = 'profile 7.4\nexpect violation lock/ordr\nexpect violation assert/f/x > 1';
    assert.deepEqual(
      parseScenario(text, options).problems.map((problem) => problem.message),
      [
        '“7.4” is not a kernel profile: did you mean 7.2?',
        '“lock/ordr” is not an invariant: did you mean lock/order?',
      ],
    );
  });
});

describe('printing a scenario', () => {
  it('keeps comments, blank lines and lines that are wrong', () => {
    const text = '# head\n\nscenario "t"  # title\nP: mmap 0x10 4  # map\nP: bad   # why\n';
    assert.equal(
      printScenario(parseScenario(text)),
      '# head\n\nscenario "t"    # title\nP: mmap 0x10 4  # map\nP: bad          # why\n',
    );
  });

  it('formats without touching the numbers', () => {
    const text =
      'P:mmap   16  0x4 rw#x\nP: fork C!fail avc:1/nowait\nexpect  visits P:16=P@16-0x14\nP: call  f( new ,16 )';
    const formatted =
      'P: mmap 16 0x4 rw                 # x'.replace('# x', '#x') +
      '\nP: fork C ! fail avc:1/nowait\nexpect visits P:16 = P@16-0x14\nP: call f(new, 16)\n';
    assert.equal(formatScenario(text), formatted.replace(/rw {2,}#x/, 'rw  #x'));
    assert.equal(formatScenario(formatScenario(text)), formatScenario(text));
  });
});
