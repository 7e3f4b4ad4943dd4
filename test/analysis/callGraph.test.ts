// The call graph after edits is the one that a fresh reading gives: after any edits, whatever was asked in between.
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { CallGraph, type TreeFunction } from '../../src/analysis/callGraph';
import { LockAnalysis } from '../../src/analysis/lockAnalysis';
import { lockHints } from '../../src/analysis/lockHints';
import type { KernelParser } from '../../src/source/parser';
import { TreeIndex } from '../../src/source/treeIndex';
import { createParser, demandedText } from '../source/support';

/** What a function's body may hold; names of functions are a to d, in both files. */
const STATEMENTS = [
  'a(mm);',
  'b(mm);',
  'c(mm);',
  'd(mm);',
  'down_write(&mm->mmap_lock);',
  'up_write(&mm->mmap_lock);',
  'mm->count++;',
  'WRITE_ONCE(mm->other, 1);',
  'x = kmalloc(8, GFP_KERNEL);',
  'ops->step(mm);',
  'ops->walk(mm);',
  'if (x) return;',
  '/* nothing */',
  '{',
  '}',
];
const OUTSIDE = [
  'struct ops o = { .step = a, };',
  'struct ops p = {\n\t.step = &b,\n\t.walk = c\n};',
  'int x;',
  '/* .step = d, */',
  '#ifdef CONFIG_ONE',
  '#else',
  '#endif',
];
const NAMES = ['a', 'b', 'c', 'd'];
const PATHS = ['mm/rmap.c', 'mm/rmap.h'];

/** One line of a file, with what it is put in the place of. */
interface Line {
  readonly path: string;
  readonly at: number;
  readonly removed: number;
  readonly text: string;
}

const head = fc
  .tuple(fc.constantFrom('', 'static '), fc.constantFrom(...NAMES))
  .map(([storage, name]) => `${storage}void ${name}(struct mm_struct *mm)`);
/** Calls functions behind it in the alphabet only, so that circles come from edits and are few. */
const wholeFunction = fc
  .tuple(head, fc.array(fc.constantFrom(...STATEMENTS.slice(0, -2)), { maxLength: 4 }))
  .map(([first, body]) => {
    const own = /void (\w)/.exec(first)?.[1] ?? '';
    const later = body.filter((one) => !/^\w\(mm/.test(one) || one > own);
    return `${first}\n{\n${later.map((one) => `\t${one}\n`).join('')}}`;
  });
const fileText = fc
  .array(fc.oneof({ weight: 4, arbitrary: wholeFunction }, fc.constantFrom(...OUTSIDE)), { maxLength: 8 })
  .map((pieces) => pieces.join('\n'));
const edit: fc.Arbitrary<Line> = fc.record({
  path: fc.constantFrom(...PATHS),
  at: fc.nat(60),
  removed: fc.nat(2),
  text: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...STATEMENTS) },
    { weight: 1, arbitrary: fc.constantFrom(...OUTSIDE) },
    { weight: 1, arbitrary: wholeFunction },
  ),
});

function edited(text: string, { at, removed, text: added }: Line): string {
  const lines = text.split('\n');
  lines.splice(at % (lines.length + 1), removed, added);
  return lines.join('\n');
}

/** An initialiser that loses its end makes a function behind it part of it, though not a letter of the function changes. */
const UNCLOSED: [[string, string], Line[][]][] = [
  [
    [
      '',
      'struct ops p = {\n\t.step = &b,\n\t.walk = c\n};\nvoid a(struct mm_struct *mm)\n{\nif (x) return;\n}\n}',
    ],
    [
      [{ path: 'mm/rmap.h', at: 6, removed: 1, text: 'if (x) return;' }],
      [{ path: 'mm/rmap.h', at: 3, removed: 1, text: 'a(mm);' }],
    ],
  ],
];

const placed = (one: TreeFunction | undefined): unknown =>
  one && [one.key, one.function.span.start, one.text];

