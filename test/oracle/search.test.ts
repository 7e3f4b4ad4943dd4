/**
 * The comparison itself: an engine that is wrong is caught, the scenario is shrunk to what is needed, and the seed is printed.
 */
import assert from 'node:assert/strict';
import type { EngineRun } from './compare';
import { oracleVersions } from './oracle';
import { search } from './search';
import { runSimulation } from './simulate';
import { soak } from './soak';

const SEED = 20261125;

describe('the comparison', () => {
  const [version = ''] = oracleVersions().filter((one) =>
    (process.env['ORACLE_VERSIONS'] ?? one).split(' ').includes(one),
  );

  /** The simulation, with one thing made wrong in the last snapshot of every scenario that forks twice. */
  const wrong = (text: string, profile: string): EngineRun => {
    const run = runSimulation(text, profile);
    const forks = run.operations.filter(({ text: line, status }) => / fork /.test(line) && status === 'ok');
    const at = forks[1];
    if (!at) return run;
    const operations = run.operations.map((operation) =>
      operation === at ? { ...operation, status: 'error' as const, errno: 'EAGAIN' } : operation,
    );
    return { operations };
  };

  it('finds what differs, shrinks it, and says where it came from', async () => {
    const { found } = await search({ version, scenarios: 500, seed: SEED, engine: wrong });
    assert.ok(found);
    const lines = found.scenario.trimEnd().split('\n');
    assert.equal(lines.length, 2, found.scenario);
    for (const line of lines) assert.match(line, /^\w+: fork \w+$/);
    assert.match(found.report, /result differs \(- kernel, \+ engine\) at \w+: fork \w+\n- ok\n\+ EAGAIN/);
    assert.match(found.report, /\(from seed \d+, scenario \d+\)$/);
  });

  it('counts an exception of the engine as a difference', async () => {
    const engine = (): EngineRun => {
      throw new Error('out of order');
    };
    const { found } = await search({ version, scenarios: 5, seed: SEED, engine });
    assert.match(found?.report ?? '', /the engine threw: Error: out of order/);
  });

  it('goes on for as long as it is told, and says how far it is', async () => {
    const lines: string[] = [];
    const { scenarios, operations, report } = await soak(
      { engine: 'simulation', version, scenarios: 300, seed: SEED },
      (line) => lines.push(line),
    );
    assert.deepEqual([scenarios, report], [300, null]);
    assert.ok(operations >= 5 * 300);
    assert.equal(lines.length, 1);
    assert.ok(lines[0]?.startsWith(`${version}: 300 scenarios, `), lines[0]);
    assert.ok(lines[0]?.includes(`(mixed, seed ${SEED}, `), lines[0]);
  });
});
