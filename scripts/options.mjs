// Command line options of the scripts: a mistake is told in one sentence, not as a stack.
import { parseArgs } from 'node:util';

/**
 * As `parseArgs`; an option that is unknown or lacks its value ends the program with status 2.
 * @param {import('node:util').ParseArgsConfig} config
 */
export function readOptions(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!String(error.code).startsWith('ERR_PARSE_ARGS')) throw error;
    const known = Object.keys(config.options ?? {}).map((name) => `--${name}`);
    console.error(`${error.message.split('. ')[0].replace(/\.$/, '')}; there are ${known.join(', ')}.`);
    process.exit(2);
  }
}
