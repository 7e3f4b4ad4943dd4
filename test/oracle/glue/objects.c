// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slab caches that know every object: live or freed, in order of allocation. Memory is never handed out twice within
 * a scenario, freed memory is poisoned, so a use after free shows as a changed or a poisoned value. Here allocations fail on demand.
 */

enum object_kind { KIND_ANON_VMA, KIND_AVC, KIND_VMA, KIND_FOLIO, KIND_MM, KINDS };

static const char *const kind_name[KINDS] = { "anon_vma", "anon_vma_chain", "vma", "folio", "mm" };
/* As `! fail KIND:N` spells them; an mm cannot fail. */
static const char *const fail_name[KINDS] = { "anon_vma", "avc", "vma", "folio", "" };

#define POISON_BYTE 0x6b

struct object {
	struct object *next;		/* in order of allocation */
	size_t size;
	enum object_kind kind;
	bool live;
	int label;			/* A or F number, -1: none yet */
	void *at;
} __attribute__((aligned(64)));

struct oracle_cache {
	size_t size;
	void (*ctor)(void *);
};

static struct oracle_cache caches[KINDS];
static struct object *first_object[KINDS], **last_object[KINDS];
static int live_objects[KINDS];
static int labels[KINDS];

/* A bump allocator, emptied at the end of a scenario. */
struct chunk {
	struct chunk *next;
	size_t used;
	char memory[1 << 20] __attribute__((aligned(64)));
};
static struct chunk *chunks, *chunk;

static void *arena(size_t size)
{
	void *p;

	size = (size + 63) & ~63ul;
	if (!chunk || chunk->used + size > sizeof(chunk->memory)) {
		if (chunk && chunk->next) {
			chunk = chunk->next;
		} else {
			struct chunk *more = malloc(sizeof(*more));

			more->next = NULL;
			if (chunk)
				chunk->next = more;
			else
				chunks = more;
			chunk = more;
		}
		chunk->used = 0;
	}
	p = chunk->memory + chunk->used;
	chunk->used += size;
	return p;
}

/* What the oracle itself noticed in the current operation (not an assert of the kernel's). */
struct finding {
	const char *macro, *expression, *function, *file;
	int line;
};
static struct finding findings[64];
static int nr_findings;

void oracle_assert(const char *macro, const char *expression, const char *function,
		   const char *file, int line)
{
	for (int i = 0; i < nr_findings; i++)
		if (!strcmp(findings[i].expression, expression) &&
		    !strcmp(findings[i].function, function) &&
		    !strcmp(findings[i].macro, macro))
			return;
	if (nr_findings == ARRAY_SIZE(findings))
		return;
	findings[nr_findings++] = (struct finding){ macro, expression, function, file, line };
}

#define oracle_error(what_) oracle_assert("oracle", what_, __func__, __FILE__, __LINE__)

/* The faults of the operation that runs. */
struct fault {
	enum object_kind kind;
	int nth;
	bool nowait;
};
static struct fault faults[16];
static int nr_faults;
static int nr_allocations[KINDS];
static bool retrying[KINDS];		/* the NOWAIT try of an allocation has just failed */
static int root_locks_held;

static void faults_arm(void)
{
	memset(nr_allocations, 0, sizeof(nr_allocations));
	memset(retrying, 0, sizeof(retrying));
}

static bool allocation_fails(enum object_kind kind, bool may_sleep)
{
	bool retry = retrying[kind] && may_sleep;

	retrying[kind] = false;
	if (!retry)
		nr_allocations[kind]++;
	for (int i = 0; i < nr_faults; i++) {
		if (faults[i].kind != kind || faults[i].nth != nr_allocations[kind])
			continue;
		if (faults[i].nowait && may_sleep)
			continue;
		retrying[kind] = !may_sleep;
		return true;
	}
	return false;
}

static struct object *object_of(const void *p)
{
	return (struct object *)((char *)p - sizeof(struct object));
}

