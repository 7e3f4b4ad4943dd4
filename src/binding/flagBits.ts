/** Bits of vm_flags: the simulation's, and those of the text by its own constants. */
import {
  VM_ACCOUNT,
  VM_DONTCOPY,
  VM_READ,
  VM_SOFTDIRTY,
  VM_WIPEONFORK,
  VM_WRITE,
} from '../simulation/objects';
import { MissingType, type TextTypes } from './structLayout';

const NAMES: readonly (readonly [string, number])[] = [
  ['VM_READ', VM_READ],
  ['VM_WRITE', VM_WRITE],
  ['VM_ACCOUNT', VM_ACCOUNT],
  ['VM_DONTCOPY', VM_DONTCOPY],
  ['VM_WIPEONFORK', VM_WIPEONFORK],
  ['VM_SOFTDIRTY', VM_SOFTDIRTY],
];

/** What a private mapping may always be given. */
const MAY = ['VM_MAYREAD', 'VM_MAYWRITE', 'VM_MAYEXEC'];

export class FlagBits {
  readonly #pairs: readonly (readonly [bigint, number])[];
  /** All bits of the text that the simulation knows. */
  readonly #known: bigint;
  /** Bits that every private mapping has and the simulation does not speak of. */
  readonly mayAccess: bigint;

  readonly #write: bigint;
  readonly #dataMask: bigint;

  constructor(types: TextTypes) {
    const bitsOf = (name: string): bigint => {
      const value = types.constant(name);
      if (value === undefined) throw new MissingType(name);
      return BigInt(value);
    };
    this.#pairs = NAMES.map(([name, bit]) => [bitsOf(name), bit] as const).filter(([value]) => value !== 0n);
    this.#known = this.#pairs.reduce((all, [value]) => all | value, 0n);
    this.#write = bitsOf('VM_WRITE');
    this.#dataMask = this.#write | bitsOf('VM_SHARED') | bitsOf('VM_STACK');
    this.mayAccess = MAY.reduce((all, name) => all | bitsOf(name), 0n);
  }

  /** Private, writable, not a stack: counted as data. */
  isData(flags: number | bigint): boolean {
    return (BigInt(flags) & this.#dataMask) === this.#write;
  }

  toSimulation(flags: number | bigint): number {
    const bits = BigInt(flags);
    return this.#pairs.reduce((all, [value, bit]) => (bits & value ? all | bit : all), 0);
  }

  /** The text's flags: `flags` of the simulation, and of `before` what the simulation does not know. */
  toText(flags: number, before: number | bigint): bigint {
    const kept = BigInt(before) & ~this.#known;
    return this.#pairs.reduce((all, [value, bit]) => (flags & bit ? all | value : all), kept);
  }
}
