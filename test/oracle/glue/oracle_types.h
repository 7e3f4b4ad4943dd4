/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types that the kernel text needs and the shims of tools/testing/vma do not have: locks that know who holds them, page
 * table entries, folios. Included by the generated vma_internal.h ahead of the shims' structures.
 */
#ifndef ORACLE_TYPES_H
#define ORACLE_TYPES_H

struct mm_struct;
struct vm_area_struct;
struct file;

/* One thread: a lock is a counter, and taking it twice or releasing it unheld is recorded. */
struct rw_semaphore {
	int writers;
	int readers;
};

enum pte_kind { PTE_FOLIO, PTE_ZERO, PTE_CACHE };

struct pte {
	unsigned long page;		/* page number in this address space */
	enum pte_kind kind;
	bool writable;
	struct folio *folio;		/* PTE_FOLIO */
	struct file *file;		/* PTE_CACHE */
	unsigned long pgoff;		/* PTE_CACHE */
};

struct page_table {
	struct pte *entry;		/* by page number */
	int count;
	int space;
};

/* One folio is one page here. */
struct page {
	void *mapping;
	unsigned long index;
};

struct folio {
	union {
		struct {
			void *mapping;
			unsigned long index;
		};
		struct page page;
	};
	int mapcount;
	bool exclusive;
	int label;
};

/* Declared ahead for the shims' inline functions; defined in locks.h. */
static inline void vma_assert_write_locked(struct vm_area_struct *vma);
static inline void mmap_assert_locked(struct mm_struct *mm);
static inline void mmap_assert_write_locked(struct mm_struct *mm);

#define ORACLE_NAME_MAX 64

/* Fields that the shims' mm_struct lacks; pasted into it by build.mjs. */
#define ORACLE_MM_FIELDS						\
	spinlock_t page_table_lock;					\
	struct rw_semaphore mmap_lock;					\
	struct { unsigned int sequence; } mm_lock_seq;			\
	unsigned long hiwater_vm;					\
	char name[ORACLE_NAME_MAX];					\
	int order;							\
	struct page_table pt;

#define ORACLE_FILE_FIELDS						\
	unsigned int f_mode;						\
	int f_path;							\
	char name[ORACLE_NAME_MAX];

#define ORACLE_MAPPING_FIELDS						\
	void *host;

#endif
