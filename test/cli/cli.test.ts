/**
 * The command line as the contract describes it: what it prints, and its exit status.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INVARIANT_IDS } from '../../src/invariants/catalogue';
import type { RunOutput } from '../../src/scenario/output';
import { PROFILES } from '../../src/simulation/profiles';
import { rmapLens, treeFolder } from './support';

/** Begins a colour. */
const ESCAPE = '\u001b';

const FORK = 'scenario "Fork"\nP: mmap 0x10 4\nP: write 0x10\nP: fork C\nP: walk 0x10\n';
const BROKEN =
  'P: mmap 0x10 2\nP: write 0x10\nP: mmap 0x20 2\nP: call check_anon_vma_clone(0x10, 0x20, VMA_OP_SPLIT)\n';

describe('rmap-lens run', () => {
  let folder = '';
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rmap-lens-cli-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('gives 0 when nothing is violated or every expectation is met', async () => {
    assert.equal((await rmapLens(['run', file('a.rmap', FORK)])).status, 0);
    const met = file(
      'b.rmap',
      `${BROKEN}expect violation assert/check_anon_vma_clone/!src->anon_vma && dst->anon_vma\n`,
    );
    assert.equal((await rmapLens(['run', met])).status, 0);
  });

  it('gives 1 when something is violated or an expectation is not met', async () => {
    assert.equal((await rmapLens(['run', file('a.rmap', BROKEN)])).status, 1);
    const unmet = await rmapLens(['run', file('b.rmap', `${FORK}expect count anon_vma 7\n`)]);
    assert.equal(unmet.status, 1);
    assert.match(unmet.out, /NOT MET {2}expect count anon_vma 7: 2 are live/);
  });

  it('gives 2, and the place, when the file is wrong; other files are still run', async () => {
    const wrong = file('wrong.rmap', 'P: mmap 0x10 4\nP: wirte 0x10\nQ: exit\n');
    const { status, out, err } = await rmapLens(['run', wrong, file('a.rmap', FORK), '--format', 'json']);
    assert.equal(status, 2);
    assert.match(err, /^\S*wrong\.rmap:2:4: “wirte” is not an operation: did you mean write\?\n/);
    assert.equal(out.trim().split('\n').length, 1);
  });

  it('gives 2 for what cannot be used', async () => {
    const good = file('a.rmap', FORK);
    const cases: [string[], RegExp][] = [
      [['run', join(folder, 'missing.rmap')], /Cannot read .*: there is no such file\./],
      [['run', folder], /it is a folder/],
      [['run', good, '--profile', '1.0'], /There is no kernel profile 1\.0: choose one of /],
      [['run', good, '--engine', 'interpreter'], /name its tree with --kernel DIR/],
      [['run', good, '--engine', 'abacus'], /--engine simulation or --engine interpreter, not abacus/],
      [['run', good, '--format', 'xml'], /--format text or --format json, not xml/],
      [['run', good, '--kernel', folder], /is not a kernel tree: it has no mm\/rmap\.c/],
      [['run', good, '--kernel', join(folder, 'none')], /There is no folder/],
      [['run', good, '--step-limit', 'few'], /Write a number of steps/],
      [['run', good, '--nonsense'], /Unknown option '--nonsense'/],
      [['run'], /Name a scenario/],
      [['walk'], /There is no command walk/],
      [[good], /did you mean rmap-lens run /],
      [['run', file('p.rmap', 'profile 9.9\n')], /p\.rmap:1:9: “9\.9” is not a kernel profile/],
    ];
    for (const [args, message] of cases) {
      const { status, err, out } = await rmapLens(args);
      assert.equal(status, 2, args.join(' '));
      assert.match(err, message);
      assert.equal(out, '');
    }
  });

  it('prints the contract’s JSON, one object a file on a line', async () => {
    const { out } = await rmapLens(['run', file('a.rmap', FORK), file('b.rmap', BROKEN), '--format=json']);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RunOutput);
    assert.equal(lines.length, 2);
    assert.deepEqual([lines[0]?.version, lines[0]?.title, lines[0]?.engine], [1, 'Fork', 'simulation']);
    assert.equal(lines[0]?.operations.length, 4);
    assert.deepEqual(lines[0]?.operations[1]?.snapshot.folios, [
      { id: 'F0', anonVma: 'A0', index: 16, mapcount: 1, exclusive: true },
    ]);
    assert.deepEqual(lines[1]?.violations[0]?.site, {
      file: null,
      line: null,
      function: 'check_anon_vma_clone',
    });
  });

  it('takes the profile of the caller, else of the file, else the newest', async () => {
    const path = file('a.rmap', `profile 7.2\n${FORK}`);
    const profileOf = async (...args: string[]): Promise<string> =>
      (JSON.parse((await rmapLens(['run', ...args, '--format', 'json'])).out) as RunOutput).profile;
    assert.equal(await profileOf(path), '7.2');
    assert.equal(await profileOf(path, '--profile', '7.3'), '7.3');
    assert.equal(await profileOf(file('b.rmap', FORK)), '7.3');
  });

  it('reads standard input', async () => {
    const { status, out } = await rmapLens(['run', '-'], FORK);
    assert.equal(status, 0);
    assert.match(out, /^Fork {2}\(-\)\n/);
  });

  it('ends at a step limit, and says so', async () => {
    const { status, out } = await rmapLens(['run', '-', '--step-limit', '40'], FORK);
    assert.equal(status, 1);
    assert.match(out, /ended after 40 steps/);
  });

  it('writes text of at most 100 columns, with colours only where they are understood', async () => {
    const long = `${BROKEN}expect visits P:0x10 = ${Array.from({ length: 20 }, (_, i) => `P@${i}-${i + 1}`).join(' ')}\n`;
    const plain = await rmapLens(['run', '-'], long);
    for (const line of plain.out.split('\n')) assert.ok(line.length <= 100, line);
    assert.ok(!plain.out.includes(ESCAPE));
    assert.ok((await rmapLens(['run', '-'], long, true)).out.includes(`${ESCAPE}[31m`));
  });

  it('says when the tree is a kernel that no profile stands for', async () => {
    const tree = join(folder, 'tree');
    mkdirSync(join(tree, 'mm'), { recursive: true });
    writeFileSync(join(tree, 'mm/rmap.c'), '');
    const good = file('a.rmap', FORK);
    const run = (...args: string[]) => rmapLens(['run', good, '--kernel', tree, '--format', 'json', ...args]);
    assert.match(
      (await run()).err,
      /^rmap-lens: The tree does not say which Linux it is: .* run as 7\.3; .*\n$/,
    );
    writeFileSync(join(tree, 'Makefile'), 'VERSION = 6\nPATCHLEVEL = 6\n');
    const { status, out, err } = await run();
    assert.match(err, /^rmap-lens: The tree is Linux 6\.6, for which there is no profile: /);
    assert.deepEqual([status, (JSON.parse(out) as RunOutput).profile], [0, '7.3']);
    assert.equal((await run('--profile', '6.12')).err, '');
    writeFileSync(join(tree, 'Makefile'), 'VERSION = 7\nPATCHLEVEL = 2\n');
    assert.equal((await run()).err, '');
  });

  it('names the places of violations in a tree, and takes its profile from there', async function () {
    this.timeout(60_000);
    const { out } = await rmapLens(['run', '-', '--kernel', treeFolder('7.2'), '--format', 'json'], BROKEN);
    const output = JSON.parse(out) as RunOutput;
    assert.equal(output.profile, '7.2');
    const [violation] = output.violations;
    assert.equal(violation?.site.file, 'mm/rmap.c');
    assert.ok((violation?.site.line ?? 0) > 100);
  });
});

