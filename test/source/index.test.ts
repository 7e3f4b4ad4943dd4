// The index of one file: functions, structs, enums, macros, conditionals, calls, asserts.
import assert from 'node:assert/strict';
import type { FileIndex } from '../../src/source/facts';
import type { KernelParser } from '../../src/source/parser';
import { SourceFile } from '../../src/source/sourceFile';
import { createParser, labelled } from './support';

const MARKED = `
/* Not a doc comment. */

/**
 * frob - do it
 */
static __always_inline struct thing *«frobName|frob»(struct thing __user *t, int (*cb)(int), ...)
{
	return t;
}

int plain(void);

#ifdef CONFIG_A
// Doc of the other.
int other(void) { VM_WARN_ON_ONCE(!t ||
	/* why */ t->a == "x  y"); return frob(0, 0); }
#else
static inline int other(void) { return 0; }
#endif

/* A thing. */
struct thing {
	unsigned long flags;	/* what it is */
	struct {
		int inner;
	};
	union {
		struct rb_node rb;
		void *p;
	} shared;
	int (*op)(struct thing *), *q, array[3];
#ifdef CONFIG_A
	struct list_head __rcu list;
#endif
};

typedef struct { int raw; } wrapped_t;
enum kind { KIND_A, KIND_B = 1 << 3 };
static int counter, *pointer;

#define CONST 3
#define TWICE(x, args...) \\
	((x) * 2)

EXPORT_SYMBOL_GPL(frob);
SYSCALL_DEFINE0(«nothingName|nothing»)
{
	list_for_each(p, "(")
		ops->call(p);
	return mmap_assert_locked(mm);
}
`;

