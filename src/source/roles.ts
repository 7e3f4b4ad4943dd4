/**
 * Roles: what kernel functions are for, apart from what a kernel calls them and where it keeps them. A role has the name
 * that its function bears in the newest kernel. Only names and file names stand here; whether a tree has the role is
 * read off the tree.
 */

export type RoleGroup =
  | 'first fault'
  | 'clone'
  | 'fork'
  | 'unlink'
  | 'lifetime'
  | 'locks'
  | 'tree'
  | 'walk'
  | 'folio'
  | 'merge'
  | 'split'
  | 'move'
  | 'map'
  | 'unmap'
  | 'protect'
  | 'fault'
  | 'page tables'
  | 'vma'
  | 'address space'
  | 'list';

export interface Role {
  /** One line for people. */
  readonly title: string;
  /** C names that play it, newest kernel first. */
  readonly names: readonly string[];
  /** Files where it is looked for, newest kernel first. */
  readonly files: readonly string[];
  readonly group: RoleGroup;
}

const RMAP = ['mm/rmap.c'];
const RMAP_INLINE = ['mm/internal.h', 'include/linux/rmap.h'];
const TREE = ['mm/interval_tree.c'];
const VMA = ['mm/vma.c', 'mm/mmap.c'];
const MMAP = ['mm/mmap.c', 'mm/vma.c'];
const VMA_ALLOC = ['mm/vma_init.c', 'kernel/fork.c'];
const FORK = ['mm/mmap.c', 'kernel/fork.c'];
const MEMORY = ['mm/memory.c'];
const MREMAP = ['mm/mremap.c'];
const MPROTECT = ['mm/mprotect.c'];
const MADVISE = ['mm/madvise.c'];
const MMAP_LOCK = ['include/linux/mmap_lock.h', 'include/linux/mm.h', 'mm/mmap_lock.c', 'mm/memory.c'];
const EXEC = ['mm/vma_exec.c', 'mm/mmap.c', 'fs/exec.c'];
const LIST = ['include/linux/list.h'];

/** One line of the table: role and title, and the names of older kernels. */
type Row = readonly [role: string, title: string, ...olderNames: string[]];

/** Roles of one group that are looked for in the same files. */
function rolesIn(group: RoleGroup, files: readonly string[], rows: readonly Row[]): [string, Role][] {
  return rows.map(([role, title, ...olderNames]) => [
    role,
    { title, names: [role, ...olderNames], files, group },
  ]);
}

