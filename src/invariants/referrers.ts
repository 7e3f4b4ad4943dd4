/**
 * Who points where: for each object the live objects that name it in one of their fields, kept up to date with every change, so
 * that an invariant need not look through the whole state for them.
 */
import { isList, isRef, type ObjectId, type Value } from '../trace/value';

/** A page table entry that maps an anonymous folio. */
export interface MappedPage {
  readonly mm: ObjectId;
  readonly page: number;
  readonly folio: ObjectId;
}

/** Number of a page of an address space, different from that of every object. */
export type PageKey = number;

/** Prefix of the fields that hold page table entries. */
export const PTE = 'ptes.';

const NONE: readonly ObjectId[] = [];

/** One more than the highest page number: 47 bits of address space, and 4096 bytes a page. */
const PAGES = 2 ** 35;

/** Lists of numbers by a number, each ascending. */
class Groups {
  private readonly lists = new Map<number, number[]>();

  of(owner: number): readonly number[] {
    return this.lists.get(owner) ?? NONE;
  }

  add(owner: number, member: number): void {
    const list = this.lists.get(owner);
    if (!list) this.lists.set(owner, [member]);
    else {
      let at = list.length;
      while (at > 0 && (list[at - 1] ?? 0) > member) at -= 1;
      list.splice(at, 0, member);
    }
  }

  remove(owner: number, member: number): void {
    const list = this.lists.get(owner);
    const at = list?.indexOf(member) ?? -1;
    if (!list || at < 0) return;
    if (list.length === 1) this.lists.delete(owner);
    else list.splice(at, 1);
  }
}

export class Referrers {
  /** By kind and field of the pointer, or of the list. */
  private readonly pointers = {
    vma: { anon_vma: new Groups(), anon_vma_chain: new Groups() },
    anon_vma_chain: { vma: new Groups(), anon_vma: new Groups() },
    anon_vma: { parent: new Groups(), root: new Groups(), rb_root: new Groups() },
    mm: { mm_mt: new Groups() },
  } as const;
  private readonly byName: ReadonlyMap<string, ReadonlyMap<string, Groups>> = new Map(
    Object.entries(this.pointers).map(([kind, fields]) => [kind, new Map(Object.entries(fields))]),
  );
  private readonly pages = new Map<PageKey, MappedPage>();
  private readonly pagesOfFolio = new Groups();
  /** Address spaces in order of creation; the place of one is part of the keys of its pages. */
  private readonly mms = new Map<ObjectId, number>();

  // ---- keeping up --------------------------------------------------------------------------------------

  /** A field of a live object has this value from now on. */
  add(kind: string, object: ObjectId, field: string, value: Value | undefined): void {
    if (kind === 'mm' && field.startsWith(PTE)) {
      this.addPage(object, Number(field.slice(PTE.length)), value);
      return;
    }
    const groups = this.byName.get(kind)?.get(field);
    if (groups) for (const target of targets(value)) groups.add(target, object);
  }

  /** A field of a live object no longer has this value. */
  remove(kind: string, object: ObjectId, field: string, value: Value | undefined): void {
    if (kind === 'mm' && field.startsWith(PTE)) {
      this.removePage(object, Number(field.slice(PTE.length)), value);
      return;
    }
    const groups = this.byName.get(kind)?.get(field);
    if (groups) for (const target of targets(value)) groups.remove(target, object);
  }

  // ---- asking ------------------------------------------------------------------------------------------

  /** VMAs whose `anon_vma` is this one. */
  vmasUsing(anonVma: ObjectId): readonly ObjectId[] {
    return this.pointers.vma.anon_vma.of(anonVma);
  }

  /** VMAs on whose chain the AVC is; twice if it is there twice. */
  vmasChaining(avc: ObjectId): readonly ObjectId[] {
    return this.pointers.vma.anon_vma_chain.of(avc);
  }

  /** anon_vmas in whose tree the AVC is; twice if it is there twice. */
  anonVmasHolding(avc: ObjectId): readonly ObjectId[] {
    return this.pointers.anon_vma.rb_root.of(avc);
  }

  /** AVCs whose `vma` is this one. */
  avcsNamingVma(vma: ObjectId): readonly ObjectId[] {
    return this.pointers.anon_vma_chain.vma.of(vma);
  }

  /** AVCs whose `anon_vma` is this one. */
  avcsNamingAnonVma(anonVma: ObjectId): readonly ObjectId[] {
    return this.pointers.anon_vma_chain.anon_vma.of(anonVma);
  }

  /** anon_vmas whose `parent` is this one. */
  children(anonVma: ObjectId): readonly ObjectId[] {
    return this.pointers.anon_vma.parent.of(anonVma);
  }

  /** anon_vmas whose `root` is this one. */
  members(root: ObjectId): readonly ObjectId[] {
    return this.pointers.anon_vma.root.of(root);
  }

  /** Address spaces in whose VMA tree the VMA is. */
  mmsHolding(vma: ObjectId): readonly ObjectId[] {
    return this.pointers.mm.mm_mt.of(vma);
  }

  /** The page that a key stands for, if an anonymous folio is mapped there. */
  page(key: PageKey): MappedPage | undefined {
    return this.pages.get(key);
  }

  /** Keys of the pages that map a folio, by address space and page. */
  pagesMapping(folio: ObjectId): readonly PageKey[] {
    return this.pagesOfFolio.of(folio);
  }

  /** Keys of all pages at which an anonymous folio is mapped, by address space and page. */
  allPages(): readonly PageKey[] {
    return [...this.pages.keys()].sort((a, b) => a - b);
  }

  /** Key of a page. Keys are below -1, so that they differ from numbers of objects; ascending by address space and page. */
  keyOf(mm: ObjectId, page: number): PageKey {
    let place = this.mms.get(mm);
    if (place === undefined) {
      place = this.mms.size;
      this.mms.set(mm, place);
    }
    return place * PAGES + page + Number.MIN_SAFE_INTEGER;
  }

  // ---- within ------------------------------------------------------------------------------------------

  private addPage(mm: ObjectId, page: number, entry: Value | undefined): void {
    const folio = folioOf(entry);
    if (folio === null) return;
    const key = this.keyOf(mm, page);
    this.pages.set(key, { mm, page, folio });
    this.pagesOfFolio.add(folio, key);
  }

  private removePage(mm: ObjectId, page: number, entry: Value | undefined): void {
    const folio = folioOf(entry);
    if (folio === null) return;
    const key = this.keyOf(mm, page);
    this.pages.delete(key);
    this.pagesOfFolio.remove(folio, key);
  }
}

/** Objects that a value points to: a pointer, a list of pointers, a page table entry. */
export function targets(value: Value | undefined): readonly ObjectId[] {
  if (typeof value !== 'object' || value === null) return NONE;
  if (isRef(value)) return [value.ref];
  if (isList(value)) return value.length === 0 ? NONE : value.flatMap((item) => targets(item));
  const folio = folioOf(value);
  return folio === null ? NONE : [folio];
}

function folioOf(entry: Value | undefined): ObjectId | null {
  if (typeof entry !== 'object' || entry === null || isList(entry) || isRef(entry)) return null;
  const folio = entry['folio'];
  return isRef(folio) ? folio.ref : null;
}
