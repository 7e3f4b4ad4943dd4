/**
 * Declaration of the simulated objects and their fields: what the views, the diffs and the invariants draw from.
 */
import type { ObjectKind } from '../trace/kinds';

export const KINDS: readonly ObjectKind[] = [
  {
    name: 'mm',
    short: 'process',
    label: '{name}',
    doc: 'the address space of a process (mm_struct)',
    fields: [
      { name: 'name', type: 'text', doc: 'the process' },
      { name: 'mmap_lock', type: 'lock', doc: 'guards the VMA tree, and the chains of its VMAs' },
      {
        name: 'page_table_lock',
        type: 'lock',
        doc: 'keeps two faults from preparing one VMA at the same time',
      },
      { name: 'map_count', type: 'number', doc: 'number of VMAs' },
      { name: 'mm_mt', type: 'list', doc: 'the VMAs, by address' },
    ],
    prefixes: [
      {
        name: 'ptes.',
        type: 'record',
        doc: 'page table entry of a page: the folio it maps, and whether it may be written',
      },
    ],
  },
  {
    name: 'vma',
    short: 'VMA',
    label: '{vm_mm.name}@{vm_start}-{vm_end}',
    doc: 'one mapping of an address space (vm_area_struct)',
    fields: [
      { name: 'vm_mm', type: 'pointer', doc: 'the address space it belongs to' },
      { name: 'vm_start', type: 'number', unit: 'pages', doc: 'first page' },
      { name: 'vm_end', type: 'number', unit: 'pages', doc: 'one past the last page' },
      {
        name: 'vm_pgoff',
        type: 'number',
        unit: 'pages',
        doc: 'offset in the file, or the page number at which an anonymous VMA was first mapped',
      },
      {
        name: 'anon_pgoff',
        type: 'number',
        unit: 'pages',
        doc: 'offset by which the anonymous reverse map knows the first page',
      },
      { name: 'vm_flags', type: 'text', doc: 'access rights and what fork does with it' },
      { name: 'vm_file', type: 'pointer', doc: 'the file of a private file mapping' },
      { name: 'anon_vma', type: 'pointer', doc: 'where its new anonymous folios go; NULL while unfaulted' },
      { name: 'anon_vma_chain', type: 'list', doc: 'its AVCs (linked by same_vma), list head first' },
      { name: 'attached', type: 'flag', doc: 'is in the VMA tree, so that others can find it' },
      { name: 'vm_lock', type: 'lock', doc: 'the per-VMA lock' },
    ],
  },
  {
    name: 'anon_vma',
    short: 'anon_vma',
    label: '{label}',
    doc: 'from here the VMAs that may map a set of anonymous folios are found',
    fields: [
      { name: 'label', type: 'text', doc: 'name in this scenario, in order of first linking' },
      {
        name: 'root',
        type: 'pointer',
        doc: 'the oldest anon_vma of the hierarchy; its rwsem is the lock of all',
      },
      {
        name: 'parent',
        type: 'pointer',
        doc: 'the anon_vma of the VMA that this one was forked from; a root is its own',
      },
      {
        name: 'rwsem',
        type: 'lock',
        doc: 'guards the trees of the hierarchy; only the root’s is ever taken',
      },
      {
        name: 'refcount',
        type: 'number',
        doc: 'keeps it alive: 1 for itself, 1 for each other anon_vma with this root, 1 for each pin',
      },
      {
        name: 'num_children',
        type: 'number',
        doc: 'anon_vmas whose parent is this one; a root counts itself',
      },
      { name: 'num_active_vmas', type: 'number', doc: 'VMAs whose anon_vma is this one' },
      {
        name: 'degree',
        type: 'number',
        doc: 'the one counter that stood for num_children and num_active_vmas before 6.0',
      },
      {
        name: 'rb_root',
        type: 'tree',
        doc: 'interval tree of the AVCs that lead to VMAs which may map its folios',
      },
    ],
  },
  {
    name: 'anon_vma_chain',
    short: 'AVC',
    label: 'AVC ({vma}, {anon_vma})',
    doc: 'the link between one VMA and one anon_vma (anon_vma_chain)',
    fields: [
      { name: 'vma', type: 'pointer', doc: 'the VMA whose chain it is on' },
      { name: 'anon_vma', type: 'pointer', doc: 'the anon_vma whose tree it is in' },
      {
        name: 'rb_start',
        type: 'number',
        unit: 'pages',
        doc: 'first page offset under which the tree holds it; NULL in no tree',
      },
      {
        name: 'rb_last',
        type: 'number',
        unit: 'pages',
        doc: 'last page offset under which the tree holds it',
      },
    ],
  },
  {
    name: 'folio',
    short: 'folio',
    label: '{label}',
    doc: 'one page of anonymous memory',
    fields: [
      { name: 'label', type: 'text', doc: 'name in this scenario, in order of creation' },
      { name: 'mapping', type: 'pointer', doc: 'the anon_vma whose tree finds all its mappings' },
      {
        name: 'index',
        type: 'number',
        unit: 'pages',
        doc: 'anonymous page offset at which it was first mapped',
      },
      { name: 'mapcount', type: 'number', doc: 'page table entries that map it' },
      { name: 'exclusive', type: 'flag', doc: 'belongs to one process alone (PageAnonExclusive)' },
      { name: 'locked', type: 'flag', doc: 'folio lock' },
    ],
  },
  {
    name: 'file',
    short: 'file',
    label: '{name}',
    doc: 'a file with its address_space',
    fields: [
      { name: 'name', type: 'text', doc: 'name in this scenario' },
      { name: 'i_mmap_rwsem', type: 'lock', doc: 'guards the tree of VMAs that map the file' },
      { name: 'i_mmap', type: 'tree', doc: 'VMAs that map the file' },
    ],
  },
];
