/**
 * “The life of an anon_vma”: from the first write to anonymous memory until the last reference is dropped, through the
 * functions of mm/rmap.c and their callers.
 */
import type { GuidedReading, Stop, StopPlace } from './guidedReading';

function at(role: string, pattern: string, here: string | null = null): StopPlace {
  return { anchor: { role, pattern }, here };
}

const FIRST_FAULT: readonly Stop[] = [
  {
    id: 'first-fault',
    title: 'The first fault asks for an anon_vma',
    text: 'A private mapping starts *unfaulted*: `vma->anon_vma` is NULL, its chain is empty, and nothing was paid for a reverse map that may never be needed. The first write brings a page fault here. Before making anything new it asks the neighbours: if one of them could be merged with this VMA some day, both had better use the same anon_vma now, because two VMAs with different ones never merge. A neighbour whose chain has more than one AVC does not count, since sharing an anon_vma has to mean sharing the whole chain.',
    places: [at('__anon_vma_prepare', 'call:find_mergeable_anon_vma')],
    sample: 'first-touch',
  },
  {
    id: 'chain-and-tree',
    title: 'One AVC, two memberships',
    text: 'An `anon_vma_chain` (AVC) says “this VMA may hold folios of that anon_vma”. It is reached from both ends: on the VMA’s list (`same_vma`), for split, fork and unmap, which ask which anon_vmas a VMA belongs to; and in the anon_vma’s interval tree, keyed by page offset, for walks, which ask which VMAs may map a folio. Publishing `vma->anon_vma`, the list and the tree happen under the root’s lock and `page_table_lock`, since other threads may fault in the same VMA with only the mmap read lock.',
    places: [
      at(
        '__anon_vma_prepare',
        'call:anon_rmap_tree_insert',
        'In this tree the two memberships are two calls: the one above puts the AVC on the list, this one into the tree. In between the list knows what the tree does not.',
      ),
      at('__anon_vma_prepare', 'call:anon_vma_chain_link', 'In this tree one call does both.'),
    ],
    sample: 'first-touch',
  },
  {
    id: 'folio',
    title: 'The folio remembers',
    text: 'A folio points back through `mapping`, tagged in its low bits to say “this is an anon_vma, not a file”, and keeps `index`, its place in the interval tree’s terms. Nothing rewrites them when the VMA is split, moved or merged: that is why trees are keyed by page offset and why a merged VMA must carry every anon_vma that its folios point to. Only a folio that turns out to belong to one process alone is moved to that VMA’s own anon_vma. If the link is lost the folio cannot be found, unmapped or migrated any more.',
    places: [at('__folio_set_anon', 'call:WRITE_ONCE'), at('__page_set_anon_rmap', 'call:WRITE_ONCE')],
    sample: 'first-touch',
  },
];

const FORK: readonly Stop[] = [
  {
    id: 'fork',
    title: 'Fork copies VMAs, not memory',
    text: 'Fork goes through the parent’s VMAs with the mmap locks of both held for writing. The child’s copy shares every folio until one of the two writes. So the child’s VMA has to be found from all anon_vmas that the parent’s VMA is linked to, and it needs one of its own for the folios it will copy: folios of the child alone should not be searched for in the parent.',
    places: [at('dup_mmap', 'call:anon_vma_fork')],
    sample: 'fork-and-copy-on-write',
  },
  {
    id: 'clone',
    title: 'A clone: one more AVC for each link',
    text: 'For each AVC of the source the destination gets one to the same anon_vma. That makes a chain as long as the line of forks behind it. Allocation may sleep and may have to reclaim memory, reclaim walks the reverse map and takes the very locks a clone needs: hence the question in which order to allocate and to lock. The caller holds the mmap lock of the source for writing, so that the list being copied stands still.',
    places: [
      at(
        'anon_vma_clone',
        'call:anon_vma_chain_alloc',
        'This tree allocates everything first, with no anon_vma lock held, so that `GFP_KERNEL` is harmless. The new AVCs are on the destination’s list and in no tree: nobody can see them yet.',
      ),
      at(
        'anon_vma_clone',
        'call:anon_vma_chain_alloc #1',
        'This tree allocates with the root locked, and so asks with `GFP_NOWAIT`. Only if that fails it lets the lock go, asks again with `GFP_KERNEL`, and takes the lock anew.',
      ),
    ],
    sample: 'fork-and-copy-on-write',
  },
  {
    id: 'root-lock',
    title: 'One lock for a whole family',
    text: 'Every anon_vma has an rwsem and only the root’s is ever taken: parent, child and grandchild share one lock. All anon_vmas on a chain have the same root, so that one lock covers every tree that a clone or an unlink changes. It is held for writing while trees change and for reading while they are walked. The price is that a server which forks thousands of children funnels them all through a single lock.',
    places: [
      at('anon_vma_clone', 'call:anon_vma_lock_write', 'Here it is taken once, for all insertions.'),
      at(
        'anon_vma_clone',
        'call:lock_anon_vma_root',
        'Here each round asks for the root anew, and only warns should it ever differ from the one that is held.',
      ),
    ],
    sample: 'fork-of-a-fork',
  },
  {
    id: 'reuse',
    title: 'Reuse keeps the family small',
    text: 'A process that forks, lets the parent exit and forks again would grow its chain for ever. So on fork the child may take an anon_vma over instead of making one: one without any active VMA and with at most one child. A root is its own parent and counts itself as a child; with one real child it has two, and is left alone. Taking the wrong one is how CVE-2022-42703 came about: two VMAs shared an anon_vma with different chains.',
    places: [
      at(
        'maybe_reuse_anon_vma',
        'set:dst->anon_vma',
        'Reuse is a function of its own here, called for fork alone.',
      ),
      at(
        'anon_vma_clone',
        'if has:num_active_vmas has:num_children',
        'Here the clone has to guess that it is a fork: the destination has no anon_vma, although the source has one.',
      ),
    ],
    sample: 'repeated-fork',
  },
  {
    id: 'own-anon-vma',
    title: 'A child of its own',
    text: 'Nothing could be reused, so the child’s VMA gets a new anon_vma below the parent’s. It takes over the root, and pins it by a reference, because the lock lives there and must outlive everyone who uses it. `parent` is kept to count children. New folios of the child go here; those inherited stay with the ancestors.',
    places: [at('anon_vma_fork', 'set:parent')],
    sample: 'fork-and-copy-on-write',
  },
];

