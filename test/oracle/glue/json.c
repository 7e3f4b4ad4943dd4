// SPDX-License-Identifier: GPL-2.0-only
/*
 * The snapshot of scenario-language.md section 4, and the line printed for each operation.
 */

static char *out;
static size_t out_used, out_space;

static void put_bytes(const char *bytes, size_t n)
{
	if (out_used + n > out_space) {
		out_space = 2 * (out_used + n) + 65536;
		out = realloc(out, out_space);
	}
	memcpy(out + out_used, bytes, n);
	out_used += n;
}

static void put(const char *text)
{
	put_bytes(text, strlen(text));
}

static void put_number(long n)
{
	char digits[24];
	int at = sizeof(digits);
	unsigned long rest = n < 0 ? -(unsigned long)n : n;

	do
		digits[--at] = '0' + rest % 10;
	while (rest /= 10);
	if (n < 0)
		digits[--at] = '-';
	put_bytes(digits + at, sizeof(digits) - at);
}

static void put_string(const char *text)
{
	put("\"");
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\') {
			put_bytes("\\", 1);
			put_bytes(text, 1);
		} else if (c < 0x20) {
			char escape[8];

			put_bytes(escape, sprintf(escape, "\\u%04x", c));
		} else {
			put_bytes(text, 1);
		}
	}
	put("\"");
}

static void put_key(const char *key, bool first)
{
	put(first ? "\"" : ",\"");
	put(key);
	put("\":");
}

static void put_label(char letter, const void *object)
{
	if (!object) {
		put("null");
		return;
	}
	put_bytes("\"", 1);
	if (!object_live(object))
		put("dead:");
	put_bytes(&letter, 1);
	put_number(object_of(object)->label);
	put_bytes("\"", 1);
}

static void put_vma(struct vm_area_struct *vma)
{
	put_bytes("\"", 1);
	if (!object_live(vma)) {
		put("dead\"");
		return;
	}
	put(vma->vm_mm->name);
	put("@");
	put_number(vma->vm_start >> PAGE_SHIFT);
	put("-");
	put_number(vma->vm_end >> PAGE_SHIFT);
	put_bytes("\"", 1);
}

static unsigned long anon_pgoff(struct vm_area_struct *vma)
{
#if F_ANON_PGOFF
	return vma_start_anon_pgoff(vma);
#else
	return vma->vm_pgoff;
#endif
}

static void put_pte(struct pte *pte)
{
	put("{\"folio\":");
	if (pte->kind == PTE_FOLIO) {
		put_label('F', pte->folio);
	} else if (pte->kind == PTE_ZERO) {
		put("\"zero\"");
	} else {
		put("\"file:");
		put(pte->file->name);
		put(":");
		put_number(pte->pgoff);
		put("\"");
	}
	put(pte->writable ? ",\"writable\":true}" : ",\"writable\":false}");
}

static void put_vma_object(struct vm_area_struct *vma)
{
	struct page_table *pt = &vma->vm_mm->pt;
	struct anon_vma_chain *avc;
	bool first = true;

	put("{\"start\":");
	put_number(vma->vm_start >> PAGE_SHIFT);
	put(",\"end\":");
	put_number(vma->vm_end >> PAGE_SHIFT);
	put(",\"pgoff\":");
	put_number(vma->vm_pgoff);
	put(",\"anonPgoff\":");
	put_number(anon_pgoff(vma));
	put(",\"prot\":");
	put(vma->vm_flags & VM_WRITE ? "\"rw\"" : vma->vm_flags & VM_READ ? "\"r\"" : "\"none\"");
	put(",\"file\":");
	if (vma->vm_file)
		put_string(vma->vm_file->name);
	else
		put("null");
	put(",\"anonVma\":");
	put_label('A', vma->anon_vma);
	put(",\"chain\":[");
	list_for_each_entry(avc, &vma->anon_vma_chain, same_vma) {
		if (!first)
			put(",");
		first = false;
		if (!object_live(avc)) {
			put("\"dead\"");
			break;
		}
		put_label('A', avc->anon_vma);
	}
	put("],\"ptes\":{");
	first = true;
	for (int i = pte_position(pt, vma->vm_start >> PAGE_SHIFT);
	     i < pt->count && pt->entry[i].page < vma->vm_end >> PAGE_SHIFT; i++) {
		put(first ? "\"" : ",\"");
		first = false;
		put_number(pt->entry[i].page);
		put("\":");
		put_pte(&pt->entry[i]);
	}
	put("}}");
}

/* Entries of a tree, sorted by (process, start). */
static int compare_vma(const void *a, const void *b)
{
	const struct vm_area_struct *x = *(void **)a, *y = *(void **)b;
	bool x_live = object_live(x), y_live = object_live(y);

	if (!x_live || !y_live)
		return y_live - x_live;
	if (x->vm_mm != y->vm_mm)
		return x->vm_mm->order < y->vm_mm->order ? -1 : 1;
	return x->vm_start < y->vm_start ? -1 : x->vm_start > y->vm_start;
}

static void put_tree(struct anon_vma *anon_vma)
{
	static struct vm_area_struct *found[65536];
	int n = 0;

	for (struct rb_node *node = rb_first_cached(&anon_vma->rb_root);
	     node && n < (int)ARRAY_SIZE(found); node = rb_next(node)) {
		struct anon_vma_chain *avc = rb_entry(node, struct anon_vma_chain, rb);

		if (!object_live(avc)) {
			oracle_error("freed anon_vma_chain in a tree");
			break;
		}
		found[n++] = avc->vma;
	}
	qsort(found, n, sizeof(found[0]), compare_vma);
	put("[");
	for (int i = 0; i < n; i++) {
		if (i)
			put(",");
		put_vma(found[i]);
	}
	put("]");
}

