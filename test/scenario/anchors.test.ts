/**
 * Every step stands at exactly one statement of the kernel that is simulated.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseScenario } from '../../src/scenario/parser';
import { printOperation } from '../../src/scenario/printer';
import type { Run } from '../../src/scenario/run';
import { profileOf, runScenario } from '../../src/scenario/runner';
import { SAMPLES } from '../../src/scenario/samples';
import { createSimulation } from '../../src/simulation/engine';
import { KernelParser } from '../../src/source/parser';
import { TreeIndex } from '../../src/source/treeIndex';
import { testTerminal, treeFolder } from '../cli/support';
import { randomOperations } from '../invariants/randomScenario';

async function indexOf(version: string): Promise<TreeIndex> {
  const { wasm } = testTerminal();
  const parser = await KernelParser.create({
    runtime: await wasm('web-tree-sitter.wasm'),
    language: await wasm('tree-sitter-c.wasm'),
  });
  const folder = treeFolder(version);
  return new TreeIndex(parser, (path) => {
    const file = join(folder, path);
    return Promise.resolve(existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  });
}

/** Anchors of a run's steps that lie nowhere, or in several places, with the reason. */
class Lost {
  readonly found: Record<string, string> = {};
  private readonly seen = new Set<string>();

  constructor(private readonly index: TreeIndex) {}

  async look({ trace, problems }: Run): Promise<void> {
    assert.deepEqual(problems, []);
    for (const { anchor } of trace.steps) {
      const key = `${anchor?.role} | ${anchor?.pattern}`;
      if (!anchor || this.seen.has(key)) continue;
      this.seen.add(key);
      await this.index.ensureRole(anchor.role);
      const result = this.index.resolve(anchor);
      if (!result.ok) this.found[key] = result.reason;
    }
  }
}

/** Always the same, so that a failure stays one. */
const SEED = 7;

/** Kernels whose simulation is anchored throughout. */
const KERNELS = ['6.12', '7.2', '7.3'];

for (const version of KERNELS) {
  describe(`steps on ${version}`, function () {
    this.timeout(120_000);
    let index: TreeIndex;
    before(async () => {
      index = await indexOf(version);
    });
    after(() => index.delete());

    const run = (text: string): Run => {
      const engine = createSimulation(version);
      if ('problem' in engine) throw new Error(engine.problem);
      return runScenario(parseScenario(text), engine);
    };

    it('of every sample stand at one statement each', async () => {
      const lost = new Lost(index);
      for (const { text } of SAMPLES)
        if ((profileOf(parseScenario(text)) ?? version) === version) await lost.look(run(text));
      assert.deepEqual(lost.found, {});
    });

    it('of random scenarios stand at one statement each', async () => {
      const lost = new Lost(index);
      for (const operations of fc.sample(randomOperations(30, true), { numRuns: 300, seed: SEED }))
        await lost.look(run(operations.map(printOperation).join('\n')));
      assert.deepEqual(lost.found, {});
    });
  });
}
