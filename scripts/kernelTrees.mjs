// Brings the parts of real kernel trees that this project reads into the cache, from Debian's linux-source packages,
// through apt, which checks the signatures. A second run does nothing.
//
//   node scripts/kernelTrees.mjs [VERSION…]      default: 6.1 6.12 7.2 7.3; prints one folder a line
//
// RMAP_LENS_TREES names another cache; a folder VERSION/ in it that holds mm/rmap.c and was not put there by this
// program is somebody's own tree: used as it is, never written to.
// Exit status: 0 all there, 2 usage, 3 a tree is missing and cannot be fetched.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { withLock } from './lock.mjs';
import { treesRoot } from './places.mjs';
import { onPath, run } from './processes.mjs';

export const VERSIONS = ['6.1', '6.12', '7.2', '7.3'];

/** Files and folders taken from a tree. Not every kernel has all of them. */
const PARTS = [
  'Makefile',
  'mm',
  'lib',
  'include',
  'kernel/fork.c',
  'kernel/exit.c',
  'fs/exec.c',
  'Documentation/mm',
  'tools/include',
  'tools/lib',
  'tools/scripts',
  'tools/arch',
  'tools/testing/vma',
  'tools/testing/shared',
  'tools/testing/radix-tree',
];

/** What every supported tree has; without one of these an unpacked tree is not taken for complete. */
const DEMANDED = [
  'Makefile',
  'mm/rmap.c',
  'include/linux/rmap.h',
  'kernel/fork.c',
  'kernel/exit.c',
  'fs/exec.c',
  'lib/interval_tree.c',
];

/** Raise when PARTS changes: trees with an older stamp are brought up to date. */
const LAYOUT = 2;

/** Debian suites that hold a version; of all that is found in them and in the machine's own sources, the newest is taken. */
const SUITES = {
  6.1: ['bookworm', 'bookworm-security'],
  6.12: ['trixie', 'bookworm-security'],
};
const SUITES_OF_OTHERS = ['trixie-backports'];
/** Where to look for what is in none of those. */
const LAST_SUITE = 'sid';

/** Point releases that the profiles mean. An older one that is in the cache is replaced, if apt has the newer one. */
const POINT_RELEASES = { 6.1: '6.1.192', 6.12: '6.12.117', 7.2: '7.2.12', 7.3: '7.3.4' };

const HOW_TO_GIVE_A_TREE =
  'give a kernel tree with --kernel DIR, or with RMAP_LENS_TREES=DIR that holds it as DIR/VERSION, or open a kernel folder in VS Code';

/** A tree that is not there and cannot be brought; the message is one sentence for people. */
export class TreeMissing extends Error {}

const stampOf = (tree) => join(tree, '.complete');

/** @returns {{deb: string, layout: number, asked?: string} | undefined} what a tree was unpacked from */
function readStamp(tree) {
  if (!existsSync(stampOf(tree))) return undefined;
  const [deb = '', layout = '', asked = ''] = readFileSync(stampOf(tree), 'utf8').split('\n');
  return {
    deb,
    layout: Number(/^layout (\d+)$/.exec(layout)?.[1] ?? 1),
    asked: /^asked for (\S+)$/.exec(asked)?.[1],
  };
}

/** Is the tree of an older point release than the profile means, and has nobody asked for that one yet? */
function isOutdated(version, tree) {
  const wanted = POINT_RELEASES[version];
  const stamp = readStamp(tree);
  const have = /_(\d+(?:\.\d+)*)/.exec(stamp?.deb ?? '')?.[1];
  if (wanted === undefined || have === undefined || stamp.asked === wanted) return false;
  return have.localeCompare(wanted, 'en', { numeric: true }) < 0;
}

/**
 * Folder of a version that is there already, or undefined. Never fetches, never waits.
 * @param {string} version e.g. `7.3`
 */
