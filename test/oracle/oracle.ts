/**
 * The compiled kernel functions as seen from tests: a persistent process per kernel tree that scenarios are fed to.
 * See README.md for what in it is the kernel's and what is ours.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Visit } from '../../src/trace/engine';
import type { Snapshot } from '../../src/trace/snapshot';

/** An assert of the kernel's that fired, or (macro `oracle`) something that the oracle itself noticed. */
export interface Finding {
  readonly macro: string;
  /** Blanks normalised as the C preprocessor does it. */
  readonly expression: string;
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

export type ObjectCounts = Readonly<Record<'anon_vma' | 'anon_vma_chain' | 'vma' | 'folio' | 'mm', number>>;

export interface OracleOperation {
  readonly line: number;
  readonly text: string;
  readonly status: 'ok' | 'error';
  readonly errno: string | null;
  readonly visits: readonly Visit[] | null;
  readonly snapshot: Snapshot;
  readonly warnings: readonly Finding[];
  /** Use after free, double free, locks held or taken twice: never empty without reason. */
  readonly errors: readonly Finding[];
  readonly objects: ObjectCounts;
}

/** Printed after the last operation, when every process that was left has been made to exit. */
export interface OracleEnd {
  readonly end: true;
  /** Set when the file cannot be run; then there are no operations. */
  readonly problem?: { readonly line: number; readonly column: number; readonly message: string };
  readonly crash?: { readonly signal: string; readonly line: number } | null;
  /** Objects alive after the last exit. */
  readonly leaked?: ObjectCounts;
  readonly poison?: 'intact' | 'overwritten';
  readonly warnings?: readonly Finding[];
  readonly errors?: readonly Finding[];
}

export interface OracleRun {
  readonly operations: readonly OracleOperation[];
  readonly end: OracleEnd;
}

const HERE = join(process.cwd(), 'test/oracle');

function cacheRoot(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base ? base : join(homedir(), '.cache'), 'rmap-lens');
}

/** Folder that holds one folder per kernel tree. */
export function treesRoot(): string {
  const given = process.env['RMAP_LENS_TREES'];
  return given ? resolve(given) : join(cacheRoot(), 'trees');
}

/** Builds the oracle of a tree, or finds it built. `version` is the name of its folder. */
export function oracleProgram(version: string): string {
  const program = execFileSync(process.execPath, [join(HERE, 'build.mjs'), version], { encoding: 'utf8' });
  return program.trim();
}

/** Trees that are there and that an oracle can be built from. */
export function oracleVersions(): string[] {
  return ['7.3', '7.2', '6.12', '6.1'].filter((version) =>
    existsSync(join(treesRoot(), version, 'mm/rmap.c')),
  );
}

interface Waiting {
  readonly lines: string[];
  readonly done: (lines: string[]) => void;
  readonly failed: (error: Error) => void;
}

/** One running oracle. Scenarios are answered in the order in which they are sent; several may be under way. */
export class Oracle {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly waiting: Waiting[] = [];
  private rest = '';
  private closing = false;

  constructor(readonly version: string) {
    this.process = spawn(oracleProgram(version), [], { stdio: 'pipe' });
    this.process.stdout.setEncoding('utf8');
    this.process.stdout.on('data', (text: string) => this.read(text));
    this.process.stdin.on('error', () => {});
    this.process.on('exit', (code, signal) => {
      if (!this.closing) this.fail(new Error(`The ${version} oracle ended: ${signal ?? code}.`));
    });
    this.process.on('error', (error) => this.fail(error));
  }

  /** The lines printed for a scenario as they are, the end line last. */
  lines(scenario: string): Promise<string[]> {
    return new Promise((done, failed) => {
      this.waiting.push({ lines: [], done, failed });
      this.process.stdin.write(`${scenario.replace(/\n$/, '')}\n---\n`);
    });
  }

  async run(scenario: string): Promise<OracleRun> {
    return parseRun(await this.lines(scenario));
  }

  close(): void {
    this.closing = true;
    this.process.stdin.end();
  }

  private read(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const first = this.waiting[0];
      if (!first) throw new Error(`The ${this.version} oracle speaks unasked: ${line.slice(0, 200)}`);
      first.lines.push(line);
      if (line.startsWith('{"end":true')) {
        this.waiting.shift();
        first.done(first.lines);
      }
    }
  }

  private fail(error: Error): void {
    for (const { failed } of this.waiting.splice(0)) failed(error);
  }
}

export function parseRun(lines: readonly string[]): OracleRun {
  const parsed = lines.map((line) => JSON.parse(line));
  return { operations: parsed.slice(0, -1), end: parsed.at(-1) };
}
