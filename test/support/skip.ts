// Skipping a test with a reason that `npm test` prints. Use it where a machine lacks something, never for a broken case.

export function skip(context: Mocha.Context, reason: string): never {
  const runnable = context.test ?? context.currentTest;
  if (runnable) (runnable as Mocha.Runnable & { skipReason?: string }).skipReason = reason;
  return context.skip();
}
