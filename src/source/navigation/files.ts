/** Which files of a kernel tree are read for navigation: those that the anonymous reverse map touches. */

/** Folders that are listed, and which of their files are taken. */
const FOLDERS: readonly { readonly path: string; readonly takes: RegExp; readonly isDeep: boolean }[] = [
  { path: 'mm', takes: /\.[ch]$/, isDeep: true },
  {
    path: 'include/linux',
    takes:
      /^(?:rmap|mm\w*|mmap_lock|list|rculist|interval_tree\w*|rbtree\w*|rwsem|types|slab|ksm|huge_mm|hugetlb|pagemap|page-flags|page_ref|swap\w*|leafops|userfaultfd_k|migrate|memcontrol|memremap|maple_tree|pgtable|gfp\w*|fs|lockdep|rcupdate|compiler|err|errno|bug|mmdebug|cleanup|container_of|sched|refcount|atomic|vmstat|mempolicy|mman|pagewalk|shmem_fs|spinlock)\.h$/,
    isDeep: false,
  },
];

/** Files read besides, where a tree has them. */
const SINGLE = [
  'kernel/fork.c',
  'kernel/exit.c',
  'kernel/events/uprobes.c',
  'fs/exec.c',
  'fs/userfaultfd.c',
  'fs/proc/task_mmu.c',
  'include/linux/kconfig.h',
  'include/linux/sched/mm.h',
];

/** Files that most questions about the reverse map are answered from; read before the others. */
export const NEAR_FILES: readonly string[] = [
  'mm/rmap.c',
  'mm/internal.h',
  'include/linux/rmap.h',
  'include/linux/mm_types.h',
  'include/linux/mm.h',
];

/** An entry of a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Lists a folder of the tree by its path from the root; [] when there is none. */
export type ListFolder = (path: string) => Promise<readonly FolderEntry[]>;

/** True for files that belong to the set, were they there. */
export function isNavigated(path: string): boolean {
  if (SINGLE.includes(path)) {
    return true;
  }
  return FOLDERS.some(({ path: folder, takes, isDeep }) => {
    const rest = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : '';
    const parts = rest.split('/');
    return rest !== '' && parts.length <= (isDeep ? 2 : 1) && takes.test(parts.at(-1) ?? '');
  });
}

/** The files of the set that a tree has, sorted. Single ones are listed unseen: whether they are there shows when read. */
export async function navigatedFiles(list: ListFolder): Promise<string[]> {
  const found = new Set(SINGLE);
  for (const { path, takes, isDeep } of FOLDERS) {
    const entries = await list(path);
    const folders = isDeep
      ? entries.filter(({ isFolder }) => isFolder).map(({ name }) => `${path}/${name}`)
      : [];
    const inside = await Promise.all(
      folders.map(async (folder) => (await list(folder)).map((entry) => ({ ...entry, folder }))),
    );
    for (const { name, isFolder, folder } of [
      ...entries.map((entry) => ({ ...entry, folder: path })),
      ...inside.flat(),
    ]) {
      if (!isFolder && takes.test(name)) {
        found.add(`${folder}/${name}`);
      }
    }
  }
  return [...found].sort();
}

/** Paths at which the file of an `#include` line may stand, the likeliest first. `from` is the file with the line. */
export function includeCandidates(from: string, included: string, isQuoted: boolean): string[] {
  const beside = from.includes('/') ? `${from.slice(0, from.lastIndexOf('/'))}/${included}` : included;
  const candidates = included.startsWith('asm/')
    ? [
        `include/asm-generic/${included.slice(4)}`,
        `arch/x86/include/${included}`,
        `include/uapi/asm-generic/${included.slice(4)}`,
      ]
    : [`include/${included}`, `include/uapi/${included}`];
  return (isQuoted ? [beside, ...candidates] : candidates).map(withoutDots);
}

/** `mm/../kernel/x.h` → `kernel/x.h`. */
function withoutDots(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') {
      parts.pop();
    } else if (part !== '.') {
      parts.push(part);
    }
  }
  return parts.join('/');
}
