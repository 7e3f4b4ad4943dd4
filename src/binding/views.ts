/**
 * The simulated objects as views of C structs in memory: same kinds, same fields as src/simulation/objects.ts, read and written where the
 * kernel's text has them. What the structs of this text lack is kept here.
 */
import {
  linkNode,
  RB_LAST,
  RB_LEFTMOST,
  RB_NEXT,
  RB_START,
  unlinkNode,
} from '../interpreter/builtins/intervalTree';
import type * as objects from '../simulation/objects';
import type { ObjectMemory } from './objectMemory';
import { BrokenState } from './structLayout';

/** Longest chain or tree that is read: a broken list must not run forever. */
const MAX_LINKS = 100_000;

/** `__rb_parent_color` of the built-in rbtree: not 0 while the node is in a tree. */
const RB_LINKED = 16;

export type View = VmaView | AnonVmaView | AvcView | MmView | FolioView | FileView;

abstract class StructView {
  freed = false;
  constructor(
    readonly id: number,
    readonly address: number,
    protected readonly m: ObjectMemory<View>,
  ) {}

  protected pointerTo(offset: number): View | null {
    const at = this.m.pointer(this.address + offset);
    return at === 0 ? null : this.m.viewAt(at);
  }

  protected setPointer(offset: number, view: View | null): void {
    this.m.setU64(this.address + offset, view?.address ?? 0);
  }
}

/** The nodes of an interval tree in walking order. */
function* nodesOf(m: ObjectMemory<View>, root: number): Generator<number> {
  let node = m.pointer(root + RB_LEFTMOST);
  for (let i = 0; node !== 0 && m.memory.isMapped(node, 8) && i < MAX_LINKS; i++) {
    yield node;
    node = m.pointer(node + RB_NEXT);
  }
}

export class MmView extends StructView implements objects.mm_struct {
  readonly kind = 'mm';
  readonly ptes = new Map<number, objects.pte>();
  constructor(
    id: number,
    address: number,
    m: ObjectMemory<View>,
    readonly name: string,
  ) {
    super(id, address, m);
  }

  get mmap_lock(): number {
    return this.m.i32(this.address + this.m.mm.at('mmap_lock').offset);
  }
  set mmap_lock(word: number) {
    this.m.setU32(this.address + this.m.mm.at('mmap_lock').offset, word);
  }
  get page_table_lock(): number {
    return this.m.i32(this.address + this.m.mm.at('page_table_lock').offset);
  }
  set page_table_lock(word: number) {
    this.m.setU32(this.address + this.m.mm.at('page_table_lock').offset, word);
  }
  get map_count(): number {
    return this.m.i32(this.address + this.m.mm.at('map_count').offset);
  }
  set map_count(count: number) {
    this.m.setU32(this.address + this.m.mm.at('map_count').offset, count);
  }

  /** Address of the VMA tree. */
  get tree(): number {
    return this.address + this.m.mm.at('mm_mt').offset;
  }

  get mm_mt(): VmaView[] {
    const vmas: VmaView[] = [];
    for (const { entry } of this.m.trees.ranges(this.tree)) {
      const vma = this.m.viewAt(entry);
      if (vma?.kind === 'vma' && vmas.at(-1) !== vma) vmas.push(vma);
    }
    return vmas;
  }

  /** vm_stat_account(): pages that come (or go) with these flags of the text. */
  account(textFlags: number | bigint, pages: number): void {
    const add = (path: string): void => {
      const place = this.m.mm.at(path);
      this.m.setU64(this.address + place.offset, this.m.number(this.address + place.offset) + pages);
    };
    add('total_vm');
    if (this.m.flags.isData(textFlags)) add('data_vm');
  }

  /** The counts of pages that fork copies. */
  copyAccounts(from: MmView): void {
    for (const path of ['total_vm', 'locked_vm', 'data_vm', 'exec_vm', 'stack_vm']) {
      const { offset } = this.m.mm.at(path);
      this.m.setU64(this.address + offset, this.m.u64(from.address + offset));
    }
  }

