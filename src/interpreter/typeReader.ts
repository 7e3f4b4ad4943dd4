/** Types as they are written: specifiers, declarators, struct and enum bodies. */
import { type Context, textOfNode } from './compilation';
import { readExpanded } from './preprocessor';
import { child, type Syntax } from './syntax';
import {
  alignOf,
  alignUp,
  type CType,
  INT,
  intOfWords,
  type Layout,
  type Member,
  type Parameter,
  POINTER_SIZE,
  pointerTo,
  type StructType,
  sizeOf,
  UINT,
  VOID,
} from './types';
import type { Value } from './value';

/** The type that a declaration begins with. */
export function readSpecifier(context: Context, node: Syntax | undefined): CType {
  if (!node) return INT;
  const text = textOfNode(context, node);
  switch (node.type) {
    case 'primitive_type':
    case 'sized_type_specifier':
      return text === 'void' ? VOID : (intOfWords(text.split(/\s+/)) ?? named(context, text));
    case 'type_identifier':
    case 'identifier':
      return named(context, text);
    case 'struct_specifier':
    case 'union_specifier':
      return readAggregate(context, node);
    case 'enum_specifier':
      return UINT;
    default:
      return { kind: 'unknown', name: text };
  }
}

/** Fixed names of C and of the kernel's basic types. */
const BASIC: Readonly<Record<string, string>> = {
  size_t: 'unsigned long',
  ssize_t: 'long',
  uintptr_t: 'unsigned long',
  intptr_t: 'long',
  ptrdiff_t: 'long',
  int8_t: 'signed char',
  uint8_t: 'unsigned char',
  int16_t: 'short',
  uint16_t: 'unsigned short',
  int32_t: 'int',
  uint32_t: 'unsigned int',
  int64_t: 'long',
  uint64_t: 'unsigned long',
};

/** Type of a name, or undefined when it names none. */
export function typeNamed(context: Context, name: string): CType | undefined {
  const basic = BASIC[name];
  if (basic) return intOfWords(basic.split(' '));
  const placeholder = context.chunk.expansion.placeholders.get(name);
  if (placeholder?.kind === 'typeof') return typeOfOperand(context, placeholder.text);
  if (name === 'bool' || name === '_Bool') return intOfWords(['bool']);
  return context.runtime.typedefOf(name, context.chunk.file);
}

function named(context: Context, name: string): CType {
  return typeNamed(context, name) ?? { kind: 'unknown', name };
}

/** The type that `typeof(text)` means: of a type itself, else that of the expression. */
export function typeOfOperand(context: Context, text: string): CType {
  const chunk = context.runtime.program.operand(text, context.chunk.file);
  const inner: Context = { ...context, chunk };
  const operand = findSizeof(chunk.root);
  if (!operand) return { kind: 'unknown', name: `typeof(${readExpanded(text).text})` };
  const type = child(operand, 'type');
  if (type) return readTypeName(inner, type);
  const value = child(operand, 'value');
  const name = value && nameInBrackets(inner, value);
  if (name && !context.scope.find(name)) {
    const found = typeNamed(inner, name);
    if (found) return found;
  }
  return value ? context.compiler.expression(inner, value).type : { kind: 'unknown', name: text };
}

/** The identifier in `(name)`. */
export function nameInBrackets(context: Context, node: Syntax): string | undefined {
  if (node.type === 'identifier') return textOfNode(context, node);
  const only = node.type === 'parenthesized_expression' ? node.children[0] : undefined;
  return only ? nameInBrackets(context, only) : undefined;
}

function findSizeof(node: Syntax): Syntax | undefined {
  if (node.type === 'sizeof_expression') return node;
  for (const inner of node.children) {
    const found = findSizeof(inner);
    if (found) return found;
  }
  return undefined;
}

/** `struct x *` as in a cast: a specifier and an abstract declarator. */
export function readTypeName(context: Context, node: Syntax): CType {
  const base = readSpecifier(context, child(node, 'type'));
  const declarator = child(node, 'declarator');
  return declarator ? readDeclarator(context, declarator, base).type : base;
}

export interface Declared {
  readonly name: string;
  readonly type: CType;
}

