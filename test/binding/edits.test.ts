// Changes to the text of the real 7.3, as a patch under review makes them: what the run says then.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { DEFAULT_LIMITS } from '../../src/interpreter/machine';
import type { KernelParser } from '../../src/source/parser';
import { createParser } from '../source/support';
import { type Edit, openEdited, runOn, violated } from './support';

/** A grandchild is split; the second of its three AVCs cannot be had. */
const FAILING_SPLIT = `P: mmap 0x10 4
P: write 0x10
P: fork C
C: write 0x11
C: fork D
D: write 0x12
D: munmap 0x11 1 ! fail avc:2
`;

/** Merging a faulted VMA into an unfaulted one fails, and both go later. */
const FAILING_MERGE = `P: mmap 0x10 2 rw
P: mmap 0x12 2 r
P: mmap 0x14 4 rw
P: write 0x14
P: mprotect 0x12 2 rw ! fail avc:1
P: munmap 0x10 8
`;

const CLEANUP_LOOP =
  /\tlist_for_each_entry_safe\(avc, next, &vma->anon_vma_chain, same_vma\) \{\n\t\tlist_del\(&avc->same_vma\);\n\t\tanon_vma_chain_free\(avc\);\n\t\}\n\n\t\/\*\n\t \* The anon_vma assigned/;
const cleanupLoop = (body: string): Edit => ({
  path: 'mm/rmap.c',
  from: CLEANUP_LOOP,
  to: `\tlist_for_each_entry_safe(avc, next, &vma->anon_vma_chain, same_vma) {\n${body}\t}\n\n\t/*\n\t * The anon_vma assigned`,
});

const beforeClone = (statement: string): Edit => ({
  path: 'mm/rmap.c',
  from: /(\tcheck_anon_vma_clone\(dst, src, operation\);\n)/,
  to: `$1\t${statement}\n`,
});

