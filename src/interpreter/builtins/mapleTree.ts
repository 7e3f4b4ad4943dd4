/**
 * linux/maple_tree.h: ranges of indices, each with an entry, and states that walk over them. What a state is at after each call is as
 * in lib/maple_tree.c; how the kernel stores ranges in nodes is not modelled, and preallocation never fails.
 */
import type { Memory } from '../memory';
import type { Value } from '../value';
import { address, type BuiltinHeader, type KernelHost, type Native } from './host';

export interface Range {
  readonly start: number;
  /** Inclusive. */
  readonly last: number;
  readonly entry: number;
}

/** Offsets in `struct ma_state`. */
const TREE = 0;
const INDEX = 8;
const LAST = 16;
const STATUS = 48;

/** `enum maple_status`; a state that was never set up begins. */
const START = 0;
const ACTIVE = 1;
const ROOT = 2;
const NONE = 3;
const PAUSE = 4;
const OVERFLOW = 5;
const UNDERFLOW = 6;

const ULONG_MAX = 2 ** 64;
const ULONG_MAX_VALUE = (1n << 64n) - 1n;

/** An index as a number; ULONG_MAX becomes 2 to the 64th, which is larger than any other. */
function index(value: Value | undefined): number {
  if (typeof value === 'number') return value;
  return value === undefined ? 0 : Number(value);
}

function stored(value: number): Value {
  return value >= ULONG_MAX ? ULONG_MAX_VALUE : value;
}

/** The trees of one machine by their address, each as ranges in order. */
export class MapleTrees {
  readonly #trees = new Map<number, Range[]>();

  ranges(tree: number): readonly Range[] {
    return this.#trees.get(tree) ?? [];
  }

  /** Before another run. */
  clear(): void {
    this.#trees.clear();
  }

  forget(tree: number): void {
    this.#trees.delete(tree);
  }

  /** Gives [start, last] another entry, or none (0). */
  store(tree: number, start: number, last: number, entry: number): void {
    const kept: Range[] = [];
    for (const range of this.ranges(tree)) {
      if (range.start < start) kept.push({ ...range, last: Math.min(range.last, start - 1) });
      if (range.last > last) kept.push({ ...range, start: Math.max(range.start, last + 1) });
    }
    if (entry !== 0) kept.push({ start, last, entry });
    this.#trees.set(
      tree,
      kept.sort((a, b) => a.start - b.start),
    );
  }

  /** The slot that holds an index: a range, or the gap between two. */
  slot(tree: number, at: number): Range {
    let start = 0;
    for (const range of this.ranges(tree)) {
      if (at < range.start) return { start, last: range.start - 1, entry: 0 };
      if (at <= range.last) return range;
      start = range.last + 1;
    }
    return { start, last: ULONG_MAX, entry: 0 };
  }
}

/** A `struct ma_state` in memory. */
class MapleState {
  readonly tree: number;
  constructor(
    private readonly memory: Memory,
    private readonly at: number,
    private readonly trees: MapleTrees,
  ) {
    this.tree = memory.pointer(at + TREE);
  }

  get index(): number {
    return index(this.memory.u64(this.at + INDEX));
  }
  set index(value: number) {
    this.memory.setU64(this.at + INDEX, stored(value));
  }
  get last(): number {
    return index(this.memory.u64(this.at + LAST));
  }
  set last(value: number) {
    this.memory.setU64(this.at + LAST, stored(value));
  }
  get status(): number {
    return this.memory.u32(this.at + STATUS);
  }
  set status(value: number) {
    this.memory.setU32(this.at + STATUS, value);
  }

