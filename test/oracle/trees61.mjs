// The recipe for trees without tools/testing/vma and without mm/vma.c (6.1): the VMA layer is cut out of mm/mmap.c, and
// the few structures around it are glue/kernel61.h. See trees.mjs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { take } from './extract.mjs';

/** @param {string} tree root of the kernel tree */
export function generate61(tree) {
  const at = (path) => join(tree, path);
  const mm_h = at('include/linux/mm.h');
  const types_h = at('include/linux/mm_types.h');
  const rmap_h = at('include/linux/rmap.h');
  const mmap = at('mm/mmap.c');
  const countsDegree = !/num_active_vmas/.test(readFileSync(rmap_h, 'utf8'));

  const files = {};
  files['tree_features.h'] = [
    '#define F_ANON_PGOFF 0',
    '#define F_RMAP_TREE 0',
    '#define F_VMA_OP 0',
    '#define F_SIX 1',
    '#define F_SIX_ONE 1',
    '#define ORACLE_NO_FLAGS 0',
    `#define F_NUM_CHILDREN ${Number(!countsDegree)}`,
    '',
  ].join('\n');
  files['anon_types.h'] = take(rmap_h, ['anon_vma', 'anon_vma_chain', 'rmap_walk_control']);
  files['vma_types.h'] = take(types_h, ['vm_area_struct', 'vma_iterator', 'VMA_ITERATOR', 'vma_iter_init']);
  files['vma_internal.h'] = '#include "kernel61.h"\n';

  files['mm_inline.h'] = [
    take(mm_h, [
      ...[
        'vma_init',
        'vma_set_anonymous',
        'vma_is_anonymous',
        'vma_find',
        'vma_next',
        'vma_prev',
        'vma_iter_addr',
      ],
      ...['for_each_vma', 'for_each_vma_range', 'vma_lookup', 'vma_pages', 'vma_adjust'],
    ]),
    take(at('include/linux/pagemap.h'), ['linear_page_index']),
    take(at('include/linux/mman.h'), ['_calc_vm_trans', 'calc_vm_prot_bits', 'calc_vm_flag_bits']),
    take(at('kernel/fork.c'), ['vm_area_cachep', 'vm_area_alloc', 'vm_area_dup', 'vm_area_free']),
  ].join('\n');

  files['rmap.c'] = [
    'static struct kmem_cache *anon_vma_cachep;\nstatic struct kmem_cache *anon_vma_chain_cachep;\n',
    take(mm_h, ['vma_interval_tree_foreach', 'anon_vma_interval_tree_foreach']),
    `#line 1 "${at('mm/interval_tree.c')}"\n`,
    readFileSync(at('mm/interval_tree.c'), 'utf8').replace(/^#include.*$/gm, ''),
    '#line 1 "hook.h"\n#include "hook.h"\n',
    take(rmap_h, [
      ...[
        'get_anon_vma',
        'put_anon_vma',
        'anon_vma_lock_write',
        'anon_vma_unlock_write',
        'anon_vma_lock_read',
      ],
      ...['anon_vma_trylock_read', 'anon_vma_unlock_read', 'anon_vma_prepare', 'anon_vma_merge'],
    ]),
    take(at('mm/internal.h'), ['vma_pgoff_address', 'vma_address']),
    take(at('mm/util.c'), ['folio_anon_vma']),
    take(at('mm/rmap.c'), [
      ...['anon_vma_alloc', 'anon_vma_free', 'anon_vma_chain_alloc', 'anon_vma_chain_free'],
      ...['?anon_vma_chain_link', '?anon_vma_chain_assign', '__anon_vma_prepare', 'lock_anon_vma_root'],
      ...[
        'unlock_anon_vma_root',
        'anon_vma_clone',
        'anon_vma_fork',
        'unlink_anon_vmas',
        'anon_vma_ctor',
        'anon_vma_init',
      ],
      ...['folio_lock_anon_vma_read', 'page_move_anon_rmap', '__page_set_anon_rmap', '__put_anon_vma'],
      ...['rmap_walk_anon_lock', 'rmap_walk_anon'],
    ]),
  ].join('\n');

  files['vma_layer.c'] = [
    take(mmap, [
      'vm_pgprot_modify',
      'vma_set_page_prot',
      '__remove_shared_vm_struct',
      'unlink_file_vma',
      'remove_vma',
    ]),
    take(mmap, [
      'anon_vma_interval_tree_pre_update_vma',
      'anon_vma_interval_tree_post_update_vma',
      'count_vma_pages_range',
    ]),
    take(mmap, [
      '__vma_link_file',
      'vma_mas_store',
      'vma_mas_remove',
      'vma_mas_szero',
      'find_vma_intersection',
      'find_vma',
    ]),
    take(mmap, [
      'find_vma_prev',
      'vma_link',
      'vma_expand',
      '__vma_adjust',
      'is_mergeable_vma',
      'is_mergeable_anon_vma',
    ]),
    take(mmap, [
      'can_vma_merge_before',
      'can_vma_merge_after',
      'vma_merge',
      'anon_vma_compatible',
      'reusable_anon_vma',
    ]),
    take(mmap, [
      'find_mergeable_anon_vma',
      'vma_wants_writenotify',
      'accountable_mapping',
      'vm_stat_account',
      'remove_mt',
    ]),
    take(mmap, [
      'unmap_region#1',
      '__split_vma',
      'split_vma',
      'do_mas_align_munmap',
      'do_mas_munmap',
      'do_munmap',
    ]),
    take(mmap, ['__mmap_region', 'mmap_region', 'copy_vma', '__vm_munmap', 'do_mmap']),
  ].join('\n');
  files['mmap.c'] = [
    take(at('mm/memory.c'), ['vma_needs_copy', 'unmap_vmas', 'free_pgtables']),
    take(mmap, ['exit_mmap']),
    take(at('kernel/fork.c'), ['dup_mmap']),
  ].join('\n');
  files['mprotect.c'] = take(at('mm/mprotect.c'), ['mprotect_fixup', 'do_mprotect_pkey']);
  files['madvise.c'] = take(at('mm/madvise.c'), [
    ...['replace_anon_vma_name#2', 'madvise_update_vma', 'madvise_vma_behavior', 'madvise_walk_vmas'],
  ]);
  files['mremap.c'] = take(at('mm/mremap.c'), [
    'move_vma',
    'vma_to_resize',
    'mremap_to',
    'vma_expandable',
    'SYSCALL_DEFINE5',
  ]);
  return files;
}
