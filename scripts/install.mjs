// Is node_modules what the lockfile says, and if not, `npm ci`. Needs nothing but Node, so that every command can begin
// with it in a fresh clone.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './places.mjs';
import { run } from './processes.mjs';

function installed() {
  const hidden = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const there = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || there[path]?.version === entry.version,
  );
}

/**
 * Installs the packages of the lockfile if they are not there.
 * @param {{log?: (line: string) => void}} options
 * @returns {Promise<string | undefined>} one sentence when that fails
 */
export async function provideNodeModules({ log = () => {} } = {}) {
  if (installed()) return undefined;
  log('installing node_modules (npm ci)');
  const { status, output } = await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: ROOT });
  const lines = output.split('\n').filter((line) => line.trim() && !/Unknown user config/.test(line));
  for (const line of lines) if (status !== 0 || /warn/i.test(line)) log(line);
  if (status === 0) return undefined;
  const reason = lines.find((line) => /npm (error|ERR!)/.test(line)) ?? lines.at(-1) ?? '';
  return `npm ci failed, so nothing can be built (${reason.replace(/^npm (error|ERR!) ?/, '').trim()}).`;
}
