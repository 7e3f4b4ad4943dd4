// What is taken from which file of a kernel tree, and what of the shims gives way to it.
//
// A tree is recognised by its text, never by its version number: every decision below asks whether a piece exists.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { has, take, without } from './extract.mjs';
import { generate6 } from './trees6.mjs';
import { generate61 } from './trees61.mjs';

/** Shim functions (tools/testing/vma) that the real ones, or checking ones of ours, replace. */
const REPLACED_STUBS = [
  'anon_vma_lock_write',
  'anon_vma_unlock_write',
  'anon_rmap_tree_insert',
  'anon_rmap_tree_remove',
  'mapping_rmap_tree_insert',
  'mapping_rmap_tree_remove',
  'anon_vma_interval_tree_insert',
  'anon_vma_interval_tree_remove',
  'vma_interval_tree_insert',
  'vma_interval_tree_remove',
  'mmap_assert_locked',
  'mmap_assert_write_locked',
  'mmap_write_downgrade',
  'mmap_read_unlock',
  'mmap_write_unlock',
  'mmap_write_lock_killable',
  'vma_assert_write_locked',
  'unmap_vmas',
  'free_pgtables',
  'move_page_tables',
  'do_munmap',
];
const REPLACED_CUSTOM = [
  'anon_vma',
  'unlink_anon_vmas',
  'vma_start_write',
  'vma_start_write_killable',
  'anon_vma_clone',
  '__anon_vma_prepare',
  'anon_vma_prepare',
  'vma_lock_init',
  'TASK_SIZE',
];

/**
 * The generated files of a tree, and what is compiled whole.
 * @param {string} tree root of the kernel tree
 * @returns {Record<string, string>} file name → content
 */
export function generate(tree) {
  if (!existsSync(join(tree, 'mm/vma.c'))) return generate61(tree);
  return existsSync(join(tree, 'tools/testing/vma/include/stubs.h')) ? generate7(tree) : generate6(tree);
}