const ANON_VMA_ROLES = [
  ...rolesIn('first fault', RMAP_INLINE, [
    ['anon_vma_prepare', 'give a VMA its anon_vma, if it has none'],
    ['vmf_anon_prepare', 'the same from a page fault'],
  ]),
  ...rolesIn('first fault', RMAP, [['__anon_vma_prepare', 'find or make the anon_vma of a VMA']]),
  ...rolesIn('first fault', MEMORY, [
    ['__vmf_anon_prepare', 'first fault under the per-VMA lock or the mmap lock'],
  ]),
  ...rolesIn('first fault', VMA, [
    ['find_mergeable_anon_vma', "look for a neighbour's anon_vma to share"],
    ['reusable_anon_vma', "tell whether a neighbour's anon_vma can be shared"],
    ['anon_vma_compatible', 'tell whether two neighbours could merge later'],
  ]),
  ...rolesIn('clone', RMAP, [
    ['anon_vma_clone', 'link a VMA to all anon_vmas of another'],
    ['check_anon_vma_clone', 'assert what a clone relies on'],
    ['maybe_reuse_anon_vma', 'let a forked VMA take over an anon_vma without VMAs'],
    ['anon_vma_chain_assign', 'tie an AVC to its VMA and anon_vma', 'anon_vma_chain_link'],
    ['cleanup_partial_anon_vmas', 'free the AVCs of a clone that failed'],
    ['anon_vma_chain_alloc', 'allocate an AVC'],
    ['anon_vma_chain_free', 'free an AVC'],
  ]),
  ...rolesIn('fork', RMAP, [
    ['anon_vma_fork', "attach a child's VMA to its parent's anon_vmas and to one of its own"],
  ]),
  ...rolesIn('unlink', RMAP, [['unlink_anon_vmas', 'take away all links between a VMA and its anon_vmas']]),
  ...rolesIn('unlink', RMAP_INLINE, [['anon_vma_merge', 'drop the links of a VMA that a merge removes']]),
  ...rolesIn('lifetime', RMAP, [
    ['anon_vma_alloc', 'allocate an anon_vma'],
    ['anon_vma_free', 'free an anon_vma once nobody holds its lock'],
    ['anon_vma_ctor', 'initialise what survives reuse of the slab object'],
    ['anon_vma_init', 'create the slab caches'],
    ['__put_anon_vma', 'free an anon_vma whose last reference went'],
  ]),
  ...rolesIn('lifetime', RMAP_INLINE, [
    ['get_anon_vma', 'take a reference'],
    ['put_anon_vma', 'drop a reference'],
  ]),
  ...rolesIn('locks', RMAP_INLINE, [
    ['anon_vma_lock_write', 'write-lock the root'],
    ['anon_vma_trylock_write', 'try to write-lock the root'],
    ['anon_vma_unlock_write', 'release the write lock of the root'],
    ['anon_vma_lock_read', 'read-lock the root'],
    ['anon_vma_trylock_read', 'try to read-lock the root'],
    ['anon_vma_unlock_read', 'release the read lock of the root'],
  ]),
  ...rolesIn('locks', RMAP, [
    ['lock_anon_vma_root', 'write-lock the root once for a chain'],
    ['unlock_anon_vma_root', 'release the root locked for a chain'],
  ]),
  ...rolesIn('locks', VMA, [
    ['mm_take_all_locks', 'lock every anon_vma and mapping of an address space'],
    ['mm_drop_all_locks', 'release them again'],
    ['vm_lock_anon_vma', 'lock one of them, once per root'],
    ['vm_unlock_anon_vma', 'release one of them'],
  ]),
  ...rolesIn('tree', TREE, [
    ['anon_rmap_tree_insert', "put an AVC into its anon_vma's tree", 'anon_vma_interval_tree_insert'],
    ['anon_rmap_tree_remove', "take an AVC out of its anon_vma's tree", 'anon_vma_interval_tree_remove'],
    ['anon_rmap_tree_iter_first', 'find the first AVC of a range', 'anon_vma_interval_tree_iter_first'],
    ['anon_rmap_tree_iter_next', 'find the next AVC of a range', 'anon_vma_interval_tree_iter_next'],
    [
      'anon_rmap_tree_verify',
      'check an AVC against the key it was put in by',
      'anon_vma_interval_tree_verify',
    ],
    ['mapping_rmap_tree_insert', "put a VMA into its file's tree", 'vma_interval_tree_insert'],
    [
      'mapping_rmap_tree_insert_after',
      "put a VMA into its file's tree behind another",
      'vma_interval_tree_insert_after',
    ],
    ['mapping_rmap_tree_remove', "take a VMA out of its file's tree", 'vma_interval_tree_remove'],
    ['avc_start_pgoff', 'first page offset that an AVC is keyed by'],
    ['avc_last_pgoff', 'last page offset that an AVC is keyed by'],
  ]),
  ...rolesIn('tree', VMA, [
    [
      'anon_rmap_tree_pre_update_vma',
      "take a VMA's AVCs out of the trees before its range changes",
      'anon_vma_interval_tree_pre_update_vma',
    ],
    [
      'anon_rmap_tree_post_update_vma',
      "put a VMA's AVCs back into the trees",
      'anon_vma_interval_tree_post_update_vma',
    ],
  ]),
];

const WALK_ROLES = [
  ...rolesIn('walk', RMAP, [
    ['rmap_walk', 'visit every mapping of a folio'],
    ['rmap_walk_locked', 'the same with the lock held'],
    ['rmap_walk_anon', 'visit every mapping of an anonymous folio'],
    ['rmap_walk_anon_lock', "lock an anonymous folio's anon_vma for a walk"],
    ['rmap_walk_file', 'visit every mapping of a file folio'],
    ['folio_get_anon_vma', "take a reference on a folio's anon_vma", 'page_get_anon_vma'],
    ['folio_lock_anon_vma_read', "read-lock a folio's anon_vma", 'page_lock_anon_vma_read'],
    ['folio_referenced', 'count accesses through all mappings'],
    ['folio_referenced_one', 'count accesses through one mapping'],
    ['try_to_unmap', 'unmap a folio everywhere'],
    ['try_to_unmap_one', 'unmap a folio from one VMA'],
    ['try_to_migrate', 'replace all mappings by migration entries'],
    ['try_to_migrate_one', 'replace one mapping by a migration entry'],
    ['page_address_in_vma', 'where a page is mapped in a VMA'],
  ]),
  ...rolesIn(
    'walk',
    ['mm/page_idle.c'],
    [
      ['page_idle_clear_pte_refs', 'clear the accessed bits of all mappings'],
      ['page_idle_clear_pte_refs_one', 'clear the accessed bit of one mapping'],
    ],
  ),
  ...rolesIn('folio', RMAP, [
    ['folio_add_new_anon_rmap', 'map a new anonymous folio', 'page_add_new_anon_rmap'],
    ['folio_add_anon_rmap_ptes', 'map an anonymous folio once more', 'page_add_anon_rmap'],
    ['folio_move_anon_rmap', 'make a folio exclusive to one VMA', 'page_move_anon_rmap'],
    ['__folio_set_anon', "write a folio's anon_vma and index", '__page_set_anon_rmap'],
    ['__page_check_anon_rmap', "check a folio's anon_vma and index against a VMA"],
    ['folio_remove_rmap_ptes', 'take a mapping away', 'page_remove_rmap'],
    ['folio_add_file_rmap_ptes', 'map a file folio', 'page_add_file_rmap'],
  ]),
];

