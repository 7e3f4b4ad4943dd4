// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables, folios and faults: the part of the kernel that is modelled, as scenario-language.md ("Page semantics")
 * says. Folio fields are set by the kernel's __folio_set_anon and folio_move_anon_rmap.
 */

#ifdef F_SIX_ONE
#define __folio_set_anon(folio, vma, address, exclusive) \
	__page_set_anon_rmap(&(folio)->page, vma, address, exclusive)
#define folio_move_anon_rmap(folio, vma) page_move_anon_rmap(&(folio)->page, vma)
#endif

static struct folio *folio_new(void)
{
	struct folio *folio;

	if (allocation_fails(KIND_FOLIO, true))
		return NULL;
	folio = object_new(KIND_FOLIO, sizeof(*folio));
	memset(folio, 0, sizeof(*folio));
	return folio;
}

static void folio_unmap_one(struct folio *folio)
{
	if (--folio->mapcount == 0)
		object_free(KIND_FOLIO, folio);
}

static int pte_position(struct page_table *pt, unsigned long page)
{
	int low = 0, high = pt->count;

	while (low < high) {
		int middle = (low + high) / 2;

		if (pt->entry[middle].page < page)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct pte *pte_find(struct mm_struct *mm, unsigned long page)
{
	int at = pte_position(&mm->pt, page);

	return at < mm->pt.count && mm->pt.entry[at].page == page ? &mm->pt.entry[at] : NULL;
}

/* The entry of a page, made if there was none. The caller fills it in. */
static struct pte *pte_make(struct mm_struct *mm, unsigned long page)
{
	struct page_table *pt = &mm->pt;
	int at = pte_position(pt, page);

	if (at < pt->count && pt->entry[at].page == page)
		return &pt->entry[at];
	if (pt->count == pt->space) {
		pt->space = pt->space ? 2 * pt->space : 16;
		pt->entry = realloc(pt->entry, pt->space * sizeof(*pt->entry));
	}
	memmove(pt->entry + at + 1, pt->entry + at, (pt->count - at) * sizeof(*pt->entry));
	pt->count++;
	memset(&pt->entry[at], 0, sizeof(pt->entry[at]));
	pt->entry[at].page = page;
	return &pt->entry[at];
}

static void pte_remove(struct mm_struct *mm, struct pte *pte)
{
	int at = pte - mm->pt.entry;

	memmove(pte, pte + 1, (--mm->pt.count - at) * sizeof(*pte));
}

static void zap_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct page_table *pt = &vma->vm_mm->pt;
	int from = pte_position(pt, start >> PAGE_SHIFT);
	int to = pte_position(pt, end >> PAGE_SHIFT);

	if (from == to)
		return;

	for (int i = from; i < to; i++)
		if (pt->entry[i].kind == PTE_FOLIO)
			folio_unmap_one(pt->entry[i].folio);
	memmove(pt->entry + from, pt->entry + to, (pt->count - to) * sizeof(*pt->entry));
	pt->count -= to - from;
}

/* Called by the real unmap_vmas (munmap, exit, failed fork). */
#ifdef F_SIX
static void unmap_single_vma(struct mmu_gather *tlb, struct vm_area_struct *vma,
			     unsigned long start_addr, unsigned long end_addr,
			     struct zap_details *details
#ifndef F_SIX_ONE
			     , bool mm_wr_locked
#endif
			     )
{
	unsigned long start = start_addr > vma->vm_start ? start_addr : vma->vm_start;
	unsigned long end = end_addr < vma->vm_end ? end_addr : vma->vm_end;

	if (start < end)
		zap_range(vma, start, end);
}
#else
#define __zap_vma_range(tlb, vma, start, end, details) zap_range(vma, start, end)
#endif

static bool vma_needs_copy(struct vm_area_struct *dst_vma, struct vm_area_struct *src_vma);

/* Called by the real dup_mmap. */
static int copy_page_range(struct vm_area_struct *dst_vma, struct vm_area_struct *src_vma)
{
	struct mm_struct *mm = src_vma->vm_mm;

	if (!vma_needs_copy(dst_vma, src_vma))
		return 0;
	for (int i = pte_position(&mm->pt, src_vma->vm_start >> PAGE_SHIFT);
	     i < mm->pt.count && mm->pt.entry[i].page < src_vma->vm_end >> PAGE_SHIFT; i++) {
		struct pte *from = &mm->pt.entry[i], *to;

		if (from->kind == PTE_FOLIO) {
			from->folio->mapcount++;
			from->folio->exclusive = false;
			from->writable = false;
		}
		to = pte_make(dst_vma->vm_mm, from->page);
		*to = *from;
	}
	return 0;
}

static unsigned long move_entries(struct pagetable_move_control *pmc)
{
	struct mm_struct *mm = pmc->old->vm_mm;
	unsigned long first = pmc->old_addr >> PAGE_SHIFT;
	unsigned long to = pmc->new_addr >> PAGE_SHIFT;

	for (unsigned long page = first; page < pmc->old_end >> PAGE_SHIFT; page++) {
		struct pte *pte = pte_find(mm, page), copy;

		if (!pte)
			continue;
		copy = *pte;
		pte_remove(mm, pte);
		if (pte_find(mm, to + page - first))
			oracle_error("page table entry moved onto another");
		copy.page = to + page - first;
		*pte_make(mm, copy.page) = copy;
	}
	return pmc->len_in;
}

/* Called by the real mremap code. */
#ifdef F_SIX
static unsigned long move_page_tables(struct vm_area_struct *vma, unsigned long old_addr,
				      struct vm_area_struct *new_vma, unsigned long new_addr,
				      unsigned long len, bool need_rmap_locks
#ifndef F_SIX_ONE
				      , bool for_stack
#endif
				      )
{
	struct pagetable_move_control pmc = { vma, new_vma, old_addr, old_addr + len, new_addr, len };

	return move_entries(&pmc);
}
#else
static unsigned long move_page_tables(struct pagetable_move_control *pmc)
{
	return move_entries(pmc);
}
#endif

/* Called by the real mprotect_fixup, after the VMA's flags have been set. */
static long change_protection(struct mmu_gather *tlb, struct vm_area_struct *vma,
			      unsigned long start, unsigned long end,
#ifdef F_SIX_ONE
			      pgprot_t newprot,
#endif
			      unsigned long cp_flags)
{
	struct page_table *pt = &vma->vm_mm->pt;

	for (int i = pte_position(pt, start >> PAGE_SHIFT);
	     i < pt->count && pt->entry[i].page < end >> PAGE_SHIFT; i++) {
		struct pte *pte = &pt->entry[i];

		if (!(vma->vm_flags & VM_WRITE))
			pte->writable = false;
		else if (pte->kind == PTE_FOLIO && pte->folio->exclusive)
			pte->writable = true;
	}
	return 0;
}

static int fault_read(struct vm_area_struct *vma, unsigned long page)
{
	struct pte *pte = pte_find(vma->vm_mm, page);

	if (pte)
		return 0;
	pte = pte_make(vma->vm_mm, page);
	if (vma->vm_file) {
		pte->kind = PTE_CACHE;
		pte->file = vma->vm_file;
		pte->pgoff = linear_page_index(vma, page << PAGE_SHIFT);
	} else {
		pte->kind = PTE_ZERO;
	}
	return 0;
}

/* A new folio for this page, in the VMA's anon_vma: prepared first, as in do_anonymous_page and wp_page_copy. */
static int fault_new_folio(struct vm_area_struct *vma, unsigned long page)
{
	struct folio *folio;
	struct pte *pte;

	if (anon_vma_prepare(vma))
		return -ENOMEM;
	folio = folio_new();
	if (!folio)
		return -ENOMEM;
	object_of(folio)->label = labels[KIND_FOLIO]++;
	__folio_set_anon(folio, vma, page << PAGE_SHIFT, true);
	folio->exclusive = true;
	folio->mapcount = 1;
	pte = pte_make(vma->vm_mm, page);
	if (pte->kind == PTE_FOLIO && pte->folio)
		folio_unmap_one(pte->folio);
	pte->kind = PTE_FOLIO;
	pte->folio = folio;
	pte->writable = true;
	return 0;
}

static int fault_write(struct vm_area_struct *vma, unsigned long page)
{
	struct pte *pte = pte_find(vma->vm_mm, page);

	if (pte && pte->writable)
		return 0;
	if (!pte || pte->kind != PTE_FOLIO)
		return fault_new_folio(vma, page);
	if (!pte->folio->exclusive) {
		if (pte->folio->mapcount > 1)
			return fault_new_folio(vma, page);
		folio_move_anon_rmap(pte->folio, vma);
		pte->folio->exclusive = true;
	}
	pte->writable = true;
	return 0;
}
