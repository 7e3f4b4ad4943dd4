// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations of the scenario language, on the kernel's own entry points. Each returns 0 or a negative errno.
 */

#define ADDRESS_PAGES (1ul << 35)	/* 47 bits */
#define MAX_PROCESSES 256

const struct vm_operations_struct vma_dummy_vm_ops;
static const struct vm_operations_struct file_vm_ops;
unsigned long mmap_min_addr = 0;
unsigned long dac_mmap_min_addr = 0;
unsigned long stack_guard_gap = 0;
#ifndef sysctl_max_map_count
int sysctl_max_map_count = 65530;
#endif
static struct task_struct current_task;

struct task_struct *get_current(void)
{
	return &current_task;
}

unsigned long rlimit(unsigned int limit)
{
	return (unsigned long)-1;
}

void oracle_root_lock(struct rw_semaphore *sem, int step)
{
	root_locks_held += step;
}

static void oracle_free_check(enum object_kind kind, void *p)
{
	if (kind == KIND_ANON_VMA) {
		struct anon_vma *anon_vma = p;

		if (!RB_EMPTY_ROOT(&anon_vma->rb_root.rb_root))
			oracle_error("anon_vma freed with entries in its tree");
	}
}

/* Processes, in order of creation; a dead one stays in the list with no mm. */
static struct process {
	char name[ORACLE_NAME_MAX];
	struct mm_struct *mm;
} processes[MAX_PROCESSES];
static int nr_processes;

static struct file files[64];
static struct address_space mappings[64];
static int nr_files;

#ifdef F_SIX
static int file_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &file_vm_ops;
	return 0;
}
static const struct file_operations file_ops = { .mmap = file_mmap };
#else
static int file_mmap_prepare(struct vm_area_desc *desc)
{
	desc->vm_ops = &file_vm_ops;
	return 0;
}
static const struct file_operations file_ops = { .mmap_prepare = file_mmap_prepare };
#endif

static struct file *file_named(const char *name)
{
	struct file *file;

	for (int i = 0; i < nr_files; i++)
		if (!strcmp(files[i].name, name))
			return &files[i];
	if (nr_files == ARRAY_SIZE(files))
		return NULL;
	file = &files[nr_files];
	memset(file, 0, sizeof(*file));
	memset(&mappings[nr_files], 0, sizeof(mappings[0]));
	mappings[nr_files].i_mmap = RB_ROOT_CACHED;
	file->f_mapping = &mappings[nr_files++];
	file->f_op = &file_ops;
	file->f_mode = FMODE_READ | FMODE_WRITE;
	strcpy(file->name, name);
	return file;
}

static struct process *process_named(const char *name)
{
	for (int i = nr_processes - 1; i >= 0; i--)
		if (processes[i].mm && !strcmp(processes[i].name, name))
			return &processes[i];
	return NULL;
}

static struct mm_struct *mm_new(const char *name)
{
	struct mm_struct *mm = object_new(KIND_MM, sizeof(*mm));

	memset(mm, 0, sizeof(*mm));
	mt_init_flags(&mm->mm_mt, MT_FLAGS_ALLOC_RANGE);
	spin_lock_init(&mm->page_table_lock);
	strcpy(mm->name, name);
	mm->order = nr_processes;
	return mm;
}

static void mm_free(struct mm_struct *mm)
{
	if (mm->pt.count)
		oracle_error("page table entries outlive their address space");
	free(mm->pt.entry);
	object_free(KIND_MM, mm);
}

static struct process *process_new(const char *name, struct mm_struct *mm)
{
	struct process *process = &processes[nr_processes++];

	strcpy(process->name, name);
	process->mm = mm;
	return process;
}

/* Addresses and lengths are in pages from here on down to the calls. */
static int range_error(unsigned long page, unsigned long len)
{
	if (!len)
		return -EINVAL;
	if (page >= ADDRESS_PAGES || len > ADDRESS_PAGES - page)
		return -ENOMEM;
	return 0;
}

static int op_mmap(struct mm_struct *mm, unsigned long page, unsigned long len, int prot,
		   struct file *file, unsigned long pgoff)
{
	unsigned long populate, res;
	int err = range_error(page, len);
	LIST_HEAD(uf);