const VMA_ROLES = [
  ...rolesIn('merge', VMA, [
    ['dup_anon_vma', 'clone the anon_vma of a VMA that a merge takes in'],
    ['is_mergeable_vma', 'tell whether flags, file and policy allow a merge'],
    ['is_mergeable_anon_vma', 'tell whether the anon_vmas allow a merge'],
    ['vma_is_fork_child', 'tell whether a VMA has anon_vmas of a parent'],
    ['init_multi_vma_prep', 'describe the VMAs that a merge touches'],
    ['can_vma_merge_before', 'tell whether a range merges with the VMA behind it'],
    ['can_vma_merge_after', 'tell whether a range merges with the VMA before it'],
    ['can_vma_merge_left', 'tell whether a range merges to the left'],
    ['can_vma_merge_right', 'tell whether a range merges to the right'],
    ['vma_prepare', 'lock and take out of the trees what a change of range touches'],
    ['vma_complete', 'put back and release what a change of range touched'],
    ['commit_merge', 'carry a merge out', '__vma_adjust'],
    ['vma_merge_existing_range', 'merge a VMA with its neighbours', 'vma_merge'],
    ['vma_merge_new_range', 'merge a new mapping with its neighbours', 'vma_merge'],
    ['vma_merge_copied_range', 'merge a moved mapping with its neighbours'],
    ['vma_merge_extend', 'merge a VMA that grows', 'vma_merge'],
    ['vma_expand', 'grow a VMA, over the next one if need be'],
    ['vma_shrink', 'shrink a VMA'],
    ['vma_modify', 'merge or split for a change of flags'],
    ['vma_modify_flags', 'the same for protection bits'],
    ['validate_mm', 'check the whole address space'],
  ]),
  ...rolesIn('split', VMA, [
    ['__split_vma', 'cut a VMA in two'],
    ['split_vma', 'cut a VMA in two, counting maps'],
  ]),
  ...rolesIn('move', VMA, [['copy_vma', 'make the VMA that a move goes to']]),
  ...rolesIn('move', MREMAP, [
    ['do_mremap', 'the mremap system call', 'mremap'],
    ['mremap_to', 'move to a given address'],
    ['mremap_at', 'resize or move'],
    ['remap_move', 'move several VMAs'],
    ['move_vma', 'move a VMA with its pages'],
    ['prep_move_vma', 'check and split before a move'],
    ['copy_vma_and_data', 'make the new VMA and move the pages'],
    ['unmap_source_vma', 'unmap where the pages were'],
    ['dontunmap_complete', 'leave an empty, unfaulted VMA behind'],
    ['move_page_tables', 'move page tables'],
    ['move_ptes', 'move page table entries'],
    ['take_rmap_locks', 'keep walks away while entries move'],
    ['drop_rmap_locks', 'let walks go on'],
    ['expand_vma', 'grow in place or elsewhere'],
    ['shrink_vma', 'shrink in place'],
    ['vma_to_resize', 'check what is to be resized'],
  ]),
  ...rolesIn('move', EXEC, [
    ['relocate_vma_down', 'move the stack of a new program', 'shift_arg_pages'],
    ['create_init_stack_vma', 'make the stack of a new program', '__bprm_mm_init'],
  ]),
  ...rolesIn('map', MMAP, [
    ['do_mmap', 'the mmap system call'],
    ['ksys_mmap_pgoff', 'the mmap system call with a file descriptor'],
    ['do_brk_flags', 'grow the heap'],
    ['expand_stack', 'grow a stack on a fault'],
    ['find_vma', 'find the VMA at or behind an address'],
  ]),
  ...rolesIn('map', ['mm/util.c'], [['vm_mmap_pgoff', 'map a range under the mmap lock']]),
  ...rolesIn('map', VMA, [
    ['mmap_region', 'map a range'],
    ['__mmap_region', 'map a range, merging if possible', 'mmap_region'],
    ['__mmap_setup', 'unmap what was there before'],
    ['__mmap_new_vma', 'make the new VMA'],
    ['__mmap_complete', 'account for the new mapping'],
    ['vma_link', 'put a VMA into its address space'],
    ['vma_link_file', "put a VMA into its file's tree"],
    ['insert_vm_struct', 'put a special VMA into its address space'],
    ['expand_upwards', 'grow a stack upwards'],
    ['expand_downwards', 'grow a stack downwards'],
  ]),
  ...rolesIn('unmap', MMAP, [
    ['do_munmap', 'unmap a range'],
    ['exit_mmap', 'take a whole address space down'],
    ['tear_down_vmas', 'free all VMAs of an address space'],
  ]),
  ...rolesIn('unmap', VMA, [
    ['__vm_munmap', 'the munmap system call'],
    ['do_vmi_munmap', 'unmap a range, given an iterator', 'do_mas_munmap'],
    ['do_vmi_align_munmap', 'split, collect and unmap', 'do_mas_align_munmap'],
    ['vms_gather_munmap_vmas', 'split and collect what is to be unmapped'],
    ['vms_clear_ptes', 'unmap the pages of what was collected'],
    ['vms_clean_up_area', 'close what was collected, before something else is mapped'],
    ['vms_complete_munmap_vmas', 'free what was collected'],
    ['unmap_region', 'unmap pages and free page tables'],
    ['remove_vma', 'free a VMA that is unmapped'],
    ['unlink_file_vma_batch_process', "take VMAs out of their file's tree", 'unlink_file_vma'],
  ]),
  ...rolesIn('vma', VMA_ALLOC, [
    ['vm_area_alloc', 'allocate a VMA'],
    ['vm_area_dup', 'copy a VMA'],
    ['vm_area_free', 'free a VMA'],
  ]),
  ...rolesIn(
    'vma',
    ['mm/vma.c', 'mm/internal.h'],
    [['vma_set_range', 'write the range and page offset of a VMA']],
  ),
  ...rolesIn(
    'vma',
    ['mm/vma.h'],
    [
      ['assert_sane_pgoff', 'assert what holds between page offset and anonymous page offset'],
      ['vma_set_pgoff', 'write the page offset'],
      ['vma_set_anon_pgoff', 'write the anonymous page offset'],
      ['vma_add_pgoff', 'move both page offsets up'],
      ['vma_sub_pgoff', 'move both page offsets down'],
    ],
  ),
];

