/**
 * Where the fields of the simulated objects stand in the structs of the text: found by their C names, once. A field whose member the text
 * does not have is kept outside the memory.
 */

/** What the text says about types, as the machine knows it. */
export interface TextTypes {
  /** Bytes of `struct anon_vma`; undefined where the text has no such type. */
  sizeOf(tag: string): number | undefined;
  /** A member by its path, `shared.rb`; undefined where there is none. */
  member(tag: string, path: string): { readonly offset: number; readonly size: number } | undefined;
  /** Value of a constant expression such as `VM_READ`; undefined where the text has none. */
  constant(expression: string): number | bigint | undefined;
}

export interface MemberPlace {
  readonly offset: number;
  readonly size: number;
}

export class StructLayout {
  readonly size: number;
  readonly #places = new Map<string, MemberPlace | null>();

  constructor(
    private readonly types: TextTypes,
    readonly tag: string,
  ) {
    const size = types.sizeOf(tag);
    if (size === undefined || size === 0) throw new MissingType(tag);
    this.size = size;
  }

  /** Place of a member, or null where this text has none. */
  find(path: string): MemberPlace | null {
    const known = this.#places.get(path);
    if (known !== undefined) return known;
    const found = this.types.member(this.tag, path) ?? null;
    this.#places.set(path, found);
    return found;
  }

  /** Place of a member that every kernel has. */
  at(path: string): MemberPlace {
    const place = this.find(path);
    if (!place) throw new MissingType(`${path} of ${this.tag}`);
    return place;
  }
}

/** The text has put the memory into a state that the simulation below it cannot go on from. */
export class BrokenState extends Error {}

/** The text has no definition of something that every run needs. */
export class MissingType extends BrokenState {
  constructor(readonly what: string) {
    super(`The tree has no definition of ${what} that can be read.`);
  }
}
