/**
 * Compares any engine with the compiled kernel functions: errnos, visits of walks, snapshots, asserts that fired, operation
 * by operation. A difference is a bug of the engine until proven otherwise.
 */
import type { Visit } from '../../src/trace/engine';
import type { Snapshot } from '../../src/trace/snapshot';
import { type OracleRun, parseRun } from './oracle';

/** One operation of the output of section 5 of the contract, as far as it is compared. */
export interface EngineOperation {
  readonly line: number | null;
  readonly text: string;
  readonly status: 'ok' | 'error';
  readonly errno: string | null;
  readonly visits: readonly Visit[] | null;
  readonly snapshot: Snapshot;
  /** Expressions of the asserts that fired in this operation; absent: not compared. */
  readonly asserts?: readonly string[];
}

/** What an engine makes of a scenario. */
export interface EngineRun {
  /** The file could not be run: one sentence. */
  readonly problem?: string;
  readonly operations: readonly EngineOperation[];
}

/** An engine under test: scenario text and profile in, contract out. */
export type RunEngine = (rmapText: string, profile: string) => EngineRun;

export interface Difference {
  /** Index of the operation; the number of operations of the shorter run if one ends early. */
  readonly operation: number;
  readonly line: number | null;
  readonly text: string;
  readonly what: 'problem' | 'length' | 'result' | 'visits' | 'snapshot' | 'asserts';
  /** A readable diff: `-` the kernel, `+` the engine. */
  readonly detail: string;
}

/** Asserts that an engine without the kernel's containers cannot have; see README.md. */
const OF_CONTAINERS = new Set(['__mas_set_range']);

/** Blanks of an expression as in the invariant catalogue. */
function normalised(expression: string): string {
  return expression.replace(/\s+/g, ' ').trim();
}

/** Asserts of one operation of the oracle that an engine must report too. */
export function assertsOf(operation: OracleRun['operations'][number]): string[] {
  return operation.warnings
    .filter((warning) => !OF_CONTAINERS.has(warning.function))
    .map((warning) => normalised(warning.expression))
    .sort();
}

/** The first operation that differs, or null. */
export function firstDifference(kernel: OracleRun, engine: EngineRun): Difference | null {
  const { problem } = kernel.end;
  if ((problem !== undefined) !== (engine.problem !== undefined)) {
    return {
      operation: 0,
      line: problem?.line ?? null,
      text: '',
      what: 'problem',
      detail: `- ${problem ? `${problem.line}:${problem.column} ${problem.message}` : 'runs'}\n+ ${engine.problem ?? 'runs'}`,
    };
  }
  for (const [index, mine] of kernel.operations.entries()) {
    const theirs = engine.operations[index];
    const difference = (what: Difference['what'], detail: string): Difference => ({
      operation: index,
      line: mine.line,
      text: mine.text,
      what,
      detail,
    });
    if (!theirs) return difference('length', '+ the engine ended before this operation');
    if (mine.status !== theirs.status || mine.errno !== theirs.errno)
      return difference(
        'result',
        `- ${mine.errno ?? mine.status}\n+ ${theirs.errno ?? theirs.status}\n${snapshotDiff(mine.snapshot, theirs.snapshot)}`,
      );
    if (!sameJson(mine.visits, theirs.visits))
      return difference('visits', jsonDiff(mine.visits ?? [], theirs.visits ?? []));
    if (!sameJson(mine.snapshot, theirs.snapshot))
      return difference('snapshot', snapshotDiff(mine.snapshot, theirs.snapshot));
    if (theirs.asserts) {
      const fired = assertsOf(mine);
      const reported = [...new Set(theirs.asserts.map(normalised))].sort();
      if (!sameJson([...new Set(fired)], reported)) return difference('asserts', jsonDiff(fired, reported));
    }
  }
  // Where the kernel's code crashes there is nothing left to compare with.
  if (engine.operations.length > kernel.operations.length && !kernel.end.crash) {
    const extra = engine.operations[kernel.operations.length];
    return {
      operation: kernel.operations.length,
      line: extra?.line ?? null,
      text: extra?.text ?? '',
      what: 'length',
      detail: `- the kernel's code ended before this operation`,
    };
  }
  return null;
}

/**
 * Does the oracle's output, as printed, agree with the engine? Quick: compares text, and parses only where texts differ. `lines`: of one
 * scenario, the end line last.
 */
