/** What include/linux/mm_types.h, fs.h and sched.h declare of the world around the text: address spaces, pages, files, the running task. */
import type { BuiltinHeader } from '../../interpreter/builtins/host';

export const mmTypes: BuiltinHeader = {
  header: 'include/linux/mm_types.h',
  doc: 'address spaces, folios of one page, page protection: what the VMA layer stands on',
  c: `
typedef struct { unsigned long pgprot; } pgprot_t;
typedef unsigned long pgprotval_t;
typedef struct { unsigned long v; } freeptr_t;
typedef unsigned long mm_id_t;
#define __pgprot(x) ((pgprot_t) { (x) })
#define pgprot_val(x) ((x).pgprot)
#define pgprot_modify(old, new) (new)
#define pgprot_decrypted(prot) (prot)
#define vm_get_page_prot(flags) __pgprot((flags) & 15)
struct vm_userfaultfd_ctx { };
struct mempolicy { int __rl_unused; };
struct mmu_gather { struct mm_struct *mm; };
struct mmu_notifier_range { int __rl_unused; };
struct mm_struct {
  struct maple_tree mm_mt;
  int map_count;
  spinlock_t page_table_lock;
  struct rw_semaphore mmap_lock;
  seqcount_t mm_lock_seq;
  unsigned long total_vm, locked_vm, data_vm, exec_vm, stack_vm, hiwater_rss, hiwater_vm;
  vm_flags_t def_flags;
  unsigned long flags;
};
struct page {
  unsigned long flags;
  struct address_space *mapping;
  pgoff_t index;
  int __rl_mapcount;
  int __rl_locked;
};
struct folio {
  union {
    struct {
      unsigned long flags;
      struct address_space *mapping;
      pgoff_t index;
      int __rl_mapcount;
      int __rl_locked;
    };
    struct page page;
  };
};
#define FOLIO_MAPPING_ANON 1ul
#define FOLIO_MAPPING_ANON_KSM 2ul
#define FOLIO_MAPPING_KSM 3ul
#define FOLIO_MAPPING_FLAGS 3ul
#define PAGE_MAPPING_ANON 1ul
#define PAGE_MAPPING_MOVABLE 2ul
#define PAGE_MAPPING_KSM 3ul
#define PAGE_MAPPING_FLAGS 3ul
#define folio_mapped(folio) ((folio)->__rl_mapcount > 0)
#define folio_mapcount(folio) ((folio)->__rl_mapcount)
#define folio_test_locked(folio) ((folio)->__rl_locked != 0)
#define folio_test_ksm(folio) 0
#define folio_test_large(folio) 0
#define folio_test_hugetlb(folio) 0
#define folio_test_anon(folio) (((unsigned long)(folio)->mapping & 3) == 1)
#define folio_pgoff(folio) ((folio)->index)
#define folio_nr_pages(folio) 1ul
#define page_pgoff(folio, page) ((folio)->index)
#define page_to_pgoff(page) ((page)->index)
#define compound_nr(page) 1ul
#define PageKsm(page) 0
#define PageHuge(page) 0
#define PageLocked(page) ((page)->__rl_locked != 0)
#define mm_flags_test(flag, mm) test_bit(flag, &(mm)->flags)
#define mm_flags_set(flag, mm) set_bit(flag, &(mm)->flags)
#define mm_flags_clear(flag, mm) clear_bit(flag, &(mm)->flags)
`,
  natives: {},
};

export const fs: BuiltinHeader = {
  header: 'include/linux/fs.h',
  doc: 'files that can be mapped privately, and the tree of VMAs that map one',
  c: `
struct inode { int __rl_unused; };
struct address_space { struct rb_root_cached i_mmap; struct rw_semaphore i_mmap_rwsem; atomic_t i_mmap_writable; unsigned long flags; };
struct vm_area_desc;
struct vm_area_struct;
struct file_operations {
  int (*mmap)(struct file *, struct vm_area_struct *);
  int (*mmap_prepare)(struct vm_area_desc *);
  void *get_unmapped_area;
  unsigned long fop_flags;
};
struct file { const struct file_operations *f_op; struct address_space *f_mapping; unsigned int f_mode; };
static const struct vm_operations_struct __rl_file_vm_ops = { };
static int __rl_file_mmap(struct file *file, struct vm_area_struct *vma)
{
  vma->vm_ops = &__rl_file_vm_ops;
  return 0;
}
static const struct file_operations __rl_file_operations = { .mmap = __rl_file_mmap };
static void __rl_init_file(struct file *file, struct address_space *mapping)
{
  file->f_op = &__rl_file_operations;
  file->f_mapping = mapping;
}
#define vfs_mmap(file, vma) ((file)->f_op->mmap(file, vma))
#define call_mmap(file, vma) ((file)->f_op->mmap(file, vma))
#define can_mmap_file(file) 1
#define get_file(file) (file)
#define fput(file) ((void)0)
#define file_inode(file) ((struct inode *)0)
#define i_mmap_lock_write(mapping) down_write(&(mapping)->i_mmap_rwsem)
#define i_mmap_unlock_write(mapping) up_write(&(mapping)->i_mmap_rwsem)
#define i_mmap_lock_read(mapping) down_read(&(mapping)->i_mmap_rwsem)
#define i_mmap_unlock_read(mapping) up_read(&(mapping)->i_mmap_rwsem)
#define mapping_map_writable(mapping) 0
#define mapping_unmap_writable(mapping) ((void)0)
#define mapping_allow_writable(mapping) ((void)0)
#define mapping_can_writeback(mapping) 0
`,
  natives: {},
};

export const sched: BuiltinHeader = {
  header: 'include/linux/sched.h',
  doc: 'the one task that runs: that of the process an operation names',
  c: `
struct task_struct { struct mm_struct *mm; int pid; unsigned int personality; char comm[16]; };
static struct task_struct __rl_current;
#define current (&__rl_current)
static void __rl_set_current(struct mm_struct *mm) { __rl_current.mm = mm; }
#define fatal_signal_pending(task) 0
#define signal_pending(task) 0
#define READ_IMPLIES_EXEC 0x400000
#define TASK_UNINTERRUPTIBLE 2
#define TASK_KILLABLE 0x102
`,
  natives: {},
};
