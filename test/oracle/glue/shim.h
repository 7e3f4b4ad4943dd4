/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the extracted kernel text of 7.x expects around it and scenarios never exercise: no-ops, constants, and the
 * prototypes of functions that are defined further down.
 */
#ifndef ORACLE_SHIM_H
#define ORACLE_SHIM_H

#include <sys/mman.h>

#define __init
#define __latent_entropy
#define __weak __attribute__((weak))
#define SINGLE_DEPTH_NESTING 1
#define PMD_SIZE (1ul << 21)
#define MMF_OOM_SKIP 21
#define MMF_UNSTABLE 22
#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#undef MAP_DROPPABLE
#define MAP_DROPPABLE 0x08
#define LEGACY_MAP_MASK (MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS)
#define OVERCOMMIT_NEVER 2
#define sysctl_overcommit_memory 0
#define FMODE_READ 1
#define FMODE_WRITE 2
#ifndef fallthrough
#define fallthrough __attribute__((__fallthrough__))
#endif
#define IS_ERR_VALUE(x) ((unsigned long)(void *)(x) >= (unsigned long)-4095)
#define MM_CP_TRY_CHANGE_WRITABLE 1
#define VM_FLAGS_CLEAR 0
#define TASK_KILLABLE 0
#ifndef TASK_UNINTERRUPTIBLE
#define TASK_UNINTERRUPTIBLE 0
#endif
#define VM_REFCNT_LIMIT 0

#define cond_resched() do { } while (0)
#define mmu_notifier_release(mm) do { } while (0)
#define arch_exit_mmap(mm) do { } while (0)
#define flush_cache_mm(mm) do { } while (0)
#define tlb_gather_mmu_fullmm(tlb, mm) ((void)(tlb))
#define tlb_free_vmas(tlb) do { } while (0)
#define trace_exit_mmap(mm) do { } while (0)
#define flush_cache_dup_mm(mm) do { } while (0)
#define uprobe_dup_mmap(old, new) do { } while (0)
#define mmap_write_lock_nested(mm, n) mmap_write_lock(mm)
#define dup_mm_exe_file(mm, old) 0
#define arch_dup_mmap(old, mm) 0
#define ksm_fork(mm, old) 0
#define khugepaged_fork(mm, old) 0
#define dup_userfaultfd(vma, uf) 0
#define dup_userfaultfd_complete(uf) ((void)(uf))
#define dup_userfaultfd_fail(uf) ((void)(uf))
#define hugetlb_dup_vma_private(vma) do { } while (0)
#define flush_tlb_mm(mm) do { } while (0)
#define mm_flags_set(flag, mm) do { } while (0)
/* Trees never switch to RCU mode: one thread, and nodes go at once. */
#undef mt_set_in_rcu
#undef mt_clear_in_rcu
#define mt_set_in_rcu(mt) do { } while (0)
#define mt_clear_in_rcu(mt) do { } while (0)

/* unmap_vmas */
struct mmu_notifier_range { int unused; };
struct zap_details { unsigned int zap_flags; bool even_cows; };
#define ZAP_FLAG_DROP_MARKER 1
#define ZAP_FLAG_UNMAP 2
#define MMU_NOTIFY_UNMAP 0
#define mmu_notifier_range_init(range, ...) ((void)(range))
#define mmu_notifier_invalidate_range_start(range) ((void)(range))
#define mmu_notifier_invalidate_range_end(range) ((void)(range))
#define hugetlb_zap_begin(vma, start, end) do { } while (0)
#define hugetlb_zap_end(vma, details) do { } while (0)

/* do_mmap, mprotect */
#ifndef VMA_DROPPABLE
#define VMA_DROPPABLE EMPTY_VMA_FLAGS
#endif
#ifndef VMA_GROWSUP
#define VMA_GROWSUP EMPTY_VMA_FLAGS
#endif
#define path_noexec(path) ((void)(path), false)
#define execute_only_pkey(mm) 0
#define __get_unmapped_area(file, addr, ...) (addr)
#define get_unmapped_area(file, addr, ...) (addr)
#define round_hint_to_min(addr) (addr)
#define can_do_mlock() true
#define file_inode(file) ((struct inode *)NULL)
#define file_mmap_ok(file, inode, pgoff, len) true
#define IS_SWAPFILE(inode) ((void)(inode), false)
#define IS_APPEND(inode) ((void)(inode), false)
#define FOP_MMAP_SYNC 0
#define vma_flags_can_grow(flags) ((void)(flags), false)
#define memfd_check_seals_mmap(file, flags) 0
#define arch_calc_vm_prot_bits(prot, pkey) 0
#define arch_calc_vm_flag_bits(file, flags) 0
#define untagged_addr(addr) (addr)
#define arch_validate_prot(prot, addr) true
#define mm_pkey_is_allocated(mm, pkey) true
#define arch_override_mprotect_pkey(vma, prot, pkey) 0
#define security_file_mprotect(vma, reqprot, prot) 0
#define arch_has_pfn_modify_check() false
#define walk_page_range_vma(...) 0
#define walk_page_range(...) 0
#define populate_vma_page_range(...) do { } while (0)
struct inode;