const MEMORY_ROLES = [
  ...rolesIn('protect', MPROTECT, [
    ['do_mprotect_pkey', 'the mprotect system call'],
    ['mprotect_fixup', 'change the protection of one VMA'],
    ['change_protection', 'change the page table entries of a range'],
  ]),
  ...rolesIn('protect', MADVISE, [
    ['do_madvise', 'the madvise system call'],
    ['madvise_walk_vmas', 'visit the VMAs of a range'],
    ['madvise_vma_behavior', 'do what is advised to one VMA'],
    ['madvise_update_vma', 'change flags or name of one VMA'],
    ['madvise_dontneed_free', 'drop pages'],
    ['madvise_dontneed_single_vma', 'drop the pages of one VMA'],
    ['madvise_free_single_vma', 'mark the pages of one VMA free'],
  ]),
  ...rolesIn('fault', MEMORY, [
    ['handle_mm_fault', 'a page fault'],
    ['__handle_mm_fault', 'a page fault, by page table level'],
    ['handle_pte_fault', 'a page fault at one entry'],
    ['do_anonymous_page', 'first touch of anonymous memory'],
    ['alloc_anon_folio', 'allocate a folio for anonymous memory'],
    ['map_anon_folio_pte_nopf', 'map a new anonymous folio'],
    ['do_fault', 'fault in a file mapping'],
    ['do_read_fault', 'read fault in a file mapping'],
    ['do_cow_fault', 'write fault in a private file mapping'],
    ['do_shared_fault', 'write fault in a shared file mapping'],
    ['finish_fault', 'map what a fault brought'],
    ['set_pte_range', 'write entries for a folio', 'do_set_pte'],
    ['do_wp_page', 'write to a write-protected page'],
    ['wp_page_copy', 'copy on write'],
    ['wp_page_reuse', 'write to the page in place'],
    ['wp_can_reuse_anon_folio', 'tell whether a folio is exclusive'],
    ['do_swap_page', 'fault on a swapped-out page'],
  ]),
  ...rolesIn('page tables', MEMORY, [
    ['copy_page_range', 'copy page tables at fork'],
    ['vma_needs_copy', "tell whether a VMA's page tables are copied at fork"],
    ['copy_pte_range', 'copy entries at fork'],
    ['copy_present_ptes', 'share mapped pages at fork', 'copy_present_pte'],
    ['copy_present_page', 'copy a pinned page at fork'],
    ['copy_nonpresent_pte', 'copy a swap or migration entry at fork'],
    ['free_pgtables', 'free page tables, unlinking anon_vmas and files first'],
    ['unmap_vmas', 'unmap the pages of several VMAs'],
    ['__zap_vma_range', 'unmap the pages of one VMA', 'unmap_single_vma'],
    ['zap_vma_range', 'unmap a range of one VMA', 'zap_page_range_single'],
    ['zap_pte_range', 'unmap the pages of one page table'],
    ['zap_present_ptes', 'unmap present entries'],
  ]),
  ...rolesIn('address space', FORK, [['dup_mmap', "copy the parent's VMAs at fork"]]),
  ...rolesIn(
    'address space',
    ['kernel/fork.c'],
    [
      ['dup_mm', 'copy an address space at fork'],
      ['copy_mm', 'copy or share an address space'],
      ['mm_init', 'initialise an address space'],
      ['mm_alloc', 'make an empty address space'],
      ['mmput', 'drop a user of an address space'],
      ['__mmput', 'take down an address space whose last user went'],
    ],
  ),
  ...rolesIn('locks', MMAP_LOCK, [
    ['mmap_read_lock', 'read-lock an address space'],
    ['mmap_read_unlock', 'release the read lock'],
    ['mmap_write_lock', 'write-lock an address space'],
    ['mmap_write_lock_nested', 'write-lock a second address space'],
    ['mmap_write_lock_killable', 'write-lock an address space unless killed'],
    ['mmap_write_unlock', 'release the write lock and all VMA locks'],
    ['mmap_write_downgrade', 'keep only the read lock'],
    ['mmap_assert_locked', 'assert the mmap lock'],
    ['mmap_assert_write_locked', 'assert the mmap lock for writing'],
    ['vma_start_write', 'write-lock a VMA'],
    ['vma_start_read', 'read-lock a VMA'],
    ['vma_end_read', 'release the read lock of a VMA'],
    ['vma_end_write_all', 'release the write locks of all VMAs'],
    ['lock_vma_under_rcu', 'find and read-lock a VMA without the mmap lock'],
    ['vma_is_attached', 'tell whether a VMA is in its address space'],
    ['vma_mark_attached', 'a VMA enters its address space'],
    ['vma_mark_detached', 'a VMA leaves its address space'],
    ['vma_assert_attached', 'assert that a VMA is in its address space'],
    ['vma_assert_write_locked', 'assert the write lock of a VMA'],
  ]),
  ...rolesIn('list', LIST, [
    ['list_add', 'put behind the head'],
    ['list_add_tail', 'put before the head'],
    ['list_del', 'take off a list'],
    ['list_empty', 'tell whether a list is empty'],
    ['list_is_singular', 'tell whether a list has one entry'],
  ]),
];

