/**
 * One flat memory of bytes, little-endian, in which every scalar field of every object has an address. It knows of each byte whether
 * it belongs to something alive, to something freed, or to nothing, and whether it was ever written. Freed memory is never
 * handed out again, so that every late use is seen.
 */
import type { Place } from './problem';
import { normal, type Value } from './value';

/** Below it lies nothing: NULL and small offsets from it, and from half of it on the addresses of functions. */
export const FIRST_ADDRESS = 0x100000;
/** Bytes for what lives as long as the machine: the stack, global variables, strings. Behind them lies the heap. */
const STATIC_SIZE = 0x100000;
const GRANULE = 8;

/** What an 8-byte granule belongs to. */
const ALIVE = 1;
const FREED = 2;

export interface Allocation {
  readonly base: number;
  readonly size: number;
  /** `anon_vma`, `global`, `stack`, …: what it was allocated as. */
  readonly kind: string;
  /** From 1, in order of allocation. */
  readonly id: number;
  readonly allocatedAt: Place | null;
  freedAt: Place | null;
  freed: boolean;
}

export type MemoryFault = 'use-after-free' | 'null-pointer' | 'wild-pointer' | 'uninitialised';

/** Told of every access that is not clean. A listener that returns lets the access go on where there is memory. */
export type FaultListener = (fault: MemoryFault, address: number, owner: Allocation | undefined) => void;

export type WriteHook = (address: number, size: number) => void;

export class MemoryLimit extends Error {
  constructor(readonly limit: number) {
    super(`more than ${limit} bytes of memory`);
  }
}

/** Bytes that an allocation takes: whole granules, at least one. */
function spanOf(size: number): number {
  return Math.max(1, Math.ceil(size / GRANULE)) * GRANULE;
}

export class Memory {
  /** Called after each write, while somebody records. */
  writeHook: WriteHook | null = null;
  onFault: FaultListener = () => {};
  readonly #limit: number;
  #bytes: Uint8Array;
  #words: Uint32Array;
  /** One entry a granule: 0, ALIVE or FREED. */
  #state: Uint8Array;
  /** One entry a granule: id of its allocation. */
  #owner: Int32Array;
  /** One entry a byte: 1 once written. */
  #written: Uint8Array;
  #nextStatic = FIRST_ADDRESS;
  #next = FIRST_ADDRESS + STATIC_SIZE;
  readonly #statics: Allocation[] = [];
  #allocations: Allocation[] = [];

  /** `limit`: bytes that may be handed out in all. */
  constructor(limit: number, initial = STATIC_SIZE + (1 << 18)) {
    this.#limit = limit;
    const buffer = new ArrayBuffer(initial);
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Uint32Array(buffer);
    this.#state = new Uint8Array(initial / GRANULE);
    this.#owner = new Int32Array(initial / GRANULE);
    this.#written = new Uint8Array(initial);
  }

  /** Bytes of the heap handed out so far, freed ones included. */
  get used(): number {
    return this.#next - FIRST_ADDRESS - STATIC_SIZE;
  }