export function treePath(version) {
  const tree = join(treesRoot(), version);
  if (!existsSync(join(tree, 'mm/rmap.c'))) return undefined;
  const stamp = readStamp(tree);
  return stamp === undefined || stamp.layout >= LAYOUT ? tree : undefined;
}

/** Versions in the cache, oldest first. */
export function treesThere() {
  if (!existsSync(treesRoot())) return [];
  return readdirSync(treesRoot())
    .filter((name) => /^\d+\.\d+/.test(name) && treePath(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** The version a kernel folder says it is (`VERSION`.`PATCHLEVEL` of its Makefile), or undefined if it is no kernel tree. */
export function kernelVersionOf(folder) {
  if (!existsSync(join(folder, 'mm/rmap.c'))) return undefined;
  const makefile = join(folder, 'Makefile');
  if (!existsSync(makefile)) return 'unknown';
  const text = readFileSync(makefile, 'utf8');
  const field = (name) => new RegExp(`^${name} = (\\d+)$`, 'm').exec(text)?.[1];
  return field('VERSION') === undefined ? 'unknown' : `${field('VERSION')}.${field('PATCHLEVEL')}`;
}

const newestDeb = (folder, pkg) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.startsWith(`${pkg}_`) && name.endsWith('.deb'))
        .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
        .at(-1)
    : undefined;

/** Runs `apt-get download` in `folder`, saying every few seconds how far it is. */
async function download(pkg, version, folder, options, log) {
  const timer = setInterval(() => {
    let bytes = 0;
    for (const name of readdirSync(folder))
      if (name.startsWith(pkg)) bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > 0) log(`${Math.round(bytes / 1e6)} MB so far`);
  }, 5000);
  try {
    return await run('apt-get', [...options, '-q', 'download', `${pkg}=${version}`], { cwd: folder });
  } finally {
    clearInterval(timer);
  }
}

/** A private apt state below `state`, so that neither root nor the machine's own lists are needed. */
function privateApt(state, sourceOptions) {
  for (const folder of ['lists/partial', 'archives/archives/partial', 'none'])
    mkdirSync(join(state, folder), { recursive: true });
  return [
    ...sourceOptions,
    ...['-o', `Dir::State::lists=${join(state, 'lists')}`, '-o', `Dir::Cache=${join(state, 'archives')}`],
    ...['-o', 'Acquire::Languages=none', '-o', 'Acquire::Retries=1', '-o', 'APT::Update::Error-Mode=any'],
    ...(process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : []),
  ];
}

/** The first thing that apt complains of. */
const reasonIn = (output) => {
  const lines = output.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /Temporary failure|Could not|Connection failed/i.test(line)) ??
    lines.find((line) => line.startsWith('E: ')) ??
    lines.filter(Boolean).at(-1)
  );
};

const missing = (version, reason) =>
  new TreeMissing(
    `kernel ${version} is not in ${treesRoot()} and apt cannot fetch linux-source-${version}${reason ? ` (${reason})` : ''}: ${HOW_TO_GIVE_A_TREE}.`,
  );

/** The package's versions that an apt state knows of. */
async function versionsIn(pkg, options) {
  const { stdout } = await run('apt-cache', [...options, 'madison', pkg]);
  return [...stdout.matchAll(/^\s*\S+ \|\s*(\S+) \|/gm)].map(([, found]) => found);
}

/** Is one Debian version newer than another? */
async function isNewer(a, b) {
  return (await run('dpkg', ['--compare-versions', a, 'gt', b])).status === 0;
}

/** Mirrors that the machine's apt uses, by what they offer, and the key that it trusts. */
async function mirrorsOf(options) {
  const format = ['--format', '$(LABEL)|$(CODENAME)|$(REPO_URI)', 'Created-By: Packages'];
  const { stdout } = await run('apt-get', [...options, 'indextargets', ...format]);
  const targets = stdout.split('\n').map((line) => line.split('|'));
  const keys = await run('dpkg', ['-L', 'debian-archive-keyring']);
  return {
    suites: targets.map(([, suite]) => suite),
    debian: targets.find(([label]) => label === 'Debian')?.[2],
    security: targets.find(([label]) => label === 'Debian-Security')?.[2],
    key: keys.stdout.split('\n').find((path) => path.endsWith('/debian-archive-keyring.gpg')),
  };
}

