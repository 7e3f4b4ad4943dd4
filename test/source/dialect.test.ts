// The dialect pass: equal length, line breaks kept, what is replaced and what is left alone.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rewriteDialect } from '../../src/source/dialect';
import { demandedText, VERSIONS } from './support';

/** Pieces of C that matter to the pass, to be put together in any order. */
const FRAGMENTS = [
  '\n',
  ' ',
  '\t',
  '\\\n',
  ';',
  ',',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '*',
  '=',
  ':',
  '"',
  "'",
  '/*',
  '*/',
  '//',
  '#',
  '...',
  '#if X\n',
  '#ifdef A\n',
  '#else\n',
  '#elif B\n',
  '#endif\n',
  '#define M(a) \\\n a\n',
  '#if 0\n',
  'static ',
  'inline ',
  'struct ',
  'enum ',
  'int ',
  'unsigned long ',
  'return ',
  'if ',
  'else ',
  'while ',
  'do ',
  'for ',
  '__always_inline ',
  '__rcu ',
  '__printf(1, 2) ',
  '__unheard_of ',
  'SYSCALL_DEFINE0(x)',
  'SYSCALL_DEFINE1(x, int, y)',
  'DEFINE_PER_CPU(int, x)',
  'DECLARE_BITMAP(x, 3)',
  'EXPORT_SYMBOL(x)',
  'list_for_each(p, head)',
  'scoped_guard(m, l)',
  'min_t(unsigned int, a, b)',
  'container_of(p, struct s, m)',
  'typeof(x) ',
  'auto x = ',
  'offsetof(struct s, a.b)',
  'struct_group(a, int b;)',
  'name',
  'x',
  'f(x)',
  '1',
  'é',
  '\u{1f600}',
  '\r\n',
];

const cLike = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 60 }).map((pieces) => pieces.join(''));
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), cLike);

function newlinesOf(text: string): string {
  return text.replace(/[^\n]/g, '.');
}

/** The rewritten text with runs of blanks as one, to compare what is left. */
function left(text: string): string {
  return rewriteDialect(text).text.replace(/\s+/g, ' ').trim();
}

