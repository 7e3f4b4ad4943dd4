// What a suite inside an extension host reports. Exit codes of a host cannot be trusted; this record is.

export interface TestResult {
  title: string;
  state: 'passed' | 'failed' | 'skipped';
  /** milliseconds */
  duration: number;
  error?: string;
  /** why it was skipped */
  reason?: string;
}

export interface SuiteRecord {
  finished: boolean;
  results: TestResult[];
}

/** Follows a mocha run; `end` gets the record once all tests have run. */
export function recordRun(runner: Mocha.Runner, end: (record: SuiteRecord) => void): void {
  const results: TestResult[] = [];
  const add = (test: Mocha.Runnable, state: TestResult['state'], error?: string) =>
    results.push({
      title: test.fullTitle(),
      state,
      duration: test.duration ?? 0,
      ...(error === undefined ? {} : { error }),
      ...('skipReason' in test ? { reason: String(test.skipReason) } : {}),
    });
  runner.on('pass', (test) => add(test, 'passed'));
  runner.on('pending', (test) => add(test, 'skipped'));
  runner.on('fail', (test, error: Error) => add(test, 'failed', error.stack ?? String(error)));
  runner.on('end', () => end({ finished: true, results }));
}
