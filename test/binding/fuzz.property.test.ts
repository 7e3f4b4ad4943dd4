// Kernel text with tokens left out, doubled, swapped or put elsewhere: a run ends with a result or with one sentence, within its
// limits on statements and memory. FUZZ_MUTANTS=N for more.
import { match, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { KernelText } from '../../src/binding/interpreter';
import { DEFAULT_LIMITS, type Limits } from '../../src/interpreter/machine';
import { ProgramCache } from '../../src/interpreter/program';
import { createEvaluator } from '../../src/invariants/evaluator';
import { parseScenario } from '../../src/scenario/parser';
import { runScenario } from '../../src/scenario/runner';
import { lex } from '../../src/source/lexer';
import type { KernelParser } from '../../src/source/parser';
import { createParser } from '../source/support';
import { treeFiles } from './support';

const MUTANTS = Number(process.env['FUZZ_MUTANTS'] ?? 40);
const LIMITS: Limits = { ...DEFAULT_LIMITS, steps: 20_000, memory: 8 * 2 ** 20 };

const SCENARIO = parseScenario(`P: mmap 0x10 8
P: write 0x10
P: fork C ! fail avc:2
P: fork D
D: write 0x11
D: munmap 0x12 2
P: mprotect 0x10 4 r
P: mremap 0x14 2 0x30
P: walk 0x10
D: exit
P: exit
`);

/** Functions whose text is mutated. */
const TARGETS: readonly (readonly [path: string, name: string])[] = [
  ['mm/rmap.c', 'anon_vma_clone'],
  ['mm/rmap.c', 'anon_vma_fork'],
  ['mm/rmap.c', '__anon_vma_prepare'],
  ['mm/rmap.c', 'unlink_anon_vmas'],
  ['mm/vma.c', 'vma_merge_existing_range'],
  ['mm/vma.c', '__split_vma'],
  ['mm/vma.c', 'vma_expand'],
  ['mm/vma.c', 'vms_gather_munmap_vmas'],
  ['mm/vma.h', 'assert_sane_pgoff'],
  ['include/linux/rmap.h', 'anon_vma_chain'],
];

interface Mutation {
  readonly target: number;
  readonly kind: 'leave out' | 'double' | 'swap' | 'replace' | 'cut off';
  readonly at: number;
  readonly other: number;
}

/** Range of a definition: from its name to the brace that closes it. */
function rangeOf(text: string, name: string): readonly [number, number] {
  const at = new RegExp(`^[^\\n;]*\\b${name}\\b[^;{}]*\\{`, 'm').exec(text)?.index ?? 0;
  const end = text.indexOf('\n}', at);
  return [at, end < 0 ? text.length : end + 2];
}

function mutate(text: string, name: string, { kind, at, other }: Mutation): string {
  const [from, to] = rangeOf(text, name);
  const piece = text.slice(from, to);
  const { count, start } = lex(piece);
  if (count < 2) return text;
  // each with the blanks that follow it
  const tokens = Array.from({ length: count }, (_, i) =>
    piece.slice(start[i] ?? 0, i + 1 < count ? start[i + 1] : undefined),
  );
  const [i, j] = [at % count, other % count];
  const [a, b] = [tokens[i] ?? '', tokens[j] ?? ''];
  const changed = {
    'leave out': tokens.toSpliced(i, 1 + (other % 3)),
    double: tokens.toSpliced(i, 0, a),
    swap: tokens.with(i, b).with(j, a),
    replace: tokens.with(i, b),
    'cut off': tokens.slice(0, i),
  }[kind];
  return text.slice(0, from) + changed.join('').replace(/#/g, '\n#') + text.slice(to);
}

describe('mutated kernel text', () => {
  let parser: KernelParser;
  let files: Map<string, string>;
  const cache = new ProgramCache();
  before(async () => {
    parser = await createParser();
    files = treeFiles('7.3');
  });
  after(() => parser.delete());

  function survives(mutation: Mutation): void {
    const [path, name] = TARGETS[mutation.target] ?? ['', ''];
    const edited = new Map(files).set(path, mutate(files.get(path) ?? '', name, mutation));
    const text = KernelText.open({ parser, files: edited, profile: '7.3', cache, limits: LIMITS });
    if ('problem' in text) {
      match(text.problem, /\S.*\.$/s);
      return;
    }
    const run = runScenario(SCENARIO, text.start(), { evaluator: createEvaluator(), stepLimit: 30_000 });
    ok(run.trace.truncated === null || /\S.*\.$/s.test(run.trace.truncated), run.trace.truncated ?? '');
    ok(text.machine.memory.used <= LIMITS.memory + 2 ** 20, `${text.machine.memory.used} bytes`);
  }

  it('ends with a result or a sentence', () => {
    const mutation = fc.record({
      target: fc.nat(TARGETS.length - 1),
      kind: fc.constantFrom('leave out', 'double', 'swap', 'replace', 'cut off'),
      at: fc.nat(2000),
      other: fc.nat(2000),
    }) satisfies fc.Arbitrary<Mutation>;
    fc.assert(fc.property(mutation, survives), { numRuns: MUTANTS });
  });
});
