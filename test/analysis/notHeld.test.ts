// Why a lock is “maybe” held: by which paths it is, and by which it is not, with the lines.
import { strict as assert } from 'node:assert';
import { lockSentence, type Told } from '../../src/analysis/lockText';
import type { KernelParser } from '../../src/source/parser';
import { createParser } from '../source/support';
import { analysedText, placeOf } from './support';

/** Lines of a function count from 1, its head. */
function textOf(told: Told, lineOf: (offset: number) => number): string {
  return told
    .map((part) => {
      if (typeof part === 'string') return part;
      return 'line' in part ? `line ${lineOf(part.line)}` : `${part.function}()`;
    })
    .join('');
}

describe('why a lock is maybe held', () => {
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  /** What is said of the only lock at the call `here()`. */
  async function told(text: string, side: 'before' | 'after' = 'before'): Promise<readonly string[]> {
    const tree = await analysedText(parser, text);
    try {
      const place = placeOf(tree, 'f');
      const { start, end } = place.function.span;
      const lineOf = (offset: number): number => text.slice(start, start + offset).split('\n').length;
      const statement = tree.index
        .body(place)
        .statements.find(({ calls }) => calls.some(({ name }) => name === 'here'));
      const locks = tree.locks.function(place.path, place.function);
      assert.ok(statement && locks, `here() is not in ${text.slice(start, end)}`);
      const offset = statement.span.start - start;
      const [shown, ...others] = locks.at(offset)?.[side] ?? [];
      assert.ok(shown && others.length === 0, 'one lock is shown');
      const { paths, title } = lockSentence(shown, { locks, at: { offset, side } });
      return [title, ...paths.map((path) => textOf(path, lineOf))];
    } finally {
      tree.index.delete();
    }
  }

  const ROOT = "rwsem of the anon_vma's root of a->root for writing, on some paths only";

  it('is said by the line at which the paths part, where it was never taken', async () => {
    assert.deepEqual(
      await told(`void f(struct anon_vma *a, int b)
{
	if (b)
		down_write(&a->root->rwsem);
	here();
}`),
      [ROOT, 'taken in line 4 by down_write()', 'not on paths that come from line 3 and have not taken it'],
    );
  });

  it('is said by the line that gives it back, through a helper too, and not by the head', async () => {
    assert.deepEqual(
      await told(`static void unlock(struct anon_vma *a) { up_write(&a->root->rwsem); }
void f(struct anon_vma *a, int b)
{
	down_write(&a->root->rwsem);
	if (b)
		unlock(a);
	here();
}`),
      [
        ROOT,
        'taken in line 3 by down_write()',
        'not on paths on which it is given back in line 5 by unlock()',
      ],
    );
  });

  it('is said for each group of paths', async () => {
    assert.deepEqual(
      await told(`void f(struct anon_vma *a, int b, int c)
{
	if (b) {
		down_write(&a->root->rwsem);
	} else if (c) {
		down_write(&a->root->rwsem);
		up_write(&a->root->rwsem);
	}
	here();
}`),
      [
        ROOT,
        'taken in line 4 by down_write()',
        'not on paths that come from line 5 and have not taken it',
        'not on paths on which it is given back in line 7 by up_write()',
      ],
    );
  });

  it('is said of the entry where only some paths ask for it there', async () => {
    const [, ...paths] = await told(`void f(struct anon_vma *a, int b)
{
	here();
	if (b)
		up_write(&a->root->rwsem);
}`);
    assert.deepEqual(paths, [
      'expected on entry: up_write() in line 5 says so',
      'not sure on entry: only some paths ask for it',
    ]);
  });

  it('is said by the condition that takes it or not', async () => {
    assert.deepEqual(
      await told(`void f(struct anon_vma *a)
{
	if (down_write_trylock(&a->root->rwsem))
		count();
	here();
}`),
      [ROOT, 'taken in line 3 by down_write_trylock()', 'taken or not as the condition in line 3 goes'],
    );
  });

  it('is said behind the statement that gives it back to some', async () => {
    const [, ...paths] = await told(
      `static void here(struct anon_vma *a, int b) { if (b) up_write(&a->root->rwsem); }
void f(struct anon_vma *a, int b)
{
	down_write(&a->root->rwsem);
	here(a, b);
}`,
      'after',
    );
    assert.deepEqual(paths, [
      'taken in line 3 by down_write()',
      'not on paths on which it is given back in line 4 by here()',
    ]);
  });

  it('says nothing of other paths where all hold it', async () => {
    const [title, ...paths] = await told(`void f(struct anon_vma *a)
{
	down_write(&a->root->rwsem);
	here();
}`);
    assert.equal(title, "rwsem of the anon_vma's root of a->root for writing");
    assert.deepEqual(paths, ['taken in line 3 by down_write()']);
  });
});