  storeVma(vma: VmaView): void {
    const { vm_start, vm_end } = vma;
    this.m.trees.store(this.tree, this.m.bytes(vm_start), this.m.bytes(vm_end) - 1, vma.address);
  }

  eraseVma(vma: VmaView): boolean {
    const held = this.m.trees.ranges(this.tree).filter(({ entry }) => entry === vma.address);
    for (const { start, last } of held) this.m.trees.store(this.tree, start, last, 0);
    return held.length > 0;
  }
}

export class FileView extends StructView implements objects.file {
  readonly kind = 'file';
  constructor(
    id: number,
    address: number,
    m: ObjectMemory<View>,
    readonly name: string,
    /** Address of its address_space. */
    readonly mapping: number,
  ) {
    super(id, address, m);
  }

  get i_mmap_rwsem(): number {
    return this.m.i32(this.mapping + this.m.mapping.at('i_mmap_rwsem').offset);
  }
  set i_mmap_rwsem(word: number) {
    this.m.setU32(this.mapping + this.m.mapping.at('i_mmap_rwsem').offset, word);
  }

  get #root(): number {
    return this.mapping + this.m.mapping.at('i_mmap').offset;
  }

  get i_mmap(): VmaView[] {
    const vmas: VmaView[] = [];
    for (const node of nodesOf(this.m, this.#root)) {
      const vma = this.m.viewAt(node - this.m.vma.at('shared.rb').offset);
      if (vma?.kind === 'vma') vmas.push(vma);
    }
    return vmas;
  }

  insertVma(index: number, vma: VmaView): void {
    const node = (of: VmaView | undefined): number =>
      of ? of.address + this.m.vma.at('shared.rb').offset : 0;
    const { i_mmap } = this;
    const last = vma.vm_pgoff + vma.vm_end - vma.vm_start - 1;
    const { memory } = this.m;
    this.m.quietly(() =>
      linkNode(
        memory,
        this.#root,
        node(vma),
        node(i_mmap[index - 1]),
        node(i_mmap[index]),
        vma.vm_pgoff,
        last,
      ),
    );
  }

  removeVma(vma: VmaView): boolean {
    if (!this.i_mmap.includes(vma)) return false;
    this.m.quietly(() =>
      unlinkNode(this.m.memory, this.#root, vma.address + this.m.vma.at('shared.rb').offset),
    );
    return true;
  }
}

export class VmaView extends StructView implements objects.vm_area_struct {
  readonly kind = 'vma';
  /** Per-VMA lock; a kernel that has none leaves it alone. */
  vm_lock = 0;
  /** Where the text has no member that tells. */
  #attached = false;

  #word(path: string): number {
    return this.address + this.m.vma.at(path).offset;
  }

  get vm_start(): number {
    return this.m.pages(this.m.number(this.#word('vm_start')));
  }
  set vm_start(page: number) {
    this.m.setU64(this.#word('vm_start'), this.m.bytes(page));
  }
  get vm_end(): number {
    return this.m.pages(this.m.number(this.#word('vm_end')));
  }
  set vm_end(page: number) {
    this.m.setU64(this.#word('vm_end'), this.m.bytes(page));
  }
  get vm_pgoff(): number {
    return this.m.number(this.#word('vm_pgoff'));
  }
  set vm_pgoff(pgoff: number) {
    this.m.setU64(this.#word('vm_pgoff'), pgoff);
  }

  get anon_pgoff(): number {
    const low = this.m.vma.find('__vm_anon_pgoff_lo');
    if (!low) return 0;
    const high = this.m.vma.find('__vm_anon_pgoff_hi');
    return (
      (high ? this.m.u32(this.address + high.offset) * 2 ** 32 : 0) + this.m.u32(this.address + low.offset)
    );
  }
  set anon_pgoff(pgoff: number) {
    const low = this.m.vma.find('__vm_anon_pgoff_lo');
    const high = this.m.vma.find('__vm_anon_pgoff_hi');
    if (high) this.m.setU32(this.address + high.offset, Math.floor(pgoff / 2 ** 32));
    if (low) this.m.setU32(this.address + low.offset, pgoff % 2 ** 32);
  }

  get vm_flags(): number {
    return this.m.flags.toSimulation(this.m.u64(this.#word('vm_flags')));
  }
  set vm_flags(flags: number) {
    const at = this.#word('vm_flags');
    this.m.setU64(at, this.m.flags.toText(flags, this.m.u64(at)));
  }

  /** Flags as the text has them. */
  get textFlags(): number | bigint {
    return this.m.u64(this.#word('vm_flags'));
  }

  get vm_mm(): MmView {
    const mm = this.pointerTo(this.m.vma.at('vm_mm').offset);
    if (mm?.kind !== 'mm') throw new BrokenState('A VMA that is in use points to no address space.');
    return mm;
  }
  set vm_mm(mm: MmView) {
    this.setPointer(this.m.vma.at('vm_mm').offset, mm);
  }
  /** As vm_mm, null where the pointer leads nowhere. */
  get mmOrNull(): MmView | null {
    const mm = this.pointerTo(this.m.vma.at('vm_mm').offset);
    return mm?.kind === 'mm' ? mm : null;
  }
  get vm_file(): FileView | null {
    const file = this.pointerTo(this.m.vma.at('vm_file').offset);
    return file?.kind === 'file' ? file : null;
  }
  set vm_file(file: FileView | null) {
    this.setPointer(this.m.vma.at('vm_file').offset, file);
  }
  get anon_vma(): AnonVmaView | null {
    const anon = this.pointerTo(this.m.vma.at('anon_vma').offset);
    return anon?.kind === 'anon_vma' ? anon : null;
  }
  set anon_vma(anon: AnonVmaView | null) {
    this.setPointer(this.m.vma.at('anon_vma').offset, anon);
  }

  get anon_vma_chain(): AvcView[] {
    const head = this.#word('anon_vma_chain');
    const link = this.m.avc.at('same_vma').offset;
    const avcs: AvcView[] = [];
    let entry = this.m.pointer(head);
    while (entry !== head && entry !== 0 && avcs.length < MAX_LINKS) {
      const avc = this.m.viewAt(entry - link);
      if (avc?.kind !== 'anon_vma_chain') break;
      avcs.push(avc);
      entry = this.m.pointer(entry);
    }
    return avcs;
  }

  get attached(): boolean {
    const count = this.m.vma.find('vm_refcnt');
    if (count) return this.m.i32(this.address + count.offset) !== 0;
    const detached = this.m.vma.find('detached');
    if (detached) return this.m.u8(this.address + detached.offset) === 0;
    return this.#attached;
  }
  set attached(attached: boolean) {
    this.#attached = attached;
    const count = this.m.vma.find('vm_refcnt');
    const detached = this.m.vma.find('detached');
    if (count) this.m.setU32(this.address + count.offset, attached ? 1 : 0);
    else if (detached) this.m.setU8(this.address + detached.offset, attached ? 0 : 1);
  }
}

export class AnonVmaView extends StructView implements objects.anon_vma {
  readonly kind = 'anon_vma';
  label: string | null = null;

  #word(path: string): number {
    return this.address + this.m.anon_vma.at(path).offset;
  }
  #pointer(path: string): AnonVmaView {
    const anon = this.pointerTo(this.m.anon_vma.at(path).offset);
    return anon?.kind === 'anon_vma' ? anon : this;
  }

  get root(): AnonVmaView {
    return this.#pointer('root');
  }
  set root(root: AnonVmaView) {
    this.setPointer(this.m.anon_vma.at('root').offset, root);
  }
  get parent(): AnonVmaView {
    return this.#pointer('parent');
  }
  set parent(parent: AnonVmaView) {
    this.setPointer(this.m.anon_vma.at('parent').offset, parent);
  }
  get rwsem(): number {
    return this.m.i32(this.#word('rwsem'));
  }
  set rwsem(word: number) {
    this.m.setU32(this.#word('rwsem'), word);
  }
  get refcount(): number {
    return this.m.i32(this.#word('refcount'));
  }
  set refcount(count: number) {
    this.m.setU32(this.#word('refcount'), count);
  }

  #count(path: string): number {
    const place = this.m.anon_vma.find(path);
    if (!place) return 0;
    // a counter that fell below zero shows as such, not as a number near 2 to the 64th
    if (place.size === 4) return this.m.i32(this.address + place.offset);
    return Number(BigInt.asIntN(64, BigInt(this.m.u64(this.address + place.offset))));
  }
  #setCount(path: string, count: number): void {
    const place = this.m.anon_vma.find(path);
    if (place?.size === 4) this.m.setU32(this.address + place.offset, count);
    else if (place) this.m.setU64(this.address + place.offset, count);
  }

  get num_children(): number {
    return this.#count('num_children');
  }
  set num_children(count: number) {
    this.#setCount('num_children', count);
  }
  get num_active_vmas(): number {
    return this.#count('num_active_vmas');
  }
  set num_active_vmas(count: number) {
    this.#setCount('num_active_vmas', count);
  }
  get degree(): number {
    return this.#count('degree');
  }
  set degree(count: number) {
    this.#setCount('degree', count);
  }

  get rb_root(): AvcView[] {
    const avcs: AvcView[] = [];
    for (const node of nodesOf(this.m, this.#word('rb_root'))) {
      const avc = this.m.viewAt(node - this.m.avc.at('rb').offset);
      if (avc?.kind === 'anon_vma_chain') avcs.push(avc);
    }
    return avcs;
  }
}

export class AvcView extends StructView implements objects.anon_vma_chain {
  readonly kind = 'anon_vma_chain';

  get vma(): VmaView | null {
    const vma = this.pointerTo(this.m.avc.at('vma').offset);
    return vma?.kind === 'vma' ? vma : null;
  }
  set vma(vma: VmaView | null) {
    this.setPointer(this.m.avc.at('vma').offset, vma);
  }
  get anon_vma(): AnonVmaView | null {
    const anon = this.pointerTo(this.m.avc.at('anon_vma').offset);
    return anon?.kind === 'anon_vma' ? anon : null;
  }
  set anon_vma(anon: AnonVmaView | null) {
    this.setPointer(this.m.avc.at('anon_vma').offset, anon);
  }

  #key(offset: number): number | null {
    const node = this.address + this.m.avc.at('rb').offset;
    return this.m.pointer(node + RB_LINKED) === 0 ? null : this.m.number(node + offset);
  }
  get rb_start(): number | null {
    return this.#key(RB_START);
  }
  get rb_last(): number | null {
    return this.#key(RB_LAST);
  }
}

export class FolioView extends StructView implements objects.folio {
  readonly kind = 'folio';
  label: string | null = null;
  exclusive = false;

  #word(path: string): number {
    return this.address + this.m.folio.at(path).offset;
  }

  get mapping(): AnonVmaView | null {
    const tagged = this.m.pointer(this.#word('mapping'));
    const anon = this.m.viewAt(tagged - (tagged % 4));
    return tagged % 4 === 1 && anon?.kind === 'anon_vma' ? anon : null;
  }
  set mapping(anon: AnonVmaView | null) {
    this.m.setU64(this.#word('mapping'), anon ? anon.address + 1 : 0);
  }
  get index(): number {
    return this.m.number(this.#word('index'));
  }
  set index(index: number) {
    this.m.setU64(this.#word('index'), index);
  }
  get mapcount(): number {
    return this.m.i32(this.#word('__rl_mapcount'));
  }
  set mapcount(count: number) {
    this.m.setU32(this.#word('__rl_mapcount'), count);
  }
  get locked(): boolean {
    return this.m.i32(this.#word('__rl_locked')) !== 0;
  }
  set locked(locked: boolean) {
    this.m.setU32(this.#word('__rl_locked'), locked ? 1 : 0);
  }
}
