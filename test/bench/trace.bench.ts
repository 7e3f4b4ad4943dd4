// What a trace of a million steps takes, and how fast one gets about in it.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createEvaluator } from '../../src/invariants/evaluator';
import { Session } from '../../src/scenario/session';
import { Simulation } from '../../src/simulation/engine';
import { linux7_3 } from '../../src/simulation/profiles/linux7_3';
import { Cursor } from '../../src/trace/cursor';
import { longScenario } from './longScenario';

export const title = 'trace: a million steps';

const STEPS = 1_000_000;
const JUMPS = 500;
/** Steps recorded with the status of every invariant. */
const EVALUATED = 100_000;
/** Operations before the state of which snapshots are taken. */
const SNAPSHOT_AT = 400;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Bed {
  readonly session: Session;
  readonly steps: number;
  readonly cursor: Cursor;
  /** An engine that has done SNAPSHOT_AT operations. */
  readonly engine: Simulation;
}

let bed: Bed | null = null;
const notes: string[] = [];
let place = 1;

function made(): Bed {
  if (!bed) throw new Error('setup() has not run');
  return bed;
}

/** Any step; the same ones in each run. */
function nextPlace(): number {
  place = (place * 48_271) % 2_147_483_647;
  return place % made().steps;
}

function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

export const benches: readonly {
  readonly name: string;
  readonly reference?: boolean;
  readonly run: () => void;
}[] = [
  {
    name: 'a step on and back',
    reference: true,
    run: () => {
      const { cursor } = made();
      cursor.seek(cursor.position + 1);
      cursor.seek(cursor.position - 1);
    },
  },
  { name: 'a jump to any step', run: () => void made().cursor.seek(nextPlace()) },
  { name: `a snapshot, after ${SNAPSHOT_AT} operations`, run: () => void made().engine.snapshot() },
];

/** A million steps as a run keeps them, with its snapshots. */
export function setup(): Promise<void> {
  noteEvaluated();
  const before = heap();
  const began = performance.now();
  const session = new Session(new Simulation(linux7_3), { stepLimit: 2 * STEPS });
  const steps = record(session, STEPS);
  const recorded = performance.now();
  const held = heap() - before;
  notes.push(
    `${steps.toLocaleString('en')} steps of ${session.operations.length.toLocaleString('en')} operations, recorded in ` +
      `${((recorded - began) / 1000).toFixed(1)} s: ${megabytes(held)}, ${Math.round(held / steps)} bytes a step with all snapshots`,
  );
  const cursor = new Cursor(session.trace(''));
  const start = performance.now();
  cursor.seek(steps);
  const walked = performance.now() - start;
  notes.push(
    `to its end for the first time: ${walked.toFixed(0)} ms; with the cursor ${megabytes(heap() - before)}`,
  );
  bed = { session, steps, cursor, engine: after(SNAPSHOT_AT) };
  return Promise.resolve();
}

/** Applies operations until there are so many steps; gives their number. */
function record(session: Session, wanted: number): number {
  let steps = 0;
  for (const operation of longScenario()) {
    steps = session.apply(operation)?.endStep ?? steps;
    if (steps >= wanted) break;
  }
  return steps;
}

/** What the status of every invariant at every step adds. */
function noteEvaluated(): void {
  const timed = (session: Session): { readonly seconds: number; readonly bytes: number } => {
    const before = heap();
    const began = performance.now();
    const steps = record(session, EVALUATED);
    const seconds = (performance.now() - began) / 1000;
    return { seconds, bytes: (heap() - before) / steps };
  };
  const plain = timed(new Session(new Simulation(linux7_3), { stepLimit: 2 * EVALUATED }));
  const evaluator = createEvaluator();
  const session = new Session(new Simulation(linux7_3), { stepLimit: 2 * EVALUATED, evaluator });
  const whole = timed(session);
  notes.push(
    `${EVALUATED.toLocaleString('en')} steps with the status of every invariant: ${whole.seconds.toFixed(1)} s and ${Math.round(whole.bytes)} bytes a step, ` +
      `without: ${plain.seconds.toFixed(1)} s and ${Math.round(plain.bytes)} (× ${(whole.seconds / plain.seconds).toFixed(1)})`,
  );
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function after(operations: number): Simulation {
  const engine = new Simulation(linux7_3);
  const scenario = longScenario();
  for (let done = 0; done < operations; done += 1) {
    const next = scenario.next();
    if (!next.done) engine.apply(next.value, null);
  }
  return engine;
}

export function figures(): Promise<string[]> {
  const { cursor } = made();
  const times = Array.from({ length: JUMPS }, () => {
    const target = nextPlace();
    const began = performance.now();
    cursor.seek(target);
    return performance.now() - began;
  }).sort((a, b) => a - b);
  notes.push(
    `${JUMPS} jumps: median ${times[JUMPS >> 1]?.toFixed(1)} ms, slowest ${times.at(-1)?.toFixed(1)} ms (a frame is 16 ms)`,
  );
  return Promise.resolve(notes);
}

export function teardown(): Promise<void> {
  bed = null;
  return Promise.resolve();
}
