// Mocha reporter: one line for each file's suite, failures in full, skipped tests with their reason, and a JSON record in
// the file that RMAP_LENS_MOCHA_RECORD names.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

class Reporter extends reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const record = { passed: 0, failed: 0, skipped: [], failures: [], finished: false };
    const slow = [];
    runner.on('pass', (test) => {
      record.passed++;
      if (test.duration > 2000) slow.push(test);
    });
    runner.on('pending', (test) => {
      record.skipped.push({ title: test.fullTitle(), reason: test.skipReason ?? '' });
    });
    runner.on('fail', (test, error) => {
      record.failed++;
      record.failures.push(test.fullTitle());
      console.log(`\nFAILED: ${test.fullTitle()}`);
      const { actual, expected } = error;
      if (
        error.showDiff !== false &&
        actual !== undefined &&
        expected !== undefined &&
        typeof actual === typeof expected
      ) {
        console.log(String(error.message).split('\n').slice(0, 3).join('\n'));
        const diff = reporters.Base.generateDiff(actual, expected);
        if (!diff.includes('failed to generate')) console.log(diff);
        console.log(
          String(error.stack ?? '')
            .split('\n')
            .filter((line) => /^\s+at /.test(line))
            .slice(0, 6)
            .join('\n'),
        );
      } else {
        console.log(String(error.stack ?? error));
      }
    });
    runner.on('suite', (suite) => {
      if (process.env.RMAP_LENS_MOCHA_SUITES && suite.parent?.root) console.log(`  ${suite.title}`);
    });
    runner.once('end', () => {
      record.finished = true;
      for (const { title, reason } of record.skipped)
        console.log(`skipped: ${title}${reason ? ` (${reason})` : ''}`);
      slow.sort((a, b) => b.duration - a.duration);
      for (const test of slow.slice(0, 5))
        console.log(`slow: ${(test.duration / 1000).toFixed(1)} s ${test.fullTitle()}`);
      const file = process.env.RMAP_LENS_MOCHA_RECORD;
      if (file) writeFileSync(file, JSON.stringify(record));
    });
  }
}

module.exports = Reporter;
