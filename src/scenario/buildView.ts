/**
 * What the builder shows of a scenario's text: its lines, the state after one operation, what can be done next there,
 * and what the operation that is being put together would do. Pure: the engine is made anew for each look.
 */
import { CALLABLE } from '../simulation/call';
import { type AllocationChoice, allocationsOf } from '../trace/allocations';
import type { Engine, Operation, Visit } from '../trace/engine';
import type { Snapshot } from '../trace/snapshot';
import { type Obstacle, obstacleOf, type Situation } from './obstacles';
import { type Offer, offersFor, processesOf } from './offers';
import { outlineOf } from './outline';
import { parseScenario } from './parser';
import { printOperation } from './printer';
import { REPLAY_LIMIT } from './replay';
import { Session } from './session';
import { whatChanged } from './snapshotDiff';
import type { ParseOptions, Scenario } from './syntax';

export interface BuildRequest {
  /** Index of the operation after which things are looked at; -1 for the beginning. */
  readonly after: number;
  /** Process that the offers are for; null for that of the operation above. */
  readonly process: string | null;
  /** What is being put together; null for nothing yet. */
  readonly operation: Operation | null;
}

export interface BuiltLine {
  readonly text: string;
  readonly operation: number | null;
  readonly value: Operation | null;
  readonly kind: 'operation' | 'expect' | 'directive' | 'comment' | 'blank' | 'invalid';
  readonly problem: string | null;
}

export interface BuiltPreview {
  readonly operation: Operation;
  readonly text: string;
  readonly obstacle: Obstacle | null;
  readonly status: 'ok' | 'error';
  readonly errno: string | null;
  readonly steps: number;
  readonly visits: readonly Visit[] | null;
  readonly changes: readonly string[];
  readonly allocations: readonly AllocationChoice[];
}

export interface BuiltVma {
  readonly start: number;
  readonly end: number;
  readonly prot: string;
  readonly file: string | null;
  readonly anonVma: string | null;
  readonly pages: readonly { readonly page: number; readonly folio: string; readonly writable: boolean }[];
}

export interface Built {
  readonly lines: readonly BuiltLine[];
  readonly operations: number;
  readonly after: number;
  readonly processes: readonly { readonly name: string; readonly vmas: readonly BuiltVma[] }[];
  readonly process: string;
  readonly offers: readonly Offer[];
  readonly preview: BuiltPreview | null;
  readonly functions: readonly { readonly name: string; readonly usage: string }[];
  readonly limit: string | null;
}

/** The kernel on which it is looked at. */
export interface BuildEngine {
  /** A fresh one. */
  make(): Engine;
  /** Functions that this kernel does not have, of those that `call` knows. */
  readonly absent: readonly string[];
}

/** Steps that a preview may take: more than any one operation of a scenario that people look at. */
const PREVIEW_STEPS = 20_000;
/** Phrases about changes that a preview has. */
const CHANGES = 40;

export function buildView(
  text: string,
  request: BuildRequest,
  kernel: BuildEngine,
  options: ParseOptions = {},
): Built {
  const scenario = parseScenario(text, options);
  const operations = operationsOf(scenario);
  const after = Math.min(request.after, operations.length - 1);
  const above = operations.slice(0, Math.min(after + 1, REPLAY_LIMIT));
  const snapshot = replay(kernel, above).snapshot();
  const situation: Situation = { snapshot, atStart: above.length === 0, absent: kernel.absent };
  const process = processFor(request, situation, above.at(-1));
  return {
    lines: linesOf(text, scenario),
    operations: operations.length,
    after,
    processes: processesOf(situation).map((name) => ({ name, vmas: vmasOf(snapshot, name) })),
    process,
    offers: offersFor(situation, process),
    preview: request.operation && preview(kernel, above, situation, request.operation),
    functions: [...CALLABLE]
      .filter(([name]) => !kernel.absent.includes(name))
      .map(([name, { usage }]) => ({ name, usage })),
    limit:
      after + 1 > REPLAY_LIMIT
        ? `The state shown is that after operation ${REPLAY_LIMIT}: the scenario is too long to be replayed at each change.`
        : null,
  };
}

function operationsOf(scenario: Scenario): Operation[] {
  return outlineOf(scenario).operations.flatMap(({ statement }) =>
    statement.kind === 'operation' ? [statement.operation] : [],
  );
}

function replay(kernel: BuildEngine, operations: readonly Operation[]): Engine {
  const engine = kernel.make();
  for (const operation of operations) engine.apply(operation, null);
  return engine;
}

/** The one asked for if it runs, that of the operation above if it still runs, else the first. */
function processFor(
  { process, operation }: BuildRequest,
  situation: Situation,
  last: Operation | undefined,
): string {
  const running = processesOf(situation);
  const wanted = [process, operation?.process, last?.process];
  return wanted.find((name) => name && running.includes(name)) ?? running[0] ?? process ?? '';
}

/** Runs it on a copy of the state, as it is; its allocations are those it makes when nothing fails. */
function preview(
  kernel: BuildEngine,
  above: readonly Operation[],
  situation: Situation,
  operation: Operation,
): BuiltPreview | null {
  const obstacle = obstacleOf(situation, operation);
  const text = printOperation(operation);
  if (obstacle && obstacle.errno === null) {
    const nothing = { steps: 0, visits: null, changes: [], allocations: [] };
    return { operation, text, obstacle, status: 'error', errno: null, ...nothing };
  }
  const plain = apply(kernel, above, { ...operation, faults: [] });
  const done = operation.faults.length === 0 ? plain : apply(kernel, above, operation);
  const { record } = done;
  return {
    operation,
    text,
    obstacle,
    status: record?.status ?? 'error',
    errno: record?.errno ?? null,
    steps: record ? record.endStep - record.firstStep : 0,
    visits: record?.visits ?? null,
    changes: record ? whatChanged(situation.snapshot, record.snapshot).slice(0, CHANGES) : [],
    allocations: allocationsOf(plain.trace, 0),
  };
}

function apply(kernel: BuildEngine, above: readonly Operation[], operation: Operation) {
  const session = new Session(replay(kernel, above), { stepLimit: PREVIEW_STEPS });
  const record = session.apply(operation);
  return { record, trace: session.trace('') };
}

function vmasOf(snapshot: Snapshot, process: string): BuiltVma[] {
  const vmas = snapshot.mms.find(({ name }) => name === process)?.vmas ?? [];
  return vmas.map(({ start, end, prot, file, anonVma, ptes }) => ({
    start,
    end,
    prot,
    file,
    anonVma,
    pages: Object.entries(ptes).map(([page, pte]) => ({ page: Number(page), ...pte })),
  }));
}

function linesOf(text: string, { lines, problems }: Scenario): BuiltLine[] {
  const texts = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  let operation = -1;
  return lines.map(({ statement, invalid, comment }, index): BuiltLine => {
    const problem = problems.find(({ range }) => range.line === index + 1)?.message ?? null;
    const line = { text: texts[index] ?? '', operation: null, value: null, problem };
    if (invalid !== null) return { ...line, kind: 'invalid' };
    if (!statement) return { ...line, kind: comment === null ? 'blank' : 'comment' };
    if (statement.kind === 'expect') return { ...line, kind: 'expect' };
    if (statement.kind !== 'operation') return { ...line, kind: 'directive' };
    operation += 1;
    return { ...line, kind: 'operation', operation, value: statement.operation };
  });
}
