// `npm run -s rmap-lens -- ARGS`: the command line (src/cli), installed and built first if it is not, or if its sources are
// newer. When all is there this costs one look at the sources' dates.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './places.mjs';

const CLI = join(ROOT, 'dist/cli/rmap-lens.js');

/** Is a file newer than what was built? Folders that the command line cannot import are left out. */
function newerThan(built, folder) {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return !['vscode', 'webview'].includes(entry.name) && newerThan(built, path);
    return statSync(path).mtimeMs > built;
  });
}

function upToDate() {
  if (!existsSync(CLI)) return false;
  const built = statSync(CLI).mtimeMs;
  if (statSync(join(ROOT, 'package-lock.json')).mtimeMs > built) return false;
  return !newerThan(built, join(ROOT, 'src')) && !newerThan(built, join(ROOT, 'samples'));
}

async function prepare() {
  const { provideNodeModules } = await import('./install.mjs');
  const problem = await provideNodeModules({ log: console.error });
  if (problem) return problem;
  const { build } = await import('./build.mjs');
  return (await build()).filter((sentence) => sentence.startsWith('command line'))[0];
}

const problem = upToDate() ? undefined : await prepare();
if (problem) {
  console.error(problem);
  process.exit(1);
}
process.argv.splice(1, 1, CLI);
await import(pathToFileURL(CLI).href);
