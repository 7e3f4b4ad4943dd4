/**
 * The contract's page semantics, on every kernel.
 */
import assert from 'node:assert/strict';
import { PROFILES } from '../../src/simulation/profiles';
import { calls, outcome } from './rmapWorld';

const KERNELS = PROFILES.map(({ id }) => id).filter((id) => /^\d/.test(id));

for (const kernel of KERNELS) {
  /** The page table entries of a VMA line, and the folios. */
  const pages = (text: string): string[] =>
    outcome(text, kernel).state.flatMap((line) => {
      if (line.startsWith('F')) return [line];
      const at = line.search(/\d+=/);
      return at < 0 ? [] : [`${line.split('@')[0]} ${line.slice(at)}`];
    });

  describe(`page faults, ${kernel}`, () => {
    it('map the zero page for a read, and prepare nothing', () => {
      const { state } = outcome('P: mmap 0x10 4\nP: read 0x11', kernel);
      assert.ok(state.includes('P@16-20 rw pgoff 16/16 unfaulted [] 17=zero'));
    });

    it('map the page cache for a read of a file', () => {
      assert.deepEqual(pages('P: mmap 0x10 4 r file f 7\nP: read 0x11'), ['P 17=file:f:8']);
    });

    it('replace the zero page and a page of the page cache on write', () => {
      assert.deepEqual(pages('P: mmap 0x10 4\nP: read 0x11\nP: write 0x11'), [
        'P 17=F0w',
        'F0 A0 index 17 mapcount 1 exclusive',
      ]);
      const index = kernel === '7.3' ? 17 : 8;
      assert.deepEqual(pages('P: mmap 0x10 4 rw file f 7\nP: read 0x11\nP: write 0x11'), [
        'P 17=F0w',
        `F0 A0 index ${index} mapcount 1 exclusive`,
      ]);
    });

    it('copy a shared folio, and reuse the one that is left', () => {
      const shared = 'P: mmap 0x10 1\nP: write 0x10\nP: fork C\nC: write 0x10\n';
      assert.deepEqual(pages(shared), [
        'P 16=F0',
        'C 16=F1w',
        'F0 A0 index 16 mapcount 1',
        'F1 A1 index 16 mapcount 1 exclusive',
      ]);
      assert.deepEqual(pages(`${shared}P: write 0x10\n`), [
        'P 16=F0w',
        'C 16=F1w',
        'F0 A0 index 16 mapcount 1 exclusive',
        'F1 A1 index 16 mapcount 1 exclusive',
      ]);
    });

    it('move a folio that only the child still maps to the child’s anon_vma', () => {
      assert.deepEqual(pages('P: mmap 0x10 1\nP: write 0x10\nP: fork C\nP: exit\nC: write 0x10'), [
        'C 16=F0w',
        'F0 A1 index 16 mapcount 1 exclusive',
      ]);
    });

    it('take no step when the page table entry allows the access', () => {
      const { last } = outcome('P: mmap 0x10 1\nP: write 0x10\nP: write 0x10', kernel);
      assert.equal(last.endStep - last.firstStep, 0);
      assert.equal(last.status, 'ok');
    });

    it('fail where nothing is mapped, or not for this access', () => {
      assert.deepEqual(
        outcome(
          'P: mmap 0x10 1 r\nP: mmap 0x20 1 none\nP: read 0x30\nP: write 0x10\nP: read 0x20\nP: write 0x20\nP: read 0x10',
          kernel,
        ).results,
        ['ok', 'ok', 'EFAULT', 'EFAULT', 'EFAULT', 'EFAULT', 'ok'],
      );
    });

    it('leave the shared folio mapped when there is no memory for the copy', () => {
      const text = 'P: mmap 0x10 1\nP: write 0x10\nP: fork C\nC: write 0x10 ! fail folio:1';
      assert.equal(outcome(text, kernel).results.at(-1), 'ENOMEM');
      assert.deepEqual(pages(text), ['P 16=F0', 'C 16=F0', 'F0 A0 index 16 mapcount 2']);
    });
  });

  describe(`mprotect and page table entries, ${kernel}`, () => {
    it('protects and keeps exclusivity, and lets exclusive folios be written at once', () => {
      const written = 'P: mmap 0x10 1\nP: write 0x10\nP: mprotect 0x10 1 r\n';
      assert.deepEqual(pages(written), ['P 16=F0', 'F0 A0 index 16 mapcount 1 exclusive']);
      assert.deepEqual(pages(`${written}P: mprotect 0x10 1 rw`), [
        'P 16=F0w',
        'F0 A0 index 16 mapcount 1 exclusive',
      ]);
    });

    it('leaves shared folios protected', () => {
      const text = 'P: mmap 0x10 1\nP: write 0x10\nP: fork C\nP: mprotect 0x10 1 r\nP: mprotect 0x10 1 rw';
      assert.deepEqual(pages(text)[0], 'P 16=F0');
    });
  });

  describe(`fork and page table entries, ${kernel}`, () => {
    it('are copied for faulted VMAs only, zero page and page cache included', () => {
      assert.deepEqual(pages('P: mmap 0x10 2\nP: read 0x10\nP: fork C'), ['P 16=zero']);
      assert.deepEqual(pages('P: mmap 0x10 2\nP: read 0x10\nP: write 0x11\nP: fork C'), [
        'P 16=zero 17=F0',
        'C 16=zero 17=F0',
        'F0 A0 index 17 mapcount 2',
      ]);
    });

    it('leave out dontfork, and empty wipeonfork', () => {
      const { state } = outcome(
        'P: mmap 0x10 2\nP: write 0x10\nP: mmap 0x20 2\nP: write 0x20\nP: madvise 0x10 2 dontfork\nP: madvise 0x20 2 wipeonfork\nP: fork C',
        kernel,
      );
      assert.deepEqual(
        state.filter((line) => line.startsWith('C@')),
        ['C@32-34 rw pgoff 32/32 unfaulted []'],
      );
    });
  });
}

describe('a first write, step by step', () => {
  it('goes through the functions of 7.3', () => {
    assert.deepEqual(calls(outcome('P: mmap 0x10 1\nP: write 0x10')), [
      'lock_vma_under_rcu',
      'handle_pte_fault',
      '  do_anonymous_page',
      '    __vmf_anon_prepare',
      '      __anon_vma_prepare',
      '        find_mergeable_anon_vma',
      '        anon_vma_alloc',
      '    map_anon_folio_pte_nopf',
      '      folio_add_new_anon_rmap',
      '        __folio_set_anon',
      'vma_end_read',
    ]);
  });

  it('holds the mmap lock in 6.1, and maps in one go', () => {
    assert.deepEqual(calls(outcome('P: mmap 0x10 1\nP: write 0x10', '6.1')), [
      'mmap_read_lock',
      'handle_pte_fault',
      '  do_anonymous_page',
      '    __anon_vma_prepare',
      '      find_mergeable_anon_vma',
      '      anon_vma_alloc',
      '    page_add_new_anon_rmap',
      '      __page_set_anon_rmap',
      'mmap_read_unlock',
    ]);
  });
});