  #moveTo({ start, last, entry }: Range): number {
    this.index = start;
    this.last = last;
    return entry;
  }

  walk(): number {
    if (this.trees.ranges(this.tree).length === 0) {
      this.status = NONE;
      this.index = 0;
      this.last = ULONG_MAX;
      return 0;
    }
    this.status = ACTIVE;
    return this.#moveTo(this.trees.slot(this.tree, this.index));
  }

  /** To the slot after the current one, over gaps unless `gaps`. */
  #nextSlot(max: number, gaps: boolean): number {
    for (;;) {
      const current = this.trees.slot(this.tree, this.index);
      if (current.last >= max) {
        this.status = OVERFLOW;
        return 0;
      }
      const entry = this.#moveTo(this.trees.slot(this.tree, current.last + 1));
      if (entry !== 0 || gaps) return entry;
      if (this.last >= max) {
        this.status = OVERFLOW;
        return 0;
      }
    }
  }

  #previousSlot(min: number, gaps: boolean): number {
    for (;;) {
      const current = this.trees.slot(this.tree, this.index);
      if (current.start <= min) {
        this.status = UNDERFLOW;
        return 0;
      }
      const entry = this.#moveTo(this.trees.slot(this.tree, current.start - 1));
      if (entry !== 0 || gaps) return entry;
      if (this.index <= min) {
        this.status = UNDERFLOW;
        return 0;
      }
    }
  }

  /** mas_next(), mas_next_range(). */
  next(max: number, gaps: boolean): number {
    if (this.last >= max) {
      this.status = OVERFLOW;
      return 0;
    }
    const { status } = this;
    if (status === UNDERFLOW) {
      const entry = this.walk();
      if (entry !== 0) return entry;
    } else if (status !== ACTIVE) this.walk();
    if (this.status === NONE) return 0;
    return this.#nextSlot(max, gaps);
  }

  /** mas_prev(), mas_prev_range(). */
  previous(min: number, gaps: boolean): number {
    if (this.index <= min) {
      this.status = UNDERFLOW;
      return 0;
    }
    const { status } = this;
    if (status === OVERFLOW) {
      const entry = this.walk();
      if (entry !== 0) return entry;
    } else if (status !== ACTIVE) this.walk();
    if (this.status === NONE) {
      this.index = this.last = 0;
      this.status = ROOT;
      return 0;
    }
    return this.#previousSlot(min, gaps);
  }

  find(max: number): number {
    switch (this.status) {
      case ACTIVE:
        if (this.last >= max) return 0;
        break;
      case PAUSE:
        if (this.last >= max) return 0;
        this.index = this.last = this.last + 1;
        this.status = START;
        break;
      case NONE:
        if (this.last >= max) return 0;
        this.index = this.last;
        this.status = START;
        break;
      case UNDERFLOW:
      case OVERFLOW: {
        if ((this.status === UNDERFLOW ? this.index : this.last) >= max) {
          if (this.status === UNDERFLOW) this.status = OVERFLOW;
          return 0;
        }
        const entry = this.walk();
        if (entry !== 0) return entry;
        break;
      }
    }
    if (this.status === START || this.status === ROOT) {
      if (this.index > max) return 0;
      const entry = this.walk();
      if (entry !== 0) return entry;
    }
    if (this.status === NONE || this.index === max) return 0;
    const entry = this.#nextSlot(max, false);
    this.status = ACTIVE;
    return entry;
  }

  /** Stores at [index, last]; clearing extends the state over the gaps beside. */
  store(entry: number): void {
    this.trees.store(this.tree, this.index, this.last, entry);
    if (entry === 0 && this.trees.ranges(this.tree).length > 0)
      this.#moveTo(this.trees.slot(this.tree, this.index));
    this.status = ACTIVE;
  }
}

const C = `
enum maple_status { ma_start, ma_active, ma_root, ma_none, ma_pause, ma_overflow, ma_underflow, ma_error };
struct maple_enode;
struct maple_alloc;
struct maple_tree { unsigned long ma_flags; void *ma_root; spinlock_t ma_lock; void *ma_external_lock; };
struct ma_state {
  struct maple_tree *tree;
  unsigned long index, last;
  struct maple_enode *node;
  unsigned long min, max;
  enum maple_status status;
  struct maple_alloc *alloc;
  unsigned char depth, offset, mas_flags, end;
};
#define MAS_START ((struct maple_enode *)1ul)
#define MAS_ROOT ((struct maple_enode *)5ul)
#define MAS_NONE ((struct maple_enode *)9ul)
#define MT_FLAGS_ALLOC_RANGE 1
#define MT_FLAGS_USE_RCU 2
#define MT_FLAGS_LOCK_MASK 0x300
#define MT_FLAGS_LOCK_EXTERN 0x300
#define MA_STATE(name, mt, first, end) \\
  struct ma_state name = { .tree = mt, .index = first, .last = end, .node = 0, .status = ma_start }
#define mas_for_each(mas, entry, max) while (((entry) = mas_find((mas), (max))) != 0)
void mas_init(struct ma_state *mas, struct maple_tree *tree, unsigned long addr);
void *mas_walk(struct ma_state *mas);
void *mas_find(struct ma_state *mas, unsigned long max);
void *mas_next(struct ma_state *mas, unsigned long max);
void *mas_prev(struct ma_state *mas, unsigned long min);
void *mas_next_range(struct ma_state *mas, unsigned long max);
void *mas_prev_range(struct ma_state *mas, unsigned long min);
void *mas_store(struct ma_state *mas, void *entry);
int mas_store_gfp(struct ma_state *mas, void *entry, gfp_t gfp);
void mas_store_prealloc(struct ma_state *mas, void *entry);
void mas_set(struct ma_state *mas, unsigned long index);
void mas_set_range(struct ma_state *mas, unsigned long start, unsigned long last);
void __mas_set_range(struct ma_state *mas, unsigned long start, unsigned long last);
void mas_reset(struct ma_state *mas);
void mas_pause(struct ma_state *mas);
void *mt_find(struct maple_tree *mt, unsigned long *index, unsigned long max);
void *mtree_load(struct maple_tree *mt, unsigned long index);
void mt_init_flags(struct maple_tree *mt, unsigned int flags);
void __mt_destroy(struct maple_tree *mt);
bool mtree_empty(const struct maple_tree *mt);
#define mas_preallocate(mas, entry, gfp) 0
#define mas_expected_entries(mas, count) 0
#define mas_destroy(mas) ((void)0)
#define mas_is_err(mas) 0
#define mas_is_start(mas) ((mas)->status == ma_start)
#define mas_is_none(mas) ((mas)->status == ma_none)
#define mas_is_active(mas) ((mas)->status == ma_active)
#define mt_on_stack(mt) ((void)0)
#define mt_set_external_lock(mt, lock) ((void)0)
#define mt_set_in_rcu(mt) ((void)0)
#define mt_clear_in_rcu(mt) ((void)0)
#define mt_validate(mt) ((void)0)
#define mt_dump(...) ((void)0)
#define MAS_WARN_ON(mas, condition) __rl_warn("MAS_WARN_ON", #condition, !!(condition))
#define MAS_BUG_ON(mas, condition) __rl_warn("MAS_BUG_ON", #condition, !!(condition))
`;

