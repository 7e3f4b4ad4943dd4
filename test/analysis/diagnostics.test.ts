// Nothing is reported on the real mm/rmap.c of any kernel, and each code fires on a text that was changed for it.
import { strict as assert } from 'node:assert';
import { findingsIn } from '../../src/analysis/diagnostics';
import { LOCK_FILES } from '../../src/analysis/lockAnalysis';
import type { KernelParser } from '../../src/source/parser';
import { createParser, demandedText, VERSIONS } from '../source/support';
import { type Analysed, analysedText, analysedTree, learnAll } from './support';

/** What is needed to follow the functions of mm/rmap.c. */
const FILES = LOCK_FILES.slice(0, 9);

/** Files beside mm/rmap.c in which findings are shown. */
const OTHERS = [
  'mm/vma.c',
  'mm/mmap.c',
  'mm/mremap.c',
  'mm/mprotect.c',
  'mm/memory.c',
  'mm/huge_memory.c',
  'mm/ksm.c',
  'mm/userfaultfd.c',
  'mm/madvise.c',
  'mm/util.c',
  'mm/page_idle.c',
  'kernel/fork.c',
  'fs/exec.c',
  'mm/migrate.c',
  'mm/migrate_device.c',
  'mm/memory-failure.c',
  'mm/swapfile.c',
  'mm/hugetlb.c',
  'mm/filemap.c',
  'mm/mempolicy.c',
  'mm/mlock.c',
  'mm/debug.c',
  'mm/pgtable-generic.c',
  'mm/vma_init.c',
];

/** Those of them that a kernel does not have. */
const LACKING: Readonly<Record<(typeof VERSIONS)[number], readonly string[]>> = {
  '6.1': ['mm/vma.c', 'mm/vma_init.c'],
  '6.12': ['mm/vma_init.c'],
  '7.2': [],
  '7.3': [],
};

function codesIn({ locks, index }: Analysed, path = 'mm/rmap.c'): string[] {
  const text = index.text(path) ?? '';
  return locks.functionsIn(path).flatMap((one) => {
    const found = locks.function(path, one.function);
    const findings = found ? findingsIn(found, locks) : [];
    return findings.map(({ code, start, end, message }) => {
      const base = one.function.span.start;
      return `${one.function.name}: ${code} at “${text.slice(base + start, base + end)}”: ${message}`;
    });
  });
}

/** Functions of which nothing is said because they have too many paths. */
function tooManyPathsIn({ locks }: Analysed, path: string): string[] {
  return locks.functionsIn(path).flatMap(({ function: definition }) => {
    return locks.function(path, definition)?.run.gaveUp ? [`${path} ${definition.name}`] : [];
  });
}

/** The text with one piece replaced; the piece has to be there, so that a test cannot pass by chance. */
function changed(text: string, from: string, to: string): string {
  assert.ok(text.includes(from), `“${from}” is not in the text`);
  return text.replace(from, to);
}