/** Brings the package's .deb into `folder`; returns its name. */
async function fetchDeb(version, folder, log) {
  const pkg = `linux-source-${version}`;
  const kept = newestDeb(folder, pkg);
  if (kept) return kept;
  if (!(await onPath('apt-get')) || !(await onPath('dpkg-deb'))) {
    throw new TreeMissing(
      `kernel ${version} is not in ${treesRoot()} and there is no apt here to fetch it with: ${HOW_TO_GIVE_A_TREE}.`,
    );
  }
  const reasons = [];
  let newest;
  /** Keeps the newest version that an apt state knows of. */
  const look = async (options) => {
    for (const found of await versionsIn(pkg, options))
      if (!newest || (await isNewer(found, newest.version))) newest = { version: found, options };
  };
  const state = join(folder, 'apt');
  rmSync(state, { recursive: true, force: true });
  try {
    // the machine's own sources, but with fresh lists of our own
    const own = privateApt(join(state, 'own'), []);
    log(`asking apt's sources for ${pkg}`);
    const update = await run('apt-get', [...own, '-q', 'update']);
    const reached = readdirSync(join(state, 'own/lists')).some((name) => /_(In)?Release$/.test(name));
    if (!reached) throw missing(version, reasonIn(update.output));
    await look(own);
    // other suites of the mirrors that the machine's apt uses
    const { suites, debian, security, key } = await mirrorsOf(own);
    const ask = async (suite) => {
      const mirror = suite.endsWith('-security') ? security : debian;
      if (!mirror || !key || suites.includes(suite)) return;
      const place = join(state, suite);
      const sources = join(place, 'sources.list');
      const options = privateApt(place, [
        ...['-o', `Dir::Etc::sourcelist=${sources}`],
        ...['-o', `Dir::Etc::sourceparts=${join(place, 'none')}`],
      ]);
      writeFileSync(sources, `deb [signed-by=${key}] ${mirror} ${suite} main\n`);
      log(`asking suite ${suite} for ${pkg}`);
      const { status, output } = await run('apt-get', [...options, '-q', 'update']);
      if (status === 0) await look(options);
      else reasons.push(reasonIn(output));
    };
    for (const suite of SUITES[version] ?? SUITES_OF_OTHERS) await ask(suite);
    if (!newest) await ask(LAST_SUITE);
    if (!newest) throw missing(version, reasons.filter(Boolean).at(-1));
    log(`downloading ${pkg} ${newest.version} through apt (about 150 MB)`);
    const result = await download(pkg, newest.version, folder, newest.options, log);
    const deb = newestDeb(folder, pkg);
    if (result.status !== 0 || !deb) throw missing(version, reasonIn(result.output));
    return deb;
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}

/** Unpacks PARTS of a .deb's kernel into `into`; throws if something that every kernel has is not in it. */
async function unpack(deb, version, into) {
  const pkg = `linux-source-${version}`;
  const members = PARTS.map((part) => `${pkg}/${part}`);
  mkdirSync(into, { recursive: true });
  // A part that this kernel does not have makes tar say "Not found in archive" and fail; what is demanded is checked below.
  const pipeline = `set -e; deb=$1 pkg=$2 into=$3; shift 3
    dpkg-deb --fsys-tarfile "$deb" | tar -xO "./usr/src/$pkg.tar.xz" | xz -dc -T0 | tar -x -C "$into" --strip-components=1 "$@"`;
  const result = await run('sh', ['-c', pipeline, 'sh', deb, pkg, into, ...members]);
  const missing = DEMANDED.filter((path) => !existsSync(join(into, path)));
  if (missing.length > 0) {
    const reason = result.output
      .split('\n')
      .find((line) => line && !/Not found in archive|Exiting with failure/.test(line));
    throw new TreeMissing(
      `${basename(deb)} does not hold ${missing[0]} as expected${reason ? ` (${reason})` : ''}: ${HOW_TO_GIVE_A_TREE}.`,
    );
  }
}

/** Writes what a tree was unpacked from; `asked`: the point release that was looked for. */
function writeStamp(tree, deb, asked) {
  const fresh = `${stampOf(tree)}.new`;
  writeFileSync(fresh, `${deb}\nlayout ${LAYOUT}\n${asked === undefined ? '' : `asked for ${asked}\n`}`);
  renameSync(fresh, stampOf(tree));
}

/**
 * Folder of a kernel tree, fetched if it is not in the cache yet. Several programs may ask at once.
 * @param {string} version e.g. `7.3`
 * @param {{log?: (line: string) => void}} options log: gets progress lines
 * @returns {Promise<string>}
 * @throws {TreeMissing}
 */
export async function provideTree(version, { log = () => {} } = {}) {
  const there = treePath(version);
  if (there && !isOutdated(version, there)) return there;
  const say = (line) => log(`kernel ${version}: ${line}`);
  const cache = treesRoot();
  mkdirSync(cache, { recursive: true });
  return withLock(join(cache, `.lock-${version}`), say, async () => {
    const meanwhile = treePath(version);
    if (meanwhile && !isOutdated(version, meanwhile)) return meanwhile;
    const begun = Date.now();
    const tree = join(cache, version);
    const work = join(cache, `.work-${version}`);
    mkdirSync(work, { recursive: true });
    let deb;
    try {
      deb = await fetchDeb(version, work, say);
    } catch (error) {
      rmSync(work, { recursive: true, force: true });
      if (!meanwhile || !(error instanceof TreeMissing)) throw error;
      say(`${readStamp(tree).deb} stays: ${POINT_RELEASES[version]} cannot be had`);
      return meanwhile;
    }
    const stamp = readStamp(tree);
    if (meanwhile && stamp.deb === deb) {
      say(`apt has nothing newer than ${deb}`);
      writeStamp(tree, deb, POINT_RELEASES[version]);
      rmSync(work, { recursive: true, force: true });
      return meanwhile;
    }
    say(`unpacking ${deb}`);
    const fresh = join(work, 'tree');
    rmSync(fresh, { recursive: true, force: true });
    await unpack(join(work, deb), version, fresh);
    if (stamp?.deb === deb) {
      // an older layout of the same kernel, which others may be reading: add what it lacks
      cpSync(fresh, tree, { recursive: true, force: false, errorOnExist: false });
    } else {
      if (existsSync(tree)) renameSync(tree, join(work, 'old'));
      renameSync(fresh, tree);
    }
    writeStamp(tree, deb, POINT_RELEASES[version]);
    rmSync(work, { recursive: true, force: true });
    const absent = PARTS.filter((part) => !existsSync(join(tree, part)));
    say(
      `ready after ${Math.round((Date.now() - begun) / 1000)} s${absent.length > 0 ? ` (this kernel has no ${absent.join(', ')})` : ''}`,
    );
    return tree;
  });
}

async function main(versions) {
  if (versions.some((version) => !/^\d+\.\d+$/.test(version))) {
    console.error('usage: node scripts/kernelTrees.mjs [VERSION…]      e.g. 7.3');
    return 2;
  }
  for (const version of versions.length > 0 ? versions : VERSIONS) {
    try {
      console.log(await provideTree(version, { log: (line) => console.error(line) }));
    } catch (error) {
      if (!(error instanceof TreeMissing)) throw error;
      console.error(error.message);
      return 3;
    }
  }
  return 0;
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename)
  process.exitCode = await main(process.argv.slice(2));
