/**
 * Every invariant of the catalogue, broken once, alone, in a trace made by hand.
 */
import assert from 'node:assert/strict';
import { CATALOGUE, INVARIANT_IDS } from '../../src/invariants/catalogue';
import { evaluate } from '../../src/invariants/evaluate';
import type { Violation } from '../../src/trace/evaluation';
import {
  createAnonVma,
  createFolio,
  createMm,
  createVma,
  linkVma,
  mapFolio,
  ref,
  type World,
  world,
} from './traceBuilder';

/** Does something to a world in order, inside one operation with the mmap lock held; gives the violations. */
function violations(
  breakIt: (w: World) => void,
  text = 'P: munmap 0x10 1',
  status: 'ok' | 'error' = 'ok',
): readonly Violation[] {
  const w = world();
  w.b.operation(
    text,
    () => {
      w.b.lock(w.mm, 'mmap_lock');
      w.b.step('statement');
      breakIt(w);
      w.b.unlock(w.mm, 'mmap_lock');
    },
    status,
  );
  return evaluate(w.b.trace()).violations;
}

const tested = new Set<string>();

/** The invariant is violated, with this message; `also` lists what else necessarily is. */
function breaks(
  id: string,
  message: string,
  also: readonly string[],
  breakIt: (w: World) => void,
  text?: string,
): void {
  tested.add(id);
  it(`${id}: ${message}`, () => {
    const found = violations(breakIt, text);
    assert.deepEqual(
      [...new Set(found.map((violation) => violation.invariant))].sort(),
      [id, ...also].sort(),
    );
    assert.equal(found.find((violation) => violation.invariant === id)?.message, message);
  });
}

describe('a world in order', () => {
  it('violates nothing', () => {
    assert.deepEqual(
      violations(() => undefined),
      [],
    );
  });
});