describe('edits of the text', () => {
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  const run = (edits: readonly Edit[], scenario: string) => runOn(openEdited(parser, '7.3', edits), scenario);

  it('the text as it is breaks nothing', () => {
    for (const scenario of [FAILING_SPLIT, FAILING_MERGE]) {
      const { trace, evaluation } = run([], scenario);
      equal(trace.truncated, null);
      deepEqual(evaluation.violations, []);
    }
  });

  it('without the reset in cleanup_partial_anon_vmas() the failed merge is named, and its cause is in the text', () => {
    const result = run(
      [
        {
          path: 'mm/rmap.c',
          from: /(state by resetting\.\n\t \*\/\n)\tvma->anon_vma = NULL;\n/,
          to: '$1',
        },
      ],
      FAILING_MERGE,
    );
    ok(violated(result).includes('vma/active-on-chain'), violated(result).join());
    const first = result.evaluation.violations.find(({ invariant }) => invariant === 'vma/active-on-chain');
    const cause = result.trace.steps[first?.cause ?? -1];
    equal(cause?.location?.file, 'mm/vma.c');
    equal(cause?.function, 'dup_anon_vma');
  });

  it('memory that is used after it was freed', () => {
    const result = run(
      [cleanupLoop('\t\tanon_vma_chain_free(avc);\n\t\tlist_del(&avc->same_vma);\n')],
      FAILING_SPLIT,
    );
    const found = result.evaluation.violations.find(({ invariant }) => invariant === 'mem/no-use-after-free');
    ok(found, violated(result).join());
    const used = result.trace.steps[found.step];
    equal(used?.location?.file, 'mm/rmap.c');
    equal(used?.function, 'cleanup_partial_anon_vmas');
    match(found.message, /freed at mm\/rmap\.c:\d+/);
    // where it was freed is the step that freed the object
    const event = used?.events.find(({ type }) => type === 'memory');
    const object = event?.type === 'memory' ? event.object : null;
    ok(
      result.trace.steps.some(({ changes }) =>
        changes.some((change) => change.op === 'free' && change.object === object),
      ),
    );
  });

  it('memory that is freed twice', () => {
    const result = run(
      [
        cleanupLoop(
          '\t\tlist_del(&avc->same_vma);\n\t\tanon_vma_chain_free(avc);\n\t\tanon_vma_chain_free(avc);\n',
        ),
      ],
      FAILING_SPLIT,
    );
    ok(violated(result).includes('mem/no-double-free'), violated(result).join());
  });

  it('memory that nothing refers to any more', () => {
    const result = run([cleanupLoop('\t\tlist_del(&avc->same_vma);\n')], FAILING_SPLIT);
    ok(violated(result).includes('mem/no-leak'), violated(result).join());
  });

  it('a NULL pointer ends the run, and says where', () => {
    const result = run([beforeClone('src->anon_vma = NULL; src->anon_vma->num_children++;')], FAILING_SPLIT);
    match(result.trace.truncated ?? '', /^a NULL pointer is followed.*\(mm\/rmap\.c:\d+\)\.$/);
    ok(violated(result).includes('mem/no-wild-access'), violated(result).join());
  });

  it('a pointer that leads nowhere is told from a NULL pointer', () => {
    const result = run(
      [beforeClone('*(unsigned long *)&src->anon_vma = 0x123456789000UL; src->anon_vma->num_children++;')],
      FAILING_SPLIT,
    );
    match(result.trace.truncated ?? '', /leads nowhere.*\(mm\/rmap\.c:\d+\)\.$/);
    const wild = result.evaluation.violations.find(({ invariant }) => invariant === 'mem/no-wild-access');
    match(wild?.message ?? '', /leads nowhere/);
  });

  it('an uninitialised field that is read', () => {
    const result = run(
      [{ path: 'mm/rmap.c', from: /\t\tanon_vma->num_children = 0;\n/, to: '' }],
      'P: mmap 0x10 2\nP: write 0x10\n',
    );
    ok(violated(result).includes('mem/no-wild-access'), violated(result).join());
  });

  it('a loop without end comes to a limit', () => {
    const text = openEdited(parser, '7.3', [beforeClone('for (;;) ;')], {
      limits: { ...DEFAULT_LIMITS, steps: 20_000 },
    });
    match(runOn(text, FAILING_SPLIT).trace.truncated ?? '', /20000 statements.*\(mm\/rmap\.c:\d+\)\.$/);
  });

  it('what the text uses and nothing has is named, with the way out', () => {
    const text = openEdited(parser, '7.3', [beforeClone('frobnicate(dst);')], {
      wayOut: (what) => `Supply ${what}.`,
    });
    match(
      runOn(text, FAILING_SPLIT).trace.truncated ?? '',
      /^frobnicate\(\) is neither .*\(mm\/rmap\.c:\d+\)\. Supply frobnicate\.$/,
    );
  });

  it('a stub supplies it', () => {
    const text = openEdited(parser, '7.3', [beforeClone('frobnicate(dst);')], {
      stubs: '#define frobnicate(vma) ((void)0)\n',
    });
    equal(runOn(text, FAILING_SPLIT).trace.truncated, null);
  });

  it('a new helper and a new field of a struct just work', () => {
    const result = run(
      [
        {
          path: 'include/linux/rmap.h',
          from: /(struct anon_vma_chain \{\n)/,
          to: '$1\tint seen;\n',
        },
        {
          path: 'mm/rmap.c',
          from: /(static void anon_vma_chain_assign\()/,
          to: 'static void note_seen(struct anon_vma_chain *avc)\n{\n\tavc->seen = 1;\n}\n\n$1',
        },
        { path: 'mm/rmap.c', from: /(\tavc->vma = vma;\n)/, to: '\tnote_seen(avc);\n$1' },
      ],
      FAILING_SPLIT,
    );
    equal(result.trace.truncated, null);
    deepEqual(violated(result), []);
    ok(result.trace.steps.some((step) => step.function === 'note_seen'));
  });

  it('functions of the VMA layer are those of the text too', () => {
    const result = run(
      [{ path: 'mm/vma.c', from: /(static int dup_anon_vma\([^{]*\{\n)/, to: '$1\treturn -ENOMEM;\n' }],
      'P: mmap 0x10 2\nP: mmap 0x14 2\nP: write 0x14\nP: mmap 0x12 2\n',
    );
    const last = result.trace.operations.at(-1);
    deepEqual([last?.status, last?.snapshot.mms[0]?.vmas.length], ['ok', 3]);
  });
});
