// The recipe for trees whose shims are one file, tools/testing/vma/vma_internal.h (6.12): see trees.mjs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { has, take, without } from './extract.mjs';

/** Shims that the real functions, or checking ones of ours, replace. */
const REPLACED = [
  ...['VM_WARN_ON', 'VM_WARN_ON_ONCE', 'VM_BUG_ON', 'VM_BUG_ON_VMA', 'TASK_SIZE'],
  ...['anon_vma', 'anon_vma_chain', 'anon_vma_clone', 'unlink_anon_vmas', 'anon_vma_merge'],
  ...[
    'anon_vma_lock_write',
    'anon_vma_unlock_write',
    'anon_vma_interval_tree_insert',
    'anon_vma_interval_tree_remove',
  ],
  ...['vma_interval_tree_insert', 'vma_interval_tree_remove', 'unmap_vmas', 'free_pgtables', 'get_file'],
  ...['vm_area_alloc', 'vm_area_dup', 'vm_area_free', '__vm_area_free', 'vma_lock_alloc', 'vma_lock_free'],
  ...['vma_start_write', 'vma_assert_write_locked', 'mmap_assert_locked', 'mmap_assert_write_locked'],
  ...['mmap_write_downgrade', 'mmap_read_unlock', 'mmap_write_unlock'],
];

/** Flags of VMAs that this kernel has and its shims leave out. */
const FLAGS = [
  ...[
    'VM_MAYEXEC',
    'VM_MAYSHARE',
    'VM_DONTCOPY',
    'VM_WIPEONFORK',
    'VM_DONTDUMP',
    'VM_RAND_READ',
    'VM_SEQ_READ',
  ],
  ...[
    'VM_HUGEPAGE',
    'VM_NORESERVE',
    'VM_HUGETLB',
    'VM_SYNC',
    'VM_LOCKONFAULT',
    'VM_LOCKED_MASK',
    'VM_UFFD_WP',
  ],
];

/** @param {string} tree root of the kernel tree */
export function generate6(tree) {
  const at = (path) => join(tree, path);
  const shim = at('tools/testing/vma/vma_internal.h');
  const mm_h = at('include/linux/mm.h');
  const internal = at('mm/internal.h');
  const rmap_h = at('include/linux/rmap.h');
  const mmap = at('mm/mmap.c');

  const files = {};
  files['tree_features.h'] = [
    '#define F_ANON_PGOFF 0',
    '#define F_RMAP_TREE 0',
    '#define F_VMA_OP 0',
    '#define F_SIX 1',
    '#define ORACLE_NO_FLAGS 0',
    `#define F_NUM_CHILDREN ${Number(/num_active_vmas/.test(readFileSync(rmap_h, 'utf8')))}`,
    '',
  ].join('\n');
  files['anon_types.h'] = take(rmap_h, ['anon_vma', 'anon_vma_chain', 'rmap_walk_control']);
  files['vma_internal.h'] = without(shim, REPLACED, [
    [/#include <linux\/rwsem\.h>/, ''],
    [/(struct task_struct \{)/, '$1 unsigned int personality;'],
    [/(struct mm_struct \{)/, '$1 ORACLE_MM_FIELDS unsigned long def_flags, flags;'],
    [/(struct address_space \{)/, '$1 ORACLE_MAPPING_FIELDS'],
    [/(struct file \{)/, '$1 ORACLE_FILE_FIELDS const struct file_operations *f_op;'],
    [
      /(struct task_struct \*get_current)/,
      '#include "asserts.h"\n#include "oracle_types.h"\n#include "anon_types.h"\n$1',
    ],
    [/(\/\* Stubbed functions\. \*\/)/, '#define TASK_SIZE (1ul << 47)\n#include "locks.h"\n$1'],
  ]);

  files['mm_inline.h'] = [
    take(
      mm_h,
      FLAGS.filter((name) => !has(shim, name, 'macro')).map((name) => `?${name}`),
    ),
    take(mm_h, [
      'vm_flags_init',
      'vm_flags_reset',
      'vm_flags_set',
      'vm_flags_clear',
      'vma_set_anonymous',
      'vma_iter_bulk_store',
    ]),
    take(at('include/linux/pagemap.h'), ['linear_page_index']),
    take(at('include/linux/mman.h'), ['_calc_vm_trans', 'calc_vm_prot_bits', 'calc_vm_flag_bits']),
    take(at('kernel/fork.c'), ['vm_area_cachep', 'vm_area_alloc', 'vm_area_dup', '__vm_area_free']),
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
        'anon_vma_trylock_write',
        'anon_vma_unlock_write',
      ],
      ...[
        'anon_vma_lock_read',
        'anon_vma_trylock_read',
        'anon_vma_unlock_read',
        'anon_vma_prepare',
        'anon_vma_merge',
      ],
    ]),
    take(internal, ['vma_address']),
    take(at('mm/util.c'), ['folio_anon_vma']),
    take(at('mm/rmap.c'), [
      ...['anon_vma_alloc', 'anon_vma_free', 'anon_vma_chain_alloc', 'anon_vma_chain_free'],
      ...['?anon_vma_chain_assign', '?anon_vma_chain_link', '__anon_vma_prepare', 'lock_anon_vma_root'],
      ...[
        'unlock_anon_vma_root',
        'anon_vma_clone',
        'anon_vma_fork',
        'unlink_anon_vmas',
        'anon_vma_ctor',
        'anon_vma_init',
      ],
      ...[
        'folio_lock_anon_vma_read',
        'folio_get_anon_vma',
        'folio_move_anon_rmap',
        '__folio_set_anon',
        '__put_anon_vma',
      ],
      ...['rmap_walk_anon_lock', 'rmap_walk_anon'],
    ]),
  ].join('\n');

  files['mmap.c'] = [
    take(at('mm/memory.c'), ['vma_needs_copy', 'unmap_vmas', 'free_pgtables']),
    take(mmap, [
      'vma_set_page_prot',
      'accountable_mapping',
      'find_vma',
      'do_munmap',
      '__mmap_region',
      'mmap_region',
    ]),
    take(mmap, ['do_mmap', '__vm_munmap', 'exit_mmap']),
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