describe('every invariant can be broken', () => {
  breaks(
    'vma/unfaulted-empty-chain',
    'P@16-20 has no anon_vma, but its chain leads to A0',
    ['anon_vma/active-count', 'rmap/same-root'],
    ({ b, vma }) => b.set(vma, 'anon_vma', null),
  );
  breaks(
    'vma/active-on-chain',
    'A0 is the anon_vma of P@30-34 but not on its chain',
    ['anon_vma/active-count', 'chain/shared-means-same'],
    ({ b, mm, anonVma }) => b.set(createVma(b, mm, 30, 34), 'anon_vma', ref(anonVma)),
  );
  breaks(
    'avc/linked-both-ways',
    'AVC (P@16-20, A0) is not on the chain of P@16-20',
    ['vma/active-on-chain', 'mem/no-leak'],
    ({ b, vma, avc }) => b.remove(vma, 'anon_vma_chain', avc),
  );
  breaks('avc/no-duplicate', 'two AVCs join P@16-20 and A0', ['vma/active-on-chain'], ({ b, vma, anonVma }) =>
    linkVma(b, vma, anonVma),
  );
  breaks('chain/same-root', 'the chain of P@16-20 has A1 of root A1 and A0 of root A0', [], ({ b, vma }) => {
    const other = createAnonVma(b, 'A1');
    linkVma(b, vma, other);
    b.add(other, 'num_children', 1);
  });
  breaks(
    'chain/shared-means-same',
    'P@16-20 and P@20-24 share A0, but their chains lead to A0 and to A0, A1',
    [],
    ({ b, mm, anonVma }) => {
      const second = createVma(b, mm, 20, 24);
      b.set(second, 'anon_vma', ref(anonVma));
      b.add(anonVma, 'num_active_vmas', 1);
      const child = createAnonVma(b, 'A1', anonVma);
      b.add(anonVma, 'num_children', 1);
      for (const avc of [linkVma(b, second, child, anonVma), linkVma(b, second, anonVma)]) {
        b.set(avc, 'rb_start', 20);
        b.set(avc, 'rb_last', 23);
      }
    },
  );
  breaks(
    'anon_vma/parent-superset',
    'P@30-34 is in the tree of A1 but not in that of its parent A0',
    [],
    ({ b, mm, anonVma }) => {
      const second = createVma(b, mm, 30, 34);
      const child = createAnonVma(b, 'A1', anonVma);
      const avc = linkVma(b, second, child, anonVma);
      b.set(second, 'anon_vma', ref(child));
      b.add(child, 'num_active_vmas', 1);
      b.add(anonVma, 'num_children', 1);
      b.set(avc, 'rb_start', 30);
      b.set(avc, 'rb_last', 33);
    },
  );
  breaks('anon_vma/active-count', 'A0 counts 2 active VMAs, but 1 is (P@16-20)', [], ({ b, anonVma }) =>
    b.add(anonVma, 'num_active_vmas', 1),
  );
  breaks('anon_vma/child-count', 'A0 counts 2 children, but has 1 (A0)', [], ({ b, anonVma }) =>
    b.add(anonVma, 'num_children', 1),
  );
  breaks(
    'anon_vma/refcount',
    'A0 has refcount 2 instead of 1 (others with this root: none)',
    [],
    ({ b, anonVma }) => b.add(anonVma, 'refcount', 1),
  );
  breaks('anon_vma/root-alive', 'the root of A0, A1, has been freed', [], ({ b, anonVma }) => {
    const root = createAnonVma(b, 'A1');
    b.set(root, 'refcount', 0);
    b.free(root);
    b.step('write');
    b.set(anonVma, 'root', ref(root));
  });
  breaks('anon_vma/empty-at-free', 'A1 is freed with refcount 1', [], ({ b }) =>
    b.free(createAnonVma(b, 'A1')),
  );
  breaks(
    'anon_vma/reuse-only-on-fork',
    'P@30-34 takes A0 over while it is the anon_vma of P@16-20',
    ['vma/active-on-chain', 'anon_vma/active-count', 'chain/shared-means-same'],
    ({ b, mm, anonVma }) => {
      const second = createVma(b, mm, 30, 34);
      b.inside('anon_vma_fork', () => b.set(second, 'anon_vma', ref(anonVma)));
    },
  );
  breaks(
    'anon_vma/reuse-taken',
    'C@16-20 got the new A2 although A1 on its chain is idle',
    [],
    ({ b, anonVma }) => {
      const mm = createMm(b, 'C');
      const child = createVma(b, mm, 16, 20);
      b.lock(mm, 'mmap_lock');
      linkVma(b, child, anonVma);
      const idle = createAnonVma(b, 'A1', anonVma);
      linkVma(b, child, idle, anonVma);
      const own = createAnonVma(b, 'A2', idle, anonVma);
      linkVma(b, child, own, anonVma);
      b.set(child, 'anon_vma', ref(own));
      b.add(own, 'num_active_vmas', 1);
      b.add(idle, 'num_children', 1);
      b.add(anonVma, 'num_children', 1);
      b.unlock(mm, 'mmap_lock');
    },
    'P: fork C',
  );
  breaks(
    'tree/keys-current',
    'the tree of A0 holds P@16-20 under 16 to 18, but its pages are 16 to 19',
    [],
    ({ b, avc }) => b.set(avc, 'rb_last', 18),
  );
  breaks(
    'rmap/complete',
    'a walk of F1 from A0 does not reach P:0x11, which maps it',
    [],
    ({ b, mm, anonVma }) => mapFolio(b, mm, 17, createFolio(b, 'F1', anonVma, 18)),
  );
  breaks(
    'rmap/anon_vma-alive',
    'F0 is mapped, but its anon_vma A1 has been freed',
    ['rmap/complete', 'rmap/same-root'],
    ({ b, folio }) => {
      const gone = createAnonVma(b, 'A1');
      b.set(gone, 'refcount', 0);
      b.free(gone);
      b.step('write');
      b.set(folio, 'mapping', ref(gone));
    },
  );
  breaks(
    'rmap/same-root',
    'P:0x1e maps F1 of A0, but lies in P@30-34 of NULL',
    ['rmap/complete'],
    ({ b, mm, anonVma }) => {
      createVma(b, mm, 30, 34);
      mapFolio(b, mm, 30, createFolio(b, 'F1', anonVma, 30));
    },
  );
  breaks('rmap/exclusive', 'F0 is exclusive, but mapped 2 times', [], ({ b, folio, anonVma }) => {
    const child = createMm(b, 'C');
    const copy = createVma(b, child, 16, 20);
    b.lock(child, 'mmap_lock');
    linkVma(b, copy, anonVma);
    b.unlock(child, 'mmap_lock');
    b.set(copy, 'anon_vma', ref(anonVma));
    b.add(anonVma, 'num_active_vmas', 1);
    mapFolio(b, child, 16, folio);
  });
  breaks('rmap/mapcount', 'F0 has mapcount 2, but 1 page table entries map it', [], ({ b, folio }) =>
    b.add(folio, 'mapcount', 1),
  );
  breaks(
    'lock/tree-write',
    'the tree of A0 changes while the rwsem of A0 is not held for writing',
    [],
    ({ b, anonVma, avc }) => {
      b.remove(anonVma, 'rb_root', avc);
      b.insert(anonVma, 'rb_root', avc);
    },
  );
  breaks(
    'lock/chain-write',
    'the chain of P@16-20 changes without the mmap write lock of P',
    [],
    ({ b, mm, vma, avc }) => {
      b.set(mm, 'mmap_lock', 1);
      b.step('list');
      b.remove(vma, 'anon_vma_chain', avc);
      b.insert(vma, 'anon_vma_chain', avc);
    },
  );
  breaks(
    'lock/clone-mmap-write',
    'anon_vma_clone() runs while the mmap lock of P is not held for writing',
    [],
    ({ b, mm }) => {
      b.set(mm, 'mmap_lock', 1);
      b.inside('anon_vma_clone', () => undefined);
    },
  );
  breaks(
    'lock/no-sleep-alloc',
    'an allocation of avc with GFP_KERNEL may sleep while the rwsem of A0 is held',
    [],
    ({ b, anonVma }) => {
      b.lock(anonVma, 'rwsem');
      b.step('alloc');
      b.event({
        type: 'alloc',
        what: 'avc',
        flags: 'GFP_KERNEL',
        sleeps: true,
        ok: false,
        nth: 1,
        object: null,
      });
      b.event({
        type: 'alloc',
        what: 'avc',
        flags: 'GFP_NOWAIT',
        sleeps: false,
        ok: false,
        nth: 1,
        object: null,
      });
      b.unlock(anonVma, 'rwsem');
    },
  );
  breaks(
    'lock/order',
    'rwsem of A0 is taken while page_table_lock of P is held',
    [],
    ({ b, mm, anonVma }) => {
      b.lock(mm, 'page_table_lock');
      b.lock(anonVma, 'rwsem');
      b.unlock(anonVma, 'rwsem');
      b.unlock(mm, 'page_table_lock');
    },
  );
  breaks('lock/balanced', 'rwsem of A0 is still held', [], ({ b, anonVma }) => b.lock(anonVma, 'rwsem'));
  breaks(
    'mem/no-use-after-free',
    'num_children of anon_vma A1 is written after it was freed',
    [],
    ({ b }) => {
      const gone = createAnonVma(b, 'A1');
      b.set(gone, 'refcount', 0);
      b.free(gone);
      b.step('write');
      b.set(gone, 'num_children', 1);
    },
  );
  breaks('mem/no-double-free', 'anon_vma A1 is freed a second time', [], ({ b }) => {
    const gone = createAnonVma(b, 'A1');
    b.set(gone, 'refcount', 0);
    b.free(gone);
    b.step('free');
    b.event({ type: 'memory', fault: 'double-free', object: gone, field: null });
  });
  breaks('mem/no-wild-access', 'anon_vma of vma P@16-20 is NULL, and is followed', [], ({ b, vma }) =>
    b.event({ type: 'memory', fault: 'null-pointer', object: vma, field: 'anon_vma' }),
  );
  breaks('mem/no-leak', 'F1 is alive, but nothing leads to it', [], ({ b, anonVma }) =>
    createFolio(b, 'F1', anonVma, 17),
  );

  tested.add('op/failure-is-consistent');
  it('op/failure-is-consistent: an operation that fails and leaves something broken', () => {
    const found = violations(({ b, anonVma }) => b.add(anonVma, 'refcount', 1), 'P: fork C', 'error');
    assert.deepEqual(
      found.map(({ invariant, message }) => [invariant, message]),
      [
        ['anon_vma/refcount', 'A0 has refcount 2 instead of 1 (others with this root: none)'],
        ['op/failure-is-consistent', 'P: fork C failed and left anon_vma/refcount broken'],
      ],
    );
  });

  it('op/failure-is-consistent: a function that fails and changes its VMA', () => {
    const fault = ({ b, mm, vma, anonVma }: World): void => {
      const second = createVma(b, mm, 20, 24);
      b.set(vma, 'vm_end', 20);
      assert.ok(second > anonVma);
    };
    assert.deepEqual(violations(fault, 'P: call f(0x10)', 'error'), []);
    const unlinked = ({ b, vma, anonVma, avc, mm, folio }: World): void => {
      b.lock(anonVma, 'rwsem');
      b.step('statement');
      b.set(vma, 'anon_vma', null);
      b.remove(vma, 'anon_vma_chain', avc);
      b.remove(anonVma, 'rb_root', avc);
      b.free(avc);
      b.set(anonVma, 'num_children', 0);
      b.set(anonVma, 'num_active_vmas', 0);
      b.unlock(anonVma, 'rwsem');
      b.step('write');
      b.set(anonVma, 'refcount', 0);
      b.set(mm, 'ptes.16', null);
      b.set(folio, 'mapcount', 0);
      b.free(folio);
      b.free(anonVma);
    };
    assert.deepEqual(
      violations(unlinked, 'P: call anon_vma_clone(0x10, 0x10)', 'error').map(({ message }) => message),
      ['P: call anon_vma_clone(0x10, 0x10) failed, but P@16-20 is not as it was'],
    );
  });

  it('assert/FUNCTION/EXPRESSION: a kernel assert that fires', () => {
    const found = violations(({ b }) =>
      b.inside('check_anon_vma_clone', () => {
        b.event({
          type: 'assert',
          macro: 'VM_WARN_ON_ONCE',
          expression: '!src->anon_vma  &&\n dst->anon_vma',
          holds: false,
        });
        b.event({ type: 'assert', macro: 'mmap_assert_write_locked', expression: 'src->vm_mm', holds: true });
      }),
    );
    assert.deepEqual(
      found.map(({ invariant }) => invariant),
      ['assert/check_anon_vma_clone/!src->anon_vma && dst->anon_vma'],
    );
  });

  it('covers the catalogue', () => {
    assert.deepEqual(
      INVARIANT_IDS.filter((id) => !tested.has(id)),
      [],
    );
  });
});

describe('the catalogue', () => {
  it('has ids of the contract’s form, each once, and texts for people', () => {
    assert.equal(new Set(INVARIANT_IDS).size, INVARIANT_IDS.length);
    for (const { id, title, statement, why, speaksOf } of CATALOGUE) {
      assert.match(id, /^[a-z_]+\/[a-z_-]+$/);
      assert.ok(title.length < 70 && !title.endsWith('.'), id);
      assert.ok(statement.endsWith('.') && why.endsWith('.'), id);
      assert.ok(speaksOf.length > 0, id);
    }
  });
});
