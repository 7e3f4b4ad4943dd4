// What the tests of src/interpreter share: machines over pieces of C.
import {
  type BuiltinHeader,
  CMachine,
  DEFAULT_LIMITS,
  type Limits,
  type Native,
} from '../../src/interpreter/machine';
import { Program, ProgramCache } from '../../src/interpreter/program';
import type { KernelParser } from '../../src/source/parser';

export interface MachineOptions {
  readonly configuration?: ReadonlyMap<string, string>;
  readonly natives?: Readonly<Record<string, Native>>;
  readonly builtin?: string;
  readonly limits?: Partial<Limits>;
  readonly cache?: ProgramCache;
}

/** A machine that runs one file, or several by path. */
export function machineOf(
  parser: KernelParser,
  c: string | Readonly<Record<string, string>>,
  {
    configuration = new Map(),
    natives = {},
    builtin = '',
    limits = {},
    cache = new ProgramCache(),
  }: MachineOptions = {},
): CMachine {
  const header: BuiltinHeader = { header: 'test.h', doc: 'for a test', c: builtin, natives };
  const program = new Program({
    parser,
    configuration,
    builtins: new Map([[header.header, header.c]]),
    files: new Map(Object.entries(typeof c === 'string' ? { 'test.c': c } : c)),
    cache,
  });
  return new CMachine(program, [header], { ...DEFAULT_LIMITS, ...limits });
}
