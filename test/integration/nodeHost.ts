// Entry of the integration suite in VS Code's Node extension host.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { recordRun } from './record';

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 150_000, retries: 1, reporter: 'min' });
  const grep = process.env['RMAP_LENS_TEST_GREP'];
  if (grep) mocha.grep(new RegExp(grep));
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('virtual:suites');
  const failures = await new Promise<number>((done) => {
    const runner = mocha.reporter(class {} as never).run(done);
    recordRun(runner, (record) => {
      const file = process.env['RMAP_LENS_TEST_RECORD'];
      if (file) writeFileSync(file, JSON.stringify(record));
    });
  });
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
