// What callers hold on entry of a function: of texts made up for the purpose, and after edits.
import { strict as assert } from 'node:assert';
import { LockAnalysis } from '../../src/analysis/lockAnalysis';
import { locksLabel } from '../../src/analysis/lockSets';
import { callerSentences } from '../../src/analysis/lockText';
import type { KernelParser } from '../../src/source/parser';
import { createParser } from '../source/support';
import { type Analysed, analysedText, analysedTree, learnAll, locksText, placeOf } from './support';

const PATH = 'mm/rmap.c';

function entryOf(analysed: Analysed, name: string): string {
  const { path, function: definition } = placeOf(analysed, name);
  return locksLabel(analysed.locks.function(path, definition)?.atEntry ?? []);
}

function sentencesOf(analysed: Analysed, name: string): string {
  const { path, function: definition } = placeOf(analysed, name);
  const found = analysed.locks.function(path, definition);
  return found ? callerSentences(found).join('\n') : '';
}

describe('Locks that callers hold', function () {
  this.timeout(120_000);
  let parser: KernelParser;

  before(async () => {
    parser = await createParser();
  });

  after(() => parser.delete());

  async function entry(text: string, name = 'leaf'): Promise<string> {
    const analysed = await analysedText(parser, text);
    const label = entryOf(analysed, name);
    analysed.index.delete();
    return label;
  }

  const LEAF = 'static void leaf(struct mm_struct *mm) { work(mm); }\n';

  it('are held on entry when all callers hold them', async () => {
    const one =
      'void one(struct mm_struct *mm) { down_write(&mm->mmap_lock); leaf(mm); up_write(&mm->mmap_lock); }\n';
    const two =
      'int two(struct mm_struct *mm) { if (down_write_killable(&mm->mmap_lock)) return -4; middle(mm); up_write(&mm->mmap_lock); return 0; }\n';
    const middle = 'static void middle(struct mm_struct *mm) { leaf(mm); }\n';
    assert.equal(await entry(LEAF + middle + one + two), 'mmap:w');
    assert.equal(await entry(`${LEAF}${middle}${one}${two.replaceAll('_write', '_read')}`), 'mmap:r/w');
  });

  it('are those of the function that it is handed to, which calls it by a parameter', async () => {
    const walk =
      'static int walk(struct mm_struct *mm, long arg, int (*visit)(struct mm_struct *mm))\n{\n\treturn visit(mm);\n}\n';
    const handed =
      'void set(struct mm_struct *mm) { down_write(&mm->mmap_lock); walk(mm, sum(1, 2), leaf /* (, */); up_write(&mm->mmap_lock); }\n';
    assert.equal(await entry(LEAF + walk + handed), 'mmap:w');
    const unlocked = 'void other(struct mm_struct *mm) { walk(mm, 0, leaf); }\n';
    assert.equal(await entry(LEAF + walk + handed + unlocked), '–');
    const kept = 'void keep(struct mm_struct *mm) { mm->visit = leaf; }\n';
    assert.equal(await entry(LEAF + walk + handed + kept), '–', 'who calls it is not told');
  });

  it('are told in words when only some do', async () => {
    const text = `${LEAF}void one(struct mm_struct *mm) { down_write(&mm->mmap_lock); leaf(mm); up_write(&mm->mmap_lock); leaf(mm); }
void two(struct mm_struct *mm) { down_write(&mm->mmap_lock); leaf(mm); up_write(&mm->mmap_lock); }\n`;
    const analysed = await analysedText(parser, text);
    assert.equal(entryOf(analysed, 'leaf'), '–');
    assert.match(sentencesOf(analysed, 'leaf'), /some callers only: mmap_lock for writing, by two\(\)/);
    analysed.index.delete();
  });

  it('follow helpers and what they return, and what is false on the way', async () => {
    const helpers = `static int lock(struct mm_struct *mm) { int ret; ret = down_write_killable(&mm->mmap_lock); trace(); return ret; }
static void work(struct job *job) { if (job->unlock) up_write(&job->mm->mmap_lock); }
static void set(struct job *job, bool unlock) { job->unlock = unlock; }\n`;
    const caller = (unlock: string): string =>
      `int one(struct mm_struct *mm) { struct job job; if (lock(mm)) return -4; set(&job, ${unlock}); work(&job); leaf(mm); up_write(&mm->mmap_lock); return 0; }\n`;
    const leaf = 'static void leaf(struct mm_struct *mm) { nothing(mm); }\n';
    assert.equal(await entry(leaf + helpers + caller('false')), 'mmap:w');
    assert.equal(await entry(leaf + helpers + caller('flag')), '–');
  });

  it('are not known of a function that nobody calls, but by its asserts', async () => {
    assert.equal(await entry(`${LEAF}void top(struct mm_struct *mm) { leaf(mm); }\n`), '–');
    assert.equal(
      await entry(
        `${LEAF}void top(struct mm_struct *mm) { rwsem_assert_held_write(&mm->mmap_lock); leaf(mm); }\n`,
      ),
      'mmap:w',
    );
  });

  it('are not told by an assert that stands on one of the paths only', async () => {
    const inner = `static void inner(struct mm_struct *mm, int x) { if (x) rwsem_assert_held_write(&mm->mmap_lock); other(mm); }\n`;
    const top = (how: string): string =>
      `void top(struct mm_struct *mm, int x) { ${how}(mm, x); leaf(mm); }\n`;
    assert.equal(await entry(LEAF + inner + top('inner')), '–');
  });

  it('do not end in functions that call one another', async () => {
    const text = `${LEAF}static void ping(struct mm_struct *mm, int n) { down_read(&mm->mmap_lock); leaf(mm); up_read(&mm->mmap_lock); pong(mm, n); }
static void pong(struct mm_struct *mm, int n) { if (n) ping(mm, n); }\n`;
    assert.equal(await entry(text), 'mmap:r');
  });

  it('are learnt anew after an edit, and only then', async () => {
    const text = `${LEAF}void one(struct mm_struct *mm) { down_write(&mm->mmap_lock); leaf(mm); up_write(&mm->mmap_lock); }\n`;
    const analysed = await analysedText(parser, text);
    const { index, locks } = analysed;
    assert.equal(entryOf(analysed, 'leaf'), 'mmap:w');
    assert.equal(learnAll(locks, PATH), false);
    index.update(PATH, text.replaceAll('_write', '_read'));
    assert.equal(entryOf(analysed, 'leaf'), 'mmap:w', 'what was learnt stays until it is learnt anew');
    assert.equal(learnAll(locks, PATH), true);
    assert.equal(entryOf(analysed, 'leaf'), 'mmap:r');
    index.delete();
  });

  it('give the same after an edit in the real text as without what was known before', async () => {
    const analysed = await analysedTree(parser, '6.12');
    const { index, locks } = analysed;
    const text = index.text(PATH) ?? '';
    const at = text.indexOf('{', text.indexOf('int anon_vma_fork(')) + 1;
    index.update(PATH, `${text.slice(0, at)} up_write(&vma->vm_mm->mmap_lock);${text.slice(at)}`);
    learnAll(locks, PATH);
    const fresh: Analysed = { index, locks: new LockAnalysis(index) };
    learnAll(fresh.locks, PATH);
    const names = locks.functionsIn(PATH).map((one) => one.function.name);
    assert.deepEqual(
      names.map((name) => `${name} ${entryOf(analysed, name)}`),
      names.map((name) => `${name} ${entryOf(fresh, name)}`),
    );
    assert.equal(entryOf(analysed, 'anon_vma_clone'), '–', 'one caller gives the lock back first');
    index.delete();
  });

  it('and all else are the same after edits as without what was known before', async () => {
    const analysed = await analysedTree(parser, '7.3');
    const { index, locks } = analysed;
    const names = ['anon_vma_fork', 'anon_vma_clone', 'unlink_anon_vmas', '__anon_vma_prepare'];
    const texts = (one: Analysed): string[] => names.map((name) => locksText(one, name));
    const before = texts(analysed);
    const insert = async (after: string, what: string): Promise<void> => {
      const text = index.text(PATH) ?? '';
      const at = text.indexOf('{', text.indexOf(after)) + 1;
      index.update(PATH, `${text.slice(0, at)}${what}${text.slice(at)}`);
      const now = texts(analysed);
      learnAll(locks, PATH);
      const fresh: Analysed = { index, locks: new LockAnalysis(index) };
      learnAll(fresh.locks, PATH);
      assert.deepEqual(texts(analysed), texts(fresh));
      assert.deepEqual(now, texts(fresh), 'what callers hold did not change');
    };
    await insert('int anon_vma_clone(', ' ');
    assert.deepEqual(texts(analysed), before);
    await insert('void cleanup_partial_anon_vmas(', ' rcu_read_lock();');
    await insert('int anon_vma_clone(', ' rcu_read_lock();');
    assert.notDeepEqual(texts(analysed), before);
    assert.match(texts(analysed)[0] ?? '', /rcu/);
    index.delete();
  });

  it('name who holds mmap_lock in anon_vma_clone() of 6.12, which asserts nothing', async () => {
    const analysed = await analysedTree(parser, '6.12');
    assert.equal(entryOf(analysed, 'anon_vma_clone'), 'mmap:w');
    const { path, function: definition } = placeOf(analysed, 'anon_vma_clone');
    const [held] = analysed.locks.function(path, definition)?.atEntry ?? [];
    assert.deepEqual(held?.origins, [
      {
        kind: 'observed',
        offset: undefined,
        via: ['__split_vma', 'anon_vma_fork', 'copy_vma', 'dup_anon_vma'],
      },
    ]);
    analysed.index.delete();
  });
});
