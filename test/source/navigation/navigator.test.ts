// What a name means, where it is defined and used: locals by their blocks, members by their struct, the rest by name.
import assert from 'node:assert/strict';
import { incomingCalls, outgoingCalls } from '../../../src/source/navigation/callGraph';
import { foldsOf } from '../../../src/source/navigation/folding';
import type { Navigator } from '../../../src/source/navigation/navigator';
import { matchesLoosely, outlineOf } from '../../../src/source/navigation/outline';
import type { KernelParser } from '../../../src/source/parser';
import { createParser } from '../support';
import { definitionsAt, navigatorOf, placeText, referencesAt } from './support';

const HEADER = `#define MAX_DEPTH 4
struct list { struct list *next; };
struct avc { struct vma *vma; struct list same; struct { int low; } range; };
struct vma { struct avc *avc; int flags; struct list chain; };
enum mode { MODE_A, MODE_B };
static inline struct vma *vma_of(struct avc *avc)
{
	return avc->vma;
}
#define each_avc(pos, head) for (pos = first(head); pos; pos = after(pos))
struct vma *first(struct list *head);
`;

const SOURCE = `#include <linux/rmap.h>
#include "own.h"
static int flags;

static int helper(struct vma *vma, int depth)
{
	struct avc *avc;

	if (depth > MAX_DEPTH)
		goto out;
	list_for_each_entry(avc, &vma->chain, same) {
		int depth = 1;

		vma_of(avc)->flags += depth;
	}
	vma->flags |= MODE_B;
out:
	return depth + flags;
}

int entry(struct vma *vma)
{
	struct avc init = { .vma = vma, };

	each_avc(vma, 0)
		helper(vma, init.range.low);
	return helper(vma, 1);
}
`;

