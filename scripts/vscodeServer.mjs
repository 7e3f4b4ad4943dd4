// Starts and stops the cached VS Code server (installVscode.mjs) on the loopback interface, each with a data folder of its
// own, and installs packaged extensions into such a folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vscodePlaces } from './installVscode.mjs';
import { endGroup, run, spawnGroup } from './processes.mjs';

/** Milliseconds until a server that has not said its port counts as broken. */
const START_LIMIT = 60_000;

/** Quiet, and the same on every machine. */
const SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'window.restoreWindows': 'none',
  'files.autoSave': 'off',
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
};

/** What a server process may see: no marketplace; sockets and temporary files in a folder that is taken away after it. */
const environment = (runtime, extra) => ({
  ...process.env,
  TMPDIR: runtime,
  XDG_RUNTIME_DIR: runtime,
  EXTENSIONS_GALLERY: '{"serviceUrl":""}',
  ...extra,
});

/** Folders to take away when this program ends, however it ends. */
const leftovers = new Set();
process.once('exit', () => {
  for (const folder of leftovers) rmSync(folder, { recursive: true, force: true });
});

/** A short path, for the names of sockets must not be long. */
function newFolder(kind) {
  const folder = mkdtempSync(join(tmpdir(), `rmap-lens-${kind}-`));
  leftovers.add(folder);
  return folder;
}

/** A fresh data folder; `removeDataFolder` takes it away again, at the latest the end of this program does. */
export const newDataFolder = () => newFolder('vscode');

export function removeDataFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  leftovers.delete(folder);
}

/**
 * Installs a packaged extension into a data folder.
 * @param {string} vsix path of the package
 * @param {string} data folder that a server will be started with
 */
export async function installVsix(vsix, data) {
  const { node, main } = vscodePlaces();
  const args = [
    main,
    '--server-data-dir',
    data,
    '--accept-server-license-terms',
    '--install-extension',
    vsix,
  ];
  const runtime = newFolder('run');
  const { status, output } = await run(node, args, { env: environment(runtime) });
  removeDataFolder(runtime);
  if (status !== 0 || !/successfully installed/i.test(output))
    throw new Error(`VS Code did not install ${vsix}:\n${output}`);
}

/** Settings of the only user of a data folder, and those of the machine. */
export function writeSettings(data, settings = {}, machineSettings = {}) {
  for (const [place, values] of [
    ['data/User', { ...SETTINGS, ...settings }],
    ['data/Machine', machineSettings],
  ]) {
    if (Object.keys(values).length === 0) continue;
    const folder = join(data, place);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(values, null, 2));
  }
}

/**
 * Starts a server on the loopback interface.
 * @param {object} options
 * @param {string} options.data data folder; fresh, or with extensions installed
 * @param {number} [options.port] 0 or absent: a free one
 * @param {object} [options.env] more environment, which extension hosts inherit
 * @param {object} [options.settings] more user settings
 * @param {object} [options.machineSettings] settings that only a machine may have
 * @param {boolean} [options.testDriver] obey extensionDevelopmentPath and extensionTestsPath of the page's payload; a built
 *   workbench does so only with the smoke-test driver, which also suppresses notifications
 * @returns {Promise<{origin: string, authority: string, port: number, log: () => string, ended: Promise<void>, stop: () => Promise<void>}>}
 */
export async function startServer({
  data,
  port = 0,
  env = {},
  settings = {},
  machineSettings = {},
  testDriver = false,
}) {
  writeSettings(data, settings, machineSettings);
  const { node, main } = vscodePlaces();
  const args = [
    ...[main, '--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
    ...['--accept-server-license-terms', '--server-data-dir', data, '--telemetry-level', 'off'],
    ...['--disable-workspace-trust', '--disable-update-check', '--disable-experiments', '--log', 'info'],
    ...(testDriver ? ['--enable-smoke-test-driver'] : []),
  ];
  const runtime = newFolder('run');
  const child = spawnGroup(node, args, { env: environment(runtime, env), stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const ended = new Promise((done) => child.once('exit', done));
  const stop = async () => {
    await endGroup(child);
    removeDataFolder(runtime);
  };
  child.stderr.on('data', (text) => {
    log += text;
  });
  const listening = new Promise((done, fail) => {
    const timer = setTimeout(
      () => fail(new Error(`The VS Code server did not start in time:\n${log}`)),
      START_LIMIT,
    );
    child.stdout.on('data', (text) => {
      log += text;
      const match = /Extension host agent listening on (\d+)/.exec(log);
      if (match) done(Number(match[1]));
      if (match) clearTimeout(timer);
    });
    child.once('error', fail);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(new Error(`The VS Code server ended at once, with status ${code}:\n${log}`));
    });
  });
  try {
    const actual = await listening;
    const authority = `127.0.0.1:${actual}`;
    return {
      origin: `http://${authority}`,
      authority,
      port: actual,
      log: () => log,
      ended,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Address of a workbench on a folder.
 * @param {{origin: string, authority: string}} server
 * @param {{folder: string, file?: string, payload?: [string, string][]}} what absolute paths
 */
export function workbenchAddress(server, { folder, file, payload = [] }) {
  const items = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
    ...(file ? [['openFile', `vscode-remote://${server.authority}${file}`]] : []),
    ...payload,
  ];
  return `${server.origin}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(items))}`;
}
