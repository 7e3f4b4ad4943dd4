// Assertions for tests that also run in a web worker, where node:assert is missing.

export function ok(value: unknown, message = 'expected something'): asserts value {
  if (!value) throw new Error(message);
}

export function equal(actual: unknown, expected: unknown, message?: string): void {
  if (Object.is(actual, expected)) return;
  const what = `expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
  throw new Error(message === undefined ? what : `${message}: ${what}`);
}

/** Equal as JSON: plain data only. */
export function deepEqual(actual: unknown, expected: unknown, message?: string): void {
  equal(JSON.stringify(actual), JSON.stringify(expected), message);
}

export function match(actual: string, pattern: RegExp): void {
  if (!pattern.test(actual))
    throw new Error(`expected something like ${pattern}, got ${JSON.stringify(actual)}`);
}
