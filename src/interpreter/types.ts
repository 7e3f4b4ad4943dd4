/** Types of C as the machine knows them: sizes and alignments in bytes, as on x86-64. */

export type IntCode = 'bool' | 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64';

export interface IntType {
  readonly kind: 'int';
  readonly code: IntCode;
  readonly size: number;
  readonly align: number;
  readonly signed: boolean;
  /** As C writes it: `unsigned long`. */
  readonly name: string;
}

export interface VoidType {
  readonly kind: 'void';
}

export interface PointerType {
  readonly kind: 'pointer';
  readonly to: CType;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly of: CType;
  /** Number of elements; null for `[]`. */
  readonly length: number | null;
}

export interface Member {
  /** Empty for an unnamed struct or union, whose members count as members of the one around it. */
  readonly name: string;
  readonly type: CType;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  /** Width of a bit field, which is given storage of its own. */
  readonly bits: number | undefined;
}

export interface Layout {
  readonly size: number;
  readonly align: number;
  readonly members: readonly Member[];
}

/** A struct or union. Its layout is found when it is first needed, so that incomplete types cost nothing. */
export interface StructType {
  readonly kind: 'struct';
  readonly isUnion: boolean;
  /** `struct anon_vma`; a name of its own for unnamed ones. */
  readonly tag: string;
  /** Undefined where no definition of it is known. */
  layout(): Layout | undefined;
}

export interface Parameter {
  readonly name: string;
  readonly type: CType;
}

export interface FunctionType {
  readonly kind: 'function';
  readonly returns: CType;
  readonly parameters: readonly Parameter[];
  readonly isVariadic: boolean;
}

/** A type that nothing is known of; whatever needs to know ends the run with a report. */
export interface UnknownType {
  readonly kind: 'unknown';
  readonly name: string;
}

export type CType = IntType | VoidType | PointerType | ArrayType | StructType | FunctionType | UnknownType;

function int(code: IntCode, size: number, signed: boolean, name: string): IntType {
  return { kind: 'int', code, size, align: size, signed, name };
}

export const BOOL = int('bool', 1, false, '_Bool');
export const CHAR = int('i8', 1, true, 'char');
export const UCHAR = int('u8', 1, false, 'unsigned char');
export const SHORT = int('i16', 2, true, 'short');
export const USHORT = int('u16', 2, false, 'unsigned short');
export const INT = int('i32', 4, true, 'int');
export const UINT = int('u32', 4, false, 'unsigned int');
export const LONG = int('i64', 8, true, 'long');
export const ULONG = int('u64', 8, false, 'unsigned long');
export const VOID: VoidType = { kind: 'void' };

export const POINTER_SIZE = 8;

export function pointerTo(to: CType): PointerType {
  return { kind: 'pointer', to };
}

/** Words of a built-in type, such as `unsigned long int`; undefined for anything else. */
export function intOfWords(words: readonly string[]): IntType | undefined {
  const has = (word: string): boolean => words.includes(word);
  const unsigned = has('unsigned');
  if (has('_Bool') || has('bool')) return BOOL;
  if (has('char')) return unsigned ? UCHAR : CHAR;
  if (has('short')) return unsigned ? USHORT : SHORT;
  if (has('long')) return unsigned ? ULONG : LONG;
  if (has('int') || has('signed') || unsigned) return unsigned ? UINT : INT;
  return undefined;
}

/** Bytes, or undefined for an incomplete or unknown type. void counts one byte, as for GNU C. */
export function sizeOf(type: CType): number | undefined {
  switch (type.kind) {
    case 'int':
      return type.size;
    case 'pointer':
      return POINTER_SIZE;
    case 'void':
    case 'function':
      return 1;
    case 'array': {
      const of = sizeOf(type.of);
      return of === undefined ? undefined : of * (type.length ?? 0);
    }
    case 'struct':
      return type.layout()?.size;
    case 'unknown':
      return undefined;
  }
}

export function alignOf(type: CType): number {
  switch (type.kind) {
    case 'int':
      return type.align;
    case 'array':
      return alignOf(type.of);
    case 'struct':
      return type.layout()?.align ?? POINTER_SIZE;
    default:
      return POINTER_SIZE;
  }
}

export function alignUp(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

/** Member of a struct, those of unnamed members included, with its offset from the start of `type`. */
export function memberOf(type: StructType, name: string): Member | undefined {
  return membersByName(type).get(name);
}

const MEMBERS = new WeakMap<Layout, ReadonlyMap<string, Member>>();

function membersByName(type: StructType): ReadonlyMap<string, Member> {
  const layout = type.layout();
  if (!layout) return new Map();
  let known = MEMBERS.get(layout);
  if (!known) {
    known = new Map(flatten(layout, 0));
    MEMBERS.set(layout, known);
  }
  return known;
}

function* flatten(layout: Layout, base: number): Generator<[string, Member]> {
  for (const member of layout.members) {
    const here = { ...member, offset: base + member.offset };
    if (member.name !== '') yield [member.name, here];
    else if (member.type.kind === 'struct') {
      const inner = member.type.layout();
      if (inner) yield* flatten(inner, here.offset);
    }
  }
}

/** As an error message names it. */
export function typeName(type: CType): string {
  switch (type.kind) {
    case 'int':
      return type.name;
    case 'void':
      return 'void';
    case 'pointer':
      return `${typeName(type.to)} *`;
    case 'array':
      return `${typeName(type.of)}[${type.length ?? ''}]`;
    case 'struct':
      return type.tag;
    case 'function':
      return `${typeName(type.returns)} (*)()`;
    case 'unknown':
      return type.name;
  }
}

/** Pointers and integers: what fits one value. */
export function isScalar(type: CType): type is IntType | PointerType {
  return type.kind === 'int' || type.kind === 'pointer';
}
