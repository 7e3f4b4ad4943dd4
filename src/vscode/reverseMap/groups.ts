/** The roles of the reverse map in the order in which one meets them, from the first fault to the list helpers. */
import { ROLES, type RoleGroup } from '../../source/roles';

export interface GroupText {
  readonly group: RoleGroup;
  readonly title: string;
  /** One sentence. */
  readonly purpose: string;
}

/** All groups of roles; a test compares with the table of roles. */
export const GROUPS: readonly GroupText[] = [
  {
    group: 'first fault',
    title: 'First fault',
    purpose: 'A VMA gets its anon_vma: a neighbour’s, or a new root.',
  },
  { group: 'clone', title: 'Clone', purpose: 'The chain of one VMA is copied to another.' },
  { group: 'fork', title: 'Fork', purpose: 'A child’s VMA is linked to all that its parent’s is linked to.' },
  { group: 'unlink', title: 'Unlink', purpose: 'A VMA leaves every tree on its chain.' },
  { group: 'walk', title: 'Walk', purpose: 'From a folio to every VMA that may map it.' },
  { group: 'locks', title: 'Locks', purpose: 'The root’s rwsem, the mmap lock, the lock of a VMA.' },
  { group: 'merge', title: 'Merge', purpose: 'Neighbours become one VMA; an anon_vma may be duplicated.' },
  { group: 'lifetime', title: 'Drop', purpose: 'References, allocation and the last put.' },
  { group: 'tree', title: 'Interval trees', purpose: 'Where AVCs and file VMAs are found by page offset.' },
  { group: 'folio', title: 'Folios', purpose: 'Mapping and unmapping one anonymous folio.' },
  { group: 'split', title: 'Split', purpose: 'One VMA becomes two, with a cloned chain.' },
  { group: 'move', title: 'Move', purpose: 'mremap: a VMA and its page tables go elsewhere.' },
  { group: 'fault', title: 'Page faults', purpose: 'What happens on a touch, from the handler down.' },
  { group: 'map', title: 'Map', purpose: 'mmap: a new VMA, or a grown one.' },
  { group: 'unmap', title: 'Unmap', purpose: 'munmap: page tables, links, VMAs.' },
  {
    group: 'protect',
    title: 'Protect and advise',
    purpose: 'mprotect and madvise: flags change, VMAs split and merge.',
  },
  { group: 'page tables', title: 'Page tables', purpose: 'Copying and removing entries.' },
  { group: 'vma', title: 'VMAs', purpose: 'Allocating, copying and freeing a VMA.' },
  { group: 'address space', title: 'Address space', purpose: 'Copied at fork, torn down at exit.' },
  { group: 'list', title: 'Lists', purpose: 'The list helpers that chains are made of.' },
];

/** Roles of a group, in order of the table. */
export function rolesOf(group: RoleGroup): readonly string[] {
  return Object.keys(ROLES).filter((role) => ROLES[role]?.group === group);
}
