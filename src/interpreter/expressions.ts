/** Expressions: from syntax to closures. */
import { callExpression } from './calls';
import {
  type Code,
  type Context,
  placeOf,
  type Run,
  reserve,
  type Storage,
  textOfNode,
  type Variable,
} from './compilation';
import { binary, isUnsupported, numberCode, unary, unified, unsupported } from './operators';
import type { Place } from './problem';
import { constantCode, convert, readPlace, storer, truth, writePlace } from './storage';
import { child, type Syntax } from './syntax';
import { nameInBrackets, readTypeName, typeNamed, typeOfOperand } from './typeReader';
import {
  CHAR,
  type CType,
  INT,
  memberOf,
  pointerTo,
  type StructType,
  sizeOf,
  typeName,
  ULONG,
  VOID,
} from './types';
import type { Value } from './value';

export function compileExpression(context: Context, node: Syntax): Code {
  const at = (): Place => placeOf(context, node);
  switch (node.type) {
    case 'identifier':
    case 'field_identifier':
      return identifier(context, textOfNode(context, node), at);
    case 'primitive_type':
    case 'type_identifier':
      return identifier(context, textOfNode(context, node), at);
    case 'number_literal':
      return (
        numberCode(textOfNode(context, node)) ??
        unsupported(context, `the number ${textOfNode(context, node)} is not supported`, at)
      );
    case 'char_literal':
      return character(textOfNode(context, node));
    case 'string_literal':
    case 'concatenated_string':
      return string(context, node);
    case 'true':
      return constantCode(INT, 1);
    case 'false':
    case 'null':
      return node.type === 'null' ? constantCode(pointerTo(VOID), 0) : constantCode(INT, 0);
    case 'parenthesized_expression':
      return parenthesized(context, node);
    case 'comma_expression':
      return comma(context, node);
    case 'binary_expression':
      return compileBinary(context, node, at);
    case 'unary_expression':
      return unary(context, operatorOf(context, node), argument(context, node), at);
    case 'pointer_expression':
      return pointer(context, node, at);
    case 'field_expression':
      return field(context, node, at);
    case 'subscript_expression':
      return subscript(context, node, at);
    case 'assignment_expression':
      return assignment(context, node, at);
    case 'update_expression':
      return update(context, node, at);
    case 'conditional_expression':
      return conditional(context, node);
    case 'cast_expression':
      return cast(context, node, at);
    case 'sizeof_expression':
    case 'alignof_expression':
      return size(context, node, at);
    case 'compound_literal_expression':
      return compoundLiteral(context, node);
    case 'generic_expression':
      return generic(context, node, at);
    case 'call_expression':
      return callExpression(context, node, at);
    case 'gnu_asm_expression':
      return unsupported(context, 'assembly code cannot be run', at, 'asm');
    default:
      return unsupported(context, `"${textOfNode(context, node).slice(0, 60)}" was not understood`, at);
  }
}

function operatorOf(context: Context, node: Syntax): string {
  const operator = child(node, 'operator');
  return operator ? textOfNode(context, operator) : '';
}

/** An operand by field name, arrays and functions as pointers. */
function operand(context: Context, node: Syntax, field: string): Code {
  const inner = child(node, field);
  const at = (): Place => placeOf(context, node);
  return inner ? decay(compileExpression(context, inner)) : unsupported(context, 'an operand is missing', at);
}

function argument(context: Context, node: Syntax): Code {
  return operand(context, node, 'argument');
}

/** An array or a function as the pointer that C makes of it. */
export function decay(code: Code): Code {
  const { type, run } = code;
  if (type.kind === 'array') return { type: pointerTo(type.of), run, ...constantPart(code) };
  if (type.kind === 'function') return { type: pointerTo(type), run, ...constantPart(code) };
  return code;
}

function constantPart({ constant }: Code): { readonly constant?: Value } {
  return constant === undefined ? {} : { constant };
}

