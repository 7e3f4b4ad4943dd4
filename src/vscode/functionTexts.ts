/**
 * What each simulated function is for, in a few words of ours: the head of its hover and the detail of its entry in
 * the list. By role (its name in the newest kernel).
 */
import { ROLES } from '../source/roles';

export interface FunctionText {
  /** One sentence. */
  readonly purpose: string;
  /** What it needs to be held; null when nothing in particular. */
  readonly locks: string | null;
  /** What it leaves behind when it fails; null when it cannot. */
  readonly failure: string | null;
}

const TEXTS: Readonly<Record<string, FunctionText>> = {
  anon_vma_prepare: {
    purpose: 'Sees to it that a VMA has an `anon_vma` before its first anonymous folio is mapped.',
    locks: 'mmap lock for reading, or the per-VMA lock with the mmap lock taken on demand',
    failure: 'the VMA stays unfaulted',
  },
  __anon_vma_prepare: {
    purpose:
      'First fault of a VMA: shares a compatible neighbour’s `anon_vma` or makes a new root, and links the VMA to it with one AVC.',
    locks: 'mmap lock for reading; takes the root’s rwsem for writing, then `page_table_lock`',
    failure: 'the VMA stays unfaulted, whatever was allocated is given back',
  },
  anon_vma_clone: {
    purpose:
      'Gives `dst` an AVC to every `anon_vma` on the chain of `src`: on split, move, merge into an unfaulted VMA, and fork.',
    locks: 'mmap lock of `src` for writing; takes the root’s rwsem for writing once',
    failure: '`dst` has an empty chain and no `anon_vma`; nothing of it is in any tree',
  },
  check_anon_vma_clone: {
    purpose:
      'Asserts what a clone may rely on: locks held, an empty destination chain, matching `anon_vma`s.',
    locks: 'mmap lock of `src` for writing',
    failure: null,
  },
  maybe_reuse_anon_vma: {
    purpose:
      'On fork only: takes an `anon_vma` over for the child when no VMA is active in it and it has at most one child.',
    locks: 'the root’s rwsem for writing',
    failure: null,
  },
  anon_vma_fork: {
    purpose:
      'Links a child’s VMA to everything its parent’s is linked to, and gives it an `anon_vma` of its own unless one is reused.',
    locks: 'mmap lock of the parent for writing',
    failure: 'the child’s VMA stays unfaulted with an empty chain',
  },
  unlink_anon_vmas: {
    purpose:
      'Takes a VMA out of every tree on its chain, frees its AVCs, and drops the `anon_vma`s that nothing needs any more.',
    locks: 'mmap lock for writing, or a VMA that nobody else can reach',
    failure: null,
  },
  cleanup_partial_anon_vmas: {
    purpose: 'Undoes a clone that failed half-way: frees the AVCs on the chain, which are in no tree yet.',
    locks: 'as for the clone',
    failure: null,
  },
  anon_vma_alloc: {
    purpose: 'Allocates an `anon_vma` that is its own root and parent, with one reference.',
    locks: 'none of the anon_vma rwsems, since it may sleep',
    failure: 'NULL',
  },
  anon_vma_free: {
    purpose: 'Gives an `anon_vma` back to the slab, once nobody can hold its lock any more.',
    locks: null,
    failure: null,
  },
  anon_vma_chain_alloc: {
    purpose: 'Allocates an AVC, the link between one VMA and one `anon_vma`.',
    locks: 'none of the anon_vma rwsems when it may sleep',
    failure: 'NULL',
  },
  anon_vma_chain_free: { purpose: 'Frees an AVC.', locks: null, failure: null },
  anon_vma_chain_assign: {
    purpose:
      'Points an AVC at its VMA and its `anon_vma`, and puts it on the VMA’s chain; not yet in the tree.',
    locks: 'whatever guards the chain: mmap lock for writing, or `page_table_lock`',
    failure: null,
  },
  anon_rmap_tree_insert: {
    purpose: 'Puts an AVC into the interval tree of its `anon_vma`: from now on rmap walks find the VMA.',
    locks: 'the root’s rwsem for writing',
    failure: null,
  },
  anon_rmap_tree_remove: {
    purpose: 'Takes an AVC out of the interval tree of its `anon_vma`: rmap walks no longer find the VMA.',
    locks: 'the root’s rwsem for writing',
    failure: null,
  },
  get_anon_vma: { purpose: 'Takes a reference to an `anon_vma`.', locks: null, failure: null },
  put_anon_vma: {
    purpose: 'Drops a reference to an `anon_vma`; with the last one it goes.',
    locks: null,
    failure: null,
  },
  __put_anon_vma: {
    purpose: 'Frees an `anon_vma` whose last reference went, and drops the one that it held on its root.',
    locks: null,
    failure: null,
  },
  anon_vma_lock_write: { purpose: 'Takes the root’s rwsem for writing.', locks: null, failure: null },
  anon_vma_unlock_write: { purpose: 'Releases the root’s rwsem.', locks: null, failure: null },
  folio_lock_anon_vma_read: {
    purpose: 'Finds the `anon_vma` of a mapped anonymous folio and read-locks its root, or gives NULL.',
    locks: 'RCU inside; the folio may be unmapped meanwhile',
    failure: 'NULL: the folio is no longer mapped, or the lock is taken',
  },
  rmap_walk_anon: {
    purpose: 'Visits every VMA that may map an anonymous folio, through the tree of the folio’s `anon_vma`.',
    locks: 'the root’s rwsem for reading, the folio lock where the caller needs it',
    failure: null,
  },
  find_mergeable_anon_vma: {
    purpose: 'Looks whether a neighbour of an unfaulted VMA has an `anon_vma` that it can share.',
    locks: 'mmap lock for reading',
    failure: 'NULL: a new one is needed',
  },
  reusable_anon_vma: {
    purpose: 'Says whether one neighbour’s `anon_vma` can be shared: compatible VMAs, and a chain of one.',
    locks: 'mmap lock for reading',
    failure: 'NULL',
  },
  anon_vma_compatible: {
    purpose: 'Compares two VMAs as if access rights did not matter: could a later mprotect merge them?',
    locks: 'mmap lock for reading',
    failure: null,
  },
  dup_anon_vma: {
    purpose:
      'Before a merge: an unfaulted target takes over the `anon_vma` and a copy of the chain of a faulted one.',
    locks: 'mmap lock for writing',
    failure: 'the merge is given up; the target stays unfaulted',
  },
  vma_merge_existing_range: {
    purpose: 'Merges a range whose attributes change with its neighbours, wholly or in part.',
    locks: 'mmap lock for writing',
    failure: 'no merge; the VMAs stay as they were',
  },
  vma_merge_new_range: {
    purpose: 'Merges a new mapping with its neighbours instead of making a VMA for it.',
    locks: 'mmap lock for writing',
    failure: 'no merge; a VMA is made',
  },
  vma_expand: {
    purpose: 'Grows a VMA over a gap, and over the next VMA if that is to go.',
    locks: 'mmap lock for writing',
    failure: 'the VMA stays as it was',
  },
  commit_merge: {
    purpose: 'Carries a merge out: new bounds, trees re-keyed, VMAs that are covered removed.',
    locks: 'mmap lock for writing; the root’s rwsem for writing while trees change',
    failure: 'the merge is undone',
  },
  __split_vma: {
    purpose: 'Splits a VMA in two: a copy with a cloned chain takes one part, the old one keeps the other.',
    locks: 'mmap lock for writing',
    failure: 'the VMA stays whole',
  },
  copy_vma: {
    purpose:
      'Makes the VMA at the new place of an mremap: merged with a neighbour, or a copy with a cloned chain.',
    locks: 'mmap lock for writing',
    failure: 'NULL: nothing is moved',
  },
  dup_mmap: {
    purpose: 'Copies an address space on fork: each VMA, its links and its page table entries.',
    locks: 'mmap locks of parent and child for writing',
    failure: 'the child is torn down',
  },
  copy_page_range: {
    purpose:
      'Copies the page table entries of a VMA on fork; anonymous folios become shared and write-protected.',
    locks: 'mmap locks of both for writing',
    failure: 'ENOMEM',
  },
  exit_mmap: {
    purpose: 'Tears an address space down: mappings, then links, then VMAs.',
    locks: 'mmap lock for writing',
    failure: null,
  },
  unmap_region: {
    purpose: 'Removes the page table entries of a range and then the links of its VMAs.',
    locks: 'mmap lock for writing',
    failure: null,
  },
  free_pgtables: {
    purpose: 'Unlinks each VMA that goes from its `anon_vma`s and from its file.',
    locks: 'mmap lock for writing',
    failure: null,
  },
};

/** Text of a function by its role: ours, else the title of the role; null for what no table knows. */
export function functionText(role: string): FunctionText | null {
  const text = TEXTS[role];
  if (text) return text;
  const title = ROLES[role]?.title;
  if (title === undefined) return null;
  return { purpose: `${title.charAt(0).toUpperCase()}${title.slice(1)}.`, locks: null, failure: null };
}