export function agrees(lines: readonly string[], engine: EngineRun): boolean {
  const operations = lines.length - 1;
  if (engine.problem === undefined && engine.operations.length === operations) {
    let equal = !lines[operations]?.includes('"problem"');
    for (let i = 0; equal && i < operations; i++) {
      const operation = engine.operations[i];
      equal = operation !== undefined && lines[i]?.startsWith(printed(operation)) === true;
    }
    if (equal) return true;
  }
  return firstDifference(parseRun(lines), engine) === null;
}

/** An operation as the oracle prints it, up to its asserts. */
function printed({ line, text, status, errno, visits, snapshot, asserts }: EngineOperation): string {
  const head = JSON.stringify({ line, text, status, errno, visits, snapshot });
  return `${head.slice(0, -1)},"warnings":[${asserts && asserts.length === 0 ? ']' : '?'}`;
}

/**
 * The shortest scenario that still differs: leaves out lines, then faults, then makes numbers plain, as long as `differs` holds.
 */
export async function shrink(
  scenario: string,
  differs: (scenario: string) => Promise<boolean>,
): Promise<string> {
  let lines = scenario.trimEnd().split('\n');
  const tryWith = async (candidate: string[]): Promise<boolean> => {
    if (candidate.length === 0 || !(await differs(`${candidate.join('\n')}\n`))) return false;
    lines = candidate;
    return true;
  };
  for (let chunk = Math.ceil(lines.length / 2), again = true; chunk >= 1; ) {
    again = false;
    for (let from = lines.length - chunk; from >= 0; from -= chunk)
      if (await tryWith(lines.toSpliced(from, chunk))) again = true;
    if (!again || chunk > 1) chunk = chunk === 1 ? 0 : Math.ceil(chunk / 2);
  }
  for (let at = 0; at < lines.length; at++) {
    const plain = lines[at]?.replace(/ !.*/, '');
    if (plain !== undefined && plain !== lines[at]) await tryWith(lines.with(at, plain));
  }
  return `${lines.join('\n')}\n`;
}

/** Structural equality; quick when both were written with keys in the contract's order. */
function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b) || canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Two values whole, one below the other. */
function jsonDiff(mine: object, theirs: object): string {
  return `- ${JSON.stringify(mine)}\n+ ${JSON.stringify(theirs)}`;
}

/** Snapshots as lines that people read, one an object, so that a diff shows whole objects. */
function snapshotDiff(mine: Snapshot, theirs: Snapshot): string {
  const before = describe(mine);
  const after = describe(theirs);
  const lines = [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
  return lines.length > 0 ? lines.join('\n') : jsonDiff(mine, theirs);
}

/** One line an object: `P@16-20 rw A0 [A0] pgoff 16 16=F0w`. */
export function describe(snapshot: Snapshot): string[] {
  return [
    ...snapshot.mms.flatMap((mm) => [
      `mm ${mm.name}`,
      ...mm.vmas.map((vma) => {
        const entries = Object.entries(vma.ptes).map(
          ([page, pte]) => `${page}=${pte.folio}${pte.writable ? 'w' : ''}`,
        );
        const file = vma.file === null ? '' : ` file ${vma.file}`;
        return `${mm.name}@${vma.start}-${vma.end} ${vma.prot}${file} pgoff ${vma.pgoff}/${vma.anonPgoff} ${vma.anonVma ?? 'unfaulted'} [${vma.chain.join(' ')}] ${entries.join(' ')}`.trimEnd();
      }),
    ]),
    ...snapshot.anonVmas.map(
      (a) =>
        `${a.id} root ${a.root} parent ${a.parent} refcount ${a.refcount} children ${a.numChildren} active ${a.numActiveVmas}${a.degree === undefined ? '' : ` degree ${a.degree}`} {${a.tree.join(' ')}}`,
    ),
    ...snapshot.folios.map(
      (f) => `${f.id} ${f.anonVma} index ${f.index} mapcount ${f.mapcount}${f.exclusive ? ' exclusive' : ''}`,
    ),
  ];
}

/** A report for people: the difference, and the scenario up to it. */
export function report(scenario: string, profile: string, difference: Difference): string {
  const until = difference.line ?? Number.POSITIVE_INFINITY;
  const lines = scenario.trimEnd().split('\n').slice(0, until);
  return [
    `${profile}: ${difference.what} differs (- kernel, + engine) at ${difference.text || 'the file'}`,
    difference.detail,
    '',
    ...lines,
  ].join('\n');
}