/** Code that reads a place. */
export function fromPlace(context: Context, type: CType, place: Storage, at: () => Place): Code {
  return { type, run: readPlace(context, place, type, at), place };
}

function identifier(context: Context, name: string, at: () => Place): Code {
  const local = context.scope.find(name);
  if (local) return variable(context, name, local, at);
  const placeholder = context.chunk.expansion.placeholders.get(name);
  if (placeholder?.kind === 'offsetof') return offset(context, placeholder.type, placeholder.path, at);
  if (name === '__func__' || name === '__FUNCTION__')
    return constantCode(pointerTo(CHAR), context.runtime.string(context.functionName));
  if (name === 'NULL') return constantCode(pointerTo(VOID), 0);
  if (name === 'true' || name === 'false') return constantCode(INT, name === 'true' ? 1 : 0);
  const { runtime, chunk } = context;
  const constant = runtime.constantOf(name, chunk.file);
  if (constant !== undefined)
    return constantCode(typeof constant === 'number' && Math.abs(constant) < 2 ** 31 ? INT : ULONG, constant);
  const address = runtime.functionAddress(name, chunk.file);
  if (address !== undefined) {
    const type = runtime.callee(name, chunk.file)?.type ?? {
      kind: 'function',
      returns: INT,
      parameters: [],
      isVariadic: true,
    };
    return constantCode(type, address);
  }
  const global = runtime.global(name, chunk.file);
  if (global)
    return fromPlace(
      context,
      global.type,
      { kind: 'memory', address: () => global.address, bits: undefined },
      at,
    );
  return unsupported(context, `${name} is not defined in the files that are read`, at, name);
}

function variable(context: Context, name: string, local: Variable, at: () => Place): Code {
  switch (local.kind) {
    case 'slot':
      return fromPlace(context, local.type, { kind: 'slot', index: local.index, name }, at);
    case 'stack': {
      const { offset: by } = local;
      return fromPlace(
        context,
        local.type,
        { kind: 'memory', address: (frame) => frame.base + by, bits: undefined },
        at,
      );
    }
    case 'static': {
      const { address } = local;
      return fromPlace(context, local.type, { kind: 'memory', address: () => address, bits: undefined }, at);
    }
  }
}

function character(text: string): Code {
  const body = text.slice(1, -1);
  const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, 0: 0 };
  if (body.startsWith('\\')) return constantCode(INT, escapes[body[1] ?? ''] ?? body.charCodeAt(1));
  return constantCode(INT, body.charCodeAt(0));
}

function string(context: Context, node: Syntax): Code {
  const parts = node.type === 'concatenated_string' ? node.children : [node];
  const text = parts
    .map((part) => textOfNode(context, part))
    .map((part) =>
      part
        .slice(part.indexOf('"') + 1, -1)
        .replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)),
    )
    .join('');
  return constantCode(pointerTo(CHAR), context.runtime.string(text));
}

function parenthesized(context: Context, node: Syntax): Code {
  const [inner] = node.children;
  if (!inner) return constantCode(INT, 0);
  if (inner.type === 'compound_statement') return context.compiler.statementExpression(context, inner);
  return compileExpression(context, inner);
}

function comma(context: Context, node: Syntax): Code {
  const [left, right] = node.children.map((inner) => compileExpression(context, inner));
  if (!left || !right) return constantCode(INT, 0);
  const { run: first } = left;
  const { run: second } = right;
  return {
    type: right.type,
    run: (frame) => {
      first(frame);
      return second(frame);
    },
  };
}

function compileBinary(context: Context, node: Syntax, at: () => Place): Code {
  return binary(
    context,
    operatorOf(context, node),
    operand(context, node, 'left'),
    operand(context, node, 'right'),
    at,
  );
}

function pointer(context: Context, node: Syntax, at: () => Place): Code {
  if (operatorOf(context, node) === '&') {
    const inner = child(node, 'argument');
    return inner
      ? addressOf(context, compileExpression(context, inner), at)
      : unsupported(context, 'an operand is missing', at);
  }
  return dereference(context, argument(context, node), at);
}