describe('findings in kernel source', function () {
  this.timeout(240_000);
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  for (const version of VERSIONS) {
    it(`are none in mm/rmap.c of Linux ${version}`, async () => {
      const tree = await analysedTree(parser, version, FILES);
      try {
        assert.deepEqual(codesIn(tree), []);
      } finally {
        tree.index.delete();
      }
    });
  }

  for (const version of VERSIONS) {
    it(`are none in the other files where they are shown, Linux ${version}`, async () => {
      const tree = await analysedTree(parser, version);
      try {
        const looked = OTHERS.filter((path) => tree.locks.functionsIn(path).length > 4);
        assert.deepEqual(
          looked,
          OTHERS.filter((path) => !LACKING[version].includes(path)),
        );
        // before what callers hold is known, and after, as in the editor
        assert.deepEqual(
          looked.flatMap((path) => codesIn(tree, path)),
          [],
        );
        for (const path of looked) learnAll(tree.locks, path);
        assert.deepEqual(
          looked.flatMap((path) => codesIn(tree, path)),
          [],
        );
        assert.deepEqual(
          looked.flatMap((path) => tooManyPathsIn(tree, path)),
          [],
        );
      } finally {
        tree.index.delete();
      }
    });
  }

  it('are found in them as well: clone-without-operation in mm/vma.c', async () => {
    const text = changed(demandedText('7.3', 'mm/vma.c'), ', VMA_OP_SPLIT)', ')');
    const tree = await analysedTree(parser, '7.3', LOCK_FILES, { 'mm/vma.c': text });
    try {
      assert.match(codesIn(tree, 'mm/vma.c').join('\n'), /^__split_vma: clone-without-operation/);
    } finally {
      tree.index.delete();
    }
  });

  it('are found in them as well: RCU left twice in mm/memory-failure.c', async () => {
    const path = 'mm/memory-failure.c';
    const text = changed(
      demandedText('7.3', path),
      '\trcu_read_unlock();\n\tanon_vma_unlock_read(av);\n',
      '\trcu_read_unlock();\n\trcu_read_unlock();\n\tanon_vma_unlock_read(av);\n',
    );
    const tree = await analysedTree(parser, '7.3', LOCK_FILES, { [path]: text });
    try {
      assert.match(
        codesIn(tree, path).join('\n'),
        /^collect_procs_anon: lock-unbalanced at “rcu_read_unlock”: .*released on this path before/,
      );
    } finally {
      tree.index.delete();
    }
  });

  const cases: readonly {
    readonly code: string;
    readonly what: string;
    readonly version: '6.12' | '7.3';
    readonly change: (text: string) => string;
    readonly at: RegExp;
  }[] = [
    {
      code: 'alloc-under-root-lock',
      what: 'GFP_NOWAIT becomes GFP_KERNEL in the clone of 6.12',
      version: '6.12',
      change: (text) =>
        changed(text, 'anon_vma_chain_alloc(GFP_NOWAIT | __GFP_NOWARN)', 'anon_vma_chain_alloc(GFP_KERNEL)'),
      at: /^anon_vma_clone: alloc-under-root-lock at “anon_vma_chain_alloc\(GFP_KERNEL\)/,
    },
    {
      code: 'lock-unbalanced',
      what: 'a return in __anon_vma_prepare() that keeps the page_table_lock',
      version: '7.3',
      change: (text) =>
        changed(
          text,
          '\tif (likely(!vma->anon_vma)) {\n',
          '\tif (vma->vm_pgoff) {\n\t\tanon_vma_unlock_write(anon_vma);\n\t\treturn 0;\n\t}\n\tif (likely(!vma->anon_vma)) {\n',
        ),
      at: /^__anon_vma_prepare: lock-unbalanced at “return”: The page_table_lock/,
    },
    {
      code: 'lock-unbalanced',
      what: 'the root lock of the clone taken twice',
      version: '7.3',
      change: (text) =>
        changed(
          text,
          '\tanon_vma_lock_write(active_anon_vma);\n\tlist_for_each_entry_reverse(',
          '\tanon_vma_lock_write(active_anon_vma);\n\tanon_vma_lock_write(active_anon_vma);\n\tlist_for_each_entry_reverse(',
        ),
      at: /^anon_vma_clone: lock-unbalanced at “anon_vma_lock_write”.*waits for ever/,
    },
    {
      code: 'lock-order',
      what: 'the root lock taken inside of the page_table_lock',
      version: '7.3',
      change: (text) =>
        changed(
          changed(text, '\tanon_vma_lock_write(anon_vma);\n\t/* page_table_lock', '\t/* page_table_lock'),
          'spin_lock(&mm->page_table_lock);\n',
          'spin_lock(&mm->page_table_lock);\n\tanon_vma_lock_write(anon_vma);\n',
        ),
      at: /^__anon_vma_prepare: lock-order at “anon_vma_lock_write”/,
    },
    {
      code: 'allocation-lost',
      what: 'an error path of __anon_vma_prepare() that forgets the AVC',
      version: '7.3',
      change: (text) => changed(text, 'goto out_enomem_free_avc;', 'goto out_enomem;'),
      at: /^__anon_vma_prepare: allocation-lost at “anon_vma_chain_alloc\(GFP_KERNEL\)”.*-ENOMEM/,
    },
    {
      code: 'counter-on-one-path',
      what: 'num_active_vmas counted for some VMAs only',
      version: '7.3',
      change: (text) =>
        changed(
          text,
          '\t\tanon_vma->num_active_vmas++;\n',
          '\t\tif (vma->vm_pgoff)\n\t\t\tanon_vma->num_active_vmas++;\n',
        ),
      at: /^__anon_vma_prepare: counter-on-one-path at “smp_store_release.*”: .*num_active_vmas.*returns 0/,
    },
    {
      code: 'counter-on-one-path',
      what: 'num_children counted before an allocation that may fail',
      version: '6.12',
      change: (text) =>
        changed(
          text,
          '\tavc = anon_vma_chain_alloc(GFP_KERNEL);\n\tif (!avc)\n\t\tgoto out_error_free_anon_vma;\n',
          '\tpvma->anon_vma->num_children++;\n\tavc = anon_vma_chain_alloc(GFP_KERNEL);\n\tif (!avc)\n\t\treturn -ENOMEM;\n',
        ),
      at: /^anon_vma_fork: counter-on-one-path at “pvma->anon_vma->num_children”: .*not taken back.*-ENOMEM/,
    },
    {
      code: 'clone-without-operation',
      what: 'a fork that clones as before 7.0',
      version: '7.3',
      change: (text) => changed(text, 'anon_vma_clone(vma, pvma, VMA_OP_FORK)', 'anon_vma_clone(vma, pvma)'),
      at: /^anon_vma_fork: clone-without-operation at “anon_vma_clone\(vma, pvma\)”/,
    },
  ];
  for (const { code, what, version, change, at } of cases) {
    it(`${code}: ${what}`, async () => {
      const text = change(demandedText(version, 'mm/rmap.c'));
      const tree = await analysedTree(parser, version, FILES, { 'mm/rmap.c': text });
      try {
        const found = codesIn(tree);
        assert.ok(
          found.some((finding) => at.test(finding)),
          found.join('\n') || 'nothing was found',
        );
      } finally {
        tree.index.delete();
      }
    });
  }

  it('say nothing where a function that is not read tells by a flag whether it gave the lock back', async () => {
    const text = (flag: string): string =>
      `int f(struct mm_struct *mm)\n{\n\tint locked = ${flag};\n\tdown_read(&mm->mmap_lock);\n\telsewhere(mm, &locked);\n\tif (!locked)\n\t\tdown_read(&mm->mmap_lock);\n\tup_read(&mm->mmap_lock);\n\treturn 0;\n}\n`;
    const tree = await analysedText(parser, text('1'));
    assert.deepEqual(codesIn(tree), []);
    tree.index.delete();
    const other = await analysedText(parser, text('0'));
    assert.match(codesIn(other).join(), /^f: lock-unbalanced at “down_read”/);
    other.index.delete();
  });

  it('say nothing of a lock that a call leaves held on some returns, which its result does not tell apart', async () => {
    const text = (condition: string): string =>
      `static int link(struct file *file, bool hold)\n{\n\tdown_write(&file->i_mmap_rwsem);\n\tif (${condition})\n\t\tup_write(&file->i_mmap_rwsem);\n\treturn 0;\n}\nint f(struct file *file, struct mm_struct *mm, bool hold)\n{\n\tlink(file, hold);\n\tdown_write(&mm->mmap_lock);\n\tup_write(&mm->mmap_lock);\n\treturn 0;\n}\n`;
    const tree = await analysedText(parser, text('!hold'));
    assert.deepEqual(codesIn(tree), []);
    tree.index.delete();
    const other = await analysedText(parser, text('0'));
    assert.match(codesIn(other).join(), /f: lock-order at “down_write”/);
    other.index.delete();
  });

  it('say nothing of a lock that callers hold, and that one path releases by what an unread function tells', async () => {
    const text = (release: string): string =>
      `static int f(struct mm_struct *mm)\n{\n\tif (elsewhere(mm))\n\t\t${release};\n\twork();\n\tdown_read(&mm->mmap_lock);\n\treturn 0;\n}\nint one(struct mm_struct *mm)\n{\n\tdown_read(&mm->mmap_lock);\n\tf(mm);\n\tup_read(&mm->mmap_lock);\n\treturn 0;\n}\n`;
    const tree = await analysedText(parser, text('up_read(&mm->mmap_lock)'));
    assert.deepEqual(codesIn(tree), []);
    tree.index.delete();
  });

  it('say nothing of a lock that is given back by a flag, round a loop, and was held by callers', async () => {
    const text = `static int f(struct vm_area_struct *vma, unsigned long end)\n{\n\tstruct mm_struct *mm = vma->vm_mm;\n\tint locked = 1;\n\twhile (more(end)) {\n\t\tif (!vma)\n\t\t\tvma = vma_lookup(mm, end);\n\t\telsewhere(vma, &locked);\n\t\tif (!locked) {\n\t\t\tdown_read(&mm->mmap_lock);\n\t\t\tlocked = 1;\n\t\t\tvma = NULL;\n\t\t}\n\t}\n\treturn 0;\n}\nint one(struct vm_area_struct *vma)\n{\n\tdown_read(&vma->vm_mm->mmap_lock);\n\tf(vma, 1);\n\tup_read(&vma->vm_mm->mmap_lock);\n\treturn 0;\n}\n`;
    const tree = await analysedText(parser, text);
    assert.deepEqual(codesIn(tree), []);
    tree.index.delete();
  });

  it('say nothing about a lock that is only maybe held', async () => {
    const tree = await analysedText(
      parser,
      'int f(struct anon_vma *a, int x)\n{\n\tif (x)\n\t\tdown_write(&a->root->rwsem);\n\tg();\n\tif (x)\n\t\tup_write(&a->root->rwsem);\n\treturn 0;\n}\n',
    );
    assert.deepEqual(codesIn(tree), []);
    tree.index.delete();
  });
});
