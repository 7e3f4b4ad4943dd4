/**
 * The interpreter, which runs the text of the kernel, against the same functions compiled: on random scenarios, on every tree.
 *   INTERPRETER_SCENARIOS=N   scenarios per tree (default 5,000)
 *   ORACLE_SEED=N             another seed
 *   ORACLE_VERSIONS='…'       only these trees
 */
import assert from 'node:assert/strict';
import type { KernelText } from '../../src/binding/interpreter';
import type { KernelParser } from '../../src/source/parser';
import { createParser } from '../source/support';
import type { GeneratorOptions } from './generate';
import { openTree, runText } from './interpret';
import { oracleVersions } from './oracle';
import { search } from './search';

const SCENARIOS = Number(process.env['INTERPRETER_SCENARIOS'] ?? 5000);
const SEED = Number(process.env['ORACLE_SEED'] ?? 20261125);

async function compare(
  version: string,
  text: KernelText,
  scenarios: number,
  options: GeneratorOptions,
): Promise<void> {
  const result = await search({
    version,
    scenarios,
    seed: SEED,
    engine: (scenario) => runText(text, scenario),
    ...options,
  });
  console.log(
    `      ${version}: ${result.scenarios} scenarios, ${result.operations} operations, ${result.seconds.toFixed(1)} s, seed ${SEED}`,
  );
  assert.equal(result.found, null, result.found?.report);
}

describe('the text of the kernel, interpreted and compiled, agrees', () => {
  const only = process.env['ORACLE_VERSIONS']?.split(' ');
  const versions = oracleVersions().filter((version) => !only || only.includes(version));
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());
  it('on at least one tree', () => assert.ok(versions.length > 0, 'there is no kernel tree'));
  for (const version of versions) {
    describe(version, () => {
      let text: KernelText;
      before(() => {
        text = openTree(version, parser);
      });
      it('on random scenarios', () => compare(version, text, SCENARIOS, {}));
      it('on scenarios in which every third operation runs out of memory', () =>
        compare(version, text, SCENARIOS / 4, { faultPercent: 35 }));
      it('on scenarios that call single functions', () =>
        compare(version, text, SCENARIOS / 4, { calls: true }));
    });
  }
});
