// Locks along the paths of small functions: conditions, loops, jumps, helpers, what is said where nothing can be told.
import { strict as assert } from 'node:assert';
import { findingsIn } from '../../src/analysis/diagnostics';
import { hintLabel, lockHints } from '../../src/analysis/lockHints';
import { type LockShown, locksLabel } from '../../src/analysis/lockSets';
import { lockProblems } from '../../src/analysis/lockText';
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

  it('RCU read sides inside of one another end with the outermost', async () => {
    assert.equal(
      await heldAt(`void f(void)
{
	rcu_read_lock();
	rcu_read_lock();
	rcu_read_unlock();
	here(1);
	rcu_read_unlock();
	here(2);
	while (more()) {
		rcu_read_lock();
		work();
		rcu_read_unlock();
	}
	here(3);
}`),
      '1 rcu; 2 –; 3 –',
    );
  });

  it('RCU that a mapped page table holds is followed in neither half', async () => {
    assert.equal(
      await heldAt(`pte_t *__pte_offset_map(pmd_t *pmd)
{
	rcu_read_lock();
	if (bad(pmd))
		goto nomap;
	return map(pmd);
nomap:
	rcu_read_unlock();
	return NULL;
}
pte_t *pte_offset_map_lock(struct mm_struct *mm, pmd_t *pmd) { return __pte_offset_map(pmd); }
void f(struct mm_struct *mm, pmd_t *pmd)
{
	pte_t *pte;
	rcu_read_lock();
	pte = pte_offset_map_lock(mm, pmd);
	if (pte)
		pte_unmap_unlock(pte, ptl);
	here(1);
	rcu_read_unlock();
	here(2);
}`),
      '1 rcu; 2 –',
    );
  });

  it('a primitive that gives a pointer took the lock where that is neither NULL nor an error', async () => {
    assert.equal(
      await heldAt(`static inline struct vm_area_struct *vma_start_read(struct mm_struct *mm, struct vm_area_struct *vma)
{
	if (!get(&vma->vm_refcnt)) {
		vma = gone(mm) ? NULL : ERR_PTR(-EAGAIN);
		goto err;
	}
	return vma;
err:
	rcu_read_unlock();
	return vma;
}
void f(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
retry:
	rcu_read_lock();
	vma = vma_start_read(mm, walk(mm));
	if (IS_ERR_OR_NULL(vma)) {
		here(1);
		if (PTR_ERR(vma) == -EAGAIN)
			goto retry;
		return;
	}
	here(2);
	rcu_read_unlock();
	here(3);
}`),
      '1 –; 2 vma:r rcu; 3 vma:r',
    );
  });

  it('of folios that a call locked, and of which the caller has no name, end with it, however often it looped', async () => {
    assert.equal(
      await heldAt(`static int batch(struct list_head *from, struct mm_struct *mm)
{
	struct folio *folio;
	down_read(&mm->mmap_lock);
	list_for_each_entry(folio, from, lru)
		folio_lock(folio);
	return 0;
}
void f(struct list_head *from, struct mm_struct *mm)
{
	batch(from, mm);
	here(1);
	batch(from, mm);
	here(2);
	up_read(&mm->mmap_lock);
	here(3);
}`),
      '1 mmap:r; 2 mmap:r; 3 –',
    );
  });

  it('are told although folios are locked in more ways than are told apart', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `f${index}`);
    const body = `void f(struct mm_struct *mm, ${names.map((name) => `struct folio *${name}`).join(', ')})
{
	down_read(&mm->mmap_lock);
${names.map((name) => `	if (want(${name}))\n		folio_lock(${name});`).join('\n')}
	here(1);
	folio_lock(other(mm));
	up_read(&mm->mmap_lock);
	here(2);
}`;
    const found = await heldAt(body);
    assert.match(found, /^1 mmap:r folio\(f0\)\? .*; 2 /);
    assert.doesNotMatch(found, /not reached/);
    assert.doesNotMatch(found.replace(/^.*; 2 /, ''), /mmap/);
  });

  it('by a flag that is put into a variable and tested again', async () => {
    assert.equal(
      await heldAt(`void f(struct anon_vma *a, int x)
{
	int flags = 0;
	if (x) {
		lock(a);
		flags = TTU_RMAP_LOCKED;
	}
	work();
	if (flags & TTU_RMAP_LOCKED)
		unlock(a);
	here(1);
}`),
      '1 –',
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
    const found = tree.locks.function(place.path, place.function);
    const hints = found ? lockHints(found, tree.index.body(place)) : [];
    const dark = hints.find(({ label }) => label === 'not understood');
    const text = tree.index.text('mm/rmap.c')?.slice(place.function.span.start + (dark?.at ?? 0));
    assert.match(text ?? '', /^scoped_guard/, 'the place of the macro');
    tree.index.delete();
  });

  it('told apart by a flag that is tested again', async () => {
    assert.equal(
      await heldAt(`void f(struct anon_vma *a, struct vm_fault *vmf)
{
	if (vmf->flags & FAULT_FLAG_VMA_LOCK)
		lock(a);
	here(1);
	if (vmf->flags & FAULT_FLAG_WRITE)
		here(2);
	if (vmf->flags & FAULT_FLAG_VMA_LOCK) {
		here(3);
		unlock(a);
	}
	here(4);
	vmf->flags = again();
	if (vmf->flags & FAULT_FLAG_VMA_LOCK)
		here(5);
}`),
      '1 root:w?; 2 root:w?; 3 root:w; 4 –; 5 –',
    );
  });

  it('where both locks of two conditions are taken and released in helpers, round a loop', async () => {
    const tree = await analysedText(
      parser,
      `${HELPERS}
static void take(struct vm_area_struct *vma)
{
	if (vma->vm_file)
		down_write(&vma->vm_file->f_mapping->i_mmap_rwsem);
	if (vma->anon_vma)
		lock(vma->anon_vma);
}
static void drop(struct vm_area_struct *vma)
{
	if (vma->anon_vma)
		unlock(vma->anon_vma);
	if (vma->vm_file)
		up_write(&vma->vm_file->f_mapping->i_mmap_rwsem);
}
static int move(struct pmc *pmc, int a, int b)
{
	int err = 0, x, y, z;

	if (pmc->need)
		take(pmc->old);
	for (x = a; x < b; x++) {
		if (one(x))
			continue;
		if (two(x))
			y = 1;
		if (y && three(x))
			z = 2;
		if (z && four(x))
			err = 1;
	}
	if (pmc->need)
		drop(pmc->old);
	return err;
}
void f(struct pmc *pmc, int a, int b)
{
	for (; a < b; a++) {
		here(1);
		if (move(pmc, a, b) < 0)
			move(pmc, b, a);
		here(2);
	}
}`,
    );
    try {
      assert.equal(described(tree), '1 –; 2 –');
      const place = placeOf(tree, 'f');
      const found = tree.locks.function(place.path, place.function);
      assert.deepEqual(found ? findingsIn(found, tree.locks) : 'nothing', []);
    } finally {
      tree.index.delete();
    }
  });

  it('through functions that call one another, the same whoever is asked first', async () => {
    const text = `${HELPERS}
void g(struct anon_vma *a, int n) { lock(a); if (n) h(a, n); unlock(a); }
void h(struct anon_vma *a, int n) { unlock(a); g(a, n - 1); lock(a); }
void f(struct anon_vma *a) { here(1); g(a, 3); here(2); lock(a); h(a, 2); here(3); unlock(a); }`;
    const results: string[] = [];
    for (const first of ['f', 'g', 'h']) {
      const tree = await analysedText(parser, text);
      const place = placeOf(tree, first);
      tree.locks.function(place.path, place.function);
      results.push(described(tree));
      tree.index.delete();
    }
    assert.deepEqual(results, Array(3).fill('1 –; 2 –; 3 root:w'));
  });

  it('a step at a time, called off by an edit, with the same result as at once', async () => {
    const text = `${HELPERS}
void g(struct anon_vma *a, int x) { if (x) lock(a); else down_read(&a->root->rwsem); }
void f(struct anon_vma *a, int x) { here(1); g(a, x); here(2); }`;
    const tree = await analysedText(parser, text);
    const place = placeOf(tree, 'f');
    const cut = tree.locks.functionInTurns(place.path, place.function);
    cut.next();
    cut.next();
    tree.index.update('mm/rmap.c', text.replace('here(1);', 'here(1); rcu_read_lock();'));
    assert.deepEqual(cut.next(), { done: true, value: undefined });
    const again = placeOf(tree, 'f');
    let steps = 0;
    const work = tree.locks.functionInTurns(again.path, again.function);
    let step = work.next();
    for (; !step.done; step = work.next()) steps++;
    assert.ok(steps > 5, `${steps} steps`);
    const fresh = await analysedText(parser, tree.index.text('mm/rmap.c') ?? '');
    assert.equal(described(tree), described(fresh));
    assert.match(described(tree), /^1 –; 2 root\S*:r\? root\S*:w\? rcu$/);
    fresh.index.delete();
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

  it('says where something could not be parsed, wherever it stands', async () => {
    for (const broken of ['= 5 +;', 'foo(((;', '@@@;', 'x = = 3;', 'if (;', 'y = (1 + ;']) {
      const tree = await analysedText(
        parser,
        `void f(struct anon_vma *a)\n{\n\tdown_write(&a->root->rwsem);\n\t${broken}\n\tup_write(&a->root->rwsem);\n}\n`,
      );
      const place = placeOf(tree, 'f');
      const problems = tree.locks.function(place.path, place.function)?.run.problems ?? [];
      assert.ok(
        problems.some(({ start, reason }) => reason === 'not parsed' && start >= 60),
        `${broken}: ${JSON.stringify(problems)}`,
      );
      tree.index.delete();
    }
  });

  it('says what a rule written by hand tells, and what a function that is not read may give back', async () => {
    const tree = await analysedText(
      parser,
      `void handle_mm_fault(struct vm_area_struct *vma, unsigned long at, unsigned int flags) { up_read(&vma->vm_mm->mmap_lock); }
void f(struct vm_area_struct *vma, struct mm_struct *mm)
{
	int locked = 1;
	down_read(&mm->mmap_lock);
	handle_mm_fault(vma, 0, FAULT_FLAG_UNSHARE);
	here(1);
	elsewhere(mm, &locked);
	here(2);
}`,
    );
    const place = placeOf(tree, 'f');
    const found = tree.locks.function(place.path, place.function);
    const text = found
      ? lockProblems(
          found,
          () => 1,
          () => true,
        ).join('\n')
      : '';
    assert.match(text, /By a rule written by hand.*handle_mm_fault\(\) is taken to keep its locks/);
    assert.match(text, /Not understood in line 1: elsewhere\(\).*may give a lock back/);
    assert.equal(described(tree), '1 mmap:r; 2 mmap:r?');
    tree.index.delete();
  });

  it('tells locks in words, shortened only where VS Code would cut them off', () => {
    const held = (lock: LockShown['lock'], certainty: LockShown['certainty']): LockShown => ({
      ...{ lock, mode: 'write', certainty, objects: [], origins: [] },
    });
    const two = [held('mmap', 'held'), held('root', 'maybe')];
    assert.equal(hintLabel('entry', two.slice(0, 1)), 'held on entry: mmap:w');
    assert.equal(hintLabel('before', two), 'held: mmap:w, maybe root:w');
    assert.equal(hintLabel('after', two.slice(1)), '→ held: maybe root:w');
    assert.equal(hintLabel('before', []), 'held: none');
    const many = [...two, held('vma', 'held'), held('i_mmap', 'held'), held('ptl', 'maybe')];
    assert.equal(hintLabel('after', many), '→ mmap:w vma:w i_mmap:w, maybe root:w ptl');
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
    assert.deepEqual(hintsOf('f'), ['→ held: root:w', '→ held: none']);
    assert.deepEqual(hintsOf('quiet'), []);
    tree.index.delete();
  });
});
