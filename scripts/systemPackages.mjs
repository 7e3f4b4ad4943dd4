// The Debian packages that tests and the demo need. As root they are installed through apt, otherwise named.
//
//   node scripts/systemPackages.mjs      exit status 0 all there, 3 something is missing
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromiumPath } from './places.mjs';
import { onPath, run } from './processes.mjs';

/** Package → is what we want from it there? (By what it provides: another distribution may have it under another name.) */
const NEEDED = {
  chromium: () => chromiumPath() !== undefined,
  'fonts-dejavu-core': async () =>
    existsSync('/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf') ||
    (await run('fc-match', ['-q', 'DejaVu Sans'])).status === 0,
  gcc: () => onPath('gcc'),
  'libc6-dev': () => existsSync('/usr/include/stdio.h'),
  make: () => onPath('make'),
  'liburcu-dev': () =>
    existsSync('/usr/include/urcu.h') || existsSync('/usr/include/x86_64-linux-gnu/urcu.h'),
  'universal-ctags': async () =>
    (await onPath('ctags')) && (await run('ctags', ['--version'])).output.includes('Universal Ctags'),
  'xz-utils': () => onPath('xz'),
};

async function missingPackages(needed) {
  const missing = [];
  for (const [name, isThere] of Object.entries(needed)) if (!(await isThere())) missing.push(name);
  return missing;
}

/**
 * Installs what is missing, where that is possible.
 * @param {{log?: (line: string) => void, needed?: Record<string, () => unknown>}} options log: gets progress lines; needed: package →
 *   is what we want from it there?
 * @returns {Promise<string | undefined>} one sentence when something is still missing
 */
export async function provideSystemPackages({ log = () => {}, needed = NEEDED } = {}) {
  let missing = await missingPackages(needed);
  if (missing.length === 0) return undefined;
  const advice = `install ${missing.join(', ')} (on Debian: apt-get install ${missing.join(' ')})`;
  if (process.getuid?.() !== 0)
    return `These programs are missing and only root can install them: ${advice}.`;
  if (!(await onPath('apt-get'))) return `These programs are missing and there is no apt here: ${advice}.`;
  const options = ['-qq', '-o', 'Dpkg::Use-Pty=0', '-o', 'APT::Sandbox::User=root'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    run('apt-get', [...options, 'install', '-y', '--no-install-recommends', ...missing], { env });
  log(`installing ${missing.join(', ')} through apt`);
  let result = await install();
  if (result.status !== 0) {
    await run('apt-get', [...options, 'update'], { env });
    result = await install();
  }
  missing = await missingPackages(needed);
  if (missing.length === 0) return undefined;
  const reason = result.output.trim().split('\n').at(-1);
  return `apt could not install ${missing.join(', ')}${reason ? ` (${reason})` : ''}: ${advice}.`;
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  const problem = await provideSystemPackages({ log: console.error });
  if (problem) {
    console.error(problem);
    process.exitCode = 3;
  } else {
    console.log('All system packages are there.');
  }
}
