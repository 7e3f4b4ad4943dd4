/**
 * Reads the command line.
 */
import { parseArgs } from 'node:util';
import { closest } from '../scenario/closest';

/** A usage error: one sentence that says what to do. */
export interface UsageError {
  readonly problem: string;
}

export interface RunArguments {
  readonly command: 'run';
  readonly files: readonly string[];
  readonly engine: 'simulation' | 'interpreter';
  readonly profile: string | null;
  readonly kernel: string | null;
  /** File of C for `--engine interpreter`. */
  readonly stubs: string | null;
  readonly format: 'text' | 'json';
  readonly stepLimit: number | null;
}

export type CommandLine =
  | RunArguments
  | { readonly command: 'profiles' | 'invariants'; readonly format: 'text' | 'json' }
  | {
      readonly command: 'explain';
      readonly id: string;
      readonly kernel: string | null;
      readonly format: 'text' | 'json';
    }
  | { readonly command: 'help' | 'version' };

const COMMANDS = ['run', 'profiles', 'invariants', 'explain'] as const;

/** Options of each command, apart from --help. */
const ALLOWED: Readonly<Record<(typeof COMMANDS)[number], readonly string[]>> = {
  run: ['engine', 'profile', 'kernel', 'stubs', 'format', 'step-limit'],
  profiles: ['format'],
  invariants: ['format'],
  explain: ['kernel', 'format'],
};

interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/** What the arguments ask for. */
export function readCommandLine(args: readonly string[]): CommandLine | UsageError {
  const parsed = parse(args);
  if ('problem' in parsed) return parsed;
  const { values, positionals } = parsed;
  if (values['help'] === true || args.length === 0) return { command: 'help' };
  if (values['version'] === true) return { command: 'version' };
  const [name, ...rest] = positionals;
  if (name === 'help') return { command: 'help' };
  const command = COMMANDS.find((known) => known === name);
  if (!command) return unknownCommand(name);
  const stray = Object.keys(values).find((option) => !ALLOWED[command].includes(option));
  if (stray !== undefined)
    return { problem: `Leave --${stray} out: rmap-lens ${command} has no such option.` };
  const format = values['format'] ?? 'text';
  if (format !== 'text' && format !== 'json')
    return { problem: `Write --format text or --format json, not ${format}.` };
  const kernel = textOf(values['kernel']);
  switch (command) {
    case 'run':
      return readRun(rest, values, format, kernel);
    case 'explain': {
      if (rest.length === 0) return { problem: 'Name an invariant: rmap-lens explain anon_vma/active-count' };
      return { command, id: rest.join(' '), kernel, format };
    }
    case 'profiles':
    case 'invariants':
      if (rest.length > 0)
        return { problem: `Leave “${rest.join(' ')}” out: rmap-lens ${command} takes no argument.` };
      return { command, format };
  }
}

function parse(args: readonly string[]): Parsed | UsageError {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        engine: { type: 'string' },
        profile: { type: 'string' },
        kernel: { type: 'string' },
        stubs: { type: 'string' },
        format: { type: 'string' },
        'step-limit': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
      },
    });
  } catch (error) {
    // parseArgs says what is wrong with the arguments by throwing
    const message = error instanceof Error ? error.message.split('. ')[0] : String(error);
    return { problem: `${message}; see rmap-lens --help.` };
  }
}

function unknownCommand(name: string | undefined): UsageError {
  if (name === undefined) return { problem: 'Name a command: run, profiles, invariants or explain.' };
  const near = name.endsWith('.rmap') ? `run ${name}` : closest(name, COMMANDS);
  return {
    problem: `There is no command ${name}: ${near ? `did you mean rmap-lens ${near}?` : 'see rmap-lens --help.'}`,
  };
}

function readRun(
  files: readonly string[],
  values: Parsed['values'],
  format: 'text' | 'json',
  kernel: string | null,
): RunArguments | UsageError {
  if (files.length === 0)
    return { problem: 'Name a scenario: rmap-lens run FILE.rmap (or - for standard input).' };
  const engine = values['engine'] ?? 'simulation';
  if (engine !== 'simulation' && engine !== 'interpreter')
    return { problem: `Write --engine simulation or --engine interpreter, not ${engine}.` };
  const limit = textOf(values['step-limit']);
  const stepLimit = limit === null ? null : Number(limit);
  if (stepLimit !== null && !(Number.isSafeInteger(stepLimit) && stepLimit > 0))
    return { problem: `Write a number of steps after --step-limit, not ${limit}.` };
  const stubs = textOf(values['stubs']);
  if (stubs !== null && engine !== 'interpreter')
    return { problem: 'Leave --stubs out, or run with --engine interpreter: a simulation reads no C.' };
  const profile = textOf(values['profile']);
  return { command: 'run', files, engine, profile, kernel, stubs, format, stepLimit };
}

function textOf(value: string | boolean | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
