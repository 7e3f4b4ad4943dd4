/**
 * docs/fidelity.md says what the code is: it is up to date, speaks of every function that takes steps and of no other,
 * and of the oracle it says what is compiled there. `npm run docs` writes the page anew.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { treePath } from '../../scripts/kernelTrees.mjs';
import { ASSERTS_LEFT_OUT, HELPER_FIDELITY, TABLE_FIDELITY } from '../../src/simulation/fidelity';
import { differing, fidelityPage, neighbourOf } from '../../src/simulation/fidelityPage';
import type { KernelFunctions } from '../../src/simulation/kernel';
import { findProfile, PROFILES } from '../../src/simulation/profiles';
import { generate } from '../oracle/trees.mjs';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = join(ROOT, 'docs/fidelity.md');
const SIMULATION = join(ROOT, 'src/simulation');

const profiles = PROFILES.map(({ id }) => {
  const profile = findProfile(id);
  if (typeof profile === 'string') throw new Error(profile);
  return profile;
});

/** Every source of the simulation. */
function sources(): string[] {
  const files = readdirSync(SIMULATION, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.map((name) => readFileSync(join(SIMULATION, name), 'utf8'));
}

/** Roles that some source enters: `k.enter('…'`. */
function enteredRoles(): string[] {
  const roles = sources().flatMap((text) =>
    [...text.matchAll(/k\.enter\(\s*'([^']+)'/g)].map(([, role]) => role ?? ''),
  );
  return [...new Set(roles)].sort();
}

function tree(version: string): string {
  const path = treePath(version);
  if (path === undefined) throw new Error(`The Linux ${version} tree is not there: run \`npm run trees\`.`);
  return path;
}

describe('the page on fidelity', () => {
  it('is up to date (else: npm run docs)', () => {
    const made = fidelityPage();
    if (process.env['UPDATE_GOLDEN']) writeFileSync(PAGE, made);
    assert.equal(readFileSync(PAGE, 'utf8'), made, 'docs/fidelity.md is stale: npm run docs');
  });

  it('speaks of functions that every profile has', () => {
    for (const { id, functions } of profiles) {
      const missing = Object.keys(TABLE_FIDELITY).filter(
        (name) => typeof functions[name as keyof KernelFunctions] !== 'function',
      );
      assert.deepEqual(missing, [], id);
    }
  });

  it('speaks of every function that takes steps, once', () => {
    const table = Object.keys(TABLE_FIDELITY);
    const helpers = Object.keys(HELPER_FIDELITY);
    assert.deepEqual(
      helpers.filter((name) => table.includes(name)),
      [],
    );
    assert.deepEqual(
      enteredRoles().filter((role) => !table.includes(role)),
      helpers.sort(),
    );
  });

  it('says something of a profile only where that has a function of its own', () => {
    for (const [name, { profiles: said }] of Object.entries(TABLE_FIDELITY))
      for (const id of Object.keys(said ?? {})) {
        const profile = profiles.find((known) => known.id === id);
        const neighbour = profile && neighbourOf(profile);
        assert.ok(profile && neighbour, `${name}: ${id}`);
        assert.ok(differing(profile, neighbour).includes(name as keyof KernelFunctions), `${name} in ${id}`);
      }
  });

  it('describes every profile but the newest kernel against another', () => {
    assert.deepEqual(
      profiles.filter((profile) => !neighbourOf(profile)).map(({ id }) => id),
      ['7.3'],
    );
    for (const profile of profiles) assert.notEqual(neighbourOf(profile)?.id, profile.id);
  });
});

describe('what the page says of the oracle', () => {
  const versions = ['7.3', '7.2', '6.12', '6.1'];
  const GLUE = join(ROOT, 'test/oracle/glue');
  /** Compiled whole; the rest is cut out by generate(). */
  const WHOLE = ['mm/vma.c', 'mm/vma.h', 'mm/vma_init.c', 'mm/interval_tree.c'];

  function compiled(version: string): string {
    const folder = tree(version);
    const whole = WHOLE.map((path) => join(folder, path)).filter((path) => existsSync(path));
    return [...Object.values(generate(folder)), ...whole.map((path) => readFileSync(path, 'utf8'))].join(
      '\n',
    );
  }

  /** Does the text define the function? A head at the line’s beginning, and a body. */
  function defines(text: string, name: string): boolean {
    return new RegExp(`^(?!\\s)[\\w\\s*]*\\b${name}\\((?:[^;{}()]|\\([^()]*\\))*\\)\\s*\\{`, 'm').test(text);
  }

  it('is what is compiled there', function () {
    this.timeout(60_000);
    const trees = versions.map(compiled);
    const glue = readdirSync(GLUE)
      .map((name) => readFileSync(join(GLUE, name), 'utf8'))
      .join('\n');
    const wrong: string[] = [];
    for (const [role, { judge }] of Object.entries({ ...TABLE_FIDELITY, ...HELPER_FIDELITY })) {
      const names = new Set([role, ...profiles.flatMap((profile) => profile.names[role] ?? [])]);
      const any = (text: string): boolean => [...names].some((name) => defines(text, name));
      const found = any(glue) ? 'glue' : trees.some(any) ? 'kernel' : 'none';
      if (found !== judge) wrong.push(`${role}: ${judge}, but ${found}`);
    }
    assert.deepEqual(wrong, []);
  });
});

describe('what the page says of asserts', () => {
  const FILES = [
    'mm/rmap.c',
    'mm/vma.c',
    'mm/vma.h',
    'mm/vma_init.c',
    'mm/mmap.c',
    'mm/memory.c',
    'mm/mprotect.c',
    'mm/madvise.c',
    'mm/mremap.c',
    'mm/internal.h',
    'mm/mmap_lock.c',
    'mm/page_idle.c',
    'kernel/fork.c',
  ];
  const FUNCTION = /^(?![\s#/*])[\w\s*]*?\b(\w+)\((?:[^;{}()]|\([^()]*\))*\)\s*\{([\s\S]*?)^\}/gm;
  const ASSERT =
    /\b((?:VM_)?(?:WARN|BUG)_ON\w*|mmap_assert\w*|vma_assert\w*)\s*\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)/g;

  it('is so: the others are evaluated somewhere', () => {
    const simulation = sources().join('').replace(/\s+/g, '');
    const known = new Set(Object.keys({ ...TABLE_FIDELITY, ...HELPER_FIDELITY }));
    const found = new Set<string>();
    for (const file of FILES) {
      const text = readFileSync(join(tree('7.3'), file), 'utf8');
      for (const [, name = '', body = ''] of text.matchAll(FUNCTION)) {
        if (!known.has(name)) continue;
        for (const [, macro = '', all = ''] of body.matchAll(ASSERT)) {
          // the last argument of these is what they print
          const condition = /_(VMG|FOLIO|PAGE|VMA|MM)$/.test(macro) ? all.replace(/,[^,]*$/, '') : all;
          if (!simulation.includes(condition.replace(/\s+/g, ''))) found.add(name);
        }
      }
    }
    assert.deepEqual([...found].sort(), [...ASSERTS_LEFT_OUT].sort());
  });
});
