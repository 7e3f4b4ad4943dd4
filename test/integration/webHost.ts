// Entry of the integration suite in VS Code's web worker extension host, where there is no file to leave a record in: it
// goes to the console, one line.
//
// mocha 12 is an ES module with a UMD wrapper that overwrites a bundle's `module.exports`; ours is assigned after it.
import 'mocha/mocha.js';
import { recordRun } from './record';

declare const mocha: BrowserMocha;

async function run(): Promise<void> {
  mocha.setup({ ui: 'bdd', timeout: 150_000, retries: 1, reporter: class {} as never });
  await import('virtual:suites');
  const failures = await new Promise<number>((done) => {
    const runner = mocha.run(done);
    recordRun(runner, (record) => console.log(`@@RECORD ${JSON.stringify(record)}`));
  });
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

module.exports = { run };
