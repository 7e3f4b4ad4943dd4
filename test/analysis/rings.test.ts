// Random functions that call one another: what is found does not depend on who is asked first, nor on what was known before edits.
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { LockAnalysis } from '../../src/analysis/lockAnalysis';
import { lockHints } from '../../src/analysis/lockHints';
import { lockProblems } from '../../src/analysis/lockText';
import type { KernelParser } from '../../src/source/parser';
import { createParser } from '../source/support';
import { type Analysed, analysedText, learnAll } from './support';

const PATH = 'mm/rmap.c';
const COUNT = 5;

/** Statements of a function; `gN` stands for functions that may be itself. */
const STATEMENTS = [
  'down_read(&mm->mmap_lock);',
  'up_read(&mm->mmap_lock);',
  'down_write(&a->root->rwsem);',
  'up_write(&a->root->rwsem);',
  'rcu_read_lock();',
  'rcu_read_unlock();',
  'mmap_assert_locked(mm);',
  'if (n) return;',
  'if (!n) return;',
  'a->degree++;',
  'ops->hook(mm, a, n);',
  ...Array.from({ length: COUNT }, (_, index) => `g${index}(mm, a, n);`),
  ...Array.from({ length: COUNT }, (_, index) => `if (n) g${index}(mm, a, 0);`),
];

const body = fc.array(fc.constantFrom(...STATEMENTS), { maxLength: 6 });
const bodies = fc.array(body, { minLength: COUNT, maxLength: COUNT });

function textOf(functions: readonly (readonly string[])[]): string {
  const asserts =
    'static inline void mmap_assert_locked(struct mm_struct *mm) { rwsem_assert_held(&mm->mmap_lock); }\n';
  const hooks = 'static const struct hooks ops_of = { .hook = g0, };\n';
  const texts = functions.map(
    (statements, index) =>
      `static void g${index}(struct mm_struct *mm, struct anon_vma *a, int n)\n{\n\t${statements.join('\n\t')}\n}\n`,
  );
  return `${asserts}${hooks}${texts.join('')}`;
}

/** Everything that is shown of each function, asked for in this order; in the order of the text. */
function shown({ index, locks }: Analysed, order: readonly number[]): readonly string[] {
  const ask = (name: string): string => {
    const one = locks.functionsIn(PATH).find(({ function: definition }) => definition.name === name);
    const found = one && locks.function(PATH, one.function);
    if (!one || !found) return `${name}: nothing`;
    const hints = lockHints(found, index.body(one)).map(
      ({ statement, label }) => `${statement.span.start - one.function.span.start} ${label}`,
    );
    const problems = lockProblems(
      found,
      (offset) => offset,
      () => true,
    );
    return `${name}: ${[...hints, ...problems, JSON.stringify(found.entry.observed)].join('; ')}`;
  };
  return order.map((index) => ask(`g${index}`)).sort();
}

describe('locks of functions that call one another', function () {
  this.timeout(120_000);
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: COUNT, maxLength: COUNT });

  it('are the same whoever is asked first', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, order, async (functions, asked) => {
        const one = await analysedText(parser, textOf(functions));
        const other = await analysedText(parser, textOf(functions));
        try {
          assert.deepEqual(shown(other, asked), shown(one, [0, 1, 2, 3, 4]));
        } finally {
          one.index.delete();
          other.index.delete();
        }
      }),
      { numRuns: 250, seed: 11 },
    );
  });

  it('are the same after edits as from nothing, and so is what callers hold', async () => {
    const edits = fc.array(fc.tuple(fc.nat(COUNT - 1), body), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(bodies, edits, async (functions, changes) => {
        const now = functions.map((one) => [...one]);
        const edited = await analysedText(parser, textOf(now));
        try {
          shown(edited, [0, 1, 2, 3, 4]);
          for (const [index, statements] of changes) {
            now[index] = statements;
            edited.index.update(PATH, textOf(now));
            learnAll(edited.locks, PATH);
            const fresh: Analysed = { index: edited.index, locks: new LockAnalysis(edited.index) };
            learnAll(fresh.locks, PATH);
            assert.deepEqual(shown(edited, [0, 1, 2, 3, 4]), shown(fresh, [4, 3, 2, 1, 0]));
          }
        } finally {
          edited.index.delete();
        }
      }),
      { numRuns: 150, seed: 11 },
    );
  });
});