const SPLIT_AND_MERGE: readonly Stop[] = [
  {
    id: 'split',
    title: 'A split clones too',
    text: 'Changing the rights of half a mapping makes two VMAs out of one. The folios of both halves still point to the same anon_vmas, so the new VMA needs an AVC to each. It keeps the same `anon_vma` as the old one, which counts one active VMA more. The trees are re-keyed right after, under the root’s lock, when the ranges change.',
    places: [at('__split_vma', 'call:anon_vma_clone')],
    sample: 'split',
  },
  {
    id: 'merge',
    title: 'A merge may have to duplicate',
    text: 'When an unfaulted VMA grows over a faulted one, it becomes responsible for folios it never saw. It takes the other’s `anon_vma` and a clone of its chain before the other one goes. Two faulted VMAs merge only if they have the same anon_vma: two hierarchies are never joined. Several bugs came from here, where a merge failed later and the duplicate was not undone, or was skipped because the target happened to be the neighbour.',
    places: [
      at('dup_anon_vma', 'call:anon_vma_clone'),
      at(
        '__vma_adjust',
        'call:anon_vma_clone',
        'This kernel has no function for it: it is a part of the code that moves the bounds of VMAs.',
      ),
    ],
    sample: 'merge-into-unfaulted',
  },
  {
    id: 'failed-allocation',
    title: 'What a failed allocation leaves',
    text: 'If memory runs out in the middle of a clone, some AVCs exist already. They must not stay: once the VMA is freed, an AVC that is left behind leads a walk to dead memory. Note that `dst->anon_vma` is cleared as well, because the counter of active VMAs has not been raised for it.',
    places: [
      at(
        'anon_vma_clone',
        'call:cleanup_partial_anon_vmas',
        'In this tree nothing is in any tree yet at this point, so that freeing what is on the list is enough: no lock, no counters.',
      ),
      at(
        'anon_vma_clone',
        'call:unlink_anon_vmas',
        'In this tree the AVCs made so far are in their trees already, visible to walks, and are taken out by the ordinary unlink, which takes the root’s lock again.',
      ),
    ],
    sample: 'clone-allocation-failure',
  },
];

const WALK_AND_END: readonly Stop[] = [
  {
    id: 'walk',
    title: 'The walk that all this is for',
    text: 'Reclaim or migration has a folio and wants everybody who maps it. From `mapping` it comes to the anon_vma, read-locks the root, and visits the AVCs whose range covers the folio’s index. What it meets are candidates: a VMA may have its own copy by now, so each page table is looked at. A VMA that is missing from the tree is never visited, and nobody notices until memory is corrupted.',
    places: [at('rmap_walk_anon', 'call:anon_rmap_tree_foreach')],
    sample: 'fork-of-a-fork',
  },
  {
    id: 'unlink',
    title: 'Unmapping takes the links away',
    text: 'When a VMA goes, its AVCs leave their trees under the root’s lock, from the newest anon_vma to the oldest. An anon_vma whose tree becomes empty is finished: its parent counts a child less. It is not freed here, because that may need the lock that is held; a second loop does it after the lock is released.',
    places: [at('unlink_anon_vmas', 'call:anon_rmap_tree_remove')],
    sample: 'parent-exits-first',
  },
  {
    id: 'last-reference',
    title: 'The last reference',
    text: 'An anon_vma can outlive its last VMA for a moment: a walk may have pinned it, and each descendant pins the root. The last reference frees it, and with it goes the reference on the root, which may then be the last there. A reader who got here under RCU alone may still wait for the lock inside, so freeing waits for whoever holds it, and the slab keeps the memory an anon_vma even after that.',
    places: [at('__put_anon_vma', 'call:anon_vma_free #1')],
    sample: 'parent-exits-first',
  },
];

export const LIFE_OF_AN_ANON_VMA: GuidedReading = {
  id: 'life-of-an-anon-vma',
  title: 'The life of an anon_vma',
  stops: [...FIRST_FAULT, ...FORK, ...SPLIT_AND_MERGE, ...WALK_AND_END],
};
