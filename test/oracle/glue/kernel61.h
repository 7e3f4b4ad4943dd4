/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stands in for the headers of 6.1, which has no shims for the VMA layer: the fields that its functions touch, the flags, and
 * no-ops for what scenarios never exercise.
 */
#ifndef ORACLE_KERNEL61_H
#define ORACLE_KERNEL61_H

#include <stdlib.h>
#include <linux/list.h>
#include <linux/maple_tree.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <linux/err.h>
#include <linux/poison.h>

#include "asserts.h"

/* The shims of the maple tree make atomics no-ops. */
#undef atomic_read
#undef atomic_set
#undef atomic_inc
#define atomic_read(v) (*(v))
#define atomic_set(v, n) (*(v) = (n))
#define atomic_inc(v) (++*(v))
#define atomic_inc_not_zero(v) (*(v) ? ++*(v) : 0)
#define atomic_dec_and_test(v) (--*(v) == 0)

#define CONFIG_MMU 1
#define __bitwise
#define __randomize_layout
#ifndef PAGE_SHIFT
#define PAGE_SHIFT 12
#endif
#ifndef PAGE_SIZE
#define PAGE_SIZE (1ul << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#endif
#ifndef PHYS_PFN
#define PHYS_PFN(x) ((unsigned long)((x) >> PAGE_SHIFT))
#endif
#ifndef PAGE_ALIGN
#define PAGE_ALIGN(addr) (((addr) + PAGE_SIZE - 1) & PAGE_MASK)
#endif
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)
#define TASK_SIZE (1ul << 47)
#define FIRST_USER_ADDRESS 0ul
#define USER_PGTABLES_CEILING 0ul
#define pgoff_t unsigned long
typedef unsigned long vm_flags_t;
typedef struct { unsigned long pgprot; } pgprot_t;
typedef unsigned int vm_fault_t;
#define pgprot_val(x) ((x).pgprot)
#define __pgprot(x) ((pgprot_t){ x })
#define pgprot_modify(old, new) (new)
#define vm_get_page_prot(flags) __pgprot(flags)

/* Flags of VMAs, as x86-64 numbers them. */
#define VM_NONE 0ul
#define VM_READ 0x1ul
#define VM_WRITE 0x2ul
#define VM_EXEC 0x4ul
#define VM_SHARED 0x8ul
#define VM_MAYREAD 0x10ul
#define VM_MAYWRITE 0x20ul
#define VM_MAYEXEC 0x40ul
#define VM_MAYSHARE 0x80ul
#define VM_GROWSDOWN 0x100ul
#define VM_PFNMAP 0x400ul
#define VM_LOCKED 0x2000ul
#define VM_IO 0x4000ul
#define VM_SEQ_READ 0x8000ul
#define VM_RAND_READ 0x10000ul
#define VM_DONTCOPY 0x20000ul
#define VM_DONTEXPAND 0x40000ul
#define VM_LOCKONFAULT 0x80000ul
#define VM_ACCOUNT 0x100000ul
#define VM_NORESERVE 0x200000ul
#define VM_HUGETLB 0x400000ul
#define VM_SYNC 0x800000ul
#define VM_WIPEONFORK 0x2000000ul
#define VM_DONTDUMP 0x4000000ul
#define VM_SOFTDIRTY 0ul
#define VM_MIXEDMAP 0x10000000ul
#define VM_ACCESS_FLAGS (VM_READ | VM_WRITE | VM_EXEC)
#define VM_SPECIAL (VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP)
#define VM_LOCKED_CLEAR_MASK (~(VM_LOCKED | VM_LOCKONFAULT))

struct vm_userfaultfd_ctx {};
struct mempolicy;
struct mmu_gather {};
struct anon_vma_name;
struct vm_fault;
struct inode;
struct vm_area_struct;

#include "oracle_types.h"
#include "anon_types.h"

struct task_struct {
	struct mm_struct *mm;
	unsigned int personality;
	char comm[16];
	int pid;
};
struct task_struct *get_current(void);
#define current get_current()

struct mm_struct {
	ORACLE_MM_FIELDS
	struct maple_tree mm_mt;
	int map_count;
	unsigned long total_vm, locked_vm, data_vm, exec_vm, stack_vm;
	unsigned long def_flags, flags;
};

struct address_space {
	ORACLE_MAPPING_FIELDS
	struct rb_root_cached i_mmap;
	unsigned long flags;
	int i_mmap_writable;
};

struct file_operations {
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	unsigned long mmap_supported_flags;
	void *get_unmapped_area;
};

struct file {
	ORACLE_FILE_FIELDS
	struct address_space *f_mapping;
	const struct file_operations *f_op;
};

struct vm_operations_struct {
	void (*open)(struct vm_area_struct *vma);
	void (*close)(struct vm_area_struct *vma);
	int (*may_split)(struct vm_area_struct *vma, unsigned long addr);
	int (*mremap)(struct vm_area_struct *vma);
	int (*mprotect)(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			unsigned long newflags);
	vm_fault_t (*page_mkwrite)(struct vm_fault *vmf);
	vm_fault_t (*pfn_mkwrite)(struct vm_fault *vmf);
};

