/** Which bytes of a struct show which field of the trace. */
import type { ObjectMemory } from './objectMemory';
import type { StructLayout } from './structLayout';
import type { View } from './views';

export interface FieldBytes {
  readonly field: string;
  readonly offset: number;
  readonly size: number;
}

/** A list or tree whose links lie in these bytes. */
export interface LinkBytes {
  readonly links: 'chain head' | 'chain entry';
  readonly offset: number;
  readonly size: number;
}

export interface KindBytes {
  readonly fields: readonly FieldBytes[];
  readonly links: readonly LinkBytes[];
}

/** Field → members that it is made of. */
const MEMBERS: Readonly<Record<Exclude<View['kind'], 'file'>, Readonly<Record<string, readonly string[]>>>> =
  {
    mm: { mmap_lock: ['mmap_lock'], page_table_lock: ['page_table_lock'], map_count: ['map_count'] },
    vma: {
      vm_start: ['vm_start'],
      vm_end: ['vm_end'],
      vm_pgoff: ['vm_pgoff'],
      anon_pgoff: ['__vm_anon_pgoff_lo', '__vm_anon_pgoff_hi'],
      vm_flags: ['vm_flags'],
      vm_file: ['vm_file'],
      anon_vma: ['anon_vma'],
      attached: ['vm_refcnt', 'detached'],
      vm_mm: ['vm_mm'],
    },
    anon_vma: {
      root: ['root'],
      parent: ['parent'],
      rwsem: ['rwsem'],
      refcount: ['refcount'],
      num_children: ['num_children'],
      num_active_vmas: ['num_active_vmas'],
      degree: ['degree'],
    },
    anon_vma_chain: { vma: ['vma'], anon_vma: ['anon_vma'], rb_start: ['rb'], rb_last: ['rb'] },
    folio: { mapping: ['mapping'], index: ['index'], mapcount: ['__rl_mapcount'], locked: ['__rl_locked'] },
  };

/** Fields of each kind in the order of the trace. */
export const FIELDS: Readonly<Record<View['kind'], readonly string[]>> = {
  mm: ['mmap_lock', 'page_table_lock', 'map_count', 'mm_mt', 'name'],
  vma: [
    ...['vm_start', 'vm_end', 'vm_pgoff', 'anon_pgoff', 'vm_flags', 'vm_file', 'anon_vma'],
    ...['anon_vma_chain', 'attached', 'vm_lock', 'vm_mm'],
  ],
  anon_vma: [
    ...[
      'label',
      'root',
      'parent',
      'rwsem',
      'refcount',
      'num_children',
      'num_active_vmas',
      'degree',
      'rb_root',
    ],
  ],
  anon_vma_chain: ['vma', 'anon_vma', 'rb_start', 'rb_last'],
  folio: ['label', 'mapping', 'index', 'mapcount', 'exclusive', 'locked'],
  file: ['i_mmap_rwsem', 'i_mmap', 'name'],
};

/** The tables of one text. */
export class FieldTable {
  readonly #kinds: Readonly<Record<View['kind'], KindBytes>>;

  constructor(m: ObjectMemory<View>) {
    const bytes = (
      layout: StructLayout,
      members: Readonly<Record<string, readonly string[]>>,
    ): FieldBytes[] =>
      Object.entries(members).flatMap(([field, paths]) =>
        paths.flatMap((path) => {
          const place = layout.find(path);
          return place ? [{ field, offset: place.offset, size: place.size }] : [];
        }),
      );
    const links = (kind: LinkBytes['links'], layout: StructLayout, path: string): LinkBytes[] => [
      { links: kind, ...layout.at(path) },
    ];
    this.#kinds = {
      mm: { fields: bytes(m.mm, MEMBERS.mm), links: [] },
      vma: { fields: bytes(m.vma, MEMBERS.vma), links: links('chain head', m.vma, 'anon_vma_chain') },
      anon_vma: { fields: bytes(m.anon_vma, MEMBERS.anon_vma), links: [] },
      anon_vma_chain: {
        fields: bytes(m.avc, MEMBERS.anon_vma_chain),
        links: links('chain entry', m.avc, 'same_vma'),
      },
      folio: { fields: bytes(m.folio, MEMBERS.folio), links: [] },
      file: {
        fields: [{ field: 'i_mmap_rwsem', ...m.mapping.at('i_mmap_rwsem') }],
        links: [],
      },
    };
  }

  of(kind: View['kind']): KindBytes {
    return this.#kinds[kind];
  }

  /** Field that a byte of an object shows; null for bytes that no trace has. */
  fieldAt(kind: View['kind'], offset: number): string | null {
    const { fields, links } = this.#kinds[kind];
    const found = fields.find((field) => offset >= field.offset && offset < field.offset + field.size);
    if (found) return found.field;
    const link = links.find((one) => offset >= one.offset && offset < one.offset + one.size);
    return link ? 'anon_vma_chain' : null;
  }
}