	if (err)
		return err;
	mmap_write_lock(mm);
	res = do_mmap(file, page << PAGE_SHIFT, len << PAGE_SHIFT, prot,
		      MAP_PRIVATE | MAP_FIXED_NOREPLACE | (file ? 0 : MAP_ANONYMOUS),
#ifndef F_SIX_ONE
		      ORACLE_NO_FLAGS,
#endif
		      pgoff, &populate, &uf);
	mmap_write_unlock(mm);
	return IS_ERR_VALUE(res) ? (int)(long)res : 0;
}

static int op_munmap(struct mm_struct *mm, unsigned long page, unsigned long len)
{
	int err = range_error(page, len);

	return err ? err : __vm_munmap(page << PAGE_SHIFT, len << PAGE_SHIFT, true);
}

static int op_mprotect(struct mm_struct *mm, unsigned long page, unsigned long len, int prot)
{
	int err = range_error(page, len);

	return err ? err : do_mprotect_pkey(page << PAGE_SHIFT, len << PAGE_SHIFT, prot, -1);
}

static struct vm_area_struct *vma_at(struct mm_struct *mm, unsigned long page)
{
	return page < ADDRESS_PAGES ? mtree_load(&mm->mm_mt, page << PAGE_SHIFT) : NULL;
}

static unsigned long oracle_mremap(unsigned long addr, unsigned long len, unsigned long new_addr,
				   unsigned long flags)
{
#ifdef F_SIX
	return sys_mremap(addr, len, len, flags, new_addr);
#else
	struct vm_userfaultfd_ctx uf = {};
	LIST_HEAD(uf_unmap_early);
	LIST_HEAD(uf_unmap);
	struct vma_remap_struct vrm = {
		.addr = addr,
		.old_len = len,
		.new_len = len,
		.flags = flags,
		.new_addr = new_addr,
		.uf = &uf,
		.uf_unmap_early = &uf_unmap_early,
		.uf_unmap = &uf_unmap,
		.remap_type = MREMAP_INVALID,
	};

	return do_mremap(&vrm);
#endif
}

static int op_mremap(struct mm_struct *mm, unsigned long old, unsigned long len, unsigned long new,
		     bool dontunmap)
{
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | (dontunmap ? MREMAP_DONTUNMAP : 0);
	struct vm_area_struct *vma;
	unsigned long res;
	int err = range_error(old, len);

	if (!err)
		err = range_error(new, len);
	if (err)
		return err;
	if (old + len > new && new + len > old)
		return -EINVAL;
	vma = vma_at(mm, old);
	if (!vma || vma->vm_end >> PAGE_SHIFT < old + len)
		return -EFAULT;
	res = oracle_mremap(old << PAGE_SHIFT, len << PAGE_SHIFT, new << PAGE_SHIFT, flags);
	return IS_ERR_VALUE(res) ? (int)(long)res : 0;
}

static int oracle_madvise(struct mm_struct *mm, unsigned long start, unsigned long end, int advice)
{
#ifdef F_SIX
	return madvise_walk_vmas(mm, start, end, advice, madvise_vma_behavior);
#else
	struct madvise_behavior behavior = {
		.mm = mm,
		.behavior = advice,
		.lock_mode = MADVISE_MMAP_WRITE_LOCK,
		.range = { start, end },
	};

	return madvise_walk_vmas(&behavior);
#endif
}

static int op_madvise(struct mm_struct *mm, unsigned long page, unsigned long len, int advice)
{
	int err = range_error(page, len);

	if (err)
		return err;
	mmap_write_lock(mm);
	err = oracle_madvise(mm, page << PAGE_SHIFT, (page + len) << PAGE_SHIFT, advice);
	mmap_write_unlock(mm);
	return err;
}

static int op_fault(struct mm_struct *mm, unsigned long page, bool write)
{
	struct vm_area_struct *vma = vma_at(mm, page);
	int err;

	if (!vma || !(vma->vm_flags & (write ? VM_WRITE : VM_READ)))
		return -EFAULT;
	mmap_read_lock(mm);
	err = write ? fault_write(vma, page) : fault_read(vma, page);
	mmap_read_unlock(mm);
	return err;
}

