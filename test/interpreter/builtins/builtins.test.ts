// Each built-in header by small C programs that use it, as kernel code does.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { builtinHeaders } from '../../../src/interpreter/builtins/headers';
import type { KernelHost, SlabCache } from '../../../src/interpreter/builtins/host';
import { MapleTrees } from '../../../src/interpreter/builtins/mapleTree';
import { CMachine } from '../../../src/interpreter/machine';
import { Program, ProgramCache } from '../../../src/interpreter/program';
import type { KernelParser } from '../../../src/source/parser';
import { createParser } from '../../source/support';

/** A host that writes down what it is told, and gives memory of the machine. */
class NotingHost implements KernelHost {
  readonly notes: string[] = [];
  machine: CMachine | null = null;
  /** Allocations to come that fail. */
  failing = 0;

  allocate({ name, size }: SlabCache, sleeps: boolean): number {
    const fails = this.failing > 0;
    if (fails) this.failing--;
    this.notes.push(`alloc ${name} ${sleeps ? 'may sleep' : 'must not sleep'}${fails ? ' fails' : ''}`);
    return fails ? 0 : (this.machine?.memory.allocate(size, { kind: name, zeroed: false }) ?? 0);
  }
  release(cache: SlabCache | null, address: number): void {
    this.notes.push(`free ${cache?.name}`);
    ok(this.machine?.memory.free(address, null));
  }
  lock(action: string, mode: string): void {
    this.notes.push(`${action} ${mode}`);
  }
  warn(macro: string, expression: string, fires: boolean): void {
    this.notes.push(`${macro}(${expression}) ${fires ? 'fires' : 'holds'}`);
  }
  treeChanged(): void {
    this.notes.push('tree');
  }
  intervalChanged(): void {
    this.notes.push('interval');
  }
}

