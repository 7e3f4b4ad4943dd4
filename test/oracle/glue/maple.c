// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's maple tree (lib/maple_tree.c of the tree), without its self-checks. Every tree here is out of RCU mode,
 * so no node is ever freed later than at once.
 */
#include "base.h"
#include <stdlib.h>
#include <time.h>

#define kfree_rcu(struct_, member_) abort()

#include TREE_MAPLE