describe('rmap-lens run --engine interpreter', () => {
  it('runs the text of a tree, with file and line of every place', async function () {
    this.timeout(60_000);
    const folder = treeFolder('7.3');
    const args = ['run', '-', '--engine', 'interpreter', '--kernel', folder, '--format', 'json'];
    const { status, out, err } = await rmapLens(args, BROKEN);
    assert.equal(status, 1, err);
    const output: RunOutput = JSON.parse(out);
    assert.deepEqual([output.engine, output.profile, output.version], ['interpreter', '7.3', 1]);
    const site = output.violations[0]?.site;
    assert.equal(site?.file, 'mm/rmap.c');
    assert.equal(site?.function, 'check_anon_vma_clone');
    assert.ok((site?.line ?? 0) > 1);
  });
});

describe('rmap-lens', () => {
  it('lists the profiles', async () => {
    const { status, out } = await rmapLens(['profiles']);
    assert.equal(status, 0);
    const text = out.replaceAll(/\n +/g, ' ');
    for (const { id, title, note } of PROFILES)
      assert.ok(text.includes(`${id} `) && text.includes(` ${title}: ${note}`), id);
    for (const line of out.split('\n')) assert.ok(line.length <= 100, line);
    assert.ok(out.split('\n').length <= 4 * PROFILES.length, 'columns that are too narrow');
    assert.equal(JSON.parse((await rmapLens(['profiles', '--format', 'json'])).out).length, PROFILES.length);
  });

  it('lists the invariants', async () => {
    const { out } = await rmapLens(['invariants']);
    for (const id of [...INVARIANT_IDS, 'assert/FUNCTION/EXPRESSION'])
      assert.ok(out.includes(`\n${id} `) || out.startsWith(id), id);
    for (const line of out.split('\n')) assert.ok(line.length <= 100, line);
    const json = JSON.parse((await rmapLens(['invariants', '--format', 'json'])).out) as { id: string }[];
    assert.deepEqual(
      json.map(({ id }) => id),
      INVARIANT_IDS,
    );
  });

  it('explains an invariant, also an assert', async () => {
    const { status, out } = await rmapLens(['explain', 'anon_vma/active-count']);
    assert.equal(status, 0);
    assert.match(out, /^anon_vma\/active-count\n\nnum_active_vmas is the number of VMAs/);
    assert.match(out, /asserted in unlink_anon_vmas\(\)/);
    const assertion = await rmapLens(['explain', 'assert/f/a', '&&', 'b']);
    assert.match(assertion.out, /An assert in f\(\) on a && b does not fire\./);
    const unknown = await rmapLens(['explain', 'anon_vma/active-cuont']);
    assert.deepEqual(
      [unknown.status, unknown.err],
      [2, 'rmap-lens: There is no invariant anon_vma/active-cuont: did you mean anon_vma/active-count?\n'],
    );
  });

  it('explains where an invariant stands in a tree', async function () {
    this.timeout(60_000);
    const { out } = await rmapLens(['explain', 'chain/same-root', '--kernel', treeFolder('7.3')]);
    assert.match(out, /said by a comment of anon_vma_clone\(\), mm\/rmap\.c:\d+: “Note that all/);
    const assertion = [
      'explain',
      'assert/check_anon_vma_clone/!src->anon_vma && dst->anon_vma',
      '--format',
      'json',
    ];
    const found = JSON.parse((await rmapLens([...assertion, '--kernel', treeFolder('7.3')])).out);
    assert.equal(found.places.length, 1);
    assert.equal(found.places[0].file, 'mm/rmap.c');
  });

  it('shows help and version', async () => {
    for (const args of [[], ['--help'], ['-h'], ['run', '--help'], ['help']]) {
      const { status, out } = await rmapLens(args);
      assert.equal(status, 0);
      assert.match(out, /^Usage:/);
    }
    assert.match((await rmapLens(['--version'])).out, /^rmap-lens \d+\.\d+\.\d+\n$/);
  });
});