function addressOf(context: Context, code: Code, at: () => Place): Code {
  if (isUnsupported(code) && !code.place) return code;
  if (code.type.kind === 'function') return { ...code, type: pointerTo(code.type) };
  if (code.place?.kind === 'memory') return { type: pointerTo(code.type), run: code.place.address };
  if (code.type.kind === 'struct') return { type: pointerTo(code.type), run: code.run };
  return unsupported(context, 'the address of this cannot be taken', at);
}

/** `*p`. A struct is not read until one of its members is. */
export function dereference(context: Context, code: Code, at: () => Place): Code {
  if (isUnsupported(code)) return code;
  if (code.type.kind !== 'pointer') return unsupported(context, `${typeName(code.type)} is no pointer`, at);
  const { to } = code.type;
  if (to.kind === 'function') return { ...code, type: to };
  const behind = code.place?.kind === 'slot' ? { slot: code.place.index, bytes: 0 } : undefined;
  return fromPlace(context, to, { kind: 'memory', address: code.run, bits: undefined, behind }, at);
}

function field(context: Context, node: Syntax, at: () => Place): Code {
  const name = child(node, 'field');
  const inner = child(node, 'argument');
  if (!name || !inner) return unsupported(context, 'a field is missing', at);
  const whole = compileExpression(context, inner);
  const object = operatorOf(context, node) === '->' ? dereference(context, decay(whole), at) : whole;
  return member(context, object, textOfNode(context, name), at);
}

function member(context: Context, object: Code, name: string, at: () => Place): Code {
  if (isUnsupported(object) && !object.place) return object;
  if (object.type.kind !== 'struct')
    return unsupported(
      context,
      `nothing is known of ${typeName(object.type)}, so that its field ${name} cannot be used`,
      at,
      typeName(object.type),
    );
  const found = memberOf(object.type, name);
  if (!found) return unsupported(context, missingMember(object.type, name), at, `${object.type.tag}.${name}`);
  const place = object.place?.kind === 'memory' ? object.place : undefined;
  const base = place ? place.address : object.run;
  const { offset: by, bits, type } = found;
  const behind = place?.behind && { slot: place.behind.slot, bytes: place.behind.bytes + by };
  const address = by === 0 ? base : displacedBy(base, by, behind);
  return fromPlace(context, type, { kind: 'memory', address, bits, behind }, at);
}

/** An address and some bytes more; `behind` is the whole of it from a slot on. */
function displacedBy(base: Run, by: number, behind: { slot: number; bytes: number } | undefined): Run {
  if (!behind) return (frame) => Number(base(frame)) + by;
  const { slot, bytes } = behind;
  return (frame) => {
    const pointer = frame.slots[slot];
    return typeof pointer === 'number' ? pointer + bytes : Number(base(frame)) + by;
  };
}

function missingMember(type: StructType, name: string): string {
  return type.layout()
    ? `${type.tag} has no field ${name} in the files that are read`
    : `${type.tag} is not defined in the files that are read`;
}

function subscript(context: Context, node: Syntax, at: () => Place): Code {
  const sum = binary(context, '+', argument(context, node), operand(context, node, 'index'), at);
  return dereference(context, sum, at);
}

function assignment(context: Context, node: Syntax, at: () => Place): Code {
  const left = child(node, 'left');
  const target = left ? compileExpression(context, left) : undefined;
  if (!target?.place)
    return target && isUnsupported(target) ? target : unsupported(context, 'this cannot be assigned to', at);
  const value = operand(context, node, 'right');
  const operator = operatorOf(context, node).slice(0, -1);
  return assign(
    context,
    target,
    target.place,
    operator === '' ? value : binary(context, operator, twice(target), value, at),
    at,
  );
}

/** The target of a compound assignment as an operand. Its address is computed a second time, which has no effect of its own here. */
function twice(target: Code): Code {
  return { type: target.type, run: target.run };
}

