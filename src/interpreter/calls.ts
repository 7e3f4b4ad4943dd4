/** Calls: of functions of the text, of built-in ones, and through pointers. */
import { type Callee, type Code, type Context, type Frame, reserve, textOfNode } from './compilation';
import { isUnsupported, promoted, unsupported } from './operators';
import type { Place } from './problem';
import { constantCode, convert } from './storage';
import { child, type Syntax } from './syntax';
import { decayed, typeNamed } from './typeReader';
import { type CType, type FunctionType, INT, LONG, sizeOf, typeName, ULONG } from './types';
import type { Value } from './value';

type Operand = (context: Context, node: Syntax) => Code;

export function callExpression(context: Context, node: Syntax, at: () => Place): Code {
  const target = child(node, 'function');
  const list = child(node, 'arguments');
  if (!target || !list) return unsupported(context, 'a call is incomplete', at);
  const name = calledName(context, target);
  const args = list.children;
  if (name !== undefined && !context.scope.find(name)) {
    const special = compilerBuiltin(context, name, args, at);
    if (special) return special;
    return namedCall(context, name, args, at);
  }
  return pointerCall(context, target, args, at);
}

function calledName(context: Context, target: Syntax): string | undefined {
  if (target.type === 'identifier') return textOfNode(context, target);
  if (target.type === 'parenthesized_expression' && target.children[0])
    return calledName(context, target.children[0]);
  return undefined;
}

function argumentCode(context: Context, node: Syntax): Code {
  const code = context.compiler.expression(context, node);
  const type = decayed(code.type);
  return type === code.type
    ? code
    : { type, run: code.run, ...(code.constant === undefined ? {} : { constant: code.constant }) };
}

/** What the compiler itself knows: `__builtin_…`, and a cast that looks like a call. */
function compilerBuiltin(
  context: Context,
  name: string,
  args: readonly Syntax[],
  at: () => Place,
): Code | undefined {
  const [first, second, third] = args;
  const code: Operand = argumentCode;
  switch (name) {
    case '__builtin_expect':
    case '__builtin_expect_with_probability':
      return first && code(context, first);
    case '__builtin_constant_p':
      return constantCode(INT, first && code(context, first).constant !== undefined ? 1 : 0);
    case '__builtin_choose_expr': {
      const condition = first && code(context, first).constant;
      const chosen = condition === undefined || condition === 0 ? third : second;
      return chosen && code(context, chosen);
    }
    case '__builtin_types_compatible_p':
      return constantCode(INT, 1);
    case '__builtin_object_size':
      return constantCode(ULONG, 18446744073709551615n);
    case '__builtin_unreachable':
      return {
        type: INT,
        run: () => context.runtime.stop('oops', 'code that cannot be reached was reached', at()),
      };
    default:
      return first && !context.runtime.callee(name, context.chunk.file) && typeNamed(context, name)
        ? convert(code(context, first), typeNamed(context, name) ?? INT)
        : undefined;
  }
}

/** Arguments as the callee wants them. A struct is copied into memory of the caller first, so that the callee has its own. */
function convertArguments(context: Context, args: readonly Syntax[], type: FunctionType | undefined): Code[] {
  return args.map((arg, index) => {
    const code = argumentCode(context, arg);
    const wanted = type?.parameters[index]?.type;
    if (isUnsupported(code)) return code;
    if (code.type.kind === 'struct') return structCopy(context, code);
    if (wanted && (wanted.kind === 'int' || wanted.kind === 'pointer')) return convert(code, wanted);
    return code.type.kind === 'int' ? convert(code, promoted(code.type)) : code;
  });
}

function structCopy(context: Context, code: Code): Code {
  const size = sizeOf(code.type) ?? 0;
  const by = reserve(context, size);
  const { memory } = context.runtime;
  return {
    type: code.type,
    run: (frame) => {
      memory.copy(frame.base + by, Number(code.run(frame)), size);
      return frame.base + by;
    },
  };
}

/** The arguments, with room behind them for what else the callee keeps in slots. */
function evaluate(codes: readonly Code[], frame: Frame, slots: number): Value[] {
  const values = new Array<Value>(slots > codes.length ? slots : codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = codes[i]?.run(frame) ?? 0;
  return values;
}

function namedCall(context: Context, name: string, args: readonly Syntax[], at: () => Place): Code {
  const callee = context.runtime.callee(name, context.chunk.file);
  if (!callee)
    return unsupported(context, `${name}() is neither in the files that are read nor built in`, at, name);
  return invoke(context, () => callee, callee.type, convertArguments(context, args, callee.type), at);
}

function pointerCall(context: Context, target: Syntax, args: readonly Syntax[], at: () => Place): Code {
  const pointer = argumentCode(context, target);
  if (isUnsupported(pointer)) return pointer;
  const pointed = pointer.type.kind === 'pointer' ? pointer.type.to : pointer.type;
  if (pointed.kind !== 'function')
    return unsupported(context, `${typeName(pointer.type)} cannot be called`, at);
  const { runtime } = context;
  const find = (frame: Frame): Callee => runtime.calleeAt(Number(pointer.run(frame)), at());
  return invoke(context, find, pointed, convertArguments(context, args, pointed), at);
}

function invoke(
  context: Context,
  find: (frame: Frame) => Callee,
  type: FunctionType | undefined,
  codes: readonly Code[],
  at: () => Place,
): Code {
  const place = at();
  const returns: CType = type?.returns ?? LONG;
  if (returns.kind === 'struct') {
    const by = reserve(context, sizeOf(returns) ?? 8);
    const run = (frame: Frame): number => {
      const callee = find(frame);
      callee.call(evaluate(codes, frame, callee.slots), frame.base + by, place);
      return frame.base + by;
    };
    return { type: returns, run };
  }
  return {
    type: returns,
    run: (frame) => {
      const callee = find(frame);
      return callee.call(evaluate(codes, frame, callee.slots), 0, place);
    },
  };
}

/** Type of a function that nothing declares: what C once assumed, but 64 bits wide. */
export const UNDECLARED: FunctionType = { kind: 'function', returns: LONG, parameters: [], isVariadic: true };
