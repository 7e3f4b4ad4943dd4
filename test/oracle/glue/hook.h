/* SPDX-License-Identifier: GPL-2.0-only */
/* A link into an anon_vma's tree publishes the anon_vma: it gets its label now, if it has none. */
#if F_RMAP_TREE
#define anon_rmap_tree_insert(avc, anon_vma) \
	(oracle_publish(anon_vma), (anon_rmap_tree_insert)(avc, anon_vma))
#else
#define anon_vma_interval_tree_insert(avc, root) \
	(oracle_publish((avc)->anon_vma), (anon_vma_interval_tree_insert)(avc, root))
#endif
