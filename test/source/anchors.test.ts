// Anchor patterns on own C: each term, negation, alternatives, ordinals, and the sentence when there is no such place.
import assert from 'node:assert/strict';
import type { KernelParser } from '../../src/source/parser';
import { TreeIndex } from '../../src/source/treeIndex';
import { createParser, labelled } from './support';

const MARKED = `
static int anon_vma_clone(struct v *dst,
			  struct v *src)
{
	«decl|struct c *avc = alloc(src), *other;»

	«if|if (!src->anon_vma || IS_ERR(avc))»
		«return0|return 0;»
	«loop|list_for_each_entry(avc, &src->chain, same_vma)» {
		«insert|anon_vma_interval_tree_insert(avc, &avc->tree);»
		if (lost(avc))
			«goto|goto fail;»
		«checkInLoop|check(avc);»
	}
	«check|check(dst);»
	«active|dst->anon_vma->num_active_vmas++;»
	«store|smp_store_release(&dst->anon_vma, other);»
	«switch|switch (dst->op)» {
	}
	«return0last|return 0;»
fail:
	«enomem|return -ENOMEM;»
}
`;

describe('anchors', () => {
  const { text, labels } = labelled(MARKED);
  let parser: KernelParser;
  let tree: TreeIndex;
  before(async () => {
    parser = await createParser();
    tree = new TreeIndex(parser, (path) => Promise.resolve(path === 'mm/rmap.c' ? text : undefined));
    await tree.ensureRole('anon_vma_clone');
  });
  after(() => {
    tree.delete();
    parser.delete();
  });

  /** What the pattern picks: the label of the statement, else its text; or the reason. */
  function resolve(pattern: string, role = 'anon_vma_clone'): string {
    const result = tree.resolve({ role, pattern });
    if (!result.ok) {
      return result.reason;
    }
    const { start, end } = result.range;
    for (const [label, span] of labels) {
      if (span.start === start.offset && span.end === end.offset) {
        return label;
      }
    }
    return text.slice(start.offset, end.offset);
  }

  const cases: readonly (readonly [pattern: string, expected: string])[] = [
    ['end', '}'],
    ['decl', 'decl'],
    ['call:alloc', 'decl'],
    ['set:avc', 'decl'],
    ['if has:IS_ERR', 'if'],
    ['if !call:lost', 'if'],
    ['return:0 in:if', 'return0'],
    ['return:0 !in:if', 'return0last'],
    ['return:0 #2', 'return0last'],
    ['return:-ENOMEM', 'enomem'],
    ['return:-EINVAL|-ENOMEM', 'enomem'],
    ['return #3', 'enomem'],
    ['loop', 'loop'],
    ['call:list_for_each_entry', 'loop'],
    ['call:anon_rmap_tree_insert', 'insert'],
    ['call:nothing|anon_rmap_tree_insert', 'insert'],
    ['goto', 'goto'],
    ['goto:fail', 'goto'],
    ['call:check in:loop', 'checkInLoop'],
    ['call:check !in:loop', 'check'],
    ['call:check has:dst', 'check'],
    ['expr call:check #1', 'checkInLoop'],
    ['set:num_active_vmas', 'active'],
    ['set:dst->anon_vma->num_active_vmas', 'active'],
    ['set:dst->anon_vma', 'store'],
    ['set:anon_vma call:smp_store_release', 'store'],
    ['switch', 'switch'],
    ['label:fail', 'fail:'],
    ['call:check', 'ambiguous: 2 statements of anon_vma_clone match “call:check”'],
    ['call:check #3', 'function anon_vma_clone found but only 2 statements match “call:check #3”'],
    ['call:absent', 'function anon_vma_clone found but no statement matches “call:absent”'],
    ['', 'pattern not understood: “” has no terms'],
    ['#1', 'pattern not understood: “#1” has no terms'],
    ['call:', 'pattern not understood: “call:”'],
    ['sometimes', 'pattern not understood: “sometimes”'],
  ];
  for (const [pattern, expected] of cases) {
    it(`${pattern} → ${expected}`, () => assert.equal(resolve(pattern), expected));
  }

  it('gives the head, positions from 0, the file and the function', () => {
    const result = tree.resolve({ role: 'anon_vma_clone', pattern: 'entry' });
    assert.ok(result.ok);
    assert.deepEqual(
      { file: result.file, functionName: result.functionName, range: result.range },
      {
        file: 'mm/rmap.c',
        functionName: 'anon_vma_clone',
        range: {
          start: { line: 1, column: 0, offset: 1 },
          end: { line: 2, column: 19, offset: text.indexOf('src)') + 4 },
        },
      },
    );
  });

  it('says when the role is not in the tree', () => {
    assert.equal(resolve('entry', 'anon_vma_fork'), 'role not in this tree: anon_vma_fork');
    assert.equal(resolve('entry', 'no_such_role'), 'role not in this tree: no_such_role');
  });

  it('takes a name in no table for a function', () => {
    tree.update('mm/other.c', 'int unheard_of(void)\n{\n\treturn 0;\n}\n');
    assert.equal(tree.resolve({ role: 'unheard_of', pattern: 'return' }).ok, true);
  });

  it('follows edits, and says when the place is lost', () => {
    const moved = `/* a\n * comment */\n${text}`;
    const line = (): number | undefined => {
      const result = tree.resolve({ role: 'anon_vma_clone', pattern: 'goto:fail' });
      return result.ok ? result.range.start.line : undefined;
    };
    const before = line();
    tree.update('mm/rmap.c', moved);
    assert.equal(line(), (before ?? 0) + 2);
    tree.update('mm/rmap.c', moved.replace('goto fail;', 'break;'));
    assert.equal(line(), undefined);
    tree.update('mm/rmap.c', text);
    assert.equal(line(), before);
  });

  it('prefers a definition in a plain branch to that of #else, and does not choose between equals', () => {
    const one = 'int f(void)\n{\n\tg();\n}\n';
    tree.update('mm/f.c', `#ifdef A\n${one}#else\n${one}#endif\n`);
    const result = tree.resolve({ role: 'f', pattern: 'call:g' });
    assert.ok(result.ok && result.range.start.line === 3);
    tree.update('mm/f.c', `#if A\n${one}#elif B\n#endif\n#if B\n${one}#endif\n`);
    assert.deepEqual(tree.resolve({ role: 'f', pattern: 'call:g' }), {
      ok: false,
      reason: 'ambiguous: 2 statements of f match “call:g”',
    });
  });
});
