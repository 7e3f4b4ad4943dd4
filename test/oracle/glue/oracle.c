// SPDX-License-Identifier: GPL-2.0-only
/*
 * The oracle in one translation unit: the kernel's own functions (generated headers, mm/vma.c and its kin, the pieces
 * cut out of the tree) and, around them, the glue of this folder.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/time.h>

#include "generated/bit-length.h"
#include "base.h"
#include "asserts.h"
#include "tree_features.h"
#include "vma_internal.h"
#ifndef VM_SEALED
#define VM_SEALED VM_NONE
#endif
#ifdef TREE_VMA_H
#include TREE_VMA_H
#endif
#include TREE_INTERVAL
#include "shim.h"
#include "objects.c"

static void oracle_publish(struct anon_vma *anon_vma)
{
	struct object *object = object_of(anon_vma);

	if (object->label < 0)
		object->label = labels[KIND_ANON_VMA]++;
}

#include "mm_inline.h"
#include "rmap.c"
#ifdef TREE_VMA_INIT
#include TREE_VMA_INIT
#endif
#ifdef TREE_VMA
#include TREE_VMA
#else
#include "vma_layer.c"
#endif
#include "pages.c"
#include "mmap.c"
#include "mprotect.c"
#include "madvise.c"
#include "mremap.c"
#include "ops.c"
#include "json.c"
#include "language.c"
#include "main.c"
