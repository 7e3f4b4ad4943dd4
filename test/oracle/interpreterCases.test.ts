// The C machine against gcc: every case of test/interpreter/cases.ts, and expressions made at random.
import { equal } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { KernelParser } from '../../src/source/parser';
import { CASES } from '../interpreter/cases';
import { machineOf } from '../interpreter/support';
import { createParser } from '../source/support';

/** What gcc's program prints for `long test(void)` of each text. `together`: in one file, since they define nothing else. */
function byGcc(texts: readonly string[], { together = false } = {}): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'rmap-lens-gcc-'));
  try {
    const named = texts.map((text, index) => text.replace(/\btest\(void\)/g, `test${index}(void)`));
    const objects = (together ? [named.join('\n')] : named).map((text, index) => {
      const file = join(folder, `case${index}.c`);
      writeFileSync(file, text);
      return file;
    });
    const main = `#include <stdio.h>\n${texts.map((_, i) => `long test${i}(void);`).join('\n')}
int main(void) {\n${texts.map((_, i) => `printf("%ld\\n", test${i}());`).join('\n')}\nreturn 0; }\n`;
    writeFileSync(join(folder, 'main.c'), main);
    const program = join(folder, 'cases');
    execFileSync('gcc', [
      '-w',
      '-fwrapv',
      '-fno-strict-aliasing',
      '-o',
      program,
      join(folder, 'main.c'),
      ...objects,
    ]);
    return execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TYPES = ['int', 'unsigned int', 'long', 'unsigned long', 'unsigned char', 'short', '_Bool'] as const;
const NUMBERS = [
  '0',
  '1',
  '2',
  '7',
  '255',
  '4096',
  '65535',
  '2147483647',
  '0x80000000u',
  '-1',
  '-12',
  '0x7fffffffffffffffL',
  '~0UL',
  '1UL << 41',
  '-4096L',
];

/** Expressions over the variables a…d. Shifts are kept below the width, divisors away from zero. */
const expression = fc.letrec<{ whole: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.constantFrom(...NUMBERS).map((text) => `(${text})`),
  ),
  whole: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc
      .tuple(
        tie('whole'),
        fc.constantFrom('+', '-', '*', '&', '|', '^', '==', '!=', '<', '>', '<=', '>=', '&&', '||'),
        tie('whole'),
      )
      .map(([x, op, y]) => `(${x} ${op} ${y})`),
    fc
      .tuple(tie('whole'), fc.constantFrom('/', '%'), fc.constantFrom('3', '7u', '10L', '4096UL', '-5'))
      .map(([x, op, y]) => `(${x} ${op} ${y})`),
    fc
      .tuple(tie('whole'), fc.constantFrom('<<', '>>'), fc.integer({ min: 0, max: 31 }))
      .map(([x, op, y]) => `(${x} ${op} ${y})`),
    fc.tuple(fc.constantFrom('-', '~', '!', '+'), tie('whole')).map(([op, x]) => `(${op}${x})`),
    fc.tuple(fc.constantFrom(...TYPES), tie('whole')).map(([type, x]) => `((${type})${x})`),
    fc.tuple(tie('whole'), tie('whole'), tie('whole')).map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
  ),
})).whole;

const program = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...TYPES), fc.constantFrom(...NUMBERS)), {
      minLength: 4,
      maxLength: 4,
    }),
    expression,
  )
  .map(
    ([variables, whole]) =>
      `long test(void) { ${variables.map(([type, value], i) => `${type} ${'abcd'[i]} = ${value};`).join(' ')} return ${whole}; }`,
  );

describe('the C machine against gcc', function () {
  this.timeout(120_000);
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  it('the values of the cases are gcc’s', () => {
    const values = byGcc(CASES.map(({ c }) => c));
    CASES.forEach(({ title, value }, index) => {
      equal(value, BigInt(values[index] ?? ''), title);
    });
  });

  it('1,500 random expressions have the values that gcc gives them', () => {
    const seed = Number(process.env['ORACLE_SEED'] ?? Date.now() % 2 ** 31);
    const texts = fc.sample(program, { numRuns: 1500, seed });
    const values = byGcc(texts, { together: true });
    const machine = machineOf(
      parser,
      texts.map((text, index) => text.replace('test', `test${index}`)).join('\n'),
    );
    texts.forEach((text, index) => {
      equal(String(machine.call(`test${index}`, [])), values[index], `seed ${seed}: ${text}`);
    });
  });
});
