/** linux/list.h: circular doubly linked lists whose links stand inside what they link. */
import type { Memory } from '../memory';
import type { Value } from '../value';
import { address, type BuiltinHeader, type Native } from './host';

const NEXT = 0;
const PREV = 8;

/** What a removed entry points to: addresses that nothing can be at. */
const POISON1 = 0xdead000000000100n;
const POISON2 = 0xdead000000000122n;

function insert(memory: Memory, entry: number, prev: number, next: number): void {
  memory.setU64(next + PREV, entry);
  memory.setU64(entry + NEXT, next);
  memory.setU64(entry + PREV, prev);
  memory.setU64(prev + NEXT, entry);
}

function unlink(memory: Memory, entry: number): void {
  const next = memory.pointer(entry + NEXT);
  const prev = memory.pointer(entry + PREV);
  memory.setU64(next + PREV, prev);
  memory.setU64(prev + NEXT, next);
}

function init(memory: Memory, head: number): Value {
  memory.setU64(head + NEXT, head);
  memory.setU64(head + PREV, head);
  return 0;
}

/** A native function of lists: memory and addresses in, a value or nothing out. */
function native(work: (memory: Memory, a: number, b: number) => Value | undefined): Native {
  return ({ memory }, [a, b]) => work(memory, address(a), address(b)) ?? 0;
}

export const list: BuiltinHeader = {
  header: 'include/linux/list.h',
  doc: 'circular doubly linked lists',
  c: `
#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)
void INIT_LIST_HEAD(struct list_head *head);
void list_add(struct list_head *entry, struct list_head *head);
void list_add_tail(struct list_head *entry, struct list_head *head);
void list_del(struct list_head *entry);
void list_del_init(struct list_head *entry);
void list_move(struct list_head *entry, struct list_head *head);
void list_move_tail(struct list_head *entry, struct list_head *head);
void list_replace(struct list_head *from, struct list_head *to);
int list_empty(const struct list_head *head);
int list_is_singular(const struct list_head *head);
int list_is_first(const struct list_head *entry, const struct list_head *head);
int list_is_last(const struct list_head *entry, const struct list_head *head);
int list_is_head(const struct list_head *entry, const struct list_head *head);
#define list_empty_careful(head) list_empty(head)
#define list_del_rcu(entry) list_del(entry)
#define list_add_rcu(entry, head) list_add(entry, head)
#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_last_entry(head, type, member) list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member) (list_empty(head) ? (type *)0 : list_first_entry(head, type, member))
#define list_next_entry(pos, member) list_entry((pos)->member.next, typeof(*(pos)), member)
#define list_prev_entry(pos, member) list_entry((pos)->member.prev, typeof(*(pos)), member)
#define list_entry_is_head(pos, head, member) (&(pos)->member == (head))
#define list_for_each(pos, head) for (pos = (head)->next; pos != (head); pos = pos->next)
#define list_for_each_prev(pos, head) for (pos = (head)->prev; pos != (head); pos = pos->prev)
#define list_for_each_safe(pos, n, head) for (pos = (head)->next, n = pos->next; pos != (head); pos = n, n = pos->next)
#define list_for_each_entry(pos, head, member) \\
  for (pos = list_first_entry(head, typeof(*pos), member); !list_entry_is_head(pos, head, member); \\
       pos = list_next_entry(pos, member))
#define list_for_each_entry_rcu(pos, head, member) list_for_each_entry(pos, head, member)
#define list_for_each_entry_reverse(pos, head, member) \\
  for (pos = list_last_entry(head, typeof(*pos), member); !list_entry_is_head(pos, head, member); \\
       pos = list_prev_entry(pos, member))
#define list_for_each_entry_continue(pos, head, member) \\
  for (pos = list_next_entry(pos, member); !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_continue_reverse(pos, head, member) \\
  for (pos = list_prev_entry(pos, member); !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))
#define list_for_each_entry_from(pos, head, member) \\
  for (; !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_safe(pos, n, head, member) \\
  for (pos = list_first_entry(head, typeof(*pos), member), n = list_next_entry(pos, member); \\
       !list_entry_is_head(pos, head, member); pos = n, n = list_next_entry(n, member))
#define list_for_each_entry_safe_reverse(pos, n, head, member) \\
  for (pos = list_last_entry(head, typeof(*pos), member), n = list_prev_entry(pos, member); \\
       !list_entry_is_head(pos, head, member); pos = n, n = list_prev_entry(n, member))
#define list_for_each_entry_safe_from(pos, n, head, member) \\
  for (n = list_next_entry(pos, member); !list_entry_is_head(pos, head, member); pos = n, n = list_next_entry(n, member))
`,
  natives: {
    INIT_LIST_HEAD: native(init),
    list_add: native((memory, entry, head) => {
      insert(memory, entry, head, memory.pointer(head + NEXT));
      return 0;
    }),
    list_add_tail: native((memory, entry, head) => {
      insert(memory, entry, memory.pointer(head + PREV), head);
      return 0;
    }),
    list_del: native((memory, entry) => {
      unlink(memory, entry);
      memory.setU64(entry + NEXT, POISON1);
      memory.setU64(entry + PREV, POISON2);
      return 0;
    }),
    list_del_init: native((memory, entry) => {
      unlink(memory, entry);
      return init(memory, entry);
    }),
    list_move: native((memory, entry, head) => {
      unlink(memory, entry);
      insert(memory, entry, head, memory.pointer(head + NEXT));
      return 0;
    }),
    list_move_tail: native((memory, entry, head) => {
      unlink(memory, entry);
      insert(memory, entry, memory.pointer(head + PREV), head);
      return 0;
    }),
    list_replace: native((memory, from, to) => {
      const next = memory.pointer(from + NEXT);
      const prev = memory.pointer(from + PREV);
      insert(memory, to, prev, next);
      return 0;
    }),
    list_empty: native((memory, head) => (memory.pointer(head + NEXT) === head ? 1 : 0)),
    list_is_singular: native((memory, head) => {
      const next = memory.pointer(head + NEXT);
      return next !== head && next === memory.pointer(head + PREV) ? 1 : 0;
    }),
    list_is_first: native((memory, entry, head) => (memory.pointer(entry + PREV) === head ? 1 : 0)),
    list_is_last: native((memory, entry, head) => (memory.pointer(entry + NEXT) === head ? 1 : 0)),
    list_is_head: native((_, entry, head) => (entry === head ? 1 : 0)),
  },
};
