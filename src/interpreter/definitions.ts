/** What names of the text mean outside of functions: types, constants, variables. Found when first asked, kept from then on. */
import type { Context, Runtime } from './compilation';
import { COMPILER, firstOf, outerContext } from './functions';
import type { ParsedChunk } from './program';
import { child, childrenOf, type Syntax } from './syntax';
import { readDeclarator, readSpecifier, structFromBody } from './typeReader';
import { type CType, memberOf, type StructType, sizeOf } from './types';
import type { Value } from './value';

interface Global {
  readonly address: number;
  readonly type: CType;
  /** Puts its first value there. */
  readonly initialise: () => void;
}

export class Definitions {
  readonly #structs = new Map<string, StructType>();
  readonly #typedefs = new Map<string, CType | null>();
  readonly #globals = new Map<string, Global | null>();
  readonly #enumerators = new Map<string, Value | null>();
  readonly #constants = new Map<string, Value | null>();
  readonly #members = new Map<string, { offset: number; type: CType; size: number } | null>();

  constructor(private readonly runtime: Runtime) {}

  structOf(tag: string, file: string): StructType {
    const known = this.#structs.get(tag);
    if (known) return known;
    const find = (): StructType | undefined => {
      const chunk = this.runtime.program.tag(tag, file);
      const node = chunk && findTagged(chunk, tag);
      const body = node && child(node, 'body');
      return chunk && body
        ? structFromBody(outerContext(this.runtime, chunk), tag, tag.startsWith('union'), body)
        : undefined;
    };
    let found: StructType | undefined;
    let isSearched = false;
    const type: StructType = {
      kind: 'struct',
      isUnion: tag.startsWith('union'),
      tag,
      layout() {
        if (!isSearched) found = find();
        isSearched = true;
        return found?.layout();
      },
    };
    this.#structs.set(tag, type);
    return type;
  }

  typedefOf(name: string, file: string): CType | undefined {
    const known = this.#typedefs.get(name);
    if (known !== undefined) return known ?? undefined;
    this.#typedefs.set(name, null);
    const chunk = this.runtime.program.typedef(name, file);
    const node = chunk && firstOf(chunk.root, ['type_definition']);
    if (!chunk || !node) return undefined;
    const context = outerContext(this.runtime, chunk);
    const base = readSpecifier(context, child(node, 'type'));
    for (const declarator of childrenOf(node, 'declarator')) {
      const declared = readDeclarator(context, declarator, base);
      if (declared.name === name) {
        const type = named(declared.type, name);
        this.#typedefs.set(name, type);
        return type;
      }
    }
    return undefined;
  }

  /** Value of an enumerator. All of its enum become known at once. */
  enumerator(name: string, file: string): Value | undefined {
    const known = this.#enumerators.get(name);
    if (known !== undefined) return known ?? undefined;
    this.#enumerators.set(name, null);
    const chunk = this.runtime.program.enumerator(name, file);
    const body = chunk && firstOf(chunk.root, ['enumerator_list']);
    if (chunk && body) this.#readEnum(outerContext(this.runtime, chunk), body);
    return this.#enumerators.get(name) ?? undefined;
  }

  #readEnum(context: Context, body: Syntax): void {
    let next: Value | undefined = 0;
    for (const node of body.children) {
      if (node.type !== 'enumerator') continue;
      const name = child(node, 'name');
      const value = child(node, 'value');
      if (value) next = COMPILER.expression(context, value).constant;
      if (name && next !== undefined)
        this.#enumerators.set(context.chunk.expansion.text.slice(name.start, name.end), next);
      if (next !== undefined) next = Number(next) + 1;
    }
  }

  global(name: string, file: string): { readonly address: number; readonly type: CType } | undefined {
    const known = this.#globals.get(name);
    if (known !== undefined) return known ?? undefined;
    this.#globals.set(name, null);
    const chunk = this.runtime.program.variable(name, file);
    const node = chunk && firstOf(chunk.root, ['declaration']);
    if (!chunk || !node) return undefined;
    const context = outerContext(this.runtime, chunk);
    const base = readSpecifier(context, child(node, 'type'));
    for (const declarator of childrenOf(node, 'declarator')) {
      const declared = readDeclarator(context, declarator, base);
      if (declared.name === name)
        return this.#define(context, name, declared.type, child(declarator, 'value'));
    }
    return undefined;
  }

  #define(context: Context, name: string, type: CType, value: Syntax | undefined): Global {
    const address = this.runtime.staticMemory(sizeOf(type) ?? 64, name);
    const fill = value && COMPILER.initialiser(context, type, value);
    const initialise = (): void => {
      this.runtime.memory.fill(address, 0, sizeOf(type) ?? 64);
      fill?.({ slots: [], base: 0, returnTo: 0, returned: 0, target: null }, address);
    };
    const global = { address, type, initialise };
    this.#globals.set(name, global);
    if (fill) initialise();
    return global;
  }

  resetGlobals(): void {
    for (const global of this.#globals.values()) global?.initialise();
  }

  /** Value of a constant expression; undefined when the text gives none. */
  constant(text: string): Value | undefined {
    const known = this.#constants.get(text);
    if (known !== undefined) return known ?? undefined;
    const chunk = this.runtime.program.expression(text, '');
    const value = initialValue(chunk);
    const constant = value && COMPILER.expression(outerContext(this.runtime, chunk), value).constant;
    this.#constants.set(text, constant ?? null);
    return constant;
  }

  /** Bytes of a type given as text; 0 when nothing is known of it. */
  sizeOf(typeText: string): number {
    return Number(this.constant(`sizeof(${typeText})`) ?? 0);
  }

  member(
    tag: string,
    path: string,
  ): { readonly offset: number; readonly type: CType; readonly size: number } | undefined {
    const key = `${tag}\n${path}`;
    const known = this.#members.get(key);
    if (known !== undefined) return known ?? undefined;
    let type: CType = /^(struct|union) /.test(tag)
      ? this.structOf(tag, '')
      : (this.typedefOf(tag, '') ?? { kind: 'unknown', name: tag });
    let offset = 0;
    for (const name of path.split('.')) {
      const found = type.kind === 'struct' ? memberOf(type, name) : undefined;
      if (!found) {
        this.#members.set(key, null);
        return undefined;
      }
      offset += found.offset;
      type = found.type;
    }
    const result = { offset, type, size: sizeOf(type) ?? 8 };
    this.#members.set(key, result);
    return result;
  }
}

/** An unnamed struct is named after its typedef. */
function named(type: CType, name: string): CType {
  return type.kind === 'struct' && type.tag.startsWith('unnamed')
    ? { ...type, tag: name, layout: () => type.layout() }
    : type;
}

function initialValue(chunk: ParsedChunk): Syntax | undefined {
  const declarator = firstOf(chunk.root, ['init_declarator']);
  return declarator && child(declarator, 'value');
}

function findTagged(chunk: ParsedChunk, tag: string): Syntax | undefined {
  const word = tag.startsWith('union') ? 'union_specifier' : 'struct_specifier';
  const wanted = tag.slice(tag.indexOf(' ') + 1);
  const search = (node: Syntax): Syntax | undefined => {
    const name = child(node, 'name');
    if (
      node.type === word &&
      child(node, 'body') &&
      name &&
      chunk.expansion.text.slice(name.start, name.end) === wanted
    )
      return node;
    for (const inner of node.children) {
      const found = search(inner);
      if (found) return found;
    }
    return undefined;
  };
  return search(chunk.root);
}