static void put_anon_vma_object(struct anon_vma *anon_vma)
{
	put("{\"id\":");
	put_label('A', anon_vma);
	put(",\"root\":");
	put_label('A', anon_vma->root);
	put(",\"parent\":");
	put_label('A', anon_vma->parent);
	put(",\"refcount\":");
	put_number(atomic_read(&anon_vma->refcount));
#if F_NUM_CHILDREN
	put(",\"numChildren\":");
	put_number(anon_vma->num_children);
	put(",\"numActiveVmas\":");
	put_number(anon_vma->num_active_vmas);
#else
	put(",\"numChildren\":null,\"numActiveVmas\":null,\"degree\":");
	put_number(anon_vma->degree);
#endif
	put(",\"tree\":");
	put_tree(anon_vma);
	put("}");
}

static void put_folio_object(struct folio *folio)
{
	put("{\"id\":");
	put_label('F', folio);
	put(",\"anonVma\":");
	if (folio_anon_vma(folio))
		put_label('A', folio_anon_vma(folio));
	else
		put("\"null\"");	/* only after a rule was broken by a call */
	put(",\"index\":");
	put_number(folio->index);
	put(",\"mapcount\":");
	put_number(folio->mapcount);
	put(folio->exclusive ? ",\"exclusive\":true}" : ",\"exclusive\":false}");
}

static int compare_label(const void *a, const void *b)
{
	return object_of(*(void **)a)->label - object_of(*(void **)b)->label;
}

/* Live objects of a kind that have a label, in label order. */
static void put_labelled(enum object_kind kind, void (*one)(void *))
{
	static void *list[65536];
	int n = 0;

	for (struct object *o = first_object[kind]; o && n < (int)ARRAY_SIZE(list); o = o->next)
		if (o->live && o->label >= 0)
			list[n++] = o->at;
	qsort(list, n, sizeof(list[0]), compare_label);
	put("[");
	for (int i = 0; i < n; i++) {
		if (i)
			put(",");
		one(list[i]);
	}
	put("]");
}

static void put_snapshot(void)
{
	bool first_mm = true;

	put("{\"version\":1,\"mms\":[");
	for (int i = 0; i < nr_processes; i++) {
		struct mm_struct *mm = processes[i].mm;
		struct vm_area_struct *vma;
		bool first = true;

		if (!mm)
			continue;
		put(first_mm ? "{\"name\":" : ",{\"name\":");
		first_mm = false;
		put_string(mm->name);
		put(",\"vmas\":[");
		VMA_ITERATOR(vmi, mm, 0);
		for_each_vma(vmi, vma) {
			if (!first)
				put(",");
			first = false;
			put_vma_object(vma);
		}
		put("]}");
	}
	put("],\"anonVmas\":");
	put_labelled(KIND_ANON_VMA, (void (*)(void *))put_anon_vma_object);
	put(",\"folios\":");
	put_labelled(KIND_FOLIO, (void (*)(void *))put_folio_object);
	put("}");
}

static void put_findings(const char *key, bool of_the_oracle)
{
	bool first = true;

	put_key(key, false);
	put("[");
	for (int i = 0; i < nr_findings; i++) {
		struct finding *f = &findings[i];
		const char *file = strstr(f->file, "/mm/");

		if (!strcmp(f->macro, "oracle") != of_the_oracle)
			continue;
		put(first ? "{\"macro\":" : ",{\"macro\":");
		first = false;
		put_string(f->macro);
		put(",\"expression\":");
		put_string(f->expression);
		put(",\"function\":");
		put_string(f->function);
		put(",\"file\":");
		put_string(file ? file + 1 : f->file);
		put(",\"line\":");
		put_number(f->line);
		put("}");
	}
	put("]");
}

static const char *errno_name(int err)
{
	switch (-err) {
	case EPERM: return "EPERM";
	case ESRCH: return "ESRCH";
	case EINTR: return "EINTR";
	case EAGAIN: return "EAGAIN";
	case ENOMEM: return "ENOMEM";
	case EACCES: return "EACCES";
	case EFAULT: return "EFAULT";
	case EEXIST: return "EEXIST";
	case EINVAL: return "EINVAL";
	case ENOSYS: return "ENOSYS";
	case EOVERFLOW: return "EOVERFLOW";
	default: return "EIO";
	}
}

static void put_operation(int line, const char *text, int err, bool walked, bool with_snapshot)
{
	put("{\"line\":");
	put_number(line);
	put(",\"text\":");
	put_string(text);
	put(err ? ",\"status\":\"error\",\"errno\":\"" : ",\"status\":\"ok\",\"errno\":null");
	if (err) {
		put(errno_name(err));
		put("\"");
	}
	put(",\"visits\":");
	if (walked && !err) {
		put("[");
		for (int i = 0; i < nr_visits; i++) {
			put(i ? ",{\"vma\":" : "{\"vma\":");
			put_vma(visits[i].vma);
			put(visits[i].mapped ? ",\"mapped\":true}" : ",\"mapped\":false}");
		}
		put("]");
	} else {
		put("null");
	}
	if (with_snapshot) {
		put(",\"snapshot\":");
		put_snapshot();
	}
	put_findings("warnings", false);
	put_findings("errors", true);
	put(",\"objects\":{");
	for (int kind = 0; kind < KINDS; kind++) {
		put_key(kind_name[kind], kind == 0);
		put_number(live_objects[kind]);
	}
	put("}}\n");
}
