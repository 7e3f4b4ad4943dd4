// Statements of a function: text in, text out.
import assert from 'node:assert/strict';
import type { KernelParser } from '../../src/source/parser';
import { SourceFile } from '../../src/source/sourceFile';
import { createParser, describeBody, functionNamed } from './support';

describe('statements', () => {
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  function statementsOf(code: string): string {
    const file = new SourceFile(parser, 'a.c', `int f(void)\n{\n${code}\n}\n`);
    try {
      assert.deepEqual(file.unparsed, [], code);
      return describeBody(file.body(functionNamed(file.index, 'f')));
    } finally {
      file.delete();
    }
  }

  const cases: readonly (readonly [title: string, code: string, expected: string])[] = [
    [
      'declarations and writes',
      'struct s *p = get(a), q; p->x.y = 1; a->n[i]++; --*count; (*r) += 2; ; p -> z <<= f ( 1 , (2, 3) );',
      `entry
decl get(a) [p init]
expr [p->x.y =]
expr [a->n[i] ++]
expr [*count --]
expr [*r +=]
expr f(1, (2, 3)) [p->z <<=]
end`,
    ],
    [
      'store macros',
      'WRITE_ONCE(a->b, c); smp_store_release(&vma->x, y); swap(a, b);',
      `entry
expr WRITE_ONCE(a->b, c) [a->b WRITE_ONCE]
expr smp_store_release(&vma->x, y) [vma->x smp_store_release]
expr swap(a, b) [a swap] [b swap]
end`,
    ],
    [
      'branches: a chain of else if is flat',
      'if (a(1)) { b(); } else if ((x = c())) d(); else { if (e) return; }',
      `entry
if a(1)
  expr b() in if
if c() [x =]
  expr d() in if
  if in if
    return =>  in if
end`,
    ],
    [
      'loops',
      'while (a()) b(); for (i = 0; i < n(); i++) { c(); } do { d(); continue; } while (e()); list_for_each_entry(p, &h, l) { f(p); break; }',
      `entry
while a()
  expr b() in loop
for n() [i =] [i ++]
  expr c() in loop
  expr d() in loop
  continue in loop
do e()
foreach list_for_each_entry(p, &h, l)
  expr f(p) in loop
  break in loop
end`,
    ],
    [
      'switch, labels and gotos',
      'switch (op(x)) { case A: a(); break; case B: default: goto out; } out: b(); return -ENOMEM;',
      `entry
switch op(x)
  case :A in switch
    expr a() in switch
    break in switch
  case :B in switch
  case :default in switch
    goto :out in switch
label :out
expr b()
return => -ENOMEM
end`,
    ],
    [
      'scopes, blocks and macros without semicolon',
      'scoped_guard(m, &l) { a(); } { b(); }\nFROB(x)\nc();',
      `entry
scope scoped_guard(m, &l)
  expr a()
  expr b()
expr FROB(x)
expr c()
end`,
    ],
    [
      'a macro that ends a do loop',
      'do { a(); } while_each_thread(g, t); do { } for_each_x(i); b();',
      `entry
  expr a() in loop
do while_each_thread(g, t)
do for_each_x(i)
expr b()
end`,
    ],
    [
      'conditionals',
      '#ifdef A\na();\n#else\nb();\n#if B\nc();\n#endif\n#endif\nd();',
      `entry
expr a() #if defined(A)
expr b() #if !defined(A)
expr c() #if !defined(A) #if B
expr d()
end`,
    ],
    [
      'types as arguments, calls in calls, calls by pointer',
      'x = container_of(p, struct s, m)->next(min_t(unsigned long, a, b));',
      `entry
expr next(min_t(unsigned long, a, b)) container_of(p, struct s, m) min_t(unsigned long, a, b) [x =]
end`,
    ],
    [
      'comments and strings with brackets',
      'printk("a(%s, }\\n", /* ) */ name(\')\')); return /* , */ x ? "a  b" : y;',
      `entry
expr printk("a(%s, }\\n", name(')')) name(')')
return => x?"a  b":y
end`,
    ],
  ];
  for (const [title, code, expected] of cases) {
    it(title, () => assert.equal(statementsOf(code), expected));
  }

  it('names what a statement mentions, types included', () => {
    const file = new SourceFile(
      parser,
      'a.c',
      'int f(void)\n{\n\tg(p->field, (struct s *)q, min_t(struct t *, OP, 1));\n}\n',
    );
    const body = file.body(functionNamed(file.index, 'f'));
    file.delete();
    assert.deepEqual(body.statements[1]?.identifiers, ['g', 'p', 'field', 's', 'q', 'min_t', 't', 'OP']);
  });

  it('points to the head of the construct, that of do included', () => {
    const file = new SourceFile(parser, 'a.c', 'int f(void)\n{\n\tdo { a(); if (b) c(); } while (d);\n}\n');
    const { statements } = file.body(functionNamed(file.index, 'f'));
    file.delete();
    assert.deepEqual(
      statements.map(({ kind, parent }) => [
        kind,
        parent === undefined ? undefined : statements[parent]?.kind,
      ]),
      [
        ['entry', undefined],
        ['expr', 'do'],
        ['if', 'do'],
        ['expr', 'if'],
        ['do', undefined],
        ['end', undefined],
      ],
    );
  });
});
