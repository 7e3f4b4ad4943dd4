/**
 * How the functions of the reverse map differ from kernel to kernel, in our words, each with a place that only those
 * kernels have: a test looks for it in every tree, so that no line here can be wrong about which kernels it is.
 */
import type { Anchor } from '../trace/step';

export interface KernelDifference {
  /** Ids of profiles of released kernels, oldest first. */
  readonly kernels: readonly string[];
  /** End of a sentence that begins with them. Markdown. */
  readonly how: string;
  /** A place that these kernels have, or, with `absent`, that only the others have. */
  readonly seen: Anchor;
  readonly absent?: boolean;
  /** What is said of it in these kernels instead; null: nothing. */
  readonly locks?: string | null;
  readonly failure?: string | null;
}

const OLD = ['6.1', '6.12'];
const NEW = ['7.0', '7.2', '7.3'];

function where(kernels: readonly string[], how: string, role: string, pattern: string): KernelDifference {
  return { kernels, how, seen: { role, pattern } };
}

/** By role. What is not listed is not known to differ, which is not to say that it does not. */
export const KERNEL_DIFFERENCES: Readonly<Record<string, readonly KernelDifference[]>> = {
  __anon_vma_prepare: [
    where(
      ['6.1'],
      'one call puts the AVC on the list and into the tree',
      '__anon_vma_prepare',
      'call:anon_vma_chain_link',
    ),
    where(
      ['6.12', ...NEW],
      'list and tree are two calls, and the mmap lock is asserted',
      '__anon_vma_prepare',
      'call:mmap_assert_locked',
    ),
  ],
  anon_vma_clone: [
    {
      ...where(
        OLD,
        'it allocates with the root locked, `GFP_NOWAIT` first; links each AVC at once; guesses that it is a fork from `dst->anon_vma` being NULL; and a failure is undone by `unlink_anon_vmas()`',
        'anon_vma_clone',
        'call:lock_anon_vma_root',
      ),
      locks: 'mmap lock of `src` for writing; takes the root’s rwsem for writing, and lets it go to allocate',
      failure: '`dst` is unlinked again: an empty chain and no `anon_vma`',
    },
    where(
      NEW,
      'it allocates everything before it locks, is told which operation it is part of, and a failure only frees AVCs that no tree holds',
      'anon_vma_clone',
      'call:cleanup_partial_anon_vmas',
    ),
  ],
  check_anon_vma_clone: [
    { ...where(OLD, 'there is none: nothing is asserted', 'check_anon_vma_clone', 'entry'), absent: true },
  ],
  maybe_reuse_anon_vma: [
    {
      ...where(
        OLD,
        'it is a part of `anon_vma_clone()`, tried on every clone',
        'maybe_reuse_anon_vma',
        'entry',
      ),
      absent: true,
    },
  ],
  cleanup_partial_anon_vmas: [
    {
      ...where(OLD, 'there is none: `unlink_anon_vmas()` does it', 'cleanup_partial_anon_vmas', 'entry'),
      absent: true,
    },
  ],
  anon_vma_fork: [
    {
      ...where(
        OLD,
        'it clones first and allocates its own anon_vma afterwards, so that a failure has to unlink the clone',
        'anon_vma_fork',
        'call:unlink_anon_vmas',
      ),
      failure: 'the clone is unlinked again: the child’s VMA stays unfaulted with an empty chain',
    },
    where(
      NEW,
      'it allocates first and clones afterwards, so that a failure has nothing to unlink',
      'anon_vma_fork',
      'call:anon_vma_chain_free',
    ),
  ],
  unlink_anon_vmas: [
    where(
      OLD,
      'it also takes half-built VMAs apart, and asks for the root’s lock anew for each AVC',
      'unlink_anon_vmas',
      'call:lock_anon_vma_root',
    ),
    where(
      NEW,
      'it takes complete VMAs only, takes the root’s lock once, and returns early for an unfaulted one',
      'unlink_anon_vmas',
      'call:anon_vma_lock_write',
    ),
  ],
  anon_vma_chain_assign: [
    where(
      ['6.1'],
      'it is `anon_vma_chain_link()`, which also inserts into the tree',
      'anon_vma_chain_assign',
      'call:anon_rmap_tree_insert',
    ),
  ],
  anon_vma_merge: [
    { ...where(NEW, 'it is gone: callers unlink directly', 'anon_vma_merge', 'entry'), absent: true },
  ],
  dup_anon_vma: [
    {
      ...where(
        ['6.1'],
        'it is no function: `__vma_adjust()` and `vma_expand()` clone themselves',
        'dup_anon_vma',
        'entry',
      ),
      absent: true,
    },
  ],
  lock_anon_vma_root: [
    {
      ...where(NEW, 'it is gone: one lock is taken for the whole chain', 'lock_anon_vma_root', 'entry'),
      absent: true,
    },
  ],
};

/** What sets the function apart in the kernels, those of `profile` first. */
export function differencesOf(role: string, profile: string): readonly KernelDifference[] {
  const own = (difference: KernelDifference) => Number(difference.kernels.includes(profile));
  return [...(KERNEL_DIFFERENCES[role] ?? [])].sort((a, b) => own(b) - own(a));
}
