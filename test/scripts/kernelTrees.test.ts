// The provisioning of kernel trees, as far as it can be told without a network.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { kernelVersionOf } from '../../scripts/kernelTrees.mjs';

const PROGRAM = resolve(import.meta.dirname, '../../scripts/kernelTrees.mjs');

describe('kernelTrees.mjs', () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'rmap-lens-trees-'));
  });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  /** Runs the program with a cache of its own and no other program in reach. */
  const provide = (...args: string[]) =>
    spawnSync(process.execPath, [PROGRAM, ...args], {
      encoding: 'utf8',
      env: { RMAP_LENS_TREES: cache, PATH: join(cache, 'empty') },
    });

  const ownTree = (version: string) => {
    const folder = join(cache, version);
    mkdirSync(join(folder, 'mm'), { recursive: true });
    writeFileSync(join(folder, 'mm/rmap.c'), '');
    writeFileSync(join(folder, 'Makefile'), '# SPDX\nVERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 4\n');
    return folder;
  };

  it('says in one sentence what is missing and how to give it, where there is no apt', () => {
    const { status, stdout, stderr } = provide('7.3');
    assert.equal(status, 3);
    assert.equal(stdout, '');
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
    assert.match(stderr, /^kernel 7\.3 is not in .*--kernel DIR.*RMAP_LENS_TREES.*\.$/m);
    assert.deepEqual(
      readdirSync(cache).filter((name) => name.startsWith('.lock')),
      [],
    );
  });

  it('uses a tree that somebody put there as it is', () => {
    const folder = ownTree('7.3');
    const { status, stdout, stderr } = provide('7.3');
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: `${folder}\n`, stderr: '' });
    assert.equal(existsSync(join(folder, '.complete')), false);
  });

  it('keeps an older point release when there is no way to a newer one, and says so', () => {
    const folder = ownTree('7.3');
    const stamp = 'linux-source-7.3_7.3.1-1_all.deb\nlayout 2\n';
    writeFileSync(join(folder, '.complete'), stamp);
    const { status, stdout, stderr } = provide('7.3');
    assert.deepEqual([status, stdout], [0, `${folder}\n`]);
    assert.equal(stderr, 'kernel 7.3: linux-source-7.3_7.3.1-1_all.deb stays: 7.3.4 cannot be had\n');
    assert.equal(readFileSync(join(folder, '.complete'), 'utf8'), stamp);
  });

  it('asks no more when the point release is there, or has been asked for in vain', () => {
    const folder = ownTree('7.3');
    for (const stamp of [
      'linux-source-7.3_7.3.4-1~bpo13+1_all.deb\nlayout 2\n',
      'linux-source-7.3_7.3.10-1_all.deb\nlayout 2\n',
      'linux-source-7.3_7.3.1-1_all.deb\nlayout 2\nasked for 7.3.4\n',
    ]) {
      writeFileSync(join(folder, '.complete'), stamp);
      const { status, stderr } = provide('7.3');
      assert.deepEqual([status, stderr], [0, ''], stamp);
    }
  });

  it('takes over the lock of a program that died', () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    mkdirSync(join(cache, '.lock-7.3'));
    writeFileSync(join(cache, '.lock-7.3/pid'), String(dead));
    assert.equal(provide('7.3').status, 3);
  });

  it('refuses what is no version', () => {
    assert.equal(provide('newest').status, 2);
  });

  it('reads the version of a kernel folder from its Makefile', () => {
    assert.equal(kernelVersionOf(ownTree('mine')), '7.3');
    assert.equal(kernelVersionOf(cache), undefined);
  });

  it('names no host', () => {
    const text = readFileSync(PROGRAM, 'utf8');
    assert.doesNotMatch(text, /https?:\/\//);
  });
});