describe('navigation', () => {
  let parser: KernelParser;
  let navigator: Navigator;
  before(async () => {
    parser = await createParser();
  });
  beforeEach(async () => {
    navigator = navigatorOf(parser, {
      'include/linux/rmap.h': HEADER,
      'include/linux/far.h': 'int far_away(void);\n',
      'mm/own.h': '#include <linux/far.h>\n',
      'mm/a.c': SOURCE,
      'mm/b.c':
        '#include <linux/rmap.h>\n#define USE(v) entry(v)\nstatic int helper(void)\n{\n\treturn entry(0) + far_away();\n}\n',
      'drivers/c.c': 'int entry(struct vma *vma);\n',
    });
    await navigator.ready();
  });
  afterEach(() => navigator.tree.delete());
  after(() => parser.delete());

  it('takes a local name for the declaration of the innermost block', async () => {
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'depth;', '->flags'), ['local mm/a.c:12']);
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'depth + flags'), ['local mm/a.c:5']);
    assert.deepEqual(referencesAt(navigator, 'mm/a.c', 'depth + flags'), [
      'mm/a.c:5*',
      'mm/a.c:9',
      'mm/a.c:18',
    ]);
    assert.deepEqual(referencesAt(navigator, 'mm/a.c', 'depth = 1'), ['mm/a.c:12*', 'mm/a.c:14']);
  });

  it('finds labels both ways', async () => {
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'out;'), ['local mm/a.c:17']);
    assert.deepEqual(referencesAt(navigator, 'mm/a.c', 'out:'), ['mm/a.c:10', 'mm/a.c:17*']);
  });

  it('tells members of different structs apart by the expression before them', async () => {
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'flags += depth'), [
      'member include/linux/rmap.h:4',
    ]);
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'same)'), ['member include/linux/rmap.h:3']);
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'low)'), ['member include/linux/rmap.h:3']);
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'vma = vma'), [
      'member include/linux/rmap.h:3',
    ]);
    assert.deepEqual(referencesAt(navigator, 'mm/a.c', 'flags |='), [
      'include/linux/rmap.h:4*',
      'mm/a.c:14',
      'mm/a.c:16',
    ]);
  });

  it('gives every struct that has the member where the text does not tell which', async () => {
    navigator.tree.update(
      'mm/a.c',
      `${SOURCE}int f(void)\n{\n\treturn unknown()->vma == unknown()->avc;\n}\n`,
    );
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'avc;', 'unknown'), [
      'member include/linux/rmap.h:4',
    ]);
    navigator.tree.update('include/linux/rmap.h', `${HEADER}struct other { int vma; };\n`);
    assert.equal((await definitionsAt(navigator, 'mm/a.c', 'vma ==', 'unknown')).length, 2);
  });

  it('finds functions, macros, variables, enumerators and tags', async () => {
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'vma_of'), ['function include/linux/rmap.h:6']);
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'MAX_DEPTH'), ['macro include/linux/rmap.h:1']);
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'each_avc'), ['macro include/linux/rmap.h:10']);
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'flags;', 'return depth'), [
      'variable mm/a.c:3',
    ]);
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'MODE_B'), [
      'enumerator include/linux/rmap.h:5',
    ]);
    assert.deepEqual(await definitionsAt(navigator, 'mm/a.c', 'avc *avc;'), [
      'struct include/linux/rmap.h:3',
    ]);
    assert.deepEqual(await definitionsAt(navigator, 'mm/b.c', 'v) entry'), ['local mm/b.c:2']);
    assert.deepEqual(await definitionsAt(navigator, 'mm/b.c', 'linux'), ['file include/linux/rmap.h:1']);
  });

  it('prefers the static function of the same file, and never offers that of another', async () => {
    assert.deepEqual(await definitionsAt(navigator, 'mm/b.c', 'helper'), ['function mm/b.c:3']);
    assert.deepEqual(referencesAt(navigator, 'mm/b.c', 'helper'), ['mm/b.c:3*']);
    assert.deepEqual(referencesAt(navigator, 'mm/a.c', 'helper'), ['mm/a.c:5*', 'mm/a.c:26', 'mm/a.c:27']);
  });

  it('answers from the nearest files where they tell it, and from all where they do not', async () => {
    const names: Record<string, string> = {
      'mm/rmap.c':
        'static int own(void)\n{\n\treturn far_away() + prototyped() + own() + avc_of(0)->vma->flags;\n}\n',
      'include/linux/rmap.h': `${HEADER}int prototyped(void);\nstatic inline struct avc *avc_of(int x)\n{\n\treturn 0;\n}\n`,
      'mm/far.c': 'int far_away(void)\n{\n\treturn 0;\n}\nint prototyped(void)\n{\n\treturn 0;\n}\n',
    };
    const fresh = navigatorOf(parser, names);
    await fresh.nearby('mm/rmap.c');
    const near = (name: string): string[] | undefined =>
      fresh
        .nearDefinitions('mm/rmap.c', (names['mm/rmap.c'] ?? '').indexOf(name, 20))
        ?.definitions.map(({ kind, path }) => `${kind} ${path}`);
    assert.deepEqual(near('own'), ['function mm/rmap.c']);
    assert.deepEqual(near('avc_of'), ['function include/linux/rmap.h']);
    assert.deepEqual(near('flags'), ['member include/linux/rmap.h']);
    assert.equal(near('far_away'), undefined);
    assert.equal(near('prototyped'), undefined);
    assert.deepEqual(fresh.tree.paths, ['include/linux/rmap.h', 'mm/rmap.c'], 'nothing else was read');
    await fresh.ready('mm/rmap.c');
    assert.deepEqual(await definitionsAt(fresh, 'mm/rmap.c', 'prototyped'), ['function mm/far.c:5']);
    fresh.tree.delete();
  });

  it('follows #include lines to headers beyond those that are always read', async () => {
    assert.equal(navigator.tree.text('include/linux/far.h'), undefined);
    navigator.tree.update('mm/b.c', `#include "own.h"\n${navigator.tree.text('mm/b.c')}`);
    assert.deepEqual(await definitionsAt(navigator, 'mm/b.c', 'far_away'), [
      'prototype include/linux/far.h:1',
    ]);
  });

  it('knows what was typed a moment ago', async () => {
    navigator.tree.update('mm/a.c', `\n\n${SOURCE.replace('flags |= MODE_B', 'flags = entry(vma)')}`);
    assert.deepEqual(await definitionsAt(navigator, 'mm/b.c', 'entry'), ['function mm/a.c:23']);
    const callers = incomingCalls(navigator, 'entry').map(({ caller }) => `${caller.kind} ${caller.name}`);
    assert.deepEqual(callers, ['function helper', 'macro USE', 'function helper']);
  });

  it('says nothing of comments and strings', () => {
    navigator.tree.update(
      'mm/a.c',
      '/* entry(1) */\nchar *s = "entry(2)";\n#define T "entry(3)"\n// entry(4)\n',
    );
    assert.deepEqual(referencesAt(navigator, 'mm/b.c', 'entry'), ['mm/b.c:2', 'mm/b.c:5']);
    assert.equal(navigator.targetAt('mm/a.c', 4), undefined);
  });

  it('lists callers, those in macros included, and callees with their places', () => {
    const calls = incomingCalls(navigator, 'helper').map(
      ({ caller, calls: places }) =>
        `${caller.name} ${places.map(({ start }) => placeText(navigator, caller.path, start)).join(' ')}`,
    );
    assert.deepEqual(calls, ['entry mm/a.c:26 mm/a.c:27']);
    const entry = navigator.tree.file('mm/a.c')?.functions.find(({ name }) => name === 'entry');
    const callees = entry ? outgoingCalls(navigator, 'mm/a.c', entry.span) : [];
    assert.deepEqual(
      callees.map(({ callee, calls: places }) => `${callee.kind} ${callee.name} ×${places.length}`),
      ['macro each_avc ×1', 'function helper ×2'],
    );
  });

  it('outlines a file in the order of its text', () => {
    const index = navigator.tree.file('include/linux/rmap.h');
    assert.ok(index);
    assert.deepEqual(
      outlineOf(index).map(
        ({ kind, name, detail, children }) => `${kind} ${name}${detail} ${children.length}`,
      ),
      [
        'macro MAX_DEPTH 0',
        'struct list 1',
        'struct avc 4',
        'struct vma 3',
        'enum mode 2',
        'function vma_of(struct avc *avc) 0',
        'macro each_avc(pos, head) 0',
        'prototype first(struct list *head) 0',
      ],
    );
  });

  it('folds blocks from their heads, comments, branches and runs of includes', () => {
    const text =
      '#include <a.h>\n#include <b.h>\n\n/*\n * c\n */\nint f(void)\n{\n\tif (a) {\n\t\tb();\n\t}\n}\n#ifdef A\nint c;\n#else\nint d;\n#endif\n';
    assert.deepEqual(
      foldsOf(text).map(({ kind, startLine, endLine }) => `${kind} ${startLine}-${endLine}`),
      ['imports 0-1', 'comment 3-5', 'block 6-10', 'block 8-9', 'branch 12-13', 'branch 14-15'],
    );
    assert.deepEqual(foldsOf('}}} { \n ((( #if\n /*'), []);
  });

  it('matches names by their letters in order', () => {
    assert.ok(matchesLoosely('anon_vma_clone', 'avclone') && matchesLoosely('x', ''));
    assert.ok(!matchesLoosely('anon_vma_clone', 'clonex'));
  });
});
