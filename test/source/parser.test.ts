// Parsing and re-parsing: an edited file has the tree of a file read afresh; what is not understood is listed; wasm
// memory is given back.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Node, Parser, Tree, TreeCursor } from 'web-tree-sitter';
import { applyChange, type KernelParser, type ParsedFile } from '../../src/source/parser';
import { SourceFile } from '../../src/source/sourceFile';
import { createParser, demandedText } from './support';

const CODE = `#include <x.h>
/* A thing. */
struct thing {
	int a;
#ifdef CONFIG_B
	int b;
#endif
	struct list_head list;
};

static __always_inline int sum(struct thing *head)
{
	struct thing *t;
	int all = 0;

	list_for_each_entry(t, &head->list, list) {
		if (t->a > 3)
			all += min_t(unsigned int, t->a, 7);
		else
			all--;
	}
	return all; /* "done" */
}

SYSCALL_DEFINE1(frob, int, x)
{
	switch (x) {
	case 1:
		goto out;
	default:
		break;
	}
out:
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(sum);
`;

const INSERTED = [
  '{',
  '}',
  '(',
  ')',
  ';',
  '"',
  "'",
  '/*',
  '*/',
  '//',
  '#',
  '\n',
  ' ',
  'if (x)',
  'else',
  'for_each_x(i) ',
  '__init ',
  'struct s {',
  'return 1;',
  '#ifdef A\n',
  '#else\n',
  '#endif\n',
  'x',
  '=',
  'é',
  '\u{1f600}',
  'static int f(void)\n{\n}\n',
];

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  deleted: fc.integer({ min: 0, max: 12 }),
  text: fc.constantFrom('', ...INSERTED),
});

/** Every node with its place: two trees are the same when these are. */
function dump(file: ParsedFile, tree = file.tree): string {
  const lines: string[] = [];
  const cursor = tree.walk();
  const visit = (depth: number): void => {
    const { row, column } = cursor.startPosition;
    const missing = cursor.nodeIsMissing ? ' missing' : '';
    lines.push(
      `${depth} ${cursor.currentFieldName ?? ''}:${cursor.nodeType} ${cursor.startIndex}-${cursor.endIndex} ${row}:${column}${missing}`,
    );
    if (cursor.gotoFirstChild()) {
      do {
        visit(depth + 1);
      } while (cursor.gotoNextSibling());
      cursor.gotoParent();
    }
  };
  visit(0);
  cursor.delete();
  return lines.join('\n');
}

describe('parser', () => {
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  it('gives an edited file the tree of a file read afresh', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const edited = parser.parse(CODE);
        try {
          for (const { at, deleted, text } of changes) {
            const start = Math.floor(at * edited.text.length);
            edited.edit({ start, end: Math.min(edited.text.length, start + deleted), text });
            const fresh = parser.parse(edited.text);
            try {
              assert.ok(dump(edited) === dump(fresh), edited.text.slice(0, 2000));
              const atFileLevel = [edited, fresh].map((file) => dump(file, file.fileLevelTree));
              assert.equal(atFileLevel[0], atFileLevel[1], edited.text.slice(0, 2000));
              assert.deepEqual(edited.unparsed(), fresh.unparsed());
            } finally {
              fresh.delete();
            }
          }
        } finally {
          edited.delete();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('does so on the real mm/rmap.c', () => {
    const text = demandedText('7.3', 'mm/rmap.c');
    const edited = parser.parse(text);
    const from = text.indexOf('int anon_vma_clone(');
    const places = [
      from,
      text.indexOf('{', from),
      text.indexOf('list_for_each_entry', from),
      text.indexOf(';', from),
    ];
    for (const [step, start] of places.entries()) {
      for (const inserted of ['x', '{', '/*']) {
        const before = edited.text;
        edited.edit({ start, end: start + step, text: inserted });
        const fresh = parser.parse(edited.text);
        assert.ok(dump(edited) === dump(fresh), `${inserted} at ${start}`);
        fresh.delete();
        edited.update(before);
      }
    }
    const fresh = parser.parse(text);
    assert.ok(dump(edited) === dump(fresh), edited.text.slice(0, 2000));
    fresh.delete();
    edited.delete();
  });

  it('gives edited functions the statements of functions read afresh', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const edited = new SourceFile(parser, 'a.c', CODE);
        let text = CODE;
        for (const { at, deleted, text: inserted } of changes) {
          const start = Math.floor(at * text.length);
          text = applyChange(text, { start, end: Math.min(text.length, start + deleted), text: inserted });
          edited.update(text);
          const fresh = new SourceFile(parser, 'a.c', text);
          assert.deepEqual(edited.index, fresh.index);
          assert.deepEqual(
            edited.index.functions.map((definition) => edited.body(definition)),
            fresh.index.functions.map((definition) => fresh.body(definition)),
          );
          assert.deepEqual(edited.calls, fresh.calls);
          fresh.delete();
        }
        edited.delete();
      }),
      // a condition without a text is not the same as no condition
      {
        numRuns: 100,
        examples: [
          [
            [
              { at: 0, deleted: 0, text: '#endif\n' },
              { at: 0, deleted: 4, text: '#' },
            ],
          ],
        ],
      },
    );
  });

  it('lists what it does not understand, with place and excerpt', () => {
    const file = parser.parse('int a;\nint f(void)\n{\n\tg(;\n}\n#if 0\nnot C\n#endif\n');
    const found = file.unparsed().map(({ kind, span, excerpt }) => [kind, span.start, excerpt]);
    file.delete();
    assert.deepEqual(found.at(-1), ['branch', 34, 'not C']);
    assert.ok(
      found.some(([kind, start]) => kind !== 'branch' && Number(start) >= 22 && Number(start) <= 25),
      String(found),
    );
  });

  it('gives back every tree and cursor', () => {
    const parse = Parser.prototype.parse;
    const walk = Node.prototype.walk;
    const [deleteTree, deleteCursor] = [Tree.prototype.delete, TreeCursor.prototype.delete];
    const alive = { trees: 0, cursors: 0 };
    try {
      Parser.prototype.parse = function (...args) {
        alive.trees++;
        return parse.apply(this, args);
      };
      Node.prototype.walk = function () {
        alive.cursors++;
        return walk.call(this);
      };
      Tree.prototype.delete = function () {
        alive.trees--;
        deleteTree.call(this);
      };
      TreeCursor.prototype.delete = function () {
        alive.cursors--;
        deleteCursor.call(this);
      };
      const file = new SourceFile(parser, 'a.c', CODE);
      for (const text of [CODE, `${CODE}int x`, `${CODE}int x;`, '', CODE]) {
        file.update(text);
        for (const definition of file.index.functions) {
          file.body(definition);
        }
        assert.ok(file.calls.length >= 0);
        assert.equal(alive.trees, 2, 'of all, and of what stands at file level');
      }
      file.release();
      assert.equal(alive.trees, 0);
      assert.ok(file.index.functions.length > 0);
      file.delete();
      assert.deepEqual(alive, { trees: 0, cursors: 0 });
    } finally {
      Parser.prototype.parse = parse;
      Node.prototype.walk = walk;
      Tree.prototype.delete = deleteTree;
      TreeCursor.prototype.delete = deleteCursor;
    }
  });
});
