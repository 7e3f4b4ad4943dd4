/** include/linux/mmap_lock.h: the lock of an address space, and with it the locks of its VMAs. */
import { address, type BuiltinHeader, type Native } from '../../interpreter/builtins/host';

/** What the locks of address spaces and VMAs do, seen by whoever keeps them. */
export interface MmapLocks {
  startWrite(vma: number): void;
  isWriteLocked(vma: number): boolean;
  writeLock(mm: number): void;
  writeUnlock(mm: number): void;
  downgrade(mm: number): void;
  readLock(mm: number): void;
  readUnlock(mm: number): void;
}

/** Kernels that count readers of a VMA: attached means counted. */
const ATTACHED_BY_COUNT = `
static inline bool vma_is_attached(struct vm_area_struct *vma) { return refcount_read(&vma->vm_refcnt) != 0; }
static inline void vma_assert_attached(struct vm_area_struct *vma) { WARN_ON_ONCE(!vma_is_attached(vma)); }
static inline void vma_assert_detached(struct vm_area_struct *vma) { WARN_ON_ONCE(vma_is_attached(vma)); }
static inline void vma_mark_attached(struct vm_area_struct *vma)
{
  vma_assert_write_locked(vma);
  vma_assert_detached(vma);
  refcount_set(&vma->vm_refcnt, 1);
}
static inline void vma_mark_detached(struct vm_area_struct *vma)
{
  vma_assert_write_locked(vma);
  vma_assert_attached(vma);
  refcount_dec(&vma->vm_refcnt);
}
static inline void vma_lock_init(struct vm_area_struct *vma, bool reset_refcnt)
{
  if (reset_refcnt)
    refcount_set(&vma->vm_refcnt, 0);
  vma->vm_lock_seq = UINT_MAX;
}
static inline void vma_assert_can_modify(struct vm_area_struct *vma)
{
  if (vma_is_attached(vma))
    vma_assert_write_locked(vma);
}
#define vma_assert_stabilised(vma) ((void)0)
`;

/** `countsReaders`: struct vm_area_struct of the text has vm_refcnt. */
export function mmapLock(locks: MmapLocks, countsReaders: boolean): BuiltinHeader {
  const on =
    (work: (at: number) => void): Native =>
    (_, [object]) => {
      work(address(object));
      return 0;
    };
  return {
    header: 'include/linux/mmap_lock.h',
    doc: 'the lock of an address space, and the write locks of its VMAs, which end with it',
    c: `
void vma_start_write(struct vm_area_struct *vma);
bool __rl_vma_is_write_locked(struct vm_area_struct *vma);
void mmap_write_lock(struct mm_struct *mm);
void mmap_write_unlock(struct mm_struct *mm);
void mmap_write_downgrade(struct mm_struct *mm);
void mmap_read_lock(struct mm_struct *mm);
void mmap_read_unlock(struct mm_struct *mm);
#define mmap_write_lock_killable(mm) (mmap_write_lock(mm), 0)
#define mmap_write_lock_nested(mm, subclass) mmap_write_lock(mm)
#define vma_start_write_killable(vma) (vma_start_write(vma), 0)
#define mmap_assert_locked(mm) ((void)__rl_warn("mmap_assert_locked", #mm, (mm)->mmap_lock.__rl_word == 0))
#define mmap_assert_write_locked(mm) ((void)__rl_warn("mmap_assert_write_locked", #mm, (mm)->mmap_lock.__rl_word != -1))
#define vma_assert_write_locked(vma) ((void)__rl_warn("vma_assert_write_locked", #vma, !__rl_vma_is_write_locked(vma)))
${countsReaders ? ATTACHED_BY_COUNT : ''}`,
    natives: {
      vma_start_write: on((vma) => locks.startWrite(vma)),
      __rl_vma_is_write_locked: (_, [vma]) => (locks.isWriteLocked(address(vma)) ? 1 : 0),
      mmap_write_lock: on((mm) => locks.writeLock(mm)),
      mmap_write_unlock: on((mm) => locks.writeUnlock(mm)),
      mmap_write_downgrade: on((mm) => locks.downgrade(mm)),
      mmap_read_lock: on((mm) => locks.readLock(mm)),
      mmap_read_unlock: on((mm) => locks.readUnlock(mm)),
    },
  };
}