export function assign(context: Context, target: Code, place: Storage, value: Code, at: () => Place): Code {
  if (isUnsupported(value)) return value;
  if (isUnsupported(target) || (target.type.kind === 'struct' && sizeOf(target.type) === undefined))
    return unsupported(context, `nothing is known of ${typeName(target.type)}`, at, typeName(target.type));
  const { type } = target;
  const converted = convert(value, type);
  const write = writePlace(context, place, type);
  const { run } = converted;
  if (place.kind === 'slot') {
    const { index } = place;
    return {
      type,
      run: (frame) => {
        const result = run(frame);
        frame.slots[index] = result;
        return result;
      },
    };
  }
  return {
    type,
    run: (frame) => {
      const result = run(frame);
      write(frame, result);
      return result;
    },
  };
}

function update(context: Context, node: Syntax, at: () => Place): Code {
  const inner = child(node, 'argument');
  const operator = child(node, 'operator');
  const target = inner ? compileExpression(context, inner) : undefined;
  if (!inner || !operator || !target?.place)
    return target && isUnsupported(target)
      ? target
      : unsupported(context, 'this cannot be counted up or down', at);
  const sign = textOfNode(context, operator).startsWith('+') ? '+' : '-';
  const { run: before } = target;
  const changed = assign(
    context,
    target,
    target.place,
    binary(context, sign, twice(target), constantCode(INT, 1), at),
    at,
  );
  if (isUnsupported(changed) || operator.start < inner.start) return changed;
  return {
    type: target.type,
    run: (frame) => {
      const old = before(frame);
      changed.run(frame);
      return old;
    },
  };
}

function conditional(context: Context, node: Syntax): Code {
  const condition = operand(context, node, 'condition');
  const no = operand(context, node, 'alternative');
  const yes = child(node, 'consequence') ? operand(context, node, 'consequence') : undefined;
  if (!yes) return elvis(condition, no);
  const { type, a, b } = unified(yes, no);
  if (condition.constant !== undefined) return condition.constant !== 0 ? { ...a, type } : { ...b, type };
  const holds = truth(condition);
  return { type, run: (frame) => (holds(frame) ? a.run(frame) : b.run(frame)) };
}

/** `x ?: y`. */
function elvis(condition: Code, no: Code): Code {
  const { type, a, b } = unified(condition, no);
  return {
    type,
    run: (frame) => {
      const value = a.run(frame);
      return value !== 0 ? value : b.run(frame);
    },
  };
}

function cast(context: Context, node: Syntax, at: () => Place): Code {
  const typeNode = child(node, 'type');
  const valueNode = child(node, 'value');
  if (!typeNode || !valueNode) return unsupported(context, 'a cast is incomplete', at);
  const reread = misreadCast(context, typeNode, valueNode, at);
  if (reread) return reread;
  const type = readTypeName(context, typeNode);
  const value = decay(compileExpression(context, valueNode));
  if (type.kind === 'void') return { type, run: value.run };
  if (isUnsupported(value)) return value;
  if (type.kind === 'unknown')
    return unsupported(
      context,
      `the type ${type.name} is not defined in the files that are read`,
      at,
      type.name,
    );
  return convert(value, type);
}

/** `(a) - b` and the like, read by the grammar as casts, when `a` is no type. */
function misreadCast(
  context: Context,
  typeNode: Syntax,
  valueNode: Syntax,
  at: () => Place,
): Code | undefined {
  const [only] = typeNode.children;
  if (typeNode.children.length !== 1 || only?.type !== 'type_identifier') return undefined;
  const name = textOfNode(context, only);
  if (!context.scope.find(name) && typeNamed(context, name)) return undefined;
  if (valueNode.type !== 'unary_expression' && valueNode.type !== 'pointer_expression') return undefined;
  const operator = operatorOf(context, valueNode);
  if (!['-', '+', '*', '&'].includes(operator)) return undefined;
  return binary(context, operator, decay(identifier(context, name, at)), argument(context, valueNode), at);
}