describe('dialect', () => {
  it('keeps length and line breaks of any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const result = rewriteDialect(text);
        assert.equal(newlinesOf(result.text), newlinesOf(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('says what stood at each replacement, in order, with replacements of equal length', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { replacements } = rewriteDialect(text);
        let last = 0;
        for (const { start, end, text: replaced } of replacements) {
          assert.ok(start >= last && end > start && end <= text.length, `${start}–${end} after ${last}`);
          assert.equal(replaced.length, end - start);
          last = end;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('has nothing left to do on its own result for real files', () => {
    for (const version of VERSIONS) {
      for (const path of ['mm/rmap.c', 'mm/mmap.c', 'include/linux/rmap.h', 'include/linux/mm_types.h']) {
        const once = rewriteDialect(demandedText(version, path)).text;
        assert.equal(rewriteDialect(once).text, once, `${version} ${path}`);
      }
    }
  });

  it('takes attributes away, known ones anywhere and unknown ones where only an attribute can stand', () => {
    assert.equal(
      left('static __always_inline int f(int __user *p) __must_hold(&x) { }'),
      'static int f(int *p) { }',
    );
    assert.equal(left('struct s *__new_attribute f(void);'), 'struct s * f(void);');
    assert.equal(left('extern void f(void) __other;'), 'extern void f(void) ;');
    assert.equal(left('static const __be32 x;'), 'static const __be32 x;');
    assert.equal(left('SOME_API void f(void);'), 'void f(void);');
  });

  it('leaves strings, comments and preprocessor lines alone', () => {
    assert.equal(left('char *s = "__init"; /* __init */'), 'char *s = "__init"; /* __init */');
    const { text, replacements } = rewriteDialect('#define __init x\nint a;');
    assert.equal(text, '                \nint a;');
    assert.deepEqual(
      replacements.map(({ kind, name }) => [kind, name]),
      [['directive', '#define']],
    );
  });

  it('writes macros before a block as `while`, and says which they were', () => {
    const code = 'void f(void) { list_for_each(p, h) { g(p); } scoped_guard(m, l) h(); for_each_x(i) }';
    const { text, replacements } = rewriteDialect(code);
    assert.equal(
      text,
      'void f(void) { while        (p, h) { g(p); } while       (m, l) h(); for_each_x(i) }',
    );
    assert.deepEqual(
      replacements.map(({ kind, name }) => [kind, name]),
      [
        ['iterator', 'list_for_each'],
        ['scope', 'scoped_guard'],
      ],
    );
  });

  it('does not take a function for an iterator', () => {
    const code = 'static void x_for_each(int a)\n{\n\treturn;\n}\n';
    assert.equal(rewriteDialect(code).text, code);
  });

  it('joins types that are macro arguments', () => {
    assert.equal(
      left('void f(void) { x = min_t(unsigned long, a, b) + c_of(p, struct s *, m); }'),
      'void f(void) { x = min_t(unsigned_long, a, b) + c_of(p, struct_s , m); }',
    );
    assert.equal(left('void f(void) { g(sizeof(struct s)); }'), 'void f(void) { g(sizeof(struct s)); }');
    assert.equal(left('int g(struct s *p);'), 'int g(struct s *p);');
  });

  it('turns heads and declarations written by macros into heads and declarations', () => {
    assert.equal(
      left('SYSCALL_DEFINE2(foo, int, a, char __user *, b) { }'),
      'long foo( int a, char * b) { }',
    );
    const { text, replacements } = rewriteDialect('SYSCALL_DEFINE0(foo) { }');
    assert.equal(text, 'long           foo() { }');
    assert.deepEqual(replacements[0]?.nameSpan, { start: 16, end: 19 });
    assert.equal(left('static DEFINE_PER_CPU(struct s, x) = { 0 };'), 'static struct s x = { 0 };');
    assert.equal(left('struct s { DECLARE_BITMAP(bits, 8); };'), 'struct s { unsigned long bits[ 8]; };');
    assert.equal(left('struct s { struct_group(g, int a; int b;); };'), 'struct s { int a; int b; };');
    assert.equal(left('enum e { BIT_OF(A, 0), B };'), 'enum e { A , B };');
    assert.equal(left('EXPORT_SYMBOL(x);\nINTERVAL(struct a, b, static inline, c)\nint d;'), '; int d;');
  });

  it('takes macros that write several items of a list out of it, sizes for numbers, and padding for nothing', () => {
    assert.equal(left('enum e { A, ALL_OF(B)\n\tC, D };'), 'enum e { A, C, D };');
    assert.equal(left('int a[] = { ALL("x")\n\t[3] = 1, KM(8) };'), 'int a[] = { [3] = 1, KM(8) };');
    assert.equal(left('int a[] = { SIZE(8192, 8k), };'), 'int a[] = { SIZE(8192, 80), };');
    assert.equal(left('struct s { u32 a : 6; u32 : 2; unsigned int : 0; };'), 'struct s { u32 a : 6; };');
    const kept = 'struct s { enum { A } a:8; u8 b:1; unsigned int c : 3; };';
    assert.equal(left(kept), kept);
  });

  it('keeps branches that can stand side by side, and one of those that exclude each other', () => {
    assert.equal(
      left('#ifdef A\nint f(void) { }\n#else\nint g(void) { }\n#endif'),
      'int f(void) { } int g(void) { }',
    );
    assert.equal(left('#ifdef A\nint f(int a)\n#else\nint f(void)\n#endif\n{\n}'), 'int f(int a) { }');
    assert.equal(left('int a;\n#if 0\nnot C (\n#endif\nint b;'), 'int a; int b;');
    const { conditionals } = rewriteDialect('#if A\n#elif B\n#else\n#endif');
    assert.deepEqual(
      conditionals.regions[0]?.branches.map(({ condition }) => condition),
      ['A', '!A && B', '!A && !B'],
    );
  });
});
