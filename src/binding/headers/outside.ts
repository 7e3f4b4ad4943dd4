/**
 * Calls of the text to parts of the kernel that the anonymous reverse map does not depend on. Each does nothing, or answers as a kernel
 * built without the feature does; the reason stands beside it.
 */
import type { BuiltinHeader } from '../../interpreter/builtins/host';

interface Outside {
  readonly reason: string;
  /** Calls without effect. */
  readonly nothing?: readonly string[];
  /** Calls with an answer. */
  readonly answers?: Readonly<Record<string, string>>;
  /** Calls that pass an argument on: head and body of a macro. */
  readonly passes?: readonly string[];
}

export const OUTSIDE: readonly Outside[] = [
  {
    reason: 'no probes are set',
    nothing: ['uprobe_mmap', 'uprobe_munmap', 'uprobe_dup_mmap', 'perf_event_mmap'],
  },
  {
    reason: 'nothing waits for huge pages: they are configured off',
    nothing: [
      'khugepaged_enter_vma',
      'vma_adjust_trans_huge',
      'hugetlb_split',
      'fixup_hugetlb_reservations',
      'clear_vma_resv_huge_pages',
    ],
    answers: { is_vm_hugetlb_page: '0', is_file_hugepages: '0', vma_is_dax: '0', vma_supports_mlock: '0' },
  },
  {
    reason: 'KSM is configured off',
    nothing: ['ksm_add_vma'],
    passes: ['ksm_vma_flags(mm, file, flags) (flags)'],
  },
  {
    reason: 'no memory policies: one node',
    nothing: ['mpol_put', 'vma_numab_state_init', 'vma_numab_state_free'],
    answers: { mpol_equal: '1', vma_policy: '((struct mempolicy *)0)', vma_dup_policy: '0' },
  },
  {
    reason: 'userfaultfd is configured off',
    nothing: ['userfaultfd_unmap_complete'],
    answers: {
      userfaultfd_wp: '0',
      userfaultfd_unmap_prep: '0',
      is_mergeable_vm_userfaultfd_ctx: '1',
      vma_has_uffd_without_event_remap: '0',
    },
  },
  {
    reason: 'anonymous VMAs have no names',
    nothing: ['dup_anon_vma_name', 'free_anon_vma_name', 'anon_vma_name_get', 'anon_vma_name_put'],
    answers: { anon_vma_name: '((struct anon_vma_name *)0)', anon_vma_name_eq: '1' },
  },
  {
    reason: 'soft-dirty tracking is configured off',
    answers: { pgtable_supports_soft_dirty: '0', vma_soft_dirty_enabled: '0' },
  },
  {
    reason: 'no limit on memory is ever reached',
    nothing: [
      'vm_acct_memory',
      'vm_unacct_memory',
      'validate_mm',
      'validate_mm_mt',
      'update_hiwater_rss',
      'update_hiwater_vm',
    ],
    answers: {
      may_expand_vm: '1',
      security_vm_enough_memory_mm: '0',
      get_sysctl_max_map_count: '65530',
      capable: '1',
      can_do_mlock: '1',
      mlock_future_ok: '1',
      rlimit: '(~0ul)',
    },
  },
  {
    reason: 'caches, TLBs and page tables have no state of their own here',
    nothing: [
      'flush_dcache_mmap_lock',
      'flush_dcache_mmap_unlock',
      'flush_cache_mm',
      'flush_tlb_mm',
      'lru_add_drain',
      'tlb_finish_mmu',
      'arch_unmap',
    ],
    answers: { tlb_gather_mmu: '((void)0)', arch_validate_flags: '1' },
  },
  {
    reason: 'what drivers do in mmap() is not modelled: files are plain',
    answers: { shmem_zero_setup: '0', shmem_file: '0', vma_is_shmem: '0' },
  },
  {
    reason: 'traces of the kernel are not recorded',
    nothing: ['trace_vma_store', 'trace_vma_mas_szero', 'trace_exit_mmap'],
  },
];

export const outside: BuiltinHeader = {
  header: 'include/linux/mm.h',
  doc: 'calls to parts of the kernel that are configured off or have no state here',
  c: [
    ...OUTSIDE.flatMap(({ reason, nothing = [], answers = {}, passes = [] }) => [
      `/* ${reason} */`,
      ...nothing.map((name) => `#define ${name}(...) ((void)0)`),
      ...Object.entries(answers).map(([name, answer]) => `#define ${name}(...) ${answer}`),
      ...passes.map((macro) => `#define ${macro}`),
    ]),
    '#define sysctl_max_map_count 65530',
    '#define sysctl_overcommit_memory 0',
    '#define OVERCOMMIT_NEVER 2',
    '#define OVERCOMMIT_ALWAYS 1',
    '#define FIRST_USER_ADDRESS 0ul',
    '#define USER_PGTABLES_CEILING 0ul',
    '#define CAP_IPC_LOCK 14',
    '#define RLIMIT_MEMLOCK 8',
    '',
  ].join('\n'),
  natives: {},
};