/** Iterators: macros, so that a role has no definition of its own, but `call:` finds it under all its names. */
const ITERATOR_ROLES = rolesIn(
  'tree',
  ['include/linux/mm.h'],
  [
    ['anon_rmap_tree_foreach', 'visit the AVCs of a range', 'anon_vma_interval_tree_foreach'],
    ['mapping_rmap_tree_foreach', "visit the VMAs of a file's range", 'vma_interval_tree_foreach'],
  ],
);

/** All roles by name. */
export const ROLES: Readonly<Record<string, Role>> = Object.fromEntries([
  ...ANON_VMA_ROLES,
  ...WALK_ROLES,
  ...VMA_ROLES,
  ...MEMORY_ROLES,
  ...ITERATOR_ROLES,
]);

/** The role called `name`, if there is one. */
export function roleNamed(name: string): Role | undefined {
  return Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
}

/** All C names that `name` stands for: those of the role of that name, or itself. */
export function namesOfRole(name: string): readonly string[] {
  return roleNamed(name)?.names ?? [name];
}

/** The role that a C function plays, by its name: the first that lists it; undefined when it plays none. */
export function roleOf(functionName: string): string | undefined {
  if (Object.hasOwn(ROLES, functionName)) {
    return functionName;
  }
  return Object.keys(ROLES).find((role) => ROLES[role]?.names.includes(functionName));
}
