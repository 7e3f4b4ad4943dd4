/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's asserts, recorded instead of printed or fatal. Included by the generated vma_internal.h in place of the
 * shims' own definitions, before any kernel text that uses them. A *_ONCE assert is recorded each time.
 */
#ifndef ORACLE_ASSERT_H
#define ORACLE_ASSERT_H

void oracle_assert(const char *macro, const char *expression, const char *function,
		   const char *file, int line);

#define ORACLE_CHECK(macro_, condition_, text_) ({				\
	bool fired_ = !!(condition_);						\
	if (__builtin_expect(fired_, 0))					\
		oracle_assert(macro_, text_, __func__, __FILE__, __LINE__);	\
	__builtin_expect(fired_, 0);						\
})

#undef WARN
#undef WARN_ON
#undef WARN_ONCE
#undef WARN_ON_ONCE
#undef BUG_ON
#undef BUG
#undef VM_WARN_ON
#undef VM_WARN_ON_ONCE
#undef VM_BUG_ON

#define WARN_ON(c)			ORACLE_CHECK("WARN_ON", c, #c)
#define WARN_ON_ONCE(c)			ORACLE_CHECK("WARN_ON_ONCE", c, #c)
#define WARN(c, ...)			ORACLE_CHECK("WARN", c, #c)
#define WARN_ONCE(c, ...)		ORACLE_CHECK("WARN_ONCE", c, #c)
#define BUG_ON(c)			((void)ORACLE_CHECK("BUG_ON", c, #c))
#define BUG()				((void)ORACLE_CHECK("BUG", true, ""))
#define VM_WARN_ON(c)			((void)ORACLE_CHECK("VM_WARN_ON", c, #c))
#define VM_WARN_ON_ONCE(c)		ORACLE_CHECK("VM_WARN_ON_ONCE", c, #c)
#define VM_WARN_ONCE(c, ...)		((void)ORACLE_CHECK("VM_WARN_ONCE", c, #c))
#define VM_WARN_ON_VMG(c, x)		((void)ORACLE_CHECK("VM_WARN_ON_VMG", c, #c))
#define VM_WARN_ON_ONCE_VMA(c, x)	ORACLE_CHECK("VM_WARN_ON_ONCE_VMA", c, #c)
#define VM_WARN_ON_ONCE_MM(c, x)	ORACLE_CHECK("VM_WARN_ON_ONCE_MM", c, #c)
#define VM_WARN_ON_FOLIO(c, x)		((void)ORACLE_CHECK("VM_WARN_ON_FOLIO", c, #c))
#define VM_WARN_ON_ONCE_FOLIO(c, x)	ORACLE_CHECK("VM_WARN_ON_ONCE_FOLIO", c, #c)
#define VM_BUG_ON(c)			((void)ORACLE_CHECK("VM_BUG_ON", c, #c))
#define VM_BUG_ON_VMA(c, x)		((void)ORACLE_CHECK("VM_BUG_ON_VMA", c, #c))
#define VM_BUG_ON_MM(c, x)		((void)ORACLE_CHECK("VM_BUG_ON_MM", c, #c))
#define VM_BUG_ON_FOLIO(c, x)		((void)ORACLE_CHECK("VM_BUG_ON_FOLIO", c, #c))
#define VM_BUG_ON_PAGE(c, x)		((void)ORACLE_CHECK("VM_BUG_ON_PAGE", c, #c))

#endif
