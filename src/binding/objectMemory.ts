/**
 * The one memory that the text and the simulation share: layouts of the kernel's structs, and which simulated object stands at an
 * address. Reads and writes here are the simulation's, below the kernel's code, and never count as an access of it.
 */
import type { MapleTrees } from '../interpreter/builtins/mapleTree';
import type { Memory } from '../interpreter/memory';
import type { Value } from '../interpreter/value';
import { FlagBits } from './flagBits';
import { StructLayout, type TextTypes } from './structLayout';

export const PAGE_SHIFT = 12;
const PAGE = 2 ** PAGE_SHIFT;

/** `V`: the views, which know this memory. */
export class ObjectMemory<V> {
  readonly vma: StructLayout;
  readonly anon_vma: StructLayout;
  readonly avc: StructLayout;
  readonly mm: StructLayout;
  readonly folio: StructLayout;
  readonly file: StructLayout;
  readonly mapping: StructLayout;
  readonly flags: FlagBits;
  /** Views by the address of what they show. */
  readonly #views = new Map<number, V>();
  #quiet = 0;

  constructor(
    readonly memory: Memory,
    readonly types: TextTypes,
    readonly trees: MapleTrees,
  ) {
    this.vma = new StructLayout(types, 'struct vm_area_struct');
    this.anon_vma = new StructLayout(types, 'struct anon_vma');
    this.avc = new StructLayout(types, 'struct anon_vma_chain');
    this.mm = new StructLayout(types, 'struct mm_struct');
    this.folio = new StructLayout(types, 'struct folio');
    this.file = new StructLayout(types, 'struct file');
    this.mapping = new StructLayout(types, 'struct address_space');
    this.flags = new FlagBits(types);
  }

  /** True while the simulation itself reads or writes: nothing that it does is a fault of the text. */
  get quiet(): boolean {
    return this.#quiet > 0;
  }

  quietly<T>(work: () => T): T {
    this.#quiet++;
    try {
      return work();
    } finally {
      this.#quiet--;
    }
  }

  /** An object whose struct, or one of whose structs, begins at an address. */
  add(address: number, view: V): void {
    this.#views.set(address, view);
  }

  /** The object whose struct begins at an address. */
  viewAt(address: number): V | null {
    return this.#views.get(address) ?? null;
  }

  /** The object that an address lies in. */
  ownerOf(address: number): V | null {
    const owner = this.memory.ownerOf(address);
    return owner ? this.viewAt(owner.base) : null;
  }

  pointer(address: number): number {
    return this.quietly(() => this.memory.pointer(address));
  }

  i32(address: number): number {
    return this.quietly(() => this.memory.i32(address));
  }

  u32(address: number): number {
    return this.quietly(() => this.memory.u32(address));
  }

  u8(address: number): number {
    return this.quietly(() => this.memory.u8(address));
  }

  u64(address: number): Value {
    return this.quietly(() => this.memory.u64(address));
  }

  /** A word as a number: addresses and counters, which stay below 2 to the 53rd unless something went wrong. */
  number(address: number): number {
    return Number(this.u64(address));
  }

  setU64(address: number, value: Value): void {
    this.quietly(() => this.memory.setU64(address, value));
  }

  setU32(address: number, value: number): void {
    this.quietly(() => this.memory.setU32(address, value >>> 0));
  }

  setU8(address: number, value: number): void {
    this.quietly(() => this.memory.setU8(address, value));
  }

  /** An address in bytes as a page number. */
  pages(bytes: number): number {
    return Math.floor(bytes / PAGE);
  }

  bytes(pages: number): number {
    return pages * PAGE;
  }
}