/** What a declarator makes of the type that it is given. */
export function readDeclarator(context: Context, node: Syntax, base: CType): Declared {
  switch (node.type) {
    case 'identifier':
    case 'field_identifier':
    case 'type_identifier':
    case 'primitive_type':
      return { name: textOfNode(context, node), type: base };
    case 'pointer_declarator':
    case 'abstract_pointer_declarator':
      return inner(context, node, pointerTo(base));
    case 'array_declarator':
    case 'abstract_array_declarator':
      return inner(context, node, { kind: 'array', of: base, length: arrayLength(context, node) });
    case 'function_declarator':
    case 'abstract_function_declarator':
      return inner(context, node, readFunction(context, node, base));
    case 'init_declarator':
    case 'parenthesized_declarator':
    case 'abstract_parenthesized_declarator':
    case 'attributed_declarator':
      return inner(context, node, base);
    default:
      return { name: '', type: base };
  }
}

const DECLARATOR = /declarator$|^identifier$|^field_identifier$|^type_identifier$/;

function inner(context: Context, node: Syntax, type: CType): Declared {
  const next =
    child(node, 'declarator') ?? node.children.find((candidate) => DECLARATOR.test(candidate.type));
  return next ? readDeclarator(context, next, type) : { name: '', type };
}

function arrayLength(context: Context, node: Syntax): number | null {
  const size = child(node, 'size');
  if (!size) return null;
  const length = constantOf(context, size);
  return length === undefined ? null : Number(length);
}

export function constantOf(context: Context, node: Syntax): Value | undefined {
  return context.compiler.expression(context, node).constant;
}

export function readFunction(context: Context, node: Syntax, returns: CType): CType {
  const list = child(node, 'parameters');
  const parameters: Parameter[] = [];
  for (const parameter of list?.children ?? []) {
    if (parameter.type !== 'parameter_declaration') continue;
    const base = readSpecifier(context, child(parameter, 'type'));
    const declarator = child(parameter, 'declarator');
    const { name, type } = declarator ? readDeclarator(context, declarator, base) : { name: '', type: base };
    if (type.kind !== 'void') parameters.push({ name, type: decayed(type) });
  }
  const isVariadic = (list?.children ?? []).some(({ type }) => type === 'variadic_parameter');
  return { kind: 'function', returns, parameters, isVariadic };
}

/** Arrays and functions are passed as pointers. */
export function decayed(type: CType): CType {
  if (type.kind === 'array') return pointerTo(type.of);
  return type.kind === 'function' ? pointerTo(type) : type;
}

function readAggregate(context: Context, node: Syntax): CType {
  const word = node.type === 'union_specifier' ? 'union' : 'struct';
  const name = child(node, 'name');
  const body = child(node, 'body');
  if (!body && name)
    return context.runtime.structOf(`${word} ${textOfNode(context, name)}`, context.chunk.file);
  const tag = name ? `${word} ${textOfNode(context, name)}` : `unnamed ${word}`;
  return body ? structFromBody(context, tag, word === 'union', body) : { kind: 'unknown', name: tag };
}

/** A struct with the members of `body`, laid out when first asked. */
export function structFromBody(context: Context, tag: string, isUnion: boolean, body: Syntax): StructType {
  let layout: Layout | undefined;
  let isBusy = false;
  return {
    kind: 'struct',
    isUnion,
    tag,
    layout() {
      if (layout || isBusy) return layout;
      isBusy = true;
      layout = readLayout(context, isUnion, body);
      isBusy = false;
      return layout;
    },
  };
}

function readLayout(context: Context, isUnion: boolean, body: Syntax): Layout {
  const members: Member[] = [];
  let [offset, size, align] = [0, 0, 1];
  const place = (name: string, type: CType, bits: number | undefined): void => {
    const bytes = sizeOf(type) ?? POINTER_SIZE;
    const alignment = alignOf(type);
    const at = isUnion ? 0 : alignUp(offset, alignment);
    members.push({ name, type, offset: at, bits });
    offset = at + bytes;
    size = Math.max(size, offset);
    align = Math.max(align, alignment);
  };
  for (const field of body.children) {
    if (field.type !== 'field_declaration') continue;
    const base = readSpecifier(context, child(field, 'type'));
    const declarators = field.children.filter((candidate) => candidate.field === 'declarator');
    const bitfields = field.children.filter((candidate) => candidate.type === 'bitfield_clause');
    if (declarators.length === 0) {
      if (base.kind === 'struct') place('', base, undefined);
      continue;
    }
    declarators.forEach((declarator, index) => {
      const { name, type } = readDeclarator(context, declarator, base);
      const width = bitfields[index]?.children[0];
      const bits = width ? constantOf(context, width) : undefined;
      place(name, type, bits === undefined ? undefined : Number(bits));
    });
  }
  return { size: alignUp(size, align), align, members };
}
