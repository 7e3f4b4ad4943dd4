/**
 * Invariants of anonymous folios: the reverse map leads from each to all of its mappings.
 * Kernel: rmap_walk_anon(), page_address_in_vma(), folio_add_anon_rmap_ptes() of mm/rmap.c.
 */
import type { ObjectId } from '../trace/value';
import {
  ALWAYS,
  asserted,
  commented,
  eachOf,
  fieldOf,
  HOLDS,
  MAPPED_PAGES,
  maintained,
  QUIESCENT,
  relied,
  type StateInvariant,
} from './invariant';
import { type MappedPage, PTE } from './referrers';
import type { View } from './view';

const PTES = { kind: 'mm', fields: [PTE] } as const;

export const complete: StateInvariant = {
  id: 'rmap/complete',
  form: 'state',
  when: QUIESCENT,
  title: 'A walk of the reverse map finds every mapping',
  statement:
    'For every page table entry that maps an anonymous folio, an rmap walk of the folio visits that VMA at that address.',
  why: 'Reclaim, migration and copy-on-write trust the walk: a mapping it misses keeps pointing at a page that is given to somebody else.',
  speaksOf: [
    PTES,
    { kind: 'folio', fields: ['mapping', 'index'] },
    { kind: 'anon_vma', fields: ['rb_root'] },
    { kind: 'anon_vma_chain', fields: ['vma', 'rb_start', 'rb_last'] },
    { kind: 'vma', fields: ['vm_mm', 'vm_start', 'vm_end', 'vm_pgoff', 'anon_pgoff'] },
  ],
  places: [relied('rmap_walk_anon'), relied('try_to_migrate'), relied('try_to_unmap')],
  ...eachOf([MAPPED_PAGES], (view, key) => {
    const mapping = view.mappedPage(key);
    if (!mapping || isVisited(view, mapping)) return HOLDS;
    const { mm, page, folio } = mapping;
    const anonVma = view.pointer(folio, 'mapping');
    return [
      {
        message: `a walk of ${view.name(folio)} from ${view.name(anonVma)} does not reach ${view.name(mm)}:0x${page.toString(16)}, which maps it`,
        objects: anonVma === null ? [mm, folio] : [mm, folio, anonVma],
        fields: [...fieldOf(`${PTE}${page}`, mm), ...fieldOf('mapping', folio), ...fieldOf('index', folio)],
      },
    ];
  }),
};

/** Whether the walk from the folio's anon_vma comes by the page: tree entry, VMA and address all agree. */
function isVisited(view: View, { mm, page, folio }: MappedPage): boolean {
  const anonVma = view.pointer(folio, 'mapping');
  if (anonVma === null) return false;
  const index = view.number(folio, 'index');
  return view.list(anonVma, 'rb_root').some((avc) => {
    const vma = view.pointer(avc, 'vma');
    if (vma === null || view.mmOf(vma) !== mm) return false;
    if (index < view.number(avc, 'rb_start') || index > view.number(avc, 'rb_last')) return false;
    const address = view.number(vma, 'vm_start') + index - view.anonPgoff(vma);
    return address === page && page < view.number(vma, 'vm_end');
  });
}

export const anonVmaAlive: StateInvariant = {
  id: 'rmap/anon_vma-alive',
  form: 'state',
  when: ALWAYS,
  title: 'The anon_vma of a mapped folio is alive',
  statement: 'The anon_vma of a mapped anonymous folio is alive.',
  why: 'folio_lock_anon_vma_read() follows folio->mapping with nothing but the mapcount to tell that it may.',
  speaksOf: [
    { kind: 'folio', fields: ['mapping', 'mapcount'] },
    { kind: 'anon_vma', fields: [] },
  ],
  places: [
    commented(
      'folio_get_anon_vma',
      'If this folio is still mapped, then its anon_vma cannot have been freed.',
    ),
    relied('folio_lock_anon_vma_read'),
  ],
  ...eachOf(['folio'], (view, folio) => {
    const anonVma = view.pointer(folio, 'mapping');
    if (view.number(folio, 'mapcount') === 0 || anonVma === null || view.isLive(anonVma)) return HOLDS;
    return [
      {
        message: `${view.name(folio)} is mapped, but its anon_vma ${view.name(anonVma)} has been freed`,
        objects: [folio, anonVma],
        fields: [...fieldOf('mapping', folio), ...fieldOf('mapcount', folio)],
      },
    ];
  }),
};

