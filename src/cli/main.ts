/**
 * Entry point of the `rmap-lens` command.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runCommandLine } from './commandLine';
import { MAX_COLUMNS, type Terminal } from './terminal';

const terminal: Terminal = {
  out: (output) => process.stdout.write(output),
  err: (output) => process.stderr.write(output),
  input: () => text(process.stdin),
  colours: process.stdout.isTTY && !process.env['NO_COLOR'],
  columns: process.stdout.isTTY ? process.stdout.columns : MAX_COLUMNS,
  // dist/cli/rmap-lens.js, dist/*.wasm
  wasm: (name) => readFile(join(__dirname, '..', name)),
};

// `rmap-lens … | head` closes the pipe early: that is no error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

runCommandLine(process.argv.slice(2), terminal).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const report = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.err(
      `rmap-lens: a bug of rmap-lens ended the run; please report it with the scenario.\n${report}\n`,
    );
    process.exitCode = 2;
  },
);
