/* SPDX-License-Identifier: GPL-2.0-only */
/* What tools/testing/shared/shared.h includes; that name is taken twice among the shims. */
#ifndef ORACLE_BASE_H
#define ORACLE_BASE_H
#include <assert.h>
#include <linux/types.h>
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/rcupdate.h>
#include <linux/init.h>
#define dump_stack() assert(0)
#ifndef fallthrough
#define fallthrough __attribute__((__fallthrough__))
#endif
#endif