describe('index', () => {
  const { text, labels } = labelled(MARKED);
  let parser: KernelParser;
  let file: SourceFile;
  let index: FileIndex;
  before(async () => {
    parser = await createParser();
    file = new SourceFile(parser, 'a.c', text);
    index = file.index;
  });
  after(() => {
    file.delete();
    parser.delete();
  });

  const textOf = (span: { start: number; end: number }): string => text.slice(span.start, span.end);

  it('understands all of it', () => assert.deepEqual(file.unparsed, []));

  it('finds functions with their heads', () => {
    assert.deepEqual(
      index.functions.map(({ name, signature, isStatic, isInline, definedBy, conditions }) => [
        name,
        signature,
        `${isStatic ? 'static' : ''} ${isInline ? 'inline' : ''}`.trim(),
        definedBy ?? '',
        conditions.join(),
      ]),
      [
        ['frob', 'static struct thing *frob(struct thing *t, int (*cb)(int), ...)', 'static inline', '', ''],
        ['other', 'int other(void)', '', '', 'defined(CONFIG_A)'],
        ['other', 'static inline int other(void)', 'static inline', '', '!defined(CONFIG_A)'],
        ['nothing', 'long nothing()', '', 'SYSCALL_DEFINE0', ''],
      ],
    );
    assert.deepEqual(
      index.prototypes.map(({ name, bodySpan }) => [name, bodySpan]),
      [['plain', undefined]],
    );
    assert.deepEqual(index.functions[0]?.nameSpan, labels.get('frobName'));
    assert.deepEqual(index.functions[3]?.nameSpan, labels.get('nothingName'));
  });

  it('finds parameters', () => {
    assert.deepEqual(
      index.functions[0]?.parameters.map(({ name, text: written }) => [name, written]),
      [
        ['t', 'struct thing *t'],
        ['cb', 'int (*cb)(int)'],
        ['', '...'],
      ],
    );
    assert.deepEqual(index.functions[1]?.parameters, []);
  });

  it('finds head, body and doc comment', () => {
    const [frob, other] = index.functions;
    assert.ok(frob?.docSpan && frob.bodySpan && other?.docSpan);
    assert.match(textOf(frob.docSpan), /^\/\*\*\n \* frob - do it\n \*\/$/);
    assert.equal(textOf(other.docSpan), '// Doc of the other.');
    assert.ok(textOf(frob.headSpan).endsWith('...)'));
    assert.ok(textOf(frob.bodySpan).startsWith('{') && textOf(frob.bodySpan).endsWith('}'));
    assert.equal(frob.span.end, frob.bodySpan.end);
  });

  it('finds structs with the members of what is nested in them', () => {
    const [thing, wrapped] = index.structs;
    assert.deepEqual(
      thing?.fields.map(({ name, text: written }) => [name, written]),
      [
        ['flags', 'unsigned long flags'],
        ['inner', 'int inner'],
        ['shared', 'union { … } shared'],
        ['shared.rb', 'struct rb_node rb'],
        ['shared.p', 'void *p'],
        ['op', 'int (*op)(struct thing *), *q, array[3]'],
        ['q', 'int (*op)(struct thing *), *q, array[3]'],
        ['array', 'int (*op)(struct thing *), *q, array[3]'],
        ['list', 'struct list_head list'],
      ],
    );
    assert.ok(thing?.fields[0]?.docSpan && thing.docSpan);
    assert.equal(textOf(thing.fields[0].docSpan), '/* what it is */');
    assert.equal(textOf(thing.docSpan), '/* A thing. */');
    assert.deepEqual(thing.fields.at(-1)?.conditions, ['defined(CONFIG_A)']);
    assert.deepEqual([wrapped?.name, wrapped?.fields.map(({ name }) => name)], ['wrapped_t', ['raw']]);
  });

  it('finds enums, names and macros', () => {
    assert.deepEqual(
      index.enums.map(({ name, enumerators }) => [name, enumerators.map((one) => [one.name, one.value])]),
      [
        [
          'kind',
          [
            ['KIND_A', undefined],
            ['KIND_B', '1 << 3'],
          ],
        ],
      ],
    );
    assert.deepEqual(
      index.names.map(({ kind, name }) => `${kind} ${name}`),
      ['typedef wrapped_t', 'variable counter', 'variable pointer'],
    );
    assert.deepEqual(
      index.macros.map(({ name, parameters, bodySpan }) => [name, parameters, textOf(bodySpan)]),
      [
        ['CONST', undefined, '3'],
        ['TWICE', ['x', 'args...'], '\\\n\t((x) * 2)'],
      ],
    );
    assert.deepEqual(
      index.invocations.map(({ macro, argumentTexts }) => [macro, argumentTexts]),
      [['EXPORT_SYMBOL_GPL', ['frob']]],
    );
  });

  it('finds conditional regions', () => {
    assert.deepEqual(
      index.regions.map(({ branches, depth, isClosed }) => [
        depth,
        isClosed,
        branches.map(({ directive, condition, isParsed }) => `${directive} ${condition} ${isParsed}`),
      ]),
      [
        [0, true, ['ifdef defined(CONFIG_A) true', 'else !defined(CONFIG_A) true']],
        [0, true, ['ifdef defined(CONFIG_A) true']],
      ],
    );
  });

  it('finds calls, direct, by pointer, and of iterators', () => {
    assert.deepEqual(
      file.calls.map(({ callee, caller, isIndirect, span }) => [
        callee,
        caller,
        isIndirect ? 'by pointer' : '',
        textOf(span).replace(/\s+/g, ' '),
      ]),
      [
        ['VM_WARN_ON_ONCE', 'other', '', 'VM_WARN_ON_ONCE(!t || /* why */ t->a == "x y")'],
        ['frob', 'other', '', 'frob(0, 0)'],
        ['EXPORT_SYMBOL_GPL', '', '', 'EXPORT_SYMBOL_GPL(frob)'],
        ['list_for_each', 'nothing', '', 'list_for_each(p, "(")'],
        ['call', 'nothing', 'by pointer', 'ops->call(p)'],
        ['mmap_assert_locked', 'nothing', '', 'mmap_assert_locked(mm)'],
      ],
    );
  });

  it('finds asserts with their expressions on one line', () => {
    assert.deepEqual(
      file.asserts.map(({ macro, text: expression, functionName, conditions }) => [
        macro,
        expression,
        functionName,
        conditions.join(),
      ]),
      [
        ['VM_WARN_ON_ONCE', '!t || t->a == "x  y"', 'other', 'defined(CONFIG_A)'],
        ['mmap_assert_locked', 'mm', 'nothing', ''],
      ],
    );
  });

  it('loses no function behind one that is half typed, as long as brackets pair up', () => {
    const code = 'int a(void)\n{\n\tx = y +\n\tif else case {\n}\n}\n\nint b(void)\n{\n\treturn 1;\n}\n';
    const broken = new SourceFile(parser, 'b.c', code);
    try {
      assert.ok(broken.unparsed.length > 0);
      assert.deepEqual(
        broken.index.functions.map(({ name, span }) => [name, span.start]),
        [
          ['a', 0],
          ['b', code.indexOf('int b')],
        ],
      );
    } finally {
      broken.delete();
    }
  });

  it('keeps what is whole when a part is broken', () => {
    const broken = new SourceFile(
      parser,
      'b.c',
      'int a(void)\n{\n\tif (x {\n}\n\nint b(void)\n{\n\treturn 1;\n}\n',
    );
    try {
      assert.ok(broken.unparsed.length > 0);
      assert.ok(broken.index.functions.some(({ name }) => name === 'a' || name === 'b'));
    } finally {
      broken.delete();
    }
  });
});
