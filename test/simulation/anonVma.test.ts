/**
 * The anon_vma functions on the kernels they are modelled after: what is linked, counted and freed, in which order.
 */
import assert from 'node:assert/strict';
import { PROFILES } from '../../src/simulation/profiles';
import { calls, outcome, stepsOf } from './rmapWorld';

const KERNELS = PROFILES.map(({ id }) => id).filter((id) => /^\d/.test(id));
/** Kernels whose clone turns the chain round: those with the series of January 2026. */
const NEW = ['7.0', '7.2', '7.3'];

for (const kernel of KERNELS) {
  const isNew = NEW.includes(kernel);
  const run = (text: string) => outcome(text, kernel);

  describe(`the first fault, ${kernel}`, () => {
    it('makes a root, which is its own parent and child', () => {
      const { state } = run('P: mmap 0x10 4\nP: write 0x11');
      assert.deepEqual(state, [
        'mm P',
        'P@16-20 rw pgoff 16/16 A0 [A0] 17=F0w',
        'A0 root A0 parent A0 refcount 1 children 1 active 1 {P@16-20}',
        'F0 A0 index 17 mapcount 1 exclusive',
      ]);
    });

    it('shares the anon_vma of a neighbour that differs in access rights', () => {
      const { state } = run(
        'P: mmap 0x10 8\nP: write 0x10\nP: mprotect 0x10 4 r\nP: mmap 0x18 2 r\nP: mprotect 0x18 2 rw\nP: write 0x18',
      );
      assert.ok(
        state.some((line) => line.startsWith('A0') && line.includes('active 2')),
        state.join('\n'),
      );
      assert.ok(!state.some((line) => line.startsWith('A1')));
    });

    it('does not share with a fork child’s VMA, whose chain has several', () => {
      const { state } = run(
        'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: mprotect 0x10 4 r\nC: mmap 0x14 4\nC: write 0x14',
      );
      assert.ok(state.includes('C@20-24 rw pgoff 20/20 A2 [A2] 20=F1w'), state.join('\n'));
    });

    it('leaves nothing behind when there is no memory', () => {
      for (const fault of ['avc:1', 'anon_vma:1']) {
        const { results, state, violated } = run(`P: mmap 0x10 4\nP: write 0x10 ! fail ${fault}`);
        assert.deepEqual(results, ['ok', 'ENOMEM']);
        assert.deepEqual(state, ['mm P', 'P@16-20 rw pgoff 16/16 unfaulted []']);
        assert.deepEqual(violated, []);
      }
    });

    it('keeps the anon_vma when only the folio fails', () => {
      const { state } = run('P: mmap 0x10 4\nP: write 0x10 ! fail folio:1');
      assert.ok(state.includes('P@16-20 rw pgoff 16/16 A0 [A0]'));
    });
  });

  describe(`fork, ${kernel}`, () => {
    const FORK = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\n';

    it('gives the child an anon_vma below the parent’s, at the head of its chain', () => {
      const { state } = run(FORK);
      assert.deepEqual(state, [
        'mm P',
        'P@16-20 rw pgoff 16/16 A0 [A0] 16=F0',
        'mm C',
        'C@16-20 rw pgoff 16/16 A1 [A1 A0] 16=F0',
        'A0 root A0 parent A0 refcount 2 children 2 active 1 {P@16-20 C@16-20}',
        'A1 root A0 parent A0 refcount 1 children 0 active 1 {C@16-20}',
        'F0 A0 index 16 mapcount 2',
      ]);
    });

    it('clones the chain in the order of its kernel', () => {
      const { state } = run(`${FORK}C: fork D\n`);
      const chain = isNew ? 'A2 A0 A1' : 'A2 A1 A0';
      assert.ok(state.includes(`D@16-20 rw pgoff 16/16 A2 [${chain}] 16=F0`), state.join('\n'));
    });

    it('reuses an anon_vma that nobody uses and that has one child', () => {
      const { state, violated } = run(`${FORK}C: fork D\nC: exit\nD: fork E`);
      assert.ok(
        state.some((line) => line.startsWith('E@16-20') && line.includes('A1 [')),
        state.join('\n'),
      );
      assert.ok(state.some((line) => line.startsWith('A1 ') && line.includes('active 1')));
      assert.ok(!state.some((line) => line.startsWith('A3')));
      assert.deepEqual(violated, []);
    });

    it('leaves no trace of a child for which there is no memory, whichever allocation fails', () => {
      const before = outcome(`${FORK}C: mmap 0x20 1\nC: write 0x20\nC: fork D\nD: exit`, kernel);
      for (const kind of ['anon_vma', 'avc', 'vma'])
        for (let n = 1; n <= 6; n += 1) {
          const failed = run(`${FORK}C: mmap 0x20 1\nC: write 0x20\nC: fork D ! fail ${kind}:${n}`);
          assert.deepEqual(failed.violated, []);
          if (failed.results.at(-1) === 'ok') continue;
          assert.equal(failed.results.at(-1), 'ENOMEM');
          const links = (state: readonly string[]): string[] =>
            state.filter((line) => /^[ACP]/.test(line)).map((line) => line.replace(/\d+=.*/, ''));
          assert.deepEqual(links(failed.state), links(before.state), `${kind}:${n}`);
        }
    });

    it('fails at the first try and succeeds at the second where there are two', () => {
      const { results } = run(`${FORK}C: fork D ! fail avc:1/nowait fail avc:2/nowait`);
      assert.equal(results.at(-1), 'ok');
    });
  });

  describe(`unlink, ${kernel}`, () => {
    it('frees the root last, when the last VMA of the hierarchy is gone', () => {
      const text = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: write 0x10\nP: exit';
      const orphan = run(text);
      assert.deepEqual(orphan.state, [
        'mm C',
        'C@16-20 rw pgoff 16/16 A1 [A1 A0] 16=F1w',
        'A0 root A0 parent A0 refcount 2 children 2 active 0 {C@16-20}',
        'A1 root A0 parent A0 refcount 1 children 0 active 1 {C@16-20}',
        'F1 A1 index 16 mapcount 1 exclusive',
      ]);
      const gone = run(`${text}\nC: exit`);
      assert.deepEqual(gone.state, []);
      assert.deepEqual(gone.violated, []);
      const freed = calls(gone).filter((line) => line.includes('anon_vma_free'));
      assert.equal(freed.length, 2);
    });

    it('asserts that what it drops has neither children nor VMAs', () => {
      const { trace } = run('P: mmap 0x10 4\nP: write 0x10\nP: exit');
      const asserted = trace.steps.flatMap((step) =>
        step.events.flatMap((event) =>
          event.type === 'assert' && step.function === 'unlink_anon_vmas' ? [event.expression] : [],
        ),
      );
      assert.ok(asserted.includes('anon_vma->num_children'));
      assert.ok(asserted.includes('anon_vma->num_active_vmas'));
    });
  });
}

