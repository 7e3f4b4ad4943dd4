// Locks along the paths of small functions: conditions, loops, jumps, helpers, what is said where nothing can be told.
import { strict as assert } from 'node:assert';
import { lockHints } from '../../src/analysis/lockHints';
import { locksLabel } from '../../src/analysis/lockSets';
import type { KernelParser } from '../../src/source/parser';
import { createParser } from '../source/support';
import { type Analysed, analysedText, placeOf } from './support';

const HELPERS = `
static inline void lock(struct anon_vma *a) { down_write(&a->root->rwsem); }
static inline void unlock(struct anon_vma *a) { up_write(&a->root->rwsem); }
static inline int lock_killable(struct mm_struct *mm)
{
	int ret = down_write_killable(&mm->mmap_lock);
	return ret;
}
`;

describe('locks along paths', () => {
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  /** Locks before each call \`here(N)\`, by N. */
  async function heldAt(body: string): Promise<string> {
    const tree = await analysedText(parser, `${HELPERS}\n${body}`);
    try {
      return described(tree);
    } finally {
      tree.index.delete();
    }
  }

  function described(tree: Analysed): string {
    const place = placeOf(tree, 'f');
    return tree.index
      .body(place)
      .statements.flatMap((statement) => {
        const call = statement.calls.find(({ name }) => name === 'here');
        const locks = tree.locks.locksAt(place, statement);
        return call ? [`${call.argumentTexts[0]} ${locks ? locksLabel(locks.before) : 'not reached'}`] : [];
      })
      .join('; ');
  }

  it('through helpers, and only in the branch of a condition that took the lock', async () => {
    assert.equal(
      await heldAt(`int f(struct mm_struct *mm, struct anon_vma *a)
{
	if (lock_killable(mm))
		return here(1);
	if (down_read_trylock(&a->root->rwsem)) {
		here(2);
		up_read(&a->root->rwsem);
	} else {
		here(3);
	}
	here(4);
	up_write(&mm->mmap_lock);
	here(5);
}`),
      '1 –; 2 mmap:w root:r; 3 mmap:w; 4 mmap:w; 5 –',
    );
  });

  it('as maybe where paths differ, and told apart by a condition that is tested again', async () => {
    assert.equal(
      await heldAt(`void f(struct anon_vma *a, bool locked)
{
	if (!locked)
		lock(a);
	here(1);
	if (!locked) {
		here(2);
		unlock(a);
	}
	here(3);
}`),
      '1 root:w?; 2 root:w; 3 –',
    );
  });

  it('round loops, with goto, switch and an unlock by another name', async () => {
    assert.equal(
      await heldAt(`int f(struct anon_vma *a, int how)
{
	struct anon_vma *b = a;
retry:
	here(1);
	lock(a);
	switch (how) {
	case 1:
		here(2);
		unlock(b);
		goto retry;
	case 2:
		break;
	default:
		while (again()) {
			here(3);
			if (enough())
				break;
		}
	}
	here(4);
	unlock(b);
	return here(5);
}`),
      '1 –; 2 root:w; 3 root:w; 4 root:w; 5 –',
    );
  });

  it('through a pointer to a function that the text fills with one function', async () => {
    assert.equal(
      await heldAt(`static void take(struct anon_vma *a) { lock(a); }
static const struct ops ops = { .take = take, };
void f(struct anon_vma *a, const struct ops *o)
{
	o->take(a);
	here(1);
	unlock(a);
	here(2);
}`),
      '1 root:w; 2 –',
    );
  });

  it('expected on entry by asserts below, and by locks that are released', async () => {
    assert.equal(
      await heldAt(`static void check(struct vm_area_struct *v) { lockdep_assert_held_write(&v->vm_mm->mmap_lock); }
void f(struct vm_area_struct *vma, struct anon_vma *a)
{
	here(1);
	check(vma);
	here(2);
	unlock(a);
	here(3);
}`),
      '1 mmap:w root:w; 2 mmap:w root:w; 3 mmap:w',
    );
  });

  it('says which macro it does not follow, and what calls itself', async () => {
    const tree = await analysedText(
      parser,
      `${HELPERS}
void again(struct anon_vma *a) { lock(a); again(a); }
void f(struct anon_vma *a)
{
	scoped_guard(spinlock, &a->lock) {
		here(1);
	}
	again(a);
}`,
    );
    const place = placeOf(tree, 'f');
    const problems = tree.locks.function(place.path, place.function)?.run.problems ?? [];
    assert.match(problems.map(({ reason }) => reason).join('; '), /scoped_guard is not followed/);
    const inner = placeOf(tree, 'again');
    const own = tree.locks.function(inner.path, inner.function)?.run.problems ?? [];
    assert.match(own.map(({ reason }) => reason).join('; '), /again\(\) calls itself/);
    tree.index.delete();
  });

  it('are computed again only for what an edit touches', async () => {
    const text = `${HELPERS}
void g(struct anon_vma *a) { lock(a); here(0); unlock(a); }
void f(struct anon_vma *a) { here(1); lock(a); here(2); unlock(a); }`;
    const tree = await analysedText(parser, text);
    const locksOf = (name: string) => {
      const place = placeOf(tree, name);
      return tree.locks.function(place.path, place.function);
    };
    const [g, f] = [locksOf('g'), locksOf('f')];
    tree.index.update('mm/rmap.c', text.replace('here(1);', 'here(1); rcu_read_lock();'));
    assert.equal(locksOf('g'), g);
    assert.notEqual(locksOf('f'), f);
    assert.equal(described(tree), '1 –; 2 root:w rcu');
    tree.index.update('mm/rmap.c', text.replace('down_write(', 'down_read('));
    assert.notEqual(locksOf('g'), g);
    assert.equal(described(tree), '1 –; 2 root:r');
    tree.index.delete();
  });

  it('are hinted at where the set changes, and nowhere else', async () => {
    const tree = await analysedText(
      parser,
      `${HELPERS}
void f(struct anon_vma *a) { here(1); lock(a); here(2); if (x()) here(3); unlock(a); here(4); }
void quiet(void) { here(5); }`,
    );
    const hintsOf = (name: string): string[] => {
      const place = placeOf(tree, name);
      const locks = tree.locks.function(place.path, place.function);
      return locks ? lockHints(locks, tree.index.body(place)).map(({ label }) => label) : ['none'];
    };
    assert.deepEqual(hintsOf('f'), ['→ root:w', '→ –']);
    assert.deepEqual(hintsOf('quiet'), []);
    tree.index.delete();
  });
});
