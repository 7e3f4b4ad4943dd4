/* SPDX-License-Identifier: GPL-2.0-only */
/* What shim.h is, for what only the kernel text of 6.x asks. */
#ifndef ORACLE_SHIM6_H
#define ORACLE_SHIM6_H

struct inode;
struct vm_area_struct;

#ifndef F_SIX_ONE
/* The shims of 6.12 know no file operations. */
struct file_operations {
	int (*mmap)(struct file *, struct vm_area_struct *);
	unsigned long fop_flags;
	void *get_unmapped_area;
};
#endif

#define READ_IMPLIES_EXEC 0x0400000
#define VM_GROWSUP VM_NONE
#define VM_DROPPABLE VM_NONE
#define EMPTY_VMA_FLAGS 0
#include <linux/err.h>
#define PAGE_MAPPING_ANON FOLIO_MAPPING_ANON
#define PAGE_MAPPING_FLAGS FOLIO_MAPPING_FLAGS
/* Marks the end of a tree that fork did not finish; the maple tree knows it by this value. */
#define XA_ZERO_ENTRY ((void *)(257ul << 2 | 2))
#define xa_is_zero(entry) ((void *)(entry) == XA_ZERO_ENTRY)

#define ACCESS_PRIVATE(p, member) ((p)->member)
#define ASSERT_EXCLUSIVE_WRITER(x) do { } while (0)
#define data_race(expr) expr
#define vma_numab_state_init(vma) do { } while (0)
#define vma_numab_state_free(vma) do { } while (0)
#define dup_anon_vma_name(orig, new) do { } while (0)
#define free_anon_vma_name(vma) do { } while (0)
#define anon_vma_name_get(name) do { } while (0)
#define anon_vma_name_put(name) do { } while (0)
/* The per-VMA lock is the sequence number alone here. */
#define vma_lock_alloc(vma) ((vma)->vm_lock = NULL, (vma)->vm_lock_seq = UINT_MAX, true)
#define vma_lock_free(vma) do { } while (0)
#ifndef F_SIX_ONE
#define vm_area_free(vma) __vm_area_free(vma)
void __vm_area_free(struct vm_area_struct *vma);
#endif

#ifndef atomic_dec_and_test
#define atomic_dec_and_test(v) (atomic_set(v, atomic_read(v) - 1), atomic_read(v) == 0)
#endif
#define vma_close(vma) do { } while (0)
#define get_file(file) (file)
#define mmap_file(file, vma) ((file)->f_op->mmap(file, vma))
#define map_deny_write_exec(...) false
#define arch_validate_flags(flags) ((void)(flags), true)
#define mapping_map_writable(mapping) 0
#define may_expand_vm(...) true
#define security_vm_enough_memory_mm(mm, pages) ((void)(pages), 0)
#define is_file_hugepages(file) false
#define shmem_zero_setup(vma) 0
#define ksm_add_vma(vma) do { } while (0)
#define perf_event_mmap(vma) do { } while (0)
#define vma_supports_mlock(vma) false
#define userfaultfd_unmap_complete(mm, uf) ((void)(uf))
#define mlock_future_ok(...) true
#define file_mmap_ok(file, inode, pgoff, len) true
#define can_mmap_file(file) true
#define fatal_signal_pending(task) false
#define untrack_pfn_clear(vma) do { } while (0)
#define hugetlb_free_pgd_range(...) do { } while (0)
#define free_pgd_range(...) do { } while (0)
#define clear_vma_resv_huge_pages(vma) do { } while (0)
#define can_modify_vma(vma) true
#define can_modify_vma_madv(vma, behavior) true
#ifndef F_SIX_ONE
#define vm_pgprot_modify(old, flags) pgprot_modify(old, vm_get_page_prot(flags))
#endif
#define SYSCALL_DEFINE5(name_, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5) \
	static unsigned long sys_##name_(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5)
#define NULL_VM_UFFD_CTX ((struct vm_userfaultfd_ctx){})
#define mm_forbids_zeropage(mm) false
#undef set_bit
#define set_bit(bit, word) do { } while (0)
#ifndef mt_on_stack
#define mt_on_stack(mt) do { } while (0)
#endif

struct pagetable_move_control {
	struct vm_area_struct *old;
	struct vm_area_struct *new;
	unsigned long old_addr, old_end, new_addr, len_in;
};

#endif