static void *object_new(enum object_kind kind, size_t size)
{
	struct object *object = arena(sizeof(*object) + size);

	object->next = NULL;
	object->size = size;
	object->kind = kind;
	object->live = true;
	object->label = -1;
	object->at = object + 1;
	*last_object[kind] = object;
	last_object[kind] = &object->next;
	live_objects[kind]++;
	return object->at;
}

static void object_free(enum object_kind kind, void *p)
{
	struct object *object = object_of(p);

	if (object->kind != kind || object->at != p) {
		oracle_error("free of something that is no such object");
		return;
	}
	if (!object->live) {
		oracle_error("double free");
		return;
	}
	object->live = false;
	live_objects[kind]--;
	if (kind != KIND_MM)	/* its name is wanted as long as something points to it */
		memset(p, POISON_BYTE, object->size);
}

static bool object_live(const void *p)
{
	return object_of(p)->live;
}

static void objects_reset(void)
{
	for (int kind = 0; kind < KINDS; kind++) {
		first_object[kind] = NULL;
		last_object[kind] = &first_object[kind];
	}
	memset(live_objects, 0, sizeof(live_objects));
	memset(labels, 0, sizeof(labels));
	chunk = chunks;
	if (chunk)
		chunk->used = 0;
}

/* Has anyone written to freed memory? */
static bool poison_intact(void)
{
	for (int kind = 0; kind < KIND_MM; kind++)
		for (struct object *o = first_object[kind]; o; o = o->next) {
			const unsigned char *p = o->at;

			for (size_t i = 0; !o->live && i < o->size; i++)
				if (p[i] != POISON_BYTE)
					return false;
		}
	return true;
}

static struct kmem_cache *oracle_cache_create(const char *name, size_t size, void (*ctor)(void *))
{
	enum object_kind kind = !strcmp(name, "anon_vma") ? KIND_ANON_VMA :
		!strcmp(name, "anon_vma_chain") ? KIND_AVC : KIND_VMA;

	caches[kind].size = size;
	caches[kind].ctor = ctor;
	return (struct kmem_cache *)&caches[kind];
}

static void *oracle_cache_alloc(struct kmem_cache *cachep, gfp_t gfp)
{
	struct oracle_cache *cache = (struct oracle_cache *)cachep;
	enum object_kind kind = cache - caches;
	bool may_sleep = gfp & __GFP_DIRECT_RECLAIM;
	void *p;

	if (may_sleep && root_locks_held)
		oracle_error("allocation that may sleep under an anon_vma lock");
	if (allocation_fails(kind, may_sleep))
		return NULL;
	p = object_new(kind, cache->size);
	memset(p, 0x5a, cache->size);
	if (cache->ctor)
		cache->ctor(p);
	return p;
}

static void oracle_free_check(enum object_kind kind, void *p);

static void oracle_cache_free(struct kmem_cache *cachep, void *p)
{
	enum object_kind kind = (struct oracle_cache *)cachep - caches;

	oracle_free_check(kind, p);
	object_free(kind, p);
}

#undef kmem_cache_alloc
#undef kmem_cache_free
#undef kmem_cache_create
#undef KMEM_CACHE
#define kmem_cache_alloc(cache, gfp) oracle_cache_alloc(cache, gfp)
#define kmem_cache_free(cache, p) oracle_cache_free(cache, p)
#define KMEM_CACHE(type, flags) oracle_cache_create(#type, sizeof(struct type), NULL)

/* The kernel calls this with five arguments (constructor last), or with a kmem_cache_args and four. */
static void (*const oracle_no_ctor)(void *) = NULL;
#define ORACLE_CTOR5(name, size, align, flags, ctor) ctor
#define ORACLE_CTOR4(name, size, args, flags) oracle_no_ctor
#define ORACLE_PICK(a, b, c, d, e, which, ...) which
#define kmem_cache_create(name, size, ...)					\
	oracle_cache_create(name, size,						\
		ORACLE_PICK(name, size, __VA_ARGS__, ORACLE_CTOR5, ORACLE_CTOR4)(name, size, __VA_ARGS__))