export function mapleTree(host: KernelHost, trees: MapleTrees): BuiltinHeader {
  /** A native that works on the state it is given. */
  const on =
    (work: (state: MapleState, a: Value, b: Value) => Value): Native =>
    ({ memory }, [mas, a = 0, b = 0]) =>
      work(new MapleState(memory, address(mas), trees), a, b);

  const set = (state: MapleState, start: Value, last: Value): Value => {
    state.index = index(start);
    state.last = index(last);
    return 0;
  };
  const store = (state: MapleState, entry: Value): Value => {
    state.store(address(entry));
    host.treeChanged(state.tree);
    return 0;
  };
  const destroy: Native = (_, [tree]) => {
    trees.forget(address(tree));
    return 0;
  };
  return {
    header: 'include/linux/maple_tree.h',
    doc: 'ranges by index, and the states that walk over them',
    c: C,
    natives: {
      mas_init({ memory }, [mas, tree = 0, at = 0]) {
        memory.setU64(address(mas) + TREE, tree);
        memory.setU64(address(mas) + INDEX, at);
        memory.setU64(address(mas) + LAST, at);
        memory.setU32(address(mas) + STATUS, START);
        return 0;
      },
      mas_walk: on((state) => state.walk()),
      mas_find: on((state, max) => state.find(index(max))),
      mas_next: on((state, max) => state.next(index(max), false)),
      mas_prev: on((state, min) => state.previous(index(min), false)),
      mas_next_range: on((state, max) => state.next(index(max), true)),
      mas_prev_range: on((state, min) => state.previous(index(min), true)),
      mas_store: on(store),
      mas_store_gfp: on(store),
      mas_store_prealloc: on(store),
      mas_set: on((state, at) => {
        state.status = START;
        return set(state, at, at);
      }),
      mas_set_range: on((state, start, last) => {
        state.status = START;
        return set(state, start, last);
      }),
      __mas_set_range: on(set),
      mas_reset: on((state) => {
        state.status = START;
        return 0;
      }),
      mas_pause: on((state) => {
        state.status = PAUSE;
        return 0;
      }),
      mt_find({ memory }, [tree, indexAddress, max]) {
        const from = index(memory.u64(address(indexAddress)));
        for (const range of trees.ranges(address(tree))) {
          if (range.last < from) continue;
          if (range.start > index(max)) return 0;
          memory.setU64(address(indexAddress), stored(range.last + 1));
          return range.entry;
        }
        return 0;
      },
      mtree_load: (_, [tree, at]) => trees.slot(address(tree), index(at)).entry,
      mt_init_flags({ memory }, [tree, flags = 0]) {
        trees.forget(address(tree));
        memory.setU64(address(tree), flags);
        return 0;
      },
      __mt_destroy: destroy,
      mtree_empty: (_, [tree]) => (trees.ranges(address(tree)).length === 0 ? 1 : 0),
    },
  };
}