static int op_fork(struct process *parent, const char *name)
{
	struct mm_struct *mm = mm_new(name);
	int err = dup_mmap(mm, parent->mm);

	if (err) {
		/* As mmput() of the half-made mm does. */
		exit_mmap(mm);
		mm_free(mm);
		return err;
	}
	process_new(name, mm);
	return 0;
}

static int op_exit(struct process *process)
{
	exit_mmap(process->mm);
	mm_free(process->mm);
	process->mm = NULL;
	return 0;
}

/* Visits of the walk that ran last. */
static struct visit {
	struct vm_area_struct *vma;
	bool mapped;
} visits[4096];
static int nr_visits;

static bool visit_one(struct folio *folio, struct vm_area_struct *vma, unsigned long address, void *arg)
{
	struct pte *pte;

	if (nr_visits == ARRAY_SIZE(visits))
		return false;
	if (!object_live(vma)) {
		oracle_error("walk visits a freed VMA");
		return false;
	}
	pte = object_live(vma->vm_mm) ? pte_find(vma->vm_mm, address >> PAGE_SHIFT) : NULL;
	visits[nr_visits++] = (struct visit){ vma, pte && pte->kind == PTE_FOLIO && pte->folio == folio };
	return true;
}

static int op_walk(struct mm_struct *mm, unsigned long page)
{
	struct rmap_walk_control rwc = { .rmap_one = visit_one };
	struct pte *pte = vma_at(mm, page) ? pte_find(mm, page) : NULL;

	nr_visits = 0;
	if (!pte)
		return -EFAULT;
	if (pte->kind == PTE_FOLIO)
		rmap_walk_anon(pte->folio, &rwc, false);
	return 0;
}

/*
 * `call`: one function alone, as a caller that holds the mmap lock for writing would call it, also with arguments that
 * break its rules. ENOSYS: no such function here; EINVAL: not its arguments.
 */
enum call_last { LAST_NONE, LAST_OPERATION, LAST_ADDRESS };

struct call_arguments {
	struct vm_area_struct *vma[3];
	int operation;			/* enum vma_operation */
	unsigned long address;
};

static int call_clone(struct call_arguments *a)
{
#if F_VMA_OP
	return anon_vma_clone(a->vma[0], a->vma[1], a->operation);
#else
	return anon_vma_clone(a->vma[0], a->vma[1]);
#endif
}

static int call_fork(struct call_arguments *a)
{
	return anon_vma_fork(a->vma[0], a->vma[1]);
}

static int call_unlink(struct call_arguments *a)
{
	unlink_anon_vmas(a->vma[0]);
	return 0;
}

static int call_prepare(struct call_arguments *a)
{
	return anon_vma_prepare(a->vma[0]);
}

static int call___prepare(struct call_arguments *a)
{
	return __anon_vma_prepare(a->vma[0]);
}

static int call_find_mergeable(struct call_arguments *a)
{
	find_mergeable_anon_vma(a->vma[0]);
	return 0;
}

#ifndef F_SIX_ONE
static int call_dup(struct call_arguments *a)
{
	struct vm_area_struct *dup = NULL;

	return dup_anon_vma(a->vma[0], a->vma[1], &dup);
}
#endif

static int call_split(struct call_arguments *a)
{
	VMA_ITERATOR(vmi, a->vma[0]->vm_mm, a->vma[0]->vm_start);

	if (a->address <= a->vma[0]->vm_start || a->address >= a->vma[0]->vm_end)
		return -EINVAL;
#ifdef F_SIX_ONE
	return __split_vma(a->vma[0]->vm_mm, a->vma[0], a->address, 1);
#else
	vma_find(&vmi, a->vma[0]->vm_end);
	return __split_vma(&vmi, a->vma[0], a->address, 1);
#endif
}

static int call_reusable(struct call_arguments *a)
{
	reusable_anon_vma(a->vma[0], a->vma[1], a->vma[2]);
	return 0;
}