/* mremap */
#undef MREMAP_MAYMOVE
#undef MREMAP_FIXED
#undef MREMAP_DONTUNMAP
#define MREMAP_MAYMOVE 1
#define MREMAP_FIXED 2
#define MREMAP_DONTUNMAP 4
#define abs_diff(a, b) ((a) > (b) ? (a) - (b) : (b) - (a))
#define ksm_madvise(...) 0
#define userfaultfd_armed(vma) false
#define vma_is_shmem(vma) false
#define thp_get_unmapped_area NULL
#define mremap_userfaultfd_prep(vma, uf) ((void)(uf))
#define mremap_userfaultfd_fail(uf) ((void)(uf))
#define mremap_userfaultfd_complete(uf, a, b, c) ((void)(uf))
#define mm_populate(addr, len) do { } while (0)
#define hstate_vma(vma) ((struct hstate *)NULL)
#define huge_page_size(h) PAGE_SIZE
#define huge_page_mask(h) PAGE_MASK
#define __maybe_unused __attribute__((unused))
struct hstate;

/* madvise */
#undef MADV_COLLAPSE
#undef MADV_GUARD_INSTALL
#undef MADV_GUARD_REMOVE
#define MADV_COLLAPSE 25
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE 103
#define can_madvise_modify(b) ((void)(b), true)
#define madvise_remove(...) 0
#define madvise_willneed(...) 0
#define madvise_cold(...) 0
#define madvise_pageout(...) 0
#define madvise_dontneed_free(...) 0
#define madvise_collapse(...) 0
#define madvise_guard_install(...) 0
#define madvise_guard_remove(...) 0
#define hugepage_madvise(vma, flags, behavior) 0
#define vma_is_anon_shmem(vma) false
#define try_vma_read_lock(b) false
#define vma_end_read(vma) do { } while (0)

/* rmap */
#ifndef smp_store_release
#define smp_store_release(p, v) (*(p) = (v))
#endif
#ifndef atomic_inc_not_zero
#define atomic_inc_not_zero(v) (atomic_read(v) ? (atomic_inc(v), 1) : 0)
#endif
#define FOLIO_MAPPING_ANON 1ul
#define FOLIO_MAPPING_FLAGS 3ul
#define folio_test_locked(folio) true
#define folio_mapped(folio) ((folio)->mapcount > 0)
#define folio_pgoff(folio) ((folio)->index)
#define folio_nr_pages(folio) 1ul
#define page_pgoff(folio, page) ((folio)->index)

#ifdef F_SIX
#include "shim6.h"
#endif

/* The interval trees: prototypes of mm/interval_tree.c. */
struct vm_area_struct;
#if F_RMAP_TREE
void anon_rmap_tree_insert(struct anon_vma_chain *avc, struct anon_vma *anon_vma);
void anon_rmap_tree_remove(struct anon_vma_chain *avc, struct anon_vma *anon_vma);
struct anon_vma_chain *anon_rmap_tree_iter_first(struct anon_vma *anon_vma, pgoff_t first, pgoff_t last);
struct anon_vma_chain *anon_rmap_tree_iter_next(struct anon_vma_chain *avc, pgoff_t first, pgoff_t last);
#else
void anon_vma_interval_tree_insert(struct anon_vma_chain *avc, struct rb_root_cached *root);
void anon_vma_interval_tree_remove(struct anon_vma_chain *avc, struct rb_root_cached *root);
struct anon_vma_chain *anon_vma_interval_tree_iter_first(struct rb_root_cached *root, unsigned long first,
							 unsigned long last);
struct anon_vma_chain *anon_vma_interval_tree_iter_next(struct anon_vma_chain *avc, unsigned long first,
							unsigned long last);
void vma_interval_tree_insert(struct vm_area_struct *vma, struct rb_root_cached *root);
void vma_interval_tree_insert_after(struct vm_area_struct *vma, struct vm_area_struct *prev,
				    struct rb_root_cached *root);
void vma_interval_tree_remove(struct vm_area_struct *vma, struct rb_root_cached *root);
#endif

/* Defined later, in the order of the text that is included. */
int __anon_vma_prepare(struct vm_area_struct *vma);
int anon_vma_fork(struct vm_area_struct *vma, struct vm_area_struct *pvma);
void unlink_anon_vmas(struct vm_area_struct *vma);
void __put_anon_vma(struct anon_vma *anon_vma);
int do_munmap(struct mm_struct *mm, unsigned long start, size_t len, struct list_head *uf);

#endif
