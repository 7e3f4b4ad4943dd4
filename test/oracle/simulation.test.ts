/**
 * The simulation against the compiled kernel functions, on random scenarios.
 *   ORACLE_SCENARIOS=N   scenarios per tree (default 20,000)
 *   ORACLE_SEED=N        another seed
 *   ORACLE_VERSIONS='…'  only these trees
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSimulation } from '../../src/simulation/engine';
import { firstDifference, report } from './compare';
import type { GeneratorOptions } from './generate';
import { Oracle, oracleVersions } from './oracle';
import { search } from './search';
import { runSimulation } from './simulate';

const SCENARIOS = Number(process.env['ORACLE_SCENARIOS'] ?? 20_000);
const SEED = Number(process.env['ORACLE_SEED'] ?? 20261123);

async function compare(version: string, scenarios: number, options: GeneratorOptions): Promise<void> {
  const result = await search({ version, scenarios, seed: SEED, engine: runSimulation, ...options });
  const { found, operations, seconds } = result;
  console.log(
    `      ${version}: ${result.scenarios} scenarios, ${operations} operations, ${seconds.toFixed(1)} s, seed ${SEED}`,
  );
  assert.equal(found, null, found?.report);
}

const CASES = join(import.meta.dirname, 'cases');

/** The self-tests of the oracle, among them the merge cases of the kernel's own suite, one difference each. */
async function differencesInCases(version: string): Promise<string[]> {
  const oracle = new Oracle(version);
  const found: string[] = [];
  try {
    for (const file of readdirSync(CASES).filter((name) => name.endsWith('.rmap'))) {
      const text = readFileSync(join(CASES, file), 'utf8');
      const difference = firstDifference(await oracle.run(text), runSimulation(text, version));
      if (difference) found.push(`${file}: ${report(text, version, difference)}`);
    }
  } finally {
    oracle.close();
  }
  return found;
}

describe('the simulation and the compiled kernel agree', () => {
  const only = process.env['ORACLE_VERSIONS']?.split(' ');
  const versions = oracleVersions().filter((version) => !only || only.includes(version));
  it('on at least one tree', () => assert.ok(versions.length > 0, 'there is no kernel tree'));
  for (const version of versions) {
    describe(version, () => {
      before(() => {
        const simulation = createSimulation(version);
        assert.ok(!('problem' in simulation), `the simulation has no profile ${version}`);
      });
      it('on every case written by hand', async () =>
        assert.deepEqual(await differencesInCases(version), []));
      it('on random scenarios', () => compare(version, SCENARIOS, {}));
      it('on scenarios in which every third operation runs out of memory', () =>
        compare(version, SCENARIOS / 10, { faultPercent: 35 }));
      it('on scenarios that call single functions', () => compare(version, SCENARIOS / 20, { calls: true }));
    });
  }
});