describe('a clone, step by step', () => {
  const SPLIT = 'P: mmap 0x10 4\nP: write 0x10\nP: munmap 0x12 2';

  it('allocates and assigns before anything is locked, 7.3', () => {
    assert.deepEqual(stepsOf(outcome(SPLIT), 'anon_vma_clone'), [
      'entry',
      'call:check_anon_vma_clone',
      'call:anon_vma_chain_alloc; +anon_vma_chain',
      'call:anon_vma_chain_assign; set vma; set anon_vma; insert anon_vma_chain',
      'call:anon_vma_lock_write; set rwsem',
      'call:anon_rmap_tree_insert; set rb_start; set rb_last; insert rb_root',
      'set:num_active_vmas; set num_active_vmas',
      'call:anon_vma_unlock_write; set rwsem',
      'return:0 #2',
    ]);
  });

  it('links one by one under the lock, 6.12', () => {
    assert.deepEqual(stepsOf(outcome(SPLIT, '6.12'), 'anon_vma_clone'), [
      'entry',
      'call:anon_vma_chain_alloc #1; +anon_vma_chain',
      'call:lock_anon_vma_root',
      'call:anon_vma_chain_assign|anon_vma_chain_link; set vma; set anon_vma; insert anon_vma_chain',
      'call:anon_rmap_tree_insert|anon_vma_chain_link; set rb_start; set rb_last; insert rb_root',
      'set:num_active_vmas; set num_active_vmas',
      'call:unlock_anon_vma_root #2; set rwsem',
      'return:0 !in:if',
    ]);
  });

  it('gives the lock up to sleep for memory, 6.12', () => {
    const text = 'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: fork D ! fail avc:2/nowait';
    const patterns = stepsOf(outcome(text, '6.12'), 'anon_vma_clone').map((line) => line.split(';')[0]);
    const at = patterns.indexOf('call:unlock_anon_vma_root #1');
    assert.deepEqual(patterns.slice(at, at + 3), [
      'call:unlock_anon_vma_root #1',
      'call:anon_vma_chain_alloc #2',
      'call:lock_anon_vma_root',
    ]);
    assert.deepEqual(outcome(text, '6.12').violated, []);
  });

  it('goes through the functions that the kernel goes through on fork, 7.3', () => {
    const fork = outcome('P: mmap 0x10 4\nP: write 0x10\nP: fork C');
    assert.deepEqual(calls(fork, 'vm_area_dup'), [
      'dup_mm',
      '  dup_mmap',
      '    anon_vma_fork',
      '      anon_vma_alloc',
      '      anon_vma_clone',
      '        check_anon_vma_clone',
      '        maybe_reuse_anon_vma',
      '    copy_page_range',
    ]);
  });
});