#include "vma_types.h"
#include "locks.h"

#define VM_SEALED VM_NONE
#define sysctl_max_map_count 65530
#define vma_policy(vma) ((struct mempolicy *)NULL)
#define mpol_equal(a, b) true
#define mpol_put(policy) do { } while (0)
#define vma_dup_policy(src, dst) 0
#define fput(file) do { } while (0)
#define might_sleep() do { } while (0)
#define validate_mm(mm) do { } while (0)
#define validate_mm_mt(mm) do { } while (0)
#define trace_vma_store(...) do { } while (0)
#define trace_vma_mas_szero(...) do { } while (0)
#define vma_adjust_trans_huge(...) do { } while (0)
#define hugetlb_split(...) do { } while (0)
#define is_vm_hugetlb_page(vma) false
#define uprobe_mmap(vma) do { } while (0)
#define uprobe_munmap(...) do { } while (0)
#define i_mmap_lock_write(mapping) do { } while (0)
#define i_mmap_unlock_write(mapping) do { } while (0)
#define flush_dcache_mmap_lock(mapping) do { } while (0)
#define flush_dcache_mmap_unlock(mapping) do { } while (0)
#define mapping_unmap_writable(mapping) do { } while (0)
#define mapping_allow_writable(mapping) do { } while (0)
#define is_shared_maywrite(flags) (((flags) & (VM_SHARED | VM_MAYWRITE)) == (VM_SHARED | VM_MAYWRITE))
#define vma_is_shared_maywrite(vma) is_shared_maywrite((vma)->vm_flags)
#define is_mergeable_vm_userfaultfd_ctx(vma, ctx) true
#define anon_vma_name(vma) ((struct anon_vma_name *)NULL)
#define anon_vma_name_eq(a, b) true
#define khugepaged_enter_vma(vma, flags) do { } while (0)
#define userfaultfd_wp(vma) false
#define userfaultfd_unmap_prep(...) 0
#define vma_soft_dirty_enabled(vma) false
#define mapping_can_writeback(mapping) true
#define lru_add_drain() do { } while (0)
#define tlb_gather_mmu(tlb, mm) ((void)(tlb))
#define tlb_finish_mmu(tlb) ((void)(tlb))
#define update_hiwater_rss(mm) do { } while (0)
#define update_hiwater_vm(mm) do { } while (0)
#define vm_unacct_memory(pages) ((void)(pages))
#define vm_acct_memory(pages) ((void)(pages))
#define arch_unmap(mm, start, end) do { } while (0)
#define vma_is_dax(vma) false
#define get_gate_vma(mm) ((struct vm_area_struct *)NULL)
#define mlock_future_check(...) 0
#define memfd_file_seals(file) 0
#define is_readonly_sealed(seals, flags) ((void)(seals), false)
#define uprobe_start_dup_mmap() do { } while (0)
#define uprobe_end_dup_mmap() do { } while (0)
#define dump_mm(mm) do { } while (0)
#define VM_STACK VM_GROWSDOWN
#define is_exec_mapping(flags) (((flags) & (VM_EXEC | VM_WRITE | VM_STACK)) == VM_EXEC)
#define is_stack_mapping(flags) (((flags) & VM_STACK) == VM_STACK)
#define is_data_mapping(flags) (((flags) & (VM_WRITE | VM_SHARED | VM_STACK)) == VM_WRITE)
#define madvise_populate(...) 0
#define swap(a, b) do { typeof(a) kept_ = (a); (a) = (b); (b) = kept_; } while (0)

#define page_folio(page) ((struct folio *)(page))
#define PageAnon(page) ((void)(page), false)
#define PageKsm(page) ((void)(page), false)
#define SetPageAnonExclusive(page) (page_folio(page)->exclusive = true)
#define page_to_pgoff(page) ((page)->index)
#define compound_nr(page) 1ul

extern int vma_expand(struct ma_state *mas, struct vm_area_struct *vma, unsigned long start,
		      unsigned long end, pgoff_t pgoff, struct vm_area_struct *next);
int vma_wants_writenotify(struct vm_area_struct *vma, pgprot_t vm_page_prot);
void vma_set_page_prot(struct vm_area_struct *vma);
int __vma_adjust(struct vm_area_struct *vma, unsigned long start, unsigned long end, pgoff_t pgoff,
		 struct vm_area_struct *insert, struct vm_area_struct *expand);
struct anon_vma *find_mergeable_anon_vma(struct vm_area_struct *vma);
struct vm_area_struct *vm_area_dup(struct vm_area_struct *orig);
void vm_area_free(struct vm_area_struct *vma);
void unlink_file_vma(struct vm_area_struct *vma);
void unmap_vmas(struct mmu_gather *tlb, struct maple_tree *mt, struct vm_area_struct *vma,
		unsigned long start_addr, unsigned long end_addr);
void free_pgtables(struct mmu_gather *tlb, struct maple_tree *mt, struct vm_area_struct *vma,
		   unsigned long floor, unsigned long ceiling);
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
int anon_vma_clone(struct vm_area_struct *dst, struct vm_area_struct *src);
void vm_stat_account(struct mm_struct *mm, vm_flags_t flags, long npages);

#endif
