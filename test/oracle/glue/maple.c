// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's maple tree (lib/maple_tree.c of the tree), without its self-checks. What is freed after a grace period is
 * freed between operations.
 */
#include "base.h"
#include <stdlib.h>
#include <time.h>

static struct rcu_head *waiting;

static void oracle_call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	head->func = func;
	head->next.next = (void *)waiting;
	waiting = head;
}

void oracle_grace_period(void)
{
	while (waiting) {
		struct rcu_head *head = waiting;

		waiting = (void *)head->next.next;
		head->func(head);
	}
}

#undef call_rcu
#define call_rcu(head, func) oracle_call_rcu(head, func)
#define kfree_rcu(struct_, member_) abort()

#include TREE_MAPLE
