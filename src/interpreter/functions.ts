/** A C function compiled: its parameters, its body, and how it is called. */
import {
  type Compiler,
  type Context,
  type Frame,
  Goto,
  Next,
  Return,
  type Runtime,
  reserve,
  Scope,
} from './compilation';
import { compileExpression } from './expressions';
import { compileInitialiser } from './initialisers';
import type { Place } from './problem';
import type { ParsedChunk } from './program';
import { compileStatement, compileStatementExpression } from './statements';
import { child, type Syntax } from './syntax';
import { readDeclarator, readSpecifier, readTypeName } from './typeReader';
import { type CType, type FunctionType, isScalar, sizeOf, VOID } from './types';
import type { Value } from './value';

export const COMPILER: Compiler = {
  expression: compileExpression,
  statement: compileStatement,
  statementExpression: compileStatementExpression,
  initialiser: compileInitialiser,
  typeName: readTypeName,
};

export interface CompiledFunction {
  readonly type: FunctionType;
  /** Variables in slots. */
  readonly slots: number;
  /** Bytes of stack. */
  readonly frameSize: number;
  /** Puts the arguments where the body finds them; null when they are that already, as the first slots. */
  readonly enter: ((frame: Frame, args: readonly Value[]) => void) | null;
  readonly body: (frame: Frame) => number;
}

/** A context for constants, types and whatever else stands outside of functions. */
export function outerContext(runtime: Runtime, chunk: ParsedChunk): Context {
  return {
    runtime,
    chunk,
    functionName: '',
    returns: VOID,
    addressed: new Set(),
    traced: false,
    scope: new Scope(null),
    slots: 0,
    frameSize: 0,
    compiler: COMPILER,
  };
}

/** The node of one type that comes first in a chunk. */
export function firstOf(node: Syntax, types: readonly string[]): Syntax | undefined {
  if (types.includes(node.type)) return node;
  for (const inner of node.children) {
    const found = firstOf(inner, types);
    if (found) return found;
  }
  return undefined;
}

const DEFINITION = ['function_definition', 'declaration'];

/** Type of the function that a definition or prototype declares. */
export function functionType(runtime: Runtime, chunk: ParsedChunk): FunctionType | undefined {
  const definition = firstOf(chunk.root, DEFINITION);
  return definition && typeFrom(outerContext(runtime, chunk), definition);
}

function typeFrom(context: Context, definition: Syntax): FunctionType | undefined {
  const base = readSpecifier(context, child(definition, 'type'));
  const declarator = child(definition, 'declarator');
  const { type } = declarator ? readDeclarator(context, declarator, base) : { type: base };
  return type.kind === 'function' ? type : undefined;
}

/** Names whose address a body takes, by `&` on them or on a part of them. */
function addressedIn(node: Syntax, text: string, found: Set<string>): void {
  if (node.type === 'pointer_expression' && text.charAt(node.start) === '&') {
    let inner = child(node, 'argument');
    while (
      inner &&
      ['parenthesized_expression', 'field_expression', 'subscript_expression'].includes(inner.type)
    )
      inner = child(inner, 'argument') ?? inner.children[0];
    if (inner?.type === 'identifier') found.add(text.slice(inner.start, inner.end));
  }
  for (const inner of node.children) addressedIn(inner, text, found);
}

export function compileFunction(
  runtime: Runtime,
  name: string,
  chunk: ParsedChunk,
  traced: boolean,
): CompiledFunction | undefined {
  const definition = firstOf(chunk.root, ['function_definition']);
  const bodyNode = definition && child(definition, 'body');
  const outer = outerContext(runtime, chunk);
  const type = definition && typeFrom(outer, definition);
  if (!bodyNode || !type) return undefined;
  const addressed = new Set<string>();
  addressedIn(bodyNode, chunk.expansion.text, addressed);
  const context: Context = { ...outer, functionName: name, returns: type.returns, addressed, traced };
  const enter = parameters(context, type);
  const { run } = compileStatement(context, bodyNode);
  return { type, slots: context.slots, frameSize: context.frameSize, enter, body: run };
}

function parameters(context: Context, type: FunctionType): CompiledFunction['enter'] {
  if (type.parameters.every(({ name, type: of }) => isScalar(of) && !context.addressed.has(name))) {
    for (const { name, type: of } of type.parameters)
      context.scope.variables.set(name, { kind: 'slot', index: context.slots++, type: of, name });
    return null;
  }
  const places = type.parameters.map(({ name, type: of }, index) => {
    if (isScalar(of) && !context.addressed.has(name)) {
      const slot = context.slots++;
      context.scope.variables.set(name, { kind: 'slot', index: slot, type: of, name });
      return (frame: Frame, args: readonly Value[]): void => {
        frame.slots[slot] = args[index] ?? 0;
      };
    }
    const size = sizeOf(of) ?? 8;
    const offset = reserve(context, size);
    context.scope.variables.set(name, { kind: 'stack', offset, type: of });
    const store = parameterStore(context, of, size);
    return (frame: Frame, args: readonly Value[]): void => store(frame.base + offset, args[index] ?? 0);
  });
  return (frame, args) => {
    for (const place of places) place(frame, args);
  };
}

function parameterStore(
  context: Context,
  type: CType,
  size: number,
): (address: number, value: Value) => void {
  const { memory } = context.runtime;
  if (isScalar(type)) {
    const bytes = sizeOf(type) ?? 8;
    if (bytes === 8) return (address, value) => memory.setU64(address, value);
    if (bytes === 4) return (address, value) => memory.setU32(address, Number(value));
    return bytes === 2
      ? (address, value) => memory.setU16(address, Number(value))
      : (address, value) => memory.setU8(address, Number(value));
  }
  return (address, value) => memory.copy(address, Number(value), size);
}

/** Runs a body to its end. */
export function runBody(runtime: Runtime, compiled: CompiledFunction, frame: Frame, at: Place): Value {
  const ended = compiled.body(frame);
  if (ended === Goto) runtime.stop('unsupported', `the label ${frame.target ?? ''} was not found`, at);
  if (ended !== Return && ended !== Next)
    runtime.stop('unsupported', 'a break or continue outside of a loop', at);
  return frame.returned;
}