function size(context: Context, node: Syntax, at: () => Place): Code {
  const typeNode = child(node, 'type');
  const valueNode = child(node, 'value');
  let type: CType = INT;
  if (typeNode) type = readTypeName(context, typeNode);
  else if (valueNode) {
    const name = nameInBrackets(context, valueNode);
    const named = name && !context.scope.find(name) ? typeNamed(context, name) : undefined;
    type = named ?? compileExpression(context, valueNode).type;
  }
  const bytes = sizeOf(type);
  return bytes === undefined
    ? unsupported(context, `the size of ${typeName(type)} is not known`, at, typeName(type))
    : constantCode(ULONG, bytes);
}

function offset(
  context: Context,
  typeText: string,
  path: readonly (string | number)[],
  at: () => Place,
): Code {
  let type = typeOfOperand(context, typeText);
  let bytes = 0;
  for (const step of path) {
    if (type.kind === 'struct' && typeof step === 'string') {
      const found = memberOf(type, step);
      if (!found) return unsupported(context, missingMember(type, step), at, `${type.tag}.${step}`);
      bytes += found.offset;
      type = found.type;
    } else if (type.kind === 'array' && typeof step === 'number') {
      bytes += step * (sizeOf(type.of) ?? 0);
      type = type.of;
    } else return unsupported(context, `nothing is known of ${typeName(type)}`, at, typeName(type));
  }
  return constantCode(ULONG, bytes);
}

/** `int[]` gets its length from the list behind it. */
function literalType(context: Context, typeNode: Syntax, value: Syntax): CType {
  const type = readTypeName(context, typeNode);
  return type.kind === 'array' && type.length === null ? { ...type, length: value.children.length } : type;
}

function compoundLiteral(context: Context, node: Syntax): Code {
  const typeNode = child(node, 'type');
  const value = child(node, 'value');
  const at = (): Place => placeOf(context, node);
  if (!typeNode || !value) return unsupported(context, 'a compound literal is incomplete', at);
  const type = literalType(context, typeNode, value);
  const bytes = sizeOf(type);
  if (bytes === undefined)
    return unsupported(context, `the size of ${typeName(type)} is not known`, at, typeName(type));
  const by = reserve(context, bytes);
  const fill = context.compiler.initialiser(context, type, value);
  const address = (frame: Parameters<Code['run']>[0]): number => frame.base + by;
  if (type.kind === 'struct' || type.kind === 'array') {
    const run = (frame: Parameters<Code['run']>[0]): number => {
      fill(frame, address(frame));
      return address(frame);
    };
    return { type, run, place: { kind: 'memory', address: run, bits: undefined } };
  }
  const filled = fromPlace(context, type, { kind: 'memory', address, bits: undefined }, at);
  return {
    ...filled,
    run: (frame) => {
      fill(frame, address(frame));
      return filled.run(frame);
    },
  };
}

function generic(context: Context, node: Syntax, at: () => Place): Code {
  const [selector, ...choices] = node.children;
  if (!selector) return unsupported(context, '_Generic without a selector', at);
  const wanted = typeName(decay(compileExpression(context, selector)).type);
  for (let i = 0; i + 1 < choices.length; i += 2) {
    const [type, value] = [choices[i], choices[i + 1]];
    if (!type || !value) break;
    const name = textOfNode(context, type).trim();
    if (name === 'default' || typeName(readTypeName(context, type)) === wanted)
      return compileExpression(context, value);
  }
  return unsupported(context, `_Generic has no choice for ${wanted}`, at);
}

/** Memory of a struct that a call returns. */
export function temporary(context: Context, type: CType): (frame: Parameters<Code['run']>[0]) => number {
  const by = reserve(context, sizeOf(type) ?? 8);
  return (frame) => frame.base + by;
}

/** Copies an argument that is a struct, so that the callee has its own. */
export function copyTo(context: Context, type: CType): (to: number, from: Value) => void {
  return storer(context.runtime.memory, type);
}
