/**
 * The kernel's dialect of C as tables: which names are attributes, iterators, declaring macros. dialect.ts applies them;
 * a new macro that breaks the parse is normally a word in one of these lists. Words only, no kernel text.
 */

/** Names that qualify a declaration and mean nothing to the grammar: blanked. */
export const ATTRIBUTES: ReadonlySet<string> = new Set(
  `__always_inline __always_unused __bitwise __cacheline_aligned __cacheline_aligned_in_smp
  ____cacheline_aligned ____cacheline_aligned_in_smp ____cacheline_internodealigned_in_smp
  ___cacheline_internodealigned_in_smp __cold __bpf_kfunc __cpuidle __deprecated __designated_init __exit
   __exitdata __fastpath __flatten __fix_address __force __force_all __hot __init __init_memblock __init_or_module
  __initconst __initdata __initdata_memblock __initdata_or_meminfo __init_refok __iomem __kernel
  __kprobes __latent_entropy __lockfunc __malloc __maybe_unused __meminit __meminitdata __must_check
  __naked __net_init __net_exit __nocast __nocapture __nocfi __no_context_analysis
  __no_kasan_or_inline __no_kcsan __no_kmsan_checks __no_profile __no_randomize_layout __no_sanitize_address
  __no_sanitize_memory __no_sanitize_or_inline __no_sanitize_thread __no_sanitize_undefined __no_stack_protector
  __noclone __noendbr __noinitretpoline __noinline __nonstring __noreturn __nosavedata __notrace_funcgraph
  __nostackprotector __no_kstack_erase __packed __page_aligned_bss __page_aligned_data __percpu __pcpu __private __pure __randomize_layout
  __rcu __read_mostly __ref __refdata __refconst __restrict __ro_after_init __safe __sched __scs __section_unique
  __signed_wrap __softirq_entry __irq_entry __syscall __tracepoint_string __trace_event __uaccess __unused __used __user
  __visible __weak __wsum_unused __attribute_const__ asmlinkage asmlinkage_protect noinline noinline_for_stack
  noinline_for_tracing noinline_for_kasan nokprobe_inline notrace noinstr
  randomized_struct_fields_start randomized_struct_fields_end __context_unsafe __capability_unsafe
  __lsm_ro_after_init __list_valid_slowpath`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** Attributes that take arguments: blanked together with them. */
export const ATTRIBUTE_CALLS: ReadonlySet<string> = new Set(
  `__acquires __acquire_shared __acquires_shared __alias __align __aligned __alloc_size __assume_aligned __attribute
  __attribute__ __context_unsafe __compiletime_error __compiletime_warning __cleanup __cond_acquires __cond_acquires_shared __counted_by
  __counted_by_be __counted_by_le __counted_by_ptr __diagnose_as __error __format_arg __free __gnu_printf __guarded_by
  __guarded_var __mode __must_hold __must_hold_shared __must_not_hold __nonnull __no_sanitize __ordered_after
  __pass_object_size __printf __pt_guarded_by __realloc_size __releases __releases_shared __requires_ctx
  __scanf __section __sized_by __sentinel __symver __vector_size __warning __excludes_ctx __assumes_ctx_lock
  __releases_ctx __acquires_ctx __cond_acquires_ctx __strftime __sanitize __target __optimize`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** A macro that stands before a block and runs it once for each of something. */
export const ITERATOR_NAME = /(?:^|_)for_?each(?:_|$)|foreach/i;

/** Words that begin a statement and so are never a macro before a block. */
export const STATEMENT_KEYWORDS: ReadonlySet<string> = new Set([
  'if',
  'else',
  'while',
  'do',
  'for',
  'switch',
  'case',
  'default',
  'return',
  'goto',
  'break',
  'continue',
  'sizeof',
  'typeof',
  '__typeof__',
  'asm',
  '__asm__',
  '__asm',
  'defined',
  'typedef',
]);

/** Words that can only begin a type. */
export const TYPE_KEYWORDS: ReadonlySet<string> = new Set([
  'struct',
  'union',
  'enum',
  'unsigned',
  'signed',
  'const',
  'volatile',
  'long',
  'short',
]);

/** Types that are words of the grammar, so that they cannot stand where an expression is expected. */
export const PRIMITIVE_TYPES: ReadonlySet<string> = new Set([
  'bool',
  'char',
  'int',
  'float',
  'double',
  'void',
  'size_t',
  'ssize_t',
  'ptrdiff_t',
  'intptr_t',
  'uintptr_t',
  'int8_t',
  'int16_t',
  'int32_t',
  'int64_t',
  'uint8_t',
  'uint16_t',
  'uint32_t',
  'uint64_t',
]);

/** True for a word of a type that C itself has, so that it names no member. */
export function isBasicType(word: string): boolean {
  return TYPE_KEYWORDS.has(word) || PRIMITIVE_TYPES.has(word);
}

/** Words after which a name is still the type (`const __be32 x`), so that a third name is needed to show an attribute. */
export const QUALIFYING_WORDS: ReadonlySet<string> = new Set([
  'static',
  'extern',
  'inline',
  '__inline',
  '__inline__',
  'register',
  'typedef',
  'const',
  'volatile',
  'restrict',
  'struct',
  'union',
  'enum',
  'unsigned',
  'signed',
  'long',
  'short',
  '__extension__',
  'auto',
  '_Atomic',
]);

export const STORAGE_WORDS: ReadonlySet<string> = new Set([
  'static',
  'extern',
  'inline',
  '__inline',
  '__inline__',
]);

/** Operators and functions whose arguments the grammar itself accepts as types. */
export const TAKES_TYPES: ReadonlySet<string> = new Set([
  'sizeof',
  'typeof',
  '__typeof__',
  'typeof_unqual',
  '__alignof__',
  '__alignof',
  '_Alignof',
  'alignof',
  'offsetof',
  '_Generic',
  '_Alignas',
  'alignas',
]);

/** How a declaring macro's arguments become a declaration. `type`, `name` and `size` are the arguments in order. */
export type DeclaringShape = 'type name' | 'name' | 'name[size]' | 'name …';

/** Macros that declare an object, by name or by how the name begins. The first entry that fits wins. */
export const DECLARING_MACROS: readonly {
  readonly name: RegExp;
  readonly shape: DeclaringShape;
  readonly type?: string;
}[] = [
  { name: /^(?:DEFINE|DECLARE)_(?:PER_CPU|EARLY_PER_CPU|STATIC_PER_CPU|INIT_PER_CPU)/, shape: 'type name' },
  { name: /^DECLARE_BITMAP$/, shape: 'name[size]', type: 'unsigned long' },
  { name: /^DECLARE_(?:HASHTABLE)$/, shape: 'name[size]', type: 'hlist_head' },
  { name: /^(?:__)?DECLARE_FLEX_ARRAY$/, shape: 'type name' },
  { name: /^DECLARE_KFIFO/, shape: 'name …' },
  {
    name: /^DEFINE_(?:MUTEX|SPINLOCK|RAW_SPINLOCK|RWLOCK|SEMAPHORE|IDA|IDR|XARRAY\w*|SRCU|STATIC_SRCU|TIMER|RATELIMIT_STATE|STATIC_KEY\w*|LOCAL_LOCK|WD_CLASS|WW_CLASS|LLIST)$/,
    shape: 'name …',
  },
  {
    name: /^DECLARE_(?:RWSEM|WORK|DELAYED_WORK|WAIT_QUEUE_HEAD|COMPLETION|STATIC_KEY\w*|STATIC_CALL)$/,
    shape: 'name …',
  },
  { name: /^(?:LIST_HEAD|LLIST_HEAD|HLIST_HEAD|RADIX_TREE|\w+_NOTIFIER_HEAD)$/, shape: 'name …' },
];

/** Macros around the members of a struct: what is in them is parsed, they themselves are blanked. Number: leading arguments that are no members. */
export const MEMBER_GROUPS: ReadonlyMap<string, number> = new Map([
  ['struct_group', 1],
  ['struct_group_attr', 2],
  ['struct_group_tagged', 2],
  ['__struct_group', 3],
]);

/** Macros that write a function's head: first the name, then pairs of type and name. */
export const HEAD_MACRO = /^(?:COMPAT_)?SYSCALL_DEFINE[0-6]$|^(?:BPF_CALL|DEFINE_IDTENTRY)_?[0-9]*$/;
