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
