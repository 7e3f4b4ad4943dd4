// How fast the simulation is beside the compiled kernel code, and what recording and invariants add.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import { Session } from '../../src/scenario/session';
import { Simulation } from '../../src/simulation/engine';
import { linux7_3 } from '../../src/simulation/profiles/linux7_3';
import type { Operation } from '../../src/trace/engine';
import { Recorder } from '../../src/trace/recorder';
import { scenarioArbitrary } from '../oracle/generate';
import { oracleProgram } from '../oracle/oracle';

export const title = 'simulation: random scenarios of the oracle, 7.3';

interface Bench {
  readonly name: string;
  readonly reference?: boolean;
  readonly count: () => number;
  readonly things: string;
  readonly run: () => void;
}

type Scenario = readonly Operation[];

const SCENARIOS = 300;
/** Invariants are slow: they get the first few of them. */
const FEW = 30;
/** Times that the oracle runs them all, so that starting its process does not count. */
const REPEATED = 20;

const texts = fc.sample(scenarioArbitrary({}), { numRuns: SCENARIOS, seed: 20261123 });
const scenarios: readonly Scenario[] = texts.map((text) =>
  parseScenario(text).lines.flatMap(({ statement }) =>
    statement?.kind === 'operation' ? [statement.operation] : [],
  ),
);

function operationsOf(some: readonly Scenario[]): number {
  return some.reduce((sum, { length }) => sum + length, 0);
}

function bench(name: string, some: readonly Scenario[], run: (scenario: Scenario) => void): Bench {
  return { name, count: () => operationsOf(some), things: 'operations', run: () => some.forEach(run) };
}

export const benches: Bench[] = [
  bench('not recorded', scenarios, (scenario) => {
    const engine = new Simulation(linux7_3);
    for (const operation of scenario) engine.apply(operation, null);
  }),
  bench('not recorded, snapshots', scenarios, (scenario) => {
    const engine = new Simulation(linux7_3);
    for (const operation of scenario) {
      engine.apply(operation, null);
      engine.snapshot();
    }
  }),
  bench('recorded', scenarios, (scenario) => {
    const engine = new Simulation(linux7_3);
    const recorder = new Recorder(engine.name);
    for (const [index, operation] of scenario.entries()) {
      recorder.begin(index);
      engine.apply(operation, recorder);
      recorder.end();
    }
  }),
  bench('recorded, invariants at every step', scenarios.slice(0, FEW), (scenario) => {
    const session = new Session(new Simulation(linux7_3), { evaluator: createEvaluator() });
    for (const operation of scenario) session.apply(operation);
  }),
  bench('recorded, violations only', scenarios.slice(0, FEW), (scenario) => {
    const evaluator = createEvaluator({ spans: false });
    const session = new Session(new Simulation(linux7_3), { evaluator });
    for (const operation of scenario) session.apply(operation);
  }),
];

const folder = mkdtempSync(join(tmpdir(), 'rmap-lens-bench-'));
const notes: string[] = [];

/** The compiled kernel code is the reference where it can be built. */
export function setup(): Promise<void> {
  try {
    const program = oracleProgram('7.3');
    const file = join(folder, 'scenarios.rmap');
    writeFileSync(
      file,
      texts
        .map((text) => `${text.trimEnd()}\n---\n`)
        .join('')
        .repeat(REPEATED),
    );
    benches.unshift({
      name: 'compiled kernel code, -O2',
      reference: true,
      count: () => REPEATED * operationsOf(scenarios),
      things: 'operations',
      run: () => void execFileSync(program, ['--silent', file]),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : String(error);
    notes.push(`There is no compiled kernel code to compare with: ${reason}`);
  }
  return Promise.resolve();
}

export function figures(): Promise<string[]> {
  return Promise.resolve(notes);
}

export function teardown(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  return Promise.resolve();
}
