/** What `npm run soak` refuses; that it runs and finds is told by test/oracle/search.test.ts. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const PROGRAM = resolve(import.meta.dirname, '../../scripts/soak.mjs');

describe('npm run soak', () => {
  it('refuses in one sentence what it cannot do', () => {
    const cases: [string[], RegExp][] = [
      [['--trees', '5.10'], /^There is no oracle for 5\.10; there are 6\.1, 6\.12, 7\.2, 7\.3\.\n$/],
      [['--trees', ''], /^There is no oracle for no tree/],
      [['--scenarios', 'many'], /^Write a whole number from 1 on after --scenarios, not many\.\n$/],
      [['--seed', '0'], /^Write a whole number from 1 on after --seed, not 0\.\n$/],
      [['--engine', 'guess'], /^Write simulation or interpreter after --engine, not guess/],
      [['--hours', '3'], /^Unknown option '--hours'; there are --engine, --scenarios, --seed/],
    ];
    for (const [args, message] of cases) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
        encoding: 'utf8',
      });
      assert.deepEqual([status, stdout], [2, ''], args.join(' '));
      assert.match(stderr, message);
    }
  });
});
