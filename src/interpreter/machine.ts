/**
 * The C machine: runs functions of a program over one flat memory. Everything that a run can meet and that the machine lacks ends it
 * with a `Stop` that names the place; nothing is guessed. It knows no struct of the kernel by name.
 */
import type { BuiltinHeaderOf, NativeOf } from './builtin';
import { type Callee, Frame, type Runtime } from './compilation';
import { Definitions } from './definitions';
import { type CompiledFunction, compileFunction, functionType, runBody } from './functions';
import { type Allocation, Memory, type MemoryFault, MemoryLimit } from './memory';
import { type Place, Stop, type StopReason } from './problem';
import type { Program } from './program';
import type { CType, FunctionType, StructType } from './types';
import type { Value } from './value';

export type Native = NativeOf<CMachine>;
export type BuiltinHeader = BuiltinHeaderOf<CMachine>;

export interface Limits {
  /** Statements that one call from outside may take. */
  readonly steps: number;
  /** Calls inside each other. */
  readonly depth: number;
  /** Bytes of the heap. */
  readonly memory: number;
}

export const DEFAULT_LIMITS: Limits = { steps: 2_000_000, depth: 120, memory: 256 * 2 ** 20 };

/** Bytes of stack: far more than `DEFAULT_LIMITS.depth` frames take. */
const STACK_SIZE = 2 ** 18;
/** Addresses of functions: below all memory, 16 bytes apart. */
const FIRST_FUNCTION = 0x80000;
const FUNCTION_SPACING = 16;

/** Reports what happens, while somebody records. */
export interface MachineHooks {
  /** A statement begins. */
  step(place: Place, functionName: string): void;
  /** A function of the text is entered, called at `from`; `head` is where its definition stands. */
  enter(functionName: string, head: Place, from: Place): void;
  leave(functionName: string): void;
}

export interface FaultReport {
  readonly fault: MemoryFault;
  readonly address: number;
  readonly owner: Allocation | undefined;
  readonly place: Place;
  /** Of an uninitialised local its name. */
  readonly variable: string | null;
}

const NOWHERE: Place = { file: '', start: 0, end: 0 };

export class CMachine implements Runtime {
  readonly memory: Memory;
  hooks: MachineHooks | null = null;
  /** Told of every access to memory that is not clean. NULL and wild pointers end the run after it. */
  onFault: (report: FaultReport) => void = () => {};
  /** Functions that replace those of the text, such as what lies below it. */
  readonly natives = new Map<string, Native>();
  /** Where the run stands. */
  place: Place = NOWHERE;
  /** For native code: what belongs to this machine, by the name of the header that keeps it. */
  readonly data = new Map<string, unknown>();
  readonly #definitions: Definitions;
  readonly #callees = new Map<string, MachineCallee>();
  readonly #byAddress = new Map<number, MachineCallee>();
  readonly #strings = new Map<string, number>();
  /** The literals of the text by address. */
  readonly #literals = new Map<number, string>();
  readonly #stack: number;
  #stackUsed = 0;
  #steps = 0;
  #depth = 0;

