// `npm start`: VS Code on a real kernel tree, with the extension installed and a sample scenario running.
//
//   node scripts/start.mjs [--kernel DIR] [--workbench] [--port N] [--no-open]
//
//   --kernel DIR   a kernel tree of yours; else the newest in the cache (RMAP_LENS_TREES names another cache), else 7.3
//                  is fetched, else the sample scenarios are opened, which need no tree
//   --workbench    VS Code in the browser even if `code` is on PATH
//   --port N       port of that workbench on 127.0.0.1; a free one by default
//   --profile DIR  profile of that workbench, instead of the one in the cache
//   --no-open      do not open a window or a browser: package, start the workbench, print its address
//
// With `code` on PATH the extension is installed into it. Otherwise a workbench from the npm registry is started with a
// profile of its own in the cache; it runs until Ctrl-C. The extension learns that it should begin with the
// explorer from the environment variable RMAP_LENS_START=1, and a `code` that runs already from the link
// vscode://rmap-lens.rmap-lens/start.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { provideNodeModules } from './install.mjs';
import { kernelVersionOf, provideTree, TreeMissing, treePath, treesThere, VERSIONS } from './kernelTrees.mjs';
import { readOptions } from './options.mjs';
import { cacheRoot, ROOT } from './places.mjs';
import { onPath, run } from './processes.mjs';

const { values } = readOptions({
  options: {
    kernel: { type: 'string' },
    port: { type: 'string' },
    workbench: { type: 'boolean' },
    'no-open': { type: 'boolean' },
    profile: { type: 'string' },
  },
});

/** Where people want to begin in a kernel tree. */
const FIRST_FILE = 'mm/rmap.c';

/** A mistake of the caller or a lack of the machine, told in one sentence. */
class Obstacle extends Error {}

/** @returns {Promise<{folder: string, file: string, what: string}>} what to open */
async function chooseFolder() {
  if (values.kernel !== undefined) {
    const folder = resolve(values.kernel);
    const version = kernelVersionOf(folder);
    if (version === undefined) throw new Obstacle(`${folder} is no kernel tree: it has no ${FIRST_FILE}.`);
    return { folder, file: FIRST_FILE, what: `your kernel tree ${folder} (${version})` };
  }
  // the newest of the supported versions; a person's cache may hold others, which are taken if there is no supported one
  const version = VERSIONS.findLast((name) => treePath(name)) ?? treesThere().at(-1);
  if (version !== undefined) {
    return { folder: treePath(version), file: FIRST_FILE, what: `kernel ${version}, ${treePath(version)}` };
  }
  try {
    const folder = await provideTree('7.3', { log: console.log });
    return { folder, file: FIRST_FILE, what: `kernel 7.3, ${folder}` };
  } catch (error) {
    if (!(error instanceof TreeMissing)) throw error;
    console.log(error.message);
    return {
      folder: join(ROOT, 'samples'),
      file: 'fork-of-a-fork.rmap',
      what: 'the sample scenarios alone, because there is no kernel tree',
    };
  }
}

async function openInCode(vsix, { folder, file }) {
  const installed = await run('code', ['--install-extension', vsix, '--force']);
  if (installed.status !== 0)
    throw new Obstacle(`code could not install ${vsix}: ${installed.output.trim().split('\n').at(-1)}`);
  const path = join(folder, file);
  const opened = await run('code', [folder, '--goto', `${path}:1`], { env: { RMAP_LENS_START: '1' } });
  if (opened.status !== 0)
    throw new Obstacle(`code could not open ${folder}: ${opened.output.trim().split('\n').at(-1)}`);
  // a VS Code that runs already does not see our environment
  await run('code', ['--open-url', 'vscode://rmap-lens.rmap-lens/start']);
}

async function openInBrowser(address) {
  const opener = { linux: 'xdg-open', darwin: 'open' }[process.platform];
  const hasScreen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (opener && hasScreen && (await onPath(opener))) await run(opener, [address]);
}

async function openInWorkbench(vsix, { folder, file }) {
  const { provideVscode } = await import('./installVscode.mjs');
  const { installVsix, startServer, workbenchAddress } = await import('./vscodeServer.mjs');
  await provideVscode({ log: console.log });
  const data = resolve(values.profile ?? join(cacheRoot(), 'workbench'));
  mkdirSync(data, { recursive: true });
  await installVsix(vsix, data);
  const port = Number(values.port ?? 0);
  const server = await startServer({ data, port, env: { RMAP_LENS_START: '1' } });
  const address = workbenchAddress(server, { folder, file: join(folder, file) });
  console.log(`\nVS Code is running. Open this address in a browser; Ctrl-C here ends it.\n\n  ${address}\n`);
  if (!values['no-open']) await openInBrowser(address);
  await server.ended;
}

async function main() {
  if (values.port !== undefined && !(/^\d{1,5}$/.test(values.port) && Number(values.port) < 65_536)) {
    throw new Obstacle(`${values.port} is no port.`);
  }
  const problem = await provideNodeModules({ log: console.log });
  if (problem) throw new Obstacle(problem);
  const choice = await chooseFolder();
  const { packageExtension } = await import('./packageExtension.mjs');
  const { vsix, bytes, problems } = await packageExtension();
  if (bytes === 0) throw new Obstacle(problems.join('\n'));
  for (const sentence of problems) console.log(sentence);
  console.log(`Opening ${choice.what}`);
  if (!values.workbench && !values.port && !values['no-open'] && (await onPath('code')))
    await openInCode(vsix, choice);
  else await openInWorkbench(vsix, choice);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Obstacle || error.name === 'VscodeMissing' ? error.message : error.stack);
  process.exitCode = 1;
}
