/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks of a single thread, checked: included after the shims' mm_struct and vm_area_struct are complete.
 */
#ifndef ORACLE_LOCKS_H
#define ORACLE_LOCKS_H

void oracle_root_lock(struct rw_semaphore *sem, int step);

static inline void init_rwsem(struct rw_semaphore *sem)
{
	sem->writers = sem->readers = 0;
}

static inline bool rwsem_is_locked(struct rw_semaphore *sem)
{
	return sem->writers || sem->readers;
}

static inline void down_write(struct rw_semaphore *sem)
{
	if (rwsem_is_locked(sem))
		oracle_assert("oracle", "lock taken twice", __func__, __FILE__, __LINE__);
	sem->writers++;
	oracle_root_lock(sem, 1);
}

static inline void up_write(struct rw_semaphore *sem)
{
	if (sem->writers != 1)
		oracle_assert("oracle", "lock released that is not held", __func__, __FILE__, __LINE__);
	sem->writers--;
	oracle_root_lock(sem, -1);
}

static inline void down_read(struct rw_semaphore *sem)
{
	if (sem->writers)
		oracle_assert("oracle", "lock taken twice", __func__, __FILE__, __LINE__);
	sem->readers++;
	oracle_root_lock(sem, 1);
}

static inline void up_read(struct rw_semaphore *sem)
{
	if (sem->readers < 1)
		oracle_assert("oracle", "lock released that is not held", __func__, __FILE__, __LINE__);
	sem->readers--;
	oracle_root_lock(sem, -1);
}

static inline int down_read_trylock(struct rw_semaphore *sem)
{
	if (sem->writers)
		return 0;
	down_read(sem);
	return 1;
}

static inline int down_write_trylock(struct rw_semaphore *sem)
{
	if (rwsem_is_locked(sem))
		return 0;
	down_write(sem);
	return 1;
}

/* mmap_lock, with the sequence by which per-VMA write locks are dropped all at once. */
static inline void mmap_write_lock(struct mm_struct *mm)
{
	mm->mmap_lock.writers++;
	mm->mm_lock_seq.sequence++;
}

static inline void mmap_write_unlock(struct mm_struct *mm)
{
	if (mm->mmap_lock.writers != 1)
		oracle_assert("oracle", "mmap_lock released that is not held", __func__, __FILE__, __LINE__);
	mm->mm_lock_seq.sequence++;
	mm->mmap_lock.writers--;
}

static inline void mmap_read_lock(struct mm_struct *mm)
{
	mm->mmap_lock.readers++;
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	if (mm->mmap_lock.readers != 1)
		oracle_assert("oracle", "mmap_lock released that is not held", __func__, __FILE__, __LINE__);
	mm->mmap_lock.readers--;
}

static inline void mmap_write_downgrade(struct mm_struct *mm)
{
	mmap_write_unlock(mm);
	mmap_read_lock(mm);
}

static inline int mmap_write_lock_killable(struct mm_struct *mm)
{
	mmap_write_lock(mm);
	return 0;
}

static inline bool oracle_mmap_held(const struct mm_struct *mm)
{
	return mm->mmap_lock.writers || mm->mmap_lock.readers;
}

static inline void mmap_assert_locked(struct mm_struct *mm)
{
}

static inline void mmap_assert_write_locked(struct mm_struct *mm)
{
}

#ifndef F_SIX_ONE	/* no per-VMA locks yet */
static inline bool oracle_vma_write_locked(const struct vm_area_struct *vma)
{
	return vma->vm_mm->mmap_lock.writers &&
	       (unsigned int)vma->vm_lock_seq == vma->vm_mm->mm_lock_seq.sequence;
}

static inline void vma_assert_write_locked(struct vm_area_struct *vma)
{
}

static inline void vma_start_write(struct vm_area_struct *vma)
{
	if (!vma->vm_mm->mmap_lock.writers)
		oracle_assert("mmap_assert_write_locked", "vma->vm_mm", __func__, __FILE__, __LINE__);
	vma->vm_lock_seq = vma->vm_mm->mm_lock_seq.sequence;
}

static inline int vma_start_write_killable(struct vm_area_struct *vma)
{
	vma_start_write(vma);
	return 0;
}
#define vma_assert_write_locked(vma) \
	((void)ORACLE_CHECK("vma_assert_write_locked", !oracle_vma_write_locked(vma), #vma))
#else
#define vma_start_write(vma) do { } while (0)
#endif

/* From here on the asserts are recorded under the function in which they stand. */
#define mmap_assert_locked(mm) \
	((void)ORACLE_CHECK("mmap_assert_locked", !oracle_mmap_held(mm), #mm))
#define mmap_assert_write_locked(mm) \
	((void)ORACLE_CHECK("mmap_assert_write_locked", !(mm)->mmap_lock.writers, #mm))

#endif
