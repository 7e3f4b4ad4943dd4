/** What the parts of the compiler share: compiled forms, scopes, and the way to each other. */
import type { Memory } from './memory';
import type { Place } from './problem';
import type { ParsedChunk, Program } from './program';
import type { Syntax } from './syntax';
import type { CType, FunctionType, StructType } from './types';
import type { Value } from './value';

/** One call of a C function. */
export class Frame {
  /** Local variables whose address nobody takes; undefined while never written. */
  readonly slots: (Value | undefined)[];
  returned: Value = 0;
  /** Label that a `goto` is on its way to. */
  target: string | null = null;
  constructor(
    slots: (Value | undefined)[],
    /** Address of the locals that have one. */
    readonly base: number,
    /** Where a struct that is returned goes. */
    readonly returnTo: number,
  ) {
    this.slots = slots;
  }
}

export type Run = (frame: Frame) => Value;

/** An expression. A struct's value is its address. */
export interface Code {
  readonly type: CType;
  readonly run: Run;
  /** Set when it is known without running. */
  readonly constant?: Value;
  /** Set when it has a place. */
  readonly place?: Storage;
  /** Set when it is cheaper to ask whether it is not 0 than to have the value. */
  readonly test?: (frame: Frame) => boolean;
}

export type Storage =
  | { readonly kind: 'slot'; readonly index: number; readonly name: string }
  | {
      readonly kind: 'memory';
      readonly address: Run;
      readonly bits: number | undefined;
      /** When the address is that in a slot and some bytes more: the same, for a shorter way there. */
      readonly behind?: { readonly slot: number; readonly bytes: number } | undefined;
    };

/** How a statement ended. */
export const Next = 0;
export const Break = 1;
export const Continue = 2;
export const Return = 3;
export const Goto = 4;

export interface Statement {
  readonly run: (frame: Frame) => number;
  /** Labels inside it. */
  readonly labels: ReadonlySet<string>;
}

export type Variable =
  | { readonly kind: 'slot'; readonly index: number; readonly type: CType; readonly name: string }
  | { readonly kind: 'stack'; readonly offset: number; readonly type: CType }
  | { readonly kind: 'static'; readonly address: number; readonly type: CType };

export class Scope {
  readonly variables = new Map<string, Variable>();
  constructor(readonly outer: Scope | null) {}

  find(name: string): Variable | undefined {
    return this.variables.get(name) ?? this.outer?.find(name);
  }
}

/** Functions that can be called, found when first called. */
export interface Callee {
  readonly name: string;
  readonly type: FunctionType | undefined;
  /** Variables in slots, arguments among them; 0 until it has been called. */
  readonly slots: number;
  /** `args` becomes the callee's own: it may be longer than what is passed, up to `slots`. */
  call(args: Value[], returnTo: number, at: Place): Value;
}

/** The machine as the compiler needs it. */
export interface Runtime {
  readonly memory: Memory;
  readonly program: Program;
  /** A step begins at a place of the tree. Reports it, and counts it against the limit. */
  step(place: Place, name: string): void;
  /** Counts one round of a loop against the limit on steps. */
  count(place: Place): void;
  callee(name: string, file: string): Callee | undefined;
  calleeAt(address: number, at: Place): Callee;
  functionAddress(name: string, file: string): number | undefined;
  /** Address of a variable at file level. */
  global(name: string, file: string): { readonly address: number; readonly type: CType } | undefined;
  /** Address of a string of the program. */
  string(text: string): number;
  /** Static memory for a `static` local. */
  staticMemory(size: number, kind: string): number;
  /** A local variable is read that was never written. */
  uninitialised(name: string, place: Place): void;
  /** Ends the run. */
  stop(reason: 'unsupported' | 'oops' | 'limit', message: string, place: Place, what?: string): never;
  constantOf(name: string, file: string): Value | undefined;
  structOf(tag: string, file: string): StructType;
  typedefOf(name: string, file: string): CType | undefined;
}

/** One function or constant being compiled. */
export interface Context {
  readonly runtime: Runtime;
  readonly chunk: ParsedChunk;
  /** Name of the function; empty outside. */
  readonly functionName: string;
  readonly returns: CType;
  /** Locals whose address is taken somewhere. */
  readonly addressed: ReadonlySet<string>;
  /** Steps are reported: false for built-in C. */
  readonly traced: boolean;
  scope: Scope;
  slots: number;
  /** Bytes of the frame. */
  frameSize: number;
  readonly compiler: Compiler;
}

/** The parts of the compiler call each other through this. */
export interface Compiler {
  expression(context: Context, node: Syntax): Code;
  statement(context: Context, node: Syntax): Statement;
  /** Runs the statements of a block and gives the value of the last. */
  statementExpression(context: Context, node: Syntax): Code;
  /** Fills memory at an address from an initialiser. */
  initialiser(context: Context, type: CType, node: Syntax): (frame: Frame, address: number) => void;
  /** A type name as in a cast. */
  typeName(context: Context, node: Syntax): CType;
}

/** Text of a node, as expanded. */
export function textOfNode(context: { readonly chunk: ParsedChunk }, node: Syntax): string {
  return context.chunk.expansion.text.slice(node.start, node.end);
}

/** Where a node stands in its file. */
export function placeOf(context: { readonly chunk: ParsedChunk }, node: Syntax): Place {
  const { chunk, expansion, file } = context.chunk;
  const { start, end } = expansion.original(node.start, node.end);
  return { file, start: chunk.start + start, end: chunk.start + end };
}

/** Memory in the frame, in bytes from its base. */
export function reserve(context: Context, size: number): number {
  const offset = context.frameSize;
  context.frameSize += Math.max(8, Math.ceil(size / 8) * 8);
  return offset;
}