/** A tree with the shims in three files (7.x). */
function generate7(tree) {
  const at = (path) => join(tree, path);
  const shims = at('tools/testing/vma');
  const mm_h = at('include/linux/mm.h');
  const internal = at('mm/internal.h');
  const rmap_h = at('include/linux/rmap.h');
  const lock_h = at('include/linux/mmap_lock.h');
  const anonPgoff = has(mm_h, 'vma_start_anon_pgoff', 'function');
  const rmapTree = has(at('mm/interval_tree.c'), 'anon_rmap_tree_insert', 'function');

  const files = {};
  files['tree_features.h'] = [
    `#define F_ANON_PGOFF ${Number(anonPgoff)}`,
    `#define F_RMAP_TREE ${Number(rmapTree)}`,
    `#define F_VMA_OP ${Number(has(internal, 'vma_operation', 'type'))}`,
    `#define ORACLE_NO_FLAGS ${/vma_flags_t/.test(take(at('mm/mmap.c'), ['do_mmap'])) ? 'EMPTY_VMA_FLAGS' : '0'}`,
    `#define F_NUM_CHILDREN ${Number(/num_active_vmas/.test(readFileSync(rmap_h, 'utf8')))}`,
    '',
  ].join('\n');

  files['include/stubs.h'] = without(join(shims, 'include/stubs.h'), REPLACED_STUBS);
  files['include/custom.h'] = without(join(shims, 'include/custom.h'), REPLACED_CUSTOM);
  files['include/dup.h'] = without(
    join(shims, 'include/dup.h'),
    ['anon_vma_chain'],
    [
      [/(struct mm_struct \{)/, '$1 ORACLE_MM_FIELDS'],
      [/(struct address_space \{)/, '$1 ORACLE_MAPPING_FIELDS'],
      [/(struct file \{)/, '$1 ORACLE_FILE_FIELDS'],
      [/(struct file_operations \{)/, '$1 unsigned long fop_flags; void *get_unmapped_area;'],
    ],
  );
  files['vma_internal.h'] = without(
    join(shims, 'vma_internal.h'),
    ['VM_WARN_ON', 'VM_WARN_ON_ONCE', 'VM_WARN_ON_ONCE_VMA', 'VM_WARN_ON_VMG', 'VM_BUG_ON', 'VM_BUG_ON_VMA'],
    [
      [
        /(#include "include\/stubs\.h")/,
        '#include "asserts.h"\n#include "oracle_types.h"\n#include "anon_types.h"\n$1',
      ],
      [/(#include "include\/custom\.h")/, '#define TASK_SIZE (1ul << 47)\n#include "locks.h"\n$1'],
    ],
  );
  files['anon_types.h'] = take(rmap_h, ['anon_vma', 'anon_vma_chain', 'rmap_walk_control']);

  // Small inline functions that the shims of some trees have, and others not.
  const missing = (path, names) =>
    take(
      path,
      names.filter((name) => !has(join(shims, 'include/dup.h'), name, 'function')).map((name) => `?${name}`),
    );
  files['mm_inline.h'] = [
    missing(lock_h, ['vma_is_attached']),
    missing(at('include/linux/pagemap.h'), ['linear_page_delta', 'linear_page_index']),
    missing(internal, ['vma_set_range']),
    missing(mm_h, ['vma_set_range']),
    take(lock_h, ['vma_lock_init']),
    take(mm_h, ['vma_iter_bulk_store', '?vma_last_pgoff']),
    take(at('include/linux/mman.h'), ['_calc_vm_trans', 'calc_vm_prot_bits', 'calc_vm_flag_bits']),
  ].join('\n');

  const trees = rmapTree
    ? ['anon_rmap_tree_foreach']
    : ['vma_interval_tree_foreach', 'anon_vma_interval_tree_foreach'];
  files['rmap.c'] = [
    'static struct kmem_cache *anon_vma_cachep;\nstatic struct kmem_cache *anon_vma_chain_cachep;\n',
    take(mm_h, trees),
    readFileSync(at('mm/interval_tree.c'), 'utf8')
      .replace(/^#include.*$/gm, '')
      .replace(/^/, `#line 1 "${at('mm/interval_tree.c')}"\n`),
    '#line 1 "hook.h"\n#include "hook.h"\n',
    take(internal, [
      'get_anon_vma',
      'put_anon_vma',
      'anon_vma_lock_write',
      'anon_vma_trylock_write',
      'anon_vma_unlock_write',
      'anon_vma_lock_read',
      'anon_vma_trylock_read',
      'anon_vma_unlock_read',
      'anon_vma_prepare',
      ...(anonPgoff ? ['__vma_address', 'vma_anon_address'] : ['vma_address']),
    ]),
    take(at('mm/util.c'), ['folio_anon_vma']),
    'static void cleanup_partial_anon_vmas(struct vm_area_struct *vma);\n',
    take(at('mm/rmap.c'), [
      'anon_vma_alloc',
      'anon_vma_free',
      'anon_vma_chain_alloc',
      'anon_vma_chain_free',
      'anon_vma_chain_assign',
      '__anon_vma_prepare',
      'check_anon_vma_clone',
      'maybe_reuse_anon_vma',
      'anon_vma_clone',
      'anon_vma_fork',
      'cleanup_partial_anon_vmas',
      'unlink_anon_vmas',
      'anon_vma_ctor',
      'anon_vma_init',
      'folio_lock_anon_vma_read',
      'folio_get_anon_vma',
      'folio_move_anon_rmap',
      '__folio_set_anon',
      '__put_anon_vma',
      'rmap_walk_anon_lock',
      'rmap_walk_anon',
    ]),
  ].join('\n');

  files['mmap.c'] = [
    take(at('mm/memory.c'), ['vma_needs_copy', 'unmap_vmas', 'free_pgtables']),
    take(at('mm/mmap.c'), ['find_vma', 'do_mmap', 'do_munmap', 'tear_down_vmas', 'exit_mmap', 'dup_mmap']),
  ].join('\n');
  files['mprotect.c'] = take(at('mm/mprotect.c'), ['mprotect_fixup', 'do_mprotect_pkey']);
  files['madvise.c'] = take(at('mm/madvise.c'), [
    '__MADV_SET_ANON_VMA_NAME',
    'madvise_lock_mode',
    'madvise_behavior_range',
    'madvise_behavior',
    'replace_anon_vma_name#2',
    'madvise_update_vma',
    'madvise_vma_behavior',
    'madvise_walk_vmas',
  ]);
  files['mremap.c'] = take(at('mm/mremap.c'), [
    'mremap_type',
    'vma_remap_struct',
    '?vrm_set_delta',
    'vrm_remap_type..do_mremap',
  ]);
  for (const name of Object.keys(files)) if (files[name] === undefined) throw new Error(name);
  if (!existsSync(at('mm/vma_init.c'))) throw new Error('no mm/vma_init.c');
  return files;
}