  #grow(needed: number): void {
    let size = this.#bytes.length;
    while (size < needed) size *= 2;
    const buffer = new ArrayBuffer(size);
    const copied = new Uint8Array(buffer);
    copied.set(this.#bytes);
    this.#bytes = copied;
    this.#words = new Uint32Array(buffer);
    const state = new Uint8Array(size / GRANULE);
    state.set(this.#state);
    this.#state = state;
    const owner = new Int32Array(size / GRANULE);
    owner.set(this.#owner);
    this.#owner = owner;
    const written = new Uint8Array(size);
    written.set(this.#written);
    this.#written = written;
  }

  /** New memory of `size` bytes; its bytes count as never written unless `zeroed`. A gap of one granule follows it. */
  allocate(
    size: number,
    {
      kind,
      zeroed,
      at = null,
    }: { readonly kind: string; readonly zeroed: boolean; readonly at?: Place | null },
  ): number {
    const base = this.#next;
    const bytes = spanOf(size);
    if (base + bytes - FIRST_ADDRESS - STATIC_SIZE > this.#limit) throw new MemoryLimit(this.#limit);
    this.#next = base + bytes + GRANULE;
    if (this.#next - FIRST_ADDRESS > this.#bytes.length) this.#grow(this.#next - FIRST_ADDRESS);
    const id = this.#allocations.length + 1;
    this.#allocations.push({ base, size, kind, id, allocatedAt: at, freedAt: null, freed: false });
    this.#own(base, bytes, id, zeroed);
    return base;
  }

  /** Memory that `reset` keeps, all zero. */
  allocateStatic(size: number, kind: string): number {
    const base = this.#nextStatic;
    const bytes = spanOf(size);
    if (base + bytes > FIRST_ADDRESS + STATIC_SIZE) throw new MemoryLimit(STATIC_SIZE);
    this.#nextStatic = base + bytes + GRANULE;
    const id = -(this.#statics.length + 1);
    this.#statics.push({ base, size, kind, id, allocatedAt: null, freedAt: null, freed: false });
    this.#own(base, bytes, id, true);
    return base;
  }

  #own(base: number, bytes: number, id: number, zeroed: boolean): void {
    const first = (base - FIRST_ADDRESS) / GRANULE;
    this.#state.fill(ALIVE, first, first + bytes / GRANULE);
    this.#owner.fill(id, first, first + bytes / GRANULE);
    if (zeroed) this.#written.fill(1, base - FIRST_ADDRESS, base - FIRST_ADDRESS + bytes);
  }

  /** Empties the heap, so that its addresses are handed out again from the first. */
  reset(): void {
    const end = this.#next - FIRST_ADDRESS;
    this.#bytes.fill(0, STATIC_SIZE, end);
    this.#written.fill(0, STATIC_SIZE, end);
    this.#state.fill(0, STATIC_SIZE / GRANULE, end / GRANULE);
    this.#owner.fill(0, STATIC_SIZE / GRANULE, end / GRANULE);
    this.#allocations = [];
    this.#next = FIRST_ADDRESS + STATIC_SIZE;
  }

  /** Gives memory back. False when `address` is not the start of something alive. */
  free(address: number, at: Place | null): boolean {
    const owner = this.ownerOf(address);
    if (!owner || owner.base !== address || owner.freed) return false;
    owner.freed = true;
    owner.freedAt = at;
    const first = (address - FIRST_ADDRESS) / GRANULE;
    this.#state.fill(FREED, first, first + spanOf(owner.size) / GRANULE);
    return true;
  }

  /** Marks [address, address + size) as never written, such as the frame of a function that begins. */
  forget(address: number, size: number): void {
    this.#written.fill(0, address - FIRST_ADDRESS, address - FIRST_ADDRESS + size);
  }

  /** Makes memory that stays where it is usable (`alive`) or not, such as a part of the stack. */
  setAlive(address: number, size: number, alive: boolean): void {
    const first = (address - FIRST_ADDRESS) / GRANULE;
    this.#state.fill(alive ? ALIVE : FREED, first, first + Math.ceil(size / GRANULE));
  }

  /** What `address` belongs or belonged to. */
  ownerOf(address: number): Allocation | undefined {
    const granule = Math.floor((address - FIRST_ADDRESS) / GRANULE);
    const id = granule >= 0 && granule < this.#owner.length ? (this.#owner[granule] ?? 0) : 0;
    return id < 0 ? this.#statics[-id - 1] : this.#allocations[id - 1];
  }

  /** True when [address, address + size) lies in memory that was handed out, freed or not. */
  isMapped(address: number, size: number): boolean {
    if (address < FIRST_ADDRESS || address + size > this.#next) return false;
    return this.#state[Math.floor((address - FIRST_ADDRESS) / GRANULE)] !== 0;
  }

  /** Index into the bytes for an access, or -1 when there is nothing; reports what is wrong with it. */
  #at(address: number, size: number, reads: boolean): number {
    const index = address - FIRST_ADDRESS;
    const state = index >= 0 && index + size <= this.#bytes.length ? this.#state[index >>> 3] : 0;
    if (state === ALIVE) {
      if (reads && this.#written[index] === 0) this.onFault('uninitialised', address, this.ownerOf(address));
      return index;
    }
    if (state === FREED) {
      this.onFault('use-after-free', address, this.ownerOf(address));
      return index;
    }
    const isNull = address >= 0 && address < FIRST_ADDRESS / 2;
    this.onFault(isNull ? 'null-pointer' : 'wild-pointer', address, undefined);
    return -1;
  }

  #mark(index: number, size: number): void {
    const written = this.#written;
    for (let i = index; i < index + size; i++) written[i] = 1;
    if (this.writeHook) this.writeHook(index + FIRST_ADDRESS, size);
  }

  u8(address: number): number {
    const index = this.#at(address, 1, true);
    return index < 0 ? 0 : (this.#bytes[index] ?? 0);
  }

  u16(address: number): number {
    const index = this.#at(address, 2, true);
    if (index < 0) return 0;
    return (this.#bytes[index] ?? 0) | ((this.#bytes[index + 1] ?? 0) << 8);
  }

  u32(address: number): number {
    const index = this.#at(address, 4, true);
    if (index < 0) return 0;
    return (index & 3) === 0 ? (this.#words[index >>> 2] ?? 0) : this.#unaligned32(index);
  }

  i32(address: number): number {
    return this.u32(address) | 0;
  }

  #unaligned32(index: number): number {
    const b = this.#bytes;
    return (
      ((b[index] ?? 0) |
        ((b[index + 1] ?? 0) << 8) |
        ((b[index + 2] ?? 0) << 16) |
        ((b[index + 3] ?? 0) << 24)) >>>
      0
    );
  }

  u64(address: number): Value {
    const index = this.#at(address, 8, true);
    if (index < 0) return 0;
    const aligned = (index & 3) === 0;
    const low = aligned ? (this.#words[index >>> 2] ?? 0) : this.#unaligned32(index);
    const high = aligned ? (this.#words[(index >>> 2) + 1] ?? 0) : this.#unaligned32(index + 4);
    return high < 0x200000 ? high * 4294967296 + low : normal((BigInt(high) << 32n) | BigInt(low));
  }

  i64(address: number): Value {
    const value = this.u64(address);
    return typeof value === 'number' ? value : normal(BigInt.asIntN(64, value));
  }

  /** A pointer as a number; a value that is no address at all gives infinity, which no access accepts. */
  pointer(address: number): number {
    const value = this.u64(address);
    return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
  }

  setU8(address: number, value: number): void {
    const index = this.#at(address, 1, false);
    if (index < 0) return;
    this.#bytes[index] = value;
    this.#mark(index, 1);
  }

  setU16(address: number, value: number): void {
    const index = this.#at(address, 2, false);
    if (index < 0) return;
    this.#bytes[index] = value & 0xff;
    this.#bytes[index + 1] = (value >>> 8) & 0xff;
    this.#mark(index, 2);
  }

  setU32(address: number, value: number): void {
    const index = this.#at(address, 4, false);
    if (index < 0) return;
    if ((index & 3) === 0) this.#words[index >>> 2] = value;
    else this.#setUnaligned32(index, value);
    this.#mark(index, 4);
  }

  #setUnaligned32(index: number, value: number): void {
    for (let i = 0; i < 4; i++) this.#bytes[index + i] = (value >>> (8 * i)) & 0xff;
  }

  /** Writes 8 bytes; `value` may be signed or unsigned. */
  setU64(address: number, value: Value): void {
    const index = this.#at(address, 8, false);
    if (index < 0) return;
    let low: number;
    let high: number;
    if (typeof value === 'number') {
      high = Math.floor(value / 4294967296);
      low = value - high * 4294967296;
    } else {
      low = Number(value & 0xffffffffn);
      high = Number((value >> 32n) & 0xffffffffn);
    }
    if ((index & 3) === 0) {
      this.#words[index >>> 2] = low;
      this.#words[(index >>> 2) + 1] = high;
    } else {
      this.#setUnaligned32(index, low);
      this.#setUnaligned32(index + 4, high);
    }
    this.#mark(index, 8);
  }

  /** Copies bytes, and with each whether it was ever written. Ranges may overlap. */
  copy(to: number, from: number, size: number): void {
    if (size === 0 || !this.#range(from, size) || !this.#range(to, size)) return;
    const [source, target] = [from - FIRST_ADDRESS, to - FIRST_ADDRESS];
    this.#bytes.copyWithin(target, source, source + size);
    this.#written.copyWithin(target, source, source + size);
    if (this.writeHook) this.writeHook(to, size);
  }

  fill(address: number, byte: number, size: number): void {
    if (size === 0 || !this.#range(address, size)) return;
    const index = address - FIRST_ADDRESS;
    this.#bytes.fill(byte, index, index + size);
    this.#written.fill(1, index, index + size);
    if (this.writeHook) this.writeHook(address, size);
  }

  /** Checks each granule of a range once; false when a part of it is nowhere. */
  #range(address: number, size: number): boolean {
    const step = GRANULE - (address % GRANULE);
    for (let at = address; at < address + size; at += at === address ? step : GRANULE)
      if (this.#at(at, 1, false) < 0) return false;
    return true;
  }
}