/* The whole of it, to where nothing is mapped. */
static int call_copy(struct call_arguments *a)
{
	struct vm_area_struct *vma = a->vma[0];
	unsigned long len = vma->vm_end - vma->vm_start;
	unsigned long limit = ADDRESS_PAGES << PAGE_SHIFT;
	unsigned long from = a->address;
	struct vm_area_struct *copy;
	bool need_rmap_locks = false;

	if (a->address >= limit || len > limit - a->address ||
	    mt_find(&vma->vm_mm->mm_mt, &from, a->address + len - 1))
		return -EINVAL;
#if F_ANON_PGOFF
	copy = copy_vma(&vma, a->address, len, vma->vm_pgoff, vma_start_anon_pgoff(vma),
			&need_rmap_locks, false);
#else
	copy = copy_vma(&vma, a->address, len, vma->vm_pgoff, &need_rmap_locks, false);
#endif
	if (!copy)
		return -ENOMEM;
	/* Left to callers. */
	vm_stat_account(copy->vm_mm, copy->vm_flags, len >> PAGE_SHIFT);
	return 0;
}

/* The anon_vma of the VMA. */
static int call_get(struct call_arguments *a)
{
	if (!a->vma[0]->anon_vma)
		return -EINVAL;
	get_anon_vma(a->vma[0]->anon_vma);
	return 0;
}

static int call_put(struct call_arguments *a)
{
	if (!a->vma[0]->anon_vma)
		return -EINVAL;
	put_anon_vma(a->vma[0]->anon_vma);
	return 0;
}

static int call___put(struct call_arguments *a)
{
	if (!a->vma[0]->anon_vma)
		return -EINVAL;
	__put_anon_vma(a->vma[0]->anon_vma);
	return 0;
}

#if F_VMA_OP
static int call_check_clone(struct call_arguments *a)
{
	check_anon_vma_clone(a->vma[0], a->vma[1], a->operation);
	return 0;
}

static int call_maybe_reuse(struct call_arguments *a)
{
	if (!a->vma[1]->anon_vma)
		return -EINVAL;
	maybe_reuse_anon_vma(a->vma[0], a->vma[1]->anon_vma);
	return 0;
}

static int call_cleanup_partial(struct call_arguments *a)
{
	cleanup_partial_anon_vmas(a->vma[0]);
	return 0;
}
#endif

static const struct callable {
	const char *name;
	int vmas;
	enum call_last last;
	int (*run)(struct call_arguments *arguments);
} callables[] = {
	{ "anon_vma_clone", 2, LAST_OPERATION, call_clone },
	{ "anon_vma_fork", 2, LAST_NONE, call_fork },
	{ "unlink_anon_vmas", 1, LAST_NONE, call_unlink },
	{ "anon_vma_prepare", 1, LAST_NONE, call_prepare },
	{ "__anon_vma_prepare", 1, LAST_NONE, call___prepare },
	{ "find_mergeable_anon_vma", 1, LAST_NONE, call_find_mergeable },
#ifndef F_SIX_ONE
	{ "dup_anon_vma", 2, LAST_NONE, call_dup },
#endif
	{ "__split_vma", 1, LAST_ADDRESS, call_split },
	{ "reusable_anon_vma", 3, LAST_NONE, call_reusable },
	{ "copy_vma", 1, LAST_ADDRESS, call_copy },
	{ "get_anon_vma", 1, LAST_NONE, call_get },
	{ "put_anon_vma", 1, LAST_NONE, call_put },
	{ "__put_anon_vma", 1, LAST_NONE, call___put },
#if F_VMA_OP
	{ "check_anon_vma_clone", 2, LAST_OPERATION, call_check_clone },
	{ "maybe_reuse_anon_vma", 2, LAST_NONE, call_maybe_reuse },
	{ "cleanup_partial_anon_vmas", 1, LAST_NONE, call_cleanup_partial },
#endif
};

/* The place of a VMA_OP_… name in the enum, or -1. */
static int operation_named(const char *name)
{
	static const char *const names[] = {
		"VMA_OP_SPLIT", "VMA_OP_MERGE_UNFAULTED", "VMA_OP_REMAP", "VMA_OP_FORK",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return i;
	return -1;
}
