/**
 * linux/rbtree.h and linux/interval_tree_generic.h: trees of intervals, walked by start, then in the order of insertion. Nodes form a
 * list in walking order, with the keys under which they were inserted: what a balanced tree of the kernel does is the same to
 * whoever walks it.
 */
import type { Memory } from '../memory';
import type { Value } from '../value';
import { address, type BuiltinHeader, type KernelHost } from './host';

/** Offsets in `struct rb_node` below. */
export const RB_PREV = 0;
export const RB_NEXT = 8;
export const RB_START = 24;
export const RB_LAST = 32;
/** Offsets in `struct rb_root_cached`. */
export const RB_ROOT = 0;
export const RB_LEFTMOST = 8;
/** `__rb_parent_color` of a node that is in a tree. */
const LINKED = 1;
const RB_LINKED = 16;

const C = `
struct rb_node { struct rb_node *__rl_prev, *rb_right; unsigned long __rb_parent_color; unsigned long __rl_start, __rl_last; struct rb_node *rb_left; };
struct rb_root { struct rb_node *rb_node; };
struct rb_root_cached { struct rb_root rb_root; struct rb_node *rb_leftmost; };
#define RB_ROOT (struct rb_root) { 0 }
#define RB_ROOT_CACHED (struct rb_root_cached) { { 0 }, 0 }
#define RB_EMPTY_ROOT(root) (!(root)->rb_node)
#define RB_EMPTY_NODE(node) (!(node)->__rb_parent_color)
#define RB_CLEAR_NODE(node) ((node)->__rb_parent_color = 0)
#define rb_entry(ptr, type, member) container_of(ptr, type, member)
#define rb_entry_safe(ptr, type, member) ((ptr) ? rb_entry(ptr, type, member) : (type *)0)
#define rb_first_cached(root) ((root)->rb_leftmost)
#define rb_first(root) ((root)->rb_node)
#define rb_next(node) ((node)->rb_right)
void __rl_interval_insert(struct rb_node *node, struct rb_root_cached *root, unsigned long start, unsigned long last);
void __rl_interval_remove(struct rb_node *node, struct rb_root_cached *root);
struct rb_node *__rl_interval_first(struct rb_node *node, unsigned long start, unsigned long last);
`;

/** Puts a node between two that are neighbours in the tree, either of which may be missing (0). */
export function linkNode(
  memory: Memory,
  root: number,
  node: number,
  prev: number,
  next: number,
  start: Value,
  last: Value,
): void {
  memory.setU64(node + RB_PREV, prev);
  memory.setU64(node + RB_NEXT, next);
  memory.setU64(node + RB_LINKED, LINKED);
  memory.setU64(node + RB_START, start);
  memory.setU64(node + RB_LAST, last);
  if (next) memory.setU64(next + RB_PREV, node);
  if (prev) memory.setU64(prev + RB_NEXT, node);
  else {
    memory.setU64(root + RB_ROOT, node);
    memory.setU64(root + RB_LEFTMOST, node);
  }
}

export function unlinkNode(memory: Memory, root: number, node: number): void {
  const prev = memory.pointer(node + RB_PREV);
  const next = memory.pointer(node + RB_NEXT);
  if (next) memory.setU64(next + RB_PREV, prev);
  if (prev) memory.setU64(prev + RB_NEXT, next);
  else {
    memory.setU64(root + RB_ROOT, next);
    memory.setU64(root + RB_LEFTMOST, next);
  }
  memory.setU64(node + RB_LINKED, 0);
}

function insert(memory: Memory, node: number, root: number, start: Value, last: Value): void {
  let prev = 0;
  let next = memory.pointer(root + RB_LEFTMOST);
  while (next && memory.u64(next + RB_START) <= start) {
    prev = next;
    next = memory.pointer(next + RB_NEXT);
  }
  linkNode(memory, root, node, prev, next, start, last);
}

/** The node, or the first one after it, that has a part of [start, last]; 0 when there is none. */
function firstFrom(memory: Memory, from: number, start: Value, last: Value): number {
  for (let node = from; node; node = memory.pointer(node + RB_NEXT)) {
    if (memory.u64(node + RB_START) > last) return 0;
    if (memory.u64(node + RB_LAST) >= start) return node;
  }
  return 0;
}

export function intervalTree(host: KernelHost): BuiltinHeader {
  return {
    header: 'include/linux/interval_tree_generic.h',
    doc: 'interval trees, in the order in which the kernel walks them',
    c: C,
    natives: {
      __rl_interval_insert({ memory }, [node, root, start = 0, last = 0]) {
        insert(memory, address(node), address(root), start, last);
        host.intervalChanged(address(node), address(root));
        return 0;
      },
      __rl_interval_remove({ memory }, [node, root]) {
        unlinkNode(memory, address(root), address(node));
        host.intervalChanged(address(node), address(root));
        return 0;
      },
      __rl_interval_first({ memory }, [from, start = 0, last = 0]) {
        return firstFrom(memory, address(from), start, last);
      },
    },
  };
}