export const sameRootAsVma: StateInvariant = {
  id: 'rmap/same-root',
  form: 'state',
  when: QUIESCENT,
  title: 'A folio and the VMA that maps it have one root',
  statement: 'The folio’s anon_vma and the mapping VMA’s have the same root.',
  why: 'page_address_in_vma() refuses the pair otherwise, and the two would be guarded by different locks.',
  speaksOf: [
    PTES,
    { kind: 'mm', fields: ['mm_mt'] },
    { kind: 'folio', fields: ['mapping'] },
    { kind: 'vma', fields: ['anon_vma', 'vm_start', 'vm_end'] },
    { kind: 'anon_vma', fields: ['root'] },
  ],
  places: [relied('page_address_in_vma', 'if has:root'), asserted('__page_check_anon_rmap', 'has:root')],
  ...eachOf([MAPPED_PAGES], (view, key) => {
    const mapping = view.mappedPage(key);
    if (!mapping) return HOLDS;
    const { mm, page, folio } = mapping;
    const vma = view.vmaAt(mm, page);
    const own = vma === null ? null : view.pointer(vma, 'anon_vma');
    const mapped = view.pointer(folio, 'mapping');
    if (own !== null && mapped !== null && view.rootOf(own) === view.rootOf(mapped)) return HOLDS;
    const where = vma === null ? 'no VMA' : view.name(vma);
    return [
      {
        message: `${view.name(mm)}:0x${page.toString(16)} maps ${view.name(folio)} of ${view.name(mapped)}, but lies in ${where} of ${view.name(own)}`,
        objects: [folio, mm, ...(vma === null ? [] : [vma])],
        fields: [...fieldOf('mapping', folio), ...(vma === null ? [] : fieldOf('anon_vma', vma))],
      },
    ];
  }),
};

export const exclusive: StateInvariant = {
  id: 'rmap/exclusive',
  form: 'state',
  when: QUIESCENT,
  title: 'An exclusive folio is mapped once',
  statement: 'An anon-exclusive folio is mapped exactly once.',
  why: 'An exclusive folio is written without a copy: if another process maps it too, it sees the write.',
  speaksOf: [PTES, { kind: 'folio', fields: ['exclusive'] }],
  places: [maintained('copy_present_ptes'), maintained('folio_move_anon_rmap')],
  ...eachOf(['folio'], (view, folio) => {
    const mms = view.mmsMapping(folio);
    if (!view.flag(folio, 'exclusive') || mms.length === 1) return HOLDS;
    return [
      {
        message: `${view.name(folio)} is exclusive, but mapped ${mms.length} times`,
        objects: [folio, ...new Set(mms)],
        fields: fieldOf('exclusive', folio),
      },
    ];
  }),
};

export const mapcount: StateInvariant = {
  id: 'rmap/mapcount',
  form: 'state',
  when: QUIESCENT,
  title: 'mapcount counts the page table entries',
  statement: 'mapcount is the number of page table entries that map the folio.',
  why: 'At mapcount 0 the folio is given up and its anon_vma no longer kept for it; walks stop early by it.',
  speaksOf: [PTES, { kind: 'folio', fields: ['mapcount'] }],
  places: [maintained('folio_remove_rmap_ptes'), relied('folio_get_anon_vma', 'if call:folio_mapped #1')],
  ...eachOf(
    ['folio'],
    (view, folio) => {
      const live = view.isLive(folio);
      const counted = live ? view.number(folio, 'mapcount') : 0;
      const mms = view.mmsMapping(folio);
      if (counted === mms.length) return HOLDS;
      const state = live ? `has mapcount ${counted}` : 'has been freed';
      return [
        {
          message: `${view.name(folio)} ${state}, but ${mms.length} page table entries map it`,
          objects: [folio, ...new Set(mms)],
          fields: fieldOf('mapcount', folio),
        },
      ];
    },
    freedButMapped,
  ),
};

/** Folios that are gone, though page table entries still map them. */
function freedButMapped(view: View): Set<ObjectId> {
  const folios = new Set<ObjectId>();
  for (const key of view.mappedPages()) {
    const folio = view.mappedPage(key)?.folio;
    if (folio !== undefined && !view.isLive(folio)) folios.add(folio);
  }
  return folios;
}
