/**
 * Walks: from a folio to its anon_vma, under RCU or asleep, and through the tree to the VMAs.
 */
import assert from 'node:assert/strict';
import { parseScenario } from '../../src/scenario/parser';
import type { Kernel, rmap_walk_control } from '../../src/simulation/kernel';

import type { folio } from '../../src/simulation/objects';
import { PROFILES } from '../../src/simulation/profiles';
import { Recorder } from '../../src/trace/recorder';
import { calls, engineOf, outcome } from './rmapWorld';

const KERNELS = PROFILES.map(({ id }) => id).filter((id) => /^\d/.test(id));

for (const kernel of KERNELS) {
  describe(`walk, ${kernel}`, () => {
    it('visits what may map the folio, and says what does', () => {
      const { last } = outcome(
        'P: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: write 0x10\nP: walk 0x10',
        kernel,
      );
      assert.deepEqual(last.visits, [
        { vma: 'P@16-20', mapped: true },
        { vma: 'C@16-20', mapped: false },
      ]);
    });

    it('finds a folio where it was moved to', () => {
      const { last } = outcome('P: mmap 0x10 4\nP: write 0x12\nP: mremap 0x12 1 0x40\nP: walk 0x40', kernel);
      assert.deepEqual(last.visits, [{ vma: 'P@64-65', mapped: true }]);
    });

    it('visits nothing for the zero page, and fails where nothing is mapped', () => {
      const { results, trace } = outcome(
        'P: mmap 0x10 4\nP: read 0x10\nP: walk 0x10\nP: walk 0x11\nP: walk 0x40',
        kernel,
      );
      assert.deepEqual(results, ['ok', 'ok', 'ok', 'EFAULT', 'EFAULT']);
      assert.deepEqual(trace.operations[2]?.visits, []);
    });
  });
}

/** The folio at 0x10 of a process that has written it, locked. */
function lockedFolio(profile: string): { readonly k: Kernel; readonly folio: folio } {
  const engine = engineOf(profile);
  for (const { statement } of parseScenario('P: mmap 0x10 1\nP: write 0x10').lines)
    if (statement?.kind === 'operation') engine.apply(statement.operation, null);
  const found = engine.kernel.mms[0]?.ptes.get(0x10)?.folio;
  assert(typeof found === 'object');
  found.locked = true;
  return { k: engine.kernel, folio: found };
}

function control(try_lock: boolean): rmap_walk_control {
  return { try_lock, contended: false, rmap_one: () => true };
}

describe('folio_lock_anon_vma_read', () => {
  it('tries the lock under RCU', () => {
    const walk = outcome('P: mmap 0x10 1\nP: write 0x10\nP: walk 0x10');
    assert.deepEqual(calls(walk), [
      'page_idle_clear_pte_refs',
      '  rmap_walk',
      '    rmap_walk_anon',
      '      folio_lock_anon_vma_read',
      '      page_idle_clear_pte_refs_one',
    ]);
  });

  it('gives up on a held lock when it is only to try', () => {
    const { k, folio } = lockedFolio('7.3');
    assert(folio.mapping);
    folio.mapping.root.rwsem = -1;
    const rwc = control(true);
    const recorder = new Recorder('simulation');
    k.begin([], recorder);
    assert.equal(k.f.folio_lock_anon_vma_read(k, folio, rwc), null);
    assert.ok(rwc.contended);
    recorder.end();
    const events = recorder.steps.flatMap((step) => step.events.filter((event) => event.type === 'lock'));
    assert.deepEqual(
      events.map((event) => event.action),
      ['contended'],
    );
  });

  it('pins the anon_vma to wait for a lock that is held', () => {
    const { k, folio } = lockedFolio('7.3');
    assert(folio.mapping);
    folio.mapping.root.rwsem = -1;
    assert.equal(k.f.folio_lock_anon_vma_read(k, folio, control(false)), folio.mapping);
    assert.equal(folio.mapping.refcount, 1);
  });

  it('finds nothing when the folio is not mapped any more', () => {
    const { k, folio } = lockedFolio('7.3');
    folio.mapcount = 0;
    assert.equal(k.f.folio_lock_anon_vma_read(k, folio, null), null);
    assert.equal(k.f.folio_get_anon_vma(k, folio), null);
  });
});

describe('folio_get_anon_vma', () => {
  it('takes a reference, unless the anon_vma is being freed', () => {
    const { k, folio } = lockedFolio('7.3');
    const { mapping } = folio;
    assert(mapping);
    assert.equal(k.f.folio_get_anon_vma(k, folio), mapping);
    assert.equal(mapping.refcount, 2);
    k.f.put_anon_vma(k, mapping);
    assert.equal(mapping.refcount, 1);
    mapping.refcount = 0;
    assert.equal(k.f.folio_get_anon_vma(k, folio), null);
  });

  it('asserts the folio lock, which 6.x does not want', () => {
    for (const [profile, fired] of [
      ['7.3', ['!folio_test_locked(folio)']],
      ['6.12', []],
    ] as const) {
      const { k, folio } = lockedFolio(profile);
      folio.locked = false;
      k.f.folio_get_anon_vma(k, folio);
      assert.deepEqual(
        k.warnings.map(({ expression }) => expression),
        fired,
      );
    }
  });
});
