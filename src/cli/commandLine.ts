/**
 * The command line as a function: arguments in, exit status out.
 */
import { version } from '../../package.json';
import { HELP } from './help';
import { explain, listInvariants, listProfiles } from './listings';
import { readCommandLine } from './options';
import { OK, runFiles, UNUSABLE } from './runCommand';
import type { Terminal } from './terminal';

/** Runs the command that the arguments ask for. Resolves to the exit status of the contract. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  const asked = readCommandLine(args);
  if ('problem' in asked) {
    terminal.err(`rmap-lens: ${asked.problem}\n`);
    return UNUSABLE;
  }
  switch (asked.command) {
    case 'help':
      terminal.out(HELP);
      return OK;
    case 'version':
      terminal.out(`rmap-lens ${version}\n`);
      return OK;
    case 'run':
      return runFiles(asked, terminal);
    case 'profiles':
      return listProfiles(asked.format, terminal);
    case 'invariants':
      return listInvariants(asked.format, terminal);
    case 'explain':
      return explain(asked.id, asked.kernel, asked.format, terminal);
  }
}
