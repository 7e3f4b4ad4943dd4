// How fast the text of 7.3 runs beside the same functions compiled, and how long it takes from an edit to a new result.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { KernelText } from '../../src/binding/interpreter';
import { TREE_FILES } from '../../src/binding/treeFiles';
import { ProgramCache } from '../../src/interpreter/program';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import { runScenario } from '../../src/scenario/runner';
import { SAMPLES } from '../../src/scenario/samples';
import { KernelParser } from '../../src/source/parser';
import type { Operation } from '../../src/trace/engine';
import { scenarioArbitrary } from '../oracle/generate';
import { oracleProgram, treesRoot } from '../oracle/oracle';

export const title = 'interpreter: the text of 7.3, random scenarios of the oracle';

interface Bench {
  readonly name: string;
  readonly reference?: boolean;
  readonly count: () => number;
  readonly things: string;
  readonly run: () => void;
}

const SCENARIOS = 60;
/** Times that the oracle runs them all, so that starting its process does not count. */
const REPEATED = 60;

const texts = fc.sample(scenarioArbitrary({}), { numRuns: SCENARIOS, seed: 20261125 });
const scenarios: readonly (readonly Operation[])[] = texts.map((text) =>
  parseScenario(text).lines.flatMap(({ statement }) =>
    statement?.kind === 'operation' ? [statement.operation] : [],
  ),
);
const operations = scenarios.reduce((sum, { length }) => sum + length, 0);
const sample = parseScenario(SAMPLES.find(({ id }) => id === 'merge-allocation-failure')?.text ?? '');

const files = new Map<string, string>();
const cache = new ProgramCache();
const folder = mkdtempSync(join(tmpdir(), 'rmap-lens-bench-'));
const notes: string[] = [];
let parser: KernelParser;
let text: KernelText;
let edits = 0;

function open(of: ReadonlyMap<string, string>): KernelText {
  const opened = KernelText.open({ parser, files: of, profile: '7.3', cache });
  if ('problem' in opened) throw new Error(opened.problem);
  return opened;
}

/** The text with another line in anon_vma_clone() each time. */
function edited(): KernelText {
  const rmap = files.get('mm/rmap.c') ?? '';
  const line = `$1\tint edit_${edits++} = 0;\n`;
  return open(
    new Map(files).set('mm/rmap.c', rmap.replace(/(\tcheck_anon_vma_clone\(dst, src, operation\);\n)/, line)),
  );
}

function runAll(): void {
  for (const scenario of scenarios) {
    const engine = text.start();
    for (const operation of scenario) engine.apply(operation, null);
  }
}

export const benches: Bench[] = [
  { name: 'interpreted, not recorded', count: () => operations, things: 'operations', run: runAll },
  {
    name: 'a sample, recorded, with all invariants',
    count: () => 1,
    things: 'runs',
    run: () => void runScenario(sample, text.start(), { evaluator: createEvaluator() }),
  },
  {
    name: 'from an edit to the result of the sample',
    count: () => 1,
    things: 'edits',
    run: () => void runScenario(sample, edited().start(), { evaluator: createEvaluator() }),
  },
];

export async function setup(): Promise<void> {
  const require = createRequire(import.meta.filename);
  parser = await KernelParser.create({
    runtime: readFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm')),
    language: readFileSync(require.resolve('tree-sitter-c/tree-sitter-c.wasm')),
  });
  for (const path of TREE_FILES) {
    const at = join(treesRoot(), '7.3', path);
    if (existsSync(at)) files.set(path, readFileSync(at, 'utf8'));
  }
  text = open(files);
  runAll();
  notes.push(`${statementsRun().toLocaleString('en')} statements a second, of the text alone`);
  try {
    const program = oracleProgram('7.3');
    const file = join(folder, 'scenarios.rmap');
    writeFileSync(
      file,
      texts
        .map((one) => `${one.trimEnd()}\n---\n`)
        .join('')
        .repeat(REPEATED),
    );
    benches.unshift({
      name: 'compiled kernel code, -O2',
      reference: true,
      count: () => REPEATED * operations,
      things: 'operations',
      run: () => void execFileSync(program, ['--silent', file]),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : String(error);
    notes.push(`There is no compiled kernel code to compare with: ${reason}`);
  }
}

/** Statements of the text in a second of running it, without recording. */
function statementsRun(): number {
  const { machine } = text;
  const step = machine.step.bind(machine);
  let count = 0;
  machine.step = (place, name) => {
    count++;
    step(place, name);
  };
  runAll();
  machine.step = step;
  const begun = performance.now();
  runAll();
  return Math.round((1000 * count) / (performance.now() - begun));
}

export function figures(): Promise<string[]> {
  return Promise.resolve(notes);
}

export function teardown(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  parser.delete();
  return Promise.resolve();
}
