/**
 * Golden files beside a test: one that is missing or differs fails; `UPDATE_GOLDEN=1 npm run test:unit` writes them.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Compares with `golden/NAME` in the folder of the test. */
export function matchGolden(folder: string, name: string, actual: string): void {
  const path = join(folder, 'golden', name);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  assert.ok(
    existsSync(path),
    `${path} is missing: look at the result, then UPDATE_GOLDEN=1 npm run test:unit`,
  );
  assert.equal(actual, readFileSync(path, 'utf8'));
}