  constructor(
    readonly program: Program,
    headers: readonly BuiltinHeader[],
    readonly limits: Limits = DEFAULT_LIMITS,
  ) {
    this.memory = new Memory(limits.memory);
    this.memory.onFault = (fault, address, owner) => this.#fault(fault, address, owner, null);
    this.#stack = this.memory.allocateStatic(STACK_SIZE, 'stack');
    this.memory.setAlive(this.#stack, STACK_SIZE, false);
    for (const { natives } of headers)
      for (const [name, native] of Object.entries(natives)) this.natives.set(name, native);
    this.#definitions = new Definitions(this);
  }

  /** Empties the heap and puts variables back to their first values; what was compiled stays. */
  reset(): void {
    this.memory.reset();
    this.data.clear();
    this.#stackUsed = this.#steps = this.#depth = 0;
    this.#definitions.resetGlobals();
  }

  // ---- for the outside -------------------------------------------------------------------------------------

  /** Calls a function by name. Throws `Stop` when the run cannot go on. */
  call(name: string, args: readonly Value[], from: Place = this.place): Value {
    const callee = this.callee(name, null);
    if (!callee)
      return this.stop(
        'unsupported',
        `${name}() is neither in the files that are read nor built in`,
        from,
        name,
      );
    const outermost = this.#depth === 0;
    if (outermost) this.#steps = 0;
    try {
      return callee.call([...args], 0, from);
    } catch (error) {
      if (outermost) this.#unwind();
      if (error instanceof MemoryLimit)
        throw new Stop(
          'limit',
          `The run needs more than ${Math.round(this.limits.memory / 2 ** 20)} MB of memory.`,
          this.place,
        );
      if (error instanceof RangeError && /call stack/.test(error.message))
        throw new Stop('limit', 'The run calls functions too deeply.', this.place);
      throw error;
    }
  }

  /** Calls through a function's address. */
  callPointer(address: number, args: readonly Value[], from: Place = this.place): Value {
    return this.calleeAt(address, from).call([...args], 0, from);
  }

  /** The text or the built-in headers have it. */
  has(name: string): boolean {
    return this.natives.has(name) || this.program.fileOfFunction(name, null) !== undefined;
  }

  /** The text of the tree has it, and nothing replaces it. */
  isFromText(name: string): boolean {
    const file = this.program.fileOfFunction(name, null);
    return file !== undefined && !this.program.isBuiltin(file) && !this.natives.has(name);
  }

  typeOfFunction(name: string): FunctionType | undefined {
    return this.callee(name, null)?.type;
  }

  /** Address of a function, to be stored in a structure. */
  functionPointer(name: string): number {
    return this.functionAddress(name, null) ?? 0;
  }

  /** The NUL-terminated string at an address. */
  stringAt(address: number): string {
    const literal = this.#literals.get(address);
    if (literal !== undefined) return literal;
    let text = '';
    for (let at = address; at !== 0; at++) {
      const byte = this.memory.u8(at);
      if (byte === 0) break;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  sizeOf(typeText: string): number {
    return this.#definitions.sizeOf(typeText);
  }

  /** Offset in bytes of a member, such as `shared.rb`, in `struct vm_area_struct`. */
  offsetOf(tag: string, path: string): number {
    return this.member(tag, path).offset;
  }

  /** A member with its place and type; ends the run when the text has no such member. */
  member(
    tag: string,
    path: string,
  ): { readonly offset: number; readonly type: CType; readonly size: number } {
    return (
      this.#definitions.member(tag, path) ??
      this.stop(
        'unsupported',
        `${tag} has no field ${path} in the files that are read`,
        this.place,
        `${tag}.${path}`,
      )
    );
  }

  hasMember(tag: string, path: string): boolean {
    return this.#definitions.member(tag, path) !== undefined;
  }

  /** Value of a constant expression such as `VM_READ | VM_WRITE`; undefined when the text does not give one. */
  constant(text: string): Value | undefined {
    return this.#definitions.constant(text);
  }

  // ---- Runtime ----------------------------------------------------------------------------------------------

  step(place: Place, name: string): void {
    this.place = place;
    this.count(place);
    this.hooks?.step(place, name);
  }

  count(place: Place): void {
    if (++this.#steps > this.limits.steps)
      this.stop('limit', `after ${this.limits.steps} statements the run does not seem to end`, place);
  }

  callee(name: string, file: string | null): MachineCallee | undefined {
    const home = this.natives.has(name) ? '' : this.program.fileOfFunction(name, file);
    if (home === undefined) return undefined;
    const key = `${home}\n${name}`;
    let callee = this.#callees.get(key);
    if (!callee) {
      callee = new MachineCallee(
        this,
        name,
        home === '' ? null : home,
        FIRST_FUNCTION + this.#callees.size * FUNCTION_SPACING,
      );
      this.#callees.set(key, callee);
      this.#byAddress.set(callee.address, callee);
    }
    return callee;
  }

  calleeAt(address: number, at: Place): Callee {
    return (
      this.#byAddress.get(address) ??
      this.stop(
        'oops',
        address === 0
          ? 'a NULL function pointer is called: the kernel would crash here'
          : 'what is called is no function',
        at,
      )
    );
  }

  functionAddress(name: string, file: string | null): number | undefined {
    return this.callee(name, file)?.address;
  }

  global(name: string, file: string): { readonly address: number; readonly type: CType } | undefined {
    return this.#definitions.global(name, file);
  }

  constantOf(name: string, file: string): Value | undefined {
    return this.#definitions.enumerator(name, file);
  }

  structOf(tag: string, file: string): StructType {
    return this.#definitions.structOf(tag, file);
  }

  typedefOf(name: string, file: string): CType | undefined {
    return this.#definitions.typedefOf(name, file);
  }

  string(text: string): number {
    let address = this.#strings.get(text);
    if (address === undefined) {
      address = this.memory.allocateStatic(text.length + 1, 'string');
      for (let i = 0; i < text.length; i++) this.memory.setU8(address + i, text.charCodeAt(i));
      this.#strings.set(text, address);
      this.#literals.set(address, text);
    }
    return address;
  }

  staticMemory(size: number, kind: string): number {
    return this.memory.allocateStatic(size, kind);
  }

  uninitialised(name: string, place: Place): void {
    this.onFault({ fault: 'uninitialised', address: 0, owner: undefined, place, variable: name });
  }

  stop(reason: StopReason, message: string, place: Place, what?: string): never {
    throw new Stop(reason, message, place, what ?? null);
  }

  #fault(fault: MemoryFault, address: number, owner: Allocation | undefined, variable: string | null): void {
    this.onFault({ fault, address, owner, place: this.place, variable });
    if (fault === 'null-pointer')
      this.stop('oops', 'a NULL pointer is followed: the kernel would crash here', this.place);
    if (fault === 'wild-pointer')
      this.stop(
        'oops',
        `the pointer 0x${address.toString(16)} leads nowhere: the kernel would crash here`,
        this.place,
      );
  }

  // ---- calls ------------------------------------------------------------------------------------------------

  /** Runs a compiled function. */
  run(
    name: string,
    compiled: CompiledFunction,
    head: Place,
    args: Value[],
    returnTo: number,
    at: Place,
  ): Value {
    const { frameSize, enter } = compiled;
    const base = this.#stack + this.#stackUsed;
    if (++this.#depth > this.limits.depth || this.#stackUsed + frameSize > STACK_SIZE)
      this.stop('limit', `functions call each other more than ${this.limits.depth} deep in ${name}()`, at);
    if (frameSize > 0) {
      this.memory.setAlive(base, frameSize, true);
      this.memory.forget(base, frameSize);
      this.#stackUsed += frameSize;
    }
    const hooks = head.end > 0 ? this.hooks : null;
    hooks?.enter(name, head, at);
    const frame = new Frame(enter ? new Array<Value | undefined>(compiled.slots) : args, base, returnTo);
    enter?.(frame, args);
    const value = runBody(this, compiled, frame, at);
    hooks?.leave(name);
    if (frameSize > 0) {
      this.#stackUsed -= frameSize;
      this.memory.setAlive(base, frameSize, false);
    }
    this.#depth--;
    this.place = at;
    return value;
  }

  /** After a run that ended early. */
  #unwind(): void {
    this.memory.setAlive(this.#stack, STACK_SIZE, false);
    this.#stackUsed = this.#depth = 0;
  }
}

/** A function by name and file, compiled when it is first called. */
class MachineCallee implements Callee {
  #compiled: CompiledFunction | undefined;
  #native: Native | undefined;
  #head: Place = NOWHERE;
  #type: FunctionType | undefined;
  #typeIsKnown = false;

  constructor(
    private readonly machine: CMachine,
    readonly name: string,
    /** Null for a native function. */
    private readonly file: string | null,
    readonly address: number,
  ) {}

  get type(): FunctionType | undefined {
    if (this.#typeIsKnown) return this.#type;
    this.#typeIsKnown = true;
    const { program } = this.machine;
    const chunk = program.head(this.name, this.file) ?? program.prototype(this.name, this.file);
    this.#type = chunk && functionType(this.machine, chunk);
    return this.#type;
  }

  get slots(): number {
    return this.#compiled?.slots ?? 0;
  }

  call(args: Value[], returnTo: number, at: Place): Value {
    if (this.file === null) {
      this.#native ??= this.machine.natives.get(this.name);
      if (this.#native) return this.#native(this.machine, args, at);
    }
    this.#compiled ??= this.#compile(at);
    return this.machine.run(this.name, this.#compiled, this.#head, args, returnTo, at);
  }

  #compile(at: Place): CompiledFunction {
    const { machine, name, file } = this;
    const { program } = machine;
    const chunk = program.function(name, file);
    if (!chunk)
      return machine.stop(
        'unsupported',
        `${name}() is neither in the files that are read nor built in`,
        at,
        name,
      );
    if (chunk.error) {
      const { start, end } = chunk.expansion.original(chunk.error.start, chunk.error.end);
      const place = { file: chunk.file, start: chunk.chunk.start + start, end: chunk.chunk.start + end };
      const piece = chunk.expansion.text
        .slice(chunk.error.start, chunk.error.start + 50)
        .replace(/\s+/g, ' ');
      return machine.stop('unsupported', `${name}() is not C that can be read, from "${piece}" on`, place);
    }
    const traced = !program.isBuiltin(chunk.file);
    const compiled = compileFunction(machine, name, chunk, traced);
    if (!compiled) return machine.stop('unsupported', `${name}() has no body that can be read`, at, name);
    if (traced) this.#head = headOf(chunk.file, program.textOf(chunk.file), chunk.chunk.start);
    return compiled;
  }
}

/** From the start of a definition to the brace that opens its body. */
function headOf(file: string, text: string, start: number): Place {
  const open = text.indexOf('{', start);
  return { file, start, end: open < 0 ? start + 1 : open };
}
