// Builds the oracle of a kernel tree: `node test/oracle/build.mjs [VERSION …] [--asan]`.
//
// The result lands in ${cache}/rmap-lens/oracle/HASH, HASH being that of everything that goes into it (the pieces
// of the tree, the glue, these scripts): a second build of the same finds it and does nothing. Prints one path a line.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generate } from './trees.mjs';

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));

export const cacheRoot = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rmap-lens');
export const treesRoot = () => process.env.RMAP_LENS_TREES || join(cacheRoot(), 'trees');

/** Versions whose tree is present, of those for which an oracle can be built. */
export function presentTrees() {
  return ['7.3', '7.2', '6.12', '6.1'].filter((version) =>
    existsSync(join(treesRoot(), version, 'mm/rmap.c')),
  );
}

/** Small support files of the kernel that are compiled as they are. */
const SUPPORT = ['find_bit.c', 'bitmap.c', 'hweight.c', 'slab.c', 'vsprintf.c'];

/**
 * @param {string} version directory name below the trees' root
 * @param {{asan?: boolean, verbose?: boolean}} [options]
 * @returns {Promise<string>} path of the program
 */
export async function build(version, options = {}) {
  const tree = join(treesRoot(), version);
  const generated = generate(tree);
  const glue = readdirSync(join(here, 'glue'))
    .sort()
    .map((name) => [name, readFileSync(join(here, 'glue', name), 'utf8')]);
  const whole = [
    'mm/vma.c',
    'mm/vma.h',
    'mm/vma_init.c',
    'lib/maple_tree.c',
    'include/linux/maple_tree.h',
    'tools/testing/shared/linux.c',
    'tools/testing/radix-tree/linux.c',
    'lib/rbtree.c',
    'include/linux/interval_tree_generic.h',
  ]
    .map((path) => join(tree, path))
    .filter((path) => existsSync(path));
  const flags = [
    '-O2',
    '-g',
    '-w',
    '-Werror=implicit-function-declaration',
    '-std=gnu11',
    '-D_LGPL_SOURCE',
    '-DNUM_VMA_FLAG_BITS=64',
    '-DNUM_MM_FLAG_BITS=64',
    ...(process.env.ORACLE_CFLAGS ? process.env.ORACLE_CFLAGS.split(' ') : []),
    ...(options.asan ? ['-fsanitize=address,undefined', '-fno-omit-frame-pointer'] : []),
  ];
  const hash = createHash('sha256');
  for (const [name, text] of [...Object.entries(generated), ...glue]) hash.update(`${name}\0${text}\0`);
  for (const path of whole) hash.update(readFileSync(path));
  hash.update(flags.join(' ')).update(readFileSync(join(here, 'build.mjs')));
  const target = join(cacheRoot(), 'oracle', hash.digest('hex').slice(0, 20));
  const program = join(target, `oracle-${version}`);
  if (existsSync(program)) return program;

  const work = `${target}.${process.pid}`;
  const shims = join(tree, 'tools/testing/vma');
  const shared = join(
    tree,
    existsSync(join(tree, 'tools/testing/shared')) ? 'tools/testing/shared' : 'tools/testing/radix-tree',
  );
  try {
    for (const [name, text] of Object.entries(generated)) {
      mkdirSync(dirname(join(work, 'gen', name)), { recursive: true });
      writeFileSync(join(work, 'gen', name), text);
    }
    mkdirSync(join(work, 'gen/generated'), { recursive: true });
    writeFileSync(
      join(work, 'gen/generated/autoconf.h'),
      readFileSync(join(shared, shared.endsWith('shared') ? 'autoconf.h' : 'generated/autoconf.h')),
    );
    writeFileSync(join(work, 'gen/generated/map-shift.h'), '#define XA_CHUNK_SHIFT 3\n');
    writeFileSync(
      join(work, 'gen/generated/bit-length.h'),
      '#define CONFIG_64BIT 1\n#define CONFIG_PHYS_ADDR_T_64BIT 1\n',
    );
    const include = [
      join(work, 'gen'),
      join(here, 'glue'),
      shims,
      shared,
      join(tree, 'tools/include'),
      join(tree, 'tools/arch/x86/include'),
      join(tree, 'lib'),
    ].flatMap((path) => ['-I', path]);
    const compile = async (source, object) => {
      await run(
        'gcc',
        [
          ...flags,
          ...include,
          ...(existsSync(join(tree, 'mm/vma_init.c'))
            ? [`-DTREE_VMA_INIT="${join(tree, 'mm/vma_init.c')}"`]
            : []),
          ...(existsSync(join(tree, 'mm/vma.c'))
            ? [`-DTREE_VMA="${join(tree, 'mm/vma.c')}"`, `-DTREE_VMA_H="${join(tree, 'mm/vma.h')}"`]
            : []),
          `-DTREE_INTERVAL="${join(tree, 'include/linux/interval_tree_generic.h')}"`,
          `-DTREE_MAPLE="${join(tree, 'lib/maple_tree.c')}"`,
          `-DORACLE_VERSION="${version}"`,
          '-c',
          source,
          '-o',
          join(work, object),
        ],
        { maxBuffer: 1 << 26 },
      );
      return join(work, object);
    };
    const jobs = [
      [join(here, 'glue/oracle.c'), 'oracle.o'],
      [join(here, 'glue/maple.c'), 'maple.o'],
      [join(shared, 'linux.c'), 'linux.o'],
      // The kernel's own, or the copy in tools/ that fits the headers there.
      [
        join(
          tree,
          existsSync(join(tree, 'tools/testing/shared/linux/rbtree.h'))
            ? 'lib/rbtree.c'
            : 'tools/lib/rbtree.c',
        ),
        'rbtree.o',
      ],
      ...SUPPORT.map((name) => [join(tree, 'tools/lib', name), name.replace(/c$/, 'o')]),
    ];
    const objects = [];
    const worker = async () => {
      for (let job = jobs.shift(); job; job = jobs.shift()) objects.push(await compile(job[0], job[1]));
    };
    await Promise.all([worker(), worker()]);
    await run('gcc', [...flags, '-o', join(work, `oracle-${version}`), ...objects, '-lpthread', '-lurcu']);
    for (const object of objects) rmSync(object);
    if (!existsSync(program)) {
      mkdirSync(dirname(target), { recursive: true });
      try {
        renameSync(work, target);
      } catch (error) {
        if (!existsSync(program)) throw error; // else someone else was faster
      }
    }
  } catch (error) {
    const text = String(error.stderr || error.stack || error);
    throw new Error(
      `oracle ${version} does not build:\n${text
        .split('\n')
        .slice(0, options.verbose ? 400 : 60)
        .join('\n')}`,
    );
  } finally {
    if (!process.env.ORACLE_KEEP) rmSync(work, { recursive: true, force: true });
  }
  return program;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const asan = args.includes('--asan');
  const versions = args.filter((arg) => !arg.startsWith('--'));
  try {
    for (const version of versions.length > 0 ? versions : presentTrees()) {
      console.log(await build(version, { asan, verbose: args.includes('--verbose') }));
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