/** Everything that the graph tells. */
function all(graph: CallGraph): unknown {
  graph.refresh();
  const functions = PATHS.flatMap((path) => graph.functionsIn(path));
  return {
    functions: functions.map((one) => [
      placed(one),
      placed(graph.byKey(one.key)),
      [...graph.calleesOf(one)],
      Object.values(graph.reached(one)).map((fact) => (fact instanceof Set ? [...fact].sort() : fact)),
    ]),
    names: NAMES.map((name) => [
      PATHS.map((path) => placed(graph.resolve(name, path))),
      graph.callersOf(name).map(placed),
      [...graph.pointersTo(name)].sort(),
    ]),
    fields: ['step', 'walk'].map((field) => [
      graph.targets(field).map(placed),
      graph.callersOf(field).map(placed),
    ]),
  };
}

/** True when a function calls itself through others: where such a circle is cut depends on what was asked first. */
function hasCircle(graph: CallGraph): boolean {
  const functions = PATHS.flatMap((path) => graph.functionsIn(path));
  const calledBy = (name: string): string[] => {
    const named = functions.filter((one) => one.function.name === name);
    const pointed = graph.targets(name).map((one) => one.function.name);
    return [...named.flatMap((one) => [...graph.calleesOf(one)]), ...pointed];
  };
  return NAMES.some((name) => {
    const seen = new Set<string>();
    const queue = calledBy(name);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (!seen.has(next)) {
        seen.add(next);
        queue.push(...calledBy(next));
      }
    }
    return seen.has(name);
  });
}

/** Hints of a file, as text. */
function hintsOf(locks: LockAnalysis, index: TreeIndex, path: string): string[] {
  return locks.functionsIn(path).flatMap((one) => {
    const found = locks.function(path, one.function);
    return found
      ? lockHints(found, index.body(one)).map(
          ({ statement, side, label }) => `${one.key} ${statement.span.start} ${side} ${label}`,
        )
      : [];
  });
}

describe('The call graph after edits', function () {
  this.timeout(300_000);
  let parser: KernelParser;

  before(async () => {
    parser = await createParser();
  });

  after(() => parser.delete());

  it('is the one of a fresh reading, and so are the locks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fileText, fileText),
        fc.array(fc.array(edit, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 8 }),
        async (first, rounds) => {
          const texts = new Map(PATHS.map((path, index) => [path, first[index] ?? '']));
          const index = new TreeIndex(parser, (path) => Promise.resolve(texts.get(path)));
          await index.ensure(PATHS);
          const graph = new CallGraph(index, () => true);
          const locks = new LockAnalysis(index);
          all(graph);
          for (const edits of rounds) {
            for (const one of edits) {
              const text = edited(texts.get(one.path) ?? '', one);
              texts.set(one.path, text);
              index.update(one.path, text);
            }
            const fresh = new TreeIndex(parser, (path) => Promise.resolve(texts.get(path)));
            await fresh.ensure(PATHS);
            assert.deepEqual(all(graph), all(new CallGraph(fresh, () => true)));
            const again = new LockAnalysis(fresh);
            for (const path of hasCircle(graph) ? [] : PATHS) {
              assert.deepEqual(hintsOf(locks, index, path), hintsOf(again, fresh, path));
            }
            fresh.delete();
          }
          index.delete();
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 150), examples: UNCLOSED },
    );
  });

  it('reads again what an edit of mm/rmap.c touched, and nothing else', async () => {
    const text = demandedText('7.3', PATHS[0] ?? '');
    const index = new TreeIndex(parser, () => Promise.resolve(text));
    await index.ensure(['mm/rmap.c']);
    const graph = new CallGraph(index, () => true);
    graph.refresh();
    const before = graph.functionsIn('mm/rmap.c').map((one) => [one.key, graph.reached(one)] as const);
    const at = text.indexOf('return 0;', text.indexOf('\nint anon_vma_clone('));
    index.update('mm/rmap.c', `${text.slice(0, at)}vma->vm_count++;\n\t${text.slice(at)}`);
    const change = graph.refresh();
    assert.ok(change !== 'all');
    assert.deepEqual([...change.texts], ['mm/rmap.c:anon_vma_clone']);
    assert.deepEqual([...change.reach].sort(), ['mm/rmap.c:anon_vma_clone', 'mm/rmap.c:anon_vma_fork']);
    const other = graph
      .functionsIn('mm/rmap.c')
      .filter((one) => graph.reached(one) !== new Map(before).get(one.key));
    const names = other.map((one) => one.function.name);
    assert.deepEqual(names.sort(), ['anon_vma_clone', 'anon_vma_fork']);
    assert.ok(other.every((one) => graph.reached(one).writes.has('vm_count')));
    index.delete();
  });
});