describe('built-in headers', () => {
  let parser: KernelParser;
  const cache = new ProgramCache();
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  /** Runs `long test(void)` of a text; gives its value and what the host was told. */
  function run(c: string, prepare: (host: NotingHost) => void = () => {}): [bigint, string[]] {
    const host = new NotingHost();
    const headers = builtinHeaders(host, new MapleTrees());
    const program = new Program({
      parser,
      configuration: new Map([['CONFIG_ON', 'y']]),
      builtins: new Map(headers.map(({ header, c: text }) => [header, text])),
      files: new Map([['test.c', c]]),
      cache,
    });
    const machine = new CMachine(program, headers);
    host.machine = machine;
    prepare(host);
    const value = BigInt(machine.call('test', []));
    return [value, host.notes];
  }
  const value = (c: string): bigint => run(c)[0];

  describe('linux/list.h', () => {
    const LIST = `
      struct item { int n; struct list_head link; };
      static struct item a = { 1 }, b = { 2 }, c = { 3 };
      static struct list_head head;
      static long read(void) { struct item *i; long all = 0; list_for_each_entry(i, &head, link) all = all * 10 + i->n; return all; }
      static long back(void) { struct item *i; long all = 0; list_for_each_entry_reverse(i, &head, link) all = all * 10 + i->n; return all; }
      static void fill(void) { INIT_LIST_HEAD(&head); list_add(&a.link, &head); list_add(&b.link, &head); list_add_tail(&c.link, &head); }`;
    it('adds at both ends', () =>
      equal(value(`${LIST} long test(void) { fill(); return read() * 1000 + back(); }`), 213312n));
    it('takes out while it walks', () =>
      equal(
        value(
          `${LIST} long test(void) { struct item *i, *n; fill(); list_for_each_entry_safe(i, n, &head, link) if (i->n != 1) list_del(&i->link); return read(); }`,
        ),
        1n,
      ));
    it('knows empty and singular lists', () =>
      equal(
        value(
          `${LIST} long test(void) { long r; INIT_LIST_HEAD(&head); r = list_empty(&head) * 100 + list_is_singular(&head) * 10; list_add(&a.link, &head); return r + list_is_singular(&head); }`,
        ),
        101n,
      ));
    it('poisons what was taken out', () =>
      equal(
        value(
          `${LIST} long test(void) { fill(); list_del(&a.link); return a.link.next == &head || a.link.next == 0; }`,
        ),
        0n,
      ));
  });

  describe('linux/interval_tree_generic.h', () => {
    const TREE = `
      struct item { struct rb_node rb; unsigned long s, l; int n; };
      static struct item i[5];
      static struct rb_root_cached root;
      static void put(int n, unsigned long s, unsigned long l) { i[n].n = n + 1; i[n].s = s; i[n].l = l; __rl_interval_insert(&i[n].rb, &root, s, l); }
      static long walk(unsigned long s, unsigned long l) {
        long all = 0; struct rb_node *r = __rl_interval_first(root.rb_leftmost, s, l);
        for (; r; r = __rl_interval_first(r->rb_right, s, l)) all = all * 10 + rb_entry(r, struct item, rb)->n;
        return all; }`;
    it('walks by start, then in the order of insertion', () =>
      equal(
        value(
          `${TREE} long test(void) { put(0, 5, 9); put(1, 0, 20); put(2, 5, 5); put(3, 30, 40); return walk(0, 100); }`,
        ),
        2134n,
      ));
    it('gives what overlaps a range, and nothing else', () =>
      equal(
        value(
          `${TREE} long test(void) { put(0, 5, 9); put(1, 0, 20); put(2, 5, 5); put(3, 30, 40); return walk(6, 6) * 1000 + walk(21, 29); }`,
        ),
        21000n,
      ));
    it('is empty again when all are out', () =>
      equal(
        value(
          `${TREE} long test(void) { put(0, 5, 9); put(1, 1, 2); __rl_interval_remove(&i[0].rb, &root); __rl_interval_remove(&i[1].rb, &root); return RB_EMPTY_ROOT(&root.rb_root); }`,
        ),
        1n,
      ));
    it('tells the host', () =>
      deepEqual(run(`${TREE} long test(void) { put(0, 5, 9); return 0; }`)[1], ['interval']));
  });

  describe('linux/maple_tree.h', () => {
    const TREE = `
      static struct maple_tree mt;
      static int a, b, c;
      static void store(unsigned long from, unsigned long to, void *what) { MA_STATE(mas, &mt, from, to); mas_store(&mas, what); }
      static long n(void *p) { return p == &a ? 1 : p == &b ? 2 : p == &c ? 3 : p ? 9 : 0; }`;
    it('finds ranges in order', () =>
      equal(
        value(
          `${TREE} long test(void) { void *e; long all = 0; MA_STATE(mas, &mt, 0, 0); store(30, 39, &c); store(10, 19, &a); store(20, 24, &b); mas_for_each(&mas, e, ULONG_MAX) all = all * 10 + n(e); return all; }`,
        ),
        123n,
      ));
    it('goes back and forth over gaps', () =>
      equal(
        value(
          `${TREE} long test(void) { MA_STATE(mas, &mt, 32, 32); store(30, 39, &c); store(10, 19, &a); long r = n(mas_walk(&mas)); r = r * 10 + n(mas_prev(&mas, 0)); r = r * 10 + n(mas_next(&mas, ULONG_MAX)); return r * 10 + n(mas_next(&mas, ULONG_MAX)); }`,
        ),
        3130n,
      ));
    it('steps onto gaps where it is asked to', () =>
      equal(
        value(
          `${TREE} long test(void) { MA_STATE(mas, &mt, 30, 30); store(30, 39, &c); store(10, 19, &a); mas_walk(&mas); mas_prev_range(&mas, 0); return mas.index * 100 + mas.last; }`,
        ),
        2029n,
      ));
    it('overwrites and cuts', () =>
      equal(
        value(
          `${TREE} long test(void) { unsigned long at = 0; store(0, 99, &a); store(10, 19, &b); store(15, 16, 0); return n(mtree_load(&mt, 9)) * 1000 + n(mtree_load(&mt, 14)) * 100 + n(mtree_load(&mt, 15)) * 10 + n(mtree_load(&mt, 20)) + 0 * n(mt_find(&mt, &at, 5)); }`,
        ),
        1201n,
      ));
    it('ends a search at its limit', () =>
      equal(
        value(
          `${TREE} long test(void) { MA_STATE(mas, &mt, 0, 0); store(10, 19, &a); store(30, 39, &c); return n(mas_find(&mas, 29)) * 100 + n(mas_find(&mas, 29)) * 10 + n(mas_find(&mas, 30)); }`,
        ),
        103n,
      ));
  });

  describe('linux/atomic.h and refcount.h', () => {
    it('count', () =>
      equal(
        value(
          'static atomic_t v; long test(void) { atomic_set(&v, 5); atomic_inc(&v); atomic_sub(2, &v); return atomic_dec_return(&v) * 10 + atomic_read(&v); }',
        ),
        33n,
      ));
    it('do not raise what is zero', () =>
      equal(
        value(
          'static atomic_t v; long test(void) { long r = atomic_inc_not_zero(&v); atomic_set(&v, 1); return r * 100 + atomic_inc_not_zero(&v) * 10 + atomic_read(&v); }',
        ),
        12n,
      ));
    it('tell when they reach zero', () =>
      equal(
        value(
          'static refcount_t r; long test(void) { refcount_set(&r, 2); return refcount_dec_and_test(&r) * 10 + refcount_dec_and_test(&r); }',
        ),
        1n,
      ));
  });

  describe('linux/rwsem.h and spinlock.h', () => {
    it('are words that the host sees change', () => {
      const [word, notes] = run(
        'static struct rw_semaphore s; static spinlock_t l; long test(void) { init_rwsem(&s); down_read(&s); down_read(&s); long w = s.__rl_word; up_read(&s); up_read(&s); down_write(&s); spin_lock(&l); spin_unlock(&l); up_write(&s); return w * 10 + rwsem_is_locked(&s); }',
      );
      equal(word, 20n);
      deepEqual(notes, [
        ...['acquire read', 'acquire read', 'release read', 'release read'],
        ...['acquire write', 'acquire write', 'release write', 'release write'],
      ]);
    });
    it('refuse a reader while a writer is in', () => {
      const [taken, notes] = run(
        'static struct rw_semaphore s; long test(void) { down_write(&s); return down_read_trylock(&s); }',
      );
      equal(taken, 0n);
      deepEqual(notes, ['acquire write', 'contended read']);
    });
  });

  describe('linux/slab.h', () => {
    const SLAB = `
      struct thing { int n; int m; };
      static struct kmem_cache *cache;
      static void construct(void *p) { ((struct thing *)p)->n = 7; }`;
    it('constructs, and gives back', () => {
      const [n, notes] = run(
        `${SLAB} long test(void) { cache = kmem_cache_create("thing", sizeof(struct thing), 0, SLAB_PANIC, construct); struct thing *t = kmem_cache_alloc(cache, GFP_KERNEL); long n = t->n; kmem_cache_free(cache, t); return n; }`,
      );
      equal(n, 7n);
      deepEqual(notes, ['alloc thing may sleep', 'free thing']);
    });
    it('knows flags that must not sleep, and fails when the host does', () => {
      const [p, notes] = run(
        `${SLAB} long test(void) { cache = KMEM_CACHE(thing, 0); return (long)kmem_cache_zalloc(cache, GFP_NOWAIT | __GFP_NOWARN); }`,
        (host) => {
          host.failing = 1;
        },
      );
      equal(p, 0n);
      deepEqual(notes, ['alloc thing must not sleep fails']);
    });
  });

  it('linux/bug.h gives the condition as written, and its value', () => {
    const [fired, notes] = run(
      'long test(void) { int a = 1; VM_BUG_ON(a == 2); VM_WARN_ON_ONCE(!a); return WARN_ON(a  ==\n1); }',
    );
    equal(fired, 1n);
    deepEqual(notes, ['VM_BUG_ON(a == 2) holds', 'VM_WARN_ON_ONCE(!a) holds', 'WARN_ON(a == 1) fires']);
  });

  describe('linux/bitmap.h', () => {
    const BITS = 'static unsigned long a[2], b[2], c[2];';
    it('combines words, and counts', () =>
      equal(
        value(
          `${BITS} long test(void) { __set_bit(1, a); __set_bit(69, a); __set_bit(69, b); bitmap_and(c, a, b, 70); long r = bitmap_weight(c, 70); bitmap_xor(c, a, b, 70); return r * 100 + test_bit(1, c) * 10 + test_bit(69, c); }`,
        ),
        110n,
      ));
    it('compares only the bits there are', () =>
      equal(
        value(
          `${BITS} long test(void) { bitmap_fill(a, 70); bitmap_zero(b, 70); __set_bit(3, b); return bitmap_subset(b, a, 70) * 1000 + bitmap_intersects(a, b, 3) * 100 + bitmap_empty(b, 3) * 10 + bitmap_equal(a, b, 70); }`,
        ),
        1010n,
      ));
  });

  describe('linux/kernel.h', () => {
    it('finds the struct around a field', () =>
      equal(
        value(
          'struct s { long a; int b; }; static struct s x; long test(void) { return container_of(&x.b, struct s, b) == &x; }',
        ),
        1n,
      ));
    it('makes error pointers', () =>
      equal(
        value(
          'long test(void) { void *p = ERR_PTR(-ENOMEM); return IS_ERR(p) * 100 - PTR_ERR(p) + IS_ERR((void *)&p); }',
        ),
        112n,
      ));
    it('asks settings', () =>
      equal(value('long test(void) { return IS_ENABLED(CONFIG_ON) * 10 + IS_ENABLED(CONFIG_OFF); }'), 10n));
    it('counts arguments', () =>
      equal(value('long test(void) { return COUNT_ARGS(a, b, c) * 10 + COUNT_ARGS(x); }'), 31n));
    it('fills and copies memory', () =>
      equal(
        value(
          'static char a[9], b[9]; long test(void) { memset(a, 3, 9); memcpy(b, a, 8); return b[7] * 100 + b[8] * 10 + (memcmp(a, b, 8) == 0); }',
        ),
        301n,
      ));
  });
});
