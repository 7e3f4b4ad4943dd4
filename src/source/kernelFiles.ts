/**
 * The few dozen files of a kernel that matter here, where they come from, and how to tell that what came is really one
 * of them: for people who have no kernel tree at hand.
 */
import { ROLES } from './roles';

/** Without these nothing works; all others may be missing from a kernel, older or newer. */
export const REQUIRED_FILES: readonly string[] = [
  'Makefile',
  'mm/rmap.c',
  'mm/internal.h',
  'mm/mmap.c',
  'mm/memory.c',
  'mm/interval_tree.c',
  'include/linux/rmap.h',
  'include/linux/mm.h',
  'include/linux/mm_types.h',
  'kernel/fork.c',
];

/** What the reverse map's functions, their callers and their structs stand in, in kernels from 6.1 on. */
const FURTHER_FILES: readonly string[] = [
  'mm/huge_memory.c',
  'mm/hugetlb.c',
  'mm/khugepaged.c',
  'mm/ksm.c',
  'mm/memory-failure.c',
  'mm/migrate.c',
  'mm/nommu.c',
  'mm/userfaultfd.c',
  'mm/util.c',
  'mm/vma.c',
  'mm/vma.h',
  'mm/vma_init.c',
  'mm/vma_internal.h',
  'mm/damon/ops-common.c',
  'mm/damon/paddr.c',
  'mm/vmscan.c',
  'mm/swapfile.c',
  'include/linux/interval_tree.h',
  'include/linux/interval_tree_generic.h',
  'include/linux/mm_inline.h',
  'include/linux/mman.h',
  'include/linux/page-flags.h',
  'include/linux/pagemap.h',
  'include/linux/rbtree.h',
  'include/linux/rwsem.h',
  'include/linux/sched/coredump.h',
  'include/linux/types.h',
];

/** Paths from the tree's root, the required ones first. */
export const KERNEL_FILES: readonly string[] = [
  ...new Set([...REQUIRED_FILES, ...Object.values(ROLES).flatMap(({ files }) => files), ...FURTHER_FILES]),
];

/** Bytes that a single file may have: three times the largest one. */
export const FILE_LIMIT = 2_000_000;

/** Version of a kernel as people write it, without a leading `v`; or one sentence saying what is wrong with it. */
export function readVersion(text: string): { readonly version: string } | { readonly problem: string } {
  const version = text.trim().replace(/^v(?=\d)/i, '');
  if (version === '') return { problem: 'Type a version, such as 6.12 or 6.12.117.' };
  if (!/^\d{1,2}\.\d{1,3}(\.\d{1,4})?(-rc\d{1,2})?$/.test(version))
    return { problem: `“${text.trim()}” is no kernel version. Type one such as 6.12, 6.12.117 or 7.3-rc2.` };
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  // anon_vma_chain came with 2.6.34; before 6.1 nothing has been tried
  if (major < 6 || (major === 6 && minor < 1))
    return { problem: `Linux ${version} is older than 6.1, the oldest kernel that is understood here.` };
  return { version };
}

/**
 * Address of a file, or one sentence saying what is wrong with the template. `{path}` has to be in it; `{version}` is
 * `6.12.117`, `{tag}` is `v6.12.117`.
 */
export function addressOf(
  template: string,
  version: string,
  path: string,
): { readonly address: string } | { readonly problem: string } {
  if (!template.includes('{path}') || !/\{(version|tag)\}/.test(template))
    return { problem: 'The setting rmapLens.kernelFiles.url needs {path} and {tag} or {version} in it.' };
  if (!/^https?:\/\//i.test(template))
    return { problem: 'The setting rmapLens.kernelFiles.url has to begin with https:// or http://.' };
  const address = template
    .replaceAll('{path}', path.split('/').map(encodeURIComponent).join('/'))
    .replaceAll('{tag}', `v${version}`)
    .replaceAll('{version}', version);
  return { address };
}

/** What is wrong with a file that came, as the end of a sentence; null when it looks like what it should be. */
export function problemOf(path: string, text: string, version: string): string | null {
  const head = text.slice(0, 2000);
  if (text.trim() === '') return `${path} came empty`;
  if (/^\s*(<!doctype|<html|<\?xml)/i.test(head)) return `a web page came instead of ${path}`;
  if (text.includes('\u0000')) return `what came as ${path} is no text`;
  if (!text.endsWith('\n')) return `${path} came incomplete: it breaks off in the middle of a line`;
  if (path === 'Makefile') return makefileProblem(text, version);
  if (!/^\s*(\/\*|\/\/|#)/.test(head)) return `what came as ${path} does not look like kernel source`;
  const open = count(text, /^[ \t]*#[ \t]*if/gm) - count(text, /^[ \t]*#[ \t]*endif/gm);
  if (open > 0) return `${path} came incomplete: an #if is never closed`;
  if (text.lastIndexOf('/*') > text.lastIndexOf('*/'))
    return `${path} came incomplete: a comment is never closed`;
  const mark = MARKS[path];
  return mark !== undefined && !text.includes(mark) ? `what came as ${path} does not speak of ${mark}` : null;
}

/** A word that the file is not itself without. */
const MARKS: Readonly<Record<string, string>> = {
  'mm/rmap.c': 'anon_vma_clone(',
  'mm/memory.c': 'handle_mm_fault(',
  'mm/mmap.c': 'do_mmap(',
  'mm/interval_tree.c': 'INTERVAL_TREE_DEFINE(',
  'include/linux/rmap.h': 'struct anon_vma_chain',
  'include/linux/mm_types.h': 'struct vm_area_struct',
  'kernel/fork.c': 'copy_mm(',
};

function makefileProblem(text: string, version: string): string | null {
  const value = (name: string) => new RegExp(`^${name}[ \\t]*=[ \\t]*(\\S*)`, 'm').exec(text)?.[1] ?? '';
  const [major, minor] = [value('VERSION'), value('PATCHLEVEL')];
  if (major === '' || minor === '') return 'what came as Makefile does not say which kernel it is';
  const point = value('SUBLEVEL') === '' || value('SUBLEVEL') === '0' ? '' : `.${value('SUBLEVEL')}`;
  const named = `${major}.${minor}${point}${value('EXTRAVERSION')}`;
  return named === version ? null : `what came calls itself Linux ${named}`;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
